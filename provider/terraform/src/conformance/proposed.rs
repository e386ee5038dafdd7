//! What a client proposes to a plan: the configuration, with computed values from the prior state.

use std::collections::BTreeMap;

use crate::{
    schema::Nesting,
    value::{Value, equivalent},
};

use super::shape::{self, Part, PartKind, element, member};

/// The proposal for an object; `prior` is null on create.
pub(super) fn proposed(parts: &[Part], prior: &Value, config: &Value) -> Value {
    let Value::Mapping(_) = config else { return config.clone() };
    let each = parts.iter().map(|part| {
        let (prior, config) = (member(prior, &part.name), member(config, &part.name));
        (part.name.clone(), proposed_part(part, prior, config))
    });
    Value::Mapping(each.collect())
}

fn proposed_part(part: &Part, prior: &Value, config: &Value) -> Value {
    if part.computed && config.is_null() {
        return if removed_by_user(part, prior) { Value::Null } else { known_prior(prior) };
    }
    match &part.kind {
        PartKind::Plain(_) => config.clone(),
        PartKind::Nested(nesting, parts) => proposed_nested(*nesting, parts, (prior, config)),
    }
}

fn known_prior(prior: &Value) -> Value {
    if prior.is_unknown() { Value::Null } else { prior.clone() }
}

/// An optional and computed nested attribute that holds something only a user can have set.
fn removed_by_user(part: &Part, prior: &Value) -> bool {
    let PartKind::Nested(nesting, parts) = &part.kind else { return false };
    let set = |object: &Value| {
        let mut not_computed = parts.iter().filter(|part| !part.computed);
        not_computed.any(|part| !member(object, &part.name).is_null())
    };
    part.optional && shape::objects(*nesting, prior).into_iter().any(set)
}

fn proposed_nested(nesting: Nesting, parts: &[Part], (prior, config): (&Value, &Value)) -> Value {
    match (nesting, config) {
        (Nesting::Single, Value::Mapping(_)) => proposed(parts, prior, config),
        (Nesting::List, Value::Sequence(elements)) => {
            let numbered = elements.iter().enumerate();
            let each =
                numbered.map(|(index, config)| proposed(parts, element(prior, index), config));
            Value::Sequence(each.collect())
        }
        (Nesting::Map, Value::Mapping(elements)) => {
            let each = elements
                .iter()
                .map(|(key, config)| (key.clone(), proposed(parts, member(prior, key), config)));
            Value::Mapping(each.collect::<BTreeMap<_, _>>())
        }
        (Nesting::Set, Value::Sequence(elements)) => {
            let each = elements
                .iter()
                .map(|config| proposed(parts, matching(parts, config, prior), config));
            Value::Sequence(each.collect())
        }
        (_, other) => other.clone(),
    }
}

/// The prior element of a set that agrees in everything the configuration decides.
fn matching<'a>(parts: &[Part], config: &Value, prior: &'a Value) -> &'a Value {
    let agrees = |candidate: &&Value| {
        parts.iter().all(|part| {
            let (config, prior) = (member(config, &part.name), member(candidate, &part.name));
            (part.computed && config.is_null()) || equivalent(config, prior, &part.of())
        })
    };
    let Value::Sequence(elements) = prior else { return &Value::Null };
    elements.iter().find(agrees).unwrap_or(&Value::Null)
}
