//! Values as messages and back.

use proto::tfplugin6::{DynamicValue, ResourceIdentityData};

use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    schema::Schema,
    value::{Type, Value},
};

/// How msgpack writes null.
const NIL: &[u8] = &[0xc0];

/// Reads an object of a schema. What the client did not send is null.
pub(super) fn decode(value: Option<&DynamicValue>, schema: &Schema) -> Result<Value, Diagnostics> {
    decode_as(value, &schema.implied_type())
}

/// Reads a value of a type. What the client did not send is null.
pub(super) fn decode_as(value: Option<&DynamicValue>, of: &Type) -> Result<Value, Diagnostics> {
    let Some(value) = value else { return Ok(Value::Null) };
    let read = if !value.msgpack.is_empty() {
        msgpack::decode(&value.msgpack, of).map_err(|error| unreadable(&error))
    } else if !value.json.is_empty() {
        json::decode(&value.json, of).map_err(|error| unreadable(&error))
    } else {
        Ok(Value::Null)
    };
    read
}

/// Writes an object of a schema.
pub(super) fn encode(value: &Value, schema: &Schema) -> Result<DynamicValue, Diagnostics> {
    encode_as(value, &schema.implied_type())
}

/// Writes a value of a type.
pub(super) fn encode_as(value: &Value, of: &Type) -> Result<DynamicValue, Diagnostics> {
    let msgpack = msgpack::encode(value, of).map_err(|error| unwritable(&error))?;
    Ok(DynamicValue { msgpack, json: Vec::new() })
}

/// Writes a type.
pub(super) fn encode_type(of: &Type) -> Vec<u8> {
    type_json(of).to_string().into_bytes()
}

fn type_json(of: &Type) -> serde_json::Value {
    use serde_json::json;
    match of {
        Type::String => json!("string"),
        Type::Number => json!("number"),
        Type::Bool => json!("bool"),
        Type::Dynamic => json!("dynamic"),
        Type::List(element) => json!(["list", type_json(element)]),
        Type::Set(element) => json!(["set", type_json(element)]),
        Type::Map(element) => json!(["map", type_json(element)]),
        Type::Tuple(types) => json!(["tuple", types.iter().map(type_json).collect::<Vec<_>>()]),
        Type::Object(attributes) => {
            let members = attributes.iter().map(|(name, of)| (name.clone(), type_json(of)));
            json!(["object", members.collect::<serde_json::Map<_, _>>()])
        }
    }
}

/// Reads an identity; null when there is none.
pub(super) fn decode_identity(
    identity: Option<&ResourceIdentityData>,
    schema: &Schema,
) -> Result<Value, Diagnostics> {
    decode(identity.and_then(|identity| identity.identity_data.as_ref()), schema)
}

/// Writes an identity; nothing when it is null.
pub(super) fn encode_identity(
    identity: &Value,
    schema: &Schema,
) -> Result<Option<ResourceIdentityData>, Diagnostics> {
    if identity.is_null() || schema.attributes.is_empty() {
        return Ok(None);
    }
    Ok(Some(ResourceIdentityData { identity_data: Some(encode(identity, schema)?) }))
}

/// Whether the client sent anything but null.
pub(super) fn is_present(value: Option<&DynamicValue>) -> bool {
    value.is_some_and(|value| match value.msgpack.as_slice() {
        [] => !value.json.is_empty() && value.json != b"null",
        bytes => bytes != NIL,
    })
}

/// The diagnostic of a type that the provider does not have.
pub(super) fn unknown_type(type_name: &str) -> Diagnostics {
    let detail = format!("This version of the provider has no {type_name}.");
    Diagnostic::error("Unknown type", detail).into()
}

fn unreadable(error: &dyn std::error::Error) -> Diagnostics {
    Diagnostic::error("A value from the client cannot be read", chain(error)).into()
}

fn unwritable(error: &dyn std::error::Error) -> Diagnostics {
    let detail = format!(
        "{}. This is a bug in the provider, which should be reported in the provider's own issue \
         tracker.",
        chain(error)
    );
    Diagnostic::error("A value from the provider does not fit its schema", detail).into()
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}

// Replaced by the codecs of `value` as soon as they are there.
mod msgpack {
    use crate::value::{NotANumber, Number, Type, Value};
    pub(super) fn decode(_: &[u8], _: &Type) -> Result<Value, NotANumber> {
        Number::parse("msgpack").map(Value::Number)
    }
    pub(super) fn encode(_: &Value, _: &Type) -> Result<Vec<u8>, NotANumber> {
        Number::parse("msgpack").map(|_| Vec::new())
    }
}
mod json {
    pub(super) use super::msgpack::decode;
}
