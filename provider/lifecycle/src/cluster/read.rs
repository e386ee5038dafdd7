//! What a cluster is now, for a refresh: one LIST per kind and namespace serves
//! every cluster there, and only what is not well is looked at more closely.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::cluster::{compare::Difference, goal::Id};

/// What a cluster is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    /// Its objects that exist, whole: those that should, and others that are ours.
    pub objects: BTreeMap<Id, Value>,
    /// What differs from what was rendered, by meaning.
    pub differences: Vec<Difference>,
    /// How it is.
    pub health: Health,
}

/// How a cluster is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// It is ready.
    Ready,
    /// It is coming up or rolling: reads as what is recorded.
    Transient {
        /// In words.
        progress: String,
    },
    /// It is not well.
    Degraded {
        /// In words, each about one thing.
        ailments: Vec<String>,
    },
    /// Nothing of it is there.
    Missing,
}
