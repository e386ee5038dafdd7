//! Where the newest durable state of an owner's jobs is.

use std::time::Duration;

use flink::JobId;

use super::{Family, Kin, Need, stop, wait};
use crate::{
    directories,
    guard::Guard,
    ids::{self, Operation},
    observed::{
        Disk, DiskQuery, Found, History, JobState, Observed, Question, Reason, Row, Snapshot,
        SnapshotKind, TriggerFailure, TriggerState,
    },
    recorded::RecordedState,
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
    /// Nowhere: no trace of any job.
    NoTrace,
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
        return Ok(Newest::At(Durable { path, job: None, kind: Kind::Last, stop_failure: None }));
    }
    for job in family.ended.iter().filter(|job| !except.contains(&job.id)) {
        if job.never_ran() && seen.guards(Guard::RefusedStartHasNoState) {
            continue;
        }
        return of_ended(seen, job);
    }
    in_storage(kin, places, seen)
}

/// The state of a job that has ended and that the JobManager remembers.
fn of_ended(seen: &Observed, job: &Row) -> Need<Newest> {
    if let Some(durable) = of_stop(seen, job)? {
        return Ok(Newest::At(durable));
    }
    let at = |path, kind| {
        Newest::At(Durable { path, job: Some(job.id.clone()), kind, stop_failure: None })
    };
    let history = seen.history(&job.id)?.as_ref();
    if let Some((path, SnapshotKind::StopSavepoint)) = history.and_then(own) {
        return Ok(at(path, Kind::Last));
    }
    settled(seen, &job.id)?;
    if let Some((path, _)) = history.and_then(own) {
        return Ok(at(path, Kind::Snapshot));
    }
    let marks = seen.marks(&job.id)?.as_ref();
    let inherited = marks.and_then(|marks| marks.restored_from.clone());
    let inherited = inherited.or_else(|| history.and_then(|history| history.restored.clone()));
    Ok(inherited.map_or(Newest::Nowhere, |path| at(path, Kind::Inherited)))
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
    };
    let attempt = stop::attempt(seen, &job.id, &Operation::Stop)?;
    Ok(match attempt.state {
        TriggerState::Completed(path) => Some(durable(path, None)),
        TriggerState::Failed(TriggerFailure::WhileStopping { path, cause }) => {
            let keeps = seen.guards(Guard::StopFailureKeepsPath);
            keeps.then(|| durable(path, Some(cause.clone())))
        }
        TriggerState::InProgress => return wait(Reason::Stopping(job.id.clone())),
        TriggerState::NotFound | TriggerState::Failed(_) => None,
    })
}

/// The newest snapshot of a job's own that still exists.
pub(super) fn own(history: &History) -> Option<(String, SnapshotKind)> {
    let exists = |one: &&Snapshot| one.path.is_some() && !one.discarded;
    let all = [history.completed.as_ref(), history.savepoint.as_ref()];
    let newest = all.into_iter().flatten().filter(exists).max_by_key(|one| one.id)?;
    newest.path.clone().map(|path| (path, newest.kind))
}

/// What a cache does not have counts only when the cache is over.
pub(super) fn settled(seen: &Observed, job: &JobId) -> Need<()> {
    let needed = seen.cluster()?.refresh_interval + MARGIN;
    let age = seen.ended_before(job, &Question::History(job.clone()));
    if age.is_some_and(|age| age < needed) && seen.guards(Guard::HistoryHasSettled) {
        return wait(Reason::Settling(job.clone()));
    }
    Ok(())
}

/// What storage and the record know, when the JobManager knows nothing.
fn in_storage(kin: Kin<'_>, places: Places<'_>, seen: &Observed) -> Need<Newest> {
    let known = kin.recorded.and_then(|recorded| recorded.last_savepoint_path.clone());
    let query = query(kin, places, seen, known.clone())?;
    let suspended = kin.recorded.is_some_and(|known| known.state == RecordedState::Suspended);
    let recorded = |path| {
        let kind = if suspended { Kind::Last } else { Kind::Recorded };
        Newest::At(Durable { path, job: None, kind, stop_failure: None })
    };
    if let (Some(path), false) = (&known, seen.guards(Guard::StorageBeforeRecord)) {
        return Ok(recorded(path.clone()));
    }
    match (seen.disk(&query)?, known) {
        (Disk::Told(found), known) => match found.iter().max_by_key(|one| one.written) {
            Some(newest) => Ok(Newest::At(found_at(newest, known.as_deref(), suspended))),
            None => Ok(known.map_or(Newest::NoTrace, recorded)),
        },
        (Disk::CannotTell { .. }, Some(path)) if suspended => Ok(recorded(path)),
        (Disk::CannotTell { reason }, _) if seen.guards(Guard::CannotTellIsStuck) => {
            Ok(Newest::CannotTell { reason: reason.clone() })
        }
        (Disk::CannotTell { .. }, known) => Ok(known.map_or(Newest::NoTrace, recorded)),
    }
}

fn found_at(found: &Found, known: Option<&str>, suspended: bool) -> Durable {
    let is_known = known.is_some_and(|path| directories::same(path, &found.path));
    let kind = match (is_known, suspended) {
        (true, true) => Kind::Last,
        (true, false) => Kind::Recorded,
        (false, _) => Kind::Snapshot,
    };
    Durable { path: found.path.clone(), job: found.job.clone(), kind, stop_failure: None }
}

fn query(
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
    })
}

/// Where an owner's savepoints would be, for what is said to the user.
pub(super) fn directory(kin: Kin<'_>, places: Places<'_>, seen: &Observed) -> Need<Option<String>> {
    Ok(query(kin, places, seen, None)?.savepoints)
}
