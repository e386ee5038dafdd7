//! YAML as Flink reads it since 1.19: scalars become what Java makes of them.

use std::collections::BTreeMap;

use saphyr::{LoadableYamlNode, Scalar, Yaml};

use super::value::java_double;

/// The one document of a text; `None` for an empty text.
///
/// # Errors
/// What is wrong, with line and column; several documents are wrong too.
pub(super) fn document(text: &str) -> Result<Option<Yaml<'_>>, String> {
    let mut documents = Yaml::load_from_str(text).map_err(|error| error.to_string())?;
    if documents.len() > 1 {
        return Err("there is more than one document".to_owned());
    }
    Ok(documents.pop().filter(|document| !matches!(document, Yaml::BadValue)))
}

/// The text that Java's `toString` gives for a value; `None` for null and for what Flink cannot
/// read.
pub(super) fn text(yaml: &Yaml<'_>) -> Option<String> {
    match yaml {
        Yaml::Value(scalar) => scalar_text(scalar),
        Yaml::Sequence(_) | Yaml::Mapping(_) => flow(yaml),
        Yaml::Representation(..) | Yaml::Tagged(..) | Yaml::Alias(_) | Yaml::BadValue => None,
    }
}

fn scalar_text(scalar: &Scalar<'_>) -> Option<String> {
    match scalar {
        Scalar::Null => None,
        Scalar::Boolean(truth) => Some(truth.to_string()),
        Scalar::Integer(integer) => Some(integer.to_string()),
        Scalar::FloatingPoint(float) if float.0.is_nan() => Some(".nan".to_owned()),
        Scalar::FloatingPoint(float) if float.0 == f64::INFINITY => Some(".inf".to_owned()),
        Scalar::FloatingPoint(float) if float.0 == f64::NEG_INFINITY => Some("-.inf".to_owned()),
        Scalar::FloatingPoint(float) => Some(java_double(float.0)),
        Scalar::String(text) => Some(text.as_ref().to_owned()),
    }
}

/// A value on one line, as Flink keeps a list that stands in its file.
fn flow(yaml: &Yaml<'_>) -> Option<String> {
    match yaml {
        Yaml::Value(Scalar::String(text)) => Some(flow_string(text)),
        Yaml::Value(Scalar::Null) => Some("null".to_owned()),
        Yaml::Sequence(elements) => {
            let elements = elements.iter().map(flow).collect::<Option<Vec<_>>>()?;
            Some(format!("[{}]", elements.join(", ")))
        }
        Yaml::Mapping(members) => {
            let member = |(key, value)| Some(format!("{}: {}", flow(key)?, flow(value)?));
            let members = members.iter().map(member).collect::<Option<Vec<_>>>()?;
            Some(format!("{{{}}}", members.join(", ")))
        }
        Yaml::Value(_)
        | Yaml::Representation(..)
        | Yaml::Tagged(..)
        | Yaml::Alias(_)
        | Yaml::BadValue => text(yaml),
    }
}

/// A string that reads as the same string: bare where that is safe, else in quotes.
fn flow_string(text: &str) -> String {
    let is_safe = |it: char| it.is_alphanumeric() || "-_./;'\"() ".contains(it);
    let starts_well = text.starts_with(|it: char| it.is_alphabetic() || it == '/');
    let parsed = Yaml::load_from_str(text).unwrap_or_default();
    let is_string = matches!(parsed.first(), Some(Yaml::Value(Scalar::String(_))));
    if starts_well && is_string && text.chars().all(is_safe) && !text.ends_with(' ') {
        return text.to_owned();
    }
    if text.chars().any(char::is_control) {
        return serde_json::Value::from(text).to_string();
    }
    format!("'{}'", text.replace('\'', "''"))
}

/// The elements, if the text is a list without nulls.
pub(super) fn list(text: &str) -> Option<Vec<String>> {
    let document = document(text).ok()??;
    document.as_sequence()?.iter().map(self::text).collect()
}

/// The entries, if the text is a map without nulls.
pub(super) fn map(text: &str) -> Option<BTreeMap<String, String>> {
    entries(&document(text).ok()??)
}

/// The maps, if the text is a list of them.
pub(super) fn maps(text: &str) -> Option<Vec<BTreeMap<String, String>>> {
    document(text).ok()??.as_sequence()?.iter().map(entries).collect()
}

fn entries(yaml: &Yaml<'_>) -> Option<BTreeMap<String, String>> {
    let members = yaml.as_mapping()?;
    members.iter().map(|(key, value)| Some((text(key)?, text(value)?))).collect()
}
