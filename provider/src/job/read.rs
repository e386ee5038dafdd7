//! Refreshes a job: one look at all jobs serves every resource; more is asked only where
//! something is not as recorded.

use lifecycle::{
    cluster::health::Standing,
    job::{Live, Problem},
};
use terraform::resource::{Context, Outcome, Private};

use super::{
    application, apply::owner, goal, model::JobModel, plan::recorded_at, state::refreshed,
};
use crate::{
    diagnostic::{self, Subject},
    job_manager::JobManager,
    session::{OnUnreachable, Session},
};

/// The key of the number of tasks in the private data. Another number later tells of a rescaling.
pub(super) const TASKS: &str = "tasks";

/// What the job is now.
pub(super) async fn read(
    context: &Context<Session>,
    prior: JobModel,
    private: Private,
) -> Outcome<JobModel> {
    let Some(session) = &context.session else { return Outcome::of(prior, private) };
    if !prior.application.is_null() {
        return Box::pin(application::read::read(session, prior, private)).await;
    }
    let at = match session.job_manager(&recorded_at(&prior)) {
        Ok(at) => at,
        Err(error) => {
            return Outcome::of(prior, private).with([diagnostic::no_job_manager(&error)]);
        }
    };
    if never_started(&prior) {
        return Outcome::of(prior, private);
    }
    let name = prior.name.known().cloned().unwrap_or_default();
    let subject = Subject { name: &name, origin: &at.origin };
    match look(&at, &prior, private.get(TASKS)).await {
        Ok(found) => {
            let remark = diagnostic::live_remarks(subject, &prior, &found);
            Outcome::of(refreshed(prior, &found), private).with(remark)
        }
        // The plan of its cluster makes the Service again; the job runs on meanwhile.
        Err(Problem::Unreachable { .. }) if at.is_cut_off().await => {
            Outcome::of(prior, private).with([diagnostic::cut_off(subject)])
        }
        Err(problem) => not_seen(session, &at, (prior, private), &problem).await,
    }
}

/// What a job is whose JobManager does not answer: Kubernetes may tell why.
async fn not_seen(
    session: &Session,
    at: &JobManager,
    (prior, private): (JobModel, Private),
    problem: &Problem,
) -> Outcome<JobModel> {
    let name = prior.name.known().cloned().unwrap_or_default();
    let subject = Subject { name: &name, origin: &at.origin };
    let unreachable = matches!(problem, Problem::Unreachable { .. });
    let standing = if unreachable { at.reading().standing().await } else { None };
    match standing {
        // Its cluster's next apply makes the JobManager again.
        Some(Standing::Halted) => {
            let found = Live::missing();
            let remark = diagnostic::live_remarks(subject, &prior, &found);
            Outcome::of(refreshed(prior, &found), private).with(remark)
        }
        Some(Standing::Coming) => {
            Outcome::of(prior, private).with([diagnostic::coming_up(subject)])
        }
        Some(Standing::Up) | None => {
            let said = match session.on_unreachable {
                OnUnreachable::Warn if unreachable => {
                    diagnostic::unreachable_on_refresh(subject, problem)
                }
                OnUnreachable::Warn | OnUnreachable::Error => diagnostic::problem(subject, problem),
            };
            Outcome::of(prior, private).with([said])
        }
    }
}

/// Adds to the private data how an apply has left a job; what cannot be told is left out.
pub(super) async fn remember(at: &JobManager, job: &JobModel, private: &mut Private) {
    private.0.remove(TASKS);
    if let Ok(Live { tasks: Some(tasks), .. }) = look(at, job, None).await {
        private.set(TASKS, &tasks);
    }
}

/// A job that was created suspended has nothing to be looked for.
pub(super) fn never_started(prior: &JobModel) -> bool {
    prior.job_id.is_null() && prior.state.known().is_some_and(|state| state == "suspended")
}

/// What the job is now. `tasks`: how many it had when an apply left it.
pub(super) async fn look(
    at: &JobManager,
    job: &JobModel,
    tasks: Option<u32>,
) -> Result<Live, Problem> {
    let snapshot = at.snapshot().await?;
    let recorded = goal::recorded(job, None);
    snapshot.live(at.reading(), &owner(job, &at.origin), &recorded, tasks).await
}
