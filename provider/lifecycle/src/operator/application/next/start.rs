//! A start from exactly what is noted, and the proof that it was from that.

use super::scene::{Live, Scene, failed, is_others};
use super::{Need, Next, back, run, stop};
use crate::operator::application::{
    Version, body,
    goal::{Rollback, Run, Served, TakeOver},
    guard::Guard,
    journal::{By, Origin, Phase, Starting},
    observed::OwnState,
    report::{Failure, Problem},
};
use crate::operator::{Done, Restored, Want};

/// There is no resource.
pub(super) fn create(scene: Scene<'_>, run: &Run) -> Need<Next> {
    if scene.seen.written.is_some() {
        // It was there: who takes it away now wants that.
        return match scene.judged(Want::Running)? {
            Ok(_) => failed(Problem::Missing),
            Err(failure) => failed(Problem::Failed(failure)),
        };
    }
    let first = match (&run.take, scene.phase()) {
        (TakeOver::From(path), _) => Origin::Path(path.clone()),
        // This operation has decided.
        (_, Some(Phase::Starting(starting))) if scene.seen.has_noted => starting.from.clone(),
        (_, Some(Phase::Stopped { left, .. })) if *left != Origin::HighAvailability => left.clone(),
        (TakeOver::Savepoint | TakeOver::LastState, None) | (TakeOver::Stateless, _) => {
            Origin::Nothing
        }
        (_, Some(_)) if !scene.guards.stands(Guard::LostIsLookedFor) => Origin::Nothing,
        // It was made, and is lost: what it came to since counts.
        (TakeOver::Savepoint | TakeOver::LastState, Some(_)) => scene.newest()?.0,
    };
    match scene.phase() {
        Some(Phase::Starting(starting))
            if starting.version == run.version.id && starting.from == first =>
        {
            write(scene, &run.version, starting)
        }
        Some(_) | None => begin(scene, run, (first, &Origin::Nothing, None)),
    }
}

/// The job before is stopped, and has left this.
pub(super) fn after(
    scene: Scene<'_>,
    run: &Run,
    (left, age): (&Origin, Option<u64>),
) -> Need<Next> {
    let from = match &run.take {
        TakeOver::From(path) => Origin::Path(path.clone()),
        TakeOver::Savepoint | TakeOver::LastState | TakeOver::Stateless => left.clone(),
    };
    begin(scene, run, (from, left, age))
}

/// Notes a start that the API server takes.
fn begin(
    scene: Scene<'_>,
    run: &Run,
    (from, left, age): (Origin, &Origin, Option<u64>),
) -> Need<Next> {
    can_start(scene, &from)?;
    let starting = Starting {
        version: run.version.id.clone(),
        nonce: scene.nonce(&from),
        from,
        left: left.clone(),
        age,
    };
    if scene.guards.stands(Guard::TriedFirst) {
        scene.tried(&body(scene, &run.version, (&starting.from, starting.nonce)))?;
    }
    Ok(scene.note(Phase::Starting(starting)))
}

/// Without a nonce the operator takes what it remembers.
pub(super) fn can_start(scene: Scene<'_>, from: &Origin) -> Need<()> {
    let (Served::Resume, Origin::Path(path), Some(live)) = (scene.goal.served, from, scene.live())
    else {
        return Ok(());
    };
    match live.remembered() {
        Some(remembered) if body::is_same_path(remembered, path) => Ok(()),
        Some(_) | None => failed(Problem::NoWayFrom { path: path.clone() }),
    }
}

/// The body of a start.
pub(super) fn body(
    scene: Scene<'_>,
    version: &Version,
    from: (&Origin, Option<i64>),
) -> serde_json::Value {
    body::started(&version.body, from, (scene.goal.served, scene.live().is_some()))
}

pub(super) fn write(scene: Scene<'_>, version: &Version, starting: &Starting) -> Need<Next> {
    scene.write(body(scene, version, (&starting.from, starting.nonce)))
}

/// Whether the noted start is what is there. What was created has no nonce, and no mode of a start.
pub(super) fn is_written(
    scene: Scene<'_>,
    live: &Live<'_>,
    version: &Version,
    starting: &Starting,
) -> Need<bool> {
    let from = (&starting.from, starting.nonce);
    let created = body::started(&version.body, from, (scene.goal.served, false));
    let replaced = body::started(&version.body, from, (scene.goal.served, true));
    Ok(scene.is_written(live, &replaced)? || scene.is_written(live, &created)?)
}

/// The start is written: it comes up, or does not.
pub(super) fn settle(
    scene: Scene<'_>,
    run: &Run,
    live: &Live<'_>,
    starting: &Starting,
) -> Need<Next> {
    match scene.judged(Want::Running)? {
        Ok(done) => {
            is_from(scene, &done, &starting.from)?;
            let (from, age) = (starting.from.clone(), starting.age);
            Ok(scene.note(Phase::Running { from, age, given_up: None }))
        }
        Err(failure) => not_up(scene, run, (live, starting), failure),
    }
}

