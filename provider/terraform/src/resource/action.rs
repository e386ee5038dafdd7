//! An action: something done once, on the user's word, that leaves no record in the state.

use std::future::Future;

use tokio::sync::mpsc;

use crate::{diagnostics::Diagnostics, model::Model};

use super::Context;

/// An action.
pub trait Action: Send + Sync + 'static {
    /// What `Provider::configure` makes.
    type Session: Send + Sync + 'static;
    /// Its attributes; none of them computed.
    type Model: Model;

    /// Its type name, with the provider's prefix.
    const TYPE_NAME: &'static str;
    /// What it does, in Markdown.
    const DESCRIPTION: &'static str;

    /// Rules over several attributes; skips what is unknown.
    fn validate(&self, _config: &Self::Model) -> Diagnostics {
        Diagnostics::new()
    }

    /// What to warn of, or refuse, before it is done. Values may be unknown.
    fn plan(
        &self,
        _context: &Context<Self::Session>,
        _config: &Self::Model,
    ) -> impl Future<Output = Diagnostics> + Send {
        async { Diagnostics::new() }
    }

    /// Does it.
    fn invoke(
        &self,
        context: &Context<Self::Session>,
        config: Self::Model,
        progress: &Progress,
    ) -> impl Future<Output = Diagnostics> + Send;
}

/// Where an action tells how far it is.
#[derive(Clone, Debug)]
pub struct Progress {
    messages: mpsc::Sender<String>,
}

impl Progress {
    pub(crate) fn new(messages: mpsc::Sender<String>) -> Self {
        Self { messages }
    }

    /// Shows one line to the user. A client that no longer listens is not an error.
    pub async fn say(&self, message: impl Into<String>) {
        let _ = self.messages.send(message.into()).await;
    }
}
