//! Refreshes a job with a cluster of its own.

use lifecycle::{
    application::{self, Problem},
    cluster, job,
};
use terraform::resource::{Outcome, Private};

use super::{apply, goal::recorded_goal};
use crate::{
    cluster::place::Place,
    diagnostic::{self, Subject},
    job::{
        model::JobModel,
        read::{TASKS, never_started},
        state::refreshed,
    },
    session::{OnUnreachable, Session},
};

/// What the job is now.
pub(in crate::job) async fn read(
    session: &Session,
    prior: JobModel,
    private: Private,
) -> Outcome<JobModel> {
    if never_started(&prior) {
        return Outcome::of(prior, private);
    }
    let Some(name) = apply::name(&prior) else { return Outcome::of(prior, private) };
    let place = Place::of(session, name);
    let (goal, recorded) = match recorded_goal(&prior, &place, &private) {
        Ok(found) => found,
        Err(reason) => return Outcome::of(prior, private).with(cluster_said(reason)),
    };
    let origin = place.name.origin();
    let text = prior.name.known().cloned().unwrap_or_default();
    let subject = Subject { name: &text, origin: &origin };
    match application::read(&place.world, (&goal, &recorded), private.get(TASKS)).await {
        Ok(found) => {
            let remark = diagnostic::live_remarks(subject, &prior, &found);
            Outcome::of(refreshed(prior, &found), private).with(remark)
        }
        Err(problem) => {
            let said = not_seen(session, subject, &problem);
            Outcome::of(prior, private).with([said])
        }
    }
}

fn cluster_said(reason: crate::cluster::goal::NoGoal) -> terraform::diagnostics::Diagnostics {
    crate::cluster::apply::no_goal(reason)
}

/// What is said of a job that nobody could be asked about.
fn not_seen(
    session: &Session,
    subject: Subject<'_>,
    problem: &Problem,
) -> terraform::diagnostics::Diagnostic {
    let warns = session.on_unreachable == OnUnreachable::Warn;
    match problem {
        Problem::Job(found @ job::Problem::Unreachable { .. }) if warns => {
            diagnostic::unreachable_on_refresh(subject, found)
        }
        Problem::Job(found) => diagnostic::problem(subject, found),
        Problem::Cluster(found @ cluster::Problem::Unreachable { .. }) if warns => {
            diagnostic::cluster_unreachable_on_refresh(subject.origin, found)
        }
        Problem::Cluster(found) => diagnostic::cluster_problem(subject.origin, found),
    }
}
