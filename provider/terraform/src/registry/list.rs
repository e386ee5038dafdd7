//! A list resource behind its type name.

use futures_util::future::BoxFuture;
use tokio::sync::mpsc;

use crate::{
    diagnostics::Diagnostics,
    model::Model,
    plan,
    resource::{Context, ListInput, ListResource, ListSink, Listed, Resource},
    schema::Schema,
    value::Value,
};

use super::managed::model;

/// A list resource, its types erased.
pub(crate) trait AnyList<S>: Send + Sync {
    /// The schema of what the user may ask for.
    fn schema(&self) -> &Schema;
    /// Rules over several attributes.
    fn validate(&self, config: &Value) -> Result<Diagnostics, Diagnostics>;
    /// Sends what it finds into `events`; what it returns is shown last.
    fn list<'a>(
        &'a self,
        context: &'a Context<S>,
        request: ListRequest,
        events: mpsc::Sender<ListedValue>,
    ) -> BoxFuture<'a, Result<Diagnostics, Diagnostics>>;
}

/// What a listing is asked for.
#[derive(Clone, Debug)]
pub(crate) struct ListRequest {
    pub(crate) config: Value,
    pub(crate) with_objects: bool,
    pub(crate) limit: usize,
}

/// One object that was found.
#[derive(Clone, Debug)]
pub(crate) struct ListedValue {
    pub(crate) identity: Value,
    pub(crate) display_name: String,
    pub(crate) object: Option<Value>,
    pub(crate) diagnostics: Diagnostics,
}

/// How many objects may wait for the client: enough to keep the listing busy.
const WAITING: usize = 16;

struct Entry<L> {
    list: L,
    schema: Schema,
}

/// Hides the types of a list resource.
pub(super) fn erased<L: ListResource>(
    list: L,
) -> Box<dyn AnyList<<L::Resource as Resource>::Session>> {
    let attributes = L::Model::attributes();
    Box::new(Entry { list, schema: Schema { version: 0, description: L::DESCRIPTION, attributes } })
}

impl<L: ListResource> AnyList<<L::Resource as Resource>::Session> for Entry<L> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value) -> Result<Diagnostics, Diagnostics> {
        Ok(self.list.validate(&model(config)?))
    }

    fn list<'a>(
        &'a self,
        context: &'a Context<<L::Resource as Resource>::Session>,
        request: ListRequest,
        events: mpsc::Sender<ListedValue>,
    ) -> BoxFuture<'a, Result<Diagnostics, Diagnostics>> {
        let ListRequest { config, with_objects, limit } = request;
        Box::pin(async move {
            let input = ListInput { config: model(&config)?, with_objects, limit };
            let (found, mut waiting) = mpsc::channel(WAITING);
            let listing = async move {
                // The sink must end with the listing, or the loop below would wait for ever.
                let mut sink = ListSink::new(found, limit);
                self.list.list(context, input, &mut sink).await
            };
            let passing = async {
                while let Some(listed) = waiting.recv().await {
                    if events.send(erase_listed(listed, with_objects)).await.is_err() {
                        waiting.close();
                    }
                }
            };
            let (diagnostics, ()) = tokio::join!(listing, passing);
            Ok(diagnostics)
        })
    }
}

fn erase_listed<R: Resource>(listed: Listed<R>, with_objects: bool) -> ListedValue {
    let Listed { identity, display_name, object, diagnostics } = listed;
    let object = object.filter(|_| with_objects).map(|object| {
        let value = plan::without_write_only(&R::Model::attributes(), object.encode());
        plan::known_or_null(value)
    });
    ListedValue { identity: identity.encode(), display_name, object, diagnostics }
}
