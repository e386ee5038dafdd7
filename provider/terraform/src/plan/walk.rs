//! One walk over an object and what stands at the same place in the prior state and the configuration.

use crate::{
    path::Path,
    schema::{Attribute, Kind, Mode, Nesting},
    value::{Value, means_same},
};

/// What a missing part reads as.
static NULL: Value = Value::Null;
/// What a part of an unknown object reads as.
static UNKNOWN: std::sync::LazyLock<Value> = std::sync::LazyLock::new(Value::unknown);

/// Where a walk is, and what stands there elsewhere.
#[derive(Debug)]
pub struct Site<'a> {
    /// The attribute.
    pub attribute: &'a Attribute,
    /// Where it is; cut at a set.
    pub path: &'a Path,
    /// Its value in the prior state.
    pub prior: &'a Value,
    /// Whether the object around it was there before.
    pub existed: bool,
    /// Its value in the configuration.
    pub config: &'a Value,
}

/// The two objects that a walk looks at beside the one that it changes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beside<'a> {
    pub(super) prior: &'a Value,
    pub(super) config: &'a Value,
}

/// What the visitor of a walk is: the site and its value in, the new value out.
type Visit<'v> = dyn FnMut(&Site<'_>, Value) -> Value + 'v;

/// Replaces every attribute by what `visit` makes of it, outer before inner.
pub(super) fn transform(
    attributes: &[Attribute],
    object: Value,
    beside: Beside<'_>,
    visit: &mut Visit<'_>,
) -> Value {
    transform_at(attributes, object, beside, &Cursor::root(), visit)
}

/// A path, and whether it has come to a set, below which nothing can be addressed.
struct Cursor {
    path: Path,
    in_set: bool,
}

impl Cursor {
    fn root() -> Self {
        Self { path: Path::root(), in_set: false }
    }

    fn deeper(&self, step: impl FnOnce(&Path) -> Path) -> Self {
        let path = if self.in_set { self.path.clone() } else { step(&self.path) };
        Self { path, in_set: self.in_set }
    }

    fn in_set(&self) -> Self {
        Self { path: self.path.clone(), in_set: true }
    }
}

fn transform_at(
    attributes: &[Attribute],
    object: Value,
    beside: Beside<'_>,
    cursor: &Cursor,
    visit: &mut Visit<'_>,
) -> Value {
    let Value::Mapping(mut fields) = object else { return object };
    for attribute in attributes {
        let value = fields.remove(attribute.name).unwrap_or(Value::Null);
        let here = cursor.deeper(|path| path.child(attribute.name));
        let site = Site {
            attribute,
            path: &here.path,
            prior: part(beside.prior, attribute.name),
            existed: matches!(beside.prior, Value::Mapping(_)),
            config: part(beside.config, attribute.name),
        };
        let value = visit(&site, value);
        let inner = Beside { prior: site.prior, config: site.config };
        let value = match &attribute.kind {
            Kind::Plain(_) => value,
            Kind::Nested(nesting, nested) => {
                transform_nested((*nesting, nested), value, inner, &here, visit)
            }
        };
        fields.insert(attribute.name.to_owned(), value);
    }
    Value::Mapping(fields)
}

fn transform_nested(
    (nesting, attributes): (Nesting, &[Attribute]),
    value: Value,
    beside: Beside<'_>,
    cursor: &Cursor,
    visit: &mut Visit<'_>,
) -> Value {
    match (nesting, value) {
        (Nesting::Single, value) => transform_at(attributes, value, beside, cursor, visit),
        (Nesting::List, Value::Sequence(elements)) => {
            let each = elements.into_iter().enumerate().map(|(index, element)| {
                let inner = Beside {
                    prior: element_at(beside.prior, index),
                    config: element_at(beside.config, index),
                };
                transform_at(attributes, element, inner, &cursor.deeper(|p| p.index(index)), visit)
            });
            Value::Sequence(each.collect())
        }
        (Nesting::Map, Value::Mapping(elements)) => {
            let each = elements.into_iter().map(|(key, element)| {
                let inner =
                    Beside { prior: part(beside.prior, &key), config: part(beside.config, &key) };
                let deeper = cursor.deeper(|path| path.key(&key));
                let element = transform_at(attributes, element, inner, &deeper, visit);
                (key, element)
            });
            Value::Mapping(each.collect())
        }
        (Nesting::Set, Value::Sequence(elements)) => {
            let cursor = cursor.in_set();
            let each = elements.into_iter().map(|element| {
                let inner = Beside {
                    prior: same_element(attributes, &element, beside.prior),
                    config: same_element(attributes, &element, beside.config),
                };
                transform_at(attributes, element, inner, &cursor, visit)
            });
            Value::Sequence(each.collect())
        }
        (Nesting::List | Nesting::Map | Nesting::Set, value) => value,
    }
}

/// The attribute of an object, or the element of a map.
pub(super) fn part<'a>(object: &'a Value, name: &str) -> &'a Value {
    match object {
        Value::Mapping(fields) => fields.get(name).unwrap_or(&NULL),
        Value::Unknown(_) => &UNKNOWN,
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Sequence(_)
        | Value::Dynamic(_) => &NULL,
    }
}

fn element_at(list: &Value, index: usize) -> &Value {
    match list {
        Value::Sequence(elements) => elements.get(index).unwrap_or(&NULL),
        Value::Unknown(_) => &UNKNOWN,
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Mapping(_)
        | Value::Dynamic(_) => &NULL,
    }
}

/// The element of a set that says the same in everything that a user sets.
/// Clients send one set in different orders, so positions mean nothing.
fn same_element<'a>(attributes: &[Attribute], element: &Value, set: &'a Value) -> &'a Value {
    let Value::Sequence(candidates) = set else { return part(set, "") };
    candidates
        .iter()
        .find(|candidate| says_the_same(attributes, element, candidate))
        .unwrap_or(&NULL)
}

fn says_the_same(attributes: &[Attribute], element: &Value, candidate: &Value) -> bool {
    attributes.iter().filter(|attribute| !attribute.write_only).all(|attribute| {
        let (ours, theirs) = (part(element, attribute.name), part(candidate, attribute.name));
        match attribute.mode {
            Mode::Required | Mode::Optional => {
                means_same(ours, theirs, &attribute.kind.implied_type())
            }
            Mode::OptionalComputed => {
                theirs.is_null()
                    || ours.is_null()
                    || means_same(ours, theirs, &attribute.kind.implied_type())
            }
            Mode::Computed => true,
        }
    })
}

/// The object with every write-only attribute null.
pub fn without_write_only(attributes: &[Attribute], object: Value) -> Value {
    let beside = Beside { prior: &NULL, config: &NULL };
    transform(attributes, object, beside, &mut |site, value| {
        if site.attribute.write_only { Value::Null } else { value }
    })
}

/// The write-only attributes that are set.
pub fn write_only_set(attributes: &[Attribute], object: &Value) -> Vec<Path> {
    let mut set = Vec::new();
    let beside = Beside { prior: &NULL, config: &NULL };
    transform(attributes, object.clone(), beside, &mut |site, value| {
        if site.attribute.write_only && !value.is_null() {
            set.push(site.path.clone());
        }
        value
    });
    set
}
