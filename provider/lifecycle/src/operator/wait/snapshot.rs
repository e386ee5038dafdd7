//! Whether a snapshot is there.

use super::{SILENCE, Scene};
use crate::operator::{Cause, Done, Resource, SnapshotState, Status, Verdict, Waiting};

pub(super) fn verdict(scene: &Scene<'_>, resource: &Resource) -> Verdict {
    // An invalid one keeps the status that it has, or none.
    if let Some(refused) = scene.told("ValidationError").last() {
        return Verdict::Failed(Cause::Snapshot(refused.message.clone()));
    }
    let Some(status) = &resource.status else {
        let is_unheeded = !resource.has_finalizer && scene.has_lasted(SILENCE);
        return if is_unheeded {
            Verdict::Failed(Cause::NoOperator)
        } else {
            Verdict::Wait(Waiting::TakenUp)
        };
    };
    match status.snapshot {
        SnapshotState::Completed => Verdict::Done(Done::Snapshot(status.path.clone())),
        SnapshotState::Abandoned => Verdict::Failed(Cause::Snapshot(why(scene, status))),
        SnapshotState::Failed if is_last(resource, status) => {
            Verdict::Failed(Cause::Snapshot(why(scene, status)))
        }
        SnapshotState::Failed => Verdict::Wait(Waiting::AnotherAttempt(why(scene, status))),
        SnapshotState::TriggerPending | SnapshotState::InProgress | SnapshotState::Unknown => {
            Verdict::Wait(Waiting::Snapshot)
        }
    }
}

fn is_last(resource: &Resource, status: &Status) -> bool {
    resource.backoff_limit.is_some_and(|limit| limit >= 0 && status.failures > limit)
}

fn why(scene: &Scene<'_>, status: &Status) -> String {
    let told = status.fault.as_ref().map(|fault| fault.told().to_owned());
    let warned = || scene.notices().last().map(|notice| notice.message.clone());
    told.or_else(warned).unwrap_or_else(|| "the operator gives no reason".to_owned())
}
