//! The configuration that would describe an object: `terraform plan -generate-config-out`.

use crate::{
    schema::{Attribute, Mode},
    value::{Value, means_same},
};

use super::walk::{Beside, transform};

/// The object without what a user need not write: what only the provider sets, write-only
/// attributes, and values that are the default anyway.
///
/// Everything else stays, empty texts and collections too: with them left out, the very first plan
/// would show a change.
pub fn generated_config(attributes: &[Attribute], state: Value) -> Value {
    let beside = Beside { prior: &Value::Null, config: &Value::Null };
    transform(attributes, state, beside, &mut |site, value| {
        if worth_writing(site.attribute, &value) { value } else { Value::Null }
    })
}

fn worth_writing(attribute: &Attribute, value: &Value) -> bool {
    match attribute.mode {
        Mode::Required => true,
        Mode::Computed => false,
        Mode::Optional | Mode::OptionalComputed => {
            let of = attribute.kind.implied_type();
            let default = attribute.default.as_ref();
            !attribute.write_only && !default.is_some_and(|it| means_same(it, value, &of))
        }
    }
}
