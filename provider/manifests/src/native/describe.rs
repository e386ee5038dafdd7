//! A cluster that was read back, as a description.

use std::collections::BTreeMap;

use flink::Version;
use flink::configuration::{Configuration, options, value};

use super::client::Entry;
use super::read_back::Found;
use crate::description::{
    HighAvailability, HighAvailabilityType, Process, PullPolicy, Role, ServiceType, Strategy,
    TaskManager, Toleration,
};
use crate::parts::{logging, services};
use crate::{Cluster, names, template};

/// Options that say nothing about the cluster: files of the client's machine, and
/// what the attributes name and namespace are.
const NOT_DESCRIBED: [&str; 8] = [
    "kubernetes.cluster-id",
    "kubernetes.namespace",
    "kubernetes.config.file",
    "kubernetes.context",
    "kubernetes.pod-template-file",
    "kubernetes.pod-template-file.default",
    "kubernetes.pod-template-file.jobmanager",
    "kubernetes.pod-template-file.taskmanager",
];

/// The description of a session cluster that Flink's client made, with strategy
/// native: what has an attribute is in it, everything else stays a key of
/// `flink_configuration`. `None` for an application, which is not a session.
pub fn describe(found: &Found) -> Option<Cluster> {
    match found.client.entry {
        Entry::Session => {}
        Entry::Application => return None,
    }
    let version = found.client.version;
    let mut keys = Keys { configuration: found.client.configuration.clone(), version };
    for key in NOT_DESCRIBED {
        keys.configuration.remove(key);
    }
    let mut cluster = Cluster::session(&found.namespace, &found.name, version, &found.image);
    cluster.strategy = Strategy::Native;
    cluster.pod_security = None;
    cluster.task_manager = TaskManager { replicas: None, ..TaskManager::default() };
    image(&mut cluster, &mut keys);
    if let Some(account) = keys.take("kubernetes.service-account") {
        cluster.service_account.name = account;
    }
    high_availability(&mut cluster, &mut keys);
    let replicas = keys.take("kubernetes.jobmanager.replicas").and_then(|it| it.parse().ok());
    cluster.job_manager.replicas = replicas.unwrap_or(1);
    for role in Role::ALL {
        let process = process(role, &mut keys);
        match role {
            Role::JobManager => cluster.job_manager.process = process,
            Role::TaskManager => cluster.task_manager.process = process,
        }
    }
    rest(&mut cluster, found, &mut keys);
    templates(&mut cluster, found);
    cluster.flink_configuration = keys.configuration;
    let ours = logging::files(&cluster);
    let logs = found.client.log_files.iter().filter(|(name, text)| ours.get(*name) != Some(*text));
    cluster.log_configuration = logs.map(|(name, text)| (name.clone(), text.clone())).collect();
    Some(cluster)
}

/// What is still to be described.
struct Keys {
    configuration: Configuration,
    version: Version,
}

impl Keys {
    /// An option under whatever spelling, taken out.
    fn take(&mut self, key: &str) -> Option<String> {
        let written = options::of(self.version).read(&self.configuration, key)?.0.to_owned();
        self.configuration.remove(&written)
    }

    /// An option under its own key alone, taken out if it can be read.
    fn read<T>(&mut self, key: &str, read: impl Fn(&str, Version) -> Option<T>) -> Option<T> {
        let value = read(self.configuration.get(key)?, self.version)?;
        self.configuration.remove(key);
        Some(value)
    }
}

fn image(cluster: &mut Cluster, keys: &mut Keys) {
    if let Some(image) = keys.take("kubernetes.container.image.ref") {
        cluster.image.name = image;
    }
    let policy = keys.take("kubernetes.container.image.pull-policy");
    cluster.image.pull_policy = match policy.map(|it| it.to_ascii_lowercase()).as_deref() {
        Some("always") => PullPolicy::Always,
        Some("never") => PullPolicy::Never,
        Some(_) | None => PullPolicy::IfNotPresent,
    };
    let secrets = keys.read("kubernetes.container.image.pull-secrets", value::list);
    cluster.image.pull_secrets = secrets.unwrap_or_default();
}

