//! Terraform's values: a tree that knows null and unknown beside what is known.

pub mod json;
mod misfit;
pub mod msgpack;
mod number;
mod same;
mod types;

use std::collections::BTreeMap;

pub use misfit::{Misfit, Problem};
pub use number::{Decimal, NotANumber, Number};
pub(crate) use same::push_distinct;
pub use same::{equivalent, means_same};
pub use types::{NotAType, Type};

/// A value as Terraform sees it, of whatever type the schema says.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Not set.
    Null,
    /// Known only after apply, with what can be said of it before.
    Unknown(Refinement),
    /// `true` or `false`.
    Bool(bool),
    /// A number of any precision.
    Number(Number),
    /// Text.
    String(String),
    /// A list, set or tuple.
    Sequence(Vec<Self>),
    /// A map or an object.
    Mapping(BTreeMap<String, Self>),
    /// A value that carries its type, where the schema leaves the type open.
    Dynamic(Box<(Type, Self)>),
}

impl Value {
    /// An unknown value of which nothing can be said.
    pub fn unknown() -> Self {
        Self::Unknown(Refinement::default())
    }

    /// Whether this value is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// An attribute of an object or an element of a map: null where there is none, unknown inside
    /// of what is unknown.
    pub fn member(&self, name: &str) -> &Self {
        match self {
            Self::Mapping(members) => members.get(name).unwrap_or(&Self::Null),
            Self::Unknown(_) => self,
            Self::Null
            | Self::Bool(_)
            | Self::Number(_)
            | Self::String(_)
            | Self::Sequence(_)
            | Self::Dynamic(_) => &Self::Null,
        }
    }

    /// An element of a list: null where there is none, unknown inside of what is unknown.
    pub fn element(&self, index: usize) -> &Self {
        match self {
            Self::Sequence(elements) => elements.get(index).unwrap_or(&Self::Null),
            Self::Unknown(_) => self,
            Self::Null
            | Self::Bool(_)
            | Self::Number(_)
            | Self::String(_)
            | Self::Mapping(_)
            | Self::Dynamic(_) => &Self::Null,
        }
    }

    /// What kind of value it is, for a person.
    fn friendly_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Unknown(_) => "an unknown value",
            Self::Bool(_) => "a bool",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Sequence(_) => "a sequence",
            Self::Mapping(_) => "a map or an object",
            Self::Dynamic(_) => "a value with its type",
        }
    }

    /// Whether nothing in this value is unknown.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown(_) => false,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => true,
            Self::Sequence(elements) => elements.iter().all(Self::is_wholly_known),
            Self::Mapping(members) => members.values().all(Self::is_wholly_known),
            Self::Dynamic(typed) => typed.1.is_wholly_known(),
        }
    }

    /// Whether this very value is unknown; parts of it may be although it is not.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<i64> for Value {
    fn from(integer: i64) -> Self {
        Self::Number(Number::Integer(integer))
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

/// What is known of an unknown value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refinement {
    /// `Some(false)`: certainly not null.
    pub null: Option<bool>,
    /// The string starts with this.
    pub prefix: Option<String>,
    /// Lower bound of a number, and whether the bound itself is possible.
    pub number_min: Option<(Number, bool)>,
    /// Upper bound of a number, and whether the bound itself is possible.
    pub number_max: Option<(Number, bool)>,
    /// Least number of elements.
    pub length_min: Option<i64>,
    /// Greatest number of elements.
    pub length_max: Option<i64>,
}

#[cfg(test)]
pub(crate) mod generated;
#[cfg(test)]
mod tests;
