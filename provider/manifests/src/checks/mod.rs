//! What is wrong with a description, as far as it can be told without a cluster.
//!
//! The API server's dry run checks the rest: types, admission, what exists.

mod application;
mod configured;
mod files;
mod identity;
mod image;
mod network;
mod numbers;
mod pods;
mod variables;

use flink::configuration::Configuration;
use serde_json::Value;

use crate::description::Role;
use crate::{Cluster, Invalid, Object, Warning};

/// What cannot be rendered, or cannot work whatever the cluster.
pub(crate) fn description(cluster: &Cluster) -> (Vec<Invalid>, Vec<Warning>) {
    let mut found = Findings::default();
    identity::check(cluster, &mut found);
    image::check(cluster, &mut found);
    numbers::check(cluster, &mut found);
    files::check(cluster, &mut found);
    network::check(cluster, &mut found);
    application::check(cluster, &mut found);
    for role in Role::ALL {
        pods::template(cluster, role, &mut found);
    }
    (found.invalid, found.warnings)
}

/// What the whole configuration and the finished objects show.
pub(crate) fn rendered(
    cluster: &Cluster,
    configuration: &Configuration,
    objects: &[Object],
) -> (Vec<Invalid>, Vec<Warning>) {
    let mut found = Findings::default();
    configured::check(cluster, configuration, &mut found);
    image::stores(cluster, configuration, &mut found);
    application::configured(cluster, configuration, &mut found);
    let templates: Vec<(&Object, &Value)> = objects.iter().filter_map(pod_template).collect();
    for role in Role::ALL {
        let of_role = templates.iter().find(|(_, template)| is_of(template, role));
        if let Some((_, template)) = of_role {
            pods::twice(cluster, role, template, &mut found);
            variables::check(configuration, role, template, &mut found);
        }
    }
    (found.invalid, found.warnings)
}

/// A Deployment and the template of its pods.
fn pod_template(object: &Object) -> Option<(&Object, &Value)> {
    (object.kind == "Deployment")
        .then(|| object.body.pointer("/spec/template").map(|template| (object, template)))?
}

fn is_of(template: &Value, role: Role) -> bool {
    template.pointer("/metadata/labels/component").and_then(Value::as_str) == Some(role.component())
}

/// What the checks have found so far.
#[derive(Debug, Default)]
struct Findings {
    invalid: Vec<Invalid>,
    warnings: Vec<Warning>,
}

impl Findings {
    /// An error at an attribute.
    fn invalid(&mut self, path: &[&str], text: impl Into<String>) {
        self.invalid.push(Invalid::at(path, text));
    }

    /// An error at an attribute, if something is so.
    fn invalid_if(&mut self, is_so: bool, path: &[&str], text: impl FnOnce() -> String) {
        if is_so {
            self.invalid(path, text());
        }
    }

    /// A warning at an attribute.
    fn warn(&mut self, path: &[&str], text: impl Into<String>) {
        self.warnings.push(Warning::at(path, text));
    }
}

#[cfg(test)]
mod tests;
