//! Values as JSON, the form in which clients keep states.
//!
//! Reading is lenient, since an old state may have been written by an older schema: what is
//! missing is null, what the type does not have is dropped, and a text is read as the number or
//! truth that it says. Unknown values cannot be written.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::{
    path::Step,
    value::{Misfit, Number, Problem, Type, Value, push_distinct},
};

/// Reads a value of a type from JSON text.
///
/// # Errors
/// The text is no JSON, or does not fit the type.
pub fn decode(text: &[u8], of: &Type) -> Result<Value, Misfit> {
    from_json(&serde_json::from_slice(text).map_err(Problem::NotJson)?, of)
}

/// Reads a value of a type.
///
/// # Errors
/// The JSON does not fit the type.
pub fn from_json(json: &Json, of: &Type) -> Result<Value, Misfit> {
    let wrong = || Misfit::wrong(of, kind_of(json));
    match (json, of) {
        (Json::Null, _) => Ok(Value::Null),
        (Json::String(text), Type::String) => Ok(Value::String(text.clone())),
        (Json::Number(number), Type::String) => Ok(Value::String(number.to_string())),
        (Json::Bool(truth), Type::String) => Ok(Value::String(truth.to_string())),
        (Json::Bool(truth), Type::Bool) => Ok(Value::Bool(*truth)),
        (Json::String(text), Type::Bool) => truth(text).map(Value::Bool).ok_or_else(wrong),
        (Json::Number(number), Type::Number) => read_number(&number.to_string()),
        (Json::String(text), Type::Number) => read_number(text),
        (Json::Array(elements), Type::List(of)) => read_elements(elements, of, Vec::push),
        (Json::Array(elements), Type::Set(of)) => read_elements(elements, of, push_distinct(of)),
        (Json::Array(elements), Type::Tuple(types)) => read_tuple(elements, types),
        (Json::Object(members), Type::Map(of)) => {
            let member = |(key, member): (&String, &Json)| {
                let value =
                    from_json(member, of).map_err(|misfit| misfit.under(Step::Key(key.clone())))?;
                Ok((key.clone(), value))
            };
            members.iter().map(member).collect::<Result<_, _>>().map(Value::Mapping)
        }
        (Json::Object(members), Type::Object(types)) => read_object(members, types),
        (Json::Object(members), Type::Dynamic) => {
            read_dynamic(members).unwrap_or_else(|| Err(wrong()))
        }
        _ => Err(wrong()),
    }
}

fn read_number(text: &str) -> Result<Value, Misfit> {
    Number::parse(text).map(Value::Number).map_err(|it| Problem::NotANumber(it).into())
}

