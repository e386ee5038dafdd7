//! Rules on attributes, for `#[attr(validate = […])]`: each a [`Validator`](crate::schema::Validator).
//!
//! A rule says what was given, what is allowed, and an example. A rule does not fail values of
//! another type than its own (the schema's type has done so), nor unknown or null parts.
//! A rule with parameters is written as `range::<1, 10>`, or as a function of one's own that
//! calls [`matches()`] or [`one_of`].

mod across;
mod meaning;
mod measure;
mod text;

use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    path::Path,
    value::Value,
};

pub use across::{at_least_one_of, conflicting, exactly_one_of, required_together};
pub use meaning::{absolute_location, duration, http_url, memory_size};
pub use measure::{length, range};
pub use text::{dns_label, hex_id, matches, non_empty, one_of};

/// A text that a rule does not allow. `must` completes `"path" must …`.
fn refuse(text: &str, must: &str, allowed: &str, path: &Path, out: &mut Diagnostics) {
    let detail = format!("Given: {text:?}. {allowed}");
    out.push(Diagnostic::error(format!("\"{path}\" must {must}"), detail).at(path.clone()));
}

/// Calls a rule with each text in a value: the value itself, or the elements of a collection.
fn each_text(value: &Value, path: &Path, rule: &mut dyn FnMut(&str, &Path)) {
    match value {
        Value::String(text) => rule(text, path),
        Value::Sequence(elements) => {
            for (index, element) in elements.iter().enumerate() {
                each_text(element, &path.index(index), rule);
            }
        }
        Value::Mapping(members) => {
            for (key, member) in members {
                each_text(member, &path.key(key), rule);
            }
        }
        Value::Null | Value::Unknown(_) | Value::Bool(_) | Value::Number(_) | Value::Dynamic(_) => {
        }
    }
}

#[cfg(test)]
mod tests;
