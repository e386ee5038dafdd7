//! Attribute by attribute: what a change of it does to the pods.
//!
//! Every description is taken apart without `..`: a new attribute does not
//! compile until it has its line here.

use std::collections::BTreeMap;

use flink::configuration::options;

use super::{Change, Effect, process};
use crate::description::{
    Application, Cluster, HighAvailability, Image, JobManager, Kind, Rest, Role, ServiceAccount,
    State, Strategy, TaskManager,
};
use crate::parts::logging;

pub(super) fn fill(old: &Cluster, new: &Cluster, change: &mut Change) {
    let Cluster {
        namespace,
        name,
        kind,
        strategy,
        revision: _,
        flink_version,
        image: _,
        service_account: _,
        flink_configuration: _,
        scheduler,
        high_availability: _,
        state: _,
        job_manager: _,
        task_manager: _,
        pod_template,
        volumes,
        hadoop_configuration,
        log_configuration: _,
        plugins,
        rest: _,
        network_policy,
        metrics,
        pod_security,
        labels,
        annotations,
        record: _,
    } = new;
    change.restart(&["namespace"], &old.namespace, namespace);
    change.restart(&["name"], &old.name, name);
    self::kind(&old.kind, kind, change);
    change.restart(&["strategy"], &old.strategy, strategy);
    change.restart(&["flink_version"], &old.flink_version, flink_version);
    image(&old.image, &new.image, change);
    service_account(&old.service_account, &new.service_account, change);
    flink_configuration(old, new, change);
    change.restart(&["scheduler"], &old.scheduler, scheduler);
    high_availability(old.high_availability.as_ref(), new.high_availability.as_ref(), change);
    state(&old.state, &new.state, change);
    job_manager(&old.job_manager, &new.job_manager, change);
    task_manager(&old.task_manager, &new.task_manager, change);
    change.restart(&["pod_template"], &old.pod_template, pod_template);
    change.restart(&["volumes"], &old.volumes, volumes);
    change.restart(&["hadoop_configuration"], &old.hadoop_configuration, hadoop_configuration);
    log_configuration(old, new, change);
    change.restart(&["plugins"], &old.plugins, plugins);
    rest(new.strategy, &old.rest, &new.rest, change);
    change.in_place(&["network_policy"], &old.network_policy, network_policy);
    change.restart(&["metrics"], &old.metrics, metrics);
    change.restart(&["pod_security"], &old.pod_security, pod_security);
    change.in_place(&["labels"], &old.labels, labels);
    change.in_place(&["annotations"], &old.annotations, annotations);
}

/// An application's job id and the state it starts from follow from the rest.
fn kind(old: &Kind, new: &Kind, change: &mut Change) {
    let (Kind::Application(old), Kind::Application(new)) = (old, new) else {
        change.restart(&["kind"], old, new);
        return;
    };
    let Application { jar, entry_class, args, parallelism, job_id: _, restore: _ } = new;
    change.restart(&["jar"], &old.jar, jar);
    change.restart(&["jar", "entry_class"], &old.entry_class, entry_class);
    change.restart(&["args"], &old.args, args);
    change.restart(&["parallelism"], &old.parallelism, parallelism);
}

fn image(old: &Image, new: &Image, change: &mut Change) {
    let Image { name, pull_policy, pull_secrets } = new;
    change.restart(&["image"], &old.name, name);
    change.restart(&["image_pull_policy"], &old.pull_policy, pull_policy);
    change.restart(&["image_pull_secrets"], &old.pull_secrets, pull_secrets);
}

/// An account's annotations are read when a pod is made: a cloud's webhook then
/// puts the credentials of the role into it.
fn service_account(old: &ServiceAccount, new: &ServiceAccount, change: &mut Change) {
    let ServiceAccount { name, create, annotations } = new;
    change.restart(&["service_account", "name"], &old.name, name);
    change.in_place(&["service_account", "create"], &old.create, create);
    change.restart(&["service_account", "annotations"], &old.annotations, annotations);
}

/// Key by key. A value in another spelling (`1g`, `1024m`) changes the file and
/// not what Flink reads.
fn flink_configuration(old: &Cluster, new: &Cluster, change: &mut Change) {
    let options = options::of(new.flink_version);
    let (old, new, version) =
        (&old.flink_configuration, &new.flink_configuration, new.flink_version);
    for key in both(old, new) {
        let same = match (options.get(key), old.get(key), new.get(key)) {
            (Some(option), Some(old), Some(new)) => option.kind.same(old, new, version),
            _ => false,
        };
        let effect = if same { Effect::InPlace } else { Effect::Restart };
        change.note(effect, &["flink_configuration", key], &old.get(key), &new.get(key));
    }
}

