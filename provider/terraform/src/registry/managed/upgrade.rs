//! States of older schemas.

use serde_json::Value as Json;

use crate::{diagnostics::Diagnostics, resource::Resource};

use super::{Entry, failure};

impl<R: Resource> Entry<R> {
    /// A recorded state as one of this schema. The version in use is by far the usual case: clients
    /// ask each time that they read a state.
    pub(super) fn upgraded(&self, version: i64, state: Json) -> Result<Json, Diagnostics> {
        match version.cmp(&R::VERSION) {
            std::cmp::Ordering::Equal => Ok(state),
            std::cmp::Ordering::Less => self.resource.upgrade(version, state),
            std::cmp::Ordering::Greater => Err(failure(
                "Resource instance managed by newer provider version",
                format!(
                    "This {} was recorded by a newer version of the provider (schema version \
                     {version}, this one knows {}). Use that version or a later one.",
                    R::TYPE_NAME,
                    R::VERSION
                ),
            )),
        }
    }
}
