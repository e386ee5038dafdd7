//! Proving that a job that was started really runs.
//!
//! That the state was mapped is proven already: Flink answers a start from a
//! path with success only after that. What the job says it was restored from is
//! compared with that once, when its tasks run; nothing waits for Flink's cache
//! to have it, so that the usual case costs one call and no time.

use std::time::Duration;

use flink::JobId;

use super::{Family, Need, Next, Outcome, jars, note, rollback, run, state, stuck, wait};
use crate::job::{
    directories,
    goal::{Proof, Run},
    observed::{History, JobState, Observed, Reason, Row, Trouble},
    problem::{Failure, Problem},
    report::{Left, Remark, Which},
};

/// How often a job may fail before it counts as one that never comes up.
pub(super) const FAILURES: u32 = 3;
/// How long a start may take before Flink is asked what is wrong.
const UNTROUBLED: Duration = Duration::from_secs(3);

/// What comes next for a job that was started for this goal.
pub(super) fn prove(goal: &Run, seen: &Observed, family: &Family<'_>, job: &Row) -> Need<Next> {
    if job.state == JobState::Cancelling {
        return wait(Reason::Ending(job.id.clone()));
    }
    let shortcoming = match shortcoming(goal, seen, family, job)? {
        Some(failure) => Some(failure),
        None => restored_otherwise(seen, job)?,
    };
    match shortcoming {
        Some(failure) => rollback::failed(goal, seen, family, (&job.id, failure)),
        None => proven(goal, seen, job),
    }
}

/// What is wrong with the job for good; waits while that is open.
fn shortcoming(
    goal: &Run,
    seen: &Observed,
    family: &Family<'_>,
    job: &Row,
) -> Need<Option<Failure>> {
    // A rollback has time of its own.
    let is_late = seen.is_late() && seen.launched(&job.id) != Some(Which::Previous);
    let starting = Reason::Starting(job.id.clone());
    let missing = if job.is_up() { unproven(goal, seen, job)? } else { Some(starting) };
    let Some(reason) = missing else { return Ok(None) };
    let is_restarting = matches!(job.state, JobState::Restarting | JobState::Failing);
    let is_new = seen.held(&reason) < UNTROUBLED && !is_restarting && !job.is_up();
    if is_new && !is_late {
        return wait(reason);
    }
    let trouble = seen.trouble(&job.id)?.clone().unwrap_or_default();
    let patient = seen.held(&reason) < goal.upgrade.slots_within && !is_late;
    if trouble.no_slots && !job.is_up() {
        return if patient { wait(reason) } else { too_few_slots(seen, &job.id).map(Some) };
    }
    if trouble.failures >= FAILURES || (trouble.failures > 0 && is_late) {
        return Ok(Some(restarts(trouble)));
    }
    if is_late && rollback::is_possible(goal, seen, family, &job.id)? {
        let cause = format!("the time given was nearly over while waiting until {reason}");
        return Ok(Some(Failure::Failed { cause }));
    }
    wait(reason)
}

/// With numbers on both sides. Slot sharing makes the widest vertex the least that a job needs.
fn too_few_slots(seen: &Observed, job: &JobId) -> Need<Failure> {
    let vertices = seen.vertices(job, None)?.as_ref().map(|told| &told.details.vertices);
    let widest = vertices.into_iter().flatten().map(|vertex| vertex.parallelism).max();
    let wanted = widest.and_then(|widest| u32::try_from(widest).ok()).filter(|wanted| *wanted > 0);
    Ok(Failure::Slots { wanted, offered: seen.cluster()?.slots })
}

/// What a job whose tasks all run has still to prove.
fn unproven(goal: &Run, seen: &Observed, job: &Row) -> Need<Option<Reason>> {
    if goal.upgrade.proof == Proof::Checkpoint {
        let history = seen.history(&job.id)?.as_ref();
        if history.is_none_or(|history| history.completed_count == 0) {
            return Ok(Some(Reason::FirstCheckpoint(job.id.clone())));
        }
    }
    let reason = Reason::Stabilising(job.id.clone());
    let stable_for = goal.upgrade.stable_for;
    Ok((!stable_for.is_zero() && seen.held(&reason) < stable_for).then_some(reason))
}

fn restarts(trouble: Trouble) -> Failure {
    let cause = trouble.cause.unwrap_or_else(|| "no cause was given".to_owned());
    Failure::Restarts { restarts: trouble.failures, cause }
}

/// That a job was restored from something else than it was started from.
fn restored_otherwise(seen: &Observed, job: &Row) -> Need<Option<Failure>> {
    let launched = seen.launches().rfind(|(launch, _)| launch.id == job.id);
    let Some((_, done)) = launched else { return Ok(None) };
    let Some(path) = done.step.path() else { return Ok(None) };
    let history = seen.history(&job.id)?.as_ref();
    let other = history.and_then(|history| other_origin(history, &job.id, path));
    let cause = other.map(|other| format!("it was restored from {other} instead of {path}"));
    Ok(cause.map(|cause| Failure::Restore { cause }))
}

/// What the job was restored from, if that is neither `path` nor a checkpoint
/// of its own, to which it has recovered since.
fn other_origin<'a>(history: &'a History, job: &JobId, path: &str) -> Option<&'a str> {
    let restored = history.restored.as_deref()?;
    let is_own = state::is_checkpoint_of(restored, job);
    let has_recovered = history.completed_count > 0 || history.restored_count > 1;
    (!directories::same(restored, path) && !is_own && !has_recovered).then_some(restored)
}

fn proven(goal: &Run, seen: &Observed, job: &Row) -> Need<Next> {
    note::runs(goal, seen, &job.id)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_was_restored_from_another_path_is_no_proof() {
        let job: JobId = "0123456789abcdef0123456789abcdef".parse().expect("32 digits");
        let own = format!("file:/c/{job}/chk-3");
        let history = |restored: &str, restored_count, completed_count| History {
            restored: (!restored.is_empty()).then(|| restored.to_owned()),
            restored_count,
            completed_count,
            ..History::default()
        };
        for (history, expected) in [
            (history("file:/s/savepoint-1", 1, 0), None),
            (history("", 0, 0), None),
            (history("file:/s/savepoint-2", 1, 0), Some("file:/s/savepoint-2")),
            (history("file:/c/x/chk-3", 2, 0), None),
            (history("file:/c/x/chk-3", 1, 4), None),
            (history(&own, 1, 0), None),
        ] {
            let found = other_origin(&history, &job, "file:///s/savepoint-1/");
            assert_eq!(found, expected, "{history:?}");
        }
    }
}
