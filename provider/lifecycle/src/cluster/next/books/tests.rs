//! What is taken over, from whom, and what is left to others.

use serde_json::{Value, json};

use super::*;
use crate::cluster::{
    goal::{CLUSTER, MANAGED_BY, MANAGER},
    next::Next,
    tests,
};

fn entry(manager: &str, operation: &str, fields: &Value) -> Value {
    json!({ "manager": manager, "operation": operation, "apiVersion": "v1", "fieldsV1": fields })
}

fn said(managed: &[Value]) -> Vec<(&str, &str, Value)> {
    let one = |entry: &Value| entry["fieldsV1"].clone();
    managed.iter().map(|it| (text(it, "/manager"), text(it, "/operation"), one(it))).collect()
}

fn service(labels: &Value, port: i64, managed: &[Value]) -> Value {
    json!({
        "metadata": { "labels": labels, "resourceVersion": "7", "managedFields": managed },
        "spec": { "ports": [{ "name": "rest", "port": port }] },
    })
}

/// What is done about a Service whose `rest` should be 8081.
fn decided(live: Value, conflicts: Conflicts) -> Need<()> {
    let mut desired = tests::standalone("1");
    desired.objects.retain(|object| object.kind == "Service");
    desired.objects[0].body["spec"] = json!({ "ports": [{ "name": "rest", "port": 8081 }] });
    let id = Id::of(&desired.objects[0]);
    let goal = Bring { conflicts, ..tests::bring(desired) };
    take_over(&goal, &Objects::from([(id, live)]))
}

fn taken(decision: Need<()>) -> TakeOver {
    let next = *decision.expect_err("a step");
    let Next::Do(step, _) = next else { panic!("{next:?}") };
    let Step::TakeOver(step) = *step else { panic!("{step:?}") };
    *step
}

#[test]
fn what_flinks_client_said_becomes_ours_and_what_others_added_stays_theirs() {
    let labels = json!({ "app": "session", "type": "flink-native-kubernetes" });
    let made = json!({
        "f:metadata": { "f:labels": { "f:app": {}, "f:type": {} } }, "f:spec": { "f:type": {} },
    });
    let added = json!({ "f:metadata": { "f:annotations": { "f:cloud/id": {} } } });
    let mut status = entry("controller", "Update", &made);
    status["subresource"] = json!("status");
    let managed = vec![entry("okhttp", "Update", &made), entry("cloud", "Update", &added), status];
    let step = taken(decided(service(&labels, 8081, &managed), Conflicts::Refuse));
    assert_eq!(step.resource_version, "7");
    let expected = [
        ("cloud", "Update", added),
        ("controller", "Update", made.clone()),
        (MANAGER, "Apply", made),
    ];
    assert_eq!(said(&step.managed_fields), expected);
    let after = service(&labels, 8081, &step.managed_fields);
    assert_eq!(decided(after, Conflicts::Refuse), Ok(()));
}

#[test]
fn a_port_that_somebody_moved_is_taken_back_by_force_and_else_told() {
    let labels = json!({ MANAGED_BY: MANAGER, CLUSTER: "session" });
    let port = |number: i64| format!("k:{{\"port\":{number},\"protocol\":\"TCP\"}}");
    let theirs =
        json!({ "f:spec": { "f:ports": { port(9090): { ".": {}, "f:port": {} } }, "f:x": {} } });
    let ours = json!({ "f:spec": { "f:type": {} } });
    let managed = || vec![entry(MANAGER, "Apply", &ours), entry("kubectl-edit", "Update", &theirs)];
    let refused = decided(service(&labels, 9090, &managed()), Conflicts::Refuse);
    let conflict = Conflict {
        object: Id::new("v1", "Service", "session-rest"),
        manager: "kubectl-edit".to_owned(),
        field: ".spec.ports".to_owned(),
    };
    let problem = Problem::Conflicts { conflicts: vec![conflict] };
    assert_eq!(refused, Err(Box::new(Next::Stuck(problem))));

    let step = taken(decided(service(&labels, 9090, &managed()), Conflicts::Force));
    let expected = [
        (
            MANAGER,
            "Apply",
            json!({ "f:spec": {
                "f:type": {}, "f:ports": { port(9090): { ".": {}, "f:port": {} } },
            } }),
        ),
        ("kubectl-edit", "Update", json!({ "f:spec": { "f:x": {} } })),
    ];
    assert_eq!(said(&step.managed_fields), expected);
}

#[test]
fn a_port_that_is_ours_to_move_needs_nobodys_leave() {
    let labels = json!({ MANAGED_BY: MANAGER, CLUSTER: "session" });
    let ours = json!({ "f:spec": { "f:ports": { "k:{\"port\":9000}": { "f:port": {} } } } });
    for conflicts in [Conflicts::Refuse, Conflicts::Force] {
        let managed = vec![entry(MANAGER, "Apply", &ours)];
        assert_eq!(decided(service(&labels, 9000, &managed), conflicts), Ok(()));
    }
}
