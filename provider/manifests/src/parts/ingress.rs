//! The Ingress in front of the REST Service.

use serde_json::{Map, Value, json};

use super::metadata::{self, Extra};
use crate::description::{Ingress, IngressTls};
use crate::{Cluster, Object, names};

/// The Ingress, if the description has one.
pub(crate) fn object(cluster: &Cluster) -> Option<Object> {
    let ingress = cluster.rest.ingress.as_ref()?;
    let extra = Extra {
        labels: Some(&ingress.labels),
        annotations: Some(&ingress.annotations),
        ..Extra::default()
    };
    let metadata = metadata::of(cluster, &names::rest(cluster), &extra);
    let mut spec = Map::from_iter([("rules".to_owned(), json!([rule(cluster, ingress)]))]);
    if let Some(class) = &ingress.class_name {
        spec.insert("ingressClassName".to_owned(), json!(class));
    }
    if !ingress.tls.is_empty() {
        spec.insert("tls".to_owned(), ingress.tls.iter().map(tls).collect());
    }
    Some(metadata::object(
        ("networking.k8s.io/v1", "Ingress"),
        cluster,
        metadata,
        json!({ "spec": spec }),
    ))
}

fn rule(cluster: &Cluster, ingress: &Ingress) -> Value {
    let mut rule = json!({ "http": { "paths": [{
        "path": ingress.path,
        "pathType": "Prefix",
        "backend": { "service": { "name": names::rest(cluster), "port": { "name": "rest" } } },
    }]}});
    if let Some(host) = &ingress.host {
        rule["host"] = json!(host);
    }
    rule
}

fn tls(tls: &IngressTls) -> Value {
    let mut entry = Map::new();
    if !tls.hosts.is_empty() {
        entry.insert("hosts".to_owned(), json!(tls.hosts));
    }
    if let Some(secret) = &tls.secret_name {
        entry.insert("secretName".to_owned(), json!(secret));
    }
    Value::Object(entry)
}
