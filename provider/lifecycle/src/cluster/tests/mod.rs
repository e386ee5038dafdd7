//! Proofs over whole operations on a cluster and its jobs.

mod crashes;
mod guards;
mod histories;
mod scenes;

use std::{collections::BTreeMap, time::Duration};

use manifests::Object;
use serde_json::{Value, json};

use crate::{
    cluster::{
        drive::drive_from,
        goal::{
            Bring, CLUSTER, Conflicts, Desired, Goal, HighAvailability, Id, Known, MANAGED_BY,
            MANAGER, Name, OnDestroy, OnUpdate, REVISION, Remove,
        },
        guard::Guard,
        model::Universe,
        observed::Observed,
        report::Report,
    },
    job::{
        self, Owner, Recorded,
        drive::Limits,
        goal::{Intent, Jar, Program, Run, StartFrom, Upgrade},
        journal::{Follows, Phase},
        model::Flink,
        recorded::RecordedState,
    },
};

pub(super) fn name() -> Name {
    Name::new("default", "session")
}

fn object(api_version: &'static str, kind: &'static str, name: &str, spec: &Value) -> Object {
    let labels = json!({ MANAGED_BY: MANAGER, CLUSTER: "session" });
    let body = json!({
        "apiVersion": api_version, "kind": kind,
        "metadata": { "name": name, "labels": labels }, "spec": spec,
    });
    Object { api_version, kind, namespace: "default".to_owned(), name: name.to_owned(), body }
}

fn deployment(name: &str, role: &str, revision: &str, replicas: Option<u32>) -> Object {
    let labels = json!({ "app": "session", "component": role });
    let mut spec = json!({
        "selector": { "matchLabels": labels },
        "template": { "metadata": { "labels": labels, "annotations": { REVISION: revision } } },
    });
    if let Some(replicas) = replicas {
        spec["replicas"] = json!(replicas);
    }
    object("apps/v1", "Deployment", name, &spec)
}

/// A cluster of strategy standalone.
pub(super) fn standalone(revision: &str) -> Desired {
    let objects = vec![
        object("v1", "ConfigMap", "flink-config-session", &json!({ "of": revision })),
        object("v1", "Service", "session-rest", &json!({})),
        deployment("session-jobmanager", "jobmanager", revision, Some(1)),
        deployment("session-taskmanager", "taskmanager", revision, Some(2)),
    ];
    Desired { objects, ..Desired::default() }
}

/// A cluster of strategy native.
pub(super) fn native(revision: &str) -> Desired {
    let mut job_manager = deployment("session", "jobmanager", revision, Some(1));
    job_manager.body["metadata"]["labels"]["type"] = json!("flink-native-kubernetes");
    let objects = vec![
        object("v1", "ServiceAccount", "session", &json!({})),
        job_manager,
        object("v1", "Service", "session-rest", &json!({})),
        object("v1", "ConfigMap", "flink-config-session", &json!({ "of": revision })),
    ];
    let owner = Some(Id::new("apps/v1", "Deployment", "session"));
    Desired { objects, owner, ..Desired::default() }
}

pub(super) fn bring(desired: Desired) -> Bring {
    Bring {
        name: name(),
        desired,
        known: Known::Yes,
        on_update: OnUpdate::Drain,
        conflicts: Conflicts::Refuse,
        manager: MANAGER.to_owned(),
    }
}

pub(super) fn create(desired: Desired) -> Goal {
    Goal::Bring(Box::new(Bring { known: Known::No, ..bring(desired) }))
}

pub(super) fn to(desired: Desired) -> Goal {
    Goal::Bring(Box::new(bring(desired)))
}

pub(super) fn remove(desired: Desired, on_destroy: OnDestroy) -> Goal {
    Goal::Remove(Box::new(Remove { name: name(), desired, on_destroy }))
}

pub(super) fn available(desired: Desired) -> Desired {
    Desired { high_availability: HighAvailability::Kubernetes, ..desired }
}

fn limits() -> Limits {
    Limits::within(Duration::from_mins(5))
}

pub(super) async fn apply(goal: &Goal, universe: &Universe) -> Report {
    apply_without(None, goal, universe).await
}

pub(super) async fn apply_without(
    guard: Option<Guard>,
    goal: &Goal,
    universe: &Universe,
) -> Report {
    drive_from(Observed::without(guard), goal, universe, &limits()).await
}

/// Applies until the process dies; `None` when it does.
pub(super) async fn apply_until_death(
    guard: Option<Guard>,
    goal: &Goal,
    universe: &Universe,
) -> Option<Report> {
    tokio::select! {
        report = apply_without(guard, goal, universe) => Some(report),
        () = universe.flink.died.notified() => None,
    }
}

