//! Who may connect to the pods, and where they may connect to.

use serde_json::{Map, Value, json};

use super::metadata::{self, Extra};
use super::services::REST_PORT;
use crate::description::{NetworkPolicy, Peer};
use crate::{Cluster, Object};

/// The policy, if the description has one.
///
/// The cluster's own pods reach each other on every port: the ports of Flink's
/// data exchange are chosen when a process starts.
pub(crate) fn object(cluster: &Cluster) -> Option<Object> {
    let policy = cluster.network_policy.as_ref()?;
    let metadata = metadata::of(cluster, &cluster.name, &Extra::default());
    let mut spec = Map::from_iter([
        ("podSelector".to_owned(), own_pods(cluster)),
        ("ingress".to_owned(), ingress(cluster, policy)),
    ]);
    let mut types = vec!["Ingress"];
    if let Some(ports) = &policy.egress_ports {
        types.push("Egress");
        spec.insert("egress".to_owned(), egress(cluster, ports));
    }
    spec.insert("policyTypes".to_owned(), json!(types));
    Some(metadata::object(
        ("networking.k8s.io/v1", "NetworkPolicy"),
        cluster,
        metadata,
        json!({ "spec": spec }),
    ))
}

fn own_pods(cluster: &Cluster) -> Value {
    json!({ "matchLabels": { "app": cluster.name } })
}

fn ingress(cluster: &Cluster, policy: &NetworkPolicy) -> Value {
    let mut rules = vec![json!({ "from": [{ "podSelector": own_pods(cluster) }] })];
    rules.extend(open(REST_PORT, policy.allow_rest_from.as_deref()));
    if let Some(metrics) = &cluster.metrics {
        rules.extend(open(metrics.port, policy.allow_metrics_from.as_deref()));
    }
    Value::Array(rules)
}

/// A port for these peers: all when there is no list, none when it is empty.
fn open(port: u16, peers: Option<&[Peer]>) -> Option<Value> {
    let ports = json!([{ "port": port, "protocol": "TCP" }]);
    match peers {
        None => Some(json!({ "ports": ports })),
        Some([]) => None,
        Some(peers) => {
            Some(json!({ "ports": ports, "from": peers.iter().map(peer).collect::<Vec<_>>() }))
        }
    }
}

fn peer(peer: &Peer) -> Value {
    let mut from = Map::new();
    if let Some(cidr) = &peer.cidr {
        from.insert("ipBlock".to_owned(), json!({ "cidr": cidr }));
    }
    if !peer.namespace_labels.is_empty() {
        from.insert(
            "namespaceSelector".to_owned(),
            json!({ "matchLabels": peer.namespace_labels }),
        );
    }
    if !peer.pod_labels.is_empty() {
        from.insert("podSelector".to_owned(), json!({ "matchLabels": peer.pod_labels }));
    }
    Value::Object(from)
}

fn egress(cluster: &Cluster, ports: &[u16]) -> Value {
    let dns: Vec<Value> =
        ["UDP", "TCP"].map(|protocol| json!({ "port": 53, "protocol": protocol })).into();
    let mut rules =
        vec![json!({ "to": [{ "podSelector": own_pods(cluster) }] }), json!({ "ports": dns })];
    if !ports.is_empty() {
        let ports: Vec<Value> =
            ports.iter().map(|port| json!({ "port": port, "protocol": "TCP" })).collect();
        rules.push(json!({ "ports": ports }));
    }
    Value::Array(rules)
}
