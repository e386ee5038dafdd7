//! A job that should run.

use manifests::operator::Effect;

use super::scene::{Live, Scene, failed, is_others};
use super::{Need, Next, back, remove, start, stop};
use crate::operator::application::{
    body,
    goal::{Fallback, Run, TakeOver},
    guard::Guard,
    journal::{By, Origin, Phase},
    report::{Failure, Problem, Record, Remark, State},
};
use crate::operator::{Cause, Done, Want};

pub(super) fn next(scene: Scene<'_>, run: &Run) -> Need<Next> {
    let Some(live) = scene.live() else { return start::create(scene, run) };
    if live.resource.is_being_deleted {
        return remove::gone(scene);
    }
    let is_ours = scene.goal.recorded.is_some() || scene.phase().is_some();
    if !is_ours && scene.guards.stands(Guard::OursAlone) {
        return failed(Problem::Exists);
    }
    if live.is_suspended() { suspended(scene, run, &live) } else { running(scene, run, &live) }
}

/// The spec says that the job should not run: somewhere between a stop and a start.
fn suspended(scene: Scene<'_>, run: &Run, live: &Live<'_>) -> Need<Next> {
    match scene.phase() {
        Some(Phase::GoingBack(going)) if going.version == run.version.id => {
            back::next(scene, live, going)
        }
        Some(Phase::GoingBack(going)) => {
            stop::is_over(scene)?;
            match &going.to {
                Some(to) if !going.halts => start::after(scene, run, (to, None)),
                Some(_) | None => {
                    let (left, age) = scene.newest()?;
                    start::after(scene, run, (&left, age))
                }
            }
        }
        Some(Phase::Starting(starting)) if starting.version == run.version.id => {
            start::write(scene, &run.version, starting)
        }
        Some(Phase::Starting(starting)) => start::after(scene, run, (&starting.left, starting.age)),
        Some(Phase::Stopped { left, age, given_up: _ }) => start::after(scene, run, (left, *age)),
        Some(Phase::Stopping { by, from: _ }) => stop::settle(scene, live, *by),
        Some(Phase::Running { .. }) | None => stop::settle_others(scene, live),
    }
}

/// The spec says that the job should run.
fn running(scene: Scene<'_>, run: &Run, live: &Live<'_>) -> Need<Next> {
    match scene.phase() {
        Some(Phase::GoingBack(going)) if going.version == run.version.id => {
            return back::next(scene, live, going);
        }
        Some(Phase::Starting(starting)) if starting.version == run.version.id => {
            if start::is_written(scene, live, &run.version, starting)? {
                return start::settle(scene, run, live, starting);
            }
        }
        Some(_) | None => {}
    }
    let body = body::in_place(&run.version.body, live.json);
    let would = scene.tried(&body)?;
    let change = body::change(live.json, would);
    match change.effect(&would["spec"], body::strategy(&would["spec"])) {
        Effect::Refused => {
            let fields = change.causes.iter().map(|cause| cause.path.join("."));
            failed(Problem::Immutable(fields.collect::<Vec<_>>().join(", ")))
        }
        Effect::Restart | Effect::Reset if scene.guards.stands(Guard::StoppedFirst) => {
            replace(scene, run, live)
        }
        Effect::Restart | Effect::Reset => scene.write(body),
        Effect::Nothing | Effect::InPlace if is_elsewhere(scene, run) => replace(scene, run, live),
        Effect::Nothing | Effect::InPlace if !scene.is_written(live, &body)? => scene.write(body),
        Effect::Nothing | Effect::InPlace => keep(scene, run, live),
    }
}

/// Whether the job is to start from a path that it was not started from.
fn is_elsewhere(scene: Scene<'_>, run: &Run) -> bool {
    let TakeOver::From(path) = &run.take else { return false };
    scene.started_from().path().is_none_or(|from| !body::is_same_path(from, path))
}

/// Stops the job in the way that its state allows.
fn replace(scene: Scene<'_>, run: &Run, live: &Live<'_>) -> Need<Next> {
    if let Some(Phase::Stopping { by, from: _ }) = scene.phase() {
        return stop::begin(scene, live, *by);
    }
    let by = match scene.judged(Want::Running)? {
        // What has come to its end runs anew.
        Ok(Done::Finished) => By::Drop,
        Ok(_) => match run.take {
            TakeOver::Savepoint => By::Savepoint,
            TakeOver::LastState | TakeOver::From(_) => By::LastState,
            TakeOver::Stateless => By::Drop,
        },
        Err(failure) if is_others(&failure) => return failed(Problem::Failed(failure)),
        Err(_) if run.take == TakeOver::Stateless => By::Drop,
        // A job that lives and cannot be stopped with a savepoint has done more than its checkpoint.
        Err(failure) if run.fallback == Fallback::Refuse && may_live(&failure) => {
            return failed(Problem::Failed(failure));
        }
        Err(_) => By::LastState,
    };
    stop::begin(scene, live, by)
}

fn may_live(failure: &Failure) -> bool {
    matches!(failure, Failure::TimedOut(_) | Failure::Cause(Cause::Restarts(_)))
}

/// Nothing is to be changed: a job that has ended is brought back, what else is wrong is told.
fn keep(scene: Scene<'_>, run: &Run, live: &Live<'_>) -> Need<Next> {
    match scene.judged(Want::Running)? {
        Ok(done) => Ok(Next::Done(Box::new(record(scene, run, &done)))),
        Err(failure) if has_ended(&failure) => stop::begin(scene, live, By::LastState),
        Err(failure) => failed(Problem::Failed(failure)),
    }
}

/// Whether the job has ended, and nobody brings it back.
pub(super) fn has_ended(failure: &Failure) -> bool {
    let Failure::Cause(cause) = failure else { return false };
    matches!(
        cause,
        Cause::JobFailed(_) | Cause::Canceled | Cause::ManualRestore(_) | Cause::JobLost
    )
}

fn record(scene: Scene<'_>, run: &Run, done: &Done) -> Record {
    let state = if *done == Done::Finished { State::Finished } else { State::Running };
    let from = scene.started_from();
    Record {
        state,
        restored_from: from.path().map(str::to_owned),
        path: None,
        remarks: remarks(scene, run, from),
    }
}

/// A checkpoint that this operation took where a savepoint was asked for.
fn remarks(scene: Scene<'_>, run: &Run, from: Origin) -> Vec<Remark> {
    let is_less = match &from {
        Origin::Path(path) => path.contains("/chk-"),
        Origin::HighAvailability => true,
        Origin::Nothing => false,
    };
    let Some(Phase::Running { age, .. }) = scene.phase() else { return Vec::new() };
    if is_less && scene.seen.has_noted && run.take == TakeOver::Savepoint {
        vec![Remark::NoSavepoint { from, age: *age }]
    } else {
        Vec::new()
    }
}
