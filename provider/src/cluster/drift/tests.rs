//! What a refresh writes for what it finds.

use lifecycle::cluster::{goal::Id, observed::Objects};
use serde_json::json;
use terraform::{model::Model, path::Path, schema::object_type, value::json::from_json};

use super::*;

fn cluster(attributes: &Value) -> ClusterModel {
    let mut all = json!({
        "name": "orders", "namespace": "flink", "flink_version": "1.20", "image": "flink:1.20",
        "status": "ready",
    });
    all.as_object_mut().expect("an object").extend(attributes.as_object().expect("one").clone());
    let value = from_json(&all, &object_type(&ClusterModel::attributes())).expect("attributes");
    ClusterModel::decode(&value, &Path::root()).expect("attributes")
}

fn differs(kind: &str, name: &str, path: &[&str], (is, should): (Value, Value)) -> Difference {
    let path = path.iter().map(|&key| key.to_owned()).collect();
    let what = What::Value { path, is: Some(is), should };
    Difference { object: Id::new("v1", kind, name), what }
}

fn found(prior: &Value, health: Health, differences: Vec<Difference>) -> ClusterModel {
    let live = Live { objects: Objects::new(), differences, revision: None, health };
    refreshed(cluster(prior), &live)
}

#[test]
fn what_an_attribute_can_say_is_said_there() {
    let scaled = ["spec", "replicas"];
    let image = ["spec", "template", "spec", "containers", "flink-main-container", "image"];
    let file = |text: &str| json!(format!("\"a.b\": \"{text}\"\n\"c\": \"1\"\n"));
    for (prior, difference, expected) in [
        (
            json!({}),
            differs("Deployment", "orders-taskmanager", &scaled, (json!(3), json!(1))),
            json!({ "task_manager": { "replicas": 3 } }),
        ),
        (
            json!({ "job_manager": { "memory": "2g" } }),
            differs("Deployment", "orders-jobmanager", &scaled, (json!(0), json!(1))),
            json!({ "job_manager": { "memory": "2g", "replicas": 0 } }),
        ),
        (
            json!({}),
            differs("Deployment", "orders-jobmanager", &image, (json!("x:1"), json!("flink:1.20"))),
            json!({ "image": "x:1" }),
        ),
        (
            json!({}),
            differs(
                "Service",
                "orders-rest",
                &["spec", "type"],
                (json!("NodePort"), json!("ClusterIP")),
            ),
            json!({ "rest": { "service_type": "node_port" } }),
        ),
        (
            json!({ "flink_configuration": { "a.b": "1" } }),
            differs(
                "ConfigMap",
                "flink-config-orders",
                &["data", "config.yaml"],
                (file("2"), file("1")),
            ),
            json!({ "flink_configuration": { "a.b": "2" } }),
        ),
    ] {
        assert_eq!(found(&prior, Health::Ready, vec![difference]), cluster(&expected));
    }
}

#[test]
fn everything_else_is_said_in_words() {
    let gone =
        || Difference { object: Id::new("v1", "Service", "orders-rest"), what: What::Missing };
    let left = Difference { object: Id::new("v1", "ConfigMap", "old"), what: What::Left };
    let probe = differs(
        "Deployment",
        "orders-jobmanager",
        &["spec", "paused"],
        (json!(true), json!(false)),
    );
    let record = differs(
        "Deployment",
        "orders-jobmanager",
        &["metadata", "annotations", names::RECORD],
        (json!("a"), json!("b")),
    );
    let pods = ["spec", "template", "spec", "hostNetwork"];
    let pods = differs("Deployment", "orders-jobmanager", &pods, (json!(true), json!(false)));
    let ailments = vec!["pod orders-1:\n crash".to_owned(), "b".to_owned()];
    for (health, differences, status) in [
        (Health::Ready, vec![], "ready"),
        (Health::Ready, vec![record], "ready"),
        (
            Health::Ready,
            vec![gone(), gone(), left, probe],
            "changed: Service orders-rest was deleted; ConfigMap old is not part of the cluster any more; spec.paused of Deployment orders-jobmanager was changed",
        ),
        (
            Health::Ready,
            vec![gone(), pods],
            "changed: spec.hostNetwork of the pods of Deployment orders-jobmanager was changed; Service orders-rest was deleted",
        ),
        (Health::Missing, vec![gone()], "missing"),
        (
            Health::Degraded { ailments: ailments.clone() },
            vec![gone()],
            "changed: Service orders-rest was deleted; degraded: pod orders-1: crash; b",
        ),
        (Health::Degraded { ailments }, vec![], "degraded: pod orders-1: crash; b"),
        (Health::Transient { progress: "1 of 2".to_owned() }, vec![], "ready"),
    ] {
        let found = found(&json!({}), health, differences);
        assert_eq!(found.own.status, Attr::Known(status.to_owned()));
    }
}

#[test]
fn a_cluster_that_comes_up_is_as_it_was_recorded() {
    let rolling = || Health::Transient { progress: "1 of 2".to_owned() };
    for (before, after) in
        [("ready", "ready"), ("degraded: x", "degraded: x"), ("missing", "ready")]
    {
        let found = found(&json!({ "status": before }), rolling(), vec![]);
        assert_eq!(found.own.status, Attr::Known(after.to_owned()));
    }
}
