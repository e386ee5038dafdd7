//! What lies between a schema and the wire: the type of its objects, and core's proposal.

use crate::failure::{Failure, Outcome};
use proto::tfplugin6::schema::{self, Attribute, Object};
use proto::tfplugin6::{DynamicValue, Schema};
use terraform::value::{Type, Value, msgpack};

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
