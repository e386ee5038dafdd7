//! Objects as the messages that carry them.

use std::collections::BTreeMap;

use proto::tfplugin6::{DynamicValue, ResourceIdentityData};
use serde_json::Value as Json;
use terraform::{
    model::Model,
    schema::object_type,
    value::{Number, Type, Value, msgpack},
};

/// JSON as a value; the text `?` is unknown.
pub(crate) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => Value::Number(Number::parse(&number.to_string()).unwrap()),
        Json::String(text) if text == "?" => Value::unknown(),
        Json::String(text) => Value::String(text.clone()),
        Json::Array(elements) => Value::Sequence(elements.iter().map(value).collect()),
        Json::Object(members) => {
            Value::Mapping(members.iter().map(|(name, it)| (name.clone(), value(it))).collect())
        }
    }
}

/// The type of a model's objects.
pub(crate) fn type_of<M: Model>() -> Type {
    object_type(&M::attributes())
}

/// An object of a model, what `some` does not say being null.
pub(crate) fn object<M: Model>(some: &Json) -> Value {
    complete(&value(some), &type_of::<M>())
}

fn complete(value: &Value, of: &Type) -> Value {
    match (value, of) {
        (Value::Mapping(members), Type::Object(attributes)) => {
            let each = attributes.iter().map(|(name, of)| {
                (name.clone(), complete(members.get(name).unwrap_or(&Value::Null), of))
            });
            Value::Mapping(each.collect())
        }
        (Value::Mapping(members), Type::Map(of)) => {
            let each = members.iter().map(|(key, it)| (key.clone(), complete(it, of)));
            Value::Mapping(each.collect())
        }
        (Value::Sequence(elements), Type::List(of)) => {
            Value::Sequence(elements.iter().map(|it| complete(it, of)).collect())
        }
        (value, _) => value.clone(),
    }
}

/// The message of an object.
pub(crate) fn message<M: Model>(some: &Json) -> Option<DynamicValue> {
    Some(encoded::<M>(&object::<M>(some)))
}

/// The message of a value.
pub(crate) fn encoded<M: Model>(value: &Value) -> DynamicValue {
    let msgpack = msgpack::encode(value, &type_of::<M>()).unwrap();
    DynamicValue { msgpack, json: Vec::new() }
}

/// The object of a message; null when there is none.
pub(crate) fn decoded<M: Model>(message: Option<&DynamicValue>) -> Value {
    message.map_or(Value::Null, |it| msgpack::decode(&it.msgpack, &type_of::<M>()).unwrap())
}

/// The attributes of a message's object.
pub(crate) fn members<M: Model>(message: Option<&DynamicValue>) -> BTreeMap<String, Value> {
    match decoded::<M>(message) {
        Value::Mapping(members) => members,
        other => panic!("not an object: {other:?}"),
    }
}

/// The message of an identity.
pub(crate) fn identity<M: Model>(some: &Json) -> Option<ResourceIdentityData> {
    Some(ResourceIdentityData { identity_data: message::<M>(some) })
}
