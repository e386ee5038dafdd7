//! The sentence of every change, and the reference after it.

use serde_json::json;
use terraform::{schema::object_type, value::json::from_json};

use super::*;

/// A cluster as an apply leaves it, with these attributes instead of the usual ones.
fn cluster(attributes: &serde_json::Value) -> ClusterModel {
    let mut all = json!({
        "name": "orders", "namespace": "flink", "strategy": "standalone", "flink_version": "1.20",
        "image": "flink:1.20.1", "on_update": "drain", "on_destroy": "drain",
        "id": "flink/orders", "ref": "flink/orders#3", "revision": 5, "rest_url": "http://orders-rest.flink:8081",
        "planned_action": "create", "status": "ready",
    });
    all.as_object_mut()
        .expect("an object")
        .extend(attributes.as_object().expect("an object").clone());
    let value = from_json(&all, &object_type(&ClusterModel::attributes())).expect("attributes");
    ClusterModel::decode(&value, &Path::root()).expect("attributes")
}

/// The sentence and the reference that a plan shows.
fn planned(prior: &serde_json::Value, wanted: &serde_json::Value) -> (String, String) {
    let (prior, wanted) = (cluster(prior), cluster(wanted));
    let change = decide(Some(&prior), &wanted);
    let filled = fill(Some(&prior), wanted, &change);
    (change.to_string(), filled.own.r#ref.into_known().expect("a reference"))
}

#[test]
fn the_plan_says_what_happens_to_the_pods_and_to_the_jobs() {
    for (prior, wanted, sentence, reference) in [
        (json!({}), json!({}), "nothing", "#3"),
        (json!({}), json!({ "labels": {} }), "nothing", "#3"),
        (
            json!({}),
            json!({ "image": "flink:1.20.2" }),
            "restart (drain): image; its jobs are stopped with savepoints and started again from them",
            "#4",
        ),
        (
            json!({}),
            json!({ "image": "flink:1.20.2", "on_update": "drain_all" }),
            "restart (drain_all): image; all jobs are stopped with savepoints; those that follow the cluster are started again from them",
            "#4",
        ),
        (
            json!({}),
            json!({ "image": "flink:1.20.2", "on_update": "recover" }),
            "restart (recover): image; its jobs recover from their newest checkpoints",
            "#3",
        ),
        (
            json!({ "task_manager": { "replicas": 2 } }),
            json!({ "task_manager": { "replicas": 3 } }),
            "in place: task_manager.replicas 2 → 3",
            "#3",
        ),
        (json!({}), json!({ "on_destroy": "force" }), "record on_destroy (no restart)", "#3"),
        (
            json!({}),
            json!({ "image_pull_policy": "if_not_present" }),
            "record image_pull_policy (no restart)",
            "#3",
        ),
        (json!({ "status": "missing" }), json!({}), "create again: missing", "#3"),
        (
            json!({ "status": "changed: Service orders-rest was deleted" }),
            json!({}),
            "repair in place: changed: Service orders-rest was deleted",
            "#3",
        ),
        // What puts this right makes new pods, and that ends the jobs.
        (
            json!({ "status": "changed: spec.hostNetwork of the pods of Deployment x was changed" }),
            json!({}),
            "restart (drain): changed: spec.hostNetwork of the pods of Deployment x was changed; its jobs are stopped with savepoints and started again from them",
            "#4",
        ),
        (
            json!({ "status": "degraded: jobmanager" }),
            json!({ "image": "flink:1.20.2" }),
            "restart (drain): image; its jobs are stopped with savepoints and started again from them",
            "#4",
        ),
    ] {
        let expected = (sentence.to_owned(), format!("flink/orders{reference}"));
        assert_eq!(planned(&prior, &wanted), expected, "{prior} → {wanted}");
    }
}

#[test]
fn a_plan_says_what_holds_whatever_is_not_known_yet_comes_to() {
    let prior = cluster(&json!({}));
    let filled = |planned: &ClusterModel| {
        fill(Some(&prior), planned.clone(), &decide(Some(&prior), planned)).own
    };
    // It may be the same image: whether there is a restart is open.
    let mut open = cluster(&json!({}));
    open.shared.image = Attr::Unknown;
    let own = filled(&open);
    assert_eq!((own.r#ref, own.planned_action), (Attr::Unknown, Attr::Unknown));
    let first = fill(None, open.clone(), &decide(None, &open));
    assert_eq!(first.own.r#ref, Attr::Known("flink/orders#1".to_owned()));
    // Another change restarts it for certain.
    open.shared.flink_version = Attr::Known("2.0".to_owned());
    let own = filled(&open);
    assert_eq!(own.r#ref, Attr::Known("flink/orders#4".to_owned()));
    assert_eq!(own.planned_action, Attr::Unknown);
    // Labels restart nothing, whatever they are.
    let mut harmless = cluster(&json!({}));
    harmless.shared.labels = Attr::Unknown;
    let own = filled(&harmless);
    assert_eq!(own.r#ref, Attr::Known("flink/orders#3".to_owned()));
    assert_eq!((own.revision, own.planned_action), (Attr::Known(5), Attr::Unknown));
}

#[test]
fn a_plan_without_a_change_leaves_every_computed_attribute_alone() {
    let prior = cluster(&json!({ "planned_action": "restart (drain): image; …" }));
    let wanted = cluster(&json!({}));
    let change = decide(Some(&prior), &wanted);
    assert_eq!(fill(Some(&prior), wanted, &change), prior);
}

#[test]
fn every_restart_counts_and_only_those_that_carry_jobs_over_move_the_reference() {
    let prior = cluster(&json!({}));
    for (on_update, reference, revision) in
        [("drain", "flink/orders#4", 6), ("recover", "flink/orders#3", 6)]
    {
        let wanted = cluster(&json!({ "image": "flink:1.20.2", "on_update": on_update }));
        let filled = fill(Some(&prior), wanted.clone(), &decide(Some(&prior), &wanted));
        assert_eq!(filled.own.r#ref, Attr::Known(reference.to_owned()));
        assert_eq!(filled.own.revision, Attr::Known(revision));
    }
}

#[test]
fn the_pods_of_flinks_own_client_stay_until_something_restarts_them() {
    let prior = cluster(&json!({ "revision": 0, "ref": "flink/orders#1" }));
    let missing = cluster(&json!({ "revision": 0, "ref": "flink/orders#1", "status": "missing" }));
    for (prior, wanted, revision) in [
        (&prior, json!({ "labels": { "team": "a" } }), 0),
        (&prior, json!({ "on_destroy": "force" }), 0),
        (&prior, json!({ "image": "flink:1.20.2" }), 1),
        (&missing, json!({}), 1),
    ] {
        let wanted = cluster(&wanted);
        let filled = fill(Some(prior), wanted.clone(), &decide(Some(prior), &wanted));
        assert_eq!(filled.own.revision, Attr::Known(revision));
    }
}

#[test]
fn the_url_names_the_service_and_its_port() {
    for (rest, url) in [
        (json!({}), "http://orders-rest.flink:8081"),
        (json!({ "service_type": "load_balancer" }), "http://orders-rest.flink:80"),
        (json!({ "port": 9000, "tls": { "secret": "s" } }), "https://orders-rest.flink:9000"),
    ] {
        let found = rest_url(&cluster(&json!({ "rest": rest })).shared);
        assert_eq!(found, Attr::Known(url.to_owned()));
    }
}
