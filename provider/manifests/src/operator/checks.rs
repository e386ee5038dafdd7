//! What the operator refuses or waits for without an end, as far as it can be told without it.

use flink::configuration::{Configuration, options};

use super::configuration::PARALLELISM;
use super::session_job::SessionJob;
use super::settings::{Settings, UpgradeMode};
use crate::checks::Findings;
use crate::checks::is_label;
use crate::configuration::{has_variable, path_of};
use crate::description::{ClaimMode, Kind, Probes, Role, Scheduler, Strategy};
use crate::parts::{logging, start};
use crate::{Cluster, Invalid, Warning};

/// What the description shows: what is wrong with it whatever the strategy, and
/// what has no place in the resource.
pub(super) fn description(cluster: &Cluster, settings: &Settings) -> (Vec<Invalid>, Vec<Warning>) {
    let (invalid, warnings) = crate::checks::description(cluster);
    let mut found = Findings { invalid, warnings };
    rest(cluster, &mut found);
    task_managers(cluster, &mut found);
    standalone(cluster, &mut found);
    for name in cluster.log_configuration.keys() {
        let is_known = [logging::LOG4J, logging::LOGBACK].contains(&name.as_str());
        found.invalid_if(!is_known, &["log_configuration", name], || {
            format!("The operator takes {} and {} only.", logging::LOG4J, logging::LOGBACK)
        });
    }
    if let Some(autoscaler) = &settings.autoscaler {
        autoscaler.check(&cluster.flink_configuration, &mut found);
        let is_scaled = cluster.task_manager.autoscaling.is_some();
        found.invalid_if(is_scaled, &["task_manager", "autoscaling"], || {
            "The operator's autoscaler and one of Kubernetes would both set how wide the job is. Remove one of the two."
                .to_owned()
        });
    }
    let restore = cluster.application().and_then(|application| application.restore.as_ref());
    let is_redeployed = settings.upgrade.redeploy_nonce.is_some();
    found.invalid_if(is_redeployed && restore.is_none(), &["restore", "path"], || {
        "The operator throws the job's state away to start from restore.path, and there is none.".to_owned()
    });
    (found.invalid, found.warnings)
}

/// The Service is the operator's, made of Flink's own options.
fn rest(cluster: &Cluster, found: &mut Findings) {
    let rest = &cluster.rest;
    let unheld = [
        ("node_port", rest.node_port.is_some()),
        ("labels", !rest.labels.is_empty()),
        ("load_balancer_source_ranges", !rest.load_balancer_source_ranges.is_empty()),
    ];
    for (field, is_set) in unheld {
        found.invalid_if(is_set, &["rest", field], || {
            format!(
                "The operator makes the Service of the REST API, and nothing in its resource says {field}. Remove \
                 it, and put a Service of your own in front of the JobManager's pods."
            )
        });
    }
    if rest.tls.is_some() {
        found.warn(
            &["rest", "tls"],
            "The operator asks Flink through the same endpoint: unless its own pod trusts the certificate it takes the \
             cluster for one that does not start.",
        );
    }
    let is_closed = cluster.network_policy.as_ref().is_some_and(|it| it.allow_rest_from.is_some());
    if is_closed {
        found.warn(
            &["network_policy", "allow_rest_from"],
            "The operator asks Flink through the REST port: its pods have to be among these, or it takes the cluster \
             for one that does not start.",
        );
    }
}

fn task_managers(cluster: &Cluster, found: &mut Findings) {
    let task_manager = &cluster.task_manager;
    let is_standalone = cluster.strategy == Strategy::Standalone;
    let is_reactive = cluster.scheduler == Some(Scheduler::Reactive);
    let is_scaled = is_standalone && task_manager.autoscaling.is_some() && !is_reactive;
    found.invalid_if(is_scaled, &["task_manager", "autoscaling"], || {
        match cluster.kind {
            Kind::Session => "The operator makes a session cluster anew for another number of TaskManagers, and its jobs \
                              are gone: an autoscaler would do that at any time.",
            Kind::Application(_) => {
                "The operator stops the job and starts it anew for another number of TaskManagers, unless it runs in \
                 reactive mode: set scheduler = \"reactive\", or leave scaling to the operator's own autoscaler."
            }
        }
        .to_owned()
    });
    let Some(application) = cluster.application() else { return };
    if is_standalone && task_manager.replicas.is_some() && application.parallelism.is_some() {
        found.invalid(
            &["parallelism"],
            "The operator takes the slots of task_manager.replicas for the parallelism, whatever this says. Remove one \
             of the two.",
        );
    }
}

/// What the strategies of ours have for standalone pods and the operator's have not.
fn standalone(cluster: &Cluster, found: &mut Findings) {
    match cluster.strategy {
        Strategy::Native => return,
        Strategy::Standalone => {}
    }
    for role in Role::ALL {
        let are_written = cluster.process(role).probes != Probes::default();
        found.invalid_if(are_written, &[role.attribute(), "probes"], || {
            "The operator makes the container. Write its checks into pod_template.".to_owned()
        });
    }
    let cluster_id = cluster.high_availability.as_ref().and_then(|it| it.cluster_id.as_ref());
    found.invalid_if(cluster_id.is_some(), &["high_availability", "cluster_id"], || {
        "The operator takes the name of the cluster. Remove cluster_id.".to_owned()
    });
}

