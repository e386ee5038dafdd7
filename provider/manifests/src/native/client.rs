//! Flink's client: from what it has in hand to the objects that it makes.

use std::collections::BTreeMap;

use flink::configuration::{Configuration, file};
use flink::{Version, memory};
use serde_json::{Value, json};

use super::application::{self, Application};
use super::effective;
use super::inputs::Files;
use super::job_manager::{self, Built, Cluster, common_labels};
use super::made::Made;
use super::options::Reader;
use super::services;
use super::version::{log_files, reads, traits};
use crate::template;
use crate::{Invalid, Object};

/// The key of the TaskManagers' template in its ConfigMap.
pub(super) const TASK_MANAGER_TEMPLATE: &str = "taskmanager-pod-template.yaml";

/// What Flink's client has in hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The version of the client, and of the image unless another is named.
    pub version: Version,
    /// What the cluster runs.
    pub entry: Entry,
    /// The client's file, `-D` and the other flags together. `kubernetes.cluster-id`
    /// and `kubernetes.namespace` in it name the cluster.
    pub configuration: Configuration,
    /// The name of the configuration file: [`file::name`] of the version, or the
    /// older one where 1.19 and 1.20 find it.
    pub file: &'static str,
    /// The logging files of the client's `conf/`, by name; those that the version
    /// does not ship are not looked at.
    pub log_files: BTreeMap<String, String>,
    /// The JobManager's pod template.
    pub job_manager_template: Option<Value>,
    /// The text of the TaskManagers' pod template: the JobManager reads it.
    pub task_manager_template: Option<String>,
    /// Other files of the client's machine.
    pub files: Files,
}

/// What a cluster runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Jobs that are submitted to it.
    Session,
    /// The program that its configuration names.
    Application,
}

impl Entry {
    /// The word of `execution.target`.
    pub const fn target(self) -> &'static str {
        match self {
            Self::Session => "kubernetes-session",
            Self::Application => "kubernetes-application",
        }
    }

    /// The class that runs in the JobManager's pod.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Session => {
                "org.apache.flink.kubernetes.entrypoint.KubernetesSessionClusterEntrypoint"
            }
            Self::Application => {
                "org.apache.flink.kubernetes.entrypoint.KubernetesApplicationClusterEntrypoint"
            }
        }
    }
}

impl Client {
    /// A client of a version for a session cluster of this name: no logging
    /// files, no templates, an empty configuration otherwise.
    pub fn session(version: Version, namespace: &str, name: &str) -> Self {
        let configuration = [("kubernetes.cluster-id", name), ("kubernetes.namespace", namespace)];
        Self {
            version,
            entry: Entry::Session,
            configuration: configuration
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .into(),
            file: file::name(version),
            log_files: BTreeMap::new(),
            job_manager_template: None,
            task_manager_template: None,
            files: Files::default(),
        }
    }

    /// Turns the cluster into an application's; its options win over those that
    /// are there.
    ///
    /// # Errors
    /// A jar that this version cannot fetch.
    pub fn run(&mut self, application: &Application) -> Result<(), Vec<Invalid>> {
        let problems = application::check(application, self.version);
        if !problems.is_empty() {
            return Err(problems);
        }
        let drops_empty = self.file == file::FLINK_CONF;
        application::configure(&mut self.configuration, application, self.version, drops_empty);
        self.entry = Entry::Application;
        Ok(())
    }
}

