//! Configurations made from a schema: always the same ones for the same seed.

use std::collections::BTreeMap;

use crate::{
    schema::Nesting,
    value::{Type, Value},
};

use super::shape::{Part, PartKind};

/// Makes configurations of a resource.
///
/// What a validator allows cannot be known from a schema: for attributes that take only some
/// values, say which with [`Generator::choose`].
#[derive(Clone, Debug)]
pub struct Generator {
    parts: Vec<Part>,
    choices: BTreeMap<String, Vec<Value>>,
    state: u64,
}

impl Generator {
    /// A generator for a schema, as [`super::shape_of`] gives it.
    pub fn new(parts: Vec<Part>, seed: u64) -> Self {
        Self { parts, choices: BTreeMap::new(), state: seed }
    }

    /// Lets an attribute, named by its dotted path without list positions and map keys, take
    /// one of these values and no other.
    #[must_use]
    pub fn choose(mut self, path: &str, values: impl IntoIterator<Item = Value>) -> Self {
        self.choices.insert(path.to_owned(), values.into_iter().collect());
        self
    }

    /// The next configuration, every attribute set or null.
    pub fn configuration(&mut self) -> Value {
        let parts = self.parts.clone();
        self.object(&parts, "")
    }

    /// The next number below a bound (splitmix64).
    fn below(&mut self, bound: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % u64::try_from(bound.max(1)).unwrap_or(1)).unwrap_or(0)
    }

    fn object(&mut self, parts: &[Part], around: &str) -> Value {
        let mut members = BTreeMap::new();
        for part in parts {
            let path = if around.is_empty() {
                part.name.clone()
            } else {
                format!("{around}.{}", part.name)
            };
            members.insert(part.name.clone(), self.part(part, &path));
        }
        Value::Mapping(members)
    }

    fn part(&mut self, part: &Part, path: &str) -> Value {
        let settable = part.required || part.optional;
        if !settable || (part.optional && self.below(2) == 0) {
            return Value::Null;
        }
        if let Some(values) = self.choices.get(path).cloned() {
            let index = self.below(values.len());
            return values.get(index).cloned().unwrap_or(Value::Null);
        }
        match &part.kind {
            PartKind::Plain(of) => self.plain(of),
            PartKind::Nested(nesting, parts) => self.nested(*nesting, parts, path),
        }
    }

    fn nested(&mut self, nesting: Nesting, parts: &[Part], path: &str) -> Value {
        let count = self.below(3);
        match nesting {
            Nesting::Single => self.object(parts, path),
            Nesting::List | Nesting::Set => {
                let elements: Vec<Value> = (0..count).map(|_| self.object(parts, path)).collect();
                Value::Sequence(distinct(elements))
            }
            Nesting::Map => {
                let each = (0..count).map(|index| (format!("k{index}"), self.object(parts, path)));
                Value::Mapping(each.collect())
            }
        }
    }

    fn plain(&mut self, of: &Type) -> Value {
        const TEXTS: [&str; 5] = ["a", "b-1", "Ünï", "with space", "x.y/z"];
        match of {
            Type::String | Type::Dynamic => Value::from(TEXTS[self.below(TEXTS.len())]),
            Type::Number => Value::from(i64::try_from(self.below(9)).unwrap_or(1) + 1),
            Type::Bool => Value::Bool(self.below(2) == 1),
            Type::List(of) | Type::Set(of) => {
                let count = self.below(3);
                let elements: Vec<Value> = (0..count).map(|_| self.plain(of)).collect();
                let is_list = matches!(of.as_ref(), Type::List(_));
                Value::Sequence(if is_list { elements } else { distinct(elements) })
            }
            Type::Map(of) => {
                let count = self.below(3);
                let each = (0..count).map(|index| (format!("k{index}"), self.plain(of)));
                Value::Mapping(each.collect())
            }
            Type::Tuple(types) => Value::Sequence(types.iter().map(|of| self.plain(of)).collect()),
            Type::Object(attributes) => {
                let each = attributes.iter().map(|(name, of)| (name.clone(), self.plain(of)));
                Value::Mapping(each.collect())
            }
        }
    }
}

fn distinct(elements: Vec<Value>) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for element in elements {
        if !kept.contains(&element) {
            kept.push(element);
        }
    }
    kept
}
