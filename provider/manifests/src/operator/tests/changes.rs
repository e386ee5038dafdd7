//! The table against what a real operator said about the same change.

use std::collections::BTreeSet;

use serde_json::json;

use super::*;

/// Both specs, and the operator's event about them.
fn recorded_changes() -> Vec<Value> {
    serde_json::from_str(include_str!("../recorded/changes.json")).unwrap()
}

/// The fields that an event names: `… Spec[job.args.5 : g1 -> g2, image : a -> b]), …`.
fn named(event: &str) -> BTreeSet<String> {
    let (_, list) = event.split_once("Spec[").unwrap();
    let words: Vec<&str> = list.split(' ').collect();
    let fields = words.windows(2).filter(|pair| pair[1] == ":").map(|pair| pair[0]);
    // It counts the elements of a list one by one.
    fields.map(|field| field.split(".args.").next().unwrap().to_owned()).collect()
}

#[test]
fn says_what_the_operator_said() {
    let changes = recorded_changes();
    assert!(changes.len() > 15, "{}", changes.len());
    for recorded in changes {
        let event = recorded["says"].as_str().unwrap();
        let mode = match recorded["new"]["mode"].as_str() {
            Some("standalone") => Strategy::Standalone,
            Some(_) | None => Strategy::Native,
        };
        let change = between(&recorded["old"], &recorded["new"], mode);
        let class = change.class().unwrap().to_string();
        assert_eq!(Some(class.as_str()), event.split(' ').next(), "{event}");
        let fields: BTreeSet<String> = change
            .causes
            .iter()
            .map(|cause| cause.path.join(".").replace("job.args", "job"))
            .collect();
        let said: BTreeSet<String> =
            named(event).into_iter().map(|it| it.replace("job.args", "job")).collect();
        assert_eq!(fields, said, "{event}");
    }
}

const SPEC: &str = r#"{ "image": "a", "mode": "native", "restartNonce": 1,
    "flinkConfiguration": { "parallelism.default": "1", "state.backend.type": "rocksdb" },
    "jobManager": { "replicas": 1, "resource": { "cpu": 1, "memory": "1g" } },
    "taskManager": { "replicas": 2 },
    "job": { "jarURI": "j", "parallelism": 1, "args": ["a"], "savepointRedeployNonce": 1, "state": "running" } }"#;

/// A change of the spec above by overrides, the class in native and in standalone mode.
const TABLE: &[(&str, Option<Class>, Option<Class>)] = &[
    ("{ image: a }", None, None),
    ("{ jobManager: { resource: { cpu: 1.0 } } }", None, None),
    ("{ jobManager: { replicas: null } }", None, None),
    ("{ job: { state: null, upgradeMode: stateless } }", None, None),
    ("{ image: b }", Some(Class::Upgrade), Some(Class::Upgrade)),
    ("{ restartNonce: 2 }", Some(Class::Upgrade), Some(Class::Upgrade)),
    ("{ restartNonce: null }", Some(Class::Ignore), Some(Class::Ignore)),
    ("{ ingress: { className: x } }", Some(Class::Upgrade), Some(Class::Upgrade)),
    ("{ job: { upgradeMode: savepoint } }", Some(Class::Ignore), Some(Class::Ignore)),
    ("{ job: { initialSavepointPath: s3://a } }", Some(Class::Ignore), Some(Class::Ignore)),
    ("{ job: { allowNonRestoredState: true } }", Some(Class::Ignore), Some(Class::Ignore)),
    ("{ job: { savepointTriggerNonce: 1 } }", Some(Class::Ignore), Some(Class::Ignore)),
    ("{ job: { checkpointTriggerNonce: 1 } }", Some(Class::Ignore), Some(Class::Ignore)),
    ("{ job: { autoscalerResetNonce: 1 } }", Some(Class::Ignore), Some(Class::Ignore)),
    ("{ job: { savepointRedeployNonce: null } }", Some(Class::Ignore), Some(Class::Ignore)),
    (
        "{ image: b, job: { savepointRedeployNonce: 2 } }",
        Some(Class::SavepointRedeploy),
        Some(Class::SavepointRedeploy),
    ),
    ("{ job: { state: suspended } }", Some(Class::Upgrade), Some(Class::Upgrade)),
    ("{ job: { args: [b] } }", Some(Class::Upgrade), Some(Class::Upgrade)),
    ("{ job: { parallelism: 2 } }", Some(Class::Upgrade), Some(Class::Scale)),
    ("{ taskManager: { replicas: 3 } }", Some(Class::Upgrade), Some(Class::Scale)),
    ("{ image: b, job: { parallelism: 2 } }", Some(Class::Upgrade), Some(Class::Upgrade)),
    ("{ job: null }", Some(Class::Refuse), Some(Class::Refuse)),
    ("{ deploymentName: other }", Some(Class::Refuse), Some(Class::Refuse)),
    (
        "{ flinkConfiguration: { parallelism.default: 2 } }",
        Some(Class::Ignore),
        Some(Class::Ignore),
    ),
    (
        "{ flinkConfiguration: { job.autoscaler.enabled: true } }",
        Some(Class::Ignore),
        Some(Class::Ignore),
    ),
    (
        "{ flinkConfiguration: { kubernetes.operator.savepoint.history.max.age: 1 d } }",
        Some(Class::Ignore),
        Some(Class::Ignore),
    ),
    (
        "{ flinkConfiguration: { pipeline.jobvertex-parallelism-overrides: 'a:2' } }",
        Some(Class::Scale),
        Some(Class::Upgrade),
    ),
    (
        "{ flinkConfiguration: { state: { backend: { type: hashmap } } } }",
        Some(Class::Upgrade),
        Some(Class::Upgrade),
    ),
    ("{ flinkConfiguration: { state: { backend: { type: rocksdb } } } }", None, None),
];

