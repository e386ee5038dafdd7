//! The JobManager's pod and its Deployment.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::client::{Client, Entry};
use super::inputs::Files;
use super::mounts::{self, Kerberos};
use super::options::Reader;
use super::quantities;
use super::version::{Traits, log_files};
use crate::template::Pod;

/// What the objects of a cluster share.
pub(super) struct Cluster<'a> {
    pub(super) client: &'a Client,
    pub(super) reader: &'a Reader<'a>,
    pub(super) traits: Traits,
    pub(super) name: &'a str,
    /// The size of the JobManager's process.
    pub(super) mebibytes: u64,
}

/// The labels that Flink finds its own objects by.
pub(super) fn common_labels(name: &str) -> BTreeMap<String, String> {
    [("app", name), ("type", "flink-native-kubernetes")].map(owned).into()
}

/// The labels that find the JobManager's pods.
pub(super) fn selector(name: &str) -> BTreeMap<String, String> {
    let mut labels = common_labels(name);
    labels.extend([("component", "jobmanager")].map(owned));
    labels
}

fn owned((key, value): (&str, &str)) -> (String, String) {
    (key.to_owned(), value.to_owned())
}

/// A pod, and what has to be made for it besides.
pub(super) struct Built {
    pub(super) deployment: Value,
    /// The data of a ConfigMap with Hadoop's configuration.
    pub(super) hadoop: Option<Value>,
    pub(super) kerberos: Kerberos,
}

/// The Deployment.
pub(super) fn deployment(cluster: &Cluster<'_>) -> Built {
    let Cluster { reader, name, .. } = cluster;
    let mut labels = reader.map("kubernetes.jobmanager.labels");
    labels.extend(selector(name));
    let annotations = reader.map("kubernetes.jobmanager.annotations");
    let mut metadata =
        Map::from_iter([("name".to_owned(), json!(name)), ("labels".to_owned(), json!(labels))]);
    if !annotations.is_empty() || cluster.traits.writes_empty_maps {
        metadata.insert("annotations".to_owned(), json!(annotations));
    }
    let owners: Vec<Value> =
        reader.maps("kubernetes.jobmanager.owner.reference").iter().map(owner_reference).collect();
    if !owners.is_empty() {
        metadata.insert("ownerReferences".to_owned(), json!(owners));
    }
    let (template, hadoop, kerberos) = pod(cluster, &labels, &annotations);
    let deployment = json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata,
        "spec": {
            "replicas": reader.int("kubernetes.jobmanager.replicas", 1),
            "selector": { "matchLabels": selector(name) },
            "template": template,
        },
    });
    Built { deployment, hadoop, kerberos }
}

fn pod(
    cluster: &Cluster<'_>,
    labels: &BTreeMap<String, String>,
    annotations: &BTreeMap<String, String>,
) -> (Value, Option<Value>, Kerberos) {
    let Cluster { client, reader, traits, name, .. } = cluster;
    let mut pod = Pod::from_template(client.job_manager_template.as_ref());
    pod.labels(labels).annotations(annotations);
    whole_pod(&mut pod, reader);
    main_container(&mut pod, cluster);
    mounts::secrets(&mut pod, reader);
    mounts::claims(&mut pod, reader, *traits);
    let Files { hadoop: _, keytab: _, krb5: _ } = &client.files;
    let hadoop = mounts::hadoop(&mut pod, reader, &client.files, name);
    let kerberos = mounts::kerberos(&mut pod, reader, &client.files, name);
    configuration(&mut pod, cluster);
    let template = if traits.writes_empty_maps {
        pod.into_template_with_empty_maps()
    } else {
        pod.into_template()
    };
    (template, hadoop, kerberos)
}

