//! The user's YAML over a spec.

use flink::configuration::{Configuration, value};
use serde_json::{Map, Value, json};

use crate::{Invalid, template};

/// The attribute that holds it.
pub(super) const ATTRIBUTE: [&str; 2] = ["operator", "spec_overrides"];

/// The field of both specs that is Flink's configuration.
pub(super) const CONFIGURATION: &str = "flinkConfiguration";

/// Keys that the operator refuses, whoever writes them.
const FORBIDDEN: [&str; 3] =
    ["kubernetes.namespace", "kubernetes.cluster-id", "high-availability.cluster-id"];

/// The overrides over a spec: maps are merged, elements of lists are matched as
/// `kubectl patch` matches them, `null` takes a field away. Flink's
/// configuration is one map of texts in every version of the resource, so that
/// what is nested here becomes keys with dots.
///
/// # Errors
/// Overrides that are no map, and keys that the operator refuses.
pub(super) fn over(spec: Value, overrides: Option<&Value>) -> Result<Value, Vec<Invalid>> {
    let Some(overrides) = overrides else { return Ok(spec) };
    let Some(map) = overrides.as_object() else {
        let text =
            "The overrides are a map: fields of the resource's spec, such as `podTemplate:`.";
        return Err(vec![Invalid::at(&ATTRIBUTE, text)]);
    };
    let mut map = map.clone();
    if let Some(written) = map.get(CONFIGURATION).filter(|it| !it.is_null()) {
        let Some(written) = written.as_object() else {
            let [operator, overrides] = ATTRIBUTE;
            let path = [operator, overrides, CONFIGURATION];
            return Err(vec![Invalid::at(&path, "Flink's configuration is a map.")]);
        };
        let flat = flat(written);
        refuse(&flat)?;
        map.insert(CONFIGURATION.to_owned(), Value::Object(flat));
    }
    let whole = template::over(Some(&spec), Some(&Value::Object(map)));
    Ok(whole.unwrap_or(spec))
}

fn refuse(flat: &Map<String, Value>) -> Result<(), Vec<Invalid>> {
    let [operator, overrides] = ATTRIBUTE;
    let refused: Vec<Invalid> = FORBIDDEN
        .iter()
        .filter(|key| flat.contains_key(**key))
        .map(|key| {
            let path = [operator, overrides, CONFIGURATION, key];
            Invalid::at(
                &path,
                format!("The operator refuses the key {key}: it follows from name and namespace."),
            )
        })
        .collect();
    if refused.is_empty() { Ok(()) } else { Err(refused) }
}

/// A nested configuration as the operator reads it: keys joined by dots, values as texts.
pub(super) fn flat(configuration: &Map<String, Value>) -> Map<String, Value> {
    let mut flat = Map::new();
    for (key, value) in configuration {
        match value {
            Value::Object(inner) => {
                let inner = self::flat(inner);
                flat.extend(inner.into_iter().map(|(below, it)| (format!("{key}.{below}"), it)));
            }
            Value::Null => {
                flat.insert(key.clone(), Value::Null);
            }
            Value::Array(_) | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                flat.insert(key.clone(), json!(text(value)));
            }
        }
    }
    flat
}

/// A value as Flink's configuration file holds it.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => value::write_list(&items.iter().map(text).collect::<Vec<_>>()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

/// Flink's configuration in a finished spec.
pub(super) fn configuration(spec: &Value) -> Configuration {
    let written = spec.get(CONFIGURATION).and_then(Value::as_object);
    let flat = written.map(flat).unwrap_or_default();
    let filled = flat.into_iter().filter(|(_, value)| !value.is_null());
    filled.map(|(key, value)| (key, text(&value))).collect()
}
