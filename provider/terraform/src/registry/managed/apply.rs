//! Create, update and delete of a managed resource, and the guards on what they answer.

use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    model::Model,
    path::Path,
    plan,
    resource::{Context, CreateInput, Outcome, Resource, UpdateInput},
    value::Value,
};

use super::{super::private::Stored, Answer, ApplyRequest, Entry, model, written_over};

impl<R: Resource> Entry<R> {
    /// Creates, updates or deletes, by which of prior and planned state there is.
    pub(super) async fn applied(
        &self,
        context: &Context<R::Session>,
        request: ApplyRequest,
    ) -> Result<Answer, Diagnostics> {
        match (request.prior.is_null(), request.planned.is_null()) {
            (true, true) => Ok(Answer::none()),
            (_, true) => self.deleted(context, request).await,
            (true, false) => self.created(context, request).await,
            (false, false) => self.updated(context, request).await,
        }
    }

    async fn created(
        &self,
        context: &Context<R::Session>,
        request: ApplyRequest,
    ) -> Result<Answer, Diagnostics> {
        let stored = Stored::read(&request.private);
        let planned: R::Model = model(&request.planned)?;
        let input = CreateInput {
            planned,
            config: model(&request.config)?,
            private: stored.private.clone(),
        };
        let mut outcome = self.resource.create(context, input).await;
        if outcome.state.is_none() && !outcome.diagnostics.has_error() {
            let text = missing(R::TYPE_NAME);
            outcome
                .diagnostics
                .push(Diagnostic::error("Missing Resource State After Create", text));
            return Err(outcome.diagnostics);
        }
        Ok(self.answered(&stored, &request.planned, outcome, request.identity))
    }

    async fn updated(
        &self,
        context: &Context<R::Session>,
        request: ApplyRequest,
    ) -> Result<Answer, Diagnostics> {
        let stored = Stored::read(&request.private);
        let planned: R::Model = model(&request.planned)?;
        let input = UpdateInput {
            prior: model(&request.prior)?,
            planned,
            config: model(&request.config)?,
            private: stored.private.clone(),
        };
        let mut outcome = self.resource.update(context, input).await;
        if outcome.state.is_some() {
            return Ok(self.answered(&stored, &request.planned, outcome, request.identity));
        }
        if !outcome.diagnostics.has_error() {
            let text = missing(R::TYPE_NAME);
            outcome
                .diagnostics
                .push(Diagnostic::error("Missing Resource State After Update", text));
        }
        Ok(Answer {
            state: request.prior,
            private: request.private,
            identity: request.identity,
            diagnostics: outcome.diagnostics,
        })
    }

    async fn deleted(
        &self,
        context: &Context<R::Session>,
        request: ApplyRequest,
    ) -> Result<Answer, Diagnostics> {
        let stored = Stored::read(&request.private);
        let prior: R::Model = model(&request.prior)?;
        let mut outcome = self.resource.delete(context, prior, stored.private.clone()).await;
        let failed = outcome.diagnostics.has_error();
        match (&outcome.state, failed) {
            (None, false) => Ok(Answer { diagnostics: outcome.diagnostics, ..Answer::none() }),
            (None, true) => Ok(Answer {
                state: request.prior,
                private: request.private,
                identity: request.identity,
                diagnostics: outcome.diagnostics,
            }),
            (Some(_), _) => {
                if !failed {
                    outcome.diagnostics.push(still_there(R::TYPE_NAME));
                }
                Ok(self.answered(&stored, &request.prior, outcome, request.identity))
            }
        }
    }

    /// The answer to a call that left an object: in the spelling of what was asked for, without
    /// write-only values, wholly known, and of the same identity.
    pub(super) fn answered(
        &self,
        stored: &Stored,
        given: &Value,
        outcome: Outcome<R::Model>,
        prior_identity: Value,
    ) -> Answer {
        let Outcome { state, private, mut diagnostics } = outcome;
        let private = stored.write(private);
        let Some(state) = state else {
            return Answer { private, diagnostics, ..Answer::none() };
        };
        let (identity, changed) = self.kept_identity(&state, prior_identity);
        diagnostics.extend(changed);
        let attributes = &self.schema.attributes;
        let value = written_over(&state, given).unwrap_or_else(|_| state.encode());
        let value = plan::settled(attributes, given, value);
        let value = plan::without_write_only(attributes, value);
        if !diagnostics.has_error() {
            diagnostics.extend(plan::unknown_paths(&value).into_iter().map(left_unknown));
        }
        let identity = if identity.is_wholly_known() { identity } else { Value::Null };
        Answer { state: plan::known_or_null(value), private, identity, diagnostics }
    }
}

fn missing(type_name: &str) -> String {
    format!(
        "The provider answered no object although no error was reported for this {type_name}. \
         This is a bug in the provider, which should be reported in the provider's own issue tracker."
    )
}

fn still_there(type_name: &str) -> Diagnostic {
    Diagnostic::error(
        "Object Still Exists After Delete",
        format!(
            "The provider answered an object after deleting this {type_name}, and no error. The \
             object stays recorded. This is a bug in the provider, which should be reported in \
             the provider's own issue tracker."
        ),
    )
}

fn left_unknown(path: Path) -> Diagnostic {
    Diagnostic::error(
        "Provider returned invalid result object after apply",
        format!(
            "After the apply operation, the provider still indicated an unknown value for {path}. \
             All values must be known after apply; it is recorded as null. This is a bug in the \
             provider, which should be reported in the provider's own issue tracker."
        ),
    )
    .at(path)
}