/// What the whole configuration shows.
pub(super) fn configured(
    cluster: &Cluster,
    settings: &Settings,
    whole: &Configuration,
) -> (Vec<Invalid>, Vec<Warning>) {
    let mut found = Findings::default();
    let is_standalone = cluster.strategy == Strategy::Standalone;
    if is_standalone && start::is_needed(cluster, whole) {
        let key = whole
            .iter()
            .find(|(_, value)| has_variable(value))
            .map(|(key, _)| path_of(cluster, key));
        let path = key.unwrap_or_else(|| vec!["plugins".to_owned()]);
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        found.invalid(
            &path,
            "In the operator's standalone mode nothing can be run before Flink: no ${NAME} is replaced in the pod, no \
             certificate in PEM form is read, and plugins need a file system that can be written. Take the native mode.",
        );
    }
    said_by_the_operator(cluster, whole, &mut found);
    if cluster.application().is_some() {
        directories(cluster, settings.upgrade.mode, whole, &mut found);
        found.invalid_if(
            whole.get(PARALLELISM).is_some_and(|it| it.trim() == "0"),
            &["parallelism"],
            || "A job needs a parallelism of at least 1.".to_owned(),
        );
    }
    (found.invalid, found.warnings)
}

/// What the operator itself reads, outside of the pods.
fn said_by_the_operator(cluster: &Cluster, whole: &Configuration, found: &mut Findings) {
    let options = options::of(cluster.flink_version);
    for key in ["state.savepoints.dir", "high-availability.zookeeper.quorum"] {
        let key = options.get(key).map_or(key, |option| option.key);
        let Some((written, value)) = options.read(whole, key) else { continue };
        let path = path_of(cluster, written);
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        found.invalid_if(has_variable(value), &path, || {
            "The operator reads this value itself, and ${NAME} is replaced in the pods alone. Write it out.".to_owned()
        });
    }
}

/// The directories that an upgrade mode needs.
fn directories(cluster: &Cluster, mode: UpgradeMode, whole: &Configuration, found: &mut Findings) {
    let options = options::of(cluster.flink_version);
    let current = |key| options.get(key).map_or(key, |option| option.key);
    let is_set = |key| options.read(whole, current(key)).is_some();
    let (checkpoints, savepoints) = match mode {
        UpgradeMode::Stateless => (false, false),
        UpgradeMode::LastState => (true, false),
        UpgradeMode::Savepoint => (true, true),
    };
    for (is_needed, key, field) in [
        (checkpoints, "state.checkpoints.dir", "checkpoint_dir"),
        (savepoints, "state.savepoints.dir", "savepoint_dir"),
    ] {
        found.invalid_if(is_needed && !is_set(key), &["state", field], || {
            format!(
                "The operator refuses a job with upgrade mode {} that has no {field}: there would be no state to go on \
                 from.",
                mode.word()
            )
        });
    }
}

/// What a session job itself shows; whether its cluster has directories, the operator looks at.
pub(super) fn session_job(job: &SessionJob, settings: &Settings) -> (Vec<Invalid>, Vec<Warning>) {
    let mut found = Findings::default();
    if let Some(autoscaler) = &settings.autoscaler {
        autoscaler.check(&job.flink_configuration, &mut found);
    }
    for (name, attribute) in
        [(&job.name, "name"), (&job.namespace, "namespace"), (&job.cluster, "cluster")]
    {
        found.invalid_if(!is_label(name), &[attribute], || {
            format!(
                "{name:?} is no name: lower-case letters, digits and hyphens, no hyphen at an end."
            )
        });
    }
    found.invalid_if(job.program.parallelism == Some(0), &["parallelism"], || {
        "A job needs a parallelism of at least 1.".to_owned()
    });
    let mode = job.program.restore.as_ref().map(|it| it.claim_mode).unwrap_or_default();
    found.invalid_if(mode != ClaimMode::NoClaim, &["restore", "claim_mode"], || {
        "The operator starts a session job with Flink's own claim mode. Leave claim_mode out: the savepoint stays yours."
            .to_owned()
    });
    jar(&job.program.jar, &mut found);
    (found.invalid, found.warnings)
}

/// The operator's pod fetches the jar, and lets only what it is told to.
fn jar(jar: &str, found: &mut Findings) {
    match jar.split_once(':').map(|(scheme, _)| scheme) {
        Some("https") => {}
        None | Some("" | "local") => found.invalid(
            &["jar"],
            format!(
                "The operator fetches the jar of a session job itself, and {jar:?} is not where its pod can find it. \
                 Name it by https://, or by what its file systems know, such as s3://."
            ),
        ),
        Some(scheme) => found.warn(
            &["jar"],
            format!(
                "The operator fetches jars by https:// and nothing else, unless its configuration \
                 kubernetes.operator.user.artifacts.allowed-schemes has {scheme:?}."
            ),
        ),
    }
}
