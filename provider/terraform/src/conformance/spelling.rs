//! One configuration in other words: completed, known in part, spelt as other clients spell it.

use std::collections::BTreeMap;

use crate::{
    schema::Nesting,
    value::{Type, Value},
};

use super::shape::{Part, PartKind, member};

/// The object with every attribute of the schema, what it does not say being null.
pub(super) fn completed(parts: &[Part], object: &Value) -> Value {
    each_part(parts, object, &mut |_, value| value)
}

/// The object with every write-only attribute null.
pub(super) fn without_write_only(parts: &[Part], object: &Value) -> Value {
    each_part(parts, object, &mut |part, value| if part.write_only { Value::Null } else { value })
}

/// The object with null for every empty collection, or the reverse.
pub(super) fn respelt(parts: &[Part], object: &Value, empty: Emptiness) -> Value {
    each_part(parts, object, &mut |part, value| match (empty, part.of(), value) {
        (Emptiness::Null, Type::List(_) | Type::Set(_), Value::Sequence(it)) if it.is_empty() => {
            Value::Null
        }
        (Emptiness::Null, Type::Map(_), Value::Mapping(it)) if it.is_empty() => Value::Null,
        (Emptiness::Empty, Type::List(_) | Type::Set(_), Value::Null) if !part.write_only => {
            Value::Sequence(Vec::new())
        }
        (Emptiness::Empty, Type::Map(_), Value::Null) if !part.write_only => {
            Value::Mapping(BTreeMap::new())
        }
        (Emptiness::Null | Emptiness::Empty, _, value) => value,
    })
}

/// How nothing is spelt in a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Emptiness {
    Null,
    Empty,
}

/// The object with every set in the reverse order.
pub(super) fn reversed_sets(parts: &[Part], object: &Value) -> Value {
    each_part(parts, object, &mut |part, value| match (part.of(), value) {
        (Type::Set(_), Value::Sequence(mut elements)) => {
            elements.reverse();
            Value::Sequence(elements)
        }
        (_, value) => value,
    })
}

/// Replaces each attribute, inner before outer.
fn each_part(
    parts: &[Part],
    object: &Value,
    change: &mut dyn FnMut(&Part, Value) -> Value,
) -> Value {
    let Value::Mapping(_) = object else { return object.clone() };
    let mut members = BTreeMap::new();
    for part in parts {
        let value = member(object, &part.name);
        let value = match &part.kind {
            PartKind::Plain(_) => value.clone(),
            PartKind::Nested(nesting, parts) => inside(*nesting, parts, value, change),
        };
        members.insert(part.name.clone(), change(part, value));
    }
    Value::Mapping(members)
}

fn inside(
    nesting: Nesting,
    parts: &[Part],
    value: &Value,
    change: &mut dyn FnMut(&Part, Value) -> Value,
) -> Value {
    match (nesting, value) {
        (Nesting::Single, object) => each_part(parts, object, change),
        (Nesting::List | Nesting::Set, Value::Sequence(elements)) => {
            Value::Sequence(elements.iter().map(|it| each_part(parts, it, change)).collect())
        }
        (Nesting::Map, Value::Mapping(elements)) => {
            let each = elements.iter().map(|(key, it)| (key.clone(), each_part(parts, it, change)));
            Value::Mapping(each.collect())
        }
        (Nesting::List | Nesting::Set | Nesting::Map, other) => other.clone(),
    }
}

/// The object with one part of it unknown, for each part that says anything: an attribute, an
/// element of a collection, an attribute of an element.
pub(super) fn less_known(object: &Value) -> Vec<Value> {
    match object {
        Value::Mapping(members) => {
            let each = members.iter().flat_map(|(name, value)| {
                with_less(value).into_iter().map(|less| {
                    let mut members = members.clone();
                    members.insert(name.clone(), less);
                    Value::Mapping(members)
                })
            });
            each.collect()
        }
        Value::Sequence(elements) => {
            let each = elements.iter().enumerate().flat_map(|(index, value)| {
                with_less(value).into_iter().map(move |less| {
                    let mut elements = elements.clone();
                    elements[index] = less;
                    Value::Sequence(elements)
                })
            });
            each.collect()
        }
        Value::Null
        | Value::Unknown(_)
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Dynamic(_) => Vec::new(),
    }
}

fn with_less(value: &Value) -> Vec<Value> {
    if value.is_null() {
        return Vec::new();
    }
    let mut all = less_known(value);
    all.push(Value::unknown());
    all
}
