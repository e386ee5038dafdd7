//! The provider block, and what every call gets.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::{diagnostics::Diagnostics, model::Model};

/// What every call gets: the configured provider and the wish to stop.
#[derive(Debug)]
pub struct Context<S> {
    /// What `configure` made of the provider block; `None` while that is unknown (plan, validate).
    pub session: Option<Arc<S>>,
    /// Cancelled when the user interrupts: end the step in hand, answer the true state.
    pub stop: CancellationToken,
    /// What the client can do.
    pub client: Client,
}

/// What the calling client says of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// A plan may be deferred.
    pub deferral_allowed: bool,
    /// Write-only attributes are understood.
    pub write_only_allowed: bool,
}

/// A provider: its block, its session, and the lists of what it offers.
pub trait Provider: Send + Sync + 'static {
    /// The provider block.
    type Config: Model;
    /// What a configured provider has: clients, made lazily.
    type Session: Send + Sync + 'static;

    /// What the provider is for, in Markdown.
    fn description(&self) -> &'static str;

    /// Rules over several attributes of the provider block; unknown values are skipped.
    fn validate(&self, _config: &Self::Config) -> Diagnostics {
        Diagnostics::new()
    }

    /// Makes the session. Does no IO. `None` when a needed value is unknown.
    fn configure(&self, config: Self::Config) -> (Option<Self::Session>, Diagnostics);
}
