//! The identity of an object through its life.

use crate::{diagnostics::Diagnostic, model::Model, resource::Resource, value::Value};

use super::Entry;

impl<R: Resource> Entry<R> {
    /// Whether objects of this resource have an identity.
    pub(super) fn has_identity(&self) -> bool {
        !self.identity.attributes.is_empty()
    }

    /// The identity of an object as a value; null while it is not known.
    pub(super) fn identity_of(&self, state: &R::Model) -> Value {
        let known = if self.has_identity() { R::identity(state) } else { None };
        known.map_or(Value::Null, |identity| identity.encode())
    }

    /// The identity to plan with: what is known of it, else the prior one, else unknown.
    pub(super) fn planned_identity(&self, planned: &R::Model, prior: Value) -> Value {
        let known = self.identity_of(planned);
        if !known.is_null() || !self.has_identity() {
            return known;
        }
        if !prior.is_null() {
            return prior;
        }
        let unknown =
            |attribute: &crate::schema::Attribute| (attribute.name.to_owned(), Value::unknown());
        Value::Mapping(self.identity.attributes.iter().map(unknown).collect())
    }

    /// The identity after a call, and what is wrong with it.
    pub(super) fn kept_identity(
        &self,
        state: &R::Model,
        prior: Value,
    ) -> (Value, Option<Diagnostic>) {
        let now = self.identity_of(state);
        if now.is_null() {
            return (if self.has_identity() { prior } else { now }, None);
        }
        let changed = !R::MUTABLE_IDENTITY && changed_identity(&prior, &now);
        let changed = changed.then(|| unexpected_change(R::TYPE_NAME));
        (now, changed)
    }
}

/// Whether an identity that was known has become another. One that gained attributes has not.
pub(super) fn changed_identity(prior: &Value, now: &Value) -> bool {
    let (Value::Mapping(prior), Value::Mapping(now)) = (prior, now) else { return false };
    let differs = |(name, prior): (&String, &Value)| {
        let now = now.get(name).unwrap_or(&Value::Null);
        !prior.is_null() && prior.is_wholly_known() && now.is_wholly_known() && prior != now
    };
    prior.iter().any(differs)
}

/// The diagnostic of a resource that answered another identity than before.
pub(super) fn unexpected_change(type_name: &str) -> Diagnostic {
    Diagnostic::error(
        "Unexpected Identity Change",
        format!(
            "The identity of this {type_name} is not what it was. An identity stays the same for \
             the whole life of an object. Nothing was recorded. This is a bug in the provider, \
             which should be reported in the provider's own issue tracker."
        ),
    )
}
