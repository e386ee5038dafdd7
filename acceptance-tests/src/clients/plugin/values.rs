//! Values as a test writes them (JSON, what is not set left out) and as a schema wants them.

use crate::failure::{Failure, Outcome};
use proto::tfplugin6::schema::{self, Attribute, Object};
use proto::tfplugin6::{DynamicValue, Schema};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use terraform::value::{Number, Type, Value, msgpack};

/// The type of the objects of a schema. Nested blocks are left out: our schemas have none.
pub fn object_type(schema: &Schema) -> Outcome<Type> {
    attributes_type(attributes(schema))
}

/// The attributes at the top of a schema.
pub(super) fn attributes(schema: &Schema) -> &[Attribute] {
    schema.block.as_ref().map_or(&[], |block| block.attributes.as_slice())
}

fn attributes_type(attributes: &[Attribute]) -> Outcome<Type> {
    let typed = |attribute: &Attribute| Ok((attribute.name.clone(), attribute_type(attribute)?));
    Ok(Type::Object(attributes.iter().map(typed).collect::<Outcome<_>>()?))
}

fn attribute_type(attribute: &Attribute) -> Outcome<Type> {
    let Some(nested) = &attribute.nested_type else {
        return Ok(Type::from_json(&attribute.r#type)?);
    };
    let Object { attributes, .. } = nested;
    let element = attributes_type(attributes)?;
    match nested.nesting() {
        schema::object::NestingMode::Single => Ok(element),
        schema::object::NestingMode::List => Ok(Type::List(Box::new(element))),
        schema::object::NestingMode::Set => Ok(Type::Set(Box::new(element))),
        schema::object::NestingMode::Map => Ok(Type::Map(Box::new(element))),
        schema::object::NestingMode::Invalid => {
            Err(Failure::new(format!("attribute {:?} is nested in nothing", attribute.name)))
        }
    }
}

/// JSON as a value of a type; attributes that are not there are null.
pub fn value(json: &Json, of: &Type) -> Outcome<Value> {
    match (json, of) {
        (Json::Null, _) => Ok(Value::Null),
        (Json::Bool(truth), Type::Bool) => Ok(Value::Bool(*truth)),
        (Json::String(text), Type::String) => Ok(Value::String(text.clone())),
        (Json::Number(number), Type::Number) => {
            Ok(Value::Number(Number::parse(&number.to_string())?))
        }
        (Json::Array(elements), Type::List(element) | Type::Set(element)) => {
            elements.iter().map(|json| value(json, element)).collect::<Outcome<_>>().map(Value::Sequence)
        }
        (Json::Object(members), Type::Map(element)) => mapping(members.iter().map(|(name, json)| (name, json, element.as_ref()))),
        (Json::Object(members), Type::Object(attributes)) => {
            if let Some(stranger) = members.keys().find(|name| !attributes.contains_key(*name)) {
                return Err(Failure::new(format!("no attribute {stranger:?} in {of:?}")));
            }
            mapping(attributes.iter().map(|(name, of)| (name, members.get(name).unwrap_or(&Json::Null), of)))
        }
        _ => Err(Failure::new(format!("{json} is not of type {of:?}"))),
    }
}

fn mapping<'a>(members: impl Iterator<Item = (&'a String, &'a Json, &'a Type)>) -> Outcome<Value> {
    let read = |(name, json, of): (&String, &Json, &Type)| Ok((name.clone(), value(json, of)?));
    members.map(read).collect::<Outcome<BTreeMap<_, _>>>().map(Value::Mapping)
}

/// What core proposes: the configuration, and where it says nothing of a computed attribute, what
/// was there before.
pub(super) fn proposed(schema: &Schema, prior: &Value, config: &Value) -> Value {
    let (Value::Mapping(before), Value::Mapping(wanted)) = (prior, config) else {
        return config.clone();
    };
    let kept = |name: &str| {
        let attribute = attributes(schema).iter().find(|attribute| attribute.name == name);
        attribute.is_some_and(|attribute| attribute.computed)
    };
    let choose = |(name, wanted): (&String, &Value)| {
        let value = if wanted.is_null() && kept(name) { &before[name] } else { wanted };
        (name.clone(), value.clone())
    };
    Value::Mapping(wanted.iter().map(choose).collect())
}

/// A value on the wire.
pub(super) fn encode(value: &Value, of: &Type) -> Outcome<DynamicValue> {
    Ok(DynamicValue { msgpack: msgpack::encode(value, of)?, json: Vec::new() })
}

/// A value from the wire; nothing is null.
pub(super) fn decode(value: Option<&DynamicValue>, of: &Type) -> Outcome<Value> {
    value.map_or(Ok(Value::Null), |value| Ok(msgpack::decode(&value.msgpack, of)?))
}
