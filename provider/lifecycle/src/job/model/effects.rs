//! What the model does when it is told to.

use std::time::Duration;

use flink::JarId;

use super::{Fault, Flink, Job, Operation, StopFault, Underway};
use crate::job::{
    goal::Claim,
    journal::{Entry, Noted},
    observed::{JobState, TriggerState},
    step::{Effect, Launch, Step, Trigger},
};

const MAIN: Duration = Duration::from_secs(2);
const SAVEPOINT: Duration = Duration::from_millis(300);

impl Flink {
    /// A request that was sent, whose effect comes after its client's death.
    pub(crate) fn perform_later(&mut self, step: &Step) {
        let at = self.now + MAIN;
        self.submitting.push(Underway { at, step: step.clone() });
    }

    pub(crate) fn perform(&mut self, step: &Step) -> Effect {
        match step {
            Step::UploadJar { name, .. } => {
                self.counter += 1;
                let id = JarId::new(format!("{}_{name}", self.counter));
                self.jars.push((id.clone(), name.clone()));
                Effect::Uploaded(id)
            }
            Step::DeleteJar(id) => {
                self.jars.retain(|(one, _)| one != id);
                Effect::Accepted
            }
            Step::Stop(trigger) => self.trigger(trigger, true),
            Step::Savepoint(trigger) => self.trigger(trigger, false),
            Step::Cancel { job, .. } => self.cancel(job),
            Step::FirstStart(_) | Step::StartFrom { .. } if self.unclear_starts > 0 => {
                self.unclear_starts -= 1;
                self.perform_later(step);
                Effect::Unclear { reason: "the connection broke".to_owned() }
            }
            Step::FirstStart(launch) => self.start(launch, None),
            Step::StartFrom { launch, path, claim, .. } => {
                let effect = self.start(launch, Some(path));
                if let Some(job) = self.jobs.get_mut(&launch.id)
                    && *claim == Claim::Claim
                    && effect == Effect::Started
                {
                    job.claimed = Some(path.clone());
                }
                effect
            }
            Step::Rescale { job, parallelism } => {
                if let Some(job) = self.jobs.get_mut(job) {
                    job.parallelism = *parallelism;
                }
                Effect::Accepted
            }
            Step::Note(note) => self.note(&note.entry, note.over.as_ref()),
            Step::EraseNote(noted) => {
                let Some(journals) = &mut self.journals else { return Effect::Outdated };
                match journals.get(&noted.name) {
                    Some(now) if now.version != noted.version => Effect::Outdated,
                    Some(_) | None => {
                        journals.remove(&noted.name);
                        Effect::Accepted
                    }
                }
            }
            Step::Dispose { path } => {
                self.disk.remove(path);
                self.disposed.push(path.clone());
                Effect::Disposing("request".to_owned())
            }
        }
    }

    /// A write goes through only over the version that was read.
    fn note(&mut self, entry: &Entry, over: Option<&Noted>) -> Effect {
        self.counter += 1;
        let version = self.counter.to_string();
        let Some(journals) = &mut self.journals else { return Effect::Outdated };
        let name = over.map_or_else(|| entry.owner.clone(), |noted| noted.name.clone());
        if journals.get(&name).map(|now| &now.version) != over.map(|noted| &noted.version) {
            return Effect::Outdated;
        }
        journals.insert(name.clone(), Noted { entry: entry.clone(), name, version });
        Effect::Accepted
    }

    /// §3 a: the same id again is answered with the first result; two
    /// different stops at once both fail and the job recovers from its last
    /// checkpoint; 202 also for an unknown job.
    fn trigger(&mut self, trigger: &Trigger, is_stop: bool) -> Effect {
        let key = (trigger.job.clone(), trigger.id.clone());
        if self.operations.contains_key(&key) {
            return Effect::Accepted;
        }
        let in_flight = |(other, operation): (&_, &Operation)| {
            let (job, _): &(flink::JobId, flink::TriggerId) = other;
            *job == trigger.job && operation.is_stop && operation.state == TriggerState::InProgress
        };
        let meets_another = is_stop && self.operations.iter().any(in_flight);
        let fault =
            if is_stop { self.next_stop.pop().unwrap_or_default() } else { StopFault::None };
        let operation = Operation {
            job: trigger.job.clone(),
            directory: trigger.directory.clone(),
            is_stop,
            done_at: self.now + SAVEPOINT,
            fault,
            state: TriggerState::InProgress,
            finished_at: None,
        };
        self.operations.insert(key, operation);
        if meets_another {
            self.violations.push(format!("two stops of {} at once", trigger.job));
            self.two_stops(&trigger.job);
        }
        Effect::Accepted
    }

