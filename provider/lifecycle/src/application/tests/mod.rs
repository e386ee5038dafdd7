//! Proofs over whole operations on an application.

mod crashes;
mod guards;
mod high_availability;
mod histories;
mod moves;
mod scenes;
mod scouts;

use std::{sync::Arc, time::Duration};

use manifests::Object;
use serde_json::{Value, json};

use crate::{
    application::{
        Goal, Rendering, Report, Start, Version,
        drive::drive_with,
        goal::{Directories, owner},
        guard::{Guard, Guards},
        model::{Apps, ELSEWHERE, RECOVERS, program},
    },
    cluster::{
        Name,
        goal::{
            CLUSTER, Conflicts, Desired, HighAvailability, Known, MANAGED_BY, MANAGER, REVISION,
            revision,
        },
    },
    job::{
        self, Limits, Recorded,
        goal::{
            Bounded, Claim, Drain, Format, Intent, NonRestoredState, OnDestroy, Remove, Run,
            StartFrom, StateLoss, Stop, Suspend, Upgrade, UpgradeMode, Verify,
        },
        journal::{By, Follows, Phase},
        model::{CHECKPOINTS, SAVEPOINTS},
        recorded::RecordedState,
        report::{Left, Which},
    },
};

pub(super) fn name() -> Name {
    Name::new("default", "session")
}

/// The objects of a version, as small as they can be.
#[derive(Debug)]
struct Small {
    version: &'static str,
}

fn object(api_version: &'static str, kind: &'static str, name: &str, spec: &Value) -> Object {
    let labels = json!({ MANAGED_BY: MANAGER, CLUSTER: "session" });
    let body = json!({
        "apiVersion": api_version, "kind": kind,
        "metadata": { "name": name, "labels": labels }, "spec": spec,
    });
    Object { api_version, kind, namespace: "default".to_owned(), name: name.to_owned(), body }
}

fn deployment(role: &str, version: &str, job: &str, replicas: u32) -> Object {
    let labels = json!({ "app": "session", "component": role });
    let spec = json!({
        "of": version,
        "replicas": replicas,
        "selector": { "matchLabels": labels },
        "template": { "metadata": { "labels": labels, "annotations": { REVISION: job } } },
    });
    object("apps/v1", "Deployment", &format!("session-{role}"), &spec)
}

impl Rendering for Small {
    fn render(&self, start: &Start) -> Result<Desired, String> {
        let job = start.job.as_str();
        let mut permit = object("v1", "ConfigMap", "flink-permit-session", &json!({}));
        permit.body["data"] = json!({ job: "session" });
        let objects = vec![
            object("v1", "ConfigMap", "flink-config-session", &json!({ "of": self.version })),
            permit,
            object("v1", "Service", "session-rest", &json!({})),
            deployment("jobmanager", self.version, job, 1),
            deployment("taskmanager", self.version, job, 2),
        ];
        let high_availability = if self.version.starts_with(RECOVERS) {
            HighAvailability::Kubernetes
        } else if self.version.starts_with(ELSEWHERE) {
            HighAvailability::Elsewhere
        } else {
            HighAvailability::None
        };
        Ok(Desired { objects, high_availability, ..Desired::default() })
    }

    fn scout(&self) -> Result<Vec<Object>, String> {
        let of = json!({ "of": self.version });
        Ok(vec![
            object("v1", "ConfigMap", "flink-config-session-scout", &of),
            object("v1", "Service", "session-scout-rest", &json!({})),
            object("v1", "Pod", "session-scout", &of),
        ])
    }

    fn directories(&self) -> Directories {
        Directories {
            savepoints: Some(SAVEPOINTS.to_owned()),
            checkpoints: Some(CHECKPOINTS.to_owned()),
        }
    }
}

pub(super) fn version(version: &'static str) -> Version {
    Version { program: program(version), rendering: Arc::new(Small { version }) }
}

/// What a client keeps.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) recorded: Recorded,
    pub(super) version: &'static str,
}

pub(super) fn to_run(version: &'static str, kept: Option<&Kept>) -> Run {
    let changed = kept.is_some_and(|kept| kept.version != version);
    Run {
        owner: owner(&name()),
        program: program(version),
        recorded: kept.map(|kept| kept.recorded.clone()),
        intent: if changed { Intent::Replace } else { Intent::Keep },
        start: StartFrom::Newest,
        non_restored_state: NonRestoredState::Refuse,
        claim: Claim::NoClaim,
        bounded: Bounded::No,
        upgrade: Upgrade { verify: Verify::None, ..Upgrade::default() },
        state_loss: StateLoss::Accept,
        follows: Follows::No,
    }
}

pub(super) fn goal(job: job::Goal, desired: &'static str, kept: Option<&Kept>) -> Goal {
    Goal {
        name: name(),
        job,
        desired: version(desired),
        previous: kept.map(|kept| version(kept.version)),
        known: if kept.is_some() { Known::Yes } else { Known::No },
        conflicts: Conflicts::Refuse,
        manager: MANAGER.to_owned(),
    }
}

pub(super) fn runs(run: Run, desired: &'static str, kept: Option<&Kept>) -> Goal {
    goal(job::Goal::Run(Box::new(run)), desired, kept)
}

pub(super) fn create(version: &'static str) -> Goal {
    runs(to_run(version, None), version, None)
}

