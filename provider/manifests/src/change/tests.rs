//! The table, attribute by attribute, and that it tells the truth about the objects.

mod application;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::description::*;
use crate::examples::{everything, minimal, texts};
use crate::{Object, render};

/// The attribute, what a change of it does, and a change.
type Case = (&'static str, Effect, fn(&mut Cluster));

use Effect::{InPlace, Restart};

const OF_THE_CLUSTER: &[Case] = &[
    ("namespace", Restart, |it| it.namespace = "other".to_owned()),
    ("name", Restart, |it| it.name = "other".to_owned()),
    ("flink_version", Restart, |it| it.flink_version = flink::Version::new(1, 18, 1)),
    ("image", Restart, |it| it.image.name = "flink:1.20.2".to_owned()),
    ("image_pull_policy", Restart, |it| it.image.pull_policy = PullPolicy::Never),
    ("image_pull_secrets", Restart, |it| it.image.pull_secrets.clear()),
    ("service_account.name", Restart, |it| it.service_account.name = "other".to_owned()),
    ("service_account.create", InPlace, |it| it.service_account.create = false),
    ("service_account.annotations", Restart, |it| it.service_account.annotations.clear()),
    ("flink_configuration[\"parallelism.default\"]", Restart, |it| {
        it.flink_configuration.insert("parallelism.default".to_owned(), "2".to_owned());
    }),
    ("flink_configuration[\"s3.access-key\"]", Restart, |it| {
        it.flink_configuration.remove("s3.access-key");
    }),
    ("flink_configuration[\"s3.secret-key\"]", Restart, |it| {
        it.flink_configuration.remove("s3.secret-key");
    }),
    ("flink_configuration[\"taskmanager.memory.managed.fraction\"]", InPlace, |it| {
        it.flink_configuration
            .insert("taskmanager.memory.managed.fraction".to_owned(), "0.50".to_owned());
    }),
    ("flink_configuration[\"taskmanager.memory.managed.fraction\"]", Restart, |it| {
        it.flink_configuration
            .insert("taskmanager.memory.managed.fraction".to_owned(), "0.4".to_owned());
    }),
    ("high_availability", Restart, |it| {
        it.high_availability = None;
        it.job_manager.replicas = 2;
    }),
    ("high_availability.type", Restart, |it| {
        let quorum = "zookeeper:2181".to_owned();
        ha(it).r#type = HighAvailabilityType::ZooKeeper { quorum, path_root: None };
    }),
    ("high_availability.storage_dir", Restart, |it| {
        ha(it).storage_dir = "s3://other/ha".to_owned();
    }),
    ("high_availability.cluster_id", Restart, |it| ha(it).cluster_id = Some("/other".to_owned())),
    ("scheduler", Restart, |it| {
        it.scheduler = Some(Scheduler::Default);
    }),
    ("state.backend", Restart, |it| it.state.backend = Some("hashmap".to_owned())),
    ("state.checkpoint_dir", Restart, |it| it.state.checkpoint_dir = Some("s3://other".to_owned())),
    ("state.savepoint_dir", Restart, |it| it.state.savepoint_dir = None),
    ("state.checkpoint_interval", Restart, |it| {
        it.state.checkpoint_interval = Some("1min".to_owned());
    }),
    ("state.checkpoint_mode", Restart, |it| {
        it.state.checkpoint_mode = Some("AT_LEAST_ONCE".to_owned());
    }),
    ("state.incremental", Restart, |it| it.state.incremental = Some(false)),
    ("state.local_dir", Restart, |it| it.state.local_dir = Some("/nvme".to_owned())),
    ("job_manager.replicas", InPlace, |it| it.job_manager.replicas = 3),
    ("task_manager.replicas", InPlace, |it| it.task_manager.replicas = Some(3)),
    ("task_manager.task_slots", Restart, |it| it.task_manager.task_slots = Some(2)),
    ("task_manager.autoscaling", InPlace, |it| {
        it.task_manager.autoscaling = Some(Autoscaling { min: 1, max: 3, cpu: 50 });
    }),
    ("pod_template", Restart, |it| it.pod_template = None),
    ("volumes", Restart, |it| {
        it.volumes.remove("nvme");
    }),
    ("hadoop_configuration", Restart, |it| it.hadoop_configuration = None),
    ("log_configuration[\"log4j-console.properties\"]", InPlace, |it| it.log_configuration.clear()),
    ("log_configuration[\"logback-console.xml\"]", Restart, |it| {
        it.log_configuration
            .insert("logback-console.xml".to_owned(), "<configuration/>".to_owned());
    }),
    ("plugins", Restart, |it| it.plugins.clear()),
    ("rest.service_type", InPlace, |it| it.rest.service_type = ServiceType::NodePort),
    ("rest.port", InPlace, |it| it.rest.port = 8081),
    ("rest.node_port", InPlace, |it| it.rest.node_port = None),
    ("rest.annotations", InPlace, |it| it.rest.annotations.clear()),
    ("rest.labels", InPlace, |it| it.rest.labels.clear()),
    ("rest.load_balancer_source_ranges", InPlace, |it| it.rest.load_balancer_source_ranges.clear()),
    ("rest.ingress", InPlace, |it| it.rest.ingress = None),
    ("rest.tls", Restart, |it| it.rest.tls = None),
    ("network_policy", InPlace, |it| it.network_policy = None),
    ("metrics", Restart, |it| it.metrics = None),
    ("pod_security", Restart, |it| it.pod_security = None),
    ("labels", InPlace, |it| it.labels.clear()),
    ("annotations", InPlace, |it| it.annotations.clear()),
];

/// The same for an attribute of both processes.
type OfProcess = (&'static str, Effect, fn(&mut Process));

const OF_A_PROCESS: &[OfProcess] = &[
    ("cpu", Restart, |it| it.cpu = Some(1.0)),
    ("memory", Restart, |it| it.memory = Some("3g".to_owned())),
    ("cpu_limit_factor", Restart, |it| it.cpu_limit_factor = None),
    ("memory_limit_factor", Restart, |it| it.memory_limit_factor = None),
    ("ephemeral_storage", Restart, |it| it.ephemeral_storage = None),
    ("env", Restart, |it| it.env.clear()),
    ("env_secrets", Restart, |it| it.env_secrets.clear()),
    ("env_from", Restart, |it| it.env_from.clear()),
    ("node_selector", Restart, |it| it.node_selector.clear()),
    ("tolerations", Restart, |it| it.tolerations.clear()),
    ("affinity", Restart, |it| it.affinity = None),
    ("topology_spread", Restart, |it| it.topology_spread.clear()),
    ("priority_class", Restart, |it| it.priority_class = None),
    ("labels", Restart, |it| it.labels.clear()),
    ("annotations", Restart, |it| it.annotations.clear()),
    ("pod_template", Restart, |it| {
        it.pod_template = Some(json!({ "spec": { "hostNetwork": true } }));
    }),
    ("probes", Restart, |it| it.probes = Probes::default()),
    ("termination_grace_period", Restart, |it| it.termination_grace_period = None),
    ("disruption_budget", InPlace, |it| it.disruption_budget = None),
];

fn ha(cluster: &mut Cluster) -> &mut HighAvailability {
    cluster.high_availability.as_mut().unwrap()
}

/// Every case: what is changed, what is to be said of it, and the cluster after.
fn cases() -> Vec<(String, Effect, Cluster)> {
    let after = |change: &dyn Fn(&mut Cluster)| {
        let mut cluster = everything();
        change(&mut cluster);
        cluster
    };
    let of_cluster = OF_THE_CLUSTER
        .iter()
        .map(|(name, effect, change)| ((*name).to_owned(), *effect, after(change)));
    let of_processes = Role::ALL.into_iter().flat_map(|role| {
        OF_A_PROCESS.iter().map(move |(name, effect, change)| {
            let changed = after(&|cluster| match role {
                Role::JobManager => change(&mut cluster.job_manager.process),
                Role::TaskManager => change(&mut cluster.task_manager.process),
            });
            (format!("{}.{name}", role.attribute()), *effect, changed)
        })
    });
    of_cluster.chain(of_processes).collect()
}

fn words(causes: &[Cause]) -> Vec<String> {
    causes.iter().map(ToString::to_string).collect()
}

#[test]
fn every_attribute_restarts_or_does_not_as_the_table_says() {
    for (name, effect, after) in cases() {
        let change = between(&everything(), &after);
        let expected: Vec<String> = vec![name.clone()];
        let (restarts, in_place) = match effect {
            Restart => (expected, vec![]),
            InPlace => (vec![], expected),
        };
        assert_eq!(
            (words(&change.restarts), words(&change.in_place)),
            (restarts, in_place),
            "{name}"
        );
    }
}

#[test]
fn every_attribute_has_a_case() {
    let change = between(&minimal(), &everything());
    let named: BTreeSet<String> = cases().into_iter().map(|(name, _, _)| name).collect();
    let all: Vec<String> =
        words(&change.restarts).into_iter().chain(words(&change.in_place)).collect();
    let missing: Vec<&String> = all.iter().filter(|name| !named.contains(*name)).collect();
    assert!(missing.is_empty() && all.len() > 60, "{missing:?} of {all:?}");
}

#[test]
fn nothing_changes_nothing_and_a_strategy_restarts() {
    let mut native = everything();
    native.revision = 8;
    native.record = None;
    assert_eq!(between(&everything(), &native), Change::default());
    native.strategy = Strategy::Native;
    assert_eq!(words(&between(&everything(), &native).restarts), ["strategy"]);
}

#[test]
fn the_port_of_a_native_cluster_is_in_its_pods() {
    let mut old = minimal();
    old.strategy = Strategy::Native;
    let mut new = old.clone();
    new.rest.port = 80;
    assert_eq!(words(&between(&old, &new).restarts), ["rest.port"]);
}

#[test]
fn logging_that_the_processes_do_not_read_again_restarts() {
    let with = |text: &str| {
        let mut cluster = minimal();
        cluster.log_configuration = texts(&[("log4j-console.properties", text)]);
        cluster
    };
    let once = with("rootLogger.level = INFO\n");
    let again = with("monitorInterval: 10\nrootLogger.level = INFO\n");
    let never = with("monitorInterval=0\n");
    for (old, new, effect) in
        [(&once, &again, Restart), (&again, &once, InPlace), (&never, &again, Restart)]
    {
        let change = between(old, new);
        let (restarts, in_place) = (change.restarts.len(), change.in_place.len());
        assert_eq!((restarts, in_place), if effect == Restart { (1, 0) } else { (0, 1) });
    }
}

/// The pod templates and the configuration file: what a pod is at its start.
fn start_of_pods(objects: &[Object]) -> Vec<&Value> {
    objects.iter().filter_map(|object| object.body.pointer("/spec/template")).collect()
}

/// Makes a case one that can be rendered: what is changed needs something else to go with it.
fn completed(name: &str, mut cluster: Cluster) -> (Cluster, Cluster) {
    let mut old = everything();
    for cluster in [&mut old, &mut cluster] {
        match name {
            "high_availability" => cluster.job_manager.replicas = 1,
            "task_manager.replicas" | "scheduler" => cluster.task_manager.autoscaling = None,
            "rest.service_type" => cluster.rest.load_balancer_source_ranges.clear(),
            _ => {}
        }
    }
    (old, cluster)
}

/// The same cluster made by Flink, which has no number of TaskManagers, no
/// checks, and the cluster's name as its id.
fn native(mut cluster: Cluster) -> Cluster {
    cluster.strategy = Strategy::Native;
    cluster.task_manager.replicas = None;
    cluster.task_manager.autoscaling = None;
    for process in [&mut cluster.job_manager.process, &mut cluster.task_manager.process] {
        process.probes = Probes::default();
    }
    if let Some(high_availability) = &mut cluster.high_availability {
        high_availability.cluster_id = None;
    }
    let budget = &mut cluster.task_manager.process.disruption_budget;
    *budget = budget.as_ref().map(|_| DisruptionBudget::MinAvailable("1".to_owned()));
    cluster
}

fn holds(name: &str, old: &Cluster, new: &Cluster) {
    let change = between(old, new);
    let render =
        |cluster| render(cluster).unwrap_or_else(|invalid| panic!("{name}: {invalid:?}")).objects;
    let (old, new) = (render(old), render(new));
    assert!(old != new, "{name} is in no object");
    if change.restarts.is_empty() {
        assert!(start_of_pods(&old) == start_of_pods(&new), "{name} is in a pod");
    }
}

#[test]
fn what_changes_in_place_leaves_every_pod_template_as_it_is() {
    for (name, _, after) in cases() {
        let (old, new) = completed(&name, after);
        holds(&name, &old, &new);
    }
}

#[test]
fn so_it_is_where_flink_makes_the_pods() {
    for (name, _, after) in cases() {
        let (old, new) = completed(&name, after);
        let (old, new) = (native(old), native(new));
        if old != new {
            holds(&name, &old, &new);
        }
    }
}

#[test]
fn a_new_revision_alters_every_pod_template() {
    let old = everything();
    let mut new = everything();
    new.revision += 1;
    let (old, new) = (render(&old).unwrap().objects, render(&new).unwrap().objects);
    let pairs: Vec<_> = start_of_pods(&old).into_iter().zip(start_of_pods(&new)).collect();
    assert_eq!(pairs.len(), 2);
    assert!(pairs.iter().all(|(old, new)| old != new));
}
