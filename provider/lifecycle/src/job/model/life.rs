//! What happens in the model by itself while time goes on.

use std::time::Duration;

use flink::{JobId, TriggerId};

use super::{CHECKPOINTS, Fault, Flink, Job, Operation, StopFault, Stored};
use crate::job::observed::{JobState, TriggerFailure, TriggerState};

const TICK: Duration = Duration::from_millis(10);
const INITIALIZING: Duration = Duration::from_millis(100);
const COMING_UP: Duration = Duration::from_millis(300);
/// From one failure of a job that restarts for ever to the next, and how long it runs.
const RESTARTS: (Duration, Duration) = (Duration::from_secs(2), Duration::from_millis(900));
/// How long a finished operation is remembered (§3 a).
const REMEMBERED: Duration = Duration::from_mins(5);

impl Job {
    pub(crate) fn is_up(&self, now: Duration) -> bool {
        let age = now.saturating_sub(self.started);
        let is_held_back = match self.fault {
            Fault::NoSlots => true,
            Fault::Restarts => self.phase(now) < COMING_UP || self.is_between_restarts(now),
            Fault::None
            | Fault::MainThrows
            | Fault::DoesNotFit
            | Fault::FailsAtOnce
            | Fault::FailsLater => false,
        };
        self.state == JobState::Running && age >= COMING_UP && !is_held_back
    }

    pub(crate) fn is_between_restarts(&self, now: Duration) -> bool {
        self.phase(now) >= RESTARTS.1
    }

    pub(crate) fn restarts(&self, now: Duration) -> u32 {
        let age = now.saturating_sub(self.started) + RESTARTS.0.saturating_sub(RESTARTS.1);
        u32::try_from(age.as_millis() / RESTARTS.0.as_millis()).expect("a test is short")
    }

    fn phase(&self, now: Duration) -> Duration {
        let age = now.saturating_sub(self.started).as_millis() % RESTARTS.0.as_millis();
        Duration::from_millis(u64::try_from(age).expect("a test is short"))
    }
}

impl Flink {
    pub(crate) fn advance(&mut self) {
        let until = self.began.elapsed();
        while self.now + TICK <= until {
            self.now += TICK;
            self.tick();
        }
    }

    /// Whether nothing can happen by itself.
    fn is_still(&self) -> bool {
        let is_over = |job: &Job| job.state.has_ended();
        self.submitting.is_empty() && self.operations.is_empty() && self.jobs.values().all(is_over)
    }

    fn tick(&mut self) {
        if self.is_still() {
            return;
        }
        self.submit_due();
        let ids: Vec<JobId> = self.alive().iter().map(|job| job.id.clone()).collect();
        for id in &ids {
            self.live(id);
        }
        self.operate();
    }

    fn submit_due(&mut self) {
        let now = self.now;
        let due: Vec<_> = self.submitting.extract_if(.., |one| one.at <= now).collect();
        for submission in due {
            self.perform(&submission.step);
        }
    }

    fn live(&mut self, id: &JobId) {
        let now = self.now;
        let Some(job) = self.jobs.get_mut(id) else { return };
        let age = now.saturating_sub(job.started);
        if job.state == JobState::Initializing && age >= INITIALIZING {
            job.state = JobState::Running;
        }
        if job.state == JobState::Cancelling {
            self.end(id, JobState::Canceled);
            return;
        }
        if !job.is_up(now) {
            if job.fault == Fault::Restarts {
                job.version = job.base;
            }
            return;
        }
        if job.fault == Fault::FailsAtOnce {
            self.end(id, JobState::Failed);
            return;
        }
        job.version += 1;
        if job.version.is_multiple_of(100) && job.fault != Fault::Restarts {
            self.checkpoint(id);
        }
        let job = &self.jobs[id];
        if job.fault == Fault::FailsLater && job.completed > 0 {
            self.end(id, JobState::Failed);
        }
    }

    fn checkpoint(&mut self, id: &JobId) {
        let now = self.now;
        let Some(job) = self.jobs.get_mut(id) else { return };
        if let Some((_, path, _)) = job.checkpoint.take() {
            self.disk.remove(&path);
        }
        let number = job.next_checkpoint;
        job.next_checkpoint += 1;
        job.completed += 1;
        let path = format!("{CHECKPOINTS}/{id}/chk-{number}");
        job.checkpoint = Some((number, path.clone(), now));
        // What Flink was told to own goes when newer state has replaced it.
        let claimed = job.claimed.take_if(|_| job.completed > 1);
        let (job, version) = (id.clone(), job.version);
        let written = Self::millis(now);
        if let Some(claimed) = claimed {
            self.disk.remove(&claimed);
        }
        self.disk.insert(path, Stored { job, version, written });
    }

