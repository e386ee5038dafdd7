//! What is rendered and what is, compared by meaning.

use serde_json::Value;

use crate::cluster::goal::Id;

/// One difference between what should be and what is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The object.
    pub object: Id,
    /// What differs.
    pub what: What,
}

/// What differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The object does not exist.
    Missing,
    /// The object exists and should not: it is ours, and not rendered any more.
    Left,
    /// A value is another.
    Value {
        /// Where, as keys; an entry of a list by its key, for example
        /// `["spec", "ports", "rest", "port"]`.
        path: Vec<String>,
        /// What is; `None`: nothing.
        is: Option<Value>,
        /// What should be.
        should: Value,
    },
}
