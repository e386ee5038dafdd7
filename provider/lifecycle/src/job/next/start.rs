//! Starting a job, and what a start came to while nothing runs.

use std::time::Duration;

use flink::JobId;

use super::{
    Family, Need, Next, Outcome, jars, note, perform, perform_and_say, rollback, run,
    source::Origin, stuck, wait,
};
use crate::job::{
    goal::{Bounded, Program, Run, StartFrom},
    guard::Guard,
    ids,
    marks::{self, Marks},
    observed::{JobState, Observed, Performed, Reason, Row, Submission},
    problem::{Failure, Problem},
    report::{Left, Which},
    step::{Effect, Launch, Step},
};

/// How long a refused id may take to be seen before it counts as used up.
const UNSEEN_DUPLICATE: Duration = Duration::from_secs(1);
/// How long a submission without an answer may take to be seen before it is repeated.
const UNSEEN_START: Duration = Duration::from_secs(10);

/// Starts the wanted program.
pub(super) fn desired(
    goal: &Run,
    seen: &Observed,
    family: &Family<'_>,
    origin: &Origin,
) -> Need<Next> {
    launch(goal, seen, family, (&goal.program, Which::Desired), origin)
}

/// Starts a program from what it is to begin with.
pub(super) fn launch(
    goal: &Run,
    seen: &Observed,
    family: &Family<'_>,
    (program, which): (&Program, Which),
    origin: &Origin,
) -> Need<Next> {
    if seen.cluster()?.submission == Submission::Disabled {
        return stuck(Problem::SubmissionDisabled);
    }
    let jar = jars::on_cluster(&goal.owner, &program.jar, seen)?;
    let predecessor = predecessor(goal, seen, family, origin)?;
    let id = unused(goal, seen, family, predecessor.as_ref());
    note::starts(goal, seen, &id, (predecessor.as_ref(), origin.path.as_deref()))?;
    let marks = Marks {
        owner: goal.owner.to_string(),
        fingerprint: marks::fingerprint(program),
        predecessor,
        restored_from: origin.path.clone(),
    };
    let launch = Box::new(Launch { id, jar, program: program.clone(), marks, which });
    let step = match origin.path.clone() {
        None => Step::FirstStart(launch),
        Some(path) => Step::StartFrom {
            launch,
            path,
            non_restored_state: goal.non_restored_state,
            claim: goal.claim,
        },
    };
    perform_and_say(step, origin.remarks.clone())
}

/// The newest job that is known: whoever decides the same, meets there.
fn predecessor(
    goal: &Run,
    seen: &Observed,
    family: &Family<'_>,
    origin: &Origin,
) -> Need<Option<JobId>> {
    let carried = match &goal.start {
        StartFrom::Carried { job, .. } => Some(job.clone()),
        StartFrom::Newest | StartFrom::Path(_) | StartFrom::Nothing => None,
    };
    let ours = origin.job.clone().filter(|job| goal.owner.has_started(job));
    let head = family.head().map(|job| job.id.clone());
    let known = head.or(carried).or(ours).or_else(|| run::kin(goal).recorded_job().cloned());
    match known {
        Some(job) => Ok(Some(job)),
        None => note::last_job(run::kin(goal), seen),
    }
}

fn unused(goal: &Run, seen: &Observed, family: &Family<'_>, predecessor: Option<&JobId>) -> JobId {
    let is_used =
        |id: &JobId| family.has(id) || is_burnt(seen, id) || rollback::given_up(seen, id).is_some();
    let mut attempts = (0..).map(|attempt| ids::successor(&goal.owner, predecessor, attempt));
    attempts.find(|id| !is_used(id)).expect("only finitely many ids are used")
}

/// Flink refused the id as used, and yet shows no such job.
fn is_burnt(seen: &Observed, id: &JobId) -> bool {
    seen.guards(Guard::DuplicateIsBurnt)
        && seen
            .launches()
            .any(|(launch, done)| launch.id == *id && done.effect == Effect::Duplicate)
}

