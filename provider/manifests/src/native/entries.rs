//! The typed attributes as options of Flink's client.

use std::collections::BTreeMap;

use flink::configuration::{Configuration, value};

use super::objects::is_as_flinks_client_made_it;
use crate::description::{PullPolicy, Role, ServiceAccount, ServiceType, Toleration};
use crate::parts::{self, services, start};
use crate::{Cluster, names};

/// One attribute as an option.
pub(crate) struct Entry {
    /// The attribute.
    pub(crate) path: Vec<&'static str>,
    pub(crate) key: String,
    pub(crate) value: String,
}

fn entry(path: &[&'static str], key: impl Into<String>, value: impl Into<String>) -> Entry {
    Entry { path: path.to_vec(), key: key.into(), value: value.into() }
}

/// Every attribute that is an option of the client; maps that the user's
/// configuration has under the same key are merged, the attribute wins.
pub(crate) fn entries(cluster: &Cluster, configuration: &Configuration) -> Vec<Entry> {
    let mut entries = vec![
        entry(&["name"], "kubernetes.cluster-id", &cluster.name),
        entry(&["namespace"], "kubernetes.namespace", &cluster.namespace),
    ];
    entries.extend(image(cluster));
    if cluster.service_account != ServiceAccount::default() {
        let name = &cluster.service_account.name;
        entries.push(entry(&["service_account", "name"], "kubernetes.service-account", name));
    }
    if cluster.job_manager.replicas > 1 {
        let replicas = cluster.job_manager.replicas.to_string();
        entries.push(entry(
            &["job_manager", "replicas"],
            "kubernetes.jobmanager.replicas",
            replicas,
        ));
    }
    for role in Role::ALL {
        entries.extend(process(cluster, role, configuration));
    }
    entries.extend(rest(cluster, configuration));
    if start::is_needed(cluster, configuration) {
        entries.push(entry(&["flink_configuration"], "kubernetes.entry.path", start::PATH));
    }
    entries
}

/// A pull policy that is left at its default gives way to the template.
fn image(cluster: &Cluster) -> Vec<Entry> {
    let image = &cluster.image;
    let mut entries = vec![entry(&["image"], "kubernetes.container.image.ref", &image.name)];
    match image.pull_policy {
        PullPolicy::IfNotPresent => {}
        policy @ (PullPolicy::Always | PullPolicy::Never) => entries.push(entry(
            &["image_pull_policy"],
            "kubernetes.container.image.pull-policy",
            policy.word(),
        )),
    }
    if !image.pull_secrets.is_empty() {
        entries.push(entry(
            &["image_pull_secrets"],
            "kubernetes.container.image.pull-secrets",
            value::write_list(&image.pull_secrets),
        ));
    }
    entries
}

fn process(cluster: &Cluster, role: Role, configuration: &Configuration) -> Vec<Entry> {
    let process = cluster.process(role);
    let (attribute, component) = (role.attribute(), role.component());
    let key = |name: &str| format!("kubernetes.{component}.{name}");
    let numbers = [
        ("cpu", "cpu.amount", process.cpu),
        ("cpu_limit_factor", "cpu.limit-factor", process.cpu_limit_factor),
        ("memory_limit_factor", "memory.limit-factor", process.memory_limit_factor),
    ];
    let mut entries: Vec<Entry> = numbers
        .into_iter()
        .filter_map(|(name, option, number)| {
            Some(entry(&[attribute, name], key(option), value::java_double(number?)))
        })
        .collect();
    let mut labels = process.labels.clone();
    let mut annotations = parts::pod::annotations(cluster, role);
    if !is_as_flinks_client_made_it(cluster) {
        labels.extend(names::ours(cluster));
        match role {
            Role::JobManager => {}
            Role::TaskManager => {
                annotations.insert(names::REVISION.to_owned(), cluster.revision.to_string());
            }
        }
    }
    for (name, option, map) in [
        ("labels", "labels", &labels),
        ("annotations", "annotations", &annotations),
        ("node_selector", "node-selector", &process.node_selector),
    ] {
        entries.extend(merged(cluster, &[attribute, name], key(option), map, configuration));
    }
    if !process.tolerations.is_empty() {
        let tolerations: Vec<String> = process.tolerations.iter().map(toleration).collect();
        let tolerations = value::write_list(&tolerations);
        entries.push(entry(&[attribute, "tolerations"], key("tolerations"), tolerations));
    }
    entries
}

/// A map over the one that the user's configuration has.
fn merged(
    cluster: &Cluster,
    path: &[&'static str],
    key: String,
    map: &BTreeMap<String, String>,
    configuration: &Configuration,
) -> Option<Entry> {
    if map.is_empty() {
        return None;
    }
    let written = configuration.get(&key).map(String::as_str).unwrap_or_default();
    let mut whole = value::map(written, cluster.flink_version).unwrap_or_default();
    whole.extend(map.clone());
    Some(entry(path, key, value::write_map(&whole)))
}

fn toleration(toleration: &Toleration) -> String {
    let Toleration { key, operator, value, effect, toleration_seconds } = toleration;
    let seconds = toleration_seconds.map(|seconds| seconds.to_string());
    let fields = [
        ("key", key),
        ("operator", operator),
        ("value", value),
        ("effect", effect),
        ("tolerationSeconds", &seconds),
    ];
    let fields = fields.into_iter().filter_map(|(name, it)| Some((name.to_owned(), it.clone()?)));
    value::write_map(&fields.collect())
}

/// The Service's port is Flink's `rest.port`; the JobManager listens on 8081 all
/// the same, which needs no rights.
fn rest(cluster: &Cluster, configuration: &Configuration) -> Vec<Entry> {
    let rest = &cluster.rest;
    let mut entries = Vec::new();
    let word = match rest.service_type {
        ServiceType::ClusterIp => None,
        ServiceType::NodePort => Some("NodePort"),
        ServiceType::LoadBalancer => Some("LoadBalancer"),
        ServiceType::Headless => Some("Headless_ClusterIP"),
    };
    entries.extend(word.map(|word| {
        entry(&["rest", "service_type"], "kubernetes.rest-service.exposed.type", word)
    }));
    if rest.port != services::REST_PORT {
        entries.push(entry(&["rest", "port"], "rest.port", rest.port.to_string()));
        if !configuration.contains_key("rest.bind-port") {
            let port = services::REST_PORT.to_string();
            entries.push(entry(&["rest", "port"], "rest.bind-port", port));
        }
    }
    entries.extend(merged(
        cluster,
        &["rest", "annotations"],
        "kubernetes.rest-service.annotations".to_owned(),
        &rest.annotations,
        configuration,
    ));
    entries
}
