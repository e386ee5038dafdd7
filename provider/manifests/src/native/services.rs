//! The two Services.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::job_manager::{Cluster, common_labels, selector};

/// The words of `kubernetes.rest-service.exposed.type`.
pub(super) const EXPOSED: [&str; 4] =
    ["ClusterIP", "NodePort", "LoadBalancer", "Headless_ClusterIP"];

/// The Service that TaskManagers find the JobManager by; not with high
/// availability, where they find it by the leader's own address.
pub(super) fn internal(cluster: &Cluster<'_>) -> Value {
    let Cluster { reader, traits, name, .. } = cluster;
    let annotations = if traits.annotates_internal_service {
        reader.map("kubernetes.internal-service.annotations")
    } else {
        BTreeMap::new()
    };
    let metadata =
        metadata(cluster, name, "kubernetes.internal-service.labels", (annotations, false));
    let ports = [
        ("jobmanager-rpc", reader.port("jobmanager.rpc.port", 6123)),
        ("blobserver", reader.port("blob.server.port", 6124)),
    ];
    json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": {
            "clusterIP": "None",
            "ports": ports.map(|(name, port)| json!({ "name": name, "port": port })),
            "selector": selector(name),
        },
    })
}

/// The Service of the REST API.
pub(super) fn rest(cluster: &Cluster<'_>) -> Value {
    let Cluster { reader, name, traits, .. } = cluster;
    let annotations = reader.map("kubernetes.rest-service.annotations");
    let metadata = metadata(
        cluster,
        &format!("{name}-rest"),
        "kubernetes.rest-service.labels",
        (annotations, traits.writes_empty_maps),
    );
    let exposed = reader.choice("kubernetes.rest-service.exposed.type", &EXPOSED, "ClusterIP");
    let is_headless = exposed == "Headless_ClusterIP";
    let port = reader.port("rest.port", 8081);
    let target = reader.port("rest.bind-port", 8081);
    let mut spec = Map::from_iter([
        ("type".to_owned(), json!(if is_headless { "ClusterIP" } else { exposed })),
        ("ports".to_owned(), json!([{ "name": "rest", "port": port, "targetPort": target }])),
        ("selector".to_owned(), json!(selector(name))),
    ]);
    if is_headless {
        spec.insert("clusterIP".to_owned(), json!("None"));
    }
    json!({ "apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec })
}

fn metadata(
    cluster: &Cluster<'_>,
    name: &str,
    labels_option: &str,
    (annotations, writes_empty): (BTreeMap<String, String>, bool),
) -> Value {
    let mut labels = common_labels(cluster.name);
    if cluster.traits.labels_services {
        // These come last, and Flink lets them win even over its own.
        labels.extend(cluster.reader.map(labels_option));
    }
    let mut metadata = json!({ "name": name, "labels": labels });
    if !annotations.is_empty() || writes_empty {
        metadata["annotations"] = json!(annotations);
    }
    metadata
}
