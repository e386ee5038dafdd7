//! Whose an object is.

use serde_json::Value;

use super::{Need, body, stuck, wait};
use crate::cluster::{
    goal::{Bring, CLUSTER, FINGERPRINT, Id, Known, MANAGED_BY, MANAGER, Name},
    guard::Guard,
    health::text,
    observed::{Objects, Observed, Reason},
    problem::Problem,
};
use crate::json::at;

/// Whether an object carries the marks of this cluster of ours.
pub(crate) fn is_ours(name: &Name, live: &Value) -> bool {
    let label = |key: &str| at(live, "/metadata/labels").and_then(|labels| labels.get(key));
    let is = |key, value: &str| label(key).is_some_and(|label| label == value);
    is(MANAGED_BY, MANAGER) && is(CLUSTER, &name.cluster)
}

/// That nothing of somebody else stands where ours is to stand, and that a
/// create goes on with nothing but its own earlier attempt.
pub(super) fn check(goal: &Bring, objects: &Objects, seen: &Observed) -> Need<()> {
    nothing_of_others(goal, objects, seen)?;
    match goal.known {
        Known::Yes => Ok(()),
        Known::No => is_own_attempt(goal, objects),
    }
}

/// That nothing of somebody else stands where ours is to stand.
pub(super) fn nothing_of_others(goal: &Bring, objects: &Objects, seen: &Observed) -> Need<()> {
    let rendered = goal.desired.objects.iter().map(Id::of);
    for (id, live) in rendered.filter_map(|id| objects.get(&id).map(|live| (id, live))) {
        if at(live, "/metadata/deletionTimestamp").is_some() {
            return wait(Reason::ObjectsGo { left: 1 });
        }
        if !is_ours(&goal.name, live) && !may_adopt(goal, live) && seen.guards(Guard::OnlyOurs) {
            return stuck(Problem::NotOurs { object: id, manager: manager(live) });
        }
    }
    Ok(())
}

/// What is recorded as ours and carries no marks was imported.
fn may_adopt(goal: &Bring, live: &Value) -> bool {
    goal.known == Known::Yes && is_nobodys(live)
}

/// Whether an object says of nobody that it is his.
pub(super) fn is_nobodys(live: &Value) -> bool {
    other_manager(live).is_none()
}

/// Whether what stands is what this goal is about, and not another's cluster of the same name.
pub(super) fn is_its_own(goal: &Bring, objects: &Objects) -> bool {
    match goal.known {
        Known::Yes => true,
        Known::No => is_own_attempt(goal, objects).is_ok(),
    }
}

/// A cluster of ours that once came up belongs to whoever made it, unless it
/// is the very same: then its maker was cut short before it could say so.
fn is_own_attempt(goal: &Bring, objects: &Objects) -> Need<()> {
    let fingerprint = body::fingerprint(&goal.desired);
    for object in goal.desired.workloads() {
        let id = Id::of(object);
        let Some(live) = objects.get(&id) else { continue };
        let annotations = at(live, "/metadata/annotations");
        let same =
            annotations.and_then(|all| all.get(FINGERPRINT)) == Some(&fingerprint.as_str().into());
        if !same && has_been_ready(live) {
            return stuck(Problem::Exists { object: id });
        }
    }
    Ok(())
}

/// Whether all pods of a workload have once been ready.
pub(super) fn has_been_ready(live: &Value) -> bool {
    let conditions = at(live, "/status/conditions").and_then(Value::as_array);
    conditions
        .into_iter()
        .flatten()
        .any(|one| one["type"] == "Progressing" && one["reason"] == "NewReplicaSetAvailable")
}

fn other_manager(live: &Value) -> Option<String> {
    let annotations = at(live, "/metadata/annotations");
    let release = annotations.and_then(|all| all.get("meta.helm.sh/release-name"));
    if let Some(release) = release.and_then(Value::as_str) {
        return Some(format!("the Helm release {release:?}"));
    }
    let label = at(live, "/metadata/labels").and_then(|labels| labels.get(MANAGED_BY));
    let label = label.and_then(Value::as_str).filter(|manager| *manager != MANAGER);
    if label.is_some() {
        return label.map(str::to_owned);
    }
    let labels = at(live, "/metadata/labels");
    let cluster = labels.and_then(|labels| labels.get(CLUSTER)).and_then(Value::as_str);
    cluster.map(|cluster| format!("the cluster {cluster:?}"))
}

/// Who an object seems to belong to.
fn manager(live: &Value) -> String {
    let by_fields = || match text(live, "/metadata/managedFields/0/manager") {
        "" => "somebody else".to_owned(),
        manager => format!("{manager:?}"),
    };
    other_manager(live).unwrap_or_else(by_fields)
}
