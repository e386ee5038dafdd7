//! Create, update and delete of a cluster: makes the goal, has it reached, answers the truth.

use lifecycle::{cluster::drive, job::Limits};
use terraform::{
    diagnostics::Diagnostics,
    model::Attr,
    resource::{Context, CreateInput, Outcome, Private, UpdateInput},
};

use super::{
    goal::{self, NoGoal, Operation},
    model::{ClusterModel, ClusterOwn},
    place::Place,
    plan::{decide, fill},
    state,
};
use crate::{diagnostic, session::Session};

/// Makes a cluster, or goes on with what an earlier attempt made.
pub(super) async fn create(
    context: &Context<Session>,
    input: CreateInput<ClusterModel>,
) -> Outcome<ClusterModel> {
    let CreateInput { planned, config: _, private } = input;
    Box::pin(brought(context, None, planned, private)).await
}

/// Changes a cluster, going on from wherever an earlier attempt stopped.
pub(super) async fn update(
    context: &Context<Session>,
    input: UpdateInput<ClusterModel>,
) -> Outcome<ClusterModel> {
    let UpdateInput { prior, planned, config: _, private } = input;
    Box::pin(brought(context, Some(&prior), planned, private)).await
}

/// Removes a cluster as `on_destroy` says; works from its attributes alone.
pub(super) async fn delete(
    context: &Context<Session>,
    prior: ClusterModel,
    private: Private,
) -> Outcome<ClusterModel> {
    let Some(session) = &context.session else {
        return Outcome::of(prior, private).with([diagnostic::not_configured()]);
    };
    let place = Place::of(session, goal::name(&prior));
    let goal = match goal::remove(&prior, &place.settings) {
        Ok(goal) => goal,
        Err(reason) => return Outcome::of(prior, private).with(no_goal(reason)),
    };
    let timeout = goal::timeout(&prior, Operation::Delete);
    let limits = Limits { timeout, stop: context.stop.clone() };
    let report = Box::pin(drive(&goal, &place.world, &limits)).await;
    place.forget().await;
    let said = diagnostic::cluster_messages(&place.name.to_string(), &report);
    match report.problem {
        None => Outcome::gone().with(said),
        Some(_) => Outcome::of(state::left_behind(prior, &report), private).with(said),
    }
}

async fn brought(
    context: &Context<Session>,
    prior: Option<&ClusterModel>,
    planned: ClusterModel,
    private: Private,
) -> Outcome<ClusterModel> {
    let nothing = |said: Diagnostics| Outcome {
        state: prior.cloned(),
        private: private.clone(),
        diagnostics: said,
    };
    let Some(session) = &context.session else {
        return nothing(diagnostic::not_configured().into());
    };
    let planned = completed(prior, planned, session.namespace());
    let place = Place::of(session, goal::name(&planned));
    let goal = match goal::bring(prior, &planned, &place.settings) {
        Ok(goal) => goal,
        Err(reason) => return nothing(no_goal(reason)),
    };
    let operation = if prior.is_some() { Operation::Update } else { Operation::Create };
    let timeout = goal::timeout(&planned, operation);
    let limits = Limits { timeout, stop: context.stop.clone() };
    let report = Box::pin(drive(&goal, &place.world, &limits)).await;
    place.forget().await;
    let said = diagnostic::cluster_messages(&place.name.to_string(), &report);
    let state = state::applied(prior, planned, &report);
    Outcome { state, private, diagnostics: said }
}

/// The planned object with what the plan could not know; known planned values are never touched.
fn completed(
    prior: Option<&ClusterModel>,
    mut planned: ClusterModel,
    namespace: &str,
) -> ClusterModel {
    let open = |planned: Attr<String>, found: Attr<String>| {
        if planned.is_unknown() { found } else { planned }
    };
    let usual = Attr::Known(namespace.to_owned());
    planned.shared.namespace = open(planned.shared.namespace, usual);
    let change = decide(prior, &planned);
    let found = fill(prior, planned.clone(), &change).own;
    let own = planned.own;
    let revision = if own.revision.is_unknown() { found.revision } else { own.revision };
    planned.own = ClusterOwn {
        id: open(own.id, found.id),
        r#ref: open(own.r#ref, found.r#ref),
        revision,
        rest_url: open(own.rest_url, found.rest_url),
        planned_action: open(own.planned_action, found.planned_action),
        status: open(own.status, found.status),
        on_update: own.on_update,
        on_destroy: own.on_destroy,
        timeouts: own.timeouts,
    };
    planned
}

/// What to say where there is nothing to reach for.
pub(crate) fn no_goal(reason: NoGoal) -> Diagnostics {
    match reason {
        NoGoal::Undecided => diagnostic::undecided().into(),
        NoGoal::Invalid(found) => found.iter().map(diagnostic::invalid).collect(),
    }
}
