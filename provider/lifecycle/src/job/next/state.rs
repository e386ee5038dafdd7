//! Where the newest durable state of an owner's jobs is.

use std::time::Duration;

use flink::JobId;

use super::{Family, Kin, Need, note, stop, storage, wait};
use crate::job::{
    directories,
    guard::Guard,
    ids::{self, Operation},
    journal::Phase,
    observed::{
        DiskQuery, History, JobState, Observed, Question, Reason, Row, Snapshot, SnapshotKind,
        TriggerFailure, TriggerState,
    },
};

/// On top of the cache's age, for the clock's and the network's jitter.
const MARGIN: Duration = Duration::from_millis(500);

/// Where the newest durable state is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Newest {
    /// Here.
    At(Durable),
    /// Nowhere: the newest job ran without ever having any.
    Nowhere,
    /// Nowhere: the newest job began empty, takes checkpoints, and has
    /// completed none; so it would begin empty again by itself.
    Empty,
    /// At one of these two, and nobody can tell which is newer.
    EitherOf(String, String),
    /// Nowhere: no trace of any job.
    NoTrace,
    /// Nowhere that counts: before the last job was gone, it was decided and
    /// noted that the next one begins with nothing.
    GivenUp {
        /// The last job.
        job: Option<JobId>,
    },
    /// Nobody can tell.
    CannotTell {
        /// Why not.
        reason: String,
    },
}

/// A state to start from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Durable {
    pub(super) path: String,
    /// The job it is of, where that is known.
    pub(super) job: Option<JobId>,
    pub(super) kind: Kind,
    /// The cause, when the job failed while it stopped.
    pub(super) stop_failure: Option<String>,
    /// When it was triggered, by the JobManager's clock, where that is known.
    pub(super) triggered: Option<i64>,
}

impl Durable {
    pub(super) fn new(path: String, job: Option<JobId>, kind: Kind) -> Self {
        Self { path, job, kind, stop_failure: None, triggered: None }
    }
}

/// What a state is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The last state of a job that was stopped.
    Last,
    /// A checkpoint or savepoint: the job may have gone on after it.
    Snapshot,
    /// What a job was started from: its own progress is not in it.
    Inherited,
    /// What is recorded, of a job that nobody remembers.
    Recorded,
}

/// Where the state of jobs is kept, as far as it is configured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places<'a> {
    /// Where savepoints were asked to go.
    pub(super) savepoint_dir: Option<&'a str>,
    /// Where checkpoints were asked to go.
    pub(super) checkpoint_dir: Option<&'a str>,
}

/// Finds the newest durable state, leaving out the jobs `except`.
pub(super) fn newest(
    kin: Kin<'_>,
    places: Places<'_>,
    seen: &Observed,
    except: &[JobId],
) -> Need<Newest> {
    let family = Family::of(kin, seen.jobs()?);
    if !seen.guards(Guard::LineageBeforeRecord)
        && let Some(path) = kin.recorded.and_then(|known| known.last_savepoint_path.clone())
    {
        return Ok(Newest::At(Durable::new(path, None, Kind::Last)));
    }
    if let Some(newest) = noted(kin, seen, &family, except)? {
        return Ok(newest);
    }
    for job in family.ended.iter().filter(|job| !except.contains(&job.id)) {
        if job.never_ran() && seen.guards(Guard::RefusedStartHasNoState) {
            continue;
        }
        let remembered = of_ended(kin, seen, job)?;
        return storage::compared(kin, places, seen, (&family, remembered));
    }
    storage::alone(kin, places, seen)
}

/// What the journal says that the newest job goes on from.
///
/// A start that is left out has come to nothing: what it began with still is.
fn noted(
    kin: Kin<'_>,
    seen: &Observed,
    family: &Family<'_>,
    except: &[JobId],
) -> Need<Option<Newest>> {
    let Some(noted) = note::entry(kin, seen)? else { return Ok(None) };
    let ran = |job: &&&Row| !job.never_ran() && !except.contains(&job.id);
    let newest = family.ended.iter().find(ran);
    let job = &noted.entry.job;
    let (of, path) = match &noted.entry.phase {
        Phase::Stopped { by: _, path } => (Some(job), path),
        Phase::Starting { from, after } if except.contains(job) || note::is_untried(seen, job) => {
            (after.as_ref(), from)
        }
        Phase::Running | Phase::Stopping { .. } | Phase::Starting { .. } => return Ok(None),
    };
    let is_newest = newest.is_none_or(|job| of.is_none_or(|of| job.id == *of));
    if !is_newest || !seen.guards(Guard::JournalBeforeMemory) {
        return Ok(None);
    }
    let given_up = Newest::GivenUp { job: of.cloned() };
    let begins_empty = seen.is_to_begin_empty().then_some(given_up);
    let at = |path| Newest::At(Durable::new(path, of.cloned(), Kind::Last));
    Ok(path.clone().map(at).or(begins_empty))
}

/// The state of a job that has ended and that the JobManager remembers.
fn of_ended(kin: Kin<'_>, seen: &Observed, job: &Row) -> Need<Newest> {
    if let Some(durable) = of_stop(seen, job)? {
        return Ok(Newest::At(durable));
    }
    let at = |path, kind| Durable::new(path, Some(job.id.clone()), kind);
    let history = seen.history(&job.id)?.as_ref();
    let own = history.and_then(own);
    let at_own = |one: &Snapshot, path: String, kind| {
        Newest::At(Durable { triggered: Some(one.triggered), ..at(path, kind) })
    };
    if let Some((one, path)) = &own
        && one.kind == SnapshotKind::StopSavepoint
    {
        return Ok(at_own(one, path.clone(), Kind::Last));
    }
    settled(seen, &job.id, &Question::History(job.id.clone()))?;
    if let Some((one, path)) = own {
        return Ok(at_own(one, path, Kind::Snapshot));
    }
    match inherited(kin, seen, job, history)? {
        Some(path) if is_checkpoint_of(&path, &job.id) => Ok(Newest::At(at(path, Kind::Snapshot))),
        Some(path) => Ok(Newest::At(at(path, Kind::Inherited))),
        None if history.is_some_and(is_empty) => Ok(Newest::Empty),
        None => Ok(Newest::Nowhere),
    }
}

