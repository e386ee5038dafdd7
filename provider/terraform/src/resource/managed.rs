//! A managed resource.

use std::future::Future;

use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    model::Model,
};

use super::{Context, CreateInput, ImportBy, Outcome, Plan, PlanInput, Private, UpdateInput};

/// A managed resource. Every method may be cut short by the death of the process.
pub trait Resource: Send + Sync + 'static {
    /// What `Provider::configure` makes.
    type Session: Send + Sync + 'static;
    /// Its attributes.
    type Model: Model;
    /// What identifies it for import, stable for its whole life.
    type Identity: Model;

    /// Its type name, with the provider's prefix.
    const TYPE_NAME: &'static str;
    /// What it is, in Markdown.
    const DESCRIPTION: &'static str;
    /// Version of its schema.
    const VERSION: i64 = 0;
    /// Version of its identity's schema.
    const IDENTITY_VERSION: i64 = 0;
    /// Whether [`Resource::moved`] takes over objects of other types.
    const ACCEPTS_MOVES: bool = false;
    /// Whether an update may change its identity, as one does that renames an object in place.
    const MUTABLE_IDENTITY: bool = false;

    /// The identity of an object; `None` while it is not known.
    fn identity(model: &Self::Model) -> Option<Self::Identity>;

    /// Rules over several attributes; skips what is unknown.
    fn validate(&self, _config: &Self::Model) -> Diagnostics {
        Diagnostics::new()
    }

    /// Decides what a create or update will do. Called several times: the same input gives the same plan.
    fn plan(
        &self,
        context: &Context<Self::Session>,
        input: PlanInput<'_, Self::Model>,
    ) -> impl Future<Output = Plan<Self::Model>> + Send;

    /// What to warn of before the object is destroyed. Not every client asks.
    fn plan_destroy(
        &self,
        _context: &Context<Self::Session>,
        _prior: &Self::Model,
    ) -> impl Future<Output = Diagnostics> + Send {
        async { Diagnostics::new() }
    }

    /// What the object is now. State `None`: certainly gone.
    fn read(
        &self,
        context: &Context<Self::Session>,
        prior: Self::Model,
        private: Private,
    ) -> impl Future<Output = Outcome<Self::Model>> + Send;

    /// Makes the object, or finds the one that an earlier attempt made.
    fn create(
        &self,
        context: &Context<Self::Session>,
        input: CreateInput<Self::Model>,
    ) -> impl Future<Output = Outcome<Self::Model>> + Send;

    /// Changes the object, going on from wherever an earlier attempt stopped.
    fn update(
        &self,
        context: &Context<Self::Session>,
        input: UpdateInput<Self::Model>,
    ) -> impl Future<Output = Outcome<Self::Model>> + Send;

    /// Removes the object; works from the attributes alone.
    fn delete(
        &self,
        context: &Context<Self::Session>,
        prior: Self::Model,
        private: Private,
    ) -> impl Future<Output = Outcome<Self::Model>> + Send;

    /// Finds an object by id or identity; a `read` follows.
    fn import(
        &self,
        context: &Context<Self::Session>,
        by: ImportBy<Self::Identity>,
    ) -> impl Future<Output = Outcome<Self::Model>> + Send;

    /// Turns a state of an older schema into one of this one (JSON to JSON).
    ///
    /// # Errors
    /// Why it cannot be done.
    fn upgrade(
        &self,
        _version: i64,
        state: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostics> {
        Ok(state)
    }

    /// Turns an identity of an older schema into one of this one (JSON to JSON).
    ///
    /// # Errors
    /// Why it cannot be done.
    fn upgrade_identity(
        &self,
        _version: i64,
        identity: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostics> {
        Ok(identity)
    }

    /// Takes over the state of an object of another type or provider (a `moved` block).
    /// Clients ask only where [`Resource::ACCEPTS_MOVES`] says that it can.
    ///
    /// # Errors
    /// Why such an object cannot become one of this type.
    fn moved(&self, source: &MoveSource) -> Result<Moved<Self::Model>, Diagnostics> {
        Err(Diagnostic::error(
            "Unsupported `moved` across resource types",
            format!(
                "An object of type {} cannot become a {}. Import it instead.",
                source.type_name,
                Self::TYPE_NAME
            ),
        )
        .into())
    }

    /// What `terraform plan -generate-config-out` should write for an object: nulls are left out.
    fn generate_config(&self, state: Self::Model) -> Self::Model {
        state
    }
}

/// The object that a `moved` block comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveSource {
    /// Full address of the provider that it belonged to.
    pub provider: String,
    /// Its type.
    pub type_name: String,
    /// Version of its schema.
    pub version: i64,
    /// Its attributes.
    pub state: serde_json::Value,
    /// Its hidden state.
    pub private: Vec<u8>,
}

/// What a moved object has become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved<M> {
    /// Its attributes.
    pub state: M,
    /// Its hidden state.
    pub private: Private,
}
