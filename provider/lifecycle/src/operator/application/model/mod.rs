//! A small operator: it takes up generations, suspends, deploys, restores, falls back and fails, one
//! move a second; and the provider's world around it, which forgets nothing but dies.

mod provider;

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::guard::Guard;
use super::{Noted, Problem, Record};

/// A version whose job fails when it starts.
pub(super) const FAILS: &str = "fails";
/// A version whose job fails once it has completed a checkpoint.
pub(super) const FAILS_LATER: &str = "fails-later";
const DUMMY: &str = "KUBERNETES_OPERATOR_LAST_STATE";

/// A job.
#[derive(Clone, Debug)]
struct Job {
    id: u64,
    image: String,
    progress: u64,
    lives: u64,
    state: &'static str,
}

/// Kubernetes, the operator and Flink.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fault of its own")]
pub(super) struct World {
    clock: u64,
    live: Option<Json>,
    taken_up: Option<Json>,
    job: Option<Job>,
    counter: u64,
    events: u64,
    told: Vec<(u64, Json)>,
    /// What is stored: path → whose, and how far.
    pub(super) stored: BTreeMap<String, (u64, u64)>,
    pub(super) journal: Option<Noted>,
    /// Whether the operator does nothing.
    pub(super) is_down: bool,
    /// Whether savepoints fail.
    pub(super) no_savepoints: bool,
    /// Whether a job that cannot be saved is in the middle of a restart.
    pub(super) falls_back: bool,
    /// Whether the operator has forgotten what a job that has ended has left.
    pub(super) forgets: bool,
    /// Whether state may be left behind by choice.
    pub(super) given_up: bool,
    pub(super) refuses: bool,
    /// Whether somebody else owns whether the job runs.
    pub(super) refuses_stop: bool,
    /// Whether the operator starts a job from nothing, whatever it is told.
    pub(super) mislays: bool,
    /// Whether a job that is halted comes to a checkpoint before its end.
    pub(super) comes_late: bool,
    /// Whether nobody can tell what a job has left.
    pub(super) cannot_tell: bool,
    /// Whether a checkpoint is taken for a savepoint where that was forbidden, too.
    pub(super) insists: bool,
    /// The guard that is away.
    pub(super) off: Option<Guard>,
    pub(super) effects: usize,
    /// The effect at which the provider dies: before it, or after.
    pub(super) death: Option<(usize, bool)>,
    pub(super) twice: bool,
    pub(super) violations: Vec<String>,
    pub(super) starts: Vec<String>,
}

/// How an operation ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    Done(Record),
    Failed(Problem),
    Died,
}

impl World {
    pub(super) fn image(&self) -> Option<&str> {
        self.job.as_ref().filter(|job| job.state == "RUNNING").map(|job| job.image.as_str())
    }

    pub(super) fn spec(&self) -> Option<&Json> {
        self.live.as_ref().map(|live| &live["spec"])
    }

    /// Somebody writes to the spec.
    pub(super) fn edit(&mut self, edit: impl Fn(&mut Json)) {
        if let Some(live) = &mut self.live {
            edit(&mut live["spec"]);
            let generation = live["metadata"]["generation"].as_i64().unwrap_or_default();
            live["metadata"]["generation"] = json!(generation + 1);
        }
    }

    /// The resource and its job go, and nobody has asked for a savepoint.
    pub(super) fn lose(&mut self) {
        (self.live, self.taken_up, self.job) = (None, None, None);
    }

    /// The job fails for good.
    pub(super) fn fail_job(&mut self) {
        if let Some(job) = &mut self.job {
            job.state = "FAILED";
        }
        self.status(["FAILED", "READY", "FAILED", "DEPLOYED"], None);
    }

    fn generation(&self) -> Option<i64> {
        self.live.as_ref().and_then(|live| live["metadata"]["generation"].as_i64())
    }

    fn event(&mut self, reason: &str) {
        self.events += 1;
        let event = json!({
            "kind": "Event", "metadata": { "name": format!("{reason}.{}", self.events) },
            "reason": reason, "message": "no", "count": 1,
            "involvedObject": { "kind": "FlinkDeployment", "name": "it" },
        });
        self.told.push((self.clock, event));
    }

