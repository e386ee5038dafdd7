//! A data source.

use std::future::Future;

use crate::{diagnostics::Diagnostics, model::Model};

use super::Context;

/// A data source.
pub trait DataSource: Send + Sync + 'static {
    /// What `Provider::configure` makes.
    type Session: Send + Sync + 'static;
    /// Its attributes.
    type Model: Model;

    /// Its type name, with the provider's prefix.
    const TYPE_NAME: &'static str;
    /// What it answers, in Markdown.
    const DESCRIPTION: &'static str;

    /// Rules over several attributes; skips what is unknown.
    fn validate(&self, _config: &Self::Model) -> Diagnostics {
        Diagnostics::new()
    }

    /// Looks it up. Not found is an error, never null.
    fn read(
        &self,
        context: &Context<Self::Session>,
        config: Self::Model,
    ) -> impl Future<Output = Result<(Self::Model, Diagnostics), Diagnostics>> + Send;
}
