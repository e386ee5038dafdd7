//! What both strategies put into a pod besides what Flink's own options say:
//! the attributes that have no `kubernetes.*` key.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{permit, start, volumes};
use crate::configuration::{TLS_DIRECTORY, TLS_PASSWORD};
use crate::description::{
    EnvFrom, PodSecurity, Process, RestTls, RestTlsSource, Role, SecretKey, Toleration,
    TopologySpread,
};
use crate::template::Pod;
use crate::{Cluster, names};

/// Where the Hadoop configuration is mounted.
const HADOOP: &str = "/opt/hadoop/conf";

/// Puts the attributes into a pod that started from the user's template.
pub(crate) fn complete(cluster: &Cluster, role: Role, starts_with_script: bool, pod: &mut Pod) {
    let process = cluster.process(role);
    environment(cluster, process, pod);
    match role {
        Role::JobManager => {
            pod.main_append("env", permit::variable(cluster));
        }
        Role::TaskManager => {}
    }
    scheduling(cluster, role, pod);
    if let Some(storage) = &process.ephemeral_storage {
        let quantity = [("ephemeral-storage", storage.as_str())];
        pod.resource("requests", &quantity).resource("limits", &quantity);
    }
    let (typed, mounts) = volumes::of(cluster, role);
    pod.append("volumes", typed).main_append("volumeMounts", mounts);
    hadoop(cluster, pod);
    if let Some(tls) = &cluster.rest.tls {
        rest_tls(tls, role, pod);
    }
    if starts_with_script {
        pod.append("volumes", start::volumes(cluster)).main_append("volumeMounts", start::mounts());
    }
    plugins(cluster, pod);
    if let Some(metrics) = &cluster.metrics {
        pod.main_append("ports", [json!({ "name": "metrics", "containerPort": metrics.port })]);
    }
    if let Some(security) = &cluster.pod_security {
        secure(security, pod);
    }
}

/// The annotations of the pods of one process: the user's over Prometheus'.
pub(crate) fn annotations(cluster: &Cluster, role: Role) -> BTreeMap<String, String> {
    let mut annotations = BTreeMap::new();
    if let Some(metrics) = cluster.metrics.as_ref().filter(|metrics| metrics.annotations) {
        for (key, value) in [
            ("scrape", "true".to_owned()),
            ("port", metrics.port.to_string()),
            ("path", "/metrics".to_owned()),
        ] {
            annotations.insert(format!("prometheus.io/{key}"), value);
        }
    }
    annotations.extend(cluster.process(role).annotations.clone());
    annotations
}

/// A taint that a pod bears, as its spec has it.
pub(crate) fn toleration(toleration: &Toleration) -> Value {
    let Toleration { key, operator, value, effect, toleration_seconds } = toleration;
    let texts = [("key", key), ("operator", operator), ("value", value), ("effect", effect)];
    let mut entry: Map<String, Value> = texts
        .into_iter()
        .filter_map(|(field, text)| text.as_ref().map(|text| (field.to_owned(), json!(text))))
        .collect();
    if let Some(seconds) = toleration_seconds {
        entry.insert("tolerationSeconds".to_owned(), json!(seconds));
    }
    Value::Object(entry)
}

fn environment(cluster: &Cluster, process: &Process, pod: &mut Pod) {
    let secrets = process.env_secrets.iter().map(|(name, key)| secret_variable(name, key));
    pod.main_append("env", secrets);
    pod.main_append("envFrom", process.env_from.iter().map(variables_from));
    if cluster.hadoop_configuration.is_some() {
        pod.main_append("env", [json!({ "name": "HADOOP_CONF_DIR", "value": HADOOP })]);
    }
}

fn secret_variable(name: &str, SecretKey { secret, key }: &SecretKey) -> Value {
    json!({ "name": name, "valueFrom": { "secretKeyRef": { "name": secret, "key": key } } })
}

fn variables_from(source: &EnvFrom) -> Value {
    match source {
        EnvFrom::Secret(name) => json!({ "secretRef": { "name": name } }),
        EnvFrom::ConfigMap(name) => json!({ "configMapRef": { "name": name } }),
    }
}

fn scheduling(cluster: &Cluster, role: Role, pod: &mut Pod) {
    let process = cluster.process(role);
    if let Some(affinity) = &process.affinity {
        pod.set("affinity", affinity.clone());
    }
    if let Some(class) = &process.priority_class {
        pod.set("priorityClassName", json!(class));
    }
    if let Some(seconds) = process.termination_grace_period {
        pod.set("terminationGracePeriodSeconds", json!(seconds));
    }
    let selector = names::selector(cluster, role.component());
    pod.append(
        "topologySpreadConstraints",
        process.topology_spread.iter().map(|it| spread(it, &selector)),
    );
}