    /// A second passes.
    pub(super) fn tick(&mut self) {
        self.clock += 1;
        if !self.is_down {
            self.operate();
        }
        self.work();
    }

    fn work(&mut self) {
        let Some(job) = &mut self.job else { return };
        if job.state == "RUNNING" {
            (job.progress, job.lives) = (job.progress + 1, job.lives + 1);
            if job.lives.is_multiple_of(3) {
                let path = format!("s3://s/{}/chk-{}", job.id, job.progress);
                self.stored.insert(path, (job.id, job.progress));
            }
            if job.image == FAILS_LATER && job.lives == 4 {
                job.state = "FAILED";
            }
        }
    }

    fn operate(&mut self) {
        let Some(live) = &mut self.live else { return };
        if live["metadata"].get("deletionTimestamp").is_some() {
            return self.lose();
        }
        live["metadata"]["finalizers"] = json!(["flinkdeployments.flink.apache.org/finalizer"]);
        let spec = live["spec"].clone();
        if self.taken_up.as_ref() == Some(&spec) {
            self.observe();
            return self.watch();
        }
        let before = self.taken_up.clone().unwrap_or(Json::Null);
        let (old, new) = (&before["job"], &spec["job"]);
        let nonce = &new["savepointRedeployNonce"];
        let is_suspended = new["state"] == "suspended";
        let path = new["initialSavepointPath"].as_str().map(str::to_owned);
        if before.is_null() && !is_suspended {
            return self.deploy(&spec, path);
        }
        if !is_suspended && !nonce.is_null() && nonce != &old["savepointRedeployNonce"] {
            return self.deploy(&spec, path);
        }
        match (old["state"] == "suspended", is_suspended) {
            (false, true) => self.suspend(&spec),
            (true, false) => {
                let remembered = if new["upgradeMode"] == "stateless" { None } else { self.path() };
                self.deploy(&spec, remembered);
            }
            // What has ended goes on from what is remembered; what runs would be the operator's choice.
            (false, false) if before["image"] != spec["image"] => {
                let runs = self.job.as_ref().is_some_and(|job| job.state == "RUNNING");
                self.violations.extend(runs.then(|| "the operator is left to choose".to_owned()));
                let remembered = self.newest().map(|it| it.0).or_else(|| self.path());
                self.deploy(&spec, remembered);
            }
            (true, true) | (false, false) => {
                self.taken_up = Some(spec);
                self.observe();
            }
        }
    }

    fn path(&self) -> Option<String> {
        let status = self.live.as_ref()?;
        status["status"]["jobStatus"]["upgradeSavepointPath"].as_str().map(str::to_owned)
    }

    fn suspend(&mut self, spec: &Json) {
        let mode = spec["job"]["upgradeMode"].as_str().unwrap_or_default().to_owned();
        let runs = self.job.as_ref().is_some_and(|job| job.state == "RUNNING");
        let configuration = spec["flinkConfiguration"].as_object();
        let may_fall = self.insists || configuration.is_none_or(serde_json::Map::is_empty);
        let path = match mode.as_str() {
            "stateless" => {
                self.comes_late();
                None
            }
            "last-state" if self.forgets => {
                let by_hand = "Manual restore required.";
                self.live.iter_mut().for_each(|live| live["status"]["error"] = json!(by_hand));
                return;
            }
            "savepoint" if runs && self.falls_back && may_fall => self.newest().map(|it| it.0),
            "savepoint" if runs && (self.no_savepoints || self.falls_back) => {
                return self.event("SavepointError");
            }
            "savepoint" if runs => self.savepoint(),
            _ => self.newest().map(|it| it.0).or_else(|| self.path()),
        };
        self.job.as_mut().into_iter().for_each(|job| job.state = "FINISHED");
        self.taken_up = Some(spec.clone());
        self.observe();
        self.status(["SUSPENDED", "READY", "FINISHED", "DEPLOYED"], path.as_deref());
    }

