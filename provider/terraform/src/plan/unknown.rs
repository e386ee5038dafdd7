//! Which parts of a value are not known yet.

use crate::{path::Path, value::Value};

/// Where the value is unknown. Elements of sets are counted as elements of lists are.
pub fn unknown_paths(value: &Value) -> Vec<Path> {
    let mut found = Vec::new();
    collect(value, &Path::root(), &mut found);
    found
}

fn collect(value: &Value, path: &Path, found: &mut Vec<Path>) {
    match value {
        Value::Unknown(_) => found.push(path.clone()),
        Value::Sequence(elements) => {
            for (index, element) in elements.iter().enumerate() {
                collect(element, &path.index(index), found);
            }
        }
        // A tree does not tell an object from a map; the first step and every step below an
        // object's attribute is taken as an attribute.
        Value::Mapping(fields) => {
            for (name, field) in fields {
                collect(field, &path.child(name), found);
            }
        }
        Value::Dynamic(typed) => collect(&typed.1, path, found),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The value with null wherever it is unknown.
pub fn known_or_null(value: Value) -> Value {
    match value {
        Value::Unknown(_) => Value::Null,
        Value::Sequence(elements) => {
            Value::Sequence(elements.into_iter().map(known_or_null).collect())
        }
        Value::Mapping(fields) => Value::Mapping(
            fields.into_iter().map(|(name, field)| (name, known_or_null(field))).collect(),
        ),
        Value::Dynamic(typed) => {
            let (kind, inner) = *typed;
            Value::Dynamic(Box::new((kind, known_or_null(inner))))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}