    /// §3 a: a cancellation during a stop ends the job, and the stop fails.
    fn cancel(&mut self, id: &flink::JobId) -> Effect {
        let stopping = self.operations.iter().any(|((job, _), operation)| {
            job == id && operation.is_stop && operation.state == TriggerState::InProgress
        });
        if stopping {
            self.violations.push(format!("cancelled {id} while it stopped"));
        }
        match self.jobs.get_mut(id) {
            Some(job) if !job.state.has_ended() => job.state = JobState::Cancelling,
            Some(_) | None => {}
        }
        Effect::Accepted
    }

    fn start(&mut self, launch: &Launch, path: Option<&String>) -> Effect {
        if !self.jars.iter().any(|(id, _)| *id == launch.jar) {
            return Effect::JarGone;
        }
        let fault = self.faults.get(&launch.program.jar.sha256).copied().unwrap_or_default();
        if fault == Fault::MainThrows {
            return Effect::ProgramFailed { cause: "main() threw".to_owned() };
        }
        if self.burnt.contains(&launch.id) {
            return Effect::Duplicate;
        }
        self.burnt.insert(launch.id.clone());
        self.witness(launch, path);
        let is_missing = path.is_some_and(|path| !self.disk.contains_key(path));
        let refused = is_missing || (fault == Fault::DoesNotFit && path.is_some());
        let version = path.and_then(|path| self.disk.get(path)).map_or(0, |stored| stored.version);
        let state = if refused { JobState::Failed } else { JobState::Initializing };
        let job = Job {
            id: launch.id.clone(),
            state,
            started: self.now,
            ended: refused.then_some(self.now),
            base: version,
            claimed: None,
            program: launch.program.clone(),
            marks: launch.marks.clone(),
            fault,
            version,
            restored: path.filter(|_| !refused).cloned(),
            checkpoint: None,
            savepoint: None,
            completed: 0,
            next_checkpoint: version / 100 + 1,
            parallelism: launch.program.parallelism.unwrap_or(1),
            never_ran: refused,
            cached: std::collections::BTreeMap::new(),
        };
        self.jobs.insert(launch.id.clone(), job);
        if refused {
            return Effect::RestoreRefused { cause: "cannot map state".to_owned() };
        }
        Effect::Started
    }

    /// Writes down what must never happen.
    fn witness(&mut self, launch: &Launch, path: Option<&String>) {
        let lineage = lineage(&launch.program.jar.sha256);
        self.lineages.insert(launch.id.clone(), lineage.to_owned());
        let of = |job: &flink::JobId| self.lineages.get(job).map_or("", String::as_str);
        for other in self.alive() {
            if other.id != launch.id && of(&other.id) == lineage {
                let text = format!("{} started while {} runs", launch.id, other.id);
                self.violations.push(text);
                return;
            }
        }
        if self.allowed_starts.contains(&path.cloned()) {
            return;
        }
        let is_known = |at: &String| !self.unknown.contains(at) || Some(at) == path;
        let stored =
            self.disk.iter().filter(|(at, stored)| of(&stored.job) == lineage && is_known(at));
        let newest = stored.map(|(_, stored)| stored.version).max();
        let from = path.and_then(|path| self.disk.get(path)).map(|stored| stored.version);
        if from != newest {
            let text =
                format!("{} started from {from:?} ({path:?}), newest is {newest:?}", launch.id);
            self.violations.push(text);
        }
    }
}

fn lineage(version: &str) -> &str {
    version.split_once(':').map_or("", |(lineage, _)| lineage)
}
