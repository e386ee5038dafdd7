//! Whether a resource is gone.

use std::time::Duration;

use super::{SILENCE, Scene};
use crate::operator::{Cause, Done, Verdict, Waiting};

/// How long something may stand in the way that somebody may be about to delete.
const BLOCKED: Duration = Duration::from_mins(1);

pub(super) fn verdict(scene: &Scene<'_>) -> Verdict {
    let Some(resource) = scene.seen.now() else {
        return Verdict::Done(Done::Gone);
    };
    let mut blocked = scene.told("CleanupFailed");
    if let Some(first) = blocked.next() {
        let told = blocked.last().unwrap_or(first).message.clone();
        return if scene.now.saturating_sub(first.at) >= BLOCKED {
            Verdict::Failed(Cause::Blocked(told))
        } else {
            Verdict::Wait(Waiting::Deletion(Some(told)))
        };
    }
    let is_held = resource.is_being_deleted && resource.has_finalizer;
    if is_held && scene.has_lasted(SILENCE) && scene.is_silent() {
        return Verdict::Failed(Cause::Held);
    }
    Verdict::Wait(Waiting::Deletion(None))
}
