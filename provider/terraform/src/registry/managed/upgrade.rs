//! States and identities of older schemas.

use std::cmp::Ordering;

use serde_json::Value as Json;

use crate::{diagnostics::Diagnostics, resource::Resource};

use super::{Entry, failure};

impl<R: Resource> Entry<R> {
    /// A recorded state as one of this schema. The version in use is by far the usual case: clients
    /// ask each time that they read a state.
    pub(super) fn upgraded(&self, version: i64, state: Json) -> Result<Json, Diagnostics> {
        match version.cmp(&R::VERSION) {
            Ordering::Equal => Ok(state),
            Ordering::Less => self.resource.upgrade(version, state),
            Ordering::Greater => Err(failure(
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

    /// A recorded identity as one of this schema. Clients ask where the versions differ.
    pub(super) fn upgraded_identity(&self, version: i64, old: Json) -> Result<Json, Diagnostics> {
        match version.cmp(&R::IDENTITY_VERSION) {
            Ordering::Equal => Ok(old),
            Ordering::Less => self.resource.upgrade_identity(version, old),
            Ordering::Greater => Err(failure(
                "Resource identity recorded by newer provider version",
                format!(
                    "The identity of this {} was recorded by a newer version of the provider \
                     (identity version {version}, this one knows {}). Use that version or a later \
                     one.",
                    R::TYPE_NAME,
                    R::IDENTITY_VERSION
                ),
            )),
        }
    }
}
