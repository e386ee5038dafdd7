//! Recorded states (JSON), read leniently: a schema may have lost and gained attributes since.

use serde_json::Value as Json;

use crate::{
    diagnostics::Diagnostic,
    path::Path,
    value::{Number, Type, Value},
};

/// Reads a recorded value: attributes that the type does not have are dropped, those that it
/// has got since are null, and a text that says a number or a bool is one.
///
/// # Errors
/// What does not fit, with its path.
pub(super) fn read(json: &Json, of: &Type, path: &Path) -> Result<Value, Box<Diagnostic>> {
    match (json, of) {
        (Json::Null, _) => Ok(Value::Null),
        (Json::String(text), Type::String) => Ok(Value::String(text.clone())),
        (Json::Bool(truth), Type::String) => Ok(Value::String(truth.to_string())),
        (Json::Number(number), Type::String) => Ok(Value::String(number.to_string())),
        (Json::Bool(truth), Type::Bool) => Ok(Value::Bool(*truth)),
        (Json::String(text), Type::Bool) => {
            text.parse().map(Value::Bool).map_err(|_| misfit("a bool", path))
        }
        (Json::Number(number), Type::Number) => number_of(&number.to_string(), path),
        (Json::String(text), Type::Number) => number_of(text, path),
        (Json::Array(elements), Type::List(element) | Type::Set(element)) => {
            let numbered = elements.iter().enumerate();
            let each = numbered.map(|(index, json)| read(json, element, &path.index(index)));
            each.collect::<Result<_, _>>().map(Value::Sequence)
        }
        (Json::Array(elements), Type::Tuple(types)) if elements.len() == types.len() => {
            let numbered = elements.iter().zip(types).enumerate();
            let each = numbered.map(|(index, (json, of))| read(json, of, &path.index(index)));
            each.collect::<Result<_, _>>().map(Value::Sequence)
        }
        (Json::Object(members), Type::Map(element)) => {
            let each = members
                .iter()
                .map(|(key, json)| Ok((key.clone(), read(json, element, &path.key(key))?)));
            each.collect::<Result<_, _>>().map(Value::Mapping)
        }
        (Json::Object(members), Type::Object(attributes)) => {
            let each = attributes.iter().map(|(name, of)| {
                let json = members.get(name).unwrap_or(&Json::Null);
                Ok((name.clone(), read(json, of, &path.child(name))?))
            });
            each.collect::<Result<_, _>>().map(Value::Mapping)
        }
        (_, Type::Dynamic) => Err(misfit("a value of a fixed type", path)),
        (_, of) => Err(misfit(name_of(of), path)),
    }
}

fn number_of(text: &str, path: &Path) -> Result<Value, Box<Diagnostic>> {
    Number::parse(text).map(Value::Number).map_err(|_| misfit("a number", path))
}

fn name_of(of: &Type) -> &'static str {
    match of {
        Type::String => "a string",
        Type::Number => "a number",
        Type::Bool => "a bool",
        Type::Dynamic => "a value with its type",
        Type::List(_) => "a list",
        Type::Set(_) => "a set",
        Type::Map(_) => "a map",
        Type::Tuple(_) => "a tuple of the right length",
        Type::Object(_) => "an object",
    }
}

/// The value itself is not shown: it may be a secret.
fn misfit(wanted: &str, path: &Path) -> Box<Diagnostic> {
    let detail = format!("The recorded value of {path} is not {wanted}. It was not changed.");
    Box::new(Diagnostic::error("Unable to Upgrade Resource State", detail).at(path.clone()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    fn object(attributes: &[(&str, Type)]) -> Type {
        let owned = attributes.iter().map(|(name, of)| ((*name).to_owned(), of.clone()));
        Type::Object(owned.collect())
    }

    #[test]
    fn lost_attributes_are_dropped_and_new_ones_are_null() {
        let nested = object(&[("kept", Type::Number), ("new", Type::String)]);
        let of = object(&[("list", Type::List(Box::new(nested))), ("other", Type::Bool)]);
        let recorded = json!({"list": [{"kept": 1, "lost": true}], "gone": {}});
        let kept = Value::Mapping(BTreeMap::from([
            ("kept".to_owned(), Value::from(1)),
            ("new".to_owned(), Value::Null),
        ]));
        let expected = Value::Mapping(BTreeMap::from([
            ("list".to_owned(), Value::Sequence(vec![kept])),
            ("other".to_owned(), Value::Null),
        ]));
        assert_eq!(read(&recorded, &of, &Path::root()), Ok(expected));
    }

    #[test]
    fn texts_are_read_as_what_the_type_says() {
        let cases = [
            (json!("5"), Type::Number, Ok(Value::from(5))),
            (json!(5), Type::String, Ok(Value::from("5"))),
            (json!("true"), Type::Bool, Ok(Value::from(true))),
            (json!("yes"), Type::Bool, Err(())),
            (json!({}), Type::String, Err(())),
        ];
        for (recorded, of, expected) in cases {
            let read = read(&recorded, &of, &Path::root()).map_err(|_| ());
            assert_eq!(read, expected, "{recorded} as {of:?}");
        }
    }

    #[test]
    fn a_misfit_says_where_and_not_what() {
        let of = object(&[("password", Type::Map(Box::new(Type::String)))]);
        let recorded = json!({"password": {"a": ["secret"]}});
        let told = read(&recorded, &of, &Path::root()).expect_err("an array is no string");
        assert_eq!(told.path.to_string(), "password[\"a\"]");
        assert!(!told.detail.contains("secret"), "{}", told.detail);
    }
}
