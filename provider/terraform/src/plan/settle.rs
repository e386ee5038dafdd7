//! The spelling of an answer.

use crate::{
    schema::Attribute,
    value::{Value, means_same},
};

use super::walk::{Beside, transform};

/// The answer in the spelling of `given` (the plan of an apply, the prior state of a read):
/// where both mean the same, `given` stays.
pub fn settled(attributes: &[Attribute], given: &Value, answer: Value) -> Value {
    let beside = Beside { prior: given, config: &Value::Null };
    transform(attributes, answer, beside, &mut |site, value| {
        let known = site.prior.is_wholly_known() && value.is_wholly_known();
        let respelt = || {
            let comparable = !site.prior.is_null() && !value.is_null();
            comparable && site.attribute.same.is_some_and(|same| same(site.prior, &value))
        };
        let same = || {
            let of = site.attribute.kind.implied_type();
            means_same(site.prior, &value, &of) || respelt()
        };
        if site.existed && known && same() { site.prior.clone() } else { value }
    })
}
