//! Once the operator has a write's spec in hand.

use std::time::Duration;

use flink::response::jobs::JobStatus;

use super::{Asks, Scene, Want, taken_up::by_hand, trouble};
use crate::operator::{
    Cause, Done, JobManagerState, Lifecycle, Mode, Phase, Resource, Restored, Status, Verdict,
    Waiting, seen::Notice,
};

/// How often the same start must fail: the operator tries again by itself, and shows each attempt as
/// a failure in between.
const STARTS: usize = 3;
/// How often a job may restart on its way up.
const RESTARTS: usize = 5;
/// How long a job that has restarted once must run to count as one that does, and one that has done
/// so again: each of its attempts is summed up as a success for a moment.
const SETTLED: (Duration, Duration) = (Duration::from_secs(4), Duration::from_secs(10));
/// How long a JobManager's pod may be newer than what the operator says: its requests to one that is
/// gone take 10 s, and where nothing has changed afterwards it says nothing.
const BEHIND: Duration = Duration::from_mins(1);
/// How long a session job's end must stand: one sample may be the attempt before.
const STANDS: Duration = Duration::from_secs(3);
/// How long a version that was brought back may take to run.
const BROUGHT_BACK: Duration = Duration::from_mins(2);
/// What stands for a path where the data of high availability tells it.
const BY_HIGH_AVAILABILITY: &str = "KUBERNETES_OPERATOR_LAST_STATE";

pub(super) fn verdict(scene: &Scene<'_>, (resource, status): (&Resource, &Status)) -> Verdict {
    if let Some(why) = status.fault.as_ref().and_then(by_hand) {
        return Verdict::Failed(Cause::ManualRestore(why));
    }
    match status.phase {
        Phase::RollingBack => Verdict::Wait(Waiting::RollBack),
        Phase::RolledBack => rolled_back(scene, status),
        Phase::Upgrading | Phase::Unknown => deploying(scene, status),
        Phase::Deployed => match scene.goal.want {
            Want::Ready => cluster(scene, status),
            Want::Suspended => suspended(status),
            Want::Running | Want::Snapshot | Want::Gone => job(scene, (resource, status)),
        },
    }
}

/// The former version counts as back when it runs: the operator says so before.
fn rolled_back(scene: &Scene<'_>, status: &Status) -> Verdict {
    let is_back = status.job_manager == JobManagerState::Ready
        && (status.job_state == Some(JobStatus::Running) || scene.goal.want == Want::Ready);
    let lasts = || scene.has_stood(BROUGHT_BACK, |status| status.phase == Phase::RolledBack);
    if !is_back && !lasts() {
        return Verdict::Wait(Waiting::RollBack);
    }
    let why = scene.statuses().filter_map(|(_, status)| status.fault.as_ref()).next_back();
    let why = why.map_or("the operator gives no reason", |fault| fault.told());
    Verdict::Failed(Cause::RolledBack(why.to_owned()))
}

fn deploying(scene: &Scene<'_>, status: &Status) -> Verdict {
    if let Some(cause) = failing_start(scene) {
        return Verdict::Failed(cause);
    }
    match &status.fault {
        Some(fault) => Verdict::Wait(Waiting::AnotherAttempt(fault.told().to_owned())),
        None => Verdict::Wait(Waiting::Deploying),
    }
}

/// The same failure again and again, and no start between that came to a running job.
fn failing_start(scene: &Scene<'_>) -> Option<Cause> {
    let taken_up = scene.taken_up()?;
    let ran =
        |(at, status): (_, &Status)| at >= taken_up && status.job_state == Some(JobStatus::Running);
    if scene.statuses().any(ran) {
        return None;
    }
    let failed: Vec<_> = scene.told("Error").filter(|notice| notice.at >= taken_up).collect();
    let last = failed.last()?;
    let same = failed.iter().filter(|notice| notice.message == last.message).count();
    (same >= STARTS).then(|| {
        let mut faults = scene.statuses().filter_map(|(_, status)| status.fault.as_ref());
        let told = faults.next_back().map(|fault| fault.told().to_owned());
        Cause::Start(told.unwrap_or_else(|| last.message.clone()))
    })
}

fn cluster(scene: &Scene<'_>, status: &Status) -> Verdict {
    if status.job_manager == JobManagerState::Ready && status.lifecycle == Lifecycle::Stable {
        return Verdict::Done(Done::Ready);
    }
    match trouble::lasting(scene, status) {
        Some(cause) => Verdict::Failed(cause),
        None => Verdict::Wait(Waiting::JobManager),
    }
}

