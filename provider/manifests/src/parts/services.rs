//! The Services: the REST API's, and the one that TaskManagers find the JobManager by.

use flink::Version;
use serde_json::{Map, Value, json};

use super::metadata::{self, Extra};
use crate::description::ServiceType;
use crate::{Cluster, Object, names};

/// The port that the JobManager's REST endpoint listens on.
pub(crate) const REST_PORT: u16 = 8081;

/// The JobManager's RPC port.
pub(crate) const RPC_PORT: u16 = 6123;

/// The JobManager's blob server.
pub(crate) const BLOB_PORT: u16 = 6124;

/// From here on a JobManager that is asked to run a jar hands it over where the leader's blob server
/// says that it is bound, and not where the leader is found.
pub(crate) const HANDED_OVER: Version = Version::new(2, 1, 0);

/// A TaskManager's RPC port.
pub(crate) const TASK_MANAGER_RPC_PORT: u16 = 6122;

/// The Service `<name>`: where TaskManagers find the JobManager and its blobs.
///
/// Headless, because there is one JobManager; it resolves before the pod is
/// ready, because TaskManagers that start first would remember for ten seconds
/// that there is no such host.
pub(crate) fn internal(cluster: &Cluster) -> Object {
    let metadata = metadata::of(cluster, &cluster.name, &Extra::default());
    let body = json!({ "spec": {
        "clusterIP": "None",
        "publishNotReadyAddresses": true,
        "selector": names::selector(cluster, names::JOB_MANAGER),
        "ports": [
            { "name": "jobmanager-rpc", "port": RPC_PORT },
            { "name": "blobserver", "port": BLOB_PORT },
        ],
    }});
    metadata::object(("v1", "Service"), cluster, metadata, body)
}

/// The Service `<name>-rest`.
pub(crate) fn rest(cluster: &Cluster) -> Object {
    let rest = &cluster.rest;
    let mut port = Map::from_iter([
        ("name".to_owned(), json!("rest")),
        ("port".to_owned(), json!(rest.port)),
        ("targetPort".to_owned(), json!(REST_PORT)),
    ]);
    if let Some(node_port) = rest.node_port {
        port.insert("nodePort".to_owned(), json!(node_port));
    }
    // Whoever comes through the Service is told by this to speak TLS.
    if rest.tls.is_some() {
        port.insert("appProtocol".to_owned(), json!("https"));
    }
    let mut spec = Map::from_iter([
        ("type".to_owned(), json!(kubernetes_type(rest.service_type))),
        ("selector".to_owned(), json!(names::selector(cluster, names::JOB_MANAGER))),
        ("ports".to_owned(), json!([Value::Object(port)])),
    ]);
    match rest.service_type {
        ServiceType::Headless => {
            spec.insert("clusterIP".to_owned(), json!("None"));
        }
        ServiceType::LoadBalancer if !rest.load_balancer_source_ranges.is_empty() => {
            spec.insert(
                "loadBalancerSourceRanges".to_owned(),
                json!(rest.load_balancer_source_ranges),
            );
        }
        ServiceType::ClusterIp | ServiceType::NodePort | ServiceType::LoadBalancer => {}
    }
    // A jar is uploaded to one JobManager and run by the same.
    if cluster.job_manager.replicas > 1 {
        spec.insert("sessionAffinity".to_owned(), json!("ClientIP"));
    }
    let extra =
        Extra { component: None, labels: Some(&rest.labels), annotations: Some(&rest.annotations) };
    let metadata = metadata::of(cluster, &names::rest(cluster), &extra);
    metadata::object(("v1", "Service"), cluster, metadata, json!({ "spec": spec }))
}

/// The word of Kubernetes; a headless Service is a `ClusterIP` without one.
const fn kubernetes_type(service_type: ServiceType) -> &'static str {
    match service_type {
        ServiceType::ClusterIp | ServiceType::Headless => "ClusterIP",
        ServiceType::NodePort => "NodePort",
        ServiceType::LoadBalancer => "LoadBalancer",
    }
}
