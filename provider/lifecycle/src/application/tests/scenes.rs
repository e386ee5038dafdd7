//! Whole lives of an application, one after the other.

use std::time::Duration;

use super::{
    apply, apply_until_death, by_mode, create, keep, progress, remove, running, runs, standing,
    suspend, to, to_run, with_savepoint,
};
use crate::{
    application::{
        Problem,
        drive::drive,
        model::{Apps, CRASHES, HANGS, SLOW},
    },
    cluster::goal::Id,
    job::{
        self, Limits,
        goal::{Bounded, Intent, OnDestroy, StartFrom, StateLoss, UpgradeMode},
        model::{Death, Fault, SAVEPOINTS, StopFault},
        observed::JobState,
        problem::Failure,
        report::{Left, Which},
    },
};

#[tokio::test(start_paused = true)]
async fn an_application_is_made_and_its_job_proven() {
    let apps = Apps::new();
    let report = apply(&create("a:v1"), &apps).await;
    assert_eq!(report.problem, None);
    assert_eq!((report.job.state, report.job.restored_from), (Left::Running, None));
    assert_eq!(report.job.remarks, []);
    let end = standing(&apps);
    assert_eq!((end.jobs, end.journal), (vec!["a:v1".to_owned()], vec!["running".to_owned()]));
    assert_eq!(end.violations, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn an_upgrade_starts_from_the_savepoint_that_the_old_job_stopped_with() {
    let apps = Apps::new();
    let kept = running(&apps).await;
    let before = progress(&apps).expect("it runs");
    let report = apply(&to("a:v2", &kept), &apps).await;
    assert_eq!(report.problem, None);
    let path = report.job.restored_from.clone().expect("from a savepoint");
    assert!(
        path.contains(&format!("/{}/0/savepoint-", kept.recorded.job.expect("an id"))),
        "{path}"
    );
    assert_eq!(report.job.last_savepoint_path, Some(path));
    assert!(progress(&apps) >= Some(before));
    let end = standing(&apps);
    assert_eq!((end.jobs, end.violations), (vec!["a:v2".to_owned()], vec![]));
}

#[tokio::test(start_paused = true)]
async fn last_state_goes_on_from_the_newest_checkpoint_and_stateless_from_nothing() {
    let apps = Apps::new();
    let kept = running(&apps).await;
    let report = apply(&by_mode("a:v2", &kept, UpgradeMode::LastState), &apps).await;
    assert_eq!(report.problem, None);
    assert!(report.job.restored_from.as_ref().is_some_and(|path| path.contains("/chk-")));
    assert_eq!(standing(&apps).violations, [""; 0]);
    let kept = keep(&report, "a:v2", Some(&kept));
    apps.universe.flink.with(|flink| flink.allowed_starts.push(None));
    let report = apply(&by_mode("a:v1", &kept, UpgradeMode::Stateless), &apps).await;
    assert_eq!((report.problem, report.job.restored_from), (None, None));
    assert_eq!(standing(&apps).violations, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn state_is_not_given_up_where_that_is_prevented() {
    let apps = Apps::new();
    let kept = running(&apps).await;
    let mut run = to_run("a:v2", Some(&kept));
    run.upgrade.mode = UpgradeMode::Stateless;
    run.state_loss = StateLoss::Prevent;
    let report = apply(&runs(run, "a:v2", Some(&kept)), &apps).await;
    let prevented = |problem: &Problem| {
        matches!(problem, Problem::Job(job::Problem::StateLossPrevented { .. }))
    };
    assert!(report.problem.as_ref().is_some_and(prevented), "{:?}", report.problem);
    assert_eq!(standing(&apps).jobs, ["a:v1"]);
}

/// Nobody can look into its storage, and one that Terraform has forgotten looks like a new one.
#[tokio::test(start_paused = true)]
async fn where_no_state_may_be_given_up_a_first_start_says_what_it_starts_from() {
    let apps = Apps::new();
    let first = |start: StartFrom| {
        let mut run = to_run("a:v1", None);
        (run.state_loss, run.start) = (StateLoss::Prevent, start);
        runs(run, "a:v1", None)
    };
    let report = apply(&first(StartFrom::Newest), &apps).await;
    let prevented = |problem: &Problem| {
        matches!(problem, Problem::Job(job::Problem::StateLossPrevented { newest: None, .. }))
    };
    assert!(report.problem.as_ref().is_some_and(prevented), "{:?}", report.problem);
    assert_eq!(standing(&apps).jobs, [""; 0]);
    let report = apply(&first(StartFrom::Nothing), &apps).await;
    assert_eq!((report.problem, report.job.state), (None, Left::Running));
}

#[tokio::test(start_paused = true)]
async fn a_suspended_application_leaves_no_jobmanager_and_goes_on_from_where_it_stopped() {
    let apps = Apps::new();
    let kept = running(&apps).await;
    let before = progress(&apps);
    let report = apply(&suspend(&kept, UpgradeMode::Savepoint), &apps).await;
    assert_eq!((&report.problem, report.job.state), (&None, Left::Suspended));
    let end = standing(&apps);
    assert_eq!((end.pods, end.jobs), (vec![], vec![]));
    assert_eq!(end.journal, ["stopped by Job path=true"]);
    let kept = keep(&report, "a:v1", Some(&kept));
    let report = apply(&to("a:v1", &kept), &apps).await;
    assert_eq!((&report.problem, report.job.state), (&None, Left::Running));
    assert_eq!(report.job.restored_from, kept.recorded.last_savepoint_path);
    assert!(progress(&apps) >= before);
    assert_eq!(standing(&apps).violations, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn what_was_destroyed_with_its_savepoint_is_created_from_it() {
    let apps = Apps::new();
    let kept = running(&apps).await;
    let report = apply(&remove(&kept, with_savepoint()), &apps).await;
    assert_eq!((&report.problem, report.job.state), (&None, Left::Missing));
    let end = standing(&apps);
    assert_eq!((end.objects, end.pods), (vec![], vec![]));
    let path = report.job.last_savepoint_path.expect("it was saved");
    let report = apply(&create("a:v2"), &apps).await;
    assert_eq!((report.problem, report.job.restored_from), (None, Some(path.clone())));
    assert_eq!(report.job.remarks, [job::Remark::FoundEarlierState { path }]);
    assert_eq!(standing(&apps).violations, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_one_leaves_nothing_and_a_kept_one_goes_on() {
    let apps = Apps::new();
    let kept = running(&apps).await;
    let report = apply(&remove(&kept, OnDestroy::KeepRunning), &apps).await;
    assert_eq!((report.problem, standing(&apps).jobs), (None, vec!["a:v1".to_owned()]));
    let report = apply(&remove(&kept, OnDestroy::Cancel), &apps).await;
    assert_eq!(report.problem, None);
    let end = standing(&apps);
    assert_eq!((end.objects, end.pods, end.journal), (vec![], vec![], vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_version_that_does_not_come_up_is_rolled_back_to_the_same_savepoint() {
    for (version, fault) in [
        ("a:fails", Fault::FailsAtOnce),
        ("a:misfit", Fault::DoesNotFit),
        ("a:restarts", Fault::Restarts),
        (CRASHES, Fault::None),
    ] {
        let apps = Apps::new();
        apps.universe.flink.with(|flink| flink.faults.insert(version.to_owned(), fault));
        let kept = running(&apps).await;
        let mut run = to_run(version, Some(&kept));
        // Else one that restarts again and again counts as up between two of its restarts.
        run.upgrade.stable_for = Duration::from_secs(10);
        let report = apply(&runs(run, version, Some(&kept)), &apps).await;
        let Some(Problem::Job(job::Problem::RolledBack { failure, path })) = &report.problem else {
            panic!("{version}: {:?}", report.problem);
        };
        assert!(!matches!(failure, Failure::EndedByOthers { .. }), "{version}: {failure:?}");
        assert_eq!(report.job.restored_from, *path, "{version}");
        assert_eq!(report.job.program, Some(Which::Previous), "{version}");
        let end = standing(&apps);
        assert_eq!((end.jobs, end.violations), (vec!["a:v1".to_owned()], vec![]), "{version}");
        assert_eq!(end.journal, ["running"], "{version}");
    }
}

/// Whatever is left of it: cut short, a rollback leaves no job at all.
#[tokio::test(start_paused = true)]
async fn a_version_that_is_not_up_when_the_time_is_over_is_rolled_back_to_the_end() {
    for version in [SLOW, HANGS] {
        for seconds in [7, 12, 60] {
            let apps = Apps::new();
            let kept = running(&apps).await;
            let limits = Limits::within(Duration::from_secs(seconds));
            let report = drive(&to(version, &kept), &apps, &limits).await;
            let Some(Problem::Job(job::Problem::RolledBack { failure, path })) = &report.problem
            else {
                panic!("{version} {seconds}: {:?}", report.problem);
            };
            assert!(failure.to_string().contains("the time given"), "{version}: {failure}");
            assert_eq!(report.job.restored_from, *path, "{version}");
            assert_eq!(report.job.program, Some(Which::Previous), "{version}");
            let end = standing(&apps);
            assert_eq!((end.jobs, end.violations), (vec!["a:v1".to_owned()], vec![]), "{version}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_version_that_has_state_of_its_own_is_not_rolled_back() {
    let apps = Apps::new();
    let fault = Fault::FailsLater;
    apps.universe.flink.with(|flink| flink.faults.insert("a:later".to_owned(), fault));
    let kept = running(&apps).await;
    let mut run = to_run("a:later", Some(&kept));
    run.upgrade.stable_for = Duration::from_secs(10);
    let report = apply(&runs(run, "a:later", Some(&kept)), &apps).await;
    let has_state = |problem: &Problem| {
        matches!(problem, Problem::Job(job::Problem::DidNotComeUp { newest: Some(_), .. }))
    };
    assert!(report.problem.as_ref().is_some_and(has_state), "{:?}", report.problem);
    let kept = keep(&report, "a:later", Some(&kept));
    let report = apply(&to("a:v2", &kept), &apps).await;
    assert_eq!(report.problem, None);
    assert_eq!(standing(&apps).violations, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn one_that_never_came_up_gives_way_to_the_next_version() {
    let apps = Apps::new();
    let kept = running(&apps).await;
    let mut run = to_run(CRASHES, Some(&kept));
    run.upgrade.rollback = job::goal::Rollback::Never;
    let report = apply(&runs(run, CRASHES, Some(&kept)), &apps).await;
    assert!(matches!(report.problem, Some(Problem::Cluster(_))), "{:?}", report.problem);
    let kept = keep(&report, CRASHES, Some(&kept));
    let report = apply(&to("a:v2", &kept), &apps).await;
    assert_eq!(report.problem, None);
    let end = standing(&apps);
    assert_eq!((end.jobs, end.violations), (vec!["a:v2".to_owned()], vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_savepoint_that_fails_leaves_the_job_running_with_its_permit() {
    let apps = Apps::new();
    let kept = running(&apps).await;
    apps.universe.flink.with(|flink| flink.next_stop = vec![StopFault::SavepointFails]);
    let report = apply(&to("a:v2", &kept), &apps).await;
    let failed =
        |problem: &Problem| matches!(problem, Problem::Job(job::Problem::SavepointFailed { .. }));
    assert!(report.problem.as_ref().is_some_and(failed), "{:?}", report.problem);
    apps.kill_job_manager();
    apps.pass(Duration::from_secs(5)).await;
    assert_eq!(standing(&apps).jobs, ["a:v1"]);
}

#[tokio::test(start_paused = true)]
async fn a_jobmanager_that_died_while_its_job_was_stopped_comes_back_only_to_what_it_knows() {
    for high_availability in [false, true] {
        let apps = Apps::new();
        apps.universe.flink.with(|flink| flink.high_availability = high_availability);
        let (old, new) = if high_availability { ("h:v1", "h:v2") } else { ("a:v1", "a:v2") };
        let kept = keep(&apply(&create(old), &apps).await, old, None);
        apps.pass(Duration::from_secs(5)).await;
        let goal = to(new, &kept);
        tokio::select! {
            report = apply(&goal, &apps) => panic!("{report:?}"),
            () = stopping(&apps) => {}
        }
        apps.kill_job_manager();
        apps.pass(Duration::from_secs(8)).await;
        let report = apply(&goal, &apps).await;
        let directory = Some(SAVEPOINTS.to_owned());
        match &report.problem {
            None if high_availability => assert_eq!(standing(&apps).jobs, [new]),
            Some(Problem::Job(job::Problem::Forgotten { directory: told, .. })) => {
                assert_eq!((told, high_availability), (&directory, false));
            }
            problem => panic!("{high_availability}: {problem:?}"),
        }
        assert_eq!(standing(&apps).violations, [""; 0]);
    }
}

/// Until the stop has been asked for.
async fn stopping(apps: &Apps) {
    while apps.universe.flink.with(|flink| flink.operations.is_empty()) {
        apps.pass(Duration::from_millis(100)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn objects_that_are_refused_stop_nothing() {
    let apps = Apps::new();
    let kept = running(&apps).await;
    apps.universe.kube(|kube, _| kube.refused = Some("session-taskmanager".to_owned()));
    let before = standing(&apps);
    let report = apply(&to("a:v2", &kept), &apps).await;
    assert!(matches!(report.problem, Some(Problem::Cluster(_))), "{:?}", report.problem);
    assert_eq!(standing(&apps), before);
}

#[tokio::test(start_paused = true)]
async fn an_explicit_path_is_started_from() {
    let apps = Apps::new();
    let kept = running(&apps).await;
    let report = apply(&suspend(&kept, UpgradeMode::Savepoint), &apps).await;
    let old = report.job.last_savepoint_path.clone().expect("saved");
    let kept = keep(&report, "a:v1", Some(&kept));
    let report = apply(&to("a:v1", &kept), &apps).await;
    let kept = keep(&report, "a:v1", Some(&kept));
    apps.pass(Duration::from_secs(5)).await;
    apps.universe.flink.with(|flink| flink.allowed_starts.push(Some(old.clone())));
    let mut run = to_run("a:v2", Some(&kept));
    run.start = StartFrom::Path(old.clone());
    let report = apply(&runs(run, "a:v2", Some(&kept)), &apps).await;
    assert_eq!((report.problem, report.job.restored_from), (None, Some(old)));
}

#[tokio::test(start_paused = true)]
async fn without_high_availability_a_new_jobmanager_begins_where_the_job_was_started() {
    let apps = Apps::new();
    let kept = running(&apps).await;
    let report = apply(&to("a:v2", &kept), &apps).await;
    let kept = keep(&report, "a:v2", Some(&kept));
    apps.pass(Duration::from_secs(5)).await;
    apps.kill_job_manager();
    apps.pass(Duration::from_secs(5)).await;
    assert_eq!(standing(&apps).jobs, ["a:v2"]);
    let report = apply(&to("a:v1", &kept), &apps).await;
    assert_eq!(report.problem, None);
    assert_eq!(standing(&apps).violations, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn what_no_jobmanager_is_left_to_tell_is_not_guessed_but_may_be_chosen() {
    let apps = Apps::new();
    let kept = running(&apps).await;
    let report = apply(&to("a:v2", &kept), &apps).await;
    let kept = keep(&report, "a:v2", Some(&kept));
    apps.pass(Duration::from_secs(3)).await;
    apps.delete_deployments();
    apps.pass(Duration::from_secs(3)).await;
    let report = apply(&to("a:v2", &kept), &apps).await;
    let forgotten = |problem: &Problem| {
        matches!(problem, Problem::Job(job::Problem::Forgotten { older: Some(_), .. }))
    };
    assert!(report.problem.as_ref().is_some_and(forgotten), "{:?}", report.problem);
    assert_eq!(standing(&apps).jobs, [""; 0]);
    let path = kept.recorded.last_savepoint_path.clone().expect("it was upgraded");
    apps.universe.flink.with(|flink| flink.allowed_starts.push(Some(path.clone())));
    let mut run = to_run("a:v2", Some(&kept));
    run.start = StartFrom::Path(path.clone());
    let report = apply(&runs(run, "a:v2", Some(&kept)), &apps).await;
    assert_eq!((report.problem, report.job.restored_from), (None, Some(path)));
    assert_eq!(standing(&apps).violations, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_job_whose_service_was_deleted_is_reached_again_whatever_is_wanted_of_it() {
    for wanted in ["a:v1", "a:v2", "gone"] {
        let apps = Apps::new();
        let kept = running(&apps).await;
        apps.universe.kube(|kube, _| kube.objects.retain(|id, _| id.kind != "Service"));
        let goal =
            if wanted == "gone" { remove(&kept, with_savepoint()) } else { to(wanted, &kept) };
        let report = apply(&goal, &apps).await;
        assert_eq!(report.problem, None, "{wanted}");
        assert_eq!(report.job.job == kept.recorded.job, wanted == "a:v1", "{wanted}");
        assert_eq!(report.job.last_savepoint_path.is_some(), wanted != "a:v1", "{wanted}");
        assert_eq!(standing(&apps).violations, [""; 0]);
    }
}

/// A change in place was planned again each night.
#[tokio::test(start_paused = true)]
async fn the_objects_of_a_job_that_has_come_to_its_end_are_put_right_and_it_does_not_run_again() {
    let apps = Apps::new();
    let kept = running(&apps).await;
    let id = kept.recorded.job.clone().expect("an id");
    apps.universe.flink.with(|flink| flink.end(&id, JobState::Finished));
    let is_config = |id: &Id| id.name == "flink-config-session";
    apps.universe.kube(|kube, _| kube.objects.retain(|id, _| !is_config(id)));
    let mut run = to_run("a:v1", Some(&kept));
    run.bounded = Bounded::Yes;
    let report = apply(&runs(run, "a:v1", Some(&kept)), &apps).await;
    assert_eq!((report.problem, report.job.state), (None, Left::Finished));
    assert_eq!(report.job.job, Some(id));
    assert!(apps.universe.kube(|kube, _| kube.objects.keys().any(is_config)));
}

/// It did not begin: once its JobManager was gone, nobody believed that nothing was to be begun with.
#[tokio::test(start_paused = true)]
async fn a_bounded_job_that_has_come_to_its_end_runs_anew_when_its_program_changes() {
    let apps = Apps::new();
    let kept = running(&apps).await;
    let id = kept.recorded.job.clone().expect("an id");
    apps.universe.flink.with(|flink| {
        flink.end(&id, JobState::Finished);
        flink.allowed_starts.push(None);
    });
    let mut run = to_run("a:v2", Some(&kept));
    run.bounded = Bounded::Yes;
    let report = apply(&runs(run, "a:v2", Some(&kept)), &apps).await;
    assert_eq!((report.problem, report.job.state), (None, Left::Running));
    assert_ne!(report.job.job, Some(id));
    let end = standing(&apps);
    assert_eq!((end.jobs, end.violations), (vec!["a:v2".to_owned()], vec![]));
}

/// It was found running, told to be as wanted, and ended seconds later.
#[tokio::test(start_paused = true)]
async fn a_job_that_is_not_recorded_and_being_stopped_is_not_taken_for_one_that_stays() {
    let apps = Apps::new();
    apps.universe.flink.with(|flink| flink.faults.insert("a:fails".to_owned(), Fault::FailsAtOnce));
    let kept = keep(&apply(&create("a:fails"), &apps).await, "a:fails", None);
    dies_after(&apps, Some(8));
    assert!(apply_until_death(None, &to("a:v2", &kept), &apps).await.is_none(), "it died");
    dies_after(&apps, Some(3));
    let suspended = apply_until_death(None, &suspend(&kept, UpgradeMode::Savepoint), &apps).await;
    assert!(suspended.is_none(), "it died");
    assert_eq!(standing(&apps).journal, ["stopping by Job"]);
    dies_after(&apps, None);
    let report = apply(&to("a:v2", &kept), &apps).await;
    assert_eq!((report.problem, report.job.state), (None, Left::Running));
    apps.pass(Duration::from_secs(5)).await;
    assert_eq!(standing(&apps).jobs, ["a:v2"]);
    assert_eq!(standing(&apps).violations, [""; 0]);
}

/// Whoever applies next dies after so many effects.
fn dies_after(apps: &Apps, effects: Option<usize>) {
    let so_far = apps.universe.flink.with(|flink| flink.effects);
    let death = effects.map(|effects| Death::After(so_far + effects));
    *apps.universe.flink.death.lock().expect("not poisoned") = death;
}

/// It was started again and again.
#[tokio::test(start_paused = true)]
async fn a_suspended_job_that_does_not_come_up_again_is_an_error() {
    for (fault, wanted) in [
        (Fault::FailsAtOnce, "a:v1"),
        (Fault::DoesNotFit, "a:v1"),
        (Fault::FailsAtOnce, "a:v2"),
        (Fault::DoesNotFit, "a:v2"),
    ] {
        let apps = Apps::new();
        let kept = running(&apps).await;
        let report = apply(&suspend(&kept, UpgradeMode::Savepoint), &apps).await;
        let kept = keep(&report, "a:v1", Some(&kept));
        apps.universe.flink.with(|flink| flink.faults.insert(wanted.to_owned(), fault));
        let mut run = to_run(wanted, Some(&kept));
        run.intent = Intent::Replace;
        let report = apply(&runs(run, wanted, Some(&kept)), &apps).await;
        let problem = report.problem.as_ref();
        assert!(!matches!(problem, None | Some(Problem::Cluster(_))), "{wanted}: {problem:?}");
        assert_eq!(standing(&apps).violations, [""; 0]);
    }
}

#[tokio::test(start_paused = true)]
async fn another_application_of_that_name_is_not_taken() {
    let apps = Apps::new();
    running(&apps).await;
    let report = apply(&create("a:v2"), &apps).await;
    let exists = |problem: &Problem| matches!(problem, Problem::Job(job::Problem::Exists { .. }));
    assert!(report.problem.as_ref().is_some_and(exists), "{:?}", report.problem);
    assert_eq!(standing(&apps).jobs, ["a:v1"]);
}
