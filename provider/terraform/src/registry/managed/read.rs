//! The refresh of a managed resource.

use crate::{
    diagnostics::Diagnostics,
    resource::{Context, Resource},
};

use super::{super::private::Stored, Answer, Entry, ReadRequest, model};

impl<R: Resource> Entry<R> {
    /// What the object is now. A read that fails leaves everything as recorded.
    pub(super) async fn refreshed(
        &self,
        context: &Context<R::Session>,
        request: ReadRequest,
    ) -> Result<Answer, Diagnostics> {
        if request.state.is_null() {
            return Ok(Answer::none());
        }
        let stored = Stored::read(&request.private);
        let prior: R::Model = model(&request.state)?;
        let outcome = self.resource.read(context, prior, stored.private.clone()).await;
        if outcome.state.is_none() && outcome.diagnostics.has_error() {
            return Ok(Answer {
                state: request.state,
                private: request.private,
                identity: request.identity,
                diagnostics: outcome.diagnostics,
            });
        }
        Ok(self.answered(&stored, &request.state, outcome, request.identity))
    }
}
