//! The typed attributes that are configuration keys.

use flink::configuration::options::Options;

use super::application;
use crate::Cluster;
use crate::description::{HighAvailabilityType, RestTlsSource, Scheduler, State};

/// One attribute as a key of the version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Typed {
    /// The attribute.
    pub(crate) path: &'static [&'static str],
    /// The key in the version's spelling.
    pub(crate) key: String,
    /// Its value.
    pub(crate) value: String,
}

/// Where the Secret of REST TLS is mounted.
pub(crate) const TLS_DIRECTORY: &str = "/opt/flink/tls";

/// The variable that holds the password of the keystore.
pub(crate) const TLS_PASSWORD: &str = "FLINK_REST_TLS_PASSWORD";

/// Where a keystore is made of a certificate in PEM form.
const MADE: &str = "/opt/flink/run";

/// Every typed attribute that is written, as a key.
pub(crate) fn entries(cluster: &Cluster, options: &Options) -> Vec<Typed> {
    let mut typed = state(&cluster.state);
    typed.extend(resources(cluster));
    typed.extend(high_availability(cluster));
    typed.extend(scheduler(cluster));
    typed.extend(metrics(cluster));
    typed.extend(rest_tls(cluster));
    typed.extend(application::typed(cluster));
    for entry in &mut typed {
        if let Some(option) = options.get(&entry.key).filter(|option| !option.key.contains('<')) {
            option.key.clone_into(&mut entry.key);
        }
    }
    typed
}

pub(super) fn entry(path: &'static [&'static str], key: &str, value: impl Into<String>) -> Typed {
    Typed { path, key: key.to_owned(), value: value.into() }
}

/// An attribute that may be left to Flink.
fn optional(path: &'static [&'static str], key: &str, value: Option<&String>) -> Option<Typed> {
    value.map(|value| entry(path, key, value))
}

fn state(state: &State) -> Vec<Typed> {
    let State {
        backend,
        checkpoint_dir,
        savepoint_dir,
        checkpoint_interval,
        checkpoint_mode,
        incremental,
        local_dir,
    } = state;
    let local = if backend.as_deref() == Some("forst") {
        "state.backend.forst.local-dir"
    } else {
        "state.backend.rocksdb.localdir"
    };
    let incremental = incremental.map(|it| it.to_string());
    [
        optional(&["state", "backend"], "state.backend.type", backend.as_ref()),
        optional(&["state", "checkpoint_dir"], "state.checkpoints.dir", checkpoint_dir.as_ref()),
        optional(&["state", "savepoint_dir"], "state.savepoints.dir", savepoint_dir.as_ref()),
        optional(
            &["state", "checkpoint_interval"],
            "execution.checkpointing.interval",
            checkpoint_interval.as_ref(),
        ),
        optional(
            &["state", "checkpoint_mode"],
            "execution.checkpointing.mode",
            checkpoint_mode.as_ref(),
        ),
        optional(&["state", "incremental"], "state.backend.incremental", incremental.as_ref()),
        optional(&["state", "local_dir"], local, local_dir.as_ref()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn resources(cluster: &Cluster) -> Vec<Typed> {
    let job_manager = &cluster.job_manager.process;
    let task_manager = &cluster.task_manager.process;
    let slots = cluster.task_manager.task_slots.map(|slots| slots.to_string());
    [
        optional(
            &["job_manager", "memory"],
            "jobmanager.memory.process.size",
            job_manager.memory.as_ref(),
        ),
        optional(
            &["task_manager", "memory"],
            "taskmanager.memory.process.size",
            task_manager.memory.as_ref(),
        ),
        optional(&["task_manager", "task_slots"], "taskmanager.numberOfTaskSlots", slots.as_ref()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn high_availability(cluster: &Cluster) -> Vec<Typed> {
    let Some(high_availability) = &cluster.high_availability else {
        return Vec::new();
    };
    let r#type: &[&str] = &["high_availability", "type"];
    let mut typed = vec![entry(
        &["high_availability", "storage_dir"],
        "high-availability.storageDir",
        &high_availability.storage_dir,
    )];
    match &high_availability.r#type {
        HighAvailabilityType::Kubernetes => {
            typed.push(entry(r#type, "high-availability.type", "kubernetes"));
        }
        HighAvailabilityType::ZooKeeper { quorum, path_root } => {
            typed.push(entry(r#type, "high-availability.type", "zookeeper"));
            typed.push(entry(
                &["high_availability", "zookeeper_quorum"],
                "high-availability.zookeeper.quorum",
                quorum,
            ));
            typed.extend(optional(
                &["high_availability", "zookeeper_path_root"],
                "high-availability.zookeeper.path.root",
                path_root.as_ref(),
            ));
        }
    }
    typed
}

fn scheduler(cluster: &Cluster) -> Option<Typed> {
    let (key, value) = match cluster.scheduler? {
        Scheduler::Default => ("jobmanager.scheduler", "default"),
        Scheduler::Adaptive => ("jobmanager.scheduler", "adaptive"),
        Scheduler::Reactive => ("scheduler-mode", "reactive"),
    };
    Some(entry(&["scheduler"], key, value))
}

fn metrics(cluster: &Cluster) -> Vec<Typed> {
    let Some(prometheus) = &cluster.metrics else {
        return Vec::new();
    };
    vec![
        entry(
            &["metrics", "prometheus"],
            "metrics.reporter.prom.factory.class",
            "org.apache.flink.metrics.prometheus.PrometheusReporterFactory",
        ),
        entry(
            &["metrics", "prometheus", "port"],
            "metrics.reporter.prom.port",
            prometheus.port.to_string(),
        ),
    ]
}

fn rest_tls(cluster: &Cluster) -> Vec<Typed> {
    let Some(tls) = &cluster.rest.tls else {
        return Vec::new();
    };
    let path: &[&str] = &["rest", "tls"];
    let password = format!("${{{TLS_PASSWORD}}}");
    let (keystore, truststore) = match &tls.source {
        RestTlsSource::Keystore { keystore, truststore, password: _ } => (
            format!("{TLS_DIRECTORY}/{keystore}"),
            format!("{TLS_DIRECTORY}/{}", truststore.as_ref().unwrap_or(keystore)),
        ),
        RestTlsSource::Pem => (format!("{MADE}/keystore.p12"), format!("{MADE}/truststore.p12")),
    };
    let mut typed = vec![
        entry(path, "security.ssl.rest.enabled", "true"),
        entry(path, "security.ssl.rest.keystore", keystore),
        entry(path, "security.ssl.rest.keystore-password", &password),
        entry(path, "security.ssl.rest.key-password", &password),
    ];
    if tls.client_authentication {
        typed.extend([
            entry(path, "security.ssl.rest.authentication-enabled", "true"),
            entry(path, "security.ssl.rest.truststore", truststore),
            entry(path, "security.ssl.rest.truststore-password", password),
        ]);
    }
    typed
}