/// The objects that Flink's client makes, and nothing else.
///
/// # Errors
/// Everything that the client would refuse, by the key of the option; nothing is
/// made then. The API server may refuse more: see [`template::duplicates`].
pub fn make(client: &Client) -> Result<Made, Vec<Invalid>> {
    if !reads(client.version, client.file) {
        let text = format!("Flink {} does not read {}.", client.version, client.file);
        return Err(vec![Invalid::at(&["flink_version"], text)]);
    }
    let configuration =
        effective::with_additions(&client.configuration, client.entry, client.version)?;
    let mebibytes = sizes(&configuration, client.version)?;
    let reader = Reader::new(&configuration, client.version);
    let name = reader.text(effective::CLUSTER_ID, "");
    let namespace = effective::namespace(&reader).to_owned();
    let cluster =
        Cluster { client, reader: &reader, traits: traits(client.version), name: &name, mebibytes };
    if let Some(Err(problem)) = client.job_manager_template.as_ref().map(template::check) {
        reader.refuse("kubernetes.pod-template-file.jobmanager", problem.to_string());
    }
    let built = job_manager::deployment(&cluster);
    let mut owned = Vec::new();
    if !effective::is_highly_available(&reader) {
        owned.push(services::internal(&cluster));
    }
    owned.push(services::rest(&cluster));
    let mut effective = effective::without_clients_own(&configuration, client.version);
    if let Some(path) = &built.kerberos.keytab_path {
        effective.insert("security.kerberos.login.keytab".to_owned(), path.clone());
    }
    owned.extend(maps(&cluster, &built));
    let problems = reader.into_problems();
    if !problems.is_empty() {
        return Err(problems);
    }
    let object = |body| object(&namespace, body);
    Ok(Made {
        deployment: object(built.deployment),
        owned: owned.into_iter().map(object).collect(),
        configuration: effective,
        file: client.file,
        version: client.version,
    })
}

/// The JobManager's mebibytes; the TaskManagers' are checked along with them.
fn sizes(configuration: &Configuration, version: Version) -> Result<u64, Vec<Invalid>> {
    let refuse = |error: &memory::Error| {
        let key = error.keys().first().copied().unwrap_or_default().to_owned();
        Invalid::at(&["flink_configuration", &key], error.to_string())
    };
    let job_manager = memory::job_manager(configuration, version);
    let task_manager = memory::task_manager(configuration, version);
    match (job_manager, task_manager) {
        (Ok(job_manager), Ok(_)) => Ok(job_manager.pod_mebibytes()),
        (job_manager, task_manager) => {
            let errors = [job_manager.err(), task_manager.err()];
            Err(errors.iter().flatten().map(refuse).collect())
        }
    }
}

/// The `ConfigMaps` and the Secret, in the order in which the client makes them;
/// the configuration file is not in its ConfigMap yet.
fn maps(cluster: &Cluster<'_>, built: &Built) -> Vec<Value> {
    let Cluster { client, name, .. } = cluster;
    let map = |kind: &str, name: String, labels: bool, data: Value| {
        let mut metadata = json!({ "name": name });
        if labels {
            metadata["labels"] = json!(common_labels(cluster.name));
        }
        json!({ "apiVersion": "v1", "kind": kind, "metadata": metadata, "data": data })
    };
    let mut maps = Vec::new();
    if let Some(data) = &built.hadoop {
        maps.push(map("ConfigMap", format!("hadoop-config-{name}"), true, data.clone()));
    }
    if let Some(data) = &built.kerberos.keytab {
        maps.push(map("Secret", format!("kerberos-keytab-{name}"), false, data.clone()));
    }
    if let Some(data) = &built.kerberos.krb5 {
        maps.push(map("ConfigMap", format!("kerberos-krb5conf-{name}"), false, data.clone()));
    }
    let shipped = log_files(client.version);
    let logs = client.log_files.iter().filter(|(name, _)| shipped.contains(&name.as_str()));
    let logs: BTreeMap<_, _> = logs.collect();
    maps.push(map("ConfigMap", format!("flink-config-{name}"), true, json!(logs)));
    if let Some(text) = &client.task_manager_template {
        let data = json!({ TASK_MANAGER_TEMPLATE: text });
        maps.push(map("ConfigMap", format!("pod-template-{name}"), true, data));
    }
    maps
}

/// An object from its whole body.
fn object(namespace: &str, body: Value) -> Object {
    let (api_version, kind) = match body.get("kind").and_then(Value::as_str) {
        Some("Deployment") => ("apps/v1", "Deployment"),
        Some("Service") => ("v1", "Service"),
        Some("Secret") => ("v1", "Secret"),
        _ => ("v1", "ConfigMap"),
    };
    let name = body.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
    Object { api_version, kind, namespace: namespace.to_owned(), name: name.to_owned(), body }
}
