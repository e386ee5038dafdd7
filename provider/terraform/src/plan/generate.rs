//! The configuration that would describe an object: `terraform plan -generate-config-out`.

use crate::{
    schema::{Attribute, Kind, Mode, Nesting},
    value::{Value, means_same},
};

use super::walk::{Beside, transform};

/// The object without what a user need not write: computed, write-only and deprecated attributes,
/// values that are the default anyway, empty collections and empty optional texts.
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
            let default = attribute.default.as_ref();
            let is_default =
                default.is_some_and(|it| means_same(it, value, &attribute.kind.implied_type()));
            let hidden = attribute.write_only || attribute.deprecated.is_some();
            !(hidden || is_default || says_nothing(&attribute.kind, value))
        }
    }
}

fn says_nothing(kind: &Kind, value: &Value) -> bool {
    let one_object = matches!(kind, Kind::Nested(Nesting::Single, _));
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Sequence(elements) => elements.is_empty(),
        Value::Mapping(elements) => elements.is_empty() && !one_object,
        Value::Unknown(_) | Value::Bool(_) | Value::Number(_) | Value::Dynamic(_) => false,
    }
}
