//! Stopping a running job so that its state is known.

use std::time::Duration;

use flink::{JobId, TriggerId};

use super::{Need, Next, perform, prove::FAILURES, state, stuck, wait};
use crate::job::{
    directories,
    goal::{Drain, Fallback, Format, StateLoss, UpgradeMode},
    guard::Guard,
    ids::{self, Operation, Owner},
    observed::{JobState, Observed, Reason, Row, TriggerFailure, TriggerState},
    problem::Problem,
    recorded::Recorded,
    step::{Because, Step, Trigger},
};

/// How long a job may be unhealthy before it counts as not to be stopped.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long a job may be unhealthy that has failed and has nothing to lose.
const NOTHING_TO_LOSE: Duration = Duration::from_secs(5);

/// How a job is stopped.
#[derive(Clone, Debug)]
pub(super) struct Stopping<'a> {
    pub(super) owner: &'a Owner,
    pub(super) recorded: Option<&'a Recorded>,
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
    attempt_from(seen, job, operation, 0)
}

/// The same, leaving out the attempts before `number`.
pub(super) fn attempt_from<'a>(
    seen: &'a Observed,
    job: &JobId,
    operation: &Operation,
    mut number: u32,
) -> Need<Attempt<'a>> {
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
        UpgradeMode::LastState => by_cancelling(how, seen, job),
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
    healthy_or_without_state(how, seen, job)?;
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

/// As [`healthy`]; but a job that never came to a checkpoint of its own is
/// cancelled: what it was started from is still all its state.
fn healthy_or_without_state(how: &Stopping<'_>, seen: &Observed, job: &Row) -> Need<()> {
    let reason = Reason::Recovering(job.id.clone());
    if job.is_up() {
        return Ok(());
    }
    if seen.held(&reason) < NOTHING_TO_LOSE {
        return wait(reason);
    }
    let has_failed = seen.trouble(&job.id)?.as_ref().is_some_and(|trouble| trouble.failures > 0);
    let is_over = has_failed || seen.held(&reason) >= PATIENCE;
    if is_over && has_no_state_of_its_own(how.recorded, seen, job)? {
        return perform(Step::Cancel { job: job.id.clone(), because: Because::NeverUp });
    }
    healthy(seen, job)
}

/// Whether a job has provably done nothing that it would go on from: Flink
/// knows of no checkpoint, and of no start but the first.
fn has_no_state_of_its_own(recorded: Option<&Recorded>, seen: &Observed, job: &Row) -> Need<bool> {
    if !seen.guards(Guard::OnlyWithoutStateIsCancelled) {
        return Ok(true);
    }
    let Some(history) = seen.history(&job.id)?.as_ref() else { return Ok(false) };
    if history.completed_count > 0 || history.savepoint.is_some() {
        return Ok(false);
    }
    let Some(restored) = &history.restored else { return Ok(state::is_empty(history)) };
    let marks = seen.marks(&job.id)?.as_ref();
    let recorded = recorded.filter(|known| known.job.as_ref() == Some(&job.id));
    let began_with = marks
        .map(|marks| marks.restored_from.as_ref())
        .or_else(|| recorded.map(|known| known.restored_from.as_ref()));
    let began_with = began_with.flatten();
    Ok(began_with.is_some_and(|path| directories::same(path, restored)))
}

fn savepoint_failed(
    how: &Stopping<'_>,
    seen: &Observed,
    job: &Row,
    (number, cause): (u32, &str),
) -> Need<Next> {
    cancel_endless_restarts(how, seen, job)?;
    match how.fallback {
        Fallback::LastCheckpoint => by_cancelling(how, seen, job),
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

fn by_cancelling(how: &Stopping<'_>, seen: &Observed, job: &Row) -> Need<Next> {
    no_stop_in_flight(seen, &job.id)?;
    let history = seen.history(&job.id)?.as_ref();
    let completed = history.and_then(|history| {
        history.completed.as_ref().filter(|_| history.retained).and_then(|one| one.path.as_ref())
    });
    if completed.is_none() && seen.guards(Guard::RetainedBeforeCancel) {
        cancel_endless_restarts(how, seen, job)?;
        if has_no_state_of_its_own(how.recorded, seen, job)? {
            healthy_or_without_state(how, seen, job)?;
        }
        // One will come, or has and the cache does not have it yet.
        if history.is_some_and(|history| history.retained && history.periodic) && !seen.is_late() {
            return wait(Reason::FirstCheckpoint(job.id.clone()));
        }
        return stuck(Problem::NoCheckpoint { job: job.id.clone() });
    }
    perform(Step::Cancel { job: job.id.clone(), because: Because::LastState })
}

/// A job that fails again and again, and never comes to a checkpoint of its
/// own, may be up at this moment, but not long enough for a savepoint.
fn cancel_endless_restarts(how: &Stopping<'_>, seen: &Observed, job: &Row) -> Need<()> {
    let trouble = seen.trouble(&job.id)?.as_ref();
    let restarts = trouble.is_some_and(|trouble| trouble.failures >= FAILURES);
    if restarts && has_no_state_of_its_own(how.recorded, seen, job)? {
        return perform(Step::Cancel { job: job.id.clone(), because: Because::NeverUp });
    }
    Ok(())
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
