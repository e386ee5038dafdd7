//! Proving that a job that was started really runs.
//!
//! That the state was mapped is proven already: Flink answers a start from a
//! path with success only after that.

use std::time::Duration;

use super::{Family, Need, Next, Outcome, jars, rollback, run, stuck, wait};
use crate::{
    goal::{Proof, Run},
    observed::{JobState, Observed, Reason, Row},
    problem::{Failure, Problem},
    report::{Left, Remark, Which},
};

/// How often a job may fail before it counts as one that never comes up.
const FAILURES: u32 = 5;
/// How long a start may take before Flink is asked what is wrong.
const UNTROUBLED: Duration = Duration::from_secs(3);

/// What comes next for a job that was started for this goal.
pub(super) fn prove(goal: &Run, seen: &Observed, family: &Family<'_>, job: &Row) -> Need<Next> {
    if job.state == JobState::Cancelling {
        return wait(Reason::Ending(job.id.clone()));
    }
    match shortcoming(goal, seen, job)? {
        Some(failure) => rollback::failed(goal, seen, family, (&job.id, failure)),
        None => proven(goal, seen, job),
    }
}

/// What is wrong with the job for good; waits while that is open.
fn shortcoming(goal: &Run, seen: &Observed, job: &Row) -> Need<Option<Failure>> {
    if job.is_up() {
        first_checkpoint(goal, seen, job)?;
        stable(goal, seen, job)?;
        return Ok(None);
    }
    let reason = Reason::Starting(job.id.clone());
    let is_restarting = matches!(job.state, JobState::Restarting | JobState::Failing);
    if seen.held(&reason) < UNTROUBLED && !is_restarting {
        return wait(reason);
    }
    let trouble = seen.trouble(&job.id)?.clone().unwrap_or_default();
    if trouble.no_slots {
        if seen.held(&reason) < goal.upgrade.slots_within {
            return wait(reason);
        }
        return Ok(Some(Failure::Slots { offered: seen.cluster()?.slots }));
    }
    if trouble.failures < FAILURES {
        return wait(reason);
    }
    let cause = trouble.cause.unwrap_or_else(|| "no cause was given".to_owned());
    Ok(Some(Failure::Restarts { restarts: trouble.failures, cause }))
}

fn first_checkpoint(goal: &Run, seen: &Observed, job: &Row) -> Need<()> {
    if goal.upgrade.proof == Proof::TasksRunning {
        return Ok(());
    }
    let history = seen.history(&job.id)?.as_ref();
    if history.is_some_and(|history| history.completed_count > 0) {
        return Ok(());
    }
    wait(Reason::FirstCheckpoint(job.id.clone()))
}

fn stable(goal: &Run, seen: &Observed, job: &Row) -> Need<()> {
    let reason = Reason::Stabilising(job.id.clone());
    if goal.upgrade.stable_for.is_zero() || seen.held(&reason) >= goal.upgrade.stable_for {
        return Ok(());
    }
    wait(reason)
}

fn proven(goal: &Run, seen: &Observed, job: &Row) -> Need<Next> {
    if seen.launched(&job.id) == Some(Which::Previous) {
        let failure = rollback::first_failure(seen)?;
        return stuck(Problem::RolledBack { failure, path: rollback::started_from(seen) });
    }
    jars::without_leftovers(goal, seen)?;
    let (restored_from, remarks) = origin(seen, job)?;
    let recorded = goal.recorded.as_ref().and_then(|known| known.last_savepoint_path.clone());
    Ok(Next::Done(Outcome {
        state: Left::Running,
        job: Some(job.id.clone()),
        program: Some(Which::Desired),
        last_savepoint_path: run::stopped_at(seen, restored_from.as_deref()).or(recorded),
        restored_from,
        remarks,
    }))
}

/// What the job was started from. Of one that an earlier attempt has started,
/// only the job itself tells.
fn origin(seen: &Observed, job: &Row) -> Need<(Option<String>, Vec<Remark>)> {
    if seen.launched(&job.id).is_some() {
        return Ok((rollback::started_from(seen), Vec::new()));
    }
    if let Some(marks) = seen.marks(&job.id)? {
        return Ok((marks.restored_from.clone(), Vec::new()));
    }
    let history = seen.history(&job.id)?.as_ref();
    let restored = history.and_then(|history| history.restored.clone());
    Ok((restored, vec![Remark::NoMarks]))
}
