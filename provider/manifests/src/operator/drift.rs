//! What somebody changed, and what the operator or an autoscaler wrote, which is no change.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::change::{PARALLELISM_OVERRIDES, same};
use super::{DEPLOYMENT, SESSION_JOB, overrides};
use crate::Object;

/// A field that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The field of the object.
    pub path: Vec<String>,
    /// What is there.
    pub is: Option<Value>,
    /// What should be.
    pub should: Option<Value>,
}

/// What differs between a rendered resource and the one in the cluster.
///
/// In `spec` also what somebody added; in `metadata` only labels and annotations
/// of ours. The resources' schemas have no defaults: what is there was written.
/// `scaled` says that a `HorizontalPodAutoscaler` has the TaskManagers.
pub fn drift(wanted: &Object, live: &Value, scaled: bool) -> Vec<Difference> {
    let mut found = Vec::new();
    for field in ["labels", "annotations"] {
        let texts = |body: &Value| body["metadata"][field].as_object().cloned().unwrap_or_default();
        let (should, is) = (texts(&wanted.body), texts(live));
        for (key, value) in &should {
            differ(
                &["metadata", field, key].map(str::to_owned),
                is.get(key),
                Some(value),
                &mut found,
            );
        }
    }
    let path = vec!["spec".to_owned()];
    walk(&path, live.get("spec"), wanted.body.get("spec"), &mut found);
    found.retain(|difference| !is_of_others(wanted.kind, &difference.path, scaled));
    found
}

/// The resource to apply: where others have the say, what they have said stays,
/// so that server-side apply takes nothing from them.
pub fn kept(wanted: &Object, live: &Value, scaled: bool) -> Object {
    let mut kept = wanted.clone();
    let [task_manager, replicas] = REPLICAS;
    let is = live.pointer(&format!("/spec/{task_manager}/{replicas}"));
    if let Some(is) = is.filter(|it| scaled && wanted.kind == DEPLOYMENT && it.is_number()) {
        kept.body["spec"][task_manager][replicas] = is.clone();
    }
    kept
}

/// The field behind the scale of a `FlinkDeployment`.
const REPLICAS: [&str; 2] = ["taskManager", "replicas"];

/// The label by which the operator's webhook finds a session job's cluster.
const TARGET: &str = "target.session";

/// Whether a field is written by the operator, its autoscaler or Kubernetes'.
fn is_of_others(kind: &str, path: &[String], scaled: bool) -> bool {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["spec", field, inner] if [*field, *inner] == REPLICAS => scaled && kind == DEPLOYMENT,
        ["spec", field, key] if *field == overrides::CONFIGURATION => *key == PARALLELISM_OVERRIDES,
        ["metadata", "labels", label] => *label == TARGET && kind == SESSION_JOB,
        _ => false,
    }
}

fn walk(path: &[String], is: Option<&Value>, should: Option<&Value>, found: &mut Vec<Difference>) {
    let empty = Map::new();
    let (is_map, should_map) = match (is, should) {
        (Some(Value::Object(is)), Some(Value::Object(should))) => (is, should),
        (Some(Value::Object(is)), None) if path.len() > 1 && !is.is_empty() => (is, &empty),
        _ => return differ(path, is, should, found),
    };
    for key in is_map.keys().chain(should_map.keys()).collect::<BTreeSet<_>>() {
        let below = [path, std::slice::from_ref(key)].concat();
        walk(&below, is_map.get(key), should_map.get(key), found);
    }
}

fn differ(
    path: &[String],
    is: Option<&Value>,
    should: Option<&Value>,
    found: &mut Vec<Difference>,
) {
    let one = |value: Option<&Value>| value.cloned().unwrap_or(Value::Null);
    if !same(&one(is), &one(should)) {
        found.push(Difference { path: path.to_vec(), is: is.cloned(), should: should.cloned() });
    }
}