/// The keys of either map, sorted.
fn both<'a>(
    old: &'a BTreeMap<String, String>,
    new: &'a BTreeMap<String, String>,
) -> Vec<&'a String> {
    let mut keys: Vec<&String> = old.keys().chain(new.keys()).collect();
    keys.sort();
    keys.dedup();
    keys
}

fn high_availability(
    old: Option<&HighAvailability>,
    new: Option<&HighAvailability>,
    change: &mut Change,
) {
    let (Some(old), Some(new)) = (old, new) else {
        change.restart(&["high_availability"], &old, &new);
        return;
    };
    let HighAvailability { r#type, storage_dir, cluster_id } = new;
    change.restart(&["high_availability", "type"], &old.r#type, r#type);
    change.restart(&["high_availability", "storage_dir"], &old.storage_dir, storage_dir);
    change.restart(&["high_availability", "cluster_id"], &old.cluster_id, cluster_id);
}

fn state(old: &State, new: &State, change: &mut Change) {
    let State {
        backend,
        checkpoint_dir,
        savepoint_dir,
        checkpoint_interval,
        checkpoint_mode,
        incremental,
        local_dir,
    } = new;
    change.restart(&["state", "backend"], &old.backend, backend);
    change.restart(&["state", "checkpoint_dir"], &old.checkpoint_dir, checkpoint_dir);
    change.restart(&["state", "savepoint_dir"], &old.savepoint_dir, savepoint_dir);
    change.restart(
        &["state", "checkpoint_interval"],
        &old.checkpoint_interval,
        checkpoint_interval,
    );
    change.restart(&["state", "checkpoint_mode"], &old.checkpoint_mode, checkpoint_mode);
    change.restart(&["state", "incremental"], &old.incremental, incremental);
    change.restart(&["state", "local_dir"], &old.local_dir, local_dir);
}

fn job_manager(old: &JobManager, new: &JobManager, change: &mut Change) {
    let JobManager { replicas, process } = new;
    change.in_place(&["job_manager", "replicas"], &old.replicas, replicas);
    process::fill(Role::JobManager, &old.process, process, change);
}

fn task_manager(old: &TaskManager, new: &TaskManager, change: &mut Change) {
    let TaskManager { replicas, task_slots, autoscaling, process } = new;
    change.in_place(&["task_manager", "replicas"], &old.replicas, replicas);
    change.restart(&["task_manager", "task_slots"], &old.task_slots, task_slots);
    change.in_place(&["task_manager", "autoscaling"], &old.autoscaling, autoscaling);
    process::fill(Role::TaskManager, &old.process, process, change);
}

/// A logging file that the running processes look at again changes in place:
/// what they look for stands in the file that they have.
fn log_configuration(old: &Cluster, new: &Cluster, change: &mut Change) {
    let (old, new) = (logging::files(old), logging::files(new));
    for name in both(&old, &new) {
        let is_read_again = old.get(name).is_some_and(|text| logging::is_read_again(name, text));
        let effect =
            if is_read_again && new.contains_key(name) { Effect::InPlace } else { Effect::Restart };
        change.note(effect, &["log_configuration", name], &old.get(name), &new.get(name));
    }
}

/// Flink's own client writes the port of the Service into the JobManager's pod.
fn rest(strategy: Strategy, old: &Rest, new: &Rest, change: &mut Change) {
    let Rest {
        service_type,
        port,
        node_port,
        annotations,
        labels,
        load_balancer_source_ranges,
        ingress,
        tls,
    } = new;
    let of_port = match strategy {
        Strategy::Standalone => Effect::InPlace,
        Strategy::Native => Effect::Restart,
    };
    change.in_place(&["rest", "service_type"], &old.service_type, service_type);
    change.note(of_port, &["rest", "port"], &old.port, port);
    change.in_place(&["rest", "node_port"], &old.node_port, node_port);
    change.in_place(&["rest", "annotations"], &old.annotations, annotations);
    change.in_place(&["rest", "labels"], &old.labels, labels);
    let ranges = &old.load_balancer_source_ranges;
    change.in_place(&["rest", "load_balancer_source_ranges"], ranges, load_balancer_source_ranges);
    change.in_place(&["rest", "ingress"], &old.ingress, ingress);
    change.restart(&["rest", "tls"], &old.tls, tls);
}