fn spread(spread: &TopologySpread, selector: &BTreeMap<String, String>) -> Value {
    let TopologySpread { topology_key, max_skew, when_unsatisfiable } = spread;
    json!({
        "topologyKey": topology_key,
        "maxSkew": max_skew,
        "whenUnsatisfiable": when_unsatisfiable,
        "labelSelector": { "matchLabels": selector },
    })
}

fn hadoop(cluster: &Cluster, pod: &mut Pod) {
    if let Some(name) = &cluster.hadoop_configuration {
        pod.append(
            "volumes",
            [json!({ "name": "hadoop-config-volume", "configMap": { "name": name } })],
        );
        pod.main_append(
            "volumeMounts",
            [json!({ "name": "hadoop-config-volume", "mountPath": HADOOP })],
        );
    }
}

/// The certificate goes to the JobManager alone.
fn rest_tls(tls: &RestTls, role: Role, pod: &mut Pod) {
    if role == Role::TaskManager {
        return;
    }
    pod.append(
        "volumes",
        [json!({ "name": "flink-rest-tls", "secret": { "secretName": tls.secret } })],
    );
    let mount = json!({ "name": "flink-rest-tls", "mountPath": TLS_DIRECTORY, "readOnly": true });
    pod.main_append("volumeMounts", [mount]);
    if let RestTlsSource::Keystore { keystore: _, truststore: _, password } = &tls.source {
        pod.main_append("env", [secret_variable(TLS_PASSWORD, password)]);
    }
}

/// The image's entry point links plugins where it can write, our script where it cannot.
fn plugins(cluster: &Cluster, pod: &mut Pod) {
    if cluster.plugins.is_empty() {
        return;
    }
    let name = if start::links_plugins(cluster) {
        "FLINK_ENABLED_PLUGINS"
    } else {
        "ENABLE_BUILT_IN_PLUGINS"
    };
    pod.main_append("env", [json!({ "name": name, "value": cluster.plugins.join(";") })]);
}

/// Security contexts; what the template says wins, field by field.
fn secure(security: &PodSecurity, pod: &mut Pod) {
    let PodSecurity {
        run_as_non_root,
        run_as_user,
        run_as_group,
        fs_group,
        seccomp_profile,
        allow_privilege_escalation,
        drop_capabilities,
        read_only_root_filesystem,
    } = security;
    let numbers = [("runAsUser", run_as_user), ("runAsGroup", run_as_group), ("fsGroup", fs_group)];
    let mut of_pod: Map<String, Value> = numbers
        .iter()
        .filter_map(|(field, id)| id.map(|id| ((*field).to_owned(), json!(id))))
        .collect();
    of_pod.insert("runAsNonRoot".to_owned(), json!(run_as_non_root));
    if let Some(profile) = seccomp_profile {
        of_pod.insert("seccompProfile".to_owned(), json!({ "type": profile }));
    }
    let mut of_container = Map::from_iter([(
        "allowPrivilegeEscalation".to_owned(),
        json!(allow_privilege_escalation),
    )]);
    if *drop_capabilities {
        of_container.insert("capabilities".to_owned(), json!({ "drop": ["ALL"] }));
    }
    if *read_only_root_filesystem {
        of_container.insert("readOnlyRootFilesystem".to_owned(), json!(true));
        writable(pod);
    }
    pod.set("securityContext", over(of_pod, pod.get("securityContext")));
    pod.main_set("securityContext", over(of_container, pod.main_get("securityContext")));
}

fn over(mut ours: Map<String, Value>, template: Option<&Value>) -> Value {
    ours.extend(template.and_then(Value::as_object).cloned().unwrap_or_default());
    Value::Object(ours)
}

/// Where Flink writes, unless something is mounted there.
fn writable(pod: &mut Pod) {
    for (name, path) in [("flink-tmp", "/tmp"), ("flink-log", "/opt/flink/log")] {
        let mounts = pod.main_get("volumeMounts").and_then(Value::as_array);
        let is_mounted =
            mounts.is_some_and(|mounts| mounts.iter().any(|mount| mount["mountPath"] == path));
        if !is_mounted {
            pod.append("volumes", [json!({ "name": name, "emptyDir": {} })]);
            pod.main_append("volumeMounts", [json!({ "name": name, "mountPath": path })]);
        }
    }
}
