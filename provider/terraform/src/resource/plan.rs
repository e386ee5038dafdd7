//! What goes into a resource's methods, and what comes out.

use crate::{diagnostics::Diagnostics, path::Path};

use super::Private;

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportBy<I> {
    /// The id, as the user wrote it.
    Id(String),
    /// The identity.
    Identity(I),
}

impl<M> Plan<M> {
    /// A plan that says what will be, and nothing else.
    pub fn new(planned: M, private: Private) -> Self {
        Self {
            planned,
            requires_replace: Vec::new(),
            private,
            deferred: None,
            diagnostics: Diagnostics::new(),
        }
    }
}

impl<M> Outcome<M> {
    /// The object is this.
    pub fn of(state: M, private: Private) -> Self {
        Self { state: Some(state), private, diagnostics: Diagnostics::new() }
    }

    /// There is no such object (any more).
    pub fn gone() -> Self {
        Self { state: None, private: Private::default(), diagnostics: Diagnostics::new() }
    }

    /// The same outcome with more messages.
    #[must_use]
    pub fn with(
        mut self,
        diagnostics: impl IntoIterator<Item = crate::diagnostics::Diagnostic>,
    ) -> Self {
        self.diagnostics.extend(diagnostics);
        self
    }
}
