//! Name, namespace, labels and annotations of an object.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::{Cluster, Object, names};

/// What an object adds to the metadata that all objects of a cluster have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extra<'a> {
    /// Flink's `component`, where the object belongs to one process.
    pub(crate) component: Option<&'a str>,
    /// Labels that the user wrote for this object.
    pub(crate) labels: Option<&'a BTreeMap<String, String>>,
    /// Annotations that the user wrote for this object.
    pub(crate) annotations: Option<&'a BTreeMap<String, String>>,
}

/// `metadata` of an object: the cluster's labels and annotations, the object's
/// over them, Flink's and ours over both.
pub(crate) fn of(cluster: &Cluster, name: &str, extra: &Extra<'_>) -> Value {
    let mut labels = cluster.labels.clone();
    labels.extend(extra.labels.cloned().unwrap_or_default());
    match extra.component {
        Some(component) => labels.extend(names::selector(cluster, component)),
        None => {
            labels.insert("app".to_owned(), cluster.name.clone());
        }
    }
    labels.extend(names::ours(cluster));
    let mut annotations = cluster.annotations.clone();
    annotations.extend(extra.annotations.cloned().unwrap_or_default());
    let mut metadata = Map::from_iter([
        ("name".to_owned(), json!(name)),
        ("namespace".to_owned(), json!(cluster.namespace)),
        ("labels".to_owned(), json!(labels)),
    ]);
    if !annotations.is_empty() {
        metadata.insert("annotations".to_owned(), json!(annotations));
    }
    Value::Object(metadata)
}

/// An object of the cluster: `body` is all but `apiVersion`, `kind` and `metadata`.
pub(crate) fn object(
    (api_version, kind): (&'static str, &'static str),
    cluster: &Cluster,
    metadata: Value,
    body: Value,
) -> Object {
    let name = metadata.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut whole = Map::from_iter([
        ("apiVersion".to_owned(), json!(api_version)),
        ("kind".to_owned(), json!(kind)),
        ("metadata".to_owned(), metadata),
    ]);
    if let Value::Object(body) = body {
        whole.extend(body);
    }
    Object {
        api_version,
        kind,
        namespace: cluster.namespace.clone(),
        name,
        body: Value::Object(whole),
    }
}