fn suspended(status: &Status) -> Verdict {
    if status.lifecycle == Lifecycle::Suspended {
        Verdict::Done(Done::Suspended(status.upgrade_path.clone()))
    } else {
        Verdict::Wait(Waiting::Stopping(status.fault.as_ref().map(|it| it.told().to_owned())))
    }
}

fn job(scene: &Scene<'_>, (resource, status): (&Resource, &Status)) -> Verdict {
    if status.recorded.is_some_and(|recorded| recorded.suspended) {
        return Verdict::Wait(Waiting::Deploying);
    }
    match status.job_state {
        Some(JobStatus::Running) if runs(resource, status) => running(scene, (resource, status)),
        Some(JobStatus::Finished) if status.lifecycle == Lifecycle::Stable => {
            Verdict::Done(Done::Finished)
        }
        Some(JobStatus::Failed) if has_ended(scene, (resource, status)) => {
            let why = status.fault.as_ref().map(|fault| fault.told().to_owned());
            Verdict::Failed(Cause::JobFailed(why.unwrap_or_default()))
        }
        Some(JobStatus::Canceled) if has_ended(scene, (resource, status)) => {
            Verdict::Failed(Cause::Canceled)
        }
        Some(_) | None => coming_up(scene, (resource, status)),
    }
}

/// The summary says that it was seen to run, the JobManager answers, and the condition, which comes
/// last, does not say otherwise.
fn runs(resource: &Resource, status: &Status) -> bool {
    let answers = resource.cluster.is_some() || status.job_manager == JobManagerState::Ready;
    status.lifecycle == Lifecycle::Stable && answers && status.is_running != Some(false)
}

/// A job's end is final where the job has a cluster of its own; on a session cluster it has to stand.
fn has_ended(scene: &Scene<'_>, (resource, status): (&Resource, &Status)) -> bool {
    let state = status.job_state;
    resource.cluster.is_none() || scene.has_stood(STANDS, |status| status.job_state == state)
}

fn running(scene: &Scene<'_>, (resource, status): (&Resource, &Status)) -> Verdict {
    if is_behind(scene) {
        return Verdict::Wait(Waiting::JobManager);
    }
    let restarts = Restarts::of(scene);
    if let Some(cause) = restarts.too_many() {
        return Verdict::Failed(cause);
    }
    if !restarts.have_settled(scene.now) {
        return Verdict::Wait(Waiting::Job);
    }
    let restored = restored(scene, status);
    let restored = match scene.goal.asks {
        Asks::Nobody => restored,
        Asks::Flink => match proven(scene, status, restored) {
            Ok(restored) => restored,
            Err(verdict) => return verdict,
        },
    };
    let is_less = match &restored {
        Restored::Untouched | Restored::Savepoint(_) | Restored::Nothing => false,
        Restored::Checkpoint(_) | Restored::HighAvailability => true,
    };
    let was_asked = resource.job.is_some_and(|job| job.mode == Mode::Savepoint);
    let fell_back = is_less && was_asked && scene.told("RecoverDeployment").next().is_none();
    Verdict::Done(Done::Running { restored, fell_back })
}

fn coming_up(scene: &Scene<'_>, (resource, status): (&Resource, &Status)) -> Verdict {
    let trouble = trouble::lasting(scene, status)
        .or_else(|| Restarts::of(scene).too_many())
        .or_else(|| lost(scene, (resource, status)))
        .or_else(|| failing_start(scene));
    match trouble {
        Some(cause) => Verdict::Failed(cause),
        None if resource.cluster.is_none() && status.job_manager != JobManagerState::Ready => {
            Verdict::Wait(Waiting::JobManager)
        }
        None => Verdict::Wait(Waiting::Job),
    }
}

/// What is said of a JobManager that was lost since is still said of it.
fn is_behind(scene: &Scene<'_>) -> bool {
    let said = scene.seen.samples.last().map_or(Duration::ZERO, |sample| sample.at);
    let newest = scene.seen.unready_job_manager();
    newest.is_some_and(|since| since > said && scene.now.saturating_sub(since) < BEHIND)
}

/// How often the job has failed since the operator has the spec in hand.
struct Restarts {
    count: usize,
    last: Duration,
    why: Option<String>,
}

