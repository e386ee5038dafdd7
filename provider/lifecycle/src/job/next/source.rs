//! What a start of the wanted program begins with.

use std::time::Duration;

use flink::JobId;

use super::{
    Family, Need, note, run,
    state::{self, Durable, Kind, Newest, Places},
    stuck,
};
use crate::job::{
    goal::{Bounded, Intent, Run, StartFrom, StateLoss, UpgradeMode},
    guard::Guard,
    marks,
    observed::{JobState, Observed, Row},
    problem::Problem,
    report::{Left, Remark},
};

/// Keys of the directory that a job's own configuration sends checkpoints to.
const CHECKPOINT_KEYS: [&str; 2] = ["execution.checkpointing.dir", "state.checkpoints.dir"];

/// What is to be done about a job that does not run.
#[derive(Debug)]
pub(super) enum Source<'a> {
    /// Nothing: it has come to its end, as it should.
    Finished(&'a Row),
    /// Start it.
    Start(Origin),
}

/// What a start begins with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Origin {
    /// The savepoint or checkpoint; `None`: nothing.
    pub(super) path: Option<String>,
    /// The job whose state it is.
    pub(super) job: Option<JobId>,
    /// What the user should know of it.
    pub(super) remarks: Vec<Remark>,
}

/// Where this job's state is kept.
pub(super) fn places(goal: &Run) -> Places<'_> {
    let recorded = goal.recorded.as_ref().and_then(|recorded| recorded.program.as_ref());
    let configuration = &recorded.unwrap_or(&goal.program).configuration;
    Places {
        savepoint_dir: goal.upgrade.savepoint_dir.as_deref(),
        checkpoint_dir: CHECKPOINT_KEYS
            .iter()
            .find_map(|key| configuration.get(*key))
            .map(String::as_str),
    }
}

pub(super) fn source<'a>(goal: &Run, seen: &Observed, family: &Family<'a>) -> Need<Source<'a>> {
    if let Some(ended) = finished_by_itself(goal, seen, family)? {
        return finished(goal, seen, ended);
    }
    if has_acted(goal, seen, family)? {
        return newest(goal, seen, family).map(Source::Start);
    }
    let origin = match &goal.start {
        StartFrom::Path(path) => explicit(path, None),
        StartFrom::Carried { job, path } => explicit(path, Some(job.clone())),
        StartFrom::Nothing => empty(goal, seen, family)?,
        StartFrom::Newest if was_stopped_stateless(goal, family) => empty(goal, seen, family)?,
        StartFrom::Newest => newest(goal, seen, family)?,
    };
    Ok(Source::Start(origin))
}

fn explicit(path: &str, job: Option<JobId>) -> Origin {
    Origin { path: Some(path.to_owned()), job, remarks: Vec::new() }
}

/// A bounded job that has ended without being stopped.
fn finished_by_itself<'a>(
    goal: &Run,
    seen: &Observed,
    family: &Family<'a>,
) -> Need<Option<&'a Row>> {
    let finished = family.head().filter(|job| job.state == JobState::Finished);
    let (Some(job), Bounded::Yes) = (finished, goal.bounded) else {
        return Ok(None);
    };
    let newest = state::newest(run::kin(goal), places(goal), seen, &[])?;
    let was_stopped = matches!(&newest, Newest::At(Durable { kind: Kind::Last, .. }));
    Ok((!was_stopped).then_some(job))
}

/// Changed, it runs anew, from what is asked for; else it is as it should be.
fn finished<'a>(goal: &Run, seen: &Observed, job: &'a Row) -> Need<Source<'a>> {
    let is_recorded = run::kin(goal).recorded_job() == Some(&job.id);
    let runs_this =
        if is_recorded { goal.intent == Intent::Keep } else { carries_this(goal, seen, job)? };
    if runs_this {
        return Ok(Source::Finished(job));
    }
    Ok(Source::Start(match &goal.start {
        StartFrom::Path(path) => explicit(path, None),
        StartFrom::Carried { .. } | StartFrom::Nothing | StartFrom::Newest => Origin::default(),
    }))
}

