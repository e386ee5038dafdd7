//! An action behind its type name.

use futures_util::future::BoxFuture;
use tokio::sync::mpsc;

use crate::{
    diagnostics::Diagnostics,
    model::Model,
    resource::{Action, Context, Progress},
    schema::Schema,
    value::Value,
};

use super::managed::model;

/// An action, its types erased.
pub(crate) trait AnyAction<S>: Send + Sync {
    /// Its schema.
    fn schema(&self) -> &Schema;
    /// Rules over several attributes.
    fn validate(&self, config: &Value) -> Result<Diagnostics, Diagnostics>;
    /// What to warn of, or refuse, before it is done.
    fn plan<'a>(
        &'a self,
        context: &'a Context<S>,
        config: Value,
    ) -> BoxFuture<'a, Result<Diagnostics, Diagnostics>>;
    /// Does it.
    fn invoke<'a>(
        &'a self,
        context: &'a Context<S>,
        config: Value,
        progress: mpsc::Sender<String>,
    ) -> BoxFuture<'a, Result<Diagnostics, Diagnostics>>;
}

struct Entry<A> {
    action: A,
    schema: Schema,
}

/// Hides the types of an action.
pub(super) fn erased<A: Action>(action: A) -> Box<dyn AnyAction<A::Session>> {
    let attributes = A::Model::attributes();
    Box::new(Entry {
        action,
        schema: Schema { version: 0, description: A::DESCRIPTION, attributes },
    })
}

impl<A: Action> AnyAction<A::Session> for Entry<A> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value) -> Result<Diagnostics, Diagnostics> {
        Ok(self.action.validate(&model(config)?))
    }

    fn plan<'a>(
        &'a self,
        context: &'a Context<A::Session>,
        config: Value,
    ) -> BoxFuture<'a, Result<Diagnostics, Diagnostics>> {
        Box::pin(async move { Ok(self.action.plan(context, &model(&config)?).await) })
    }

    fn invoke<'a>(
        &'a self,
        context: &'a Context<A::Session>,
        config: Value,
        progress: mpsc::Sender<String>,
    ) -> BoxFuture<'a, Result<Diagnostics, Diagnostics>> {
        let progress = Progress::new(progress);
        Box::pin(async move { Ok(self.action.invoke(context, model(&config)?, &progress).await) })
    }
}
