//! A model of an application: the models of Kubernetes and of Flink, and a
//! JobManager that runs `main()` whenever it comes up with its permit.

use std::{collections::BTreeSet, sync::Mutex, time::Duration};

use flink::JarId;
use serde_json::{Value, json};

use crate::{
    application::start::{self, Start, is_job_manager},
    cluster::{
        World,
        goal::Id,
        model::{Kube, Pod, Universe},
        observed::{Answer, Overview, Question},
        step::{Effect, Step},
        world::WorldError,
    },
    job::{
        goal::{Jar, Program},
        model::Flink,
        report::Which,
        step::{Launch, Step as JobStep},
    },
};

/// The program that never comes to a JobManager that answers.
pub(crate) const CRASHES: &str = "a:crash";
/// The program whose JobManager never comes up, and nobody knows why.
pub(crate) const SLOW: &str = "a:slow";
/// The program whose `main()` never comes to a job.
pub(crate) const HANGS: &str = "a:hangs";
/// The prefix of versions that keep their jobs in the data of high availability.
pub(crate) const RECOVERS: &str = "h:";
/// The prefix of versions that keep their jobs in ZooKeeper.
pub(crate) const ELSEWHERE: &str = "z:";
/// How long a pod takes to be ready.
const READY: Duration = Duration::from_secs(3);
/// How often the application lives while nobody asks.
const TURN: Duration = Duration::from_millis(100);

/// An application's world.
#[derive(Debug)]
pub(crate) struct Apps {
    pub(crate) universe: Universe,
    /// The pods whose `main()` has run.
    started: Mutex<BTreeSet<String>>,
    /// The pods that were ready when their process died.
    died: Mutex<BTreeSet<String>>,
    /// The jobs of which high availability keeps that they have come to their end: no JobManager
    /// begins them again.
    results: Mutex<BTreeSet<String>>,
    /// How long a JobManager answers before its `main()` comes to a job.
    pub(crate) lingers: Mutex<Duration>,
}

pub(crate) fn program(version: &str) -> Program {
    Program {
        jar: Jar { sha256: version.to_owned(), file: None },
        entry_class: None,
        args: Vec::new(),
        parallelism: Some(2),
        configuration: std::collections::BTreeMap::new(),
        start_key: String::new(),
    }
}

fn permit() -> Id {
    Id::new("v1", "ConfigMap", "flink-permit-session")
}

/// The JobManager that is to run, with its pod.
fn job_manager(kube: &Kube) -> Option<(Value, Pod)> {
    let pod = job_manager_pod(kube)?;
    let live = kube.objects.values().find(|live| is_job_manager(live))?;
    Some((live.clone(), pod.clone()))
}

fn job_manager_pod(kube: &Kube) -> Option<&Pod> {
    kube.pods.iter().find(|pod| pod.role == "jobmanager" && pod.ends.is_none())
}

fn is_permitted(kube: &Kube, start: &Start) -> bool {
    let permit = kube.objects.get(&permit());
    permit.is_some_and(|permit| permit["data"].get(start.job.as_str()).is_some())
}

impl Apps {
    pub(crate) fn new() -> Self {
        Self {
            universe: Universe::new(),
            started: Mutex::default(),
            died: Mutex::default(),
            results: Mutex::default(),
            lingers: Mutex::default(),
        }
    }

    /// What happens by itself.
    pub(crate) fn live(&self) {
        let mut started = self.started.lock().expect("no test panics with the lock");
        let lingers = *self.lingers.lock().expect("no test panics with the lock");
        let mut results = self.results.lock().expect("no test panics with the lock");
        self.universe.kube(|kube, flink| {
            if flink.high_availability {
                keep_results(kube, flink, &mut results);
            }
            kube.broken = None;
            if job_manager_pod(kube).is_none_or(|pod| started.contains(&pod.name)) {
                return;
            }
            let Some((live, pod)) = job_manager(kube) else { return };
            let Some(start) = start::read(&live) else { return };
            let told = |reason: &str| Some((reason.to_owned(), "no".to_owned()));
            let of = live["spec"]["of"].as_str().unwrap_or_default();
            if of.starts_with(RECOVERS) {
                recovers(kube, &start.job);
            }
            if of.ends_with(":crash") {
                kube.broken = told("CrashLoopBackOff");
            } else if !is_permitted(kube, &start) {
                kube.broken = told("CreateContainerConfigError");
            }
            let now = kube.now;
            if of == SLOW
                && let Some(slow) = kube.pods.iter_mut().find(|one| one.name == pod.name)
            {
                slow.born = now;
            } else if kube.is_ready(&pod) && of != HANGS && now >= pod.born + READY + lingers {
                started.insert(pod.name);
                if !results.contains(start.job.as_str()) {
                    main(flink, &live, &start);
                }
            }
        });
    }

    /// The JobManager's process dies, and Kubernetes starts it again.
    pub(crate) fn kill_job_manager(&self) {
        self.live();
        let mut started = self.started.lock().expect("no test panics with the lock");
        self.universe.kube(|kube, flink| {
            let Some((live, pod)) = job_manager(kube) else { return };
            let Some(start) = start::read(&live) else { return };
            if !started.remove(&pod.name) {
                return;
            }
            self.died.lock().expect("no test panics with the lock").insert(pod.name.clone());
            let now = kube.now;
            if let Some(pod) = kube.pods.iter_mut().find(|one| one.name == pod.name) {
                pod.born = now;
            }
            if !flink.high_availability && is_permitted(kube, &start) {
                rewind(flink, &start);
            }
            flink.restart_job_manager();
        });
        drop(started);
        self.live();
    }

