//! Typed models: one struct is the schema, the decoder and the encoder of a block.

use crate::{diagnostics::Diagnostic, path::Path, schema::Attribute, value::Value};

pub use derive::Model;

/// The value of an attribute: null, unknown until apply, or known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attr<T> {
    /// Not set.
    #[default]
    Null,
    /// Known only after apply.
    Unknown,
    /// Set to this.
    Known(T),
}

impl<T> Attr<T> {
    /// The value, if it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// The value by move, if it is known.
    pub fn into_known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// Whether the attribute is not set.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether the attribute is known only after apply.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }
}

impl<T> From<Option<T>> for Attr<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Known)
    }
}

/// A Rust type that an attribute can have: decoded from and encoded to [`Value`].
///
/// Implemented for `String`, `bool`, `i64`, `f64`, `Vec<T>`, `BTreeMap<String, T>`
/// and every [`Model`] (a nested object).
pub trait Field: Sized {
    /// What the schema says of an attribute of this type.
    fn kind() -> crate::schema::Kind;

    /// Reads a value that is neither null nor unknown.
    ///
    /// # Errors
    /// What does not fit, with its path below `path`.
    fn decode(value: &Value, path: &Path) -> Result<Self, Box<Diagnostic>>;

    /// The value that [`Field::decode`] would read back as this one.
    fn encode(&self) -> Value;
}

/// A struct whose fields are the attributes of a block or a nested object. Use `#[derive(Model)]`.
pub trait Model: Clone + std::fmt::Debug + PartialEq + Send + Sync + 'static {
    /// The attributes in the order of the struct's fields.
    fn attributes() -> Vec<Attribute>;

    /// Reads an object; a null object has every attribute null, an unknown one every attribute unknown.
    ///
    /// # Errors
    /// The first attribute that does not fit, with its path.
    fn decode(value: &Value, path: &Path) -> Result<Self, Box<Diagnostic>>;

    /// The object that [`Model::decode`] would read back as this one.
    fn encode(&self) -> Value;
}
