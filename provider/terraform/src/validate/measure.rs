//! Rules on how great a number is and how long a text or collection.

use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    path::Path,
    value::{Number, Value},
};

/// The number lies between two others, both allowed: `range::<1, 32_768>`.
pub fn range<const MIN: i64, const MAX: i64>(value: &Value, path: &Path, out: &mut Diagnostics) {
    let Value::Number(number) = value else { return };
    if (Number::Integer(MIN)..=Number::Integer(MAX)).contains(number) {
        return;
    }
    let must = match (MIN, MAX) {
        (min, i64::MAX) => format!("be at least {min}"),
        (i64::MIN, max) => format!("be at most {max}"),
        (min, max) => format!("be between {min} and {max}"),
    };
    let detail = format!("Given: {number}. Example: {}.", if MIN == i64::MIN { MAX } else { MIN });
    out.push(Diagnostic::error(format!("\"{path}\" must {must}"), detail).at(path.clone()));
}

/// A text has so many characters, a collection so many elements: `length::<1, 45>`.
pub fn length<const MIN: usize, const MAX: usize>(
    value: &Value,
    path: &Path,
    out: &mut Diagnostics,
) {
    let (length, what) = match value {
        Value::String(text) => (text.chars().count(), "characters"),
        Value::Sequence(elements) => (elements.len(), "elements"),
        Value::Mapping(members) => (members.len(), "elements"),
        Value::Null | Value::Unknown(_) | Value::Bool(_) | Value::Number(_) | Value::Dynamic(_) => {
            return;
        }
    };
    if (MIN..=MAX).contains(&length) {
        return;
    }
    let must = match (MIN, MAX) {
        (min, usize::MAX) => format!("have at least {min} {what}"),
        (0, max) => format!("have at most {max} {what}"),
        (min, max) => format!("have between {min} and {max} {what}"),
    };
    let detail = format!("Given: {length} {what}.");
    out.push(Diagnostic::error(format!("\"{path}\" must {must}"), detail).at(path.clone()));
}