/// What a job without state of its own went on from: what Flink restored last
/// (after the JobManager's restart a checkpoint of the job's own), else what
/// it was started from.
fn inherited(
    kin: Kin<'_>,
    seen: &Observed,
    job: &Row,
    history: Option<&History>,
) -> Need<Option<String>> {
    let restored = history.and_then(|history| history.restored.clone());
    let recovered = restored.as_ref().is_some_and(|path| is_checkpoint_of(path, &job.id));
    if recovered && seen.guards(Guard::RecoveredStateIsNewer) {
        return Ok(restored);
    }
    let marks = seen.marks(&job.id)?.as_ref();
    let marked = marks.and_then(|marks| marks.restored_from.clone());
    let recorded = kin.recorded.filter(|known| known.job.as_ref() == Some(&job.id));
    let recorded = recorded.and_then(|known| known.restored_from.clone());
    Ok(marked.or(restored).or(recorded))
}

/// Whether a job that takes checkpoints never came to one nor began with one.
pub(super) fn is_empty(history: &History) -> bool {
    let History {
        completed_count,
        restored_count,
        completed,
        savepoint,
        restored,
        retained,
        periodic,
    } = history;
    let nothing = completed.is_none() && savepoint.is_none() && restored.is_none();
    *completed_count == 0 && *restored_count == 0 && nothing && *retained && *periodic
}

/// Whether this is the place of a checkpoint that the job itself has taken.
pub(super) fn is_checkpoint_of(path: &str, job: &JobId) -> bool {
    path.contains(&format!("/{job}/chk-"))
}

/// What our own stop of the job came to.
fn of_stop(seen: &Observed, job: &Row) -> Need<Option<Durable>> {
    if job.state == JobState::Canceled {
        return Ok(None);
    }
    let durable = |path: &str, stop_failure| Durable {
        path: path.to_owned(),
        job: Some(job.id.clone()),
        kind: Kind::Last,
        stop_failure,
        triggered: None,
    };
    let attempt = stop::attempt(seen, &job.id, &Operation::Stop)?;
    Ok(match attempt.state {
        TriggerState::Completed(path) => Some(durable(path, None)),
        TriggerState::Failed(TriggerFailure::WhileStopping { path, cause }) => {
            let keeps = seen.guards(Guard::StopFailureKeepsPath);
            keeps
                .then(|| cause_of_stop(seen, job, cause.as_ref()))
                .transpose()?
                .map(|cause| durable(path, Some(cause)))
        }
        TriggerState::InProgress => return wait(Reason::Stopping(job.id.clone())),
        TriggerState::NotFound | TriggerState::Failed(_) => None,
    })
}

/// Why a job failed while it stopped. The failed operation mostly tells no
/// more than where the savepoint is; the job does, once the cache is over.
fn cause_of_stop(seen: &Observed, job: &Row, told: Option<&String>) -> Need<String> {
    if let Some(told) = told {
        return Ok(told.clone());
    }
    let trouble = seen.trouble(&job.id)?.as_ref();
    if let Some(cause) = trouble.and_then(|trouble| trouble.cause.clone()) {
        return Ok(cause);
    }
    settled(seen, &job.id, &Question::Trouble(job.id.clone()))?;
    Ok("no cause was given".to_owned())
}

/// The newest snapshot of a job's own that still exists.
pub(super) fn own(history: &History) -> Option<(&Snapshot, String)> {
    let exists = |one: &&Snapshot| one.path.is_some() && !one.discarded;
    let all = [history.completed.as_ref(), history.savepoint.as_ref()];
    let newest = all.into_iter().flatten().filter(exists).max_by_key(|one| one.id)?;
    newest.path.clone().map(|path| (newest, path))
}

/// What a cache does not have counts only when the cache is over.
pub(super) fn settled(seen: &Observed, job: &JobId, question: &Question) -> Need<()> {
    let needed = seen.cluster()?.refresh_interval + MARGIN;
    let age = seen.ended_before(job, question);
    if age.is_some_and(|age| age < needed) && seen.guards(Guard::HistoryHasSettled) {
        return wait(Reason::Settling(job.clone()));
    }
    Ok(())
}

pub(super) fn query(
    kin: Kin<'_>,
    places: Places<'_>,
    seen: &Observed,
    path: Option<String>,
) -> Need<DiskQuery> {
    let cluster = seen.cluster()?;
    let savepoints = places.savepoint_dir.or(cluster.savepoint_root.as_deref());
    let checkpoints = places.checkpoint_dir.or(cluster.checkpoint_root.as_deref());
    Ok(DiskQuery {
        savepoints: savepoints.map(|root| directories::home(root, kin.owner)),
        checkpoints: checkpoints.map(str::to_owned),
        prefix: ids::prefix(kin.owner),
        job: kin.recorded_job().cloned(),
        path,
        attempt: None,
    })
}

/// Where an owner's savepoints would be, for what is said to the user.
pub(super) fn directory(kin: Kin<'_>, places: Places<'_>, seen: &Observed) -> Need<Option<String>> {
    Ok(query(kin, places, seen, None)?.savepoints)
}
