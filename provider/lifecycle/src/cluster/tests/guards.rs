//! The proof that every guard is needed: with any one of them away, something
//! ends otherwise, or what must never happen does.

use serde_json::json;

use super::{
    Standing, apply, apply_without, available, create, jobs, native, remove, standalone, standing,
    to,
};
use crate::{
    cluster::{
        goal::{Id, OnDestroy},
        guard::Guard,
        model::Universe,
        report::Report,
    },
    guards::are_all_needed,
    job::{journal::Follows, model::Fault},
};

async fn scene(guard: Guard, off: Option<Guard>) -> (Option<String>, Standing) {
    let universe = Universe::new();
    let report = match guard {
        Guard::DryRunFirst => {
            ready(&universe).await;
            universe.kube(|kube, _| kube.refused = Some("session-taskmanager".to_owned()));
            apply_without(off, &to(standalone("2")), &universe).await
        }
        Guard::OnlyOurs => helm(&universe, off).await,
        Guard::OthersRefuse => {
            ready(&universe).await;
            jobs(&["b"], Follows::No, &universe).await;
            apply_without(off, &to(standalone("2")), &universe).await
        }
        Guard::DirectoriesFirst => {
            ready(&universe).await;
            universe.flink.with(|flink| flink.unwritable = Some("denied".to_owned()));
            apply_without(off, &to(standalone("2")), &universe).await
        }
        Guard::AllHealthyFirst => {
            ready(&universe).await;
            universe.flink.with(|flink| {
                let job = flink.jobs.values_mut().next().expect("it runs");
                job.fault = Fault::NoSlots;
            });
            apply_without(off, &to(standalone("2")), &universe).await
        }
        Guard::OldPodsEndFirst => {
            ready(&universe).await;
            apply_without(off, &to(native("2")), &universe).await
        }
        Guard::JobsEndFirst => {
            ready(&universe).await;
            apply_without(off, &to(standalone("2")), &universe).await
        }
        Guard::DataWhileNeeded => data(&universe, off).await,
    };
    let problem = report.problem.map(|problem| {
        let text = format!("{problem:?}");
        text.split([' ', '{', '(']).next().unwrap_or_default().to_owned()
    });
    (problem, standing(&universe))
}

async fn ready(universe: &Universe) {
    assert_eq!(apply(&create(standalone("1")), universe).await.problem, None);
    jobs(&["a", "c"], Follows::Yes, universe).await;
}

async fn helm(universe: &Universe, off: Option<Guard>) -> Report {
    let id = Id::new("apps/v1", "Deployment", "session");
    let labels = json!({ "app.kubernetes.io/managed-by": "Helm" });
    let metadata = json!({ "name": "session", "uid": "1", "labels": labels });
    let helm = json!({ "apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata });
    universe.kube(|kube, _| kube.objects.insert(id, helm));
    apply_without(off, &create(native("1")), universe).await
}

async fn data(universe: &Universe, off: Option<Guard>) -> Report {
    assert_eq!(apply(&create(standalone("1")), universe).await.problem, None);
    let id = Id::new("v1", "ConfigMap", "session-cluster-config-map");
    let map = json!({ "metadata": { "name": id.name, "uid": "7" }, "data": { "jobGraph-1": "x" } });
    universe.kube(|kube, _| kube.objects.insert(id, map));
    let goal = remove(available(standalone("1")), OnDestroy::Force);
    apply_without(off, &goal, universe).await
}

#[tokio::test(start_paused = true)]
async fn without_any_one_guard_something_goes_wrong() {
    are_all_needed(Guard::ALL, scene, |shown| &shown.1.violations).await;
}
