//! Stopping a running job so that its state is known.

use std::time::Duration;

use flink::{JobId, TriggerId};

use super::{Need, Next, perform, stuck, wait};
use crate::{
    directories,
    goal::{Drain, Fallback, Format, StateLoss, UpgradeMode},
    guard::Guard,
    ids::{self, Operation, Owner},
    observed::{JobState, Observed, Reason, Row, TriggerFailure, TriggerState},
    problem::Problem,
    step::{Because, Step, Trigger},
};

/// How long a job may be unhealthy before it counts as not to be stopped.
const PATIENCE: Duration = Duration::from_mins(1);

/// How a job is stopped.
#[derive(Clone, Debug)]
pub(super) struct Stopping<'a> {
    pub(super) owner: &'a Owner,
    pub(super) mode: UpgradeMode,
    pub(super) savepoint_dir: Option<&'a str>,
    pub(super) format: Format,
    pub(super) drain: Drain,
    pub(super) fallback: Fallback,
    pub(super) state_loss: StateLoss,
}

/// One attempt at an operation: the newest that is not known to have failed
/// before this operation began.
#[derive(Debug)]
pub(super) struct Attempt<'a> {
    pub(super) number: u32,
    pub(super) id: TriggerId,
    pub(super) state: &'a TriggerState,
}

/// Finds the attempt to go on with.
///
/// A repeated trigger is answered with its first result, so an attempt that
/// failed before is left for the next; one that failed now is the answer.
pub(super) fn attempt<'a>(
    seen: &'a Observed,
    job: &JobId,
    operation: &Operation,
) -> Need<Attempt<'a>> {
    let mut number = 0;
    loop {
        let id = ids::trigger(job, operation, number);
        let state = seen.trigger_state(job, &id)?;
        let has_failed = matches!(state, TriggerState::Failed(TriggerFailure::Other { .. }));
        let usable = !seen.guards(Guard::FailedTriggerIsUsedUp);
        if !has_failed || seen.has_triggered(&id) || usable {
            return Ok(Attempt { number, id, state });
        }
        number += 1;
    }
}

/// What comes next until the job, which runs now, has ended.
pub(super) fn stop(how: &Stopping<'_>, seen: &Observed, job: &Row) -> Need<Next> {
    if job.state == JobState::Cancelling {
        return wait(Reason::Ending(job.id.clone()));
    }
    match how.mode {
        UpgradeMode::Savepoint => with_savepoint(how, seen, job),
        UpgradeMode::LastState => by_cancelling(seen, job, Because::LastState),
        UpgradeMode::Stateless => without_state(how, seen, job),
    }
}

fn with_savepoint(how: &Stopping<'_>, seen: &Observed, job: &Row) -> Need<Next> {
    let attempt = attempt(seen, &job.id, &Operation::Stop)?;
    match attempt.state {
        TriggerState::InProgress if !seen.guards(Guard::OneStopAtATime) => {
            let number = attempt.number + 1;
            trigger_stop(how, seen, job, number)
        }
        TriggerState::NotFound => trigger_stop(how, seen, job, attempt.number),
        // The answer may come before the job has ended (1.18: by 0.2 s).
        TriggerState::InProgress
        | TriggerState::Completed(_)
        | TriggerState::Failed(TriggerFailure::WhileStopping { .. }) => {
            wait(Reason::Stopping(job.id.clone()))
        }
        TriggerState::Failed(TriggerFailure::NoSuchJob) => wait(Reason::Ending(job.id.clone())),
        TriggerState::Failed(TriggerFailure::Other { cause }) => {
            savepoint_failed(how, seen, job, (attempt.number, cause))
        }
    }
}

fn trigger_stop(how: &Stopping<'_>, seen: &Observed, job: &Row, number: u32) -> Need<Next> {
    let root = savepoint_root(how.savepoint_dir, seen)?;
    healthy(seen, job)?;
    let id = ids::trigger(&job.id, &Operation::Stop, number);
    if let Some(cause) = rejection(seen, &id) {
        return savepoint_failed(how, seen, job, (number, &cause));
    }
    let directory = directories::of_stop(&root, how.owner, &job.id, number);
    let job = job.id.clone();
    perform(Step::Stop(Trigger { job, id, directory, format: how.format, drain: how.drain }))
}

