//! Templates, and what stands twice in a finished pod.

use serde_json::Value;

use super::Findings;
use crate::Cluster;
use crate::description::Role;
use crate::names::MAIN_CONTAINER;
use crate::template;

/// A template of which no container is the main one: its containers are
/// sidecars, which need an image.
pub(super) fn template(cluster: &Cluster, role: Role, found: &mut Findings) {
    let own = cluster.process(role).pod_template.as_ref();
    let path: &[&str] =
        if own.is_some() { &[role.attribute(), "pod_template"] } else { &["pod_template"] };
    if own.is_none() && role == Role::TaskManager {
        return;
    }
    let common = cluster.pod_template.as_ref().filter(|_| role == Role::JobManager);
    let both: [(Option<&Value>, &[&str]); 2] = [(own, path), (common, &["pod_template"])];
    for (template, path) in both {
        if let Some(Err(problem)) = template.map(template::check) {
            return found.invalid(path, problem.to_string());
        }
    }
    let Some(written) = template::over(cluster.pod_template.as_ref(), own) else { return };
    let containers = written.pointer("/spec/containers").and_then(Value::as_array);
    let Some(containers) = containers.filter(|containers| !containers.is_empty()) else { return };
    let name = |container: &Value| {
        container.get("name").and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    if containers.iter().any(|container| name(container) == MAIN_CONTAINER) {
        return;
    }
    let names: Vec<String> = containers.iter().map(name).collect();
    let what = format!(
        "No container of the pod template is called {MAIN_CONTAINER:?}, the one that Flink runs in: {} run beside it.",
        names.join(", ")
    );
    match containers.iter().find(|container| container.get("image").is_none()) {
        Some(container) => {
            let text = format!(
                "{what} The container {:?} has no image, which a sidecar needs: if it is meant to be Flink's, call \
                 it {MAIN_CONTAINER:?}.",
                name(container)
            );
            found.invalid(path, text);
        }
        None => found.warn(path, what),
    }
}

/// What the API server would refuse because it stands twice, by the attribute
/// that is the likeliest.
pub(super) fn twice(cluster: &Cluster, role: Role, pod: &Value, found: &mut Findings) {
    for duplicate in template::duplicates(pod) {
        let of = role.attribute();
        let process = cluster.process(role);
        let path: &[&str] = match duplicate.what {
            "environment variable" if process.env.contains_key(&duplicate.name) => &[of, "env"],
            "environment variable" if process.env_secrets.contains_key(&duplicate.name) => {
                &[of, "env_secrets"]
            }
            "volume" | "mount path" if !cluster.volumes.is_empty() => &["volumes"],
            _ if process.pod_template.is_some() => &[of, "pod_template"],
            _ => &["pod_template"],
        };
        let text = format!(
            "In the pod of the {} {duplicate}: once from a template, and once from an attribute or from the provider. \
             Remove one of them.",
            role.component()
        );
        found.invalid(path, text);
    }
}
