//! What is refused, and what is left then.

use std::time::Duration;

use serde_json::json;

use super::{
    apply, apply_job, available, create, job, jobs, native, pass, remove, standalone, standing, to,
};
use crate::{
    cluster::{
        goal::{Goal, Id, OnDestroy},
        health::Trouble,
        model::Universe,
        problem::Problem,
        report::{Left, Remark},
    },
    job::{
        Recorded,
        journal::Follows,
        model::{Death, Flink, StopFault},
    },
};

async fn with_jobs(names: &[&str]) -> (Universe, Vec<Recorded>) {
    let universe = Universe::new();
    let report = apply(&create(standalone("1")), &universe).await;
    assert_eq!((report.left, report.problem), (Left::Ready, None));
    let recorded = jobs(names, Follows::Yes, &universe).await;
    (universe, recorded)
}

#[tokio::test(start_paused = true)]
async fn nothing_is_stopped_while_a_job_runs_that_does_not_follow() {
    let (universe, _) = with_jobs(&["a"]).await;
    jobs(&["b"], Follows::No, &universe).await;
    for goal in [to(standalone("2")), remove(standalone("1"), OnDestroy::Drain)] {
        let before = standing(&universe);
        let problem = apply(&goal, &universe).await.problem;
        let Some(Problem::OthersRun { jobs }) = problem else { panic!("{problem:?}") };
        assert_eq!(jobs[0].owner.as_deref(), Some("default/session/b"));
        assert_eq!(standing(&universe), before);
    }
}

