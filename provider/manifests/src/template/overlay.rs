//! One template over another.

use serde_json::{Map, Value};

/// The lists whose elements are matched, and the field that matches them: those
/// of kubectl's strategic merge patch. Every other list is replaced.
const MATCHED: [(&str, &str); 10] = [
    ("containers", "name"),
    ("initContainers", "name"),
    ("ephemeralContainers", "name"),
    ("volumes", "name"),
    ("env", "name"),
    ("imagePullSecrets", "name"),
    ("volumeMounts", "mountPath"),
    ("ports", "containerPort"),
    ("hostAliases", "ip"),
    ("topologySpreadConstraints", "topologyKey"),
];

/// A process' own template over the one of both processes; `None` if there is
/// neither. Maps are merged, elements of lists are matched as `kubectl patch`
/// matches them, and where both say something the own one wins; a `null` in it
/// takes a field away.
pub fn over(common: Option<&Value>, own: Option<&Value>) -> Option<Value> {
    match (common, own) {
        (None, None) => None,
        (Some(one), None) | (None, Some(one)) => Some(one.clone()),
        (Some(common), Some(own)) => Some(merged(common, own, "")),
    }
}

fn merged(base: &Value, patch: &Value, field: &str) -> Value {
    match (base, patch) {
        (Value::Object(base), Value::Object(patch)) => Value::Object(maps(base, patch)),
        (Value::Array(base), Value::Array(patch)) => {
            match MATCHED.iter().find(|(list, _)| *list == field) {
                Some((_, key)) => Value::Array(lists(base, patch, key)),
                None => Value::Array(patch.clone()),
            }
        }
        _ => patch.clone(),
    }
}

fn maps(base: &Map<String, Value>, patch: &Map<String, Value>) -> Map<String, Value> {
    let mut result = base.clone();
    for (key, value) in patch {
        match (value, result.get(key)) {
            (Value::Null, _) => {
                result.remove(key);
            }
            (value, Some(base)) => {
                let value = merged(base, value, key);
                result.insert(key.clone(), value);
            }
            (value, None) => {
                result.insert(key.clone(), value.clone());
            }
        }
    }
    result
}

fn lists(base: &[Value], patch: &[Value], key: &str) -> Vec<Value> {
    let mut result = base.to_vec();
    for item in patch {
        let id = item.get(key);
        match result.iter_mut().find(|it| id.is_some() && it.get(key) == id) {
            Some(same) => *same = merged(same, item, ""),
            None => result.push(item.clone()),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn elements_are_matched_as_kubectl_does() {
        for (name, common, own, result) in [
            (
                "maps merge",
                json!({ "a": 1, "b": { "c": 1 } }),
                json!({ "b": { "d": 2 } }),
                json!({ "a": 1, "b": { "c": 1, "d": 2 } }),
            ),
            ("null takes away", json!({ "a": 1, "b": 2 }), json!({ "a": null }), json!({ "b": 2 })),
            (
                "containers by name",
                json!({ "containers": [{ "name": "x", "image": "a" }, { "name": "y" }] }),
                json!({ "containers": [{ "name": "x", "tty": true }, { "name": "z" }] }),
                json!({ "containers": [{ "name": "x", "image": "a", "tty": true }, { "name": "y" }, { "name": "z" }] }),
            ),
            (
                "mounts by path",
                json!({ "volumeMounts": [{ "mountPath": "/a", "name": "v" }] }),
                json!({ "volumeMounts": [{ "mountPath": "/a", "name": "w" }, { "mountPath": "/b", "name": "v" }] }),
                json!({ "volumeMounts": [{ "mountPath": "/a", "name": "w" }, { "mountPath": "/b", "name": "v" }] }),
            ),
            (
                "other lists are replaced",
                json!({ "args": ["a"], "tolerations": [{ "key": "a" }] }),
                json!({ "args": ["b"], "tolerations": [] }),
                json!({ "args": ["b"], "tolerations": [] }),
            ),
        ] {
            assert_eq!(over(Some(&common), Some(&own)), Some(result), "{name}");
        }
        assert_eq!(over(None, None), None);
        assert_eq!(over(None, Some(&json!({}))), Some(json!({})));
    }
}
