//! What a template's values become where Kubernetes' types decide.
//!
//! Flink reads a template into typed objects and writes these: numbers become
//! texts where the API has texts, lists without elements disappear. The API
//! server would refuse `cpu: 1` in a label or a number as the value of an
//! environment variable; Flink's users write both.

use serde_json::{Map, Value};

/// The fields whose values are maps of texts.
const TEXT_MAPS: [&str; 6] =
    ["labels", "annotations", "nodeSelector", "matchLabels", "limits", "requests"];

/// The fields whose values are lists of texts.
const TEXT_LISTS: [&str; 2] = ["command", "args"];

/// The template as Flink has it in hand after reading.
pub(super) fn as_read(template: &Value) -> Value {
    match template {
        Value::Object(map) => Value::Object(members(map)),
        Value::Array(items) => Value::Array(items.iter().map(as_read).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => template.clone(),
    }
}

fn members(map: &Map<String, Value>) -> Map<String, Value> {
    let is_env = map.contains_key("name") && map.contains_key("value");
    map.iter()
        .filter(|(_, value)| !value.is_null() && !value.as_array().is_some_and(Vec::is_empty))
        .map(|(key, value)| {
            let value = if let Value::Object(texts) = value
                && TEXT_MAPS.contains(&key.as_str())
            {
                texts.iter().map(|(key, value)| (key.clone(), text(value))).collect()
            } else if let Value::Array(texts) = value
                && TEXT_LISTS.contains(&key.as_str())
            {
                texts.iter().map(text).collect()
            } else if is_env && key == "value" {
                text(value)
            } else {
                as_read(value)
            };
            (key.clone(), value)
        })
        .collect()
}

/// A scalar as a text; anything else as it is.
fn text(value: &Value) -> Value {
    match value {
        Value::Bool(truth) => Value::String(truth.to_string()),
        Value::Number(number) => Value::String(number.to_string()),
        Value::Null => Value::String(String::new()),
        Value::String(_) | Value::Array(_) | Value::Object(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_are_texts_and_empty_lists_are_gone() {
        for (template, read) in [
            (
                json!({ "labels": { "a": true, "b": 1 } }),
                json!({ "labels": { "a": "true", "b": "1" } }),
            ),
            (json!({ "requests": { "cpu": 7 } }), json!({ "requests": { "cpu": "7" } })),
            (
                json!({ "env": [{ "name": "A", "value": 1 }] }),
                json!({ "env": [{ "name": "A", "value": "1" }] }),
            ),
            (json!({ "args": [1, "a"] }), json!({ "args": ["1", "a"] })),
            (json!({ "env": [], "x": null, "emptyDir": {} }), json!({ "emptyDir": {} })),
            (
                json!({ "runAsUser": 9999, "hostIPC": true }),
                json!({ "runAsUser": 9999, "hostIPC": true }),
            ),
        ] {
            assert_eq!(as_read(&template), read, "{template}");
        }
    }
}
