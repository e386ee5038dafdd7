//! What is sent of an object: what was rendered, and what only the API server knows.

use manifests::Object;
use serde_json::{Map, Value, json};

use crate::{
    cluster::{
        goal::{Bring, Conflicts, Desired, FINGERPRINT, Id, is_workload},
        health,
        observed::Objects,
        step::{Apply, Purpose},
    },
    job::ids,
    json::at,
};

/// The annotation of a halted workload whose number of pods somebody else
/// decides: how many it had.
const HALTED: &str = "flink.terraform-provider/replicas-before-halt";

/// What the objects were rendered from, as one text: equal for equal objects.
pub(super) fn fingerprint(desired: &Desired) -> String {
    let texts: Vec<String> = desired.objects.iter().map(|one| one.body.to_string()).collect();
    let parts: Vec<&str> = texts.iter().map(String::as_str).collect();
    ids::digest(&parts)[..32].to_owned()
}

/// All that is to be applied, for a dry run: without what is known only later.
pub(super) fn all(goal: &Bring) -> Vec<Apply> {
    let nothing = Objects::new();
    let fingerprint = fingerprint(&goal.desired);
    let set = |object| set_as(goal, object, (&nothing, &fingerprint));
    goal.desired.objects.iter().map(set).collect()
}

/// An object as it should be.
pub(super) fn set(goal: &Bring, object: &Object, objects: &Objects) -> Apply {
    let is_marked = is_workload(object.kind);
    let fingerprint = if is_marked { fingerprint(&goal.desired) } else { String::new() };
    set_as(goal, object, (objects, &fingerprint))
}

fn set_as(goal: &Bring, object: &Object, (objects, fingerprint): (&Objects, &str)) -> Apply {
    let (id, mut body) = (Id::of(object), object.body.clone());
    let live = objects.get(&id);
    if is_workload(object.kind) {
        annotate(&mut body, FINGERPRINT, fingerprint);
        if let Some(replicas) = replicas_of_others(goal, object, live) {
            put(&mut body, "spec", "replicas", json!(replicas));
        }
    }
    if let Some(owner) = owner_of(&goal.desired, &id, objects) {
        put(&mut body, "metadata", "ownerReferences", json!([owner]));
    }
    let force = goal.conflicts == Conflicts::Force;
    Apply { id, body, force, purpose: Purpose::Set }
}

/// A workload of the new revision that has no pods yet.
pub(super) fn halt(goal: &Bring, object: &Object, objects: &Objects) -> Apply {
    let mut apply = set(goal, object, objects);
    put(&mut apply.body, "spec", "replicas", json!(0));
    if has_foreign_replicas(object) {
        let live = objects.get(&apply.id);
        let before = live.and_then(halted_at).or_else(|| live.map(health::replicas));
        annotate(&mut apply.body, HALTED, &before.unwrap_or(1).to_string());
        // An autoscaler lets go of a workload without pods.
        apply.force = true;
    }
    Apply { purpose: Purpose::Halt, ..apply }
}

/// Whether somebody else decides how many pods a workload has.
fn has_foreign_replicas(object: &Object) -> bool {
    at(&object.body, "/spec/replicas").is_none()
}

/// How many pods to give a workload whose number somebody else decides:
/// none of ours, but what it had before we halted it, or what we still say.
fn replicas_of_others(goal: &Bring, object: &Object, live: Option<&Value>) -> Option<u64> {
    let live = live.filter(|_| has_foreign_replicas(object))?;
    match (halted_at(live), health::replicas(live)) {
        (Some(before), 0) => Some(before),
        (_, now) => owns_replicas(&goal.manager, live).then_some(now),
    }
}

fn halted_at(live: &Value) -> Option<u64> {
    at(live, "/metadata/annotations")?.get(HALTED)?.as_str()?.parse().ok()
}

/// Whether we say how many pods a workload has: what we do not say any more,
/// the API server would set back to one.
fn owns_replicas(manager: &str, live: &Value) -> bool {
    let managers = at(live, "/metadata/managedFields").and_then(Value::as_array);
    managers.into_iter().flatten().any(|entry| {
        entry["manager"] == manager
            && entry["operation"] == "Apply"
            && at(entry, "/fieldsV1/f:spec/f:replicas").is_some()
    })
}

/// The owner reference of an object that comes after its owner.
fn owner_of(desired: &Desired, id: &Id, objects: &Objects) -> Option<Value> {
    let owner = desired.owner.as_ref()?;
    let place = |of: &Id| desired.objects.iter().position(|object| Id::of(object) == *of);
    if place(id)? <= place(owner)? {
        return None;
    }
    let uid = health::text(objects.get(owner)?, "/metadata/uid");
    Some(json!({
        "apiVersion": owner.api_version,
        "kind": owner.kind,
        "name": owner.name,
        "uid": uid,
        "controller": true,
        "blockOwnerDeletion": true,
    }))
}

fn annotate(body: &mut Value, key: &str, value: &str) {
    let Some(metadata) = body["metadata"].as_object_mut() else { return };
    let annotations = metadata.entry("annotations").or_insert_with(|| json!({}));
    if let Some(annotations) = annotations.as_object_mut() {
        annotations.insert(key.to_owned(), json!(value));
    }
}

fn put(body: &mut Value, part: &str, key: &str, value: Value) {
    let Some(body) = body.as_object_mut() else { return };
    let part = body.entry(part).or_insert_with(|| Value::Object(Map::new()));
    if let Some(part) = part.as_object_mut() {
        part.insert(key.to_owned(), value);
    }
}
