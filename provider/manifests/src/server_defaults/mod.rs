//! What the API server writes into objects by itself.
//!
//! An object that was sent and the one that the server answers mean the same if
//! they are equal without these fields.

mod pod;
mod quantity;

use serde_json::{Map, Value, json};

pub use quantity::same_quantity;

/// The fields of `metadata` that only the server writes.
const SERVERS_METADATA: [&str; 7] = [
    "creationTimestamp",
    "generation",
    "managedFields",
    "namespace",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// An object without what the server adds: `status`, its metadata, and fields
/// that hold their defaults. The namespace is taken away too: it stands in the URL.
pub fn without(object: &Value) -> Value {
    let mut object = object.clone();
    let Some(map) = object.as_object_mut() else { return object };
    map.remove("status");
    if let Some(Value::Object(metadata)) = map.get_mut("metadata") {
        metadata.retain(|field, _| !SERVERS_METADATA.contains(&field.as_str()));
        if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
            annotations.remove("deployment.kubernetes.io/revision");
            if annotations.is_empty() {
                metadata.remove("annotations");
            }
        }
    }
    let kind = map.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
    if let Some(Value::Object(spec)) = map.get_mut("spec") {
        match kind.as_str() {
            "Deployment" => in_deployment(spec),
            "Service" => in_service(spec),
            _ => {}
        }
    }
    object
}

/// A pod template (`{metadata, spec}`) without what the server adds.
pub fn without_in_template(template: &Value) -> Value {
    pod::without(template)
}

fn in_deployment(spec: &mut Map<String, Value>) {
    drop_equal(
        spec,
        &[
            ("progressDeadlineSeconds", json!(600)),
            ("revisionHistoryLimit", json!(10)),
            (
                "strategy",
                json!({ "type": "RollingUpdate",
                        "rollingUpdate": { "maxSurge": "25%", "maxUnavailable": "25%" } }),
            ),
        ],
    );
    if let Some(template) = spec.get_mut("template") {
        *template = pod::without(template);
    }
}

fn in_service(spec: &mut Map<String, Value>) {
    for field in ["clusterIPs", "ipFamilies", "ipFamilyPolicy", "healthCheckNodePort"] {
        spec.remove(field);
    }
    if spec.get("clusterIP").is_some_and(|it| it != "None") {
        spec.remove("clusterIP");
    }
    drop_equal(
        spec,
        &[
            ("type", json!("ClusterIP")),
            ("sessionAffinity", json!("None")),
            ("internalTrafficPolicy", json!("Cluster")),
            ("externalTrafficPolicy", json!("Cluster")),
            ("allocateLoadBalancerNodePorts", json!(true)),
        ],
    );
    let ports = spec.get_mut("ports").and_then(Value::as_array_mut);
    for port in ports.into_iter().flatten().filter_map(Value::as_object_mut) {
        drop_equal(port, &[("protocol", json!("TCP"))]);
        port.remove("nodePort");
        if port.get("targetPort") == port.get("port") {
            port.remove("targetPort");
        }
    }
}

fn drop_equal(map: &mut Map<String, Value>, defaults: &[(&str, Value)]) {
    for (field, default) in defaults {
        if map.get(*field) == Some(default) {
            map.remove(*field);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_from_the_server_equals_the_one_that_was_sent() {
        let sent = [
            json!({ "kind": "Service", "metadata": { "name": "a" }, "spec": {
                "ports": [{ "name": "rest", "port": 80, "targetPort": 8081 }] } }),
            json!({ "kind": "Service", "metadata": { "name": "a" }, "spec": {
                "clusterIP": "None", "ports": [{ "port": 80 }] } }),
            json!({ "kind": "Deployment", "metadata": { "name": "a" }, "spec": {
                "replicas": 1, "template": { "spec": {} } } }),
        ];
        let stored = [
            json!({ "kind": "Service", "status": {}, "metadata": { "name": "a", "namespace": "n",
                "uid": "1", "resourceVersion": "2", "managedFields": [] }, "spec": {
                "type": "ClusterIP", "clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"],
                "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack", "sessionAffinity": "None",
                "internalTrafficPolicy": "Cluster", "ports": [
                    { "name": "rest", "port": 80, "targetPort": 8081, "protocol": "TCP" }] } }),
            json!({ "kind": "Service", "metadata": { "name": "a" }, "spec": {
                "type": "ClusterIP", "clusterIP": "None", "clusterIPs": ["None"],
                "ports": [{ "port": 80, "targetPort": 80, "protocol": "TCP" }] } }),
            json!({ "kind": "Deployment", "metadata": { "name": "a", "generation": 3,
                "annotations": { "deployment.kubernetes.io/revision": "1" } }, "spec": {
                "replicas": 1, "progressDeadlineSeconds": 600, "revisionHistoryLimit": 10,
                "strategy": { "type": "RollingUpdate",
                    "rollingUpdate": { "maxSurge": "25%", "maxUnavailable": "25%" } },
                "template": { "spec": { "restartPolicy": "Always" } } } }),
        ];
        for (sent, stored) in sent.iter().zip(&stored) {
            assert_eq!(without(stored), *sent);
            assert_eq!(without(sent), *sent);
        }
    }
}
