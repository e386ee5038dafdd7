//! What does not fit when values are read or written.

use thiserror::Error;

use crate::{
    path::{Path, Step},
    value::{NotANumber, NotAType, Type, Value},
};

/// A value, or its bytes, does not fit the type that it should have.
///
/// The text never has the value in it: it may be a secret.
#[derive(Debug, Error)]
#[error("{}{problem}", place(path))]
pub struct Misfit {
    path: Path,
    #[source]
    problem: Problem,
}

/// What exactly does not fit.
#[derive(Debug, Error)]
pub enum Problem {
    /// The value is of another type.
    #[error("{wanted} is required, found {found}")]
    WrongType {
        /// The type that the schema says.
        wanted: &'static str,
        /// What there is.
        found: String,
    },
    /// An object or tuple has another number of members than its type.
    #[error("{wanted} elements are required, found {found}")]
    WrongLength {
        /// How many the type has.
        wanted: usize,
        /// How many there are.
        found: usize,
    },
    /// An attribute of the type is not there.
    #[error("attribute {0:?} is missing")]
    MissingAttribute(String),
    /// An attribute is there that the type does not have.
    #[error("attribute {0:?} is not supported")]
    UnsupportedAttribute(String),
    /// JSON cannot say that a value is unknown.
    #[error("a value that is not known yet cannot be written as JSON")]
    UnknownInJson,
    /// Neither msgpack nor JSON says this number.
    #[error("the number is not a finite one")]
    NotFinite,
    /// A text should be a number.
    #[error("a decimal number is required")]
    NotANumber(#[source] NotANumber),
    /// The type that an open value carries cannot be read.
    #[error("the type of a value cannot be read")]
    NotAType(#[source] NotAType),
    /// The bytes end early or are no msgpack.
    #[error("the bytes are not a msgpack value")]
    NotMsgpack,
    /// The bytes are no JSON.
    #[error("the text is not JSON")]
    NotJson(#[source] serde_json::Error),
    /// A text is not UTF-8.
    #[error("a text is not UTF-8")]
    NotUtf8,
    /// There is more after the value.
    #[error("{0} bytes follow the value")]
    TrailingBytes(usize),
    /// An extension that does not stand for an unknown value.
    #[error("unsupported extension type {code} with length {length}")]
    UnsupportedExtension {
        /// The code of the extension.
        code: i8,
        /// Its number of bytes.
        length: usize,
    },
    /// What is said of an unknown value takes too many bytes.
    #[error("oversize unknown value refinement")]
    OversizeRefinement,
    /// Something is said of an unknown value that its type does not have.
    #[error("refinement {0} does not fit the type")]
    WrongRefinement(u64),
    /// Values stand in values too deep to be read safely.
    #[error("values are nested too deep")]
    TooDeep,
}

impl Misfit {
    /// Where it does not fit.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What does not fit.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// The same misfit, seen from one step further out.
    pub(super) fn under(mut self, step: Step) -> Self {
        self.path = self.path.below(step);
        self
    }

    /// A value of another type than its own.
    pub(super) fn wrong(wanted: &Type, found: impl Into<String>) -> Self {
        Problem::WrongType { wanted: wanted.friendly_name(), found: found.into() }.into()
    }

    /// A value of another type than its own.
    pub(super) fn wrong_value(wanted: &Type, found: &Value) -> Self {
        Self::wrong(wanted, found.friendly_name())
    }
}

impl From<Problem> for Misfit {
    fn from(problem: Problem) -> Self {
        Self { path: Path::root(), problem }
    }
}

fn place(path: &Path) -> String {
    if path.is_root() { String::new() } else { format!("{path}: ") }
}