/// Whether a job runs the program that is wanted.
pub(super) fn carries_this(goal: &Run, seen: &Observed, job: &Row) -> Need<bool> {
    let marks = seen.marks(&job.id)?.as_ref();
    Ok(marks.is_some_and(|marks| marks.fingerprint == marks::fingerprint(&goal.program)))
}

/// Whether an earlier attempt at this goal has already started from what was
/// asked for, so that going there again would lose what was done since.
///
/// On create, a job of this program that was ended on purpose is one that was
/// destroyed, and the new one starts from what is asked for.
fn has_acted(goal: &Run, seen: &Observed, family: &Family<'_>) -> Need<bool> {
    if goal.start == StartFrom::Newest && goal.upgrade.mode != UpgradeMode::Stateless {
        return Ok(false);
    }
    let ran = family.ended.iter().find(|job| !job.never_ran());
    match ran {
        Some(job) if run::kin(goal).recorded_job() != Some(&job.id) => {
            let counts = goal.recorded.is_some() || job.state == JobState::Failed;
            Ok(counts && carries_this(goal, seen, job)?)
        }
        Some(_) | None => Ok(false),
    }
}

fn was_stopped_stateless(goal: &Run, family: &Family<'_>) -> bool {
    let head = family.head().map(|job| &job.id);
    let recorded = run::kin(goal).recorded_job();
    goal.upgrade.mode == UpgradeMode::Stateless
        && goal.intent == Intent::Replace
        && recorded.is_some()
        && (head.is_none() || head == recorded)
}

/// Nothing to start from, as asked.
fn empty(goal: &Run, seen: &Observed, family: &Family<'_>) -> Need<Origin> {
    let is_known = family.head().is_some() || goal.recorded.is_some();
    if !is_known && goal.state_loss == StateLoss::Accept {
        return Ok(Origin::default());
    }
    let newest = match state::newest(run::kin(goal), places(goal), seen, &[])? {
        Newest::At(durable) => Some(durable.path),
        Newest::EitherOf(one, _) => Some(one),
        Newest::Nowhere
        | Newest::Empty
        | Newest::NoTrace
        | Newest::GivenUp { .. }
        | Newest::CannotTell { .. } => None,
    };
    match (goal.state_loss, &newest) {
        (StateLoss::Prevent, Some(_)) => {
            stuck(Problem::StateLossPrevented { newest, directory: None })
        }
        (StateLoss::Prevent | StateLoss::Accept, _) => {
            let discarded = newest.is_some().then_some(Remark::StateDiscarded { newest });
            Ok(Origin { remarks: discarded.into_iter().collect(), ..Origin::default() })
        }
    }
}

fn newest(goal: &Run, seen: &Observed, family: &Family<'_>) -> Need<Origin> {
    let kin = run::kin(goal);
    match state::newest(kin, places(goal), seen, &[])? {
        Newest::At(durable) => Ok(from(goal, family, durable)),
        Newest::GivenUp { job } => Ok(Origin { job, ..Origin::default() }),
        Newest::Nowhere | Newest::NoTrace | Newest::Empty if is_first(goal) => {
            Ok(Origin::default())
        }
        Newest::Empty if goal.state_loss == StateLoss::Accept => {
            let remarks = vec![Remark::StartsEmpty { directory: None }];
            Ok(Origin { remarks, ..Origin::default() })
        }
        Newest::EitherOf(one, other) => either_of(goal, seen, one, &other),
        Newest::Nowhere | Newest::Empty | Newest::NoTrace
            if !seen.guards(Guard::NeverEmptyByAccident) =>
        {
            Ok(Origin::default())
        }
        Newest::Nowhere | Newest::Empty | Newest::NoTrace => stuck(Problem::NothingToStartFrom {
            job: kin.recorded_job().cloned(),
            directory: state::directory(kin, places(goal), seen)?,
        }),
        Newest::CannotTell { reason } => cannot_tell(goal, seen, reason),
    }
}

