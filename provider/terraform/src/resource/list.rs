//! A list resource: what `terraform query` finds of one managed resource.

use std::future::Future;

use tokio::sync::mpsc;

use crate::{diagnostics::Diagnostics, model::Model};

use super::{Context, Resource};

/// Lists the objects of a managed resource.
pub trait ListResource: Send + Sync + 'static {
    /// The resource whose objects are listed; it must have an identity.
    type Resource: Resource;
    /// What the user may ask for: the `config` block of `list`.
    type Model: Model;

    /// What is listed, in Markdown.
    const DESCRIPTION: &'static str;

    /// Rules over several attributes; skips what is unknown.
    fn validate(&self, _config: &Self::Model) -> Diagnostics {
        Diagnostics::new()
    }

    /// Sends what it finds into `sink`, until that takes no more. What it returns is shown last.
    fn list(
        &self,
        context: &Context<<Self::Resource as Resource>::Session>,
        input: ListInput<Self::Model>,
        sink: &mut ListSink<Self::Resource>,
    ) -> impl Future<Output = Diagnostics> + Send;
}

/// What a listing is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListInput<M> {
    /// What the user wrote.
    pub config: M,
    /// Whether the objects themselves are wanted, not their identities alone.
    pub with_objects: bool,
    /// The most objects that are wanted.
    pub limit: usize,
}

/// One object that was found.
#[derive(Debug)]
pub struct Listed<R: Resource> {
    /// What identifies it for an import.
    pub identity: R::Identity,
    /// What a person calls it.
    pub display_name: String,
    /// The object, if it was asked for.
    pub object: Option<R::Model>,
    /// What to tell about it.
    pub diagnostics: Diagnostics,
}

/// Where found objects go.
#[derive(Debug)]
pub struct ListSink<R: Resource> {
    events: mpsc::Sender<Listed<R>>,
    left: usize,
}

impl<R: Resource> ListSink<R> {
    pub(crate) fn new(events: mpsc::Sender<Listed<R>>, limit: usize) -> Self {
        Self { events, left: limit }
    }

    /// Whether another object is wanted: the limit is not reached and the client still listens.
    pub fn wants_more(&self) -> bool {
        self.left > 0 && !self.events.is_closed()
    }

    /// Hands one object on; says whether another is wanted. Beyond the limit nothing is sent.
    pub async fn send(&mut self, found: Listed<R>) -> bool {
        if !self.wants_more() || self.events.send(found).await.is_err() {
            return false;
        }
        self.left -= 1;
        self.wants_more()
    }
}
