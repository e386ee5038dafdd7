//! Writing.

use std::collections::BTreeMap;

use rmp::encode as write;

use crate::{
    path::Step,
    value::{Misfit, Number, Problem, Type, Value, msgpack::refinement},
};

/// The bytes of a value of a type.
///
/// # Errors
/// The value is not of that type.
pub fn encode(value: &Value, of: &Type) -> Result<Vec<u8>, Misfit> {
    let mut out = Vec::new();
    put(value, of, &mut out)?;
    Ok(out)
}

fn put(value: &Value, of: &Type, out: &mut Vec<u8>) -> Result<(), Misfit> {
    match (value, of) {
        (Value::Null, _) => written(write::write_nil(out)),
        (Value::Unknown(refinement), _) => refinement::put(refinement, of, out),
        (Value::String(text), Type::String) => written(write::write_str(out, text)),
        (Value::Bool(truth), Type::Bool) => written(write::write_bool(out, *truth)),
        (Value::Number(number), Type::Number) => put_number(number, out),
        (Value::Sequence(elements), Type::List(of) | Type::Set(of)) => {
            put_elements(elements, elements.iter().map(|_| &**of), out)
        }
        (Value::Sequence(elements), Type::Tuple(types)) => put_tuple(elements, types, out),
        (Value::Mapping(members), Type::Map(of)) => put_map(members, of, out),
        (Value::Mapping(members), Type::Object(types)) => put_object(members, types, out),
        (Value::Dynamic(typed), Type::Dynamic) => {
            written(write::write_array_len(out, 2))?;
            written(write::write_bin(out, typed.0.to_json().as_bytes()))?;
            put(&typed.1, &typed.0, out)
        }
        (
            Value::String(_)
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Sequence(_)
            | Value::Mapping(_)
            | Value::Dynamic(_),
            _,
        ) => Err(Misfit::wrong_value(of, value)),
    }
}

fn put_elements<'a>(
    elements: &[Value],
    types: impl Iterator<Item = &'a Type>,
    out: &mut Vec<u8>,
) -> Result<(), Misfit> {
    written(write::write_array_len(out, count(elements.len())))?;
    elements.iter().zip(types).zip(0..).try_for_each(|((element, of), index)| {
        put(element, of, out).map_err(|misfit| misfit.under(Step::Index(index)))
    })
}

fn put_tuple(elements: &[Value], types: &[Type], out: &mut Vec<u8>) -> Result<(), Misfit> {
    let (wanted, found) = (types.len(), elements.len());
    if wanted != found {
        return Err(Problem::WrongLength { wanted, found }.into());
    }
    put_elements(elements, types.iter(), out)
}

fn put_map(members: &BTreeMap<String, Value>, of: &Type, out: &mut Vec<u8>) -> Result<(), Misfit> {
    written(write::write_map_len(out, count(members.len())))?;
    members.iter().try_for_each(|(key, member)| {
        put_member(key, member, of, out).map_err(|misfit| misfit.under(Step::Key(key.clone())))
    })
}

fn put_member(name: &str, member: &Value, of: &Type, out: &mut Vec<u8>) -> Result<(), Misfit> {
    written(write::write_str(out, name))?;
    put(member, of, out)
}

/// Clients want every attribute of the type, and no other.
fn put_object(
    members: &BTreeMap<String, Value>,
    types: &BTreeMap<String, Type>,
    out: &mut Vec<u8>,
) -> Result<(), Misfit> {
    if let Some(name) = members.keys().find(|name| !types.contains_key(*name)) {
        return Err(Problem::UnsupportedAttribute(name.clone()).into());
    }
    written(write::write_map_len(out, count(types.len())))?;
    types.iter().try_for_each(|(name, of)| {
        let missing = || Problem::MissingAttribute(name.clone());
        let member = members.get(name).ok_or_else(missing)?;
        put_member(name, member, of, out)
            .map_err(|misfit| misfit.under(Step::Attribute(name.clone())))
    })
}

/// An integer of the smallest form, else a float if it is exact, else the decimal digits.
pub(super) fn put_number(number: &Number, out: &mut Vec<u8>) -> Result<(), Misfit> {
    if let Some(integer) = number.as_i64() {
        return written(write::write_sint(out, integer));
    }
    match number {
        Number::Float(float) if float.is_nan() => Err(Problem::NotFinite.into()),
        Number::Float(float) if float.is_infinite() || float.fract() != 0.0 => {
            written(write::write_f64(out, *float))
        }
        Number::Integer(_) | Number::Float(_) | Number::Decimal(_) => {
            let digits = number.to_decimal().ok_or(Problem::NotFinite)?;
            match Number::parse(digits.text()) {
                // A decimal that is a float is sent as one, as clients do.
                Ok(Number::Float(float)) if float.fract() != 0.0 => {
                    written(write::write_f64(out, float))
                }
                Ok(Number::Integer(_) | Number::Float(_) | Number::Decimal(_)) | Err(_) => {
                    written(write::write_str(out, &digits.plain()))
                }
            }
        }
    }
}

/// Collections are never as long as the format allows, since they are held in memory.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Writing to memory does not fail; if it ever did, the bytes would not be a value.
pub(super) fn written<T, E>(result: Result<T, E>) -> Result<(), Misfit> {
    result.map(|_| ()).map_err(|_| Problem::NotMsgpack.into())
}
