//! The way back: what was begun ends, and the former version goes on from what it had left.

use super::scene::{Live, Scene, failed, is_others};
use super::start::{can_start, is_from};
use super::{Need, Next, start, stop};
use crate::operator::Want;
use crate::operator::application::{
    body,
    goal::{Fallback, Served},
    guard::Guard,
    journal::{Back, By, Origin, Phase},
    observed::OwnState,
    report::Problem,
};

/// Notes a way back: `to` what, where the job was stopped.
pub(super) fn begin(scene: Scene<'_>, why: String, to: Option<Origin>) -> Next {
    let nonce = to.as_ref().and_then(|to| scene.nonce(to));
    // A job without a nonce starts from what the operator remembers, which a halt would make it forget.
    let halts =
        matches!(scene.phase(), Some(Phase::Starting(_))) && scene.goal.served == Served::Redeploy;
    let version = scene.goal.id().to_owned();
    scene.note(Phase::GoingBack(Back { version, why, to, nonce, halts }))
}

/// What this operation has given up is told once; the next one tries again.
pub(super) fn is_told(scene: Scene<'_>) -> Need<()> {
    if !scene.seen.has_noted {
        return Ok(());
    }
    match scene.phase() {
        Some(Phase::Running { given_up: Some(going), .. }) => {
            let from = going.to.as_ref().and_then(Origin::path).map(str::to_owned);
            failed(Problem::GivenUp { why: going.why.clone(), from })
        }
        Some(Phase::Stopped { left: Origin::Path(path), given_up: Some(going), age: _ }) => {
            failed(Problem::HasState { why: going.why.clone(), path: path.clone() })
        }
        Some(_) | None => Ok(()),
    }
}

/// Goes on with a way back.
pub(super) fn next(scene: Scene<'_>, live: &Live<'_>, going: &Back) -> Need<Next> {
    let body = former(scene, live, going);
    if live.is_suspended() {
        if going.to.is_some() {
            stop::is_over(scene)?;
            has_nothing_of_its_own(scene, going)?;
        }
        return scene.write(body);
    }
    if scene.is_written(live, &body)? {
        return settle(scene, going);
    }
    if going.halts {
        // The data of high availability would go with a halt.
        let is_kept = going.to == Some(Origin::HighAvailability);
        let by = if is_kept { By::LastState } else { By::Halt };
        return scene.write(body::suspended(live.json, by, Fallback::Checkpoint));
    }
    if let Some(to) = &going.to {
        can_start(scene, to)?;
    }
    scene.write(body)
}

/// What is to run again: the recorded version where another was started, else what is there.
fn former(scene: Scene<'_>, live: &Live<'_>, going: &Back) -> serde_json::Value {
    let Some(to) = &going.to else { return body::resumed(live.json) };
    match &scene.goal.recorded {
        Some(version) => start::body(scene, version, (to, going.nonce)),
        None => {
            body::started(&body::resumed(live.json), (to, going.nonce), (scene.goal.served, true))
        }
    }
}

/// The new version may have come to a state between the look and its end.
fn has_nothing_of_its_own(scene: Scene<'_>, going: &Back) -> Need<()> {
    if !going.halts || !scene.guards.stands(Guard::OwnStateIsAskedAgain) {
        return Ok(());
    }
    match scene.own()? {
        OwnState::None => Ok(()),
        OwnState::Newest { path, age } => Err(Box::new(scene.note(Phase::Stopped {
            left: Origin::Path(path.clone()),
            age: *age,
            given_up: Some(going.clone()),
        }))),
        OwnState::Unknown => {
            failed(Problem::StateUnknown { known: going.to.clone().unwrap_or(Origin::Nothing) })
        }
    }
}

fn settle(scene: Scene<'_>, going: &Back) -> Need<Next> {
    match scene.judged(Want::Running)? {
        Ok(done) => {
            if let Some(to) = &going.to {
                is_from(scene, &done, to)?;
            }
            let from = going.to.clone().unwrap_or_else(|| scene.started_from());
            let given_up = Some(going.clone());
            Ok(scene.note(Phase::Running { from, age: None, given_up }))
        }
        Err(failure) if is_others(&failure) && going.to.is_none() => {
            failed(Problem::Failed(failure))
        }
        Err(again) => {
            let from = going.to.as_ref().and_then(Origin::path).map(str::to_owned);
            failed(Problem::NotBack { why: going.why.clone(), again, from })
        }
    }
}