fn truth(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

fn read_elements(
    elements: &[Json],
    of: &Type,
    mut push: impl FnMut(&mut Vec<Value>, Value),
) -> Result<Value, Misfit> {
    let mut read = Vec::with_capacity(elements.len());
    for (element, index) in elements.iter().zip(0..) {
        let under = |misfit: Misfit| misfit.under(Step::Index(index));
        push(&mut read, from_json(element, of).map_err(under)?);
    }
    Ok(Value::Sequence(read))
}

fn read_tuple(elements: &[Json], types: &[Type]) -> Result<Value, Misfit> {
    let (wanted, found) = (types.len(), elements.len());
    if wanted != found {
        return Err(Problem::WrongLength { wanted, found }.into());
    }
    let element = |((json, of), index)| {
        from_json(json, of).map_err(|misfit: Misfit| misfit.under(Step::Index(index)))
    };
    let all = elements.iter().zip(types).zip(0..);
    all.map(element).collect::<Result<_, _>>().map(Value::Sequence)
}

fn read_object(
    members: &serde_json::Map<String, Json>,
    types: &BTreeMap<String, Type>,
) -> Result<Value, Misfit> {
    let member = |(name, of): (&String, &Type)| {
        let json = members.get(name).unwrap_or(&Json::Null);
        let under = |misfit: Misfit| misfit.under(Step::Attribute(name.clone()));
        Ok((name.clone(), from_json(json, of).map_err(under)?))
    };
    types.iter().map(member).collect::<Result<_, _>>().map(Value::Mapping)
}

/// `{"type": T, "value": V}`; `None` when the object has another form.
fn read_dynamic(members: &serde_json::Map<String, Json>) -> Option<Result<Value, Misfit>> {
    let (of, json) = (members.get("type")?, members.get("value")?);
    Some(match Type::of_json(of) {
        // Some clients write the null of an open type so.
        Ok(Type::Dynamic) if json.is_null() => Ok(Value::Null),
        Ok(of) => from_json(json, &of).map(|value| Value::Dynamic(Box::new((of, value)))),
        Err(error) => Err(Problem::NotAType(error).into()),
    })
}

/// Writes a value of a type as JSON text.
///
/// # Errors
/// The value is not of that type, or not known.
pub fn encode(value: &Value, of: &Type) -> Result<Vec<u8>, Misfit> {
    Ok(to_json(value, of)?.to_string().into_bytes())
}

/// Writes a value of a type.
///
/// # Errors
/// The value is not of that type, or not known.
pub fn to_json(value: &Value, of: &Type) -> Result<Json, Misfit> {
    match (value, of) {
        (Value::Null, _) => Ok(Json::Null),
        (Value::Unknown(_), _) => Err(Problem::UnknownInJson.into()),
        (Value::String(text), Type::String) => Ok(Json::String(text.clone())),
        (Value::Bool(truth), Type::Bool) => Ok(Json::Bool(*truth)),
        (Value::Number(number), Type::Number) => write_number(number),
        (Value::Sequence(elements), Type::List(of) | Type::Set(of)) => {
            write_elements(elements, elements.iter().map(|_| &**of))
        }
        (Value::Sequence(elements), Type::Tuple(types)) if elements.len() == types.len() => {
            write_elements(elements, types.iter())
        }
        (Value::Mapping(members), Type::Map(of)) => {
            let member = |(key, member): (&String, &Value)| {
                let json =
                    to_json(member, of).map_err(|misfit| misfit.under(Step::Key(key.clone())))?;
                Ok((key.clone(), json))
            };
            members.iter().map(member).collect::<Result<_, _>>().map(Json::Object)
        }
        (Value::Mapping(members), Type::Object(types)) => write_object(members, types),
        (Value::Dynamic(typed), Type::Dynamic) => {
            let of = serde_json::from_str::<Json>(&typed.0.to_json()).map_err(Problem::NotJson)?;
            Ok(serde_json::json!({ "type": of, "value": to_json(&typed.1, &typed.0)? }))
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

fn write_number(number: &Number) -> Result<Json, Misfit> {
    let digits = number.to_decimal().ok_or(Problem::NotFinite)?.plain();
    serde_json::from_str(&digits).map_err(|error| Problem::NotJson(error).into())
}

fn write_elements<'a>(
    elements: &[Value],
    types: impl Iterator<Item = &'a Type>,
) -> Result<Json, Misfit> {
    let element = |((element, of), index)| {
        to_json(element, of).map_err(|misfit: Misfit| misfit.under(Step::Index(index)))
    };
    elements.iter().zip(types).zip(0..).map(element).collect::<Result<_, _>>().map(Json::Array)
}

fn write_object(
    members: &BTreeMap<String, Value>,
    types: &BTreeMap<String, Type>,
) -> Result<Json, Misfit> {
    if let Some(name) = members.keys().find(|name| !types.contains_key(*name)) {
        return Err(Problem::UnsupportedAttribute(name.clone()).into());
    }
    let member = |(name, of): (&String, &Type)| {
        let member = members.get(name).ok_or_else(|| Problem::MissingAttribute(name.clone()))?;
        let under = |misfit: Misfit| misfit.under(Step::Attribute(name.clone()));
        Ok((name.clone(), to_json(member, of).map_err(under)?))
    };
    types.iter().map(member).collect::<Result<_, _>>().map(Json::Object)
}

fn kind_of(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a bool",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests;
