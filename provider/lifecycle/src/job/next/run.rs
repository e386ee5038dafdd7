//! A job is to run a program.

use super::{
    Family, Kin, Need, Next, Outcome, note, prove, replace, rescale, source, start, stop, stuck,
};
use crate::job::{
    goal::{Intent, Run, StartFrom},
    guard::Guard,
    ids::{self, Operation},
    journal::Phase,
    marks::{self, Marks},
    observed::{Observed, Question, Reason, Row, TriggerFailure, TriggerState},
    problem::Problem,
    report::{Left, Remark, Which},
    step::{Because, Step},
};

/// How many ids after the recorded job are taken for its successors when a
/// job carries no marks.
const UNMARKED_ATTEMPTS: u32 = 8;

/// Whose jobs these are.
pub(super) fn kin(goal: &Run) -> Kin<'_> {
    Kin { owner: &goal.owner, recorded: goal.recorded.as_ref() }
}

pub(super) fn run(goal: &Run, seen: &Observed) -> Need<Next> {
    seen.together(first_questions(goal))?;
    let family = Family::of(kin(goal), seen.jobs()?);
    match family.running(seen)? {
        Some(job) if has_saved(seen, job)? && !seen.guards(Guard::EndBeforeStart) => {
            without_running(goal, seen, &family)
        }
        Some(job) => with_running(goal, seen, &family, job),
        None => without_running(goal, seen, &family),
    }
}

/// Whether the savepoint of the job's stop is complete.
fn has_saved(seen: &Observed, job: &Row) -> Need<bool> {
    if seen.guards(Guard::EndBeforeStart) || seen.launched(&job.id).is_some() {
        return Ok(false);
    }
    let attempt = stop::attempt(seen, &job.id, &Operation::Stop)?;
    Ok(matches!(attempt.state, TriggerState::Completed(_)))
}

/// What will certainly be needed, so that it is asked at once.
fn first_questions(goal: &Run) -> Vec<Question> {
    let mut questions = vec![Question::Jobs, Question::Cluster, note::question(kin(goal))];
    if let (Intent::Replace, Some(job)) = (goal.intent, kin(goal).recorded_job()) {
        let stop = ids::trigger(job, &Operation::Stop, 0);
        questions.push(Question::Jars);
        questions.push(Question::Trigger(job.clone(), stop));
    }
    questions
}

fn without_running(goal: &Run, seen: &Observed, family: &Family<'_>) -> Need<Next> {
    if seen.launches().next_back().is_some() {
        return start::after_launch(goal, seen, family);
    }
    match source::source(goal, seen, family)? {
        source::Source::Finished(job) => Ok(finished(seen, job)),
        source::Source::Start(origin) => start::desired(goal, seen, family, &origin),
    }
}

fn finished(seen: &Observed, job: &Row) -> Next {
    Next::Done(Outcome {
        state: Left::Finished,
        job: Some(job.id.clone()),
        program: Some(seen.launched(&job.id).unwrap_or(Which::Desired)),
        last_savepoint_path: None,
        restored_from: None,
        remarks: Vec::new(),
    })
}

/// What a running job of ours is to this goal.
#[derive(Debug, PartialEq, Eq)]
enum Relation {
    /// The recorded one.
    Recorded,
    /// Another one that runs the recorded program: an earlier roll back.
    Previous,
    /// One that this goal has started, now or in an earlier attempt.
    Desired,
    /// One that this operation has started to roll back.
    RolledBack,
}

fn with_running(goal: &Run, seen: &Observed, family: &Family<'_>, job: &Row) -> Need<Next> {
    match relation(goal, seen, job)? {
        Relation::Recorded | Relation::Desired if is_stopping(goal, seen, job)? => {
            super::wait(Reason::Stopping(job.id.clone()))
        }
        Relation::Recorded => match goal.intent {
            Intent::Keep => {
                note::runs(goal, seen, &job.id)?;
                Ok(kept(goal, job))
            }
            Intent::Rescale => rescale::rescale(goal, seen, job),
            Intent::Replace => replace::replace(goal, seen, job, Vec::new()),
        },
        Relation::Previous => replace::replace(goal, seen, job, Vec::new()),
        Relation::Desired | Relation::RolledBack => prove::prove(goal, seen, family, job),
    }
}

