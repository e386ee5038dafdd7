//! What to do about a new job that did not come up.
//!
//! The old program starts again only while nothing can be doubled or lost by
//! it: until the new job has completed a checkpoint or savepoint of its own.

use flink::JobId;

use super::{
    Family, Need, Next, jars, note, perform, run, source, start,
    state::{self, Newest},
    stuck,
};
use crate::job::{
    goal::{Intent, Program, Rollback, Run},
    guard::Guard,
    ids::Operation,
    journal::Phase,
    marks::fingerprint,
    observed::{JobState, Observed, Question, Row, TriggerFailure, TriggerState},
    problem::{Failure, NoRollback, OldJob, Problem},
    report::Which,
    step::{Because, Effect, Step},
};

/// A job that this operation has started did not come up.
pub(super) fn failed(
    goal: &Run,
    seen: &Observed,
    family: &Family<'_>,
    (id, failure): (&JobId, Failure),
) -> Need<Next> {
    if seen.launched(id) == Some(Which::Previous) {
        return rollback_failed(seen, failure);
    }
    if has_own_state(seen, family, id)? {
        return gives_up(seen, family, (id, failure), NoRollback::NewJobHasState);
    }
    match old_program(goal, seen, family)? {
        Err(reason) => gives_up(seen, family, (id, failure), reason),
        Ok(program) => match family.alive.iter().find(|job| job.id == *id) {
            Some(job) => perform(Step::Cancel {
                job: job.id.clone(),
                because: Because::RollingBack(failure),
            }),
            None => old_again(goal, seen, family, (id, failure, program)),
        },
    }
}

/// Whether the old program could start again in place of this job.
pub(super) fn is_possible(
    goal: &Run,
    seen: &Observed,
    family: &Family<'_>,
    id: &JobId,
) -> Need<bool> {
    Ok(seen.launched(id) != Some(Which::Previous)
        && !has_own_state(seen, family, id)?
        && old_program(goal, seen, family)?.is_ok())
}

/// Why this operation has given a job up, if it has.
pub(super) fn given_up(seen: &Observed, job: &JobId) -> Option<Failure> {
    let mut cancelled = seen.performed().iter().filter_map(|done| done.step.rolls_back());
    cancelled.find(|(one, _)| *one == job).map(|(_, failure)| failure.clone())
}

/// The failure of the wanted program, for the report on what came after.
pub(super) fn first_failure(seen: &Observed) -> Need<Failure> {
    let desired = seen.launches().rfind(|(launch, _)| launch.which == Which::Desired);
    let unknown = || Failure::Failed { cause: "no cause was given".to_owned() };
    let Some((launch, done)) = desired else { return Ok(unknown()) };
    if let Some(failure) = given_up(seen, &launch.id) {
        return Ok(failure);
    }
    match &done.effect {
        Effect::ProgramFailed { cause } | Effect::Rejected { cause } => {
            Ok(Failure::Program { cause: cause.clone() })
        }
        Effect::RestoreRefused { cause } => Ok(Failure::Restore { cause: cause.clone() }),
        Effect::Accepted
        | Effect::Uploaded(_)
        | Effect::Started
        | Effect::Duplicate
        | Effect::JarGone
        | Effect::Unclear { .. }
        | Effect::Outdated
        | Effect::Disposing(_) => {
            let cause = seen.trouble(&launch.id)?.as_ref().and_then(|one| one.cause.clone());
            Ok(cause.map_or_else(unknown, |cause| Failure::Failed { cause }))
        }
    }
}

/// Whether the new job has completed a checkpoint or savepoint; asked of the ended one
/// when Flink's caches are over, as it may have completed one at the last moment.
fn has_own_state(seen: &Observed, family: &Family<'_>, id: &JobId) -> Need<bool> {
    let is_alive = family.alive.iter().any(|job| job.id == *id);
    let ended = family.ended.iter().find(|job| job.id == *id && !job.never_ran());
    let guard = if is_alive { Guard::OwnCheckpointEndsRollback } else { Guard::RollbackReadsAgain };
    if (!is_alive && ended.is_none()) || !seen.guards(guard) {
        return Ok(false);
    }
    let history = seen.history(id)?.as_ref();
    let recovered = |restored: &String| state::is_checkpoint_of(restored, id);
    let has = history.is_some_and(|history| {
        history.completed_count > 0
            || history.savepoint.is_some()
            || history.restored.as_ref().is_some_and(recovered)
    });
    if !has && ended.is_some() {
        state::settled(seen, id, &Question::History(id.clone()))?;
    }
    Ok(has)
}

