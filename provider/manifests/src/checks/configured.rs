//! What the whole configuration shows: directories, secrets, reporters.

use flink::configuration::options;
use flink::configuration::{Configuration, is_sensitive};

use super::Findings;
use crate::Cluster;
use crate::configuration::{ATTRIBUTE, has_variable, path_of};
use crate::description::{Role, Strategy, VolumeSource};

pub(super) fn check(cluster: &Cluster, configuration: &Configuration, found: &mut Findings) {
    for key in ["high-availability.storageDir", "state.checkpoints.dir", "state.savepoints.dir"] {
        directory(cluster, configuration, key, found);
    }
    for (key, value) in &cluster.flink_configuration {
        if is_sensitive(key) && !has_variable(value) && !value.is_empty() {
            found.warn(
                &[ATTRIBUTE, key],
                format!(
                    "The value of {key} would stand in a ConfigMap and in the state. Put it into a Secret, name that \
                     in env_secrets, and write \"${{NAME}}\" here: the pod replaces it."
                ),
            );
        }
    }
    reporters(cluster, configuration, found);
    ignored(cluster, found);
}

/// A directory of the local file system that is not on a volume is another one in each pod.
fn directory(cluster: &Cluster, configuration: &Configuration, key: &str, found: &mut Findings) {
    let options = options::of(cluster.flink_version);
    let key = options.get(key).map_or(key, |option| option.key);
    let Some((spelled, directory)) = options.read(configuration, key) else { return };
    let Some(local) = local_path(directory) else { return };
    let missing = Role::ALL.into_iter().find(|role| !is_on_a_volume(cluster, *role, local));
    if let Some(role) = missing {
        let path = path_of(cluster, spelled);
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let text = format!(
            "{directory:?} is a directory of each pod's own in the {}: what one process writes there no other finds, \
             and it goes with the pod. Mount a volume that JobManager and TaskManagers share at it, or name a store \
             such as s3://.",
            role.component()
        );
        found.invalid(&path, text);
    }
}

/// The path of a URI that means the local file system; one without a scheme does.
fn local_path(uri: &str) -> Option<&str> {
    if let Some(path) = uri.strip_prefix("file:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        return path.starts_with('/').then_some(path);
    }
    uri.starts_with('/').then_some(uri)
}

/// Whether something that outlives the pod is mounted at the path, as far as is
/// known: of a template's mounts all may.
fn is_on_a_volume(cluster: &Cluster, role: Role, path: &str) -> bool {
    let is_below = |mount: &str| {
        let mount = mount.trim_end_matches('/');
        path == mount || path.strip_prefix(mount).is_some_and(|rest| rest.starts_with('/'))
    };
    let typed = cluster.volumes.values().filter(|volume| outlives(&volume.source)).any(|volume| {
        volume.mounts.iter().any(|mount| role.is_among(mount.on) && is_below(&mount.path))
    });
    typed || templates(cluster, role).any(|template| mounts(template).any(is_below))
}

fn outlives(source: &VolumeSource) -> bool {
    match source {
        VolumeSource::PersistentVolumeClaim { .. } | VolumeSource::HostPath { .. } => true,
        VolumeSource::Ephemeral { .. }
        | VolumeSource::EmptyDir { .. }
        | VolumeSource::Secret(_)
        | VolumeSource::ConfigMap(_) => false,
    }
}

fn templates(cluster: &Cluster, role: Role) -> impl Iterator<Item = &serde_json::Value> {
    cluster.pod_template.iter().chain(cluster.process(role).pod_template.iter())
}

fn mounts(template: &serde_json::Value) -> impl Iterator<Item = &str> {
    let containers = template.pointer("/spec/containers").and_then(serde_json::Value::as_array);
    let mounts = containers
        .into_iter()
        .flatten()
        .filter_map(|it| it.get("volumeMounts")?.as_array())
        .flatten();
    mounts.filter_map(|mount| mount.get("mountPath")?.as_str())
}

/// A list of reporters that leaves out the one of `metrics`.
fn reporters(cluster: &Cluster, configuration: &Configuration, found: &mut Findings) {
    let Some(list) = configuration.get("metrics.reporters").filter(|_| cluster.metrics.is_some())
    else {
        return;
    };
    let names: Vec<&str> = list.split([',', ';']).map(str::trim).collect();
    found.invalid_if(!names.contains(&"prom"), &[ATTRIBUTE, "metrics.reporters"], || {
        format!(
            "The list of reporters {list:?} leaves out \"prom\", the one that metrics.prometheus sets up: Flink would \
             not start it. Add it, or remove the key."
        )
    });
}

/// Keys that Flink's own Kubernetes client reads, by how they start.
const OF_THE_CLIENT: [&str; 6] = [
    "kubernetes.container.",
    "kubernetes.jobmanager.",
    "kubernetes.pod-template-file",
    "kubernetes.rest-service.",
    "kubernetes.service-account",
    "kubernetes.taskmanager.",
];

/// Keys of Flink's own Kubernetes client, which strategy standalone does not run.
fn ignored(cluster: &Cluster, found: &mut Findings) {
    match cluster.strategy {
        Strategy::Native => return,
        Strategy::Standalone => {}
    }
    let keys = cluster.flink_configuration.keys();
    for key in keys.filter(|key| OF_THE_CLIENT.iter().any(|prefix| key.starts_with(prefix))) {
        let text = format!(
            "{key} is for strategy native; with standalone it has no effect. Use the attribute for it."
        );
        found.warn(&[ATTRIBUTE, key], text);
    }
}
