//! An application that should not be.

use super::scene::{Scene, failed};
use super::{Need, Next, Step, suspend};
use crate::operator::application::{
    goal::OnDelete,
    guard::Guard,
    journal::{Origin, Phase},
    report::{Failure, Problem, Record, State},
};
use crate::operator::{Cause, Waiting, Want};

pub(super) fn next(scene: Scene<'_>, how: OnDelete) -> Need<Next> {
    let Some(live) = scene.live() else { return Ok(after(scene, how)) };
    if how == OnDelete::Keep {
        return Ok(done(State::Kept, None));
    }
    if live.resource.is_being_deleted {
        return gone(scene);
    }
    if let OnDelete::Savepoint(_) = how
        && scene.guards.stands(Guard::StopBeforeDelete)
        && suspend::stopped(scene, &live)? == Origin::HighAvailability
    {
        // The data of high availability goes with the resource.
        let (left, age) = scene.newest()?;
        return Ok(scene.note(Phase::Stopped { left, age, given_up: None }));
    }
    Ok(Next::Do(Step::Delete(live.resource.uid)))
}

/// It is deleted, and its finalizer holds it until the operator has taken everything away.
pub(super) fn gone(scene: Scene<'_>) -> Need<Next> {
    match scene.judged(Want::Gone)? {
        Ok(_) => Ok(Next::Wait(Waiting::Deletion(None))),
        Err(Failure::Cause(Cause::Held) | Failure::TimedOut(Waiting::Deletion(None))) => {
            failed(Problem::Held)
        }
        Err(failure) => failed(Problem::Failed(failure)),
    }
}

/// It is gone. What it has left stays in the journal, for who starts it again.
fn after(scene: Scene<'_>, how: OnDelete) -> Next {
    let left = match scene.phase() {
        Some(Phase::Stopped { left, .. }) => left.path().map(str::to_owned),
        Some(_) | None => None,
    };
    let is_kept = match how {
        OnDelete::Savepoint(_) => scene.guards.stands(Guard::PathOutlivesDelete),
        OnDelete::Keep => true,
        OnDelete::Cancel => false,
    };
    match &scene.seen.journal {
        Some(noted) if !is_kept => Next::Do(Step::Erase(noted.version.clone())),
        Some(_) | None => done(State::Gone, left),
    }
}

fn done(state: State, path: Option<String>) -> Next {
    Next::Done(Box::new(Record { state, restored_from: None, path, remarks: Vec::new() }))
}