    /// Checkpoints outlive a cancellation and a failure (retention), not a
    /// finish (§2 Checkpoints: `discarded`).
    pub(crate) fn end(&mut self, id: &JobId, state: JobState) {
        let Some(job) = self.jobs.get_mut(id) else { return };
        if state == JobState::Finished
            && let Some((_, path, _)) = job.checkpoint.take()
        {
            self.disk.remove(&path);
        }
        job.state = state;
        job.ended = Some(self.now);
    }

    /// Flink forgets operations some time after they are done; a stop is, when its job has ended.
    pub(crate) fn expire(&mut self) {
        let jobs = &self.jobs;
        let is_ending = |id: &JobId| jobs.get(id).is_some_and(|job| job.state == JobState::Failing);
        self.operations.retain(|(job, _), operation| {
            operation.state == TriggerState::InProgress || is_ending(job)
        });
    }

    fn operate(&mut self) {
        let now = self.now;
        let is_old = |at: Duration| now.saturating_sub(at) >= REMEMBERED;
        self.operations.retain(|_, operation| !operation.finished_at.is_some_and(is_old));
        let is_alive = |job: &JobId| self.jobs.get(job).is_some_and(|job| !job.state.has_ended());
        let goes_on = |(key, one): &(&(JobId, TriggerId), &Operation)| {
            one.state == TriggerState::InProgress || (one.is_stop && is_alive(&key.0))
        };
        let going_on = self.operations.iter().filter(goes_on);
        let keys: Vec<_> = going_on.map(|(key, _)| key.clone()).collect();
        for key in keys {
            let operation = self.operations[&key].clone();
            if operation.state == TriggerState::InProgress && operation.done_at <= now {
                self.complete(&key);
            }
            // §2: the trigger is COMPLETED up to 0.2 s before the job is FINISHED.
            let ends_at = operation.finished_at.map(|at| at + Duration::from_millis(200));
            let is_alive = self.jobs.get(&key.0).is_some_and(|job| !job.state.has_ended());
            if operation.is_stop && is_alive && ends_at.is_some_and(|at| at <= now) {
                match &operation.state {
                    TriggerState::Completed(_) => self.end(&key.0, JobState::Finished),
                    TriggerState::Failed(TriggerFailure::WhileStopping { .. }) => {
                        self.end(&key.0, JobState::Failed);
                    }
                    TriggerState::NotFound | TriggerState::InProgress | TriggerState::Failed(_) => {
                    }
                }
            }
        }
    }

    fn complete(&mut self, key: &(JobId, TriggerId)) {
        let operation = self.operations[key].clone();
        let state = self.outcome(&operation);
        let now = self.now;
        let operation = self.operations.get_mut(key).expect("it was there");
        operation.state = state;
        operation.finished_at = Some(now);
    }

    fn outcome(&mut self, operation: &Operation) -> TriggerState {
        let now = self.now;
        let other =
            |cause: &str| TriggerState::Failed(TriggerFailure::Other { cause: cause.to_owned() });
        let is_up = self.jobs.get(&operation.job).map(|job| job.is_up(now));
        match (is_up, operation.fault) {
            // §3 d: an ended job is not told from an unknown one.
            (None, _) => TriggerState::Failed(TriggerFailure::NoSuchJob),
            (Some(false), _) => other("Not all required tasks are currently running."),
            (Some(true), _) if self.restarts_for_ever(&operation.job) => other("Task has failed"),
            (Some(true), StopFault::SavepointFails) => other("IO-problem detected"),
            (Some(true), fault) => {
                let path = self.write_savepoint(operation);
                match fault {
                    StopFault::JobFailsStopping => {
                        // The job tells why, the operation does not.
                        TriggerState::Failed(TriggerFailure::WhileStopping { path, cause: None })
                    }
                    StopFault::None | StopFault::SavepointFails => TriggerState::Completed(path),
                }
            }
        }
    }

    fn restarts_for_ever(&self, job: &JobId) -> bool {
        self.jobs.get(job).is_some_and(|job| job.fault == Fault::Restarts)
    }

