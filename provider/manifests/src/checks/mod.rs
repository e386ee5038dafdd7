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

pub(crate) use identity::is_label;

use flink::configuration::Configuration;
use serde_json::Value;

use crate::description::Role;
use crate::{Cluster, Invalid, Object, Warning, operator};

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
    for role in Role::ALL {
        if let Some(template) = objects.iter().find_map(|object| pod_template(object, role)) {
            pods::twice(cluster, role, template, &mut found);
            variables::check(configuration, role, template, &mut found);
        }
    }
    (found.invalid, found.warnings)
}

/// The template of a process' pods in a Deployment of ours, or in the operator's resource.
fn pod_template(object: &Object, role: Role) -> Option<&Value> {
    match object.kind {
        "Deployment" => object.body.pointer("/spec/template").filter(|it| is_of(it, role)),
        operator::DEPLOYMENT => {
            object.body.pointer(&format!("/spec/{}/podTemplate", operator::field(role)))
        }
        _ => None,
    }
}

fn is_of(template: &Value, role: Role) -> bool {
    template.pointer("/metadata/labels/component").and_then(Value::as_str) == Some(role.component())
}

/// What the checks have found so far.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) invalid: Vec<Invalid>,
    pub(crate) warnings: Vec<Warning>,
}

impl Findings {
    /// An error at an attribute.
    pub(crate) fn invalid(&mut self, path: &[&str], text: impl Into<String>) {
        self.invalid.push(Invalid::at(path, text));
    }

    /// An error at an attribute, if something is so.
    pub(crate) fn invalid_if(&mut self, is_so: bool, path: &[&str], text: impl FnOnce() -> String) {
        if is_so {
            self.invalid(path, text());
        }
    }

    /// A warning at an attribute.
    pub(crate) fn warn(&mut self, path: &[&str], text: impl Into<String>) {
        self.warnings.push(Warning::at(path, text));
    }
}

#[cfg(test)]
mod tests;
