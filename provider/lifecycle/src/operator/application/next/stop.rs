//! A stop: noted, written, and what it has left looked at.

use super::scene::{Live, Scene, failed};
use super::{Need, Next, back};
use crate::operator::application::{
    body,
    goal::{Fallback, Served},
    guard::Guard,
    journal::{By, Origin, Phase},
    observed::OwnState,
    report::{Failure, Problem},
};
use crate::operator::{Cause, Done, Mode, Waiting, Want};

/// What stands for a path where the data of high availability tells it.
const BY_HIGH_AVAILABILITY: &str = "KUBERNETES_OPERATOR_LAST_STATE";

/// Suspends what is there.
pub(super) fn begin(scene: Scene<'_>, live: &Live<'_>, by: By) -> Need<Next> {
    let body = body::suspended(live.json, by, scene.goal.fallback());
    if scene.guards.stands(Guard::TriedFirst) {
        scene.tried(&body)?;
    }
    let is_noted =
        matches!(scene.phase(), Some(Phase::Stopping { by: noted, from: _ }) if *noted == by);
    if is_noted || !scene.guards.stands(Guard::StopIsNoted) {
        return scene.write(body);
    }
    Ok(scene.note(Phase::Stopping { by, from: scene.started_from() }))
}

/// The job is suspended, or does not come to be so.
pub(super) fn settle(scene: Scene<'_>, live: &Live<'_>, by: By) -> Need<Next> {
    let is_stateless = live.resource.job.is_some_and(|job| job.mode == Mode::Stateless);
    if by == By::Halt && !is_stateless {
        return begin(scene, live, by);
    }
    match suspended(scene)? {
        Ok(path) => left(scene, by, path),
        // The operator knows of no state: the job ends, and it is looked for what it has left.
        Err(Failure::Cause(Cause::ManualRestore(_)))
            if by == By::LastState && scene.goal.served == Served::Redeploy =>
        {
            begin(scene, live, By::Halt)
        }
        // A job can always end without its state; what is told is of the stop before.
        Err(Failure::Cause(Cause::ManualRestore(why)))
            if by == By::Halt && !scene.has_lasted(scene.goal.limits.stop) =>
        {
            Ok(Next::Wait(Waiting::Stopping(Some(why))))
        }
        Err(failure) => not_stopped(scene, by, failure),
    }
}

/// Somebody else has suspended the job.
pub(super) fn settle_others(scene: Scene<'_>, live: &Live<'_>) -> Need<Next> {
    match suspended(scene)? {
        Ok(path) => left(scene, By::LastState, path),
        Err(_) if live.remembered().is_none() => left(scene, By::Halt, None),
        Err(failure) => failed(Problem::Failed(failure)),
    }
}

/// The job is suspended, whatever it has left.
pub(super) fn is_over(scene: Scene<'_>) -> Need<()> {
    match suspended(scene)? {
        Ok(_) => Ok(()),
        Err(failure) => failed(Problem::Failed(failure)),
    }
}

fn suspended(scene: Scene<'_>) -> Need<Result<Option<String>, Failure>> {
    Ok(match scene.judged(Want::Suspended)? {
        Ok(Done::Suspended(path)) => Ok(path),
        Ok(
            Done::Running { .. } | Done::Finished | Done::Ready | Done::Snapshot(_) | Done::Gone,
        ) => Ok(None),
        Err(failure) => Err(failure),
    })
}

/// The operator does not stop the job: it goes on as it was. Where it was to end without its state,
/// it would go on without it.
fn not_stopped(scene: Scene<'_>, by: By, failure: Failure) -> Need<Next> {
    let is_others = matches!(failure, Failure::Cause(Cause::Superseded | Cause::Deleted));
    if is_others || matches!(by, By::Halt | By::Drop) {
        return failed(Problem::Failed(failure));
    }
    Ok(back::begin(scene, failure.to_string(), None))
}

/// What a stop has left is noted, before anything else is done.
fn left(scene: Scene<'_>, by: By, path: Option<String>) -> Need<Next> {
    let (left, age) = match (by, path) {
        (By::Drop, _) => (Origin::Nothing, None),
        (By::Halt, _) | (By::Savepoint | By::LastState, None) => scene.newest()?,
        (By::Savepoint | By::LastState, Some(path)) if path == BY_HIGH_AVAILABILITY => {
            (Origin::HighAvailability, age(scene, None)?)
        }
        (By::Savepoint | By::LastState, Some(path)) if path.contains("/chk-") => {
            let age = age(scene, Some(&path))?;
            (Origin::Path(path), age)
        }
        (By::Savepoint | By::LastState, Some(path)) => (Origin::Path(path), None),
    };
    let is_less = match &left {
        Origin::Path(path) => path.contains("/chk-"),
        Origin::HighAvailability => true,
        Origin::Nothing => false,
    };
    let is_refused = by == By::Savepoint && is_less && scene.goal.fallback() == Fallback::Refuse;
    if is_refused && scene.guards.stands(Guard::LessIsRefused) {
        let why = "no savepoint came about, and the operator took the newest checkpoint";
        return Ok(back::begin(scene, why.to_owned(), Some(left)));
    }
    Ok(scene.note(Phase::Stopped { left, age, given_up: None }))
}

/// How old the state at a path is, or the newest where there is none.
fn age(scene: Scene<'_>, path: Option<&str>) -> Need<Option<u64>> {
    Ok(match scene.own()? {
        OwnState::Newest { path: newest, age }
            if path.is_none_or(|path| body::is_same_path(path, newest)) =>
        {
            *age
        }
        OwnState::Newest { .. } | OwnState::None | OwnState::Unknown => None,
    })
}
