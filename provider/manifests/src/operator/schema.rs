//! What the served resource cannot hold.
//!
//! The API server prunes a field that its schema does not know, and says nothing:
//! the operator of an older version would then run something else than was written.

use serde_json::{Map, Value};

use super::attribute::{Attributes, attribute};
use super::{DEPLOYMENT, SNAPSHOT};
use crate::{Invalid, Object};

/// What of an object the served schema cannot hold, each at the attribute that
/// says it. `schema` is the `openAPIV3Schema` of the version that is served.
pub fn unheld(schema: &Value, object: &Object, attributes: &Attributes<'_>) -> Vec<Invalid> {
    let mut found = Vec::new();
    if let Some(spec) = object.body.get("spec") {
        let below = schema.pointer("/properties/spec");
        let path = vec!["spec".to_owned()];
        match below {
            Some(below) => walk(below, spec, &path, &mut found),
            None => found.push(Misfit { path, value: None, why: Why::Unknown }),
        }
    }
    let at = |misfit: Misfit| Invalid {
        path: attribute(object, &misfit.path, attributes),
        text: text(object.kind, &misfit),
    };
    found.into_iter().map(at).collect()
}

/// A value that the schema does not take.
struct Misfit {
    path: Vec<String>,
    /// The value, where it is a text.
    value: Option<String>,
    why: Why,
}

enum Why {
    /// No such field.
    Unknown,
    /// Another type; the one of the schema.
    Type(String),
    /// Not one of these words.
    Word(Vec<String>),
}

fn walk(schema: &Value, value: &Value, path: &[String], found: &mut Vec<Misfit>) {
    let text = value.as_str().map(str::to_owned);
    let mut misfit = |why| found.push(Misfit { path: path.to_vec(), value: text.clone(), why });
    if let Some(words) = schema.get("enum").and_then(Value::as_array)
        && !words.contains(value)
    {
        let words = words.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        return misfit(Why::Word(words));
    }
    if let Some(expected) = other_type(schema, value) {
        return misfit(Why::Type(expected));
    }
    match value {
        Value::Object(map) => fields(schema, map, path, found),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                if let Some(below) = schema.get("items") {
                    walk(below, item, &[path, &[index.to_string()]].concat(), found);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn fields(schema: &Value, map: &Map<String, Value>, path: &[String], found: &mut Vec<Misfit>) {
    let is_set = |name: &str| schema.get(name).and_then(Value::as_bool).unwrap_or(false);
    let takes_any =
        is_set("x-kubernetes-preserve-unknown-fields") || is_set("additionalProperties");
    let others = schema.get("additionalProperties").filter(|it| it.is_object());
    for (name, value) in map {
        let below = [path, std::slice::from_ref(name)].concat();
        let own = schema.get("properties").and_then(|all| all.get(name));
        match own.or(others) {
            Some(schema) => walk(schema, value, &below, found),
            None if takes_any => {}
            None => found.push(Misfit { path: below, value: None, why: Why::Unknown }),
        }
    }
}

/// The type that the schema wants, if the value has another.
fn other_type(schema: &Value, value: &Value) -> Option<String> {
    if schema.get("x-kubernetes-int-or-string").and_then(Value::as_bool) == Some(true) {
        let fits = value.is_string() || value.is_i64() || value.is_u64();
        return (!fits).then(|| "a number or a text".to_owned());
    }
    let (fits, expected) = match schema.get("type").and_then(Value::as_str)? {
        "object" => (value.is_object(), "a map"),
        "array" => (value.is_array(), "a list"),
        "string" => (value.is_string(), "a text"),
        "boolean" => (value.is_boolean(), "true or false"),
        "integer" => (value.is_i64() || value.is_u64(), "a whole number"),
        "number" => (value.is_number(), "a number"),
        _ => return None,
    };
    let is_nullable = schema.get("nullable").and_then(Value::as_bool) == Some(true);
    (!(fits || is_nullable && value.is_null())).then(|| expected.to_owned())
}

fn text(kind: &str, misfit: &Misfit) -> String {
    let what = plain(kind, &misfit.path.join("."), &misfit.why);
    match known_in(kind, &misfit.path, misfit.value.as_deref()) {
        Some(version) => format!(
            "{what} Version {version} of the operator has it: take that or a newer one, and its resource definitions, \
             which Helm does not renew."
        ),
        None => what,
    }
}

fn plain(kind: &str, field: &str, why: &Why) -> String {
    match why {
        Why::Unknown => format!(
            "The {kind} that this Kubernetes serves has no field {field}: it would be left out, and nobody would say so."
        ),
        Why::Type(expected) => {
            format!("The {kind} that this Kubernetes serves takes {expected} for {field}.")
        }
        Why::Word(words) => format!(
            "The {kind} that this Kubernetes serves takes one of {} for {field}.",
            words.join(", ")
        ),
    }
}

/// A version of the operator that is known to have a field, or a word of it,
/// which 1.7 has not.
///
/// From the resource definitions of 1.7.0 and 1.10.0, and from what 1.15.0 was
/// seen to take: a version between may be enough.
pub fn known_in(kind: &str, path: &[String], value: Option<&str>) -> Option<&'static str> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match (kind, path.as_slice()) {
        (_, ["spec", "job", "savepointRedeployNonce"])
        | (DEPLOYMENT, ["spec", "ingress", "labels" | "tls", ..])
        | (SNAPSHOT, _) => Some("1.10"),
        (DEPLOYMENT, ["spec", "jobManager" | "taskManager", "resources", ..]) => Some("1.16"),
        (DEPLOYMENT, ["spec", "flinkVersion"]) => match value? {
            "v1_20" => Some("1.10"),
            "v2_0" | "v2_1" | "v2_2" => Some("1.15"),
            "v2_3" | "v2_4" => Some("1.16"),
            _ => None,
        },
        _ => None,
    }
}
