//! A job that should be suspended, with its state.

use super::scene::{Live, Scene, failed, is_others};
use super::{Need, Next, back, remove, stop};
use crate::operator::application::{
    goal::Fallback,
    journal::{By, Origin, Phase},
    report::{Failure, Problem, Record, State},
};
use crate::operator::{Cause, Done, Want};

pub(super) fn next(scene: Scene<'_>) -> Need<Next> {
    let Some(live) = scene.live() else { return failed(Problem::Missing) };
    if live.resource.is_being_deleted {
        return remove::gone(scene);
    }
    let left = stopped(scene, &live)?;
    Ok(Next::Done(Box::new(Record {
        state: State::Suspended,
        restored_from: None,
        path: left.path().map(str::to_owned),
        remarks: Vec::new(),
    })))
}

/// What the job has left, once it is stopped and that is noted.
pub(super) fn stopped(scene: Scene<'_>, live: &Live<'_>) -> Need<Origin> {
    let is_suspended = live.is_suspended();
    Err(Box::new(match scene.phase() {
        Some(Phase::GoingBack(going)) if going.version == scene.goal.id() => {
            back::next(scene, live, going)?
        }
        Some(Phase::Stopped { left, .. }) if is_suspended => return Ok(left.clone()),
        // It is stopped, and its start was not written.
        Some(Phase::Starting(starting)) if is_suspended => {
            let (left, age) = (starting.left.clone(), starting.age);
            scene.note(Phase::Stopped { left, age, given_up: None })
        }
        Some(Phase::Stopping { by, from: _ }) if is_suspended => stop::settle(scene, live, *by)?,
        Some(Phase::GoingBack(going)) if is_suspended => {
            stop::is_over(scene)?;
            let (left, age) = match &going.to {
                Some(to) if !going.halts => (to.clone(), None),
                Some(_) | None => scene.newest()?,
            };
            scene.note(Phase::Stopped { left, age, given_up: None })
        }
        Some(Phase::Running { .. }) | None if is_suspended => stop::settle_others(scene, live)?,
        Some(Phase::Stopping { by, from: _ }) => stop::begin(scene, live, *by)?,
        Some(_) | None => stop::begin(scene, live, by(scene)?)?,
    }))
}

/// A job that runs leaves a savepoint; one that has ended has left what it has.
fn by(scene: Scene<'_>) -> Need<By> {
    match scene.judged(Want::Running)? {
        Ok(Done::Finished) => Ok(By::Drop),
        Ok(_) => Ok(By::Savepoint),
        Err(failure) if is_others(&failure) => failed(Problem::Failed(failure)),
        Err(failure) if scene.goal.fallback() == Fallback::Refuse && may_live(&failure) => {
            failed(Problem::Failed(failure))
        }
        Err(_) => Ok(By::LastState),
    }
}

fn may_live(failure: &Failure) -> bool {
    matches!(failure, Failure::TimedOut(_) | Failure::Cause(Cause::Restarts(_)))
}
