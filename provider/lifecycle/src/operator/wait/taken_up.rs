//! Before the operator has taken a write up: what it shows still concerns the former spec.

use std::time::Duration;

use super::{SILENCE, Scene, Want};
use crate::operator::{Cause, Done, Fault, JobManagerState, Resource, Status, Verdict, Waiting};

/// How often the same refusal must come that was there before the write: it is written once more
/// before the new spec is looked at.
const AGAIN: usize = 3;
/// How many savepoints may fail: after the first the operator may fall back by itself.
const SAVEPOINTS: usize = 3;
/// How long a JobManager of the former spec may be in trouble before it is one that stays so.
const TROUBLE: Duration = Duration::from_mins(1);

/// While there is no status at all.
pub(super) fn without_status(scene: &Scene<'_>, resource: &Resource) -> Verdict {
    if let Some(refused) = unsupported(scene, resource) {
        return Verdict::Failed(refused);
    }
    if scene.goal.want == Want::Suspended && resource.has_finalizer {
        return Verdict::Done(Done::Suspended(None));
    }
    let is_unheeded = !resource.has_finalizer || scene.is_silent();
    if is_unheeded && scene.has_lasted(SILENCE) {
        return Verdict::Failed(Cause::NoOperator);
    }
    Verdict::Wait(Waiting::TakenUp)
}

/// While the status is the former spec's.
pub(super) fn verdict(scene: &Scene<'_>, (resource, status): (&Resource, &Status)) -> Verdict {
    if let Some(refused) = unsupported(scene, resource) {
        return Verdict::Failed(refused);
    }
    if let Some(cause) = status.fault.as_ref().and_then(|fault| refused(scene, fault)) {
        return Verdict::Failed(cause);
    }
    let failed: Vec<_> = scene.told("SavepointError").collect();
    let trouble = failed.last().map(|notice| notice.message.clone());
    if let (true, Some(why)) = (failed.len() >= SAVEPOINTS, &trouble) {
        return Verdict::Failed(Cause::NoSavepoint(why.clone()));
    }
    if scene.has_stood(TROUBLE, |status| status.job_manager == JobManagerState::Error) {
        let why = status.fault.as_ref().map(|fault| fault.told().to_owned());
        return Verdict::Failed(Cause::JobManager(why.unwrap_or_default()));
    }
    if scene.has_lasted(SILENCE) && scene.is_silent() {
        return Verdict::Failed(Cause::NoOperator);
    }
    Verdict::Wait(Waiting::Stopping(trouble))
}

/// A refusal that the write has met, and not one that stayed behind.
fn refused(scene: &Scene<'_>, fault: &Fault) -> Option<Cause> {
    if let Some(why) = by_hand(fault) {
        return Some(Cause::ManualRestore(why));
    }
    if fault.class != "ValidationException" {
        return None;
    }
    let former = scene.before().and_then(|resource| resource.status.as_ref()?.fault.as_ref());
    let again = scene.told("ValidationError").filter(|notice| notice.message == fault.message);
    let is_the_writes = former != Some(fault) || again.count() >= AGAIN;
    is_the_writes.then(|| Cause::Invalid(fault.message.clone()))
}

/// The operator has given up on the job's state.
pub(super) fn by_hand(fault: &Fault) -> Option<String> {
    let is_given_up = fault.reason.as_deref() == Some("CheckpointNotFound")
        || [fault.message.as_str(), fault.told()]
            .iter()
            .any(|text| text.contains("Manual restore required"));
    is_given_up.then(|| fault.message.clone())
}

/// Of a session job whose cluster is not there, the operator says that its version is not supported.
fn unsupported(scene: &Scene<'_>, resource: &Resource) -> Option<Cause> {
    let told = scene.told("UnsupportedFlinkVersion").last()?;
    Some(match &resource.cluster {
        Some(cluster) if told.message.contains("version null") => Cause::NoCluster(cluster.clone()),
        Some(_) | None => Cause::UnsupportedVersion(told.message.clone()),
    })
}