pub(super) fn job_owner(job: &str) -> Owner {
    Owner::new(name().origin(), job)
}

/// The goal of a job that follows, or not.
pub(super) fn job(job: &str, follows: Follows, recorded: Option<Recorded>) -> job::Goal {
    job::Goal::Run(Box::new(Run {
        owner: job_owner(job),
        program: program(job),
        recorded,
        intent: Intent::Keep,
        start: StartFrom::Newest,
        non_restored_state: job::goal::NonRestoredState::Refuse,
        claim: job::goal::Claim::NoClaim,
        bounded: job::goal::Bounded::No,
        upgrade: Upgrade::default(),
        state_loss: job::goal::StateLoss::Accept,
        follows,
    }))
}

fn program(job: &str) -> Program {
    Program {
        jar: Jar { sha256: format!("{job}:v1"), file: Some("/job.jar".into()) },
        entry_class: None,
        args: Vec::new(),
        parallelism: Some(2),
        configuration: BTreeMap::new(),
        start_key: String::new(),
    }
}

/// What a client keeps of a job that runs.
pub(super) fn recorded(job: &str, report: &job::Report) -> Recorded {
    Recorded {
        job: report.job.clone(),
        state: RecordedState::Running,
        program: Some(program(job)),
        last_savepoint_path: report.last_savepoint_path.clone(),
        restored_from: report.restored_from.clone(),
    }
}

pub(super) async fn apply_job(goal: &job::Goal, universe: &Universe) -> job::Report {
    job::drive(goal, universe, &limits()).await
}

/// Starts jobs and lets them run for a while.
pub(super) async fn jobs(names: &[&str], follows: Follows, universe: &Universe) -> Vec<Recorded> {
    let mut all = Vec::new();
    for one in names {
        let report = apply_job(&job(one, follows, None), universe).await;
        assert_eq!(report.problem, None);
        all.push(recorded(one, &report));
    }
    pass(Duration::from_millis(4_550)).await;
    all
}

pub(super) async fn pass(time: Duration) {
    tokio::time::sleep(time).await;
}

/// How things are, in words that do not name what is drawn.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) objects: Vec<String>,
    pub(super) pods: Vec<String>,
    pub(super) jobs: Vec<String>,
    pub(super) journals: Vec<String>,
    pub(super) violations: Vec<String>,
}

pub(super) fn standing(universe: &Universe) -> Standing {
    universe.kube(|kube, flink| {
        let objects = kube.objects.iter().map(|(id, live)| {
            let of = live["spec"]["of"].as_str().or_else(|| crate::cluster::goal::revision(live));
            let replicas = live.pointer("/spec/replicas").map(ToString::to_string);
            format!("{id} {} {}", of.unwrap_or_default(), replicas.unwrap_or_default())
        });
        let mut pods: Vec<String> =
            kube.pods.iter().map(|pod| format!("{} {:?}", pod.role, pod.revision)).collect();
        pods.sort();
        let mut violations = kube.violations.clone();
        violations.extend(flink.violations.clone());
        Standing {
            objects: objects.collect(),
            pods,
            jobs: running(flink),
            journals: told(flink),
            violations,
        }
    })
}

fn running(flink: &Flink) -> Vec<String> {
    let mut all: Vec<String> =
        flink.alive().iter().map(|job| job.program.jar.sha256.clone()).collect();
    all.sort();
    all
}

fn told(flink: &Flink) -> Vec<String> {
    let journals = flink.journals.iter().flat_map(BTreeMap::values);
    journals
        .map(|noted| {
            let phase = match &noted.entry.phase {
                Phase::Running => "running".to_owned(),
                Phase::Stopping { by } => format!("stopping by {by:?}"),
                Phase::Stopped { by, path } => format!("stopped by {by:?} path={}", path.is_some()),
                Phase::Starting { .. } => "starting".to_owned(),
            };
            format!("{} {phase}", noted.entry.owner)
        })
        .collect()
}

/// Leaves the number of TaskManagers to somebody else.
fn disown(desired: &mut Desired) {
    let spec = desired.objects[3].body["spec"].as_object_mut().expect("a map");
    spec.remove("replicas");
}

/// Somebody else decides how many TaskManagers there are.
fn scale(universe: &Universe, replicas: u32) {
    universe.kube(|kube, _| {
        let id = Id::new("apps/v1", "Deployment", "session-taskmanager");
        kube.objects.get_mut(&id).expect("it stands")["spec"]["replicas"] = json!(replicas);
    });
}
