//! The plan of a managed resource: the pure algorithm around the resource's own say.

use crate::{
    diagnostics::Diagnostics,
    plan::{self, Proposal},
    resource::{Context, Plan, PlanInput, Private, Resource},
    value::Value,
};

use super::{
    super::private::Stored,
    Entry, PlanAnswer, PlanRequest,
    identity::{changed_identity, unexpected_change},
    model, written_over,
};

impl<R: Resource> Entry<R> {
    /// Plans a create, an update or a destroy.
    pub(super) async fn planned(
        &self,
        context: &Context<R::Session>,
        request: PlanRequest,
    ) -> Result<PlanAnswer, Diagnostics> {
        if request.proposed.is_null() {
            self.planned_destroy(context, request).await
        } else {
            self.planned_change(context, request).await
        }
    }

    async fn planned_destroy(
        &self,
        context: &Context<R::Session>,
        request: PlanRequest,
    ) -> Result<PlanAnswer, Diagnostics> {
        let PlanRequest { prior, proposed, config: _, private, identity } = request;
        let diagnostics = self.resource.plan_destroy(context, &model(&prior)?).await;
        Ok(PlanAnswer {
            planned: proposed,
            requires_replace: Vec::new(),
            private,
            identity,
            deferred: None,
            diagnostics,
        })
    }

    async fn planned_change(
        &self,
        context: &Context<R::Session>,
        request: PlanRequest,
    ) -> Result<PlanAnswer, Diagnostics> {
        let PlanRequest { prior, proposed, config, private, identity } = request;
        let stored = Stored::read(&private);
        let proposal = plan::propose(&self.schema.attributes, &prior, &config, proposed);
        let given: R::Model = model(&proposal.planned)?;
        let plan = self.asked(context, (&prior, &config), given, &stored.private).await?;
        self.concluded(proposal, plan, (&stored, identity))
    }

    async fn asked(
        &self,
        context: &Context<R::Session>,
        (prior, config): (&Value, &Value),
        planned: R::Model,
        private: &Private,
    ) -> Result<Plan<R::Model>, Diagnostics> {
        let prior: Option<R::Model> = if prior.is_null() { None } else { Some(model(prior)?) };
        let config: R::Model = model(config)?;
        let input = PlanInput { prior: prior.as_ref(), config: &config, planned, private };
        Ok(self.resource.plan(context, input).await)
    }

    fn concluded(
        &self,
        proposal: Proposal,
        plan: Plan<R::Model>,
        (stored, prior_identity): (&Stored, Value),
    ) -> Result<PlanAnswer, Diagnostics> {
        let Plan { planned, requires_replace, private, deferred, mut diagnostics } = plan;
        let attributes = &self.schema.attributes;
        let mut paths = proposal.requires_replace;
        paths.extend(requires_replace);
        let paths = plan::normalised(attributes, paths);
        let identity = self.planned_identity(&planned, prior_identity.clone());
        let steady = !R::MUTABLE_IDENTITY && paths.is_empty();
        if steady && changed_identity(&prior_identity, &identity) {
            diagnostics.push(unexpected_change(R::TYPE_NAME));
        }
        let value = written_over(&planned, &proposal.planned)?;
        Ok(PlanAnswer {
            planned: plan::without_write_only(attributes, value),
            requires_replace: paths,
            private: stored.write(private),
            identity,
            deferred,
            diagnostics,
        })
    }
}
