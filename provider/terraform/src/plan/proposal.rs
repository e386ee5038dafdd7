//! Terraform's proposal, completed: defaults, kept spellings, unknown computed attributes, modifiers.

use crate::{
    path::Path,
    schema::{Attribute, object_type},
    value::{Value, means_same},
};

use super::{
    modifiers::{keep_state, replaced_paths},
    walk::{Beside, Site, transform, without_write_only},
};

/// What a plan starts from, before the resource has had its say.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The object as it will be.
    pub planned: Value,
    /// Whether it differs in meaning from the prior one.
    pub changed: bool,
    /// Attributes whose change needs another object.
    pub requires_replace: Vec<Path>,
}

/// Completes Terraform's proposal for a create (`prior` null) or an update.
///
/// # Guarantees
/// A configured attribute holds the configured value, or the prior one where both mean the same.
/// A computed attribute is unknown only if something differs from the prior state.
pub fn propose(
    attributes: &[Attribute],
    prior: &Value,
    config: &Value,
    proposed: Value,
) -> Proposal {
    let beside = Beside { prior, config };
    let planned = transform(attributes, proposed, beside, &mut with_default);
    let planned = transform(attributes, planned, beside, &mut with_prior_spelling);
    let planned = without_write_only(attributes, planned);
    let changed = !means_same(prior, &planned, &object_type(attributes));
    let planned = if changed {
        let marked = transform(attributes, planned, beside, &mut unknown_if_computed);
        transform(attributes, marked, beside, &mut keep_state)
    } else {
        planned
    };
    let requires_replace = replaced_paths(attributes, prior, config, &planned);
    Proposal { planned, changed, requires_replace }
}

/// A default holds where the configuration says nothing. What only the provider sets stays as it
/// was, which matters below an object that is itself a default.
fn with_default(site: &Site<'_>, value: Value) -> Value {
    if !site.config.is_null() {
        return value;
    }
    match (&site.attribute.default, site.attribute.mode) {
        (Some(default), _) => default.clone(),
        (None, mode) if !mode.is_configurable() && value.is_null() => site.prior.clone(),
        (None, _) => value,
    }
}

/// Two spellings of one value are no change: the prior one stays.
fn with_prior_spelling(site: &Site<'_>, value: Value) -> Value {
    let Some(same) = site.attribute.same else { return value };
    let comparable = |value: &Value| !value.is_null() && value.is_wholly_known();
    if comparable(site.prior) && comparable(&value) && same(site.prior, &value) {
        site.prior.clone()
    } else {
        value
    }
}

/// What the provider sets and the configuration does not say may become anything.
fn unknown_if_computed(site: &Site<'_>, value: Value) -> Value {
    let computed = site.attribute.mode.is_computed();
    let open = computed && site.config.is_null() && site.attribute.default.is_none();
    if open && !site.attribute.write_only { Value::unknown() } else { value }
}