fn either_of(goal: &Run, seen: &Observed, one: String, other: &str) -> Need<Origin> {
    let kin = run::kin(goal);
    stuck(Problem::Forgotten {
        job: kin.recorded_job().cloned(),
        directory: state::directory(kin, places(goal), seen)?,
        reason: format!("{one} and {other} were written at the same time"),
        older: Some(one),
    })
}

/// Whether there is no job that this one goes on from.
fn is_first(goal: &Run) -> bool {
    run::kin(goal).recorded_job().is_none()
}

fn cannot_tell(goal: &Run, seen: &Observed, reason: String) -> Need<Origin> {
    let kin = run::kin(goal);
    let directory = state::directory(kin, places(goal), seen)?;
    match (is_first(goal), goal.state_loss) {
        (true, StateLoss::Accept) => {
            let remarks = vec![Remark::StartsEmpty { directory }];
            Ok(Origin { remarks, ..Origin::default() })
        }
        (true, StateLoss::Prevent) => {
            stuck(Problem::StateLossPrevented { newest: None, directory })
        }
        (false, _) => stuck(Problem::Forgotten {
            job: kin.recorded_job().cloned(),
            directory,
            older: known_path(goal, seen)?,
            reason,
        }),
    }
}

/// A path with state of this job's, the newest that is written down anywhere.
fn known_path(goal: &Run, seen: &Observed) -> Need<Option<String>> {
    let noted = note::entry(run::kin(goal), seen)?.and_then(|noted| noted.entry.known_path());
    let recorded = || goal.recorded.as_ref()?.last_savepoint_path.clone();
    Ok(noted.map(str::to_owned).or_else(recorded))
}

fn from(goal: &Run, family: &Family<'_>, durable: Durable) -> Origin {
    let Durable { path, job, kind, stop_failure, triggered } = durable;
    let mut remarks = Vec::new();
    if let Some(cause) = stop_failure {
        remarks.push(Remark::StoppedWithFailure { path: path.clone(), cause });
    }
    if is_first(goal) {
        remarks.push(Remark::FoundEarlierState { path: path.clone() });
    } else {
        remarks.extend(by_kind(goal, family, (kind, triggered), &path));
    }
    Origin { path: Some(path), job, remarks }
}

fn by_kind(
    goal: &Run,
    family: &Family<'_>,
    (kind, triggered): (Kind, Option<i64>),
    path: &str,
) -> Option<Remark> {
    let path = path.to_owned();
    match kind {
        Kind::Last => None,
        Kind::Inherited | Kind::Recorded => Some(Remark::ProgressNotRecovered { path }),
        Kind::Snapshot if goal.intent == Intent::Replace && was_cancelled(family) => {
            Some(Remark::FromCheckpoint { path, age: age(family, triggered) })
        }
        Kind::Snapshot => {
            let found = family.head().map_or(Left::Missing, |job| left(job.state));
            Some(Remark::Repaired { found, path })
        }
    }
}

/// How old a checkpoint was when the job ended; both by the JobManager's clock.
fn age(family: &Family<'_>, triggered: Option<i64>) -> Option<Duration> {
    let ended = family.head()?.ended?;
    u64::try_from(ended - triggered?).ok().map(Duration::from_millis)
}

fn was_cancelled(family: &Family<'_>) -> bool {
    family.head().is_some_and(|job| job.state == JobState::Canceled)
}

/// How a job in this state is left.
pub(super) fn left(state: JobState) -> Left {
    match state {
        JobState::Failed => Left::Failed,
        JobState::Canceled => Left::Canceled,
        JobState::Finished => Left::Finished,
        JobState::Initializing
        | JobState::Created
        | JobState::Running
        | JobState::Failing
        | JobState::Cancelling
        | JobState::Restarting
        | JobState::Suspended
        | JobState::Reconciling
        | JobState::Unknown => Left::Running,
    }
}
