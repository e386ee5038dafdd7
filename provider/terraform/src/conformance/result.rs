//! Whether a later value keeps what an earlier one promised: the final plan the first plan's, the
//! applied object the plan's.

use crate::{
    path::Path,
    value::{Refinement, Type, Value, equivalent},
};

use super::rule::{Rule, Violation};

/// Which rules a broken promise breaks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Promise {
    /// A known value changed.
    pub(super) known: Rule,
    /// A value is not what was said of it while it was unknown.
    pub(super) refined: Rule,
}

/// The promises of an applied plan.
pub(super) const APPLIED: Promise =
    Promise { known: Rule::ApplyKeepsPlan, refined: Rule::ApplyRefinement };
/// The promises of a first plan.
pub(super) const FINAL: Promise = Promise { known: Rule::FinalPlan, refined: Rule::FinalPlan };

/// What of `promised` does not hold in `actual`.
pub(super) fn broken(
    promise: Promise,
    of: &Type,
    promised: &Value,
    actual: &Value,
) -> Vec<Violation> {
    let mut found = Vec::new();
    compare(promise, of, (promised, actual), &Path::root(), &mut found);
    found
}

fn compare(
    promise: Promise,
    of: &Type,
    (promised, actual): (&Value, &Value),
    path: &Path,
    found: &mut Vec<Violation>,
) {
    match (promised, actual, of) {
        (Value::Unknown(said), actual, _) => {
            if !allows(said, actual) {
                found.push(Violation::new(promise.refined, path.to_string()));
            }
        }
        (Value::Mapping(promised), Value::Mapping(actual), Type::Object(attributes)) => {
            for (name, of) in attributes {
                let pair = (
                    promised.get(name).unwrap_or(&Value::Null),
                    actual.get(name).unwrap_or(&Value::Null),
                );
                compare(promise, of, pair, &path.child(name), found);
            }
        }
        (Value::Mapping(promised), Value::Mapping(actual), Type::Map(of))
            if promised.keys().eq(actual.keys()) =>
        {
            for ((key, promised), actual) in promised.iter().zip(actual.values()) {
                compare(promise, of, (promised, actual), &path.key(key), found);
            }
        }
        (Value::Sequence(promised), Value::Sequence(actual), Type::List(of))
            if promised.len() == actual.len() =>
        {
            for (index, pair) in promised.iter().zip(actual).enumerate() {
                compare(promise, of, pair, &path.index(index), found);
            }
        }
        (Value::Sequence(promised), Value::Sequence(actual), Type::Set(of)) => {
            if !sets_agree(promise, of, promised, actual) {
                found.push(Violation::new(promise.known, path.to_string()));
            }
        }
        (promised, actual, of) => {
            if !equivalent(promised, actual, of) {
                found.push(Violation::new(promise.known, path.to_string()));
            }
        }
    }
}

fn sets_agree(promise: Promise, of: &Type, promised: &[Value], actual: &[Value]) -> bool {
    let holds = |promised: &Value, actual: &Value| {
        let mut found = Vec::new();
        compare(promise, of, (promised, actual), &Path::root(), &mut found);
        found.is_empty()
    };
    let kept = promised.iter().all(|promised| actual.iter().any(|it| holds(promised, it)));
    let awaited = actual.iter().all(|actual| promised.iter().any(|it| holds(it, actual)));
    kept && awaited
}

/// Whether a value is one that the refinement left open.
fn allows(said: &Refinement, actual: &Value) -> bool {
    let Refinement { null, prefix, number_min, number_max, length_min, length_max } = said;
    let length = length_of(actual);
    let null_fits = null.is_none_or(|null| actual.is_unknown() || actual.is_null() == null);
    let prefix_fits = match (prefix, actual) {
        (Some(prefix), Value::String(text)) => text.starts_with(prefix),
        _ => true,
    };
    let number_fits = if let Value::Number(number) = actual {
        let above =
            |(bound, inclusive): &(_, bool)| number > bound || (*inclusive && number == bound);
        let below =
            |(bound, inclusive): &(_, bool)| number < bound || (*inclusive && number == bound);
        number_min.as_ref().is_none_or(above) && number_max.as_ref().is_none_or(below)
    } else {
        true
    };
    let length_fits = length.is_none_or(|length| {
        length_min.is_none_or(|min| length >= min) && length_max.is_none_or(|max| length <= max)
    });
    null_fits && prefix_fits && number_fits && length_fits
}

fn length_of(collection: &Value) -> Option<i64> {
    let length = if let Value::Sequence(elements) = collection {
        elements.len()
    } else if let Value::Mapping(elements) = collection {
        elements.len()
    } else {
        return None;
    };
    i64::try_from(length).ok()
}
