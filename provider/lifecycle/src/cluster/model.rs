//! A model of Kubernetes, with the model of Flink in it, for tests.
//!
//! Deployments make pods of their template, and new ones only when those of
//! another revision have gone; a pod takes time to come and to go. Flink
//! answers while a JobManager's pod is ready, and forgets when it ends. What
//! must never happen is written down as it happens.

use std::{collections::BTreeMap, sync::Mutex, time::Duration};

use serde_json::{Value, json};

use crate::{
    cluster::{
        goal::{CLUSTER, Id, MANAGED_BY, MANAGER, is_workload, revision, role},
        observed::{Answer, Objects, Overview, Question, Refusal},
        step::{Apply, Effect},
    },
    job::model::{Flink, Model},
    json::at,
};

mod scouts;
mod worlds;

/// How long a pod takes to be ready, and to end.
const COMES: Duration = Duration::from_secs(3);
const GOES: Duration = Duration::from_secs(1);
/// How often the controllers look.
const TURN: Duration = Duration::from_millis(200);

#[derive(Clone, Debug)]
pub(crate) struct Pod {
    pub(crate) name: String,
    /// The Deployment that made it; with `native`, through the JobManager.
    pub(crate) of: Id,
    pub(crate) role: String,
    pub(crate) revision: Option<String>,
    pub(crate) native: bool,
    pub(crate) born: Duration,
    pub(crate) ends: Option<Duration>,
}

/// What a Deployment asks for.
struct Wanted {
    id: Id,
    pods: usize,
    of_now: Option<String>,
    role: String,
    is_native: bool,
}

