//! Hidden state of a resource.

use std::collections::BTreeMap;

use serde::{Serialize, de::DeserializeOwned};

/// Hidden state of one resource: JSON by key. A cache only: not every client keeps it.
///
/// Keys that start with a dot belong to the framework and are never seen here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Private(pub BTreeMap<String, serde_json::Value>);

impl Private {
    /// The entry of a key; `None` when it is not there or of another shape.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        self.0.get(key).and_then(|value| serde_json::from_value(value.clone()).ok())
    }

    /// Sets the entry of a key. A value that JSON cannot hold removes it.
    pub fn set<T: Serialize>(&mut self, key: &str, value: &T) {
        match serde_json::to_value(value) {
            Ok(value) => self.0.insert(key.to_owned(), value),
            Err(_) => self.0.remove(key),
        };
    }
}