    /// Somebody deletes the application's Deployments.
    pub(crate) fn delete_deployments(&self) {
        self.live();
        self.universe.kube(|kube, _| {
            kube.may_end_jobs = true;
            kube.objects.retain(|id, _| id.kind != "Deployment");
            kube.counter += 1;
        });
        self.universe.kube(|kube, _| kube.may_end_jobs = false);
    }

    pub(crate) async fn pass(&self, time: Duration) {
        for _ in 0..time.as_millis() / TURN.as_millis() {
            tokio::time::sleep(TURN).await;
            self.live();
        }
    }
}

/// What has come to its end leaves the data of high availability, and stays in its store of results.
fn keep_results(kube: &mut Kube, flink: &Flink, results: &mut BTreeSet<String>) {
    let ended = flink.jobs.values().filter(|job| job.state.has_ended());
    results.extend(ended.map(|job| job.id.to_string()));
    let data = kube.objects.get_mut(&high_availability_data());
    if let Some(data) = data.and_then(|map| map["data"].as_object_mut()) {
        data.retain(|key, _| !results.iter().any(|job| key.ends_with(job)));
    }
}

fn high_availability_data() -> Id {
    Id::new("v1", "ConfigMap", "session-cluster-config-map")
}

/// A JobManager with high availability recovers what is in its data, and lays down its own job
/// before it answers.
fn recovers(kube: &mut Kube, job: &flink::JobId) {
    let id = high_availability_data();
    let own = format!("jobGraph-{job}");
    let before = kube.objects.get(&id).and_then(|map| map["data"].as_object());
    let others = before.into_iter().flat_map(|data| data.keys()).filter(|key| **key != own);
    let others: Vec<String> = others.cloned().collect();
    kube.violations.extend(others.iter().map(|key| format!("{job} comes up beside {key}")));
    kube.objects.insert(
        id,
        json!({
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": { "name": "session-cluster-config-map", "uid": "data" },
            "data": { own: "" },
        }),
    );
}

/// Without high availability a job goes on from where it was started: what it
/// did since is of a past that has not happened.
fn rewind(flink: &mut Flink, start: &Start) {
    let version = start.path().and_then(|path| flink.disk.get(path)).map_or(0, |one| one.version);
    let job = start.job.clone();
    flink.disk.retain(|_, stored| stored.job != job || stored.version <= version);
}

fn main(flink: &mut Flink, live: &Value, start: &Start) {
    if flink.jobs.contains_key(&start.job) {
        return;
    }
    let jar = JarId::new("application");
    if flink.jars.is_empty() {
        flink.jars.push((jar.clone(), "application".to_owned()));
    }
    let launch = Box::new(Launch {
        id: start.job.clone(),
        jar,
        program: program(live["spec"]["of"].as_str().unwrap_or_default()),
        marks: start.marks.clone(),
        which: Which::Desired,
    });
    let step = match start.restore.clone() {
        None => JobStep::FirstStart(launch),
        Some(restore) => JobStep::StartFrom {
            launch,
            path: restore.path,
            non_restored_state: restore.non_restored_state,
            claim: restore.claim,
        },
    };
    flink.perform(&step);
}

/// A pod tells when it came to be ready, or that it never did.
fn with_conditions(
    pod: &mut Value,
    kube: &Kube,
    (started, died): (&BTreeSet<String>, &BTreeSet<String>),
) {
    let name = pod["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    let born = kube.pods.iter().find(|one| one.name == name).map(|one| one.born);
    let at = |time: Duration| format!("{:09}", time.as_millis());
    let began = born.unwrap_or_default();
    let status = if started.contains(&name) { "True" } else { "False" };
    let is_or_was = started.contains(&name) || died.contains(&name);
    let since = if is_or_was { began + READY } else { began };
    pod["status"]["conditions"] = json!([
        { "type": "Initialized", "status": "True", "lastTransitionTime": at(began) },
        { "type": "Ready", "status": status, "lastTransitionTime": at(since) },
    ]);
}

impl World for Apps {
    async fn ask(&self, question: &Question) -> Result<Answer, WorldError> {
        self.live();
        let mut answer = World::ask(&self.universe, question).await?;
        let leads_there = Id::new("v1", "Service", "session-rest");
        let is_led_there = self.universe.kube(|kube, _| kube.objects.contains_key(&leads_there));
        if matches!(answer, Answer::Overview(_)) && !is_led_there {
            answer = Answer::Overview(Overview::Silent { reason: "404".to_owned() });
        }
        if let Answer::Pods(pods) = &mut answer {
            let started = self.started.lock().expect("no test panics with the lock");
            let died = self.died.lock().expect("no test panics with the lock");
            self.universe.kube(|kube, _| {
                for pod in pods {
                    with_conditions(pod, kube, (&started, &died));
                }
            });
        }
        Ok(answer)
    }

    async fn perform(&self, step: &Step) -> Result<Effect, WorldError> {
        self.live();
        let effect = World::perform(&self.universe, step).await;
        self.live();
        effect
    }
}
