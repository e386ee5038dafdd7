//! What the API server writes into a pod template that says nothing.

use serde_json::{Map, Value, json};

/// The template without the fields that hold what the API server would put there.
///
/// Two templates mean the same to Kubernetes if they are equal without these.
pub(super) fn without(template: &Value) -> Value {
    let mut template = template.clone();
    if let Some(metadata) = template.get_mut("metadata").and_then(Value::as_object_mut) {
        drop_equal(metadata, &[("creationTimestamp", Value::Null)]);
    }
    let Some(spec) = template.get_mut("spec").and_then(Value::as_object_mut) else {
        return template;
    };
    drop_equal(spec, &pod());
    for list in ["initContainers", "containers"] {
        for container in items(spec, list) {
            let image = container.get("image").and_then(Value::as_str).unwrap_or_default();
            let policy = pull_policy(image);
            drop_equal(container, &[("imagePullPolicy", json!(policy))]);
            without_in_container(container);
        }
    }
    for volume in items(spec, "volumes") {
        without_in_volume(volume);
    }
    for constraint in items(spec, "topologySpreadConstraints") {
        drop_equal(constraint, &[("nodeAffinityPolicy", json!("Honor"))]);
    }
    template
}

fn pod() -> [(&'static str, Value); 6] {
    [
        ("restartPolicy", json!("Always")),
        ("dnsPolicy", json!("ClusterFirst")),
        ("schedulerName", json!("default-scheduler")),
        ("terminationGracePeriodSeconds", json!(30)),
        ("securityContext", json!({})),
        ("hostNetwork", json!(false)),
    ]
}

/// `Always` for `latest` or no tag, else `IfNotPresent`.
fn pull_policy(image: &str) -> &'static str {
    if image.contains('@') {
        return "IfNotPresent";
    }
    let name = image.rsplit('/').next().unwrap_or_default();
    match name.split_once(':') {
        None | Some((_, "latest")) => "Always",
        Some(_) => "IfNotPresent",
    }
}

fn without_in_container(container: &mut Map<String, Value>) {
    drop_equal(
        container,
        &[
            ("terminationMessagePath", json!("/dev/termination-log")),
            ("terminationMessagePolicy", json!("File")),
            ("resources", json!({})),
        ],
    );
    for port in items(container, "ports") {
        drop_equal(port, &[("protocol", json!("TCP"))]);
    }
    for env in items(container, "env") {
        if let Some(Value::Object(field)) =
            env.get_mut("valueFrom").and_then(|it| it.get_mut("fieldRef"))
        {
            drop_equal(field, &[("apiVersion", json!("v1"))]);
        }
        drop_equal(env, &[("value", json!(""))]);
    }
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        if let Some(Value::Object(probe)) = container.get_mut(probe) {
            drop_equal(
                probe,
                &[
                    ("failureThreshold", json!(3)),
                    ("periodSeconds", json!(10)),
                    ("successThreshold", json!(1)),
                    ("timeoutSeconds", json!(1)),
                ],
            );
            if let Some(Value::Object(http)) = probe.get_mut("httpGet") {
                drop_equal(http, &[("scheme", json!("HTTP")), ("path", json!("/"))]);
            }
        }
    }
    for mount in items(container, "volumeMounts") {
        drop_equal(mount, &[("readOnly", json!(false))]);
    }
}

fn without_in_volume(volume: &mut Map<String, Value>) {
    for source in ["configMap", "secret", "projected", "downwardAPI"] {
        if let Some(Value::Object(source)) = volume.get_mut(source) {
            drop_equal(source, &[("defaultMode", json!(0o644))]);
        }
    }
    if let Some(Value::Object(path)) = volume.get_mut("hostPath") {
        drop_equal(path, &[("type", json!(""))]);
    }
    if let Some(Value::Object(claim)) = volume.get_mut("persistentVolumeClaim") {
        drop_equal(claim, &[("readOnly", json!(false))]);
    }
}

fn items<'a>(
    map: &'a mut Map<String, Value>,
    list: &str,
) -> impl Iterator<Item = &'a mut Map<String, Value>> {
    map.get_mut(list)
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut)
}

fn drop_equal(map: &mut Map<String, Value>, defaults: &[(&str, Value)]) {
    for (field, default) in defaults {
        if map.get(*field) == Some(default) {
            map.remove(*field);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_from_the_server_equals_the_one_that_was_sent() {
        let sent = json!({ "metadata": {}, "spec": {
            "containers": [{
                "name": "a", "image": "flink:1.20",
                "ports": [{ "containerPort": 1 }],
                "env": [{ "name": "IP", "valueFrom": { "fieldRef": { "fieldPath": "status.podIP" } } }],
                "livenessProbe": { "tcpSocket": { "port": 1 } },
            }],
            "volumes": [{ "name": "v", "configMap": { "name": "c" } }],
        }});
        let stored = json!({ "metadata": { "creationTimestamp": null }, "spec": {
            "restartPolicy": "Always", "dnsPolicy": "ClusterFirst", "securityContext": {},
            "schedulerName": "default-scheduler", "terminationGracePeriodSeconds": 30,
            "containers": [{
                "name": "a", "image": "flink:1.20", "imagePullPolicy": "IfNotPresent",
                "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
                "resources": {},
                "ports": [{ "containerPort": 1, "protocol": "TCP" }],
                "env": [{ "name": "IP", "valueFrom": {
                    "fieldRef": { "apiVersion": "v1", "fieldPath": "status.podIP" } } }],
                "livenessProbe": { "tcpSocket": { "port": 1 }, "failureThreshold": 3,
                    "periodSeconds": 10, "successThreshold": 1, "timeoutSeconds": 1 },
            }],
            "volumes": [{ "name": "v", "configMap": { "name": "c", "defaultMode": 420 } }],
        }});
        assert_eq!(without(&stored), without(&sent));
        assert_eq!(without(&sent), without(&without(&sent)));
    }

    #[test]
    fn the_pull_policy_follows_the_tag() {
        for (image, policy) in [
            ("flink", "Always"),
            ("flink:latest", "Always"),
            ("flink:1.20", "IfNotPresent"),
            ("host:5000/flink", "Always"),
            ("host:5000/flink:1", "IfNotPresent"),
            ("flink@sha256:00", "IfNotPresent"),
        ] {
            assert_eq!(pull_policy(image), policy, "{image}");
        }
    }
}