/// The long name of `kubernetes`, in lower case.
const KUBERNETES_FACTORY: &str =
    "org.apache.flink.kubernetes.highavailability.kuberneteshaservicesfactory";

/// Who elects the leader.
const HA_TYPE: &str = "high-availability.type";

/// Kubernetes' or ZooKeeper's; another factory stays with its keys.
fn high_availability(cluster: &mut Cluster, keys: &mut Keys) {
    let options = options::of(keys.version);
    let read = |key| options.read(&keys.configuration, key).map(|(_, value)| value.to_owned());
    let kind = read(HA_TYPE).unwrap_or_default().to_ascii_lowercase();
    let quorum = read("high-availability.zookeeper.quorum");
    let r#type = match (kind.as_str(), quorum) {
        ("kubernetes" | KUBERNETES_FACTORY, _) => HighAvailabilityType::Kubernetes,
        ("zookeeper", Some(quorum)) => {
            let path_root = keys.take("high-availability.zookeeper.path.root");
            HighAvailabilityType::ZooKeeper { quorum, path_root }
        }
        _ => return,
    };
    let Some(storage_dir) = keys.take("high-availability.storageDir") else { return };
    keys.take(HA_TYPE);
    keys.take("high-availability.zookeeper.quorum");
    cluster.high_availability = Some(HighAvailability { r#type, storage_dir, cluster_id: None });
}

fn process(role: Role, keys: &mut Keys) -> Process {
    let key = |name: &str| format!("kubernetes.{}.{name}", role.component());
    let double = |text: &str, _| value::double(text);
    let mut labels = keys.read(&key("labels"), value::map).unwrap_or_default();
    labels.retain(|label, _| ![names::MANAGED_BY, names::CLUSTER].contains(&label.as_str()));
    let mut annotations = keys.read(&key("annotations"), value::map).unwrap_or_default();
    annotations.remove(names::REVISION);
    let tolerations = keys.read(&key("tolerations"), value::maps).unwrap_or_default();
    Process {
        cpu: keys.read(&key("cpu.amount"), double),
        cpu_limit_factor: keys.read(&key("cpu.limit-factor"), double),
        memory_limit_factor: keys.read(&key("memory.limit-factor"), double),
        node_selector: keys.read(&key("node-selector"), value::map).unwrap_or_default(),
        tolerations: tolerations.iter().map(toleration).collect(),
        labels,
        annotations,
        ..Process::default()
    }
}

fn toleration(texts: &BTreeMap<String, String>) -> Toleration {
    let get = |name: &str| {
        let found = texts.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, text)| text.clone())
    };
    Toleration {
        key: get("key"),
        operator: get("operator"),
        value: get("value"),
        effect: get("effect"),
        toleration_seconds: get("tolerationSeconds").and_then(|it| it.parse().ok()),
    }
}

fn rest(cluster: &mut Cluster, found: &Found, keys: &mut Keys) {
    let written = keys.take("kubernetes.rest-service.exposed.type");
    let word = found.rest.map(str::to_owned).or(written).unwrap_or_default();
    cluster.rest.service_type = match word.as_str() {
        "NodePort" => ServiceType::NodePort,
        "LoadBalancer" => ServiceType::LoadBalancer,
        "Headless_ClusterIP" => ServiceType::Headless,
        _ => ServiceType::ClusterIp,
    };
    let annotations = keys.read("kubernetes.rest-service.annotations", value::map);
    cluster.rest.annotations = annotations.unwrap_or_default();
    let number = |text: &str, _| text.parse::<u16>().ok();
    cluster.rest.port = keys.read("rest.port", number).unwrap_or(services::REST_PORT);
    // Where only rest.port is set the JobManager listens on it too.
    if cluster.rest.port != services::REST_PORT {
        let port = cluster.rest.port.to_string();
        keys.configuration.entry("rest.bind-port".to_owned()).or_insert(port);
    }
}

fn templates(cluster: &mut Cluster, found: &Found) {
    let client = &found.client;
    cluster.job_manager.process.pod_template.clone_from(&client.job_manager_template);
    let text = client.task_manager_template.as_deref();
    cluster.task_manager.process.pod_template =
        text.and_then(|text| template::parse_as_flinks_client(text, client.version).ok());
}
