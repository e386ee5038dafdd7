//! When two values are equal.

use std::collections::BTreeMap;

use crate::value::{Type, Value};

/// Whether two values of a type are equal: numbers by value, sets without order.
pub fn equivalent(one: &Value, two: &Value, of: &Type) -> bool {
    compare(one, two, of, Strictness::Equal)
}

/// As [`equivalent`], and a null collection means the same as an empty one: not every client
/// keeps them apart.
pub fn means_same(one: &Value, two: &Value, of: &Type) -> bool {
    compare(one, two, of, Strictness::NullIsEmpty)
}

/// Adds an element to a set of elements of a type, unless an equal one is there.
pub(crate) fn push_distinct(of: &Type) -> impl FnMut(&mut Vec<Value>, Value) {
    |elements, element| {
        if !elements.iter().any(|other| equivalent(other, &element, of)) {
            elements.push(element);
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Strictness {
    Equal,
    NullIsEmpty,
}

fn compare(one: &Value, two: &Value, of: &Type, strictness: Strictness) -> bool {
    let lenient = strictness == Strictness::NullIsEmpty && of.is_collection();
    if lenient && is_nothing(one) && is_nothing(two) {
        return true;
    }
    match (one, two, of) {
        (Value::Sequence(one), Value::Sequence(two), Type::Set(element)) => {
            same_elements(one, two, |one, two| compare(one, two, element, strictness))
        }
        (Value::Sequence(one), Value::Sequence(two), Type::List(element)) => {
            let mut pairs = one.iter().zip(two);
            one.len() == two.len() && pairs.all(|(one, two)| compare(one, two, element, strictness))
        }
        (Value::Sequence(one), Value::Sequence(two), Type::Tuple(elements)) => {
            let mut pairs = one.iter().zip(two).zip(elements);
            one.len() == two.len()
                && one.len() == elements.len()
                && pairs.all(|((one, two), of)| compare(one, two, of, strictness))
        }
        (Value::Mapping(one), Value::Mapping(two), Type::Map(element)) => {
            same_keys(one, two, |_, one, two| compare(one, two, element, strictness))
        }
        (Value::Mapping(one), Value::Mapping(two), Type::Object(attributes)) => {
            same_keys(one, two, |name, one, two| match attributes.get(name) {
                Some(of) => compare(one, two, of, strictness),
                None => one == two,
            })
        }
        (Value::Dynamic(one), Value::Dynamic(two), Type::Dynamic) => {
            one.0 == two.0 && compare(&one.1, &two.1, &one.0, strictness)
        }
        (one, two, _) => one == two,
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Sequence(elements) => elements.is_empty(),
        Value::Mapping(members) => members.is_empty(),
        Value::Unknown(_)
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Dynamic(_) => false,
    }
}

/// Whether each element of one has a partner of its own in the other.
fn same_elements(one: &[Value], two: &[Value], same: impl Fn(&Value, &Value) -> bool) -> bool {
    let mut free: Vec<&Value> = two.iter().collect();
    let paired = one.iter().all(|element| {
        let partner = free.iter().position(|other| same(element, other));
        partner.map(|position| free.swap_remove(position)).is_some()
    });
    paired && free.is_empty()
}

fn same_keys(
    one: &BTreeMap<String, Value>,
    two: &BTreeMap<String, Value>,
    same: impl Fn(&str, &Value, &Value) -> bool,
) -> bool {
    one.len() == two.len()
        && one.iter().all(|(key, value)| two.get(key).is_some_and(|other| same(key, value, other)))
}
