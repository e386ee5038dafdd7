//! New versions that are looked into before the old one stops.

use std::time::Duration;

use serde_json::json;

use super::{
    Kept, Report, apply, apply_until_death, keep, looked_into, remove, running, standing, to,
};
use crate::{
    application::{Problem, model::Apps},
    cluster::{
        goal::{CLUSTER, Id, MANAGED_BY, MANAGER},
        health::Trouble,
    },
    job::{
        self, Remark,
        goal::OnDestroy,
        model::{Death, Fault},
        report::Left,
    },
};

/// What is left of a scout.
pub(super) fn left(apps: &Apps) -> Vec<String> {
    apps.universe.kube(|kube, _| {
        let names = kube.objects.keys().map(|id| id.name.clone());
        names.filter(|name| name.contains("scout")).collect()
    })
}

/// An upgrade to this version, of which the job that runs has this fault.
async fn upgraded(version: &'static str, fault: Fault) -> (Report, Apps, Kept) {
    let apps = Apps::new();
    let kept = running(&apps).await;
    apps.universe.flink.with(|flink| flink.faults.insert(version.to_owned(), fault));
    let report = apply(&looked_into(version, &kept), &apps).await;
    (report, apps, kept)
}

/// Nothing happened: the old job runs, without anything having been stopped.
fn assert_untouched(apps: &Apps, report: &Report, kept: &Kept) {
    assert_eq!(report.job.state, Left::Running);
    assert_eq!(report.job.job, kept.recorded.job);
    let end = standing(apps);
    assert_eq!((end.jobs, end.journal), (vec!["a:v1".to_owned()], vec!["running".to_owned()]));
    assert_eq!(end.violations, [""; 0]);
    assert_eq!(left(apps), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_version_that_fits_takes_over_and_nothing_is_left_of_what_looked_into_it() {
    let (report, apps, _) = upgraded("a:v2", Fault::None).await;
    assert_eq!((&report.problem, report.job.remarks.as_slice()), (&None, [].as_slice()));
    assert_eq!(standing(&apps).jobs, ["a:v2"]);
    assert_eq!(left(&apps), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_version_that_the_state_does_not_fit_stops_nothing() {
    let (report, apps, kept) = upgraded("a:other", Fault::DoesNotFit).await;
    let Some(Problem::Job(job::Problem::StateDoesNotFit { operators, .. })) = &report.problem
    else {
        panic!("{report:?}");
    };
    assert_eq!(operators.len(), 1);
    assert_untouched(&apps, &report, &kept);
}

#[tokio::test(start_paused = true)]
async fn a_program_that_throws_stops_nothing() {
    let (report, apps, kept) = upgraded("a:throws", Fault::MainThrows).await;
    let found = matches!(report.problem, Some(Problem::Job(job::Problem::ProgramFailed { .. })));
    assert!(found, "{report:?}");
    assert_untouched(&apps, &report, &kept);
}

#[tokio::test(start_paused = true)]
async fn a_version_whose_jobmanager_does_not_come_up_stops_nothing() {
    for version in ["a:crash", "a:image"] {
        let (report, apps, kept) = upgraded(version, Fault::None).await;
        let Some(Problem::Scout(ailment)) = &report.problem else { panic!("{report:?}") };
        let has_ended = matches!(ailment.trouble, Trouble::Ended { exit_code: 1, .. });
        let has_no_image = matches!(ailment.trouble, Trouble::Image { .. });
        assert!(has_ended || has_no_image, "{ailment:?}");
        assert_eq!(ailment.log.is_empty(), has_no_image, "{ailment:?}");
        assert_untouched(&apps, &report, &kept);
    }
}

/// There is room for one version only, or nobody may make the other, or it takes too long: that says
/// nothing about the version.
#[tokio::test(start_paused = true)]
async fn a_version_that_cannot_be_looked_into_is_started_all_the_same() {
    for (version, told) in [("a:large", "no memory"), ("a:slow", "after 150 s"), ("a:v2", "quota")]
    {
        let apps = Apps::new();
        let kept = running(&apps).await;
        apps.universe.kube(|kube, _| {
            kube.refused = (told == "quota").then(|| "session-scout".to_owned());
        });
        let report = apply(&looked_into(version, &kept), &apps).await;
        let told = if told == "quota" { "Pod session-scout could not be made" } else { told };
        let is_told = |remark: &Remark| matches!(remark, Remark::FitUnknown { reason } if reason.contains(told));
        assert!(report.job.remarks.iter().any(is_told), "{told}: {report:?}");
        assert_eq!(left(&apps), [""; 0]);
        if version != "a:slow" {
            assert_eq!(report.problem, None);
            assert_eq!(standing(&apps).jobs, [version]);
        }
    }
}

/// A process has died that looked into `a:v2`, when all was made.
async fn cut_off() -> (Apps, Kept) {
    let apps = Apps::new();
    let kept = running(&apps).await;
    let effects = apps.universe.flink.with(|flink| flink.effects);
    let die = |death| *apps.universe.flink.death.lock().expect("not poisoned") = death;
    die(Some(Death::After(effects + 3)));
    assert_eq!(apply_until_death(None, &looked_into("a:v2", &kept), &apps).await, None);
    die(None);
    (apps, kept)
}

/// A process that dies while it looks leaves what it looked with: what is the same is used, what is
/// another goes first.
#[tokio::test(start_paused = true)]
async fn what_an_operation_has_left_that_was_cut_off_is_used_or_goes() {
    for (version, is_same) in [("a:v2", true), ("a:v3", false)] {
        let (apps, kept) = cut_off().await;
        assert_eq!(left(&apps).len(), 3);
        let pod = |apps: &Apps| {
            apps.universe.kube(|kube, _| {
                kube.objects
                    .get(&Id::new("v1", "Pod", "session-scout"))
                    .map(|it| it["born"].clone())
            })
        };
        let before = pod(&apps);
        apps.pass(Duration::from_secs(1)).await;
        let goal = looked_into(version, &kept);
        let after = tokio::select! {
            report = apply(&goal, &apps) => panic!("too soon: {report:?}"),
            () = apps.pass(Duration::from_secs(1)) => pod(&apps),
        };
        assert_eq!(before == after, is_same, "{version}");
        let report = apply(&goal, &apps).await;
        assert_eq!(report.problem, None);
        assert_eq!((standing(&apps).jobs, left(&apps)), (vec![version.to_owned()], vec![]));
    }
}

/// A pod of somebody else's, or a cluster of ours that is called like the scout.
#[tokio::test(start_paused = true)]
async fn what_is_somebody_elses_and_has_its_name_is_left_alone() {
    let pod = Id::new("v1", "Pod", "session-scout");
    let configuration = Id::new("v1", "ConfigMap", "flink-config-session-scout");
    let other = json!({ MANAGED_BY: MANAGER, CLUSTER: "session-scout" });
    for (id, labels) in [(pod, json!({})), (configuration, other)] {
        let apps = Apps::new();
        let kept = running(&apps).await;
        let theirs = json!({ "metadata": { "name": id.name, "uid": "theirs", "labels": labels } });
        apps.universe.kube(|kube, _| kube.objects.insert(id.clone(), theirs.clone()));
        let report = apply(&looked_into("a:v2", &kept), &apps).await;
        assert_eq!(report.problem, None);
        assert!(format!("{:?}", report.job.remarks).contains("is somebody else's"), "{report:?}");
        assert_eq!(apps.universe.kube(|kube, _| kube.objects.get(&id).cloned()), Some(theirs));
        assert_eq!(standing(&apps).jobs, ["a:v2"]);
    }
}

/// What is left goes with the next operation, whether or not that would look.
#[tokio::test(start_paused = true)]
async fn what_was_left_goes_with_an_operation_that_looks_into_nothing() {
    for is_removed in [false, true] {
        let (apps, kept) = cut_off().await;
        let goal = if is_removed { remove(&kept, OnDestroy::Cancel) } else { to("a:v1", &kept) };
        let report = apply(&goal, &apps).await;
        assert_eq!(report.problem, None);
        assert_eq!(left(&apps), [""; 0]);
        assert_eq!(standing(&apps).jobs.len(), usize::from(!is_removed));
        keep(&report, "a:v1", Some(&kept));
    }
}
