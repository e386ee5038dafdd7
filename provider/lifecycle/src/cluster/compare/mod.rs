//! What is rendered and what is, compared by meaning.
//!
//! What is rendered must be there; what others have added, and what the API
//! server fills in, is no difference. Entries of a list are found by their
//! key where they have one.

mod quantity;

use serde_json::Value;

use crate::cluster::{
    goal::{Desired, Id, Name},
    observed::Objects,
};

/// One difference between what should be and what is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The object.
    pub object: Id,
    /// What differs.
    pub what: What,
}

/// What differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The object does not exist.
    Missing,
    /// The object exists and should not: it is ours, and not rendered any more.
    Left,
    /// A value is another.
    Value {
        /// Where, as keys; an entry of a list by its key, for example
        /// `["spec", "ports", "rest", "port"]`.
        path: Vec<String>,
        /// What is; `None`: nothing.
        is: Option<Value>,
        /// What should be.
        should: Value,
    },
}

/// The keys by which an entry of a list is found, first that all have.
const KEYS: [&str; 5] = ["name", "mountPath", "containerPort", "key", "port"];
/// The maps whose values are quantities.
const QUANTITIES: [&str; 3] = ["limits", "requests", "hard"];
/// The keys whose values are quantities.
const QUANTITY: [&str; 3] = ["sizeLimit", "storage", "divisor"];

/// Every difference, in the order of the objects; those that are left last.
pub fn differences(name: &Name, desired: &Desired, live: &Objects) -> Vec<Difference> {
    let mut all = Vec::new();
    for object in &desired.objects {
        let id = Id::of(object);
        match live.get(&id) {
            None => all.push(Difference { object: id, what: What::Missing }),
            Some(live) => {
                let mut found = Vec::new();
                walk(&mut Vec::new(), &object.body, Some(live), &mut found);
                let object = id;
                all.extend(
                    found.into_iter().map(|what| Difference { object: object.clone(), what }),
                );
            }
        }
    }
    let is_rendered = |id: &Id| desired.objects.iter().any(|object| Id::of(object) == *id);
    let left = live
        .iter()
        .filter(|(id, object)| !is_rendered(id) && crate::cluster::next::is_ours(name, object));
    all.extend(left.map(|(id, _)| Difference { object: id.clone(), what: What::Left }));
    all
}

fn walk(path: &mut Vec<String>, should: &Value, is: Option<&Value>, found: &mut Vec<What>) {
    match (should, is) {
        (Value::Object(should), is) if is.is_none_or(Value::is_object) => {
            for (key, should) in should {
                path.push(key.clone());
                walk(path, should, is.and_then(|is| is.get(key)), found);
                path.pop();
            }
        }
        (Value::Array(should), Some(Value::Array(is))) if key_of(should).is_some() => {
            let key = key_of(should).unwrap_or_default();
            for should in should {
                path.push(text(&should[key]));
                let is = is.iter().find(|is| text(&is[key]) == text(&should[key]));
                walk(path, should, is, found);
                path.pop();
            }
        }
        (Value::Array(should), Some(Value::Array(is))) if should.len() == is.len() => {
            for (index, (should, is)) in should.iter().zip(is).enumerate() {
                path.push(index.to_string());
                walk(path, should, Some(is), found);
                path.pop();
            }
        }
        (should, is) if is_nothing(should) && is.is_none_or(is_nothing) => {}
        (should, Some(is)) if same(path, should, is) => {}
        (should, is) => {
            found.push(What::Value { path: path.clone(), is: is.cloned(), should: should.clone() });
        }
    }
}

/// The key by which all entries are told apart.
fn key_of(entries: &[Value]) -> Option<&'static str> {
    KEYS.into_iter().find(|key| {
        let values = || entries.iter().filter_map(|entry| entry.get(*key)).map(text);
        let unique: std::collections::BTreeSet<String> = values().collect();
        !entries.is_empty() && unique.len() == entries.len()
    })
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(is) => !is,
        Value::Number(number) => number.as_i64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(entries) => entries.is_empty(),
        Value::Object(entries) => entries.is_empty(),
    }
}

fn same(path: &[String], should: &Value, is: &Value) -> bool {
    let (one, other) = (text(should), text(is));
    let key = path.last().map(String::as_str).unwrap_or_default();
    let above = path.iter().rev().nth(1).map(String::as_str).unwrap_or_default();
    if QUANTITIES.contains(&above) || QUANTITY.contains(&key) {
        return quantity::same(&one, &other);
    }
    should == is || (one == other && should.is_string() != is.is_string())
}

/// A value as text: `8081` and `"8081"` are one port.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(should: &Value, is: &Value) -> Vec<(String, Option<Value>)> {
        let mut found = Vec::new();
        walk(&mut Vec::new(), should, Some(is), &mut found);
        let told = |what| match what {
            What::Value { path, is, should: _ } => (path.join("."), is),
            What::Missing | What::Left => panic!("no value"),
        };
        found.into_iter().map(told).collect()
    }

    #[test]
    fn what_the_server_fills_in_and_others_add_is_no_difference() {
        let should = json!({
            "metadata": { "labels": { "app": "a" }, "annotations": {} },
            "spec": {
                "replicas": 2,
                "ports": [{ "name": "rest", "port": 8081, "targetPort": "8081" }],
                "containers": [{
                    "name": "main",
                    "env": [],
                    "resources": { "limits": { "cpu": "1.0", "memory": "1600Mi" } },
                    "volumeMounts": [{ "mountPath": "/a", "name": "v" }, { "mountPath": "/b", "name": "v" }],
                }],
                "hostNetwork": false,
            },
        });
        let is = json!({
            "metadata": { "labels": { "app": "a", "added": "x" }, "uid": "1" },
            "spec": {
                "replicas": 2,
                "strategy": { "type": "RollingUpdate" },
                "ports": [{ "name": "rest", "port": 8081, "targetPort": 8081, "protocol": "TCP" }],
                "containers": [
                    { "name": "injected" },
                    {
                        "name": "main",
                        "resources": { "limits": { "cpu": "1", "memory": "1638400Ki" } },
                        "volumeMounts": [{ "mountPath": "/b", "name": "v" }, { "mountPath": "/a", "name": "v" }],
                    },
                ],
            },
        });
        assert_eq!(found(&should, &is), []);
    }

    #[test]
    fn what_somebody_changed_is_told_with_its_place() {
        let should = json!({ "spec": { "replicas": 2, "ports": [{ "name": "rest", "port": 8081 }], "list": ["a", "b"] } });
        let is = json!({ "spec": { "replicas": 3, "ports": [{ "name": "rest", "port": 9090 }], "list": ["a"] } });
        assert_eq!(
            found(&should, &is),
            [
                ("spec.list".to_owned(), Some(json!(["a"]))),
                ("spec.ports.rest.port".to_owned(), Some(json!(9090))),
                ("spec.replicas".to_owned(), Some(json!(3))),
            ]
        );
        let gone = json!({ "spec": { "ports": [], "list": ["a", "b"] } });
        assert_eq!(
            found(&should, &gone),
            [
                ("spec.ports.rest.name".to_owned(), None),
                ("spec.ports.rest.port".to_owned(), None),
                ("spec.replicas".to_owned(), None),
            ]
        );
    }
}
