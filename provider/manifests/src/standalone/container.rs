//! The main container: how a process is started, its ports, environment and checks.

use serde_json::{Map, Value, json};

use super::program;
use crate::Cluster;
use crate::description::{Kind, Probe, Role};
use crate::parts::services::{BLOB_PORT, HANDED_OVER, REST_PORT, RPC_PORT, TASK_MANAGER_RPC_PORT};
use crate::parts::start;
use crate::template::Pod;

/// The image's entry point.
const ENTRY_POINT: &str = "/docker-entrypoint.sh";

/// Puts the process into the pod's main container.
pub(super) fn complete(cluster: &Cluster, role: Role, starts_with_script: bool, pod: &mut Pod) {
    let (command, mut args) = command(cluster, role, starts_with_script);
    if role == Role::JobManager && cluster.high_availability.is_some() {
        args.extend(addresses(cluster));
    }
    if let Some(application) = cluster.application().filter(|_| role == Role::JobManager) {
        args.extend(program::arguments(cluster, application));
    }
    pod.main_set("command", json!([command])).main_set("args", json!(args));
    pod.main_append("ports", ports(role));
    let variables = cluster.process(role).env.iter();
    pod.main_append("env", variables.map(|(name, value)| json!({ "name": name, "value": value })));
    pod.main_append(
        "env",
        [json!({
            "name": "_POD_IP_ADDRESS",
            "valueFrom": { "fieldRef": { "apiVersion": "v1", "fieldPath": "status.podIP" } },
        })],
    );
    probes(cluster, role, pod);
}

/// What is run: the entry point knows the processes by name, a script of ours
/// runs Flink's own scripts through it.
fn command(cluster: &Cluster, role: Role, starts_with_script: bool) -> (&'static str, Vec<String>) {
    let name = match (role, &cluster.kind) {
        (Role::JobManager, Kind::Application(_)) => "standalone-job",
        (Role::JobManager, Kind::Session) | (Role::TaskManager, _) => role.component(),
    };
    if starts_with_script {
        (start::PATH, vec![format!("{name}.sh"), "start-foreground".to_owned()])
    } else {
        (ENTRY_POINT, vec![name.to_owned()])
    }
}

/// What others find one of several JobManagers by.
///
/// The one that is asked to run a jar hands it over at the address that the leader's blob server is
/// bound to, and where that is any, at its host name, which no other pod resolves.
fn addresses(cluster: &Cluster) -> impl Iterator<Item = String> {
    let rpc = Some("jobmanager.rpc.address=$(_POD_IP_ADDRESS)");
    let is_handed_over = cluster.flink_version >= HANDED_OVER;
    let blobs = is_handed_over.then_some("jobmanager.bind-host=$(_POD_IP_ADDRESS)");
    rpc.into_iter().chain(blobs).flat_map(|set| ["-D".to_owned(), set.to_owned()])
}

fn ports(role: Role) -> Vec<Value> {
    let ports: &[(&str, u16)] = match role {
        Role::JobManager => {
            &[("rest", REST_PORT), ("jobmanager-rpc", RPC_PORT), ("blobserver", BLOB_PORT)]
        }
        Role::TaskManager => &[("taskmanager-rpc", TASK_MANAGER_RPC_PORT)],
    };
    ports.iter().map(|(name, port)| json!({ "name": name, "containerPort": port })).collect()
}

/// The checks, unless the template has its own.
///
/// A JobManager is ready when it answers questions about the cluster; it is
/// alive as long as its port is open, or all would be killed when their leader
/// election has to wait for a Kubernetes or ZooKeeper that is away.
fn probes(cluster: &Cluster, role: Role, pod: &mut Pod) {
    let probes = &cluster.process(role).probes;
    let (port, answers) = match role {
        Role::JobManager => ("rest", overview(cluster)),
        Role::TaskManager => ("taskmanager-rpc", None),
    };
    let open = ("tcpSocket", json!({ "port": port }));
    let checks = [
        ("livenessProbe", probes.liveness, open.clone()),
        ("readinessProbe", probes.readiness, answers.unwrap_or_else(|| open.clone())),
        ("startupProbe", probes.startup, open),
    ];
    for (field, probe, check) in checks {
        if let Some(probe) = probe {
            pod.main_set_unless(field, timed(probe, check));
        }
    }
}

/// The question that needs a leader; where clients have to present a
/// certificate the kubelet cannot ask it.
fn overview(cluster: &Cluster) -> Option<(&'static str, Value)> {
    let scheme = match &cluster.rest.tls {
        Some(tls) if tls.client_authentication => return None,
        Some(_) => "HTTPS",
        None => "HTTP",
    };
    Some(("httpGet", json!({ "path": "/overview", "port": "rest", "scheme": scheme })))
}

fn timed(probe: Probe, (field, check): (&str, Value)) -> Value {
    let Probe { period_seconds, failure_threshold, timeout_seconds } = probe;
    Value::Object(Map::from_iter([
        (field.to_owned(), check),
        ("periodSeconds".to_owned(), json!(period_seconds)),
        ("failureThreshold".to_owned(), json!(failure_threshold)),
        ("timeoutSeconds".to_owned(), json!(timeout_seconds)),
    ]))
}