/// The program to go back to, or why there is none.
fn old_program<'a>(
    goal: &'a Run,
    seen: &Observed,
    family: &Family<'_>,
) -> Need<Result<&'a Program, NoRollback>> {
    if goal.intent == Intent::Keep || !was_replaced(goal, seen, family)? {
        return Ok(Err(NoRollback::NothingReplaced));
    }
    if goal.upgrade.rollback == Rollback::Never {
        return Ok(Err(NoRollback::NotAsked));
    }
    let recorded = goal.recorded.as_ref().and_then(|recorded| recorded.program.as_ref());
    match recorded {
        // What did not come up would not do so a second time.
        Some(program) if fingerprint(program) == fingerprint(&goal.program) => {
            Ok(Err(NoRollback::NothingReplaced))
        }
        Some(program) if jars::is_at_hand(&goal.owner, &program.jar, seen)? => Ok(Ok(program)),
        Some(_) | None => Ok(Err(NoRollback::NoOldProgram)),
    }
}

/// Whether the job before was stopped for this one, and did not fail by itself.
fn was_replaced(goal: &Run, seen: &Observed, family: &Family<'_>) -> Need<bool> {
    if carried_over(goal, seen)? {
        return Ok(true);
    }
    match before(goal, seen, family)? {
        Some(job) if job.state == JobState::Failed => {
            let stop = super::stop::attempt(seen, &job.id, &Operation::Stop)?;
            Ok(matches!(stop.state, TriggerState::Failed(TriggerFailure::WhileStopping { .. })))
        }
        Some(_) => Ok(true),
        None => Ok(false),
    }
}

/// Whether the job before was stopped with its cluster, which has forgotten it.
fn carried_over(goal: &Run, seen: &Observed) -> Need<bool> {
    let noted = note::entry(run::kin(goal), seen)?;
    Ok(noted.is_some_and(|noted| {
        let is_starting = matches!(noted.entry.phase, Phase::Starting { from: Some(_), after: _ });
        let job = &noted.entry.job;
        // A rollback is noted before it starts, too.
        let goes_back = note::is_untried(seen, job) && seen.launches().next().is_some();
        is_starting && (seen.launched(job).is_some() || goes_back)
    }))
}

/// The job before, leaving out what earlier attempts at this goal have started.
fn before<'a>(goal: &Run, seen: &Observed, family: &Family<'a>) -> Need<Option<&'a Row>> {
    for job in family.ended.iter().filter(|job| is_before(seen, job)) {
        let is_recorded = run::kin(goal).recorded_job() == Some(&job.id);
        let failed = job.state == JobState::Failed && !is_recorded;
        if !(failed && source::carries_this(goal, seen, job)?) {
            return Ok(Some(job));
        }
    }
    Ok(None)
}

fn is_before(seen: &Observed, job: &Row) -> bool {
    seen.launched(&job.id).is_none() && !job.never_ran()
}

fn old_again(
    goal: &Run,
    seen: &Observed,
    family: &Family<'_>,
    (id, failure, program): (&JobId, Failure, &Program),
) -> Need<Next> {
    let launched: Vec<JobId> = seen.launches().map(|(launch, _)| launch.id.clone()).collect();
    match state::newest(run::kin(goal), source::places(goal), seen, &launched)? {
        Newest::At(durable) => {
            let origin =
                source::Origin { path: Some(durable.path), job: durable.job, remarks: Vec::new() };
            start::launch(goal, seen, family, (program, Which::Previous), &origin)
        }
        Newest::Empty => start::launch(
            goal,
            seen,
            family,
            (program, Which::Previous),
            &source::Origin::default(),
        ),
        Newest::Nowhere
        | Newest::NoTrace
        | Newest::GivenUp { .. }
        | Newest::CannotTell { .. }
        | Newest::EitherOf(..) => {
            gives_up(seen, family, (id, failure), NoRollback::NothingReplaced)
        }
    }
}

fn rollback_failed(seen: &Observed, rollback_failure: Failure) -> Need<Next> {
    let failure = first_failure(seen)?;
    let path = started_from(seen);
    stuck(Problem::RollbackFailed { failure, rollback_failure, path })
}

/// What the last start began with.
pub(super) fn started_from(seen: &Observed) -> Option<String> {
    seen.launches().next_back().and_then(|(launch, _)| launch.marks.restored_from.clone())
}

fn gives_up(
    seen: &Observed,
    family: &Family<'_>,
    (id, failure): (&JobId, Failure),
    rollback: NoRollback,
) -> Need<Next> {
    let started_from = started_from(seen);
    match (failure, &started_from) {
        (Failure::Program { cause }, _) => {
            // After a move the job that was stopped is of another place.
            let goes_on = seen.launches().any(|(launch, _)| launch.marks.predecessor.is_some());
            let stopped = goes_on || family.ended.iter().any(|job| is_before(seen, job));
            let old = if stopped { OldJob::Stopped(started_from) } else { OldJob::None };
            stuck(Problem::ProgramFailed { cause, old })
        }
        (Failure::Restore { cause }, Some(path)) => {
            stuck(Problem::RestoreRefused { path: path.clone(), cause })
        }
        (failure, _) => {
            let history = seen.history(id)?.as_ref();
            let newest = history.and_then(state::own).map(|(_, path)| path);
            let job = id.clone();
            stuck(Problem::DidNotComeUp { job, failure, started_from, newest, rollback })
        }
    }
}
