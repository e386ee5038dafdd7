//! What a configuration may not say.

use serde_json::json;
use terraform::{model::Model, plan::broken_rules, schema::object_type, value::json::from_json};

use super::*;

fn said(attributes: &serde_json::Value) -> Vec<String> {
    let mut all = json!({ "name": "orders", "flink_version": "1.20", "image": "flink:1.20" });
    all.as_object_mut()
        .expect("an object")
        .extend(attributes.as_object().expect("an object").clone());
    let schema = ClusterModel::attributes();
    let value = from_json(&all, &object_type(&schema)).expect("attributes");
    let model = ClusterModel::decode(&value, &Path::root()).expect("attributes");
    let found = broken_rules(&schema, &value).into_iter().chain(cluster(&model));
    found.map(|found| format!("{}: {}", found.path, found.summary)).collect()
}

#[test]
fn a_sound_configuration_is_not_refused() {
    assert_eq!(said(&json!({})), Vec::<String>::new());
    let all = json!({
        "namespace": "flink", "strategy": "native", "on_update": "recover",
        "high_availability": { "type": "zookeeper", "storage_dir": "s3://b/ha", "zookeeper_quorum": "z:2181" },
        "job_manager": { "cpu": 0.5, "env_from": [{ "secret": "s" }], "disruption_budget": { "min_available": "50%" } },
        "volumes": { "data": { "mounts": [{ "path": "/data" }], "empty_dir": {} } },
        "rest": { "tls": { "secret": "tls", "keystore": "a.p12", "password": { "secret": "tls", "key": "password" } } },
        "pod_template": "spec: {}",
    });
    assert_eq!(said(&all), Vec::<String>::new());
}

#[test]
fn what_cannot_be_is_refused_where_it_stands() {
    for (attributes, expected) in [
        (
            json!({ "name": "Orders" }),
            "name: \"name\" must be a DNS label of at most 45 characters",
        ),
        (json!({ "namespace": "a_b" }), "namespace: \"namespace\" must be the name of a namespace"),
        (
            json!({ "flink_version": "1.17" }),
            "flink_version: \"flink_version\" must be a version of Flink from 1.18 to 2.3",
        ),
        (
            json!({ "flink_version": "2.9" }),
            "flink_version: \"flink_version\" must be a version of Flink from 1.18 to 2.3",
        ),
        (
            json!({ "pod_template": "a: [" }),
            "pod_template: \"pod_template\" must be one YAML document",
        ),
        (
            json!({ "job_manager": { "cpu": 0 } }),
            "job_manager.cpu: \"job_manager.cpu\" must be above 0",
        ),
        (
            json!({ "task_manager": { "memory_limit_factor": 0.5 } }),
            "task_manager.memory_limit_factor: \"task_manager.memory_limit_factor\" must be at least 1",
        ),
        (
            json!({ "network_policy": { "egress_ports": [443, 0] } }),
            "network_policy.egress_ports[1]: \"network_policy.egress_ports[1]\" must be a port",
        ),
        (
            json!({ "volumes": { "a": { "mounts": [{ "path": "data" }], "empty_dir": {} } } }),
            "volumes[\"a\"].mounts[0].path: \"volumes[\"a\"].mounts[0].path\" must be an absolute path without \":\"",
        ),
        (
            json!({ "volumes": { "a": { "mounts": [], "secret": { "name": "s", "default_mode": "0999" } } } }),
            "volumes[\"a\"].secret.default_mode: \"volumes[\"a\"].secret.default_mode\" must be the mode of a file in octal",
        ),
    ] {
        assert_eq!(said(&attributes), [expected]);
    }
}

#[test]
fn attributes_that_do_not_go_together_are_refused() {
    for (attributes, expected) in [
        (
            json!({ "task_manager": { "env_from": [{}] } }),
            "task_manager.env_from[0]: Missing configuration argument",
        ),
        (
            json!({ "job_manager": { "disruption_budget": { "min_available": "1", "max_unavailable": "1" } } }),
            "job_manager.disruption_budget: Conflicting configuration arguments",
        ),
        (
            json!({ "volumes": { "a": { "mounts": [], "empty_dir": {}, "secret": { "name": "s" } } } }),
            "volumes[\"a\"]: Conflicting configuration arguments",
        ),
        (
            json!({ "high_availability": { "type": "zookeeper", "storage_dir": "s3://b/ha" } }),
            "high_availability: No ZooKeeper is named",
        ),
        (
            json!({ "rest": { "tls": { "secret": "s", "keystore": "k" } } }),
            "rest.tls: A keystore needs its password",
        ),
        (
            json!({ "rest": { "tls": { "secret": "s", "truststore": "k" } } }),
            "rest.tls: A password without a keystore",
        ),
        (json!({ "on_update": "recover" }), "on_update: Nothing to recover jobs from"),
    ] {
        assert_eq!(said(&attributes), [expected]);
    }
}
