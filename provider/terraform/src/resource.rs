//! What a provider's author writes: a provider, its resources and its data sources.

use std::{collections::BTreeMap, future::Future, sync::Arc};

use tokio_util::sync::CancellationToken;

use crate::{diagnostics::Diagnostics, model::Model, path::Path, value::Value};

/// Hidden state of one resource: JSON by key. A cache only: not every client keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Private(pub BTreeMap<String, serde_json::Value>);

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

/// What a plan starts from.
#[derive(Debug)]
pub struct PlanInput<'a, M> {
    /// The object as it is recorded; `None` on create.
    pub prior: Option<&'a M>,
    /// What the user wrote.
    pub config: &'a M,
    /// The proposal: defaults filled in, computed attributes unknown where anything changed.
    pub planned: M,
    /// Hidden state of the object.
    pub private: &'a Private,
}

/// What a plan says.
#[derive(Debug)]
pub struct Plan<M> {
    /// The object as it will be.
    pub planned: M,
    /// Attributes whose change needs another object.
    pub requires_replace: Vec<Path>,
    /// Hidden state for the apply.
    pub private: Private,
    /// Set when the plan cannot be made yet and the client allows to defer.
    pub deferred: Option<Deferred>,
    /// Warnings and errors.
    pub diagnostics: Diagnostics,
}

/// Why a plan is put off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deferred {
    /// The configuration of the resource is not known.
    ResourceConfigUnknown,
    /// The configuration of the provider is not known.
    ProviderConfigUnknown,
    /// Something it needs does not exist yet.
    AbsentPrerequisite,
}

/// What a create, update, read or delete leaves behind. Diagnostics and the best known truth go together.
#[derive(Debug)]
pub struct Outcome<M> {
    /// The object as it now is; `None`: there is none.
    pub state: Option<M>,
    /// Hidden state to store with it.
    pub private: Private,
    /// Warnings and errors.
    pub diagnostics: Diagnostics,
}

/// What an update starts from.
#[derive(Debug)]
pub struct UpdateInput<M> {
    /// The object as it was recorded before.
    pub prior: M,
    /// The object as it was planned.
    pub planned: M,
    /// What the user wrote, write-only values included.
    pub config: M,
    /// Hidden state from the plan.
    pub private: Private,
}

/// What a create starts from.
#[derive(Debug)]
pub struct CreateInput<M> {
    /// The object as it was planned.
    pub planned: M,
    /// What the user wrote, write-only values included.
    pub config: M,
    /// Hidden state from the plan.
    pub private: Private,
}

/// What an import is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum ImportBy<I> {
    /// The id, as the user wrote it.
    Id(String),
    /// The identity.
    Identity(I),
}

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

    /// What `terraform plan -generate-config-out` should write for an object: nulls are left out.
    fn generate_config(&self, state: Self::Model) -> Self::Model {
        state
    }
}

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

/// A function that computes and nothing else.
pub trait Function: Send + Sync + 'static {
    /// Its name, without the provider.
    const NAME: &'static str;
    /// What it does, in one line.
    const SUMMARY: &'static str;
    /// What it does, in Markdown.
    const DESCRIPTION: &'static str;

    /// Names, descriptions and types of its parameters.
    fn parameters() -> Vec<Parameter>;
    /// The type of its result.
    fn returns() -> crate::value::Type;
    /// Computes the result.
    ///
    /// # Errors
    /// A text, and the position of the argument it is about.
    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError>;
}

/// A parameter of a function.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it is for, in Markdown.
    pub description: &'static str,
    /// Its type.
    pub kind: crate::value::Type,
    /// Whether null may be passed.
    pub nullable: bool,
}

/// Why a function has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    /// What is wrong, for the user.
    pub text: String,
    /// The position of the argument, from 0.
    pub argument: Option<i64>,
}