impl Restarts {
    /// By events, and by the state where there are none.
    fn of(scene: &Scene<'_>) -> Self {
        let from = scene.taken_up().unwrap_or(Duration::MAX);
        let told: Vec<&Notice> =
            scene.told("JobException").filter(|notice| notice.at >= from).collect();
        let shown = scene.statuses().filter(|(at, _)| *at >= from);
        let states: Vec<_> = shown.map(|(at, status)| (at, status.job_state)).collect();
        let begun = states.windows(2).filter(|pair| {
            pair[0].1 != Some(JobStatus::Restarting) && pair[1].1 == Some(JobStatus::Restarting)
        });
        let begun: Vec<Duration> = begun.map(|pair| pair[1].0).collect();
        let last = told.last().map(|notice| notice.at).max(begun.last().copied());
        Self {
            count: told.len().max(begun.len()),
            last: last.unwrap_or_default(),
            why: told.last().map(|notice| notice.message.clone()),
        }
    }

    fn too_many(&self) -> Option<Cause> {
        let why = || self.why.clone().unwrap_or_else(|| "the operator gives no reason".to_owned());
        (self.count >= RESTARTS).then(|| Cause::Restarts(why()))
    }

    fn have_settled(&self, now: Duration) -> bool {
        let needed = match self.count {
            0 => return true,
            1 => SETTLED.0,
            _ => SETTLED.1,
        };
        now.saturating_sub(self.last) >= needed
    }
}

/// A session cluster that came up anew does not know the job, and nobody submits it again.
fn lost(scene: &Scene<'_>, (resource, status): (&Resource, &Status)) -> Option<Cause> {
    let is_missed = status.fault.as_ref().is_some_and(|fault| fault.message == "Job Not Found");
    let is_lost = resource.cluster.is_some() && is_missed;
    (is_lost && scene.told("Missing").count() >= STARTS).then_some(Cause::JobLost)
}

/// What Flink says that the job went on from, once all of its tasks run.
fn proven(scene: &Scene<'_>, status: &Status, told: Restored) -> Result<Restored, Verdict> {
    let is_running = |status: &Status| status.job_state == Some(JobStatus::Running);
    let running = scene.statuses().rev().take_while(|(_, status)| is_running(status)).last();
    let since = running.map_or(scene.goal.since, |(at, _)| at);
    let newest = scene.seen.proof.as_ref();
    let proof =
        newest.filter(|(at, proof)| *at >= since && Some(&proof.job) == status.job.as_ref());
    let Some((_, proof)) = proof.filter(|(_, proof)| proof.all_tasks_run) else {
        return Err(Verdict::Wait(Waiting::Tasks));
    };
    match (&proof.restored, told) {
        (None, Restored::Savepoint(path) | Restored::Checkpoint(path)) => {
            Err(Verdict::Failed(Cause::StartedEmpty(path)))
        }
        // Untouched, it may have been restored at any time before.
        (_, told @ Restored::Untouched) | (None, told) => Ok(told),
        (Some(path), _) if path.contains("/chk-") => Ok(Restored::Checkpoint(path.clone())),
        (Some(path), _) => Ok(Restored::Savepoint(path.clone())),
    }
}

/// The path tells what a job went on from: the recorded mode may be another.
fn restored(scene: &Scene<'_>, status: &Status) -> Restored {
    let was_taken_down = |(_, status): (_, &Status)| {
        status.phase == Phase::Upgrading || status.job_manager == JobManagerState::Missing
    };
    let before = scene.before().and_then(|resource| resource.status.as_ref());
    let is_the_same = before.is_some_and(|before| before.job == status.job);
    if is_the_same && !scene.statuses().any(was_taken_down) {
        return Restored::Untouched;
    }
    // The recorded mode is that of the start before.
    if is_the_same && scene.told("RecoverDeployment").next().is_some() {
        return Restored::HighAvailability;
    }
    let mode = status.recorded.map(|recorded| recorded.mode).unwrap_or_default();
    match (mode, status.upgrade_path.as_deref()) {
        (Mode::Stateless | Mode::Unknown, _) | (Mode::Savepoint, None) => Restored::Nothing,
        (Mode::LastState, None)
        | (Mode::Savepoint | Mode::LastState, Some(BY_HIGH_AVAILABILITY)) => {
            Restored::HighAvailability
        }
        (Mode::Savepoint | Mode::LastState, Some(path)) if path.contains("/chk-") => {
            Restored::Checkpoint(path.to_owned())
        }
        (Mode::Savepoint | Mode::LastState, Some(path)) => Restored::Savepoint(path.to_owned()),
    }
}