    fn comes_late(&mut self) {
        let job = self.job.as_ref().filter(|_| self.comes_late);
        let Some((id, progress)) = job.map(|job| (job.id, job.progress + 1)) else { return };
        self.stored.insert(format!("s3://s/{id}/chk-{progress}"), (id, progress));
    }

    fn savepoint(&mut self) -> Option<String> {
        let job = self.job.as_ref()?;
        let path = format!("s3://s/{}/savepoint-{}", job.id, job.progress);
        self.stored.insert(path.clone(), (job.id, job.progress));
        Some(path)
    }

    /// The newest of the job's own.
    fn newest(&self) -> Option<(String, u64)> {
        let id = self.job.as_ref()?.id;
        let own = self.stored.iter().filter(|(_, (of, _))| *of == id);
        own.max_by_key(|(_, (_, progress))| *progress).map(|(path, (_, far))| (path.clone(), *far))
    }

    fn deploy(&mut self, spec: &Json, path: Option<String>) {
        let path = path.filter(|path| path != DUMMY && !self.mislays);
        let from = path.as_ref().and_then(|path| self.stored.get(path)).map_or(0, |it| it.1);
        let newest = self.stored.values().map(|(_, progress)| *progress).max().unwrap_or(0);
        if from < newest && !self.given_up {
            self.violations.push(format!("starts from {path:?}, and {newest} is there"));
        }
        self.starts.push(path.clone().unwrap_or_default());
        self.counter += 1;
        let image = spec["image"].as_str().unwrap_or_default().to_owned();
        let state = if image == FAILS { "FAILED" } else { "RUNNING" };
        self.job = Some(Job { id: self.counter, image, progress: from, lives: 0, state });
        self.taken_up = Some(spec.clone());
        self.observe();
        let mode = if path.is_some() { "savepoint" } else { "stateless" };
        self.record("running", mode);
        self.status(["DEPLOYED", "DEPLOYING", "RECONCILING", "DEPLOYED"], path.as_deref());
    }

    fn watch(&mut self) {
        let Some(job) = &self.job else { return };
        let words = match job.state {
            // It never comes as far as to be called so.
            "RUNNING" if job.image == FAILS_LATER => return,
            "RUNNING" => ["STABLE", "READY", "RUNNING", "DEPLOYED"],
            "FAILED" => ["FAILED", "READY", "FAILED", "DEPLOYED"],
            _ => return,
        };
        let path = self.path();
        self.status(words, path.as_deref());
    }

    fn observe(&mut self) {
        let generation = self.generation();
        let mode = self.spec().map(|spec| spec["job"]["upgradeMode"].clone()).unwrap_or_default();
        let state = self.spec().map(|spec| spec["job"]["state"].clone()).unwrap_or_default();
        if let Some(live) = &mut self.live {
            live["status"]["observedGeneration"] = json!(generation);
            live["status"]["error"] = Json::Null;
        }
        let recorded = self.live.as_ref().is_some_and(|live| {
            live["status"]["reconciliationStatus"]["lastReconciledSpec"].is_string()
        });
        if !recorded || state == "suspended" {
            self.record(state.as_str().unwrap_or_default(), mode.as_str().unwrap_or_default());
        }
    }

    fn record(&mut self, state: &str, mode: &str) {
        let recorded = json!({ "spec": { "job": { "state": state, "upgradeMode": mode } } });
        if let Some(live) = &mut self.live {
            live["status"]["reconciliationStatus"]["lastReconciledSpec"] =
                json!(recorded.to_string());
        }
    }

    fn status(&mut self, [lifecycle, manager, job, phase]: [&str; 4], path: Option<&str>) {
        let id = self.job.as_ref().map(|job| format!("j{}", job.id));
        let Some(live) = &mut self.live else { return };
        live["status"]["lifecycleState"] = json!(lifecycle);
        live["status"]["jobManagerDeploymentStatus"] = json!(manager);
        live["status"]["jobStatus"] =
            json!({ "jobId": id, "state": job, "upgradeSavepointPath": path });
        live["status"]["reconciliationStatus"]["state"] = json!(phase);
    }
}