/// The fields of the pod itself.
fn whole_pod(pod: &mut Pod, reader: &Reader<'_>) {
    let account = || {
        let in_template =
            ["serviceAccountName", "serviceAccount"].iter().find_map(|it| pod.get(it));
        let in_template = in_template.and_then(Value::as_str).map(str::to_owned);
        in_template.unwrap_or_else(|| "default".to_owned())
    };
    let account =
        reader.get("kubernetes.jobmanager.service-account").map_or_else(account, str::to_owned);
    pod.set("serviceAccount", json!(account)).set("serviceAccountName", json!(account));
    let on_host = reader.boolean("kubernetes.hostnetwork.enabled", false);
    pod.set("hostNetwork", json!(on_host));
    if on_host {
        pod.set("dnsPolicy", json!("ClusterFirstWithHostNet"));
    } else {
        pod.set_unless("dnsPolicy", json!("ClusterFirst"));
    }
    let secrets = reader.list("kubernetes.container.image.pull-secrets");
    let secrets = secrets.iter().map(|it| it.trim()).filter(|it| !it.is_empty());
    pod.append("imagePullSecrets", secrets.map(|name| json!({ "name": name })));
    pod.node_selector(&reader.map("kubernetes.jobmanager.node-selector"));
    let tolerations = reader.maps(TOLERATIONS);
    for text in tolerations.iter().filter_map(|it| not_seconds(it)) {
        let text = format!("tolerationSeconds is a whole number of seconds, and {text:?} is not.");
        reader.refuse(TOLERATIONS, text);
    }
    pod.append("tolerations", tolerations.iter().map(toleration));
}

/// The taints that the pods bear.
const TOLERATIONS: &str = "kubernetes.jobmanager.tolerations";

/// The seconds of a toleration, where they are none.
fn not_seconds(toleration: &BTreeMap<String, String>) -> Option<&String> {
    let mut fields = toleration.iter();
    let (_, text) = fields.find(|(key, _)| key.eq_ignore_ascii_case("tolerationSeconds"))?;
    text.trim().parse::<i64>().is_err().then_some(text)
}

/// When the image is pulled.
const POLICY: &str = "kubernetes.container.image.pull-policy";

/// The fields of the main container.
fn main_container(pod: &mut Pod, cluster: &Cluster<'_>) {
    let Cluster { client, reader, mebibytes, .. } = cluster;
    let default = format!("apache/flink:{}-scala_2.12", client.version);
    template_unless_set(pod, "image", reader.get("kubernetes.container.image.ref"), &default);
    let policy = reader.choice(POLICY, &["IfNotPresent", "Always", "Never"], "IfNotPresent");
    template_unless_set(pod, "imagePullPolicy", reader.get(POLICY).map(|_| policy), policy);
    pod.resources(&quantities::job_manager(reader, *mebibytes));
    if !reader.boolean("kubernetes.hostnetwork.enabled", false) {
        let ports = [
            ("rest", reader.port("rest.port", 8081)),
            ("jobmanager-rpc", reader.port("jobmanager.rpc.port", 6123)),
            ("blobserver", reader.port("blob.server.port", 6124)),
        ];
        pod.main_append(
            "ports",
            ports.map(|(name, port)| json!({ "name": name, "containerPort": port })),
        );
    }
    env(pod, reader);
    pod.main_set("command", json!([reader.text("kubernetes.entry.path", "/docker-entrypoint.sh")]));
    let target = match client.entry {
        Entry::Session => "kubernetes-session",
        Entry::Application => "kubernetes-application",
    };
    let more = reader.text("kubernetes.jobmanager.entrypoint.args", "");
    pod.main_set(
        "args",
        json!(["bash", "-c", format!("kubernetes-jobmanager.sh {target} {more}")]),
    );
    if cluster.traits.fetches_artifacts {
        let directory = reader.text("user.artifacts.base-dir", "/opt/flink/artifacts");
        pod.append("volumes", [json!({ "name": "user-artifacts-volume", "emptyDir": {} })]);
        pod.main_append(
            "volumeMounts",
            [json!({ "name": "user-artifacts-volume", "mountPath": directory })],
        );
    }
}