#[tokio::test(start_paused = true)]
async fn a_follower_is_carried_over_whose_first_apply_died_after_its_start() {
    let (universe, _) = with_jobs(&[]).await;
    let goal = job("a", Follows::Yes, None);
    let before = universe.flink.with(|flink| flink.effects);
    *universe.flink.death.lock().expect("not poisoned") = Some(Death::After(before + 3));
    tokio::select! {
        report = apply_job(&goal, &universe) => panic!("{report:?}"),
        () = universe.flink.died.notified() => {}
    }
    *universe.flink.death.lock().expect("not poisoned") = None;
    pass(Duration::from_secs(2)).await;
    assert_eq!(standing(&universe).jobs, ["a:v1"]);
    assert_eq!(apply(&to(standalone("2")), &universe).await.problem, None);
    assert_eq!(apply_job(&goal, &universe).await.problem, None);
    let after = standing(&universe);
    assert_eq!((after.jobs, after.violations), (vec!["a:v1".to_owned()], vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_savepoint_that_fails_leaves_the_cluster_and_says_what_was_stopped() {
    let (universe, recorded) = with_jobs(&["a", "b"]).await;
    universe.flink.with(|flink| flink.next_stop = vec![StopFault::None, StopFault::SavepointFails]);
    let report = apply(&to(standalone("2")), &universe).await;
    let Some(Problem::NotStopped { failed, stopped }) = &report.problem else {
        panic!("{:?}", report.problem)
    };
    assert_eq!((failed.len(), stopped.len()), (1, 1));
    let now = standing(&universe);
    assert_eq!(now.jobs.len(), 1);
    assert!(now.pods.iter().all(|pod| pod.contains("\"1\"")), "{now:?}");
    assert!(report.remarks.iter().any(|remark| matches!(remark, Remark::Stopped(_))));
    for (name, recorded) in ["a", "b"].iter().zip(recorded) {
        apply_job(&job(name, Follows::Yes, Some(recorded)), &universe).await;
    }
    let after = standing(&universe);
    assert_eq!((after.jobs.len(), after.violations), (2, vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_directory_that_takes_no_savepoints_stops_nothing() {
    let (universe, _) = with_jobs(&["a"]).await;
    universe.flink.with(|flink| flink.unwritable = Some("denied".to_owned()));
    let before = standing(&universe);
    let problem = apply(&to(standalone("2")), &universe).await.problem;
    assert!(matches!(problem, Some(Problem::NotStopped { .. })), "{problem:?}");
    assert_eq!(standing(&universe), before);
}

#[tokio::test(start_paused = true)]
async fn what_the_api_server_refuses_stops_nothing() {
    let (universe, _) = with_jobs(&["a"]).await;
    universe.kube(|kube, _| kube.refused = Some("session-taskmanager".to_owned()));
    let before = standing(&universe);
    let problem = apply(&to(standalone("2")), &universe).await.problem;
    assert!(matches!(problem, Some(Problem::Refused { .. })), "{problem:?}");
    assert_eq!(standing(&universe), before);
}

#[tokio::test(start_paused = true)]
async fn a_cluster_of_that_name_is_gone_on_with_only_if_it_is_the_same_or_never_was_ready() {
    let universe = Universe::new();
    universe.kube(|kube, _| kube.broken = Some(("ErrImageNeverPull".into(), "no image".into())));
    let report = apply(&create(standalone("1")), &universe).await;
    assert!(matches!(report.problem, Some(Problem::Ailing(_))), "{:?}", report.problem);
    universe.kube(|kube, _| kube.broken = None);
    let mut other = standalone("1");
    other.objects[0].body["spec"]["of"] = json!("other");
    assert_eq!(apply(&create(other.clone()), &universe).await.problem, None);
    assert_eq!(apply(&create(other), &universe).await.problem, None);
    let report = apply(&create(standalone("1")), &universe).await;
    assert!(matches!(report.problem, Some(Problem::Exists { .. })), "{:?}", report.problem);
    // Another's cluster is not recorded as what this create has left.
    assert_eq!(report.left, Left::Missing);
}

#[tokio::test(start_paused = true)]
async fn a_create_that_nobody_answers_leaves_nothing_and_one_that_began_something() {
    let universe = Universe::new();
    universe.kube(|kube, _| kube.silent_from = Some(0));
    let report = apply(&create(standalone("1")), &universe).await;
    assert!(matches!(report.problem, Some(Problem::Unreachable { .. })), "{:?}", report.problem);
    assert_eq!(report.left, Left::Unknown);
    universe.kube(|kube, _| kube.silent_from = Some(1));
    let report = apply(&create(standalone("1")), &universe).await;
    assert!(matches!(report.problem, Some(Problem::Unreachable { .. })), "{:?}", report.problem);
    assert_eq!((report.left, standing(&universe).objects.len()), (Left::NotReady, 1));
    universe.kube(|kube, _| kube.silent_from = None);
    assert_eq!(apply(&create(standalone("1")), &universe).await.problem, None);
}

#[tokio::test(start_paused = true)]
async fn what_belongs_to_somebody_else_is_not_touched() {
    let universe = Universe::new();
    let id = Id::new("apps/v1", "Deployment", "session");
    let helm = json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": { "name": "session", "uid": "1", "annotations": { "meta.helm.sh/release-name": "flink" } },
    });
    universe.kube(|kube, _| kube.objects.insert(id.clone(), helm));
    for goal in [create(native("1")), to(native("1"))] {
        let problem = apply(&goal, &universe).await.problem;
        let Some(Problem::NotOurs { object, manager }) = problem else { panic!("{problem:?}") };
        assert_eq!((object, manager.as_str()), (id.clone(), "the Helm release \"flink\""));
    }
    apply(&remove(native("1"), OnDestroy::Drain), &universe).await;
    assert_eq!(standing(&universe).objects.len(), 1);
    assert_eq!(standing(&universe).violations, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn pods_that_cannot_come_up_are_told_in_seconds() {
    for (reason, message, within) in [
        ("ErrImagePull", "manifest unknown", 4),
        ("ErrImagePull", "i/o timeout", 14),
        ("CreateContainerConfigError", "secret \"x\" not found", 9),
        ("CrashLoopBackOff", "", 4),
    ] {
        let universe = Universe::new();
        universe.kube(|kube, _| kube.broken = Some((reason.to_owned(), message.to_owned())));
        let began = tokio::time::Instant::now();
        let report = apply(&create(standalone("1")), &universe).await;
        let Some(Problem::Ailing(ailment)) = &report.problem else {
            panic!("{:?}", report.problem)
        };
        let is_crash = matches!(ailment.trouble, Trouble::CrashLoop { .. });
        assert_eq!(ailment.log.is_empty(), !is_crash, "{ailment:?}");
        assert_eq!(report.left, Left::NotReady);
        assert!(began.elapsed() < Duration::from_secs(within), "{reason} {:?}", began.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn a_cluster_whose_jobmanager_does_not_run_is_mended_and_removed() {
    let (universe, _) = with_jobs(&[]).await;
    universe.kube(|kube, _| {
        kube.broken = Some(("CrashLoopBackOff".to_owned(), String::new()));
    });
    let goal = to(standalone("2"));
    let problem = apply(&goal, &universe).await.problem;
    assert!(matches!(problem, Some(Problem::Ailing(_))), "{problem:?}");
    universe.kube(|kube, _| kube.broken = None);
    assert_eq!(apply(&goal, &universe).await.problem, None);
}

#[tokio::test(start_paused = true)]
async fn pods_that_were_held_back_are_tried_again_at_once() {
    let (universe, _) = with_jobs(&[]).await;
    let pods = || universe.kube(|kube, _| kube.pods.iter().map(|pod| pod.name.clone()).collect());
    let before: Vec<String> = pods();
    universe.kube(|kube, _| kube.broken = Some(("CrashLoopBackOff".to_owned(), String::new())));
    let problem = apply(&to(standalone("1")), &universe).await.problem;
    // Those that came instead have not been made better by this apply: that is certain.
    assert!(matches!(problem, Some(Problem::Ailing(_))), "{problem:?}");
    pass(Duration::from_mins(1)).await;
    let after = pods();
    assert!(before.iter().all(|pod| !after.contains(pod)), "{before:?} {after:?}");
}

#[tokio::test(start_paused = true)]
async fn jobs_that_wait_to_recover_keep_their_cluster_and_its_data() {
    let (universe, _) = with_jobs(&[]).await;
    let data = Id::new("v1", "ConfigMap", "session-cluster-config-map");
    let map =
        json!({ "metadata": { "name": data.name, "uid": "7" }, "data": { "jobGraph-1": "x" } });
    universe.kube(|kube, _| {
        kube.objects.insert(data.clone(), map);
        kube.broken = Some(("CrashLoopBackOff".to_owned(), String::new()));
    });
    let goal = |how| remove(available(standalone("1")), how);
    let problem = apply(&goal(OnDestroy::Drain), &universe).await.problem;
    assert_eq!(problem, Some(Problem::JobsWait { jobs: vec!["1".to_owned()] }));
    let report = apply(&goal(OnDestroy::Force), &universe).await;
    let kept = vec![data.name.clone()];
    assert_eq!(report.remarks, [Remark::KeptHighAvailabilityData { config_maps: kept }]);
    universe.kube(|kube, _| kube.objects.get_mut(&data).expect("kept")["data"] = json!({}));
    assert_eq!(apply(&goal(OnDestroy::Drain), &universe).await.problem, None);
    assert_eq!(standing(&universe).objects, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn data_of_a_job_that_its_journal_says_is_stopped_is_not_needed() {
    let (universe, recorded) = with_jobs(&["a"]).await;
    let job = recorded[0].job.clone().expect("it runs");
    let data = Id::new("v1", "ConfigMap", "session-cluster-config-map");
    let key = format!("jobGraph-{job}");
    let map = json!({ "metadata": { "name": data.name, "uid": "7" }, "data": { key: "x" } });
    universe.kube(|kube, _| kube.objects.insert(data, map));
    let report = apply(&remove(available(standalone("1")), OnDestroy::Drain), &universe).await;
    assert_eq!(report.problem, None);
    assert_eq!(standing(&universe).objects, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_job_of_a_removed_cluster_goes_on_where_it_is_created_again() {
    let (universe, recorded) = with_jobs(&["a"]).await;
    assert_eq!(apply(&remove(standalone("1"), OnDestroy::Drain), &universe).await.problem, None);
    universe.flink.with(|flink| flink.scout_is_blind = true);
    assert_eq!(apply(&create(standalone("1")), &universe).await.problem, None);
    let report = apply_job(&job("a", Follows::Yes, Some(recorded[0].clone())), &universe).await;
    assert_eq!(report.problem, None);
    assert!(report.restored_from.is_some());
    pass(Duration::from_secs(3)).await;
    assert_eq!(universe.flink.with(|flink: &mut Flink| flink.violations.clone()), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn another_apply_of_the_same_changes_nothing() {
    let (universe, _) = with_jobs(&["a"]).await;
    let pods = |universe: &Universe| {
        universe.kube(|kube, _| kube.pods.iter().map(|pod| pod.name.clone()).collect::<Vec<_>>())
    };
    let before = pods(&universe);
    let goals: [Goal; 2] = [to(standalone("1")), create(standalone("1"))];
    for goal in goals {
        assert_eq!(apply(&goal, &universe).await.problem, None);
    }
    assert_eq!(pods(&universe), before);
}
