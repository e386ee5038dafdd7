//! A managed resource behind its type name.

mod apply;
mod identity;
mod import;
mod plan;
mod read;
mod upgrade;

use futures_util::future::BoxFuture;

use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    model::{Model, encode_over},
    path::Path,
    resource::{Context, Deferred, ImportBy, MoveSource, Resource},
    schema::Schema,
    value::Value,
};

/// A managed resource, its types erased.
pub(crate) trait AnyResource<S>: Send + Sync {
    /// Its schema.
    fn schema(&self) -> &Schema;
    /// The schema of its identity; without attributes it has none.
    fn identity(&self) -> &Schema;
    /// Rules over several attributes.
    fn validate(&self, config: &Value) -> Result<Diagnostics, Diagnostics>;
    /// A plan for a create, an update or a destroy.
    fn plan<'a>(
        &'a self,
        context: &'a Context<S>,
        request: PlanRequest,
    ) -> BoxFuture<'a, Result<PlanAnswer, Diagnostics>>;
    /// A create, an update or a delete.
    fn apply<'a>(
        &'a self,
        context: &'a Context<S>,
        request: ApplyRequest,
    ) -> BoxFuture<'a, Result<Answer, Diagnostics>>;
    /// What the object is now.
    fn read<'a>(
        &'a self,
        context: &'a Context<S>,
        request: ReadRequest,
    ) -> BoxFuture<'a, Result<Answer, Diagnostics>>;
    /// An object by id or identity.
    fn import<'a>(
        &'a self,
        context: &'a Context<S>,
        by: ImportBy<Value>,
    ) -> BoxFuture<'a, Result<Answer, Diagnostics>>;
    /// A state of an older schema as one of this.
    fn upgrade(
        &self,
        version: i64,
        state: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostics>;
    /// An identity of an older schema as one of this.
    fn upgrade_identity(
        &self,
        version: i64,
        identity: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostics>;
    /// Whether objects of other types can become one of this.
    fn accepts_moves(&self) -> bool;
    /// An object of another type as one of this.
    fn moved(&self, source: &MoveSource) -> Result<Answer, Diagnostics>;
    /// The configuration that would describe an object.
    fn generate(&self, state: Value) -> Result<Value, Diagnostics>;
}

/// What a plan is asked for. A null `proposed` asks for a destroy.
#[derive(Clone, Debug)]
pub(crate) struct PlanRequest {
    pub(crate) prior: Value,
    pub(crate) proposed: Value,
    pub(crate) config: Value,
    pub(crate) private: Vec<u8>,
    pub(crate) identity: Value,
}

/// What a plan says.
#[derive(Clone, Debug)]
pub(crate) struct PlanAnswer {
    pub(crate) planned: Value,
    pub(crate) requires_replace: Vec<Path>,
    pub(crate) private: Vec<u8>,
    pub(crate) identity: Value,
    pub(crate) deferred: Option<Deferred>,
    pub(crate) diagnostics: Diagnostics,
}

/// What an apply is asked for. A null `planned` asks for a delete, a null `prior` for a create.
#[derive(Clone, Debug)]
pub(crate) struct ApplyRequest {
    pub(crate) prior: Value,
    pub(crate) planned: Value,
    pub(crate) config: Value,
    pub(crate) private: Vec<u8>,
    pub(crate) identity: Value,
}

/// What a read is asked for.
#[derive(Clone, Debug)]
pub(crate) struct ReadRequest {
    pub(crate) state: Value,
    pub(crate) private: Vec<u8>,
    pub(crate) identity: Value,
}

/// The object after a call.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) state: Value,
    pub(crate) private: Vec<u8>,
    pub(crate) identity: Value,
    pub(crate) diagnostics: Diagnostics,
}

impl Answer {
    /// There is no object, and nothing to tell.
    fn none() -> Self {
        let (state, identity) = (Value::Null, Value::Null);
        Self { state, private: Vec::new(), identity, diagnostics: Diagnostics::new() }
    }
}

/// A resource with what its models say of themselves.
struct Entry<R> {
    resource: R,
    schema: Schema,
    identity: Schema,
}

/// Hides the types of a resource.
pub(super) fn erased<R: Resource>(resource: R) -> Box<dyn AnyResource<R::Session>> {
    let schema = Schema {
        version: R::VERSION,
        description: R::DESCRIPTION,
        attributes: R::Model::attributes(),
    };
    let identity = Schema {
        version: R::IDENTITY_VERSION,
        description: "",
        attributes: R::Identity::attributes(),
    };
    Box::new(Entry { resource, schema, identity })
}

impl<R: Resource> AnyResource<R::Session> for Entry<R> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn identity(&self) -> &Schema {
        &self.identity
    }

    fn validate(&self, config: &Value) -> Result<Diagnostics, Diagnostics> {
        Ok(self.resource.validate(&model(config)?))
    }

    fn plan<'a>(
        &'a self,
        context: &'a Context<R::Session>,
        request: PlanRequest,
    ) -> BoxFuture<'a, Result<PlanAnswer, Diagnostics>> {
        Box::pin(self.planned(context, request))
    }

    fn apply<'a>(
        &'a self,
        context: &'a Context<R::Session>,
        request: ApplyRequest,
    ) -> BoxFuture<'a, Result<Answer, Diagnostics>> {
        Box::pin(self.applied(context, request))
    }

    fn read<'a>(
        &'a self,
        context: &'a Context<R::Session>,
        request: ReadRequest,
    ) -> BoxFuture<'a, Result<Answer, Diagnostics>> {
        Box::pin(self.refreshed(context, request))
    }

    fn import<'a>(
        &'a self,
        context: &'a Context<R::Session>,
        by: ImportBy<Value>,
    ) -> BoxFuture<'a, Result<Answer, Diagnostics>> {
        Box::pin(self.imported(context, by))
    }

    fn upgrade(
        &self,
        version: i64,
        state: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostics> {
        self.upgraded(version, state)
    }

    fn upgrade_identity(
        &self,
        version: i64,
        identity: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostics> {
        self.upgraded_identity(version, identity)
    }

    fn accepts_moves(&self) -> bool {
        R::ACCEPTS_MOVES
    }

    fn moved(&self, source: &MoveSource) -> Result<Answer, Diagnostics> {
        self.moved_in(source)
    }

    fn generate(&self, state: Value) -> Result<Value, Diagnostics> {
        self.generated(state)
    }
}

/// Reads an object into its model.
pub(super) fn model<M: Model>(value: &Value) -> Result<M, Diagnostics> {
    M::decode(value, &Path::root()).map_err(|diagnostic| Diagnostics::from(*diagnostic))
}

/// What a model says, with everything that a model cannot hold as it was in `raw`.
pub(super) fn written_over<M: Model>(model: &M, raw: &Value) -> Result<Value, Diagnostics> {
    encode_over(model, raw).map_err(|diagnostic| Diagnostics::from(*diagnostic))
}

/// Errors of a call that has no state to answer with.
fn failure(summary: &str, detail: String) -> Diagnostics {
    Diagnostic::error(summary, detail).into()
}
