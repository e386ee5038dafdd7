//! A savepoint is to be taken of a running job, or its files are to go.

use super::{Family, Kin, Need, Next, Outcome, perform, stop, stuck, wait};
use crate::job::{
    directories,
    goal::{DisposeSavepoint, Drain, TakeSavepoint},
    guard::Guard,
    ids::Operation,
    observed::{
        Disk, DiskQuery, DisposalState, Observed, Question, Reason, Row, TriggerFailure,
        TriggerState,
    },
    problem::Problem,
    recorded::{Recorded, RecordedState},
    report::Left,
    step::{Effect, Step, Trigger},
};

pub(super) fn take(goal: &TakeSavepoint, seen: &Observed) -> Need<Next> {
    seen.together(vec![Question::Jobs, Question::Cluster])?;
    let recorded = Recorded {
        job: goal.job.clone(),
        state: RecordedState::Running,
        program: None,
        last_savepoint_path: None,
        restored_from: None,
    };
    let kin = Kin { owner: &goal.owner, recorded: Some(&recorded) };
    let family = Family::of(kin, seen.jobs()?);
    let job = match family.running(seen)? {
        Some(job) => job,
        None => match family.head() {
            Some(job) => job,
            None => return stuck(Problem::NotRunning { job: None, state: None }),
        },
    };
    of(goal, seen, job)
}

/// An attempt of an earlier run counts, also when the job has ended since.
fn of(goal: &TakeSavepoint, seen: &Observed, job: &Row) -> Need<Next> {
    let attempt = attempt(goal, seen, job)?;
    match attempt.state {
        TriggerState::InProgress => wait(Reason::Savepoint(job.id.clone())),
        TriggerState::Completed(path)
        | TriggerState::Failed(TriggerFailure::WhileStopping { path, .. }) => Ok(taken(job, path)),
        TriggerState::NotFound => match already_written(goal, seen, job, &attempt)? {
            Some(path) => Ok(taken(job, &path)),
            None if job.state.has_ended() => not_running(job),
            None => trigger(goal, seen, job, &attempt),
        },
        TriggerState::Failed(TriggerFailure::NoSuchJob) => not_running(job),
        TriggerState::Failed(TriggerFailure::Other { cause }) => {
            failed(goal, seen, job, (attempt.number, cause))
        }
    }
}

/// The attempt to go on with: one whose savepoint was deleted since is used up.
fn attempt<'a>(goal: &TakeSavepoint, seen: &'a Observed, job: &Row) -> Need<stop::Attempt<'a>> {
    let operation = Operation::Savepoint(goal.key.clone());
    let mut number = 0;
    loop {
        let attempt = stop::attempt_from(seen, &job.id, &operation, number)?;
        match attempt.state {
            TriggerState::Completed(path)
                if !seen.has_triggered(&attempt.id) && is_deleted(seen, path)? =>
            {
                number = attempt.number + 1;
            }
            TriggerState::Completed(_)
            | TriggerState::NotFound
            | TriggerState::InProgress
            | TriggerState::Failed(_) => return Ok(attempt),
        }
    }
}

/// Whether there is certainly nothing at a path any more.
fn is_deleted(seen: &Observed, path: &str) -> Need<bool> {
    if !seen.guards(Guard::DeletedSavepointIsUsedUp) {
        return Ok(false);
    }
    let query = DiskQuery { path: Some(path.to_owned()), ..DiskQuery::default() };
    Ok(matches!(seen.disk(&query)?, Disk::Told(found) if found.is_empty()))
}

fn not_running(job: &Row) -> Need<Next> {
    let state = Some(job.state.as_str().to_owned());
    stuck(Problem::NotRunning { job: Some(job.id.clone()), state })
}

/// The savepoint of an attempt that Flink has forgotten (after 5 minutes, or
/// with its JobManager), by its directory, which no other operation uses.
fn already_written(
    goal: &TakeSavepoint,
    seen: &Observed,
    job: &Row,
    attempt: &stop::Attempt<'_>,
) -> Need<Option<String>> {
    if !seen.guards(Guard::SavepointIsLookedFor) {
        return Ok(None);
    }
    let root = stop::savepoint_root(goal.directory.as_deref(), seen)?;
    let number = attempt.number;
    let directory = directories::of_savepoint(&root, &goal.owner, &job.id, &goal.key, number);
    let query = DiskQuery { attempt: Some(directory), ..DiskQuery::default() };
    match seen.disk(&query)? {
        Disk::Told(found) => Ok(found.first().map(|one| one.path.clone())),
        Disk::CannotTell { .. } => Ok(None),
    }
}

fn trigger(
    goal: &TakeSavepoint,
    seen: &Observed,
    job: &Row,
    attempt: &stop::Attempt<'_>,
) -> Need<Next> {
    let root = stop::savepoint_root(goal.directory.as_deref(), seen)?;
    stop::healthy(seen, job)?;
    if let Some(cause) = stop::rejection(seen, &attempt.id) {
        return failed(goal, seen, job, (attempt.number, &cause));
    }
    perform(Step::Savepoint(Trigger {
        job: job.id.clone(),
        id: attempt.id.clone(),
        directory: directories::of_savepoint(
            &root,
            &goal.owner,
            &job.id,
            &goal.key,
            attempt.number,
        ),
        format: goal.format,
        drain: Drain::No,
    }))
}

fn failed(
    goal: &TakeSavepoint,
    seen: &Observed,
    job: &Row,
    (number, cause): (u32, &str),
) -> Need<Next> {
    let root = stop::savepoint_root(goal.directory.as_deref(), seen)?;
    stuck(Problem::SavepointFailed {
        job: job.id.clone(),
        cause: cause.to_owned(),
        directory: directories::of_savepoint(&root, &goal.owner, &job.id, &goal.key, number),
    })
}

fn taken(job: &Row, path: &str) -> Next {
    Next::Done(Outcome {
        state: super::source::left(job.state),
        job: Some(job.id.clone()),
        program: None,
        last_savepoint_path: Some(path.to_owned()),
        restored_from: None,
        remarks: Vec::new(),
    })
}

pub(super) fn dispose(goal: &DisposeSavepoint, seen: &Observed) -> Need<Next> {
    let dispose = || Step::Dispose { path: goal.path.clone() };
    let Some(done) = seen.performed().last() else { return perform(dispose()) };
    match &done.effect {
        Effect::Disposing(request) => match seen.disposal(request)? {
            DisposalState::InProgress => wait(Reason::Disposal),
            DisposalState::Gone => Ok(disposed()),
            DisposalState::Failed { cause } => {
                stuck(Problem::DisposalFailed { cause: cause.clone() })
            }
            DisposalState::NotFound => perform(dispose()),
        },
        Effect::Rejected { cause } => stuck(Problem::DisposalFailed { cause: cause.clone() }),
        Effect::Accepted
        | Effect::Uploaded(_)
        | Effect::Started
        | Effect::Duplicate
        | Effect::JarGone
        | Effect::ProgramFailed { .. }
        | Effect::RestoreRefused { .. }
        | Effect::Outdated
        | Effect::Unclear { .. } => perform(dispose()),
    }
}

fn disposed() -> Next {
    Next::Done(Outcome {
        state: Left::Missing,
        job: None,
        program: None,
        last_savepoint_path: None,
        restored_from: None,
        remarks: Vec::new(),
    })
}
