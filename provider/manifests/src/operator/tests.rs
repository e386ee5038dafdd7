//! The rendering against the resources that a real operator had, and against its schemas.

mod changes;
mod drifts;
mod refusals;
mod rendering;
mod schemas;

use serde_json::Value;

use super::*;
use crate::description::{Application, State, Strategy};
use crate::{Cluster, Invalid, Object, Rendered, examples};

/// Resources of an operator 1.15.0 as people wrote them, without its own notes.
fn recorded(name: &str) -> Value {
    let all: Vec<Value> = serde_json::from_str(include_str!("recorded/resources.json")).unwrap();
    all.into_iter().find(|it| it["metadata"]["name"] == name).unwrap()
}

/// The schema of a kind, without its status, as the resource definitions in
/// `org.apache.flink:flink-kubernetes-operator-api` have it (Apache License 2.0).
fn schema(version: &str, kind: &str) -> Value {
    let text = match version {
        "1.7.0" => include_str!("recorded/schemas-1.7.0.json"),
        "1.10.0" => include_str!("recorded/schemas-1.10.0.json"),
        other => panic!("no recorded schema of {other}"),
    };
    let all: Value = serde_json::from_str(text).unwrap();
    let mut schema = all[kind].clone();
    // The schema of a pod stands three times in a FlinkDeployment's.
    for at in ["", "/jobManager/properties", "/taskManager/properties"] {
        let pointer = format!("/properties/spec/properties{at}/podTemplate");
        if let Some(template) = schema.pointer_mut(&pointer) {
            *template = all["PodTemplate"].clone();
        }
    }
    schema
}

/// A job that the operator can keep: with directories for its state.
fn application() -> Cluster {
    let mut cluster = examples::application();
    cluster.strategy = Strategy::Native;
    cluster.state = directories();
    cluster
}

fn directories() -> State {
    State {
        checkpoint_dir: Some("s3://flink/checkpoints".to_owned()),
        savepoint_dir: Some("s3://flink/savepoints".to_owned()),
        ..State::default()
    }
}

/// Every attribute that the operator can hold, set to something.
fn everything() -> Cluster {
    let mut cluster = examples::everything();
    cluster.strategy = Strategy::Native;
    cluster.task_manager.replicas = None;
    cluster.task_manager.autoscaling = None;
    cluster.task_manager.process.disruption_budget = None;
    cluster.state.savepoint_dir = Some("s3://flink/savepoints".to_owned());
    cluster.rest.node_port = None;
    cluster.rest.labels.clear();
    cluster.rest.load_balancer_source_ranges.clear();
    for process in [&mut cluster.job_manager.process, &mut cluster.task_manager.process] {
        process.probes = crate::description::Probes::default();
    }
    cluster
}

fn session_job_of(cluster: &str) -> SessionJob {
    SessionJob {
        namespace: "flink".to_owned(),
        name: "payments".to_owned(),
        cluster: cluster.to_owned(),
        program: Application {
            jar: "https://jars.example.com/payments.jar".to_owned(),
            entry_class: Some("com.example.Payments".to_owned()),
            args: vec!["--from".to_owned(), "a;b $(HOME)".to_owned()],
            parallelism: Some(2),
            ..Application::default()
        },
        flink_configuration: examples::texts(&[("execution.checkpointing.interval", "10s")]),
        labels: examples::texts(&[("team", "payments")]),
        annotations: examples::texts(&[("on-call", "payments")]),
    }
}

fn savepoint() -> Snapshot {
    Snapshot {
        namespace: "flink".to_owned(),
        name: "before-the-move".to_owned(),
        kind: JobKind::SessionJob,
        job: "payments".to_owned(),
        taken: Taken::Savepoint {
            directory: Some("s3://flink/savepoints".to_owned()),
            format: Format::Native,
            dispose_on_delete: false,
        },
        backoff_limit: 3,
        labels: examples::texts(&[("team", "payments")]),
    }
}

fn rendered(cluster: &Cluster, settings: &Settings) -> Rendered {
    render(cluster, settings).unwrap()
}

/// The operator's resource among the objects.
fn resource(cluster: &Cluster, settings: &Settings) -> Object {
    let objects = rendered(cluster, settings).objects;
    objects.into_iter().find(|object| object.kind == DEPLOYMENT).unwrap()
}

fn overriding(text: &str) -> Settings {
    let spec_overrides = Some(crate::template::parse_fragment(text).unwrap());
    Settings { spec_overrides, ..Settings::default() }
}

fn paths(problems: &[Invalid]) -> Vec<String> {
    problems.iter().map(|problem| problem.path.join(".")).collect()
}
