//! Why pods do not come up, by what is told of them and of their containers.

use std::time::Duration;

use super::Scene;
use crate::operator::{Cause, Fault, JobManagerState, Status, seen::Notice};

/// One failed pull may be the registry's; with the second the kubelet backs off.
const PULLS: usize = 2;
/// The first back-off comes after two ends of a process, the second tells that it is not over.
const BACK_OFFS: usize = 2;
/// How long the operator may call a JobManager broken that mends itself: in native mode the kubelet
/// looks for a ConfigMap that is written after the pod.
const MOUNT: Duration = Duration::from_secs(90);
const ANY: Duration = Duration::from_mins(1);

/// A trouble that waiting does not mend.
pub(super) fn lasting(scene: &Scene<'_>, status: &Status) -> Option<Cause> {
    image(scene).or_else(|| crash(scene)).or_else(|| error(scene, status))
}

/// What is told of pods that were made for the write.
fn pods<'a>(scene: &Scene<'a>) -> impl Iterator<Item = (&'a str, &'a Notice)> {
    let (seen, since) = (scene.seen, scene.goal.since);
    seen.notices.iter().filter_map(move |notice| {
        let pod = notice.pod.as_deref()?;
        (seen.pods.get(pod)?.since >= since).then_some((pod, notice))
    })
}

fn image(scene: &Scene<'_>) -> Option<Cause> {
    let is_pull = |notice: &Notice| {
        let failed = ["Failed to pull image", "Failed to apply default image tag"];
        notice.reason == "InspectFailed"
            || notice.reason == "ErrImageNeverPull"
            || notice.reason == "Failed" && failed.iter().any(|how| notice.message.starts_with(how))
    };
    let failed: Vec<_> = pods(scene).filter(|(_, notice)| is_pull(notice)).collect();
    let (_, last) = failed.last()?;
    (failed.len() >= PULLS).then(|| Cause::Image(last.message.clone()))
}

fn crash(scene: &Scene<'_>) -> Option<Cause> {
    let is_back_off = |notice: &Notice| {
        notice.reason == "BackOff" && notice.message.contains("restarting failed container")
    };
    let failed: Vec<_> = pods(scene).filter(|(_, notice)| is_back_off(notice)).collect();
    if let (true, Some((pod, _))) = (failed.len() >= BACK_OFFS, failed.last()) {
        let exit = scene.seen.pods.get(*pod).and_then(|pod| pod.exit.clone());
        let exit = exit.map_or_else(String::new, |exit| format!(" ({exit})"));
        return Some(Cause::Crash(format!("pod {pod}{exit}; its log says why")));
    }
    let told: Vec<_> = scene.told("CrashLoopBackOff").collect();
    let last = told.last()?;
    (told.len() >= BACK_OFFS).then(|| Cause::Crash(last.message.clone()))
}

/// What the operator calls an error, when it stands.
fn error(scene: &Scene<'_>, status: &Status) -> Option<Cause> {
    let fault = status.fault.clone().unwrap_or_default();
    let Fault { reason, .. } = &fault;
    let grace = if reason.as_deref() == Some("FailedMount") { MOUNT } else { ANY };
    let of = Some(scene.goal.generation);
    let stands = scene.has_stood(grace, |status| {
        status.observed == of && status.job_manager == JobManagerState::Error
    });
    stands.then(|| Cause::JobManager(fault.told().to_owned()))
}
