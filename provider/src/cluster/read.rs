//! Refreshes a cluster: one look at its namespace serves every cluster there; more is asked only
//! where something is not as recorded.

use lifecycle::cluster::{
    Problem,
    read::{Health, Live, read as look},
};
use terraform::resource::{Context, Outcome, Private};

use super::{apply::no_goal, drift::refreshed, goal, model::ClusterModel, native, place::Place};
use crate::{
    diagnostic,
    session::{OnUnreachable, Session},
};

/// What the cluster is now.
pub(super) async fn read(
    context: &Context<Session>,
    prior: ClusterModel,
    private: Private,
) -> Outcome<ClusterModel> {
    let Some(session) = &context.session else { return Outcome::of(prior, private) };
    let place = Place::of(session, goal::name(&prior));
    let id = place.name.to_string();
    let desired = match goal::desired(&prior, &place.settings) {
        Ok(desired) => desired,
        Err(reason) => return Outcome::of(prior, private).with(no_goal(reason)),
    };
    let listing = place.looks.at(session.kubernetes(), &place.name.namespace);
    let found = match listing.objects(&place.name, &desired).await {
        Ok(objects) => look(&place.world, &place.name, &desired, objects).await,
        Err(problem) => Err(problem),
    };
    match found {
        Ok(mut live) => {
            let remark = remark(&id, &live);
            let prior = native::untouched(prior, &mut live);
            Outcome::of(refreshed(prior, &live), private).with(remark)
        }
        Err(problem) => {
            let unreachable = matches!(problem, Problem::Unreachable { .. });
            let said = match session.on_unreachable {
                OnUnreachable::Warn if unreachable => {
                    diagnostic::cluster_unreachable_on_refresh(&id, &problem)
                }
                OnUnreachable::Warn | OnUnreachable::Error => {
                    diagnostic::cluster_problem(&id, &problem)
                }
            };
            Outcome::of(prior, private).with([said])
        }
    }
}

fn remark(id: &str, live: &Live) -> Option<terraform::diagnostics::Diagnostic> {
    match &live.health {
        Health::Transient { progress } => Some(diagnostic::cluster_in_between(id, progress)),
        Health::Ready | Health::Degraded { .. } | Health::Missing => None,
    }
}