/// What comes next after this operation's last start, while nothing runs.
pub(super) fn after_launch(goal: &Run, seen: &Observed, family: &Family<'_>) -> Need<Next> {
    let Some((launch, done)) = seen.launches().next_back() else {
        return stuck(Problem::NotRunning { job: None, state: None });
    };
    match family.ended.iter().find(|job| job.id == launch.id) {
        Some(job) => ended(goal, seen, family, (job, done)),
        None => unseen(goal, seen, family, (launch, done)),
    }
}

fn unseen(
    goal: &Run,
    seen: &Observed,
    family: &Family<'_>,
    (launch, done): (&Launch, &Performed),
) -> Need<Next> {
    let failed = |failure| rollback::failed(goal, seen, family, (&launch.id, failure));
    let program = |cause: &String| Failure::Program { cause: cause.clone() };
    if let Some(failure) = rollback::given_up(seen, &launch.id) {
        return failed(failure);
    }
    match &done.effect {
        Effect::Unclear { reason } if !seen.guards(Guard::UnclearStartIsAwaited) => {
            failed(program(reason))
        }
        Effect::Started | Effect::Unclear { .. } => {
            appears(seen, &launch.id, UNSEEN_START)?;
            perform(done.step.clone())
        }
        Effect::Duplicate => {
            appears(seen, &launch.id, UNSEEN_DUPLICATE)?;
            again(goal, seen, family, (launch, done))
        }
        Effect::JarGone => again(goal, seen, family, (launch, done)),
        Effect::ProgramFailed { cause } | Effect::Rejected { cause } => failed(program(cause)),
        Effect::RestoreRefused { cause } => failed(Failure::Restore { cause: cause.clone() }),
        Effect::Accepted | Effect::Uploaded(_) | Effect::Disposing(_) | Effect::Outdated => {
            wait(Reason::Appearing(launch.id.clone()))
        }
    }
}

fn appears(seen: &Observed, job: &JobId, within: Duration) -> Need<()> {
    let reason = Reason::Appearing(job.clone());
    if seen.held(&reason) < within { wait(reason) } else { Ok(()) }
}

/// The same start under an id that is not used.
fn again(
    goal: &Run,
    seen: &Observed,
    family: &Family<'_>,
    (last, done): (&Launch, &Performed),
) -> Need<Next> {
    let path = done.step.path().map(str::to_owned);
    let origin = Origin { path, job: last.marks.predecessor.clone(), remarks: Vec::new() };
    launch(goal, seen, family, (&last.program, last.which), &origin)
}

/// A job that this operation has started has ended.
fn ended(
    goal: &Run,
    seen: &Observed,
    family: &Family<'_>,
    (job, done): (&Row, &Performed),
) -> Need<Next> {
    if job.state == JobState::Finished && goal.bounded == Bounded::Yes {
        return Ok(Next::Done(Outcome {
            state: Left::Finished,
            job: Some(job.id.clone()),
            program: seen.launched(&job.id),
            last_savepoint_path: None,
            restored_from: None,
            remarks: Vec::new(),
        }));
    }
    let failure = match rollback::given_up(seen, &job.id) {
        Some(failure) => failure,
        None => failure(seen, job, done)?,
    };
    rollback::failed(goal, seen, family, (&job.id, failure))
}

fn failure(seen: &Observed, job: &Row, done: &Performed) -> Need<Failure> {
    if job.state != JobState::Failed {
        return Ok(Failure::EndedByOthers { state: job.state.as_str().to_owned() });
    }
    if let Effect::RestoreRefused { cause } = &done.effect {
        return Ok(Failure::Restore { cause: cause.clone() });
    }
    let trouble = seen.trouble(&job.id)?.as_ref();
    let cause = trouble.and_then(|trouble| trouble.cause.clone());
    let cause = cause.unwrap_or_else(|| "no cause was given".to_owned());
    Ok(if job.never_ran() { Failure::Restore { cause } } else { Failure::Failed { cause } })
}
