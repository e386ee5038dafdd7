//! The newest state in the storage, and whether it is newer than what the
//! JobManager remembers.

use std::cmp::Ordering;

use super::{
    Family, Kin, Need,
    state::{Durable, Kind, Newest, Places, query},
};
use crate::job::{
    directories,
    guard::Guard,
    observed::{Disk, DiskQuery, Found, Observed, Row},
    recorded::RecordedState,
};

/// What storage and the record know, when the JobManager knows nothing.
pub(super) fn alone(kin: Kin<'_>, places: Places<'_>, seen: &Observed) -> Need<Newest> {
    let known = kin.recorded.and_then(|recorded| recorded.last_savepoint_path.clone());
    let query = query(kin, places, seen, known.clone())?;
    let suspended = kin.recorded.is_some_and(|known| known.state == RecordedState::Suspended);
    let recorded = |path| {
        let kind = if suspended { Kind::Last } else { Kind::Recorded };
        Newest::At(Durable::new(path, None, kind))
    };
    if let (Some(path), false) = (&known, seen.guards(Guard::StorageBeforeRecord)) {
        return Ok(recorded(path.clone()));
    }
    match (seen.disk(&query)?, known) {
        (Disk::Told(found), known) => Ok(match newest(found.iter()) {
            Latest::Is(found) => Newest::At(found_at(found, known.as_deref(), suspended)),
            Latest::EitherOf(one, other) => Newest::EitherOf(one.path.clone(), other.path.clone()),
            Latest::None => known.map_or(Newest::NoTrace, recorded),
        }),
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
    Durable::new(found.path.clone(), found.job.clone(), kind)
}

/// What is newest of what the JobManager remembers and what lies in storage.
///
/// Only a create asks: its owner may have had a job under an id that is not
/// the owner's, of which nothing but its savepoints is left. What is recorded
/// says which jobs there were, and the JobManager knows their order.
pub(super) fn compared(
    kin: Kin<'_>,
    places: Places<'_>,
    seen: &Observed,
    (family, remembered): (&Family<'_>, Newest),
) -> Need<Newest> {
    if kin.recorded.is_some() || !seen.guards(Guard::CreateComparesStorage) {
        return Ok(remembered);
    }
    let path = match &remembered {
        Newest::At(durable) => Some(durable.path.clone()),
        Newest::Nowhere | Newest::Empty => None,
        Newest::NoTrace
        | Newest::GivenUp { .. }
        | Newest::CannotTell { .. }
        | Newest::EitherOf(..) => {
            return Ok(remembered);
        }
    };
    let query = query(kin, places, seen, path.clone())?;
    let Disk::Told(found) = seen.disk(&query)? else { return Ok(remembered) };
    let is_remembered =
        |one: &Found| path.as_ref().is_some_and(|path| directories::same(path, &one.path));
    let is_strange = |one: &Found| one.job.as_ref().is_none_or(|job| !family.has(job));
    let candidates = found.iter().filter(|one| is_remembered(one) || is_strange(one));
    Ok(match newest(candidates) {
        Latest::None => remembered,
        Latest::Is(one) if is_remembered(one) => remembered,
        Latest::Is(one) => Newest::At(found_at(one, None, false)),
        Latest::EitherOf(one, other) => Newest::EitherOf(one.path.clone(), other.path.clone()),
    })
}

/// The newest checkpoint of a running job, where its checkpoint at `path` was.
pub(super) fn newest_checkpoint(seen: &Observed, job: &Row, path: &str) -> Need<Option<String>> {
    // <root>/<job>/chk-<number>
    let Some(root) = path.trim_end_matches('/').rsplitn(3, '/').nth(2) else { return Ok(None) };
    let query = DiskQuery {
        checkpoints: Some(root.to_owned()),
        prefix: job.id.to_string(),
        ..DiskQuery::default()
    };
    let Disk::Told(found) = seen.disk(&query)? else { return Ok(None) };
    Ok(match newest(found.iter()) {
        Latest::Is(found) => Some(found.path.clone()),
        Latest::None | Latest::EitherOf(..) => None,
    })
}

/// Which of several is the latest.
#[derive(Debug, PartialEq, Eq)]
enum Latest<'a> {
    None,
    Is(&'a Found),
    EitherOf(&'a Found, &'a Found),
}

/// The one that was written last. Of two at one time (some storages tell
/// whole seconds, or none), the numbers of one job's checkpoints decide.
fn newest<'a>(found: impl Iterator<Item = &'a Found>) -> Latest<'a> {
    let mut latest = Latest::None;
    for one in found {
        latest = match latest {
            Latest::None => Latest::Is(one),
            Latest::Is(best) if is_after(one, best) => Latest::Is(one),
            Latest::EitherOf(best, tie) if is_after(one, best) && is_after(one, tie) => {
                Latest::Is(one)
            }
            Latest::Is(best) if after(one, best).is_none() => Latest::EitherOf(best, one),
            kept @ (Latest::Is(_) | Latest::EitherOf(..)) => kept,
        };
    }
    latest
}

fn is_after(one: &Found, other: &Found) -> bool {
    after(one, other) == Some(Ordering::Greater)
}

fn after(one: &Found, other: &Found) -> Option<Ordering> {
    match one.written.cmp(&other.written) {
        Ordering::Equal if directories::same(&one.path, &other.path) => Some(Ordering::Equal),
        Ordering::Equal => {
            let same_job = one.job.is_some() && one.job == other.job;
            let numbers = number(one).zip(number(other)).filter(|_| same_job);
            numbers.map(|(one, other)| one.cmp(&other))
        }
        decided @ (Ordering::Less | Ordering::Greater) => Some(decided),
    }
}

/// The number of a checkpoint, which goes up through the life of a job.
fn number(found: &Found) -> Option<u64> {
    let last = found.path.trim_end_matches('/').rsplit('/').next()?;
    last.strip_prefix("chk-")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_is_by_time_then_by_number_and_else_not_told() {
        let job = |digit: char| digit.to_string().repeat(32).parse().expect("32 digits");
        let found = |path: &str, digit, written| Found {
            path: path.to_owned(),
            job: Some(job(digit)),
            written,
        };
        let all = [
            found("/c/1/chk-2", '1', 5),
            found("/c/1/chk-10", '1', 5),
            found("/s/2/savepoint-a", '2', 6),
            found("/s/1/savepoint-b", '1', 5),
        ];
        let [two, ten, later, tie] = &all;
        for (of, expected) in [
            (vec![], Latest::None),
            (vec![two, ten], Latest::Is(ten)),
            (vec![ten, two], Latest::Is(ten)),
            (vec![ten, tie], Latest::EitherOf(ten, tie)),
            (vec![ten, tie, later], Latest::Is(later)),
            (vec![later, ten, tie], Latest::Is(later)),
        ] {
            assert_eq!(newest(of.iter().copied()), expected, "{of:?}");
        }
    }
}