#[test]
fn each_field_has_its_class() {
    let old: Value = serde_json::from_str(SPEC).unwrap();
    for (text, native, standalone) in TABLE {
        let patch = crate::template::parse_fragment(text).unwrap();
        let new = overrides::over(old.clone(), Some(&patch)).unwrap();
        for (mode, class) in [(Strategy::Native, native), (Strategy::Standalone, standalone)] {
            assert_eq!(between(&old, &new, mode).class(), *class, "{mode:?} {text}");
        }
    }
    let other_mode = json!({ "mode": "standalone" });
    let new = crate::template::over(Some(&old), Some(&other_mode)).unwrap();
    assert_eq!(between(&old, &new, Strategy::Standalone).class(), Some(Class::Refuse));
}

#[test]
fn two_descriptions_are_compared_by_what_they_render() {
    let one = application();
    let spec = |cluster: &Cluster| resource(cluster, &Settings::default()).body["spec"].clone();
    let class = |edit: fn(&mut Cluster)| {
        let mut other = one.clone();
        edit(&mut other);
        between(&spec(&one), &spec(&other), one.strategy).class()
    };
    assert_eq!(class(|it| it.record = Some("{}".to_owned())), None);
    assert_eq!(class(|it| it.labels = examples::texts(&[("team", "a")])), None);
    assert_eq!(class(|it| examples::program(it).job_id = "other".to_owned()), None);
    assert_eq!(class(|it| examples::program(it).parallelism = Some(5)), Some(Class::Upgrade));
    assert_eq!(class(|it| it.image.name = "flink:1.20.2".to_owned()), Some(Class::Upgrade));
}

/// The operator stopped the recorded job with a savepoint for another
/// parallelism, though it called that a SCALE: the job was not in reactive mode.
#[test]
fn a_scale_is_a_restart_where_nothing_can_scale() {
    let all = recorded_changes();
    let scaled = all.iter().find(|it| it["says"].as_str().unwrap().starts_with("SCALE")).unwrap();
    let mode = Strategy::Standalone;
    let change = between(&scaled["old"], &scaled["new"], mode);
    assert_eq!(change.effect(&scaled["new"], mode), Effect::Restart);
    let mut reactive = scaled["new"].clone();
    reactive["flinkConfiguration"]["scheduler-mode"] = json!("reactive");
    assert_eq!(change.effect(&reactive, mode), Effect::InPlace);
    reactive.as_object_mut().unwrap().remove("job");
    assert_eq!(change.effect(&reactive, mode), Effect::Restart, "a session cluster");
}

#[test]
fn what_becomes_of_the_job_follows_from_the_class() {
    let old: Value = serde_json::from_str(SPEC).unwrap();
    let overrides_of = "pipeline.jobvertex-parallelism-overrides";
    let adaptive = format!(
        "flinkVersion: v1_18\nflinkConfiguration: {{ jobmanager.scheduler: Adaptive, {overrides_of}: 'a:1' }}"
    );
    let over = |spec: &Value, text: &str| {
        let patch = crate::template::parse_fragment(text).unwrap();
        overrides::over(spec.clone(), Some(&patch)).unwrap()
    };
    let adaptive = over(&old, &adaptive);
    let wider = format!("flinkConfiguration: {{ {overrides_of}: 'a:2' }}");
    let none = format!("flinkConfiguration: {{ {overrides_of}: null }}");
    let older = over(&adaptive, "flinkVersion: v1_17");
    for (before, text, effect) in [
        (&old, "image: a", Effect::Nothing),
        (&old, "job: { upgradeMode: savepoint }", Effect::Nothing),
        (&old, "job: { parallelism: 2 }", Effect::Restart),
        (&old, wider.as_str(), Effect::Restart),
        (&adaptive, wider.as_str(), Effect::InPlace),
        (&adaptive, none.as_str(), Effect::Restart),
        (&older, wider.as_str(), Effect::Restart),
        (&old, "job: { savepointRedeployNonce: 2 }", Effect::Reset),
        (&old, "job: null", Effect::Refused),
    ] {
        let new = over(before, text);
        let change = between(before, &new, Strategy::Native);
        assert_eq!(change.effect(&new, Strategy::Native), effect, "{text}");
    }
}
