//! What differs between a prior and a planned value, by meaning, and what the differences cause.

use std::collections::BTreeSet;

use crate::{
    path::Path,
    schema::{Attribute, Kind, Nesting},
    value::{Value, means_same},
};

/// What a change of an attribute causes, the least first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum OnChange {
    /// Nothing but another record.
    #[default]
    None,
    /// A change of the live object.
    InPlace,
    /// Another parallelism, live where the scheduler can.
    Rescale,
    /// A stop and a start that carry the state over.
    Upgrade,
    /// Another object instead of this one.
    Replace,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The deepest attribute that differs. It stops at collections that are not nested and at sets.
    pub path: Path,
    /// What it causes: what the deepest attribute on the path says that says anything.
    pub class: OnChange,
}

/// The differences in the order of the schema.
///
/// Null and empty collections mean the same, an attribute's `same` is respected, sets have no
/// order, and a value that is not known yet differs from every known one.
/// An object that comes or goes differs in each attribute that it sets.
pub fn changes(prior: &Value, planned: &Value, attributes: &[Attribute]) -> Vec<Change> {
    let mut found = Vec::new();
    let place = Position { path: Path::root(), class: OnChange::None };
    of_object(prior, planned, attributes, &place, &mut found);
    found
}

/// The top-level attributes that changed, each once, in order.
pub fn changed_names(changes: &[Change]) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    let names = changes.iter().filter_map(|change| change.path.first_attribute());
    names.filter(|name| seen.insert(*name)).collect()
}

/// What all the changes cause together: the greatest of them.
pub fn class(changes: &[Change]) -> OnChange {
    changes.iter().map(|change| change.class).max().unwrap_or_default()
}

/// Where the comparison stands, and what the attributes around it say a change causes.
struct Position {
    path: Path,
    class: OnChange,
}

impl Position {
    fn at(&self, path: Path) -> Self {
        Self { path, class: self.class }
    }

    fn change(&self) -> Change {
        Change { path: self.path.clone(), class: self.class }
    }
}

fn of_object(
    prior: &Value,
    planned: &Value,
    attributes: &[Attribute],
    place: &Position,
    found: &mut Vec<Change>,
) {
    for attribute in attributes {
        let place = Position {
            path: place.path.child(attribute.name),
            class: attribute.on_change.unwrap_or(place.class),
        };
        let (prior, planned) = (prior.member(attribute.name), planned.member(attribute.name));
        of_attribute(prior, planned, attribute, &place, found);
    }
}

fn of_attribute(
    prior: &Value,
    planned: &Value,
    attribute: &Attribute,
    place: &Position,
    found: &mut Vec<Change>,
) {
    let same = attribute.same.is_some_and(|same| is_known(prior, planned) && same(prior, planned));
    if same || means_same(prior, planned, &attribute.kind.implied_type()) {
        return;
    }
    let before = found.len();
    match &attribute.kind {
        Kind::Nested(nesting, nested) if !prior.is_unknown() && !planned.is_unknown() => {
            of_nested(prior, planned, (*nesting, nested), place, found);
        }
        Kind::Nested(_, nested) => found.push(whole(nested, place)),
        Kind::Plain(_) => found.push(place.change()),
    }
    if found.len() == before && !only_spelling(prior, planned, &attribute.kind) {
        found.push(place.change());
    }
}

fn of_nested(
    prior: &Value,
    planned: &Value,
    (nesting, nested): (Nesting, &[Attribute]),
    place: &Position,
    found: &mut Vec<Change>,
) {
    match nesting {
        Nesting::Single => of_object(prior, planned, nested, place, found),
        Nesting::List => {
            for index in 0..length(prior).max(length(planned)) {
                let place = place.at(place.path.index(index));
                of_object(prior.element(index), planned.element(index), nested, &place, found);
            }
        }
        Nesting::Map => {
            for key in keys(prior).union(&keys(planned)) {
                let place = place.at(place.path.key(key));
                of_object(prior.member(key), planned.member(key), nested, &place, found);
            }
        }
        Nesting::Set => found.push(whole(nested, place)),
    }
}

/// A change of a nested attribute as a whole: what any part of it causes, unless it says itself.
fn whole(nested: &[Attribute], place: &Position) -> Change {
    let parts = nested.iter().map(|attribute| match &attribute.kind {
        Kind::Nested(_, deeper) => {
            let class = attribute.on_change.unwrap_or(place.class);
            whole(deeper, &Position { path: Path::root(), class }).class
        }
        Kind::Plain(_) => attribute.on_change.unwrap_or(place.class),
    });
    let class = parts.max().unwrap_or(place.class);
    Change { path: place.path.clone(), class }
}

/// Whether nested objects differ although none of their attributes does: then an attribute's
/// `same` has found the difference to be one of spelling, unless an object came or went.
fn only_spelling(prior: &Value, planned: &Value, kind: &Kind) -> bool {
    match kind {
        Kind::Nested(Nesting::Single, _) => prior.is_null() == planned.is_null(),
        Kind::Nested(Nesting::List, _) => length(prior) == length(planned),
        Kind::Nested(Nesting::Map, _) => keys(prior) == keys(planned),
        Kind::Nested(Nesting::Set, _) | Kind::Plain(_) => false,
    }
}

fn is_known(prior: &Value, planned: &Value) -> bool {
    let known = |value: &Value| !value.is_null() && !value.is_unknown();
    known(prior) && known(planned)
}

fn length(list: &Value) -> usize {
    let Value::Sequence(elements) = list else { return 0 };
    elements.len()
}

fn keys(map: &Value) -> BTreeSet<&String> {
    let Value::Mapping(members) = map else { return BTreeSet::new() };
    members.keys().collect()
}