    /// §3 a: of two stops at once both fail, and the job recovers from its
    /// last checkpoint.
    pub(crate) fn two_stops(&mut self, id: &JobId) {
        let stops = self.operations.values_mut().filter(|one| one.job == *id && one.is_stop);
        for stop in stops.filter(|one| one.state == TriggerState::InProgress) {
            let cause = "Checkpoint Coordinator is suspending.".to_owned();
            stop.state = TriggerState::Failed(TriggerFailure::Other { cause });
            stop.finished_at = Some(self.now);
        }
        self.recover(id);
    }

    /// A job goes on from its last checkpoint, else from what it was started from.
    fn recover(&mut self, id: &JobId) {
        let Some(job) = self.jobs.get_mut(id) else { return };
        let newest = job.checkpoint.as_ref().map(|(_, path, _)| path.clone());
        let newest = newest.or_else(|| job.restored.clone());
        job.version = newest.as_ref().and_then(|path| self.disk.get(path)).map_or(0, |s| s.version);
        job.restored = newest;
        job.state = JobState::Initializing;
    }

    fn write_savepoint(&mut self, operation: &Operation) -> String {
        self.counter += 1;
        let path = format!("{}/savepoint-{:06}", operation.directory, self.counter);
        let now = self.now;
        let job = self.jobs.get_mut(&operation.job).expect("it is up");
        let number = job.next_checkpoint;
        job.next_checkpoint += 1;
        job.savepoint = Some((number, path.clone(), now));
        let version = job.version;
        // A stopped job handles nothing more.
        if operation.is_stop {
            job.state = JobState::Failing;
        }
        let stored = Stored { job: operation.job.clone(), version, written: Self::millis(now) };
        self.disk.insert(path.clone(), stored);
        path
    }

    /// The JobManager dies and comes back (§3 c, F, I).
    pub(crate) fn restart_job_manager(&mut self) {
        self.operations.clear();
        self.jars.clear();
        self.submitting.clear();
        self.burnt.clear();
        let recovers = self.high_availability;
        let now = self.now;
        self.jobs.retain(|_, job| recovers && !job.state.has_ended());
        for job in self.jobs.values_mut() {
            let newest = job.checkpoint.as_ref().map(|(_, path, _)| path.clone());
            let newest = newest.or_else(|| job.restored.clone());
            // The statistics begin anew: what it recovers from was completed
            // in a past that they do not have.
            job.completed = 0;
            job.cached.clear();
            job.savepoint = None;
            job.version =
                newest.as_ref().and_then(|path| self.disk.get(path)).map_or(0, |s| s.version);
            job.restored = newest;
            job.state = JobState::Initializing;
            job.started = now;
            self.burnt.insert(job.id.clone());
            // Flink recovers from checkpoints alone: a savepoint that was
            // written since is of a past that has not happened.
            let (id, version) = (&job.id, job.version);
            self.disk.retain(|_, stored| stored.job != *id || stored.version <= version);
        }
    }
}

impl Flink {
    /// A human stops a job with a savepoint in a place of their own.
    pub(crate) fn stop_elsewhere(&mut self, id: &JobId) {
        let now = self.now;
        self.counter += 1;
        let path = format!("file:/elsewhere/savepoint-{}", self.counter);
        let Some(job) = self.jobs.get_mut(id).filter(|job| job.is_up(now)) else { return };
        let number = job.next_checkpoint;
        job.savepoint = Some((number, path.clone(), now));
        let stored = Stored { job: id.clone(), version: job.version, written: Self::millis(now) };
        self.disk.insert(path, stored);
        self.end(id, JobState::Finished);
    }

    /// Who knew of savepoints in places of others is gone: of all but those that a record has.
    pub(crate) fn forget_elsewhere(&mut self, recorded: Option<&str>) {
        let elsewhere = self
            .disk
            .keys()
            .filter(|path| path.starts_with("file:/elsewhere") && recorded != Some(path.as_str()));
        self.unknown.extend(elsewhere.cloned());
    }

    /// Savepoints of stops that lie where no listing would find them.
    pub(crate) fn lost_paths(&self, root: &str) -> Vec<String> {
        let is_lost = |path: &&String| {
            let place = path.starts_with("file:/elsewhere") || path.starts_with(CHECKPOINTS);
            !place && !path.starts_with(root)
        };
        self.disk.keys().filter(is_lost).map(|path| format!("{path} is lost")).collect()
    }
}