/// A job goes on from the path that was noted, and from nothing else.
pub(super) fn is_from(scene: Scene<'_>, done: &Done, wanted: &Origin) -> Need<()> {
    let Done::Running { restored, fell_back: _ } = done else { return Ok(()) };
    let job = scene.live().and_then(|live| live.resource.status?.job);
    let is_compared = scene.guards.stands(Guard::RestoredIsCompared);
    if !is_compared || agrees(wanted, restored, (job.as_deref(), scene.goal.served)) {
        return Ok(());
    }
    failed(Problem::RestoredOther { wanted: wanted.clone(), is: restored.clone() })
}

/// Whether a job that should have been started from one went on from the other. A start that is
/// repeated after a loss goes on from a checkpoint of its own, whose directory is named after the job;
/// and in the data of high availability a redeploy leaves nothing of another job.
fn agrees(wanted: &Origin, restored: &Restored, (job, served): (Option<&str>, Served)) -> bool {
    let is_own = |path: &str| job.is_some_and(|job| path.contains(&format!("/{job}/chk-")));
    match (wanted, restored) {
        (Origin::Nothing | Origin::Path(_), Restored::Checkpoint(is)) if is_own(is) => true,
        (Origin::Path(path), Restored::Savepoint(is) | Restored::Checkpoint(is)) => {
            body::is_same_path(path, is)
        }
        (Origin::Path(_), Restored::HighAvailability) => served == Served::Redeploy,
        (Origin::Path(_) | Origin::HighAvailability, Restored::Nothing)
        | (Origin::Nothing, Restored::Savepoint(_) | Restored::Checkpoint(_)) => false,
        (_, Restored::Untouched)
        | (Origin::Nothing, Restored::Nothing | Restored::HighAvailability)
        | (
            Origin::HighAvailability,
            Restored::Savepoint(_) | Restored::Checkpoint(_) | Restored::HighAvailability,
        ) => true,
    }
}

/// The version does not come up: the former one starts again, while that can double nothing.
fn not_up(
    scene: Scene<'_>,
    run: &Run,
    (live, starting): (&Live<'_>, &Starting),
    failure: Failure,
) -> Need<Next> {
    if is_others(&failure) {
        return failed(Problem::Failed(failure));
    }
    let former = scene.goal.recorded.as_ref().filter(|it| it.id != run.version.id);
    let is_left = match (&starting.left, &starting.from) {
        (Origin::Path(_), _) => true,
        (Origin::HighAvailability, from) => *from == Origin::HighAvailability,
        (Origin::Nothing, _) => false,
    };
    // An operation that finds a job that has ended brings it back.
    let is_found = scene.seen.written.is_none() && !scene.seen.has_noted;
    let is_drift = is_found && run::has_ended(&failure);
    if former.is_none() || run.rollback == Rollback::Never || !is_left {
        return if is_drift {
            stop::begin(scene, live, By::LastState)
        } else {
            failed(Problem::Failed(failure))
        };
    }
    match scene.own()? {
        OwnState::Newest { .. } if is_drift => stop::begin(scene, live, By::LastState),
        OwnState::Newest { path, age: _ } if scene.guards.stands(Guard::OwnStateEndsRollback) => {
            failed(Problem::HasState { why: failure.to_string(), path: path.clone() })
        }
        OwnState::Unknown => failed(Problem::Failed(failure)),
        OwnState::None | OwnState::Newest { .. } => {
            Ok(back::begin(scene, failure.to_string(), Some(starting.left.clone())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_goes_on_from_what_was_noted_or_from_its_own() {
        let (nothing, high) = (Origin::Nothing, Origin::HighAvailability);
        let path = || Origin::Path("file:///s/savepoint-1".to_owned());
        let savepoint = |path: &str| Restored::Savepoint(path.to_owned());
        let checkpoint = |path: &str| Restored::Checkpoint(path.to_owned());
        let table = [
            (path(), savepoint("file:/s/savepoint-1/"), true),
            (path(), savepoint("file:/s/savepoint-2"), false),
            (path(), checkpoint("file:/s/j1/chk-4"), true),
            (path(), checkpoint("file:/s/j0/chk-9"), false),
            (path(), Restored::Nothing, false),
            (path(), Restored::Untouched, true),
            (nothing.clone(), Restored::Nothing, true),
            (nothing.clone(), checkpoint("file:/s/j1/chk-4"), true),
            (nothing, savepoint("file:/s/savepoint-1"), false),
            (high.clone(), Restored::HighAvailability, true),
            (high.clone(), checkpoint("file:/s/j0/chk-9"), true),
            (high, Restored::Nothing, false),
        ];
        for (wanted, is, expected) in table {
            let of = (Some("j1"), Served::Redeploy);
            assert_eq!(agrees(&wanted, &is, of), expected, "{wanted:?} {is:?}");
        }
        let high = Restored::HighAvailability;
        assert!(!agrees(&path(), &high, (Some("j1"), Served::Resume)));
        assert!(agrees(&path(), &high, (Some("j1"), Served::Redeploy)));
    }
}