/// What Flink said when it would not even begin.
pub(super) fn rejection(seen: &Observed, id: &TriggerId) -> Option<String> {
    let asked = seen.performed().iter().rfind(|done| done.step.trigger() == Some(id))?;
    asked.effect.rejection().map(str::to_owned)
}

fn savepoint_failed(
    how: &Stopping<'_>,
    seen: &Observed,
    job: &Row,
    (number, cause): (u32, &str),
) -> Need<Next> {
    match how.fallback {
        Fallback::LastCheckpoint => by_cancelling(seen, job, Because::LastState),
        Fallback::None => {
            let root = savepoint_root(how.savepoint_dir, seen)?;
            stuck(Problem::SavepointFailed {
                job: job.id.clone(),
                cause: cause.to_owned(),
                directory: directories::of_stop(&root, how.owner, &job.id, number),
            })
        }
    }
}

/// Where savepoints go: what was asked for, else what the cluster says.
pub(super) fn savepoint_root(asked: Option<&str>, seen: &Observed) -> Need<String> {
    match (asked, &seen.cluster()?.savepoint_root) {
        (Some(root), _) => Ok(root.to_owned()),
        (None, Some(root)) => Ok(root.clone()),
        (None, None) => stuck(Problem::NoSavepointDirectory),
    }
}

/// A savepoint of a job whose tasks do not all run fails; so it is waited for.
pub(super) fn healthy(seen: &Observed, job: &Row) -> Need<()> {
    if job.is_up() {
        return Ok(());
    }
    let reason = Reason::Recovering(job.id.clone());
    if seen.held(&reason) < PATIENCE {
        return wait(reason);
    }
    let cause = seen.trouble(&job.id)?.as_ref().and_then(|trouble| trouble.cause.clone());
    let newest = seen.history(&job.id)?.as_ref().and_then(|history| history.completed.as_ref());
    stuck(Problem::NotHealthy {
        job: job.id.clone(),
        state: job.state.as_str().to_owned(),
        cause,
        newest: newest.and_then(|snapshot| snapshot.path.clone()),
    })
}

fn by_cancelling(seen: &Observed, job: &Row, because: Because) -> Need<Next> {
    no_stop_in_flight(seen, &job.id)?;
    let history = seen.history(&job.id)?.as_ref();
    let completed = history.and_then(|history| {
        history.completed.as_ref().filter(|_| history.retained).and_then(|one| one.path.as_ref())
    });
    if completed.is_none() && seen.guards(Guard::RetainedBeforeCancel) {
        return stuck(Problem::NoCheckpoint { job: job.id.clone() });
    }
    perform(Step::Cancel { job: job.id.clone(), because })
}

/// A cancellation would make a stop fail, and with it its savepoint.
fn no_stop_in_flight(seen: &Observed, job: &JobId) -> Need<()> {
    let attempt = attempt(seen, job, &Operation::Stop)?;
    match attempt.state {
        TriggerState::InProgress if seen.guards(Guard::OneStopAtATime) => {
            wait(Reason::Stopping(job.clone()))
        }
        TriggerState::InProgress
        | TriggerState::NotFound
        | TriggerState::Completed(_)
        | TriggerState::Failed(_) => Ok(()),
    }
}

fn without_state(how: &Stopping<'_>, seen: &Observed, job: &Row) -> Need<Next> {
    if how.state_loss == StateLoss::Prevent {
        let history = seen.history(&job.id)?.as_ref();
        let newest = history.and_then(|history| history.completed.as_ref());
        let newest = newest.and_then(|snapshot| snapshot.path.clone());
        return stuck(Problem::StateLossPrevented { newest, directory: None });
    }
    no_stop_in_flight(seen, &job.id)?;
    perform(Step::Cancel { job: job.id.clone(), because: Because::Stateless })
}
