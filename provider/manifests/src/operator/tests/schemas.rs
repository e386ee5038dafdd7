//! What is rendered against the schemas of real operators.

use flink::Version;
use serde_json::json;

use super::*;

const VERSIONS: [&str; 2] = ["1.7.0", "1.10.0"];

fn problems(version: &str, object: &Object, attributes: &Attributes<'_>) -> Vec<Invalid> {
    unheld(&schema(version, object.kind), object, attributes)
}

/// A version whose Flink both operators know.
fn known(mut cluster: Cluster) -> Cluster {
    cluster.flink_version = Version::new(1, 18, 1);
    cluster.image.name = "flink:1.18.1".to_owned();
    cluster
}

#[test]
fn whatever_is_rendered_is_held() {
    let settings = Settings { restart_nonce: Some(1), ..Settings::default() };
    for cluster in [known(everything()), known(application())] {
        let object = resource(&cluster, &settings);
        for version in VERSIONS {
            assert_eq!(problems(version, &object, &Attributes::default()), [], "{version}");
        }
    }
    let (job, _) = session_job(&session_job_of("orders"), &settings).unwrap();
    for version in VERSIONS {
        assert_eq!(problems(version, &job, &Attributes::default()), [], "{version}");
    }
    for taken in [savepoint().taken, Taken::Checkpoint] {
        let object = snapshot(&Snapshot { taken, ..savepoint() });
        assert_eq!(problems("1.10.0", &object, &Attributes::default()), []);
    }
}

#[test]
fn what_real_operators_were_given_is_held() {
    for name in ["app1", "stand", "sessl"] {
        let object = Object {
            api_version: API_VERSION,
            kind: DEPLOYMENT,
            namespace: "flink-op".to_owned(),
            name: name.to_owned(),
            body: recorded(name),
        };
        assert_eq!(problems("1.10.0", &object, &Attributes::default()), [], "{name}");
        let older = problems("1.7.0", &object, &Attributes::default());
        assert_eq!(paths(&older), ["flink_version"], "{name}");
        assert!(older[0].text.contains("v1_18, v1_19 for"), "{}", older[0].text);
        assert!(older[0].text.contains("Version 1.10 of"), "{}", older[0].text);
    }
}

/// The version, the overrides, and the attribute and a word of the problem.
const UNHELD: &[(&str, &str, &str, &str)] = &[
    (
        "1.7.0",
        "{ ingress: { labels: { a: b } } }",
        "operator.spec_overrides.ingress.labels",
        "Version 1.10 of",
    ),
    (
        "1.7.0",
        "{ ingress: { className: [a] } }",
        "operator.spec_overrides.ingress.className",
        "a text",
    ),
    ("1.10.0", "{ ingres: {} }", "operator.spec_overrides.ingres", "no field spec.ingres:"),
    ("1.10.0", "{ restartNonce: often }", "operator.spec_overrides.restartNonce", "a whole number"),
    (
        "1.10.0",
        "{ jobManager: { resources: { requests: { cpu: 1 } } } }",
        "operator.spec_overrides.jobManager.resources",
        "Version 1.16 of",
    ),
    (
        "1.10.0",
        "{ job: { upgradeMode: last_state } }",
        "operator.spec_overrides.job.upgradeMode",
        "last-state",
    ),
    (
        "1.10.0",
        "{ taskManager: { podTemplate: { spec: { hostNetwork: 'yes' } } } }",
        "operator.spec_overrides.taskManager.podTemplate.spec.hostNetwork",
        "true or false",
    ),
    (
        "1.10.0",
        "{ logConfiguration: { a: 1 } }",
        "operator.spec_overrides.logConfiguration.a",
        "a text",
    ),
];

#[test]
fn what_is_not_held_is_told_at_the_attribute() {
    let cluster = known(application());
    for (version, text, path, word) in UNHELD {
        let settings = overriding(text);
        let object = resource(&cluster, &settings);
        let attributes = Attributes {
            cluster: Some(&cluster),
            spec_overrides: settings.spec_overrides.as_ref(),
        };
        let found = problems(version, &object, &attributes);
        assert_eq!(paths(&found), [*path], "{text}: {found:?}");
        assert!(found[0].text.contains(word), "{}", found[0].text);
    }
    let upgrade = Upgrade { redeploy_nonce: Some(1), ..Upgrade::default() };
    let mut redeployed = cluster;
    examples::program(&mut redeployed).restore = Some(crate::description::Restore {
        path: "s3://a".to_owned(),
        allow_non_restored_state: false,
        claim_mode: crate::description::ClaimMode::NoClaim,
    });
    let settings = Settings { upgrade, ..Settings::default() };
    let found = problems("1.7.0", &resource(&redeployed, &settings), &Attributes::default());
    assert_eq!(paths(&found), ["restore"]);
    assert!(found[0].text.contains("Version 1.10 of"), "{}", found[0].text);
}

/// A field of a template that is younger than the operator, and an attribute of ours.
#[test]
fn what_is_not_held_of_a_description_is_told_at_its_attribute() {
    let mut cluster = known(application());
    let container = json!({ "name": "flink-main-container", "restartPolicy": "Always" });
    cluster.pod_template = Some(json!({ "spec": { "containers": [container] } }));
    cluster.flink_version = Version::new(2, 0, 0);
    cluster.image.name = "flink:2.0.0".to_owned();
    let object = resource(&cluster, &Settings::default());
    let attributes = Attributes { cluster: Some(&cluster), spec_overrides: None };
    let mut found = paths(&problems("1.7.0", &object, &attributes));
    found.sort();
    assert_eq!(found, ["flink_version", "job_manager.pod_template", "task_manager.pod_template"]);
    let newer = problems("1.10.0", &object, &attributes);
    assert_eq!(paths(&newer), ["flink_version"]);
    assert!(newer[0].text.contains("Version 1.15 of"), "{}", newer[0].text);
}

#[test]
fn a_schema_that_keeps_what_it_does_not_know_holds_everything() {
    let schema = json!({ "properties": { "spec": { "type": "object", "properties": {
        "flinkConfiguration": { "type": "object", "x-kubernetes-preserve-unknown-fields": true },
        "replicas": { "x-kubernetes-int-or-string": true },
        "gone": { "type": "string", "nullable": true },
        "tags": { "type": "array", "items": { "type": "string" } } } } } });
    let of = |spec: Value| {
        let body = json!({ "spec": spec });
        let name = String::new();
        let object = Object {
            api_version: API_VERSION,
            kind: DEPLOYMENT,
            namespace: name.clone(),
            name,
            body,
        };
        paths(&unheld(&schema, &object, &Attributes::default()))
    };
    assert_eq!(
        of(json!({ "flinkConfiguration": { "a": { "b": [1] } }, "replicas": "50%", "gone": null })),
        [""; 0]
    );
    assert_eq!(of(json!({ "replicas": 0.5 })), ["spec.replicas"]);
    assert_eq!(of(json!({ "tags": ["a", 1] })), ["spec.tags.1"]);
    assert_eq!(
        paths(&unheld(&json!({}), &snapshot(&savepoint()), &Attributes::default())),
        ["spec"]
    );
}
