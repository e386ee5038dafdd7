//! Documents inside a text.

use std::collections::BTreeMap;

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::Value as Json;

use crate::{
    meaning::by_reading,
    value::{Number, Value},
};

/// JSON texts that differ in spaces, in the order of keys or in how a number is written.
pub fn json(one: &Value, two: &Value) -> bool {
    by_reading(one, two, |text| serde_json::from_str(text).ok().map(|json| tree(&json)))
}

/// A JSON value with its numbers compared by value.
fn tree(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => {
            let text = number.to_string();
            Number::parse(&text).map_or(Value::String(text), Value::Number)
        }
        Json::String(text) => Value::String(text.clone()),
        Json::Array(elements) => Value::Sequence(elements.iter().map(tree).collect()),
        Json::Object(members) => {
            let members = members.iter().map(|(name, member)| (name.clone(), tree(member)));
            Value::Mapping(members.collect::<BTreeMap<_, _>>())
        }
    }
}

/// The one document of a YAML text, as JSON; `None` where it is none, has tags or aliases, or keys that are not strings.
pub fn parse_yaml(text: &str) -> Option<Json> {
    match Yaml::load_from_str(text).ok()?.as_slice() {
        [document] => node(document).and_then(|value| plain_json(&value)),
        _ => None,
    }
}

fn plain_json(value: &Value) -> Option<Json> {
    match value {
        Value::Null => Some(Json::Null),
        Value::Bool(truth) => Some(Json::Bool(*truth)),
        Value::Number(number) => serde_json::from_str(&number.to_string()).ok(),
        Value::String(text) => Some(Json::String(text.clone())),
        Value::Sequence(elements) => {
            elements.iter().map(plain_json).collect::<Option<_>>().map(Json::Array)
        }
        Value::Mapping(members) => {
            let member =
                |(name, member): (&String, &Value)| Some((name.clone(), plain_json(member)?));
            members.iter().map(member).collect::<Option<_>>().map(Json::Object)
        }
        Value::Unknown(_) | Value::Dynamic(_) => None,
    }
}

/// YAML texts that differ in style, comments or the order of keys.
///
/// A text with tags, or with keys that are not strings, is compared as it is.
pub fn yaml(one: &Value, two: &Value) -> bool {
    by_reading(one, two, |text| {
        let documents = Yaml::load_from_str(text).ok()?;
        documents.iter().map(node).collect::<Option<Vec<_>>>()
    })
}

fn node(yaml: &Yaml<'_>) -> Option<Value> {
    match yaml {
        Yaml::Value(scalar) => Some(plain(scalar)),
        Yaml::Sequence(elements) => {
            elements.iter().map(node).collect::<Option<_>>().map(Value::Sequence)
        }
        Yaml::Mapping(members) => {
            let member = |(key, member): (&Yaml<'_>, &Yaml<'_>)| {
                Some((key.as_str()?.to_owned(), node(member)?))
            };
            members.iter().map(member).collect::<Option<_>>().map(Value::Mapping)
        }
        Yaml::Representation(..) | Yaml::Tagged(..) | Yaml::Alias(_) | Yaml::BadValue => None,
    }
}

fn plain(scalar: &Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(truth) => Value::Bool(*truth),
        Scalar::Integer(integer) => Value::from(*integer),
        Scalar::FloatingPoint(float) => Value::Number(Number::from_shortest(float.0)),
        Scalar::String(text) => Value::from(text.as_ref()),
    }
}