/// Whether a stop of this job goes on that somebody began and did not live to
/// see the end of: it runs now, and will not for long.
fn is_stopping(goal: &Run, seen: &Observed, job: &Row) -> Need<bool> {
    let noted = note::entry(kin(goal), seen)?.map(|noted| &noted.entry);
    let has_begun = noted
        .is_some_and(|entry| entry.job == job.id && matches!(entry.phase, Phase::Stopping { .. }));
    let is_ours = seen.launched(&job.id).is_some();
    if !has_begun || is_ours || !seen.guards(Guard::StopUnderWayIsAwaited) {
        return Ok(false);
    }
    Ok(match stop::attempt(seen, &job.id, &Operation::Stop)?.state {
        TriggerState::InProgress
        | TriggerState::Completed(_)
        | TriggerState::Failed(TriggerFailure::WhileStopping { .. }) => true,
        TriggerState::NotFound | TriggerState::Failed(_) => false,
    })
}

fn relation(goal: &Run, seen: &Observed, job: &Row) -> Need<Relation> {
    match seen.launched(&job.id) {
        Some(Which::Desired) => return Ok(Relation::Desired),
        Some(Which::Previous) => return Ok(Relation::RolledBack),
        None if kin(goal).recorded_job() == Some(&job.id) => return Ok(Relation::Recorded),
        None if !seen.guards(Guard::FoundJobIsCompared) => return Ok(Relation::Desired),
        None => {}
    }
    match seen.marks(&job.id)? {
        Some(marks) => by_marks(goal, job, marks),
        None if is_successor(goal, job) => Ok(Relation::Desired),
        None => unknown(goal, job),
    }
}

fn by_marks(goal: &Run, job: &Row, marks: &Marks) -> Need<Relation> {
    let recorded = goal.recorded.as_ref().and_then(|recorded| recorded.program.as_ref());
    if marks.fingerprint == marks::fingerprint(&goal.program) {
        Ok(Relation::Desired)
    } else if recorded.is_some_and(|program| marks.fingerprint == marks::fingerprint(program)) {
        Ok(Relation::Previous)
    } else {
        unknown(goal, job)
    }
}

/// Without marks only the id tells: it derives from what this goal starts from.
fn is_successor(goal: &Run, job: &Row) -> bool {
    let carried = match &goal.start {
        StartFrom::Carried { job, .. } => Some(job),
        StartFrom::Newest | StartFrom::Path(_) | StartFrom::Nothing => None,
    };
    let predecessor = kin(goal).recorded_job().or(carried);
    (0..UNMARKED_ATTEMPTS)
        .any(|attempt| ids::successor(&goal.owner, predecessor, attempt) == job.id)
}

fn unknown<T>(goal: &Run, job: &Row) -> Need<T> {
    let job = job.id.clone();
    match kin(goal).recorded_job() {
        Some(_) => stuck(Problem::AnotherApply { job }),
        None => stuck(Problem::Exists { job }),
    }
}

fn kept(goal: &Run, job: &Row) -> Next {
    let recorded = goal.recorded.as_ref();
    let recovering = Remark::StillRecovering { state: job.state.as_str().to_owned() };
    Next::Done(Outcome {
        state: Left::Running,
        job: Some(job.id.clone()),
        program: Some(Which::Desired),
        last_savepoint_path: recorded.and_then(|known| known.last_savepoint_path.clone()),
        restored_from: recorded.and_then(|known| known.restored_from.clone()),
        remarks: if job.is_up() { Vec::new() } else { vec![recovering] },
    })
}

/// The path among those that a job was stopped with: a checkpoint's is not one.
pub(super) fn stopped_at(seen: &Observed, restored_from: Option<&str>) -> Option<String> {
    let path = restored_from?;
    let last = path.trim_end_matches('/').rsplit('/').next()?;
    let is_savepoint = last.starts_with("savepoint-");
    (is_savepoint || has_cancelled(seen)).then(|| path.to_owned())
}

fn has_cancelled(seen: &Observed) -> bool {
    seen.performed()
        .iter()
        .any(|done| matches!(&done.step, Step::Cancel { because: Because::LastState, .. }))
}