pub(super) fn to(version: &'static str, kept: &Kept) -> Goal {
    runs(to_run(version, Some(kept)), version, Some(kept))
}

pub(super) fn by_mode(version: &'static str, kept: &Kept, mode: UpgradeMode) -> Goal {
    let mut run = to_run(version, Some(kept));
    run.upgrade.mode = mode;
    runs(run, version, Some(kept))
}

/// An upgrade whose version is looked into before the old one stops.
pub(super) fn looked_into(version: &'static str, kept: &Kept) -> Goal {
    let mut run = to_run(version, Some(kept));
    run.upgrade.verify = Verify::DryRun;
    runs(run, version, Some(kept))
}

pub(super) fn suspend(kept: &Kept, mode: UpgradeMode) -> Goal {
    let stop = Stop {
        mode,
        savepoint_dir: None,
        format: Format::Canonical,
        drain: Drain::No,
        state_loss: StateLoss::Accept,
    };
    let recorded = Some(kept.recorded.clone());
    let suspend = Suspend { owner: owner(&name()), recorded, stop, by: By::Job };
    goal(job::Goal::Suspend(suspend), kept.version, Some(kept))
}

pub(super) fn remove(kept: &Kept, how: OnDestroy) -> Goal {
    let recorded = Some(kept.recorded.clone());
    let remove = Remove { owner: owner(&name()), recorded, how };
    goal(job::Goal::Remove(remove), kept.version, Some(kept))
}

pub(super) fn with_savepoint() -> OnDestroy {
    OnDestroy::Savepoint { savepoint_dir: None, format: Format::Canonical, drain: Drain::No }
}

/// What a client keeps of a report.
pub(super) fn keep(report: &Report, wanted: &'static str, before: Option<&Kept>) -> Kept {
    let report = &report.job;
    let version = match (report.program, before) {
        (Some(Which::Previous), Some(before)) => before.version,
        (Some(Which::Previous | Which::Desired) | None, _) => wanted,
    };
    let recorded = Recorded {
        job: report.job.clone(),
        state: match report.state {
            Left::Running | Left::Unknown => RecordedState::Running,
            Left::Suspended => RecordedState::Suspended,
            Left::Finished | Left::Failed | Left::Canceled | Left::Missing => RecordedState::Ended,
        },
        program: Some(program(version)),
        last_savepoint_path: report.last_savepoint_path.clone(),
        restored_from: report.restored_from.clone(),
    };
    Kept { recorded, version }
}

pub(super) async fn apply(goal: &Goal, apps: &Apps) -> Report {
    apply_without(None, goal, apps).await
}

pub(super) async fn apply_without(guard: Option<Guard>, goal: &Goal, apps: &Apps) -> Report {
    let limits = Limits::within(Duration::from_mins(5));
    drive_with(Guards::without(guard), goal, apps, &limits).await
}

/// Applies until the process dies; `None` when it does.
pub(super) async fn apply_until_death(
    guard: Option<Guard>,
    goal: &Goal,
    apps: &Apps,
) -> Option<Report> {
    tokio::select! {
        report = apply_without(guard, goal, apps) => Some(report),
        () = apps.universe.flink.died.notified() => None,
    }
}

/// An application of version `a:v1` that has run for a while.
pub(super) async fn running(apps: &Apps) -> Kept {
    let report = apply(&create("a:v1"), apps).await;
    assert_eq!(report.problem, None);
    let kept = keep(&report, "a:v1", None);
    apps.pass(Duration::from_millis(4_500)).await;
    kept
}

/// How things are, in words that do not name what is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) objects: Vec<String>,
    pub(super) pods: Vec<String>,
    pub(super) jobs: Vec<String>,
    pub(super) journal: Vec<String>,
    pub(super) violations: Vec<String>,
}

pub(super) fn standing(apps: &Apps) -> Standing {
    apps.live();
    apps.universe.kube(|kube, flink| {
        let objects = kube.objects.iter().map(|(id, live)| {
            let of = live["spec"]["of"].as_str().unwrap_or_default();
            let keys = live["data"].as_object().map(serde_json::Map::len);
            let replicas = live.pointer("/spec/replicas").map(ToString::to_string);
            let same = revision(live)
                .is_none_or(|one| flink.alive().iter().all(|job| job.id.as_str() == one));
            format!("{id} {of} {keys:?} {} {same}", replicas.unwrap_or_default())
        });
        let mut pods: Vec<String> = kube.pods.iter().map(|pod| pod.role.clone()).collect();
        pods.sort();
        let mut violations = kube.violations.clone();
        violations.extend(flink.violations.clone());
        let jobs = flink.alive().iter().map(|job| job.program.jar.sha256.clone()).collect();
        let journals = flink.journals.iter().flat_map(std::collections::BTreeMap::values);
        let journal = journals.map(|noted| match &noted.entry.phase {
            Phase::Running => "running".to_owned(),
            Phase::Stopping { by } => format!("stopping by {by:?}"),
            Phase::Stopped { by, path } => format!("stopped by {by:?} path={}", path.is_some()),
            Phase::Starting { .. } => "starting".to_owned(),
        });
        Standing { objects: objects.collect(), pods, jobs, journal: journal.collect(), violations }
    })
}

/// How much the running job has done.
pub(super) fn progress(apps: &Apps) -> Option<u64> {
    apps.live();
    apps.universe.kube(|_, flink| flink.alive().first().map(|job| job.version))
}