impl Wanted {
    fn by(id: &Id, deployment: &Value) -> Self {
        let pods = at(deployment, "/spec/replicas").and_then(Value::as_u64).unwrap_or(1);
        Self {
            id: id.clone(),
            pods: usize::try_from(pods).expect("a test is small"),
            of_now: revision(deployment).map(str::to_owned),
            role: role(deployment).to_owned(),
            is_native: deployment["metadata"]["labels"]["type"] == "flink-native-kubernetes",
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Kube {
    pub(crate) now: Duration,
    pub(crate) objects: Objects,
    pub(crate) pods: Vec<Pod>,
    pub(crate) counter: u64,
    /// What the API server does not take.
    pub(crate) refused: Option<String>,
    /// A message that pods wait with, and never come up.
    pub(crate) broken: Option<(String, String)>,
    /// The API server answers no more once there are so many objects.
    pub(crate) silent_from: Option<usize>,
    /// Whether ended jobs are meant to.
    pub(crate) may_end_jobs: bool,
    pub(crate) violations: Vec<String>,
}

/// A cluster's world.
#[derive(Debug)]
pub(crate) struct Universe {
    pub(crate) flink: Model,
    pub(crate) kube: Mutex<Kube>,
}

impl Universe {
    pub(crate) fn new() -> Self {
        let flink = Model::new();
        flink.with(|flink| flink.journals = Some(BTreeMap::new()));
        Self { flink, kube: Mutex::default() }
    }

    /// Looks at Kubernetes as it is now.
    pub(crate) fn kube<T>(&self, look: impl FnOnce(&mut Kube, &mut Flink) -> T) -> T {
        self.flink.with(|flink| {
            let mut kube = self.kube.lock().expect("no test panics with the lock");
            while kube.now + TURN <= flink.now {
                kube.now += TURN;
                kube.turn(flink);
            }
            let version = kube.counter;
            let answer = look(&mut kube, flink);
            if version != kube.counter {
                kube.turn(flink);
            }
            answer
        })
    }

    fn answers(&self) -> bool {
        self.kube(|kube, _| kube.job_manager().is_some())
    }
}

impl Kube {
    fn name(&mut self, prefix: &str) -> String {
        self.counter += 1;
        format!("{prefix}-{}", self.counter)
    }

    fn job_manager(&self) -> Option<&Pod> {
        self.pods.iter().find(|pod| pod.role == "jobmanager" && self.is_ready(pod))
    }

    pub(crate) fn is_ready(&self, pod: &Pod) -> bool {
        pod.ends.is_none() && self.broken.is_none() && self.now >= pod.born + COMES
    }

    /// What the controllers do.
    fn turn(&mut self, flink: &mut Flink) {
        let now = self.now;
        self.pods.retain(|pod| pod.ends.is_none_or(|ends| now < ends));
        let deployments = self.objects.iter().filter(|(id, _)| id.kind == "Deployment");
        let deployments: Vec<Wanted> = deployments.map(|(id, one)| Wanted::by(id, one)).collect();
        let orphans = self.pods.iter().map(|pod| pod.of.clone());
        let orphans: Vec<Id> = orphans.filter(|of| !self.objects.contains_key(of)).collect();
        for of in orphans {
            self.end(flink, |pod| pod.of == of);
        }
        for deployment in &deployments {
            self.reconcile(flink, deployment);
        }
        let ready: Vec<Id> =
            self.objects.keys().filter(|id| is_workload(&id.kind)).cloned().collect();
        for id in ready {
            let all = self.pods.iter().filter(|pod| pod.of == id && !pod.native);
            if all.clone().count() > 0 && all.clone().all(|pod| self.is_ready(pod)) {
                self.objects.get_mut(&id).expect("it is there")["wasReady"] = json!(true);
            }
        }
    }

    fn reconcile(&mut self, flink: &mut Flink, deployment: &Wanted) {
        let Wanted { id, pods, of_now, role, is_native } = deployment;
        self.end(flink, |pod| pod.of == *id && !pod.native && pod.revision != *of_now);
        let mine = |pod: &&Pod| pod.of == *id && !pod.native;
        let stays = |pod: &&Pod| mine(pod) && pod.ends.is_none();
        let current = self.pods.iter().filter(stays).count();
        if current > *pods {
            let surplus = self.pods.iter().filter(stays).skip(*pods);
            let surplus: Vec<String> = surplus.map(|pod| pod.name.clone()).collect();
            self.end(flink, |pod| surplus.contains(&pod.name));
        }
        let is_leaving = self.pods.iter().filter(mine).any(|pod| pod.ends.is_some());
        if !is_leaving {
            for _ in current..*pods {
                self.make(id, role, of_now.clone(), false);
            }
        }
        let has_workers = || self.pods.iter().any(|pod| pod.native && pod.ends.is_none());
        if *is_native && self.job_manager().is_some() && !has_workers() {
            self.make(id, "taskmanager", None, true);
        }
    }

    fn make(&mut self, of: &Id, role: &str, revision: Option<String>, native: bool) {
        let is_old = |pod: &Pod| native || pod.revision != revision;
        if !native && let Some(old) = self.pods.iter().find(|pod| is_old(pod)) {
            self.violations.push(format!("a pod of {revision:?} beside {}", old.name));
        }
        let (name, born) = (self.name(&of.name), self.now);
        let role = role.to_owned();
        self.pods.push(Pod { name, of: of.clone(), role, revision, native, born, ends: None });
    }

    /// A JobManager that ends takes its jobs with it, or forgets them.
    fn end(&mut self, flink: &mut Flink, which: impl Fn(&Pod) -> bool) {
        let ends = Some(self.now + GOES);
        let mut job_manager = false;
        for pod in self.pods.iter_mut().filter(|pod| pod.ends.is_none() && which(pod)) {
            pod.ends = ends;
            job_manager |= pod.role == "jobmanager";
        }
        if !job_manager {
            return;
        }
        if !flink.high_availability && !self.may_end_jobs {
            for job in flink.alive() {
                self.violations.push(format!("{} ended with its JobManager", job.id));
            }
        }
        flink.restart_job_manager();
    }

    pub(crate) fn is_silent(&self) -> bool {
        self.silent_from.is_some_and(|number| self.objects.len() >= number)
    }

    fn refusal(&self, apply: &Apply) -> Option<Refusal> {
        let reason = self.refused.clone().filter(|name| *name == apply.id.name)?;
        Some(Refusal::Invalid { reason, fields: Vec::new() })
    }

    fn apply(&mut self, apply: &Apply) -> Effect {
        if let Some(refusal) = self.refusal(apply) {
            return Effect::Refused(refusal);
        }
        self.counter += 1;
        let before = self.objects.get(&apply.id).cloned();
        if before.as_ref().is_some_and(|live| !is_ours(live)) {
            self.violations.push(format!("applied over {}, which is not ours", apply.id));
        }
        let mut live = apply.body.clone();
        let says = at(&apply.body, "/spec/replicas").is_some();
        let (uid, generation) = match &before {
            Some(live) => {
                (live["metadata"]["uid"].clone(), live["metadata"]["generation"].as_u64())
            }
            None => (json!(self.name("uid")), None),
        };
        live["metadata"]["uid"] = uid;
        live["metadata"]["generation"] = json!(generation.unwrap_or_default() + 1);
        if is_workload(&apply.id.kind) {
            if says {
                live["metadata"]["managedFields"] = json!([{
                    "manager": MANAGER, "operation": "Apply", "fieldsV1": { "f:spec": { "f:replicas": {} } },
                }]);
            } else if let Some(before) = &before {
                let owned = at(before, "/metadata/managedFields").is_some();
                let kept = before["spec"]["replicas"].clone();
                live["spec"]["replicas"] = if owned { json!(1) } else { kept };
            }
            if let Some(before) = &before {
                live["wasReady"] = before["wasReady"].clone();
            }
        }
        if apply.id.kind == "Pod" {
            live["born"] = json!(self.now.as_millis());
        }
        self.objects.insert(apply.id.clone(), live);
        Effect::Done
    }

    fn delete(&mut self, id: &Id, uid: &str) -> Effect {
        let Some(live) = self.objects.get(id) else { return Effect::Done };
        if live["metadata"]["uid"] != uid {
            return Effect::Changed;
        }
        if !is_ours(live) && !id.name.ends_with("-config-map") {
            self.violations.push(format!("deleted {id}, which is not ours"));
        }
        self.objects.remove(id);
        self.counter += 1;
        self.collect(uid);
        Effect::Done
    }

    /// What an object owned goes after it.
    fn collect(&mut self, owner: &str) {
        let is_its =
            |live: &Value| at(live, "/metadata/ownerReferences/0/uid") == Some(&json!(owner));
        let orphans: Vec<Value> =
            self.objects.extract_if(.., |_, live| is_its(live)).map(|(_, live)| live).collect();
        for orphan in orphans {
            self.collect(orphan["metadata"]["uid"].as_str().unwrap_or_default());
        }
    }

    /// An object as it is answered.
    fn shown(&self, id: &Id) -> Option<Value> {
        let mut live = self.objects.get(id)?.clone();
        if id.kind == "Pod" {
            live["status"] = self.status_of_scout(&live);
        }
        if !is_workload(&id.kind) {
            return Some(live);
        }
        let of_now = revision(&live).map(str::to_owned);
        let mine: Vec<&Pod> = self.pods.iter().filter(|pod| pod.of == *id && !pod.native).collect();
        let updated =
            mine.iter().filter(|pod| pod.revision == of_now && pod.ends.is_none()).count();
        let ready = mine.iter().filter(|pod| self.is_ready(pod)).count();
        let mut status = json!({
            "observedGeneration": live["metadata"]["generation"],
            "replicas": mine.len(),
            "updatedReplicas": updated,
            "readyReplicas": ready,
        });
        if live["wasReady"] == true {
            status["conditions"] =
                json!([{ "type": "Progressing", "reason": "NewReplicaSetAvailable" }]);
        }
        live["status"] = status;
        Some(live)
    }

    fn pod(&self, pod: &Pod) -> Value {
        let kind = if pod.native { "Deployment" } else { "ReplicaSet" };
        let mut shown = json!({
            "metadata": {
                "name": pod.name,
                "uid": pod.name,
                "labels": { "app": "session", "component": pod.role },
                "ownerReferences": [{ "kind": kind }],
            },
            "status": {
                "phase": "Running",
                "containerStatuses": [{
                    "name": "flink-main-container", "ready": self.is_ready(pod), "restartCount": 0,
                    "state": { "running": {} },
                }],
            },
        });
        if let Some((reason, message)) = &self.broken {
            shown["status"]["containerStatuses"][0]["state"] =
                json!({ "waiting": { "reason": reason, "message": message } });
        }
        if let Some(revision) = &pod.revision {
            shown["metadata"]["annotations"] = json!({ crate::cluster::goal::REVISION: revision });
        }
        if pod.ends.is_some() {
            shown["metadata"]["deletionTimestamp"] = json!("now");
        }
        shown
    }

    fn overview(&self) -> Overview {
        if self.job_manager().is_none() {
            return Overview::Silent { reason: "503".to_owned() };
        }
        let workers = self.pods.iter().filter(|pod| pod.role == "taskmanager");
        let workers = workers.filter(|pod| self.is_ready(pod)).count();
        Overview::Told { task_managers: u32::try_from(workers).expect("few") }
    }

    fn answer(&self, question: &Question) -> Answer {
        match question {
            Question::Objects(ids) => {
                let all =
                    self.objects.iter().filter(|(id, live)| ids.contains(id) || is_ours(live));
                let all = all.filter_map(|(id, _)| Some((id.clone(), self.shown(id)?)));
                Answer::Objects(all.collect())
            }
            Question::Workloads(ids) => Answer::Objects(
                ids.iter().filter_map(|id| Some((id.clone(), self.shown(id)?))).collect(),
            ),
            Question::DryRun(all) => Answer::DryRun(
                all.iter().filter_map(|one| Some((one.id.clone(), self.refusal(one)?))).collect(),
            ),
            Question::Pods => Answer::Pods(self.pods.iter().map(|pod| self.pod(pod)).collect()),
            Question::Overview => Answer::Overview(self.overview()),
            Question::Events { .. } => Answer::Events(Vec::new()),
            Question::Log { .. } => Answer::Log(vec!["it crashed".to_owned()]),
            Question::HighAvailabilityData => {
                let data = self.objects.iter().filter(|(id, _)| id.name.ends_with("-config-map"));
                Answer::HighAvailabilityData(data.map(|(_, live)| live.clone()).collect())
            }
            Question::Journals | Question::Scout(_) | Question::Job(_) => {
                unreachable!("Flink's model answers")
            }
        }
    }
}

fn is_ours(live: &Value) -> bool {
    let labels = &live["metadata"]["labels"];
    labels[MANAGED_BY] == MANAGER && labels[CLUSTER] == "session"
}
