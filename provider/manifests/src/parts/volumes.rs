//! The typed volumes: pod volumes, and their places in the main container.

use serde_json::{Map, Value, json};

use crate::Cluster;
use crate::description::{Keys, Mount, Role, VolumeSource};

/// Volumes and mounts of one process, in the order of the volumes' names.
pub(crate) fn of(cluster: &Cluster, role: Role) -> (Vec<Value>, Vec<Value>) {
    let mut volumes = Vec::new();
    let mut mounts = Vec::new();
    for (name, volume) in &cluster.volumes {
        let here: Vec<&Mount> =
            volume.mounts.iter().filter(|mount| role.is_among(mount.on)).collect();
        if here.is_empty() {
            continue;
        }
        let (field, source) = source(&volume.source);
        volumes.push(json!({ "name": name, field: source }));
        mounts.extend(here.into_iter().map(|it| mount(name, it)));
    }
    (volumes, mounts)
}

fn mount(name: &str, mount: &Mount) -> Value {
    let mut entry = Map::from_iter([
        ("name".to_owned(), json!(name)),
        ("mountPath".to_owned(), json!(mount.path)),
    ]);
    if let Some(sub_path) = &mount.sub_path {
        entry.insert("subPath".to_owned(), json!(sub_path));
    }
    if mount.read_only {
        entry.insert("readOnly".to_owned(), json!(true));
    }
    Value::Object(entry)
}

/// The field of a pod's volume, and what stands in it.
fn source(source: &VolumeSource) -> (&'static str, Value) {
    match source {
        VolumeSource::PersistentVolumeClaim { claim, read_only } => {
            let mut body = json!({ "claimName": claim });
            if *read_only {
                body["readOnly"] = json!(true);
            }
            ("persistentVolumeClaim", body)
        }
        VolumeSource::Ephemeral { storage_class, size, access_modes } => {
            let mut spec = json!({ "accessModes": access_modes, "resources": { "requests": { "storage": size } } });
            if let Some(class) = storage_class {
                spec["storageClassName"] = json!(class);
            }
            ("ephemeral", json!({ "volumeClaimTemplate": { "spec": spec } }))
        }
        VolumeSource::HostPath { path, r#type } => {
            let mut body = json!({ "path": path });
            if let Some(r#type) = r#type {
                body["type"] = json!(r#type);
            }
            ("hostPath", body)
        }
        VolumeSource::EmptyDir { size_limit, medium } => {
            let mut body = json!({});
            if let Some(limit) = size_limit {
                body["sizeLimit"] = json!(limit);
            }
            if let Some(medium) = medium {
                body["medium"] = json!(medium);
            }
            ("emptyDir", body)
        }
        VolumeSource::Secret(keys) => ("secret", files("secretName", keys)),
        VolumeSource::ConfigMap(keys) => ("configMap", files("name", keys)),
    }
}

/// A Secret or ConfigMap as files; Kubernetes calls its name differently.
fn files(name: &str, keys: &Keys) -> Value {
    let mut body = json!({ name: keys.name });
    if !keys.items.is_empty() {
        body["items"] =
            keys.items.iter().map(|(key, path)| json!({ "key": key, "path": path })).collect();
    }
    if let Some(mode) = keys.default_mode {
        body["defaultMode"] = json!(mode);
    }
    if keys.optional {
        body["optional"] = json!(true);
    }
    body
}
