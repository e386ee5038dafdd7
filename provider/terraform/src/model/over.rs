//! Encoding that loses nothing of the value that a model was decoded from.

use crate::{diagnostics::Diagnostic, model::Model, path::Path, value::Value};

/// The object that `model` says, with everything that a model cannot hold taken from `raw`,
/// the value that it was decoded from before it was changed.
///
/// Wherever the model still says what decoding `raw` gave, `raw` stands as it came: a list or map
/// known in part, what is known of an unknown value, every digit of a number. Wherever the model
/// was changed, the model stands.
///
/// # Errors
/// `raw` is not a value of this model.
pub fn encode_over<M: Model>(model: &M, raw: &Value) -> Result<Value, Box<Diagnostic>> {
    let before = M::decode(raw, &Path::root())?.encode();
    Ok(restore(raw, &before, model.encode()))
}

/// `after`, with `raw` wherever `before` is still said.
fn restore(raw: &Value, before: &Value, after: Value) -> Value {
    match (raw, before, after) {
        (Value::Mapping(raw), Value::Mapping(before), Value::Mapping(after)) => {
            let element = |(key, after): (String, Value)| {
                let old = raw.get(&key).zip(before.get(&key));
                match old {
                    Some((raw, before)) => (key, restore(raw, before, after)),
                    None => (key, after),
                }
            };
            Value::Mapping(after.into_iter().map(element).collect())
        }
        (Value::Sequence(raw), Value::Sequence(before), Value::Sequence(after)) => {
            let old = raw.iter().zip(before).map(Some).chain(std::iter::repeat(None));
            let element = |(old, after): (Option<(&Value, &Value)>, Value)| match old {
                Some((raw, before)) => restore(raw, before, after),
                None => after,
            };
            Value::Sequence(old.zip(after).map(element).collect())
        }
        (raw, before, after) if *before == after => raw.clone(),
        (_, _, after) => after,
    }
}