/// An option that is set wins over the template, which wins over the default.
fn template_unless_set(pod: &mut Pod, field: &str, set: Option<&str>, default: &str) {
    match set {
        Some(value) => pod.main_set(field, json!(value)),
        None => pod.main_set_unless(field, json!(default)),
    };
}

fn env(pod: &mut Pod, reader: &Reader<'_>) {
    let own = reader.below("containerized.master.env.");
    pod.main_append("env", own.iter().map(|(name, value)| json!({ "name": name, "value": value })));
    let address = json!({ "fieldRef": { "apiVersion": "v1", "fieldPath": "status.podIP" } });
    pod.main_append("env", [json!({ "name": "_POD_IP_ADDRESS", "valueFrom": address })]);
    let logs = reader.get("kubernetes.flink.log.dir");
    pod.main_append("env", logs.map(|path| json!({ "name": "FLINK_LOG_DIR", "value": path })));
    let secrets = reader.maps("kubernetes.env.secretKeyRef");
    pod.main_append(
        "env",
        secrets.iter().map(|secret| {
            let part = |name: &str| secret.get(name).cloned().unwrap_or_default();
            let reference = json!({ "name": part("secret"), "key": part("key") });
            json!({ "name": part("env"), "valueFrom": { "secretKeyRef": reference } })
        }),
    );
}

/// The volumes with configuration, logging files and the TaskManagers' template.
fn configuration(pod: &mut Pod, cluster: &Cluster<'_>) {
    let Cluster { client, reader, name, .. } = cluster;
    let item = |file: &str| json!({ "key": file, "path": file });
    let files = log_files(client.version).iter().copied();
    let files = files.filter(|file| client.log_files.contains_key(*file));
    let items: Vec<Value> = files.chain([client.file]).map(item).collect();
    let mut mount = |volume: &str, map: String, items: Value, path: &str| {
        let source = json!({ "name": map, "items": items });
        pod.append("volumes", [json!({ "name": volume, "configMap": source })]);
        pod.main_append("volumeMounts", [json!({ "name": volume, "mountPath": path })]);
    };
    let directory = reader.text("kubernetes.flink.conf.dir", "/opt/flink/conf");
    mount("flink-config-volume", format!("flink-config-{name}"), json!(items), &directory);
    if client.task_manager_template.is_some() {
        let items = json!([item(super::client::TASK_MANAGER_TEMPLATE)]);
        let map = format!("pod-template-{name}");
        mount("pod-template-volume", map, items, "/opt/flink/pod-template");
    }
}

/// A toleration; what is no field of one is not looked at.
fn toleration(texts: &BTreeMap<String, String>) -> Value {
    let fields = texts.iter().filter_map(|(key, text)| match key.to_ascii_lowercase().as_str() {
        "effect" => Some(("effect", json!(text))),
        "key" => Some(("key", json!(text))),
        "operator" => Some(("operator", json!(text))),
        "value" => Some(("value", json!(text))),
        "tolerationseconds" => {
            Some(("tolerationSeconds", json!(text.trim().parse::<i64>().unwrap_or(0))))
        }
        _ => None,
    });
    fields.map(|(key, value)| (key.to_owned(), value)).collect()
}

/// An owner that the user names; what is no field of one is not looked at.
fn owner_reference(texts: &BTreeMap<String, String>) -> Value {
    let truth = |text: &str| json!(text.eq_ignore_ascii_case("true"));
    let fields = texts.iter().filter_map(|(key, text)| match key.to_ascii_lowercase().as_str() {
        "apiversion" => Some(("apiVersion", json!(text))),
        "blockownerdeletion" => Some(("blockOwnerDeletion", truth(text))),
        "controller" => Some(("controller", truth(text))),
        "kind" => Some(("kind", json!(text))),
        "name" => Some(("name", json!(text))),
        "uid" => Some(("uid", json!(text))),
        _ => None,
    });
    fields.map(|(key, value)| (key.to_owned(), value)).collect()
}
