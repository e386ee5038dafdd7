//! What is drift, and what others have the say in.

use serde_json::json;

use super::*;

/// The resource as it comes back, with what a real operator puts around it.
fn live(object: &Object) -> Value {
    let real = recorded("app1");
    let mut live = object.body.clone();
    live["status"] = real["status"].clone();
    for (field, value) in real["metadata"].as_object().unwrap() {
        if !["labels", "annotations", "name", "namespace"].contains(&field.as_str()) {
            live["metadata"][field] = value.clone();
        }
    }
    live
}

fn found(object: &Object, live: &Value, scaled: bool) -> Vec<String> {
    drift(object, live, scaled).iter().map(|it| it.path.join(".")).collect()
}

#[test]
fn what_the_operator_writes_is_none() {
    let object = resource(&application(), &Settings::default());
    let mut live = live(&object);
    assert!(live["status"]["jobStatus"].is_object() && live["metadata"]["finalizers"].is_array());
    assert_eq!(found(&object, &live, false), [""; 0]);
    live["spec"]["flinkConfiguration"]["pipeline.jobvertex-parallelism-overrides"] = json!("a:2");
    live["metadata"]["annotations"] = json!({ "somebody": "else" });
    assert_eq!(found(&object, &live, false), [""; 0]);
    let mut labelled = session_job_of("orders");
    labelled.labels.insert("target.session".to_owned(), "somewhere".to_owned());
    let (job, _) = session_job(&labelled, &Settings::default()).unwrap();
    let mut live = job.body.clone();
    live["metadata"]["labels"]["target.session"] = json!("orders");
    assert_eq!(found(&job, &live, false), [""; 0]);
}

/// The field, and how somebody changes it.
type Edit = (&'static str, fn(&mut Value));

#[test]
fn what_somebody_changed_is_told_field_by_field() {
    let object = resource(&application(), &Settings::default());
    let edits: [Edit; 6] = [
        ("spec.image", |it| it["spec"]["image"] = json!("flink:other")),
        ("spec.job.parallelism", |it| it["spec"]["job"]["parallelism"] = json!(9)),
        ("spec.restartNonce", |it| it["spec"]["restartNonce"] = json!(1)),
        ("spec.flinkConfiguration.taskmanager.numberOfTaskSlots", |it| {
            it["spec"]["flinkConfiguration"]["taskmanager.numberOfTaskSlots"] = json!("9");
        }),
        ("spec.job.args", |it| {
            it["spec"]["job"].as_object_mut().unwrap().remove("args");
        }),
        ("metadata.labels.app.kubernetes.io/managed-by", |it| {
            it["metadata"]["labels"]["app.kubernetes.io/managed-by"] = json!("Helm");
        }),
    ];
    for (path, edit) in edits {
        let mut live = live(&object);
        edit(&mut live);
        assert_eq!(found(&object, &live, true), [path]);
    }
    assert_eq!(found(&object, &json!({ "metadata": {} }), false).last().unwrap(), "spec");
}

#[test]
fn the_number_of_task_managers_is_an_autoscalers_where_there_is_one() {
    let mut cluster = application();
    cluster.strategy = Strategy::Standalone;
    cluster.task_manager.replicas = Some(2);
    examples::program(&mut cluster).parallelism = None;
    let object = resource(&cluster, &Settings::default());
    let mut live = live(&object);
    live["spec"]["taskManager"]["replicas"] = json!(5);
    assert_eq!(found(&object, &live, false), ["spec.taskManager.replicas"]);
    assert_eq!(found(&object, &live, true), [""; 0]);
    assert_eq!(kept(&object, &live, true).body["spec"]["taskManager"]["replicas"], 5);
    assert_eq!(kept(&object, &live, false), object);
    live["spec"]["taskManager"].as_object_mut().unwrap().remove("replicas");
    assert_eq!(kept(&object, &live, true), object, "there is nothing to keep");
}

#[test]
fn numbers_and_nothing_are_compared_as_java_reads_them() {
    let object = resource(&application(), &Settings::default());
    let mut live = live(&object);
    live["spec"]["job"]["parallelism"] = json!(4.0);
    live["spec"]["job"]["initialSavepointPath"] = Value::Null;
    assert_eq!(found(&object, &live, false), [""; 0]);
}
