//! Values as messages and back.

use proto::tfplugin6::{DynamicValue, ResourceIdentityData};

use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    schema::Schema,
    value::{Misfit, Type, Value, json, msgpack},
};

/// How msgpack writes null.
const NIL: &[u8] = &[0xc0];

/// Reads an object of a schema. What the client did not send is null.
pub(crate) fn decode(value: Option<&DynamicValue>, schema: &Schema) -> Result<Value, Diagnostics> {
    decode_as(value, &schema.implied_type())
}

/// Reads a value of a type. What the client did not send is null.
pub(crate) fn decode_as(value: Option<&DynamicValue>, of: &Type) -> Result<Value, Diagnostics> {
    let Some(value) = value else { return Ok(Value::Null) };
    let read = match (value.msgpack.as_slice(), value.json.as_slice()) {
        ([], []) => Ok(Value::Null),
        ([], text) => json::decode(text, of),
        (bytes, _) => msgpack::decode(bytes, of),
    };
    read.map_err(|misfit| unreadable(&misfit))
}

/// Writes an object of a schema.
pub(crate) fn encode(value: &Value, schema: &Schema) -> Result<DynamicValue, Diagnostics> {
    encode_as(value, &schema.implied_type())
}

/// Writes a value of a type.
pub(crate) fn encode_as(value: &Value, of: &Type) -> Result<DynamicValue, Diagnostics> {
    let msgpack = msgpack::encode(value, of).map_err(|error| unwritable(&error))?;
    Ok(DynamicValue { msgpack, json: Vec::new() })
}

/// Reads an identity; null when there is none.
pub(crate) fn decode_identity(
    identity: Option<&ResourceIdentityData>,
    schema: &Schema,
) -> Result<Value, Diagnostics> {
    decode(identity.and_then(|identity| identity.identity_data.as_ref()), schema)
}

/// Writes an identity; nothing when it is null.
pub(crate) fn encode_identity(
    identity: &Value,
    schema: &Schema,
) -> Result<Option<ResourceIdentityData>, Diagnostics> {
    if identity.is_null() || schema.attributes.is_empty() {
        return Ok(None);
    }
    Ok(Some(ResourceIdentityData { identity_data: Some(encode(identity, schema)?) }))
}

/// Whether the client sent anything but null.
pub(crate) fn is_present(value: Option<&DynamicValue>) -> bool {
    value.is_some_and(|value| match value.msgpack.as_slice() {
        [] => !value.json.is_empty() && value.json != b"null",
        bytes => bytes != NIL,
    })
}

/// The diagnostic of a type that the provider does not have.
pub(crate) fn unknown_type(type_name: &str) -> Diagnostics {
    let detail = format!("This version of the provider has no {type_name}.");
    Diagnostic::error("Unknown type", detail).into()
}

fn unreadable(misfit: &Misfit) -> Diagnostics {
    Diagnostic::error("A value from the client cannot be read", chain(misfit))
        .at(misfit.path().clone())
        .into()
}

fn unwritable(misfit: &Misfit) -> Diagnostics {
    let detail = format!(
        "{}. This is a bug in the provider, which should be reported in the provider's own issue \
         tracker.",
        chain(misfit)
    );
    Diagnostic::error("A value from the provider does not fit its schema", detail)
        .at(misfit.path().clone())
        .into()
}

fn chain(misfit: &Misfit) -> String {
    let errors = std::iter::successors(Some(misfit as &dyn std::error::Error), |it| it.source());
    errors.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
