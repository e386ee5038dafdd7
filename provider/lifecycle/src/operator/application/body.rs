//! What is written.

use manifests::description::Strategy;
use manifests::operator::{Change, between};
use serde_json::{Map, Value as Json, json};

use super::journal::{By, Origin};
use super::{Fallback, Served};

/// The operator's permission to take a checkpoint where a savepoint was asked for.
const FALLS_BACK: &str = "kubernetes.operator.job.upgrade.last-state-fallback.enabled";
/// What kubectl keeps for itself.
const OF_KUBECTL: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// Fields of a job that say what a start was from. The operator looks at them with that start alone,
/// so that what is written later repeats them.
const START: [&str; 2] = ["initialSavepointPath", "savepointRedeployNonce"];

/// A version in place of what is there, with what its last start was from.
pub(super) fn in_place(version: &Json, live: &Json) -> Json {
    let mut body = version.clone();
    for field in START {
        if let Some(value) = live["spec"]["job"].get(field).filter(|value| !value.is_null()) {
            body["spec"]["job"][field] = value.clone();
        }
    }
    body
}

/// What is there, suspended: nothing else changes, so that it can be taken back.
pub(super) fn suspended(live: &Json, by: By, fallback: Fallback) -> Json {
    let mut body = same(live);
    body["spec"]["job"]["state"] = json!("suspended");
    body["spec"]["job"]["upgradeMode"] = json!(mode(by));
    if by == By::Savepoint && fallback == Fallback::Refuse {
        body["spec"]["flinkConfiguration"][FALLS_BACK] = json!("false");
    }
    body
}

/// What is there, running, and as permissive as it was.
pub(super) fn resumed(live: &Json) -> Json {
    let mut body = same(live);
    body["spec"]["job"]["state"] = json!("running");
    if let Some(configuration) = body["spec"]["flinkConfiguration"].as_object_mut() {
        configuration.remove(FALLS_BACK);
    }
    body
}

const fn mode(by: By) -> &'static str {
    match by {
        By::Savepoint => "savepoint",
        By::LastState => "last-state",
        By::Halt | By::Drop => "stateless",
    }
}

/// A version that starts from something. `is_there` says whether it replaces another.
pub(super) fn started(
    version: &Json,
    (from, nonce): (&Origin, Option<i64>),
    (served, is_there): (Served, bool),
) -> Json {
    let mut body = version.clone();
    let job = &mut body["spec"]["job"];
    job["state"] = json!("running");
    match from {
        // The operator would take what it remembers, but for a job that is to have no state.
        Origin::Nothing if is_there => job["upgradeMode"] = json!("stateless"),
        Origin::HighAvailability => job["upgradeMode"] = json!("last-state"),
        Origin::Path(path) if !is_there || served == Served::Redeploy => {
            job["initialSavepointPath"] = json!(path);
        }
        // It is the first, which has none; or the operator remembers the path.
        Origin::Nothing | Origin::Path(_) => {}
    }
    if let Some(nonce) = nonce {
        job["savepointRedeployNonce"] = json!(nonce);
    }
    body
}

/// What is there, as it is applied.
fn same(live: &Json) -> Json {
    let mut metadata = Map::new();
    for field in ["name", "namespace", "labels", "annotations"] {
        if let Some(value) = live["metadata"].get(field) {
            metadata.insert(field.to_owned(), value.clone());
        }
    }
    if let Some(Json::Object(annotations)) = metadata.get_mut("annotations") {
        annotations.remove(OF_KUBECTL);
    }
    json!({
        "apiVersion": manifests::operator::API_VERSION,
        "kind": manifests::operator::DEPLOYMENT,
        "metadata": metadata,
        "spec": live["spec"],
    })
}

/// What differs between what is there and what would be.
pub(super) fn change(live: &Json, would: &Json) -> Change {
    between(&live["spec"], &would["spec"], strategy(&would["spec"]))
}

/// Who makes the pods of a spec.
pub(super) fn strategy(spec: &Json) -> Strategy {
    if spec["mode"] == "standalone" { Strategy::Standalone } else { Strategy::Native }
}

/// Whether two paths are one: Flink writes `file:/a`, and others `file:///a`.
pub(super) fn is_same_path(one: &str, other: &str) -> bool {
    let plain = |path: &str| path.replacen(":///", ":/", 1).trim_end_matches('/').to_owned();
    plain(one) == plain(other)
}
