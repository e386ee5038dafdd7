//! Documents inside a text.

use std::collections::BTreeMap;

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
