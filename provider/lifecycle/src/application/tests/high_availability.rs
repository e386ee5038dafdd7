//! Lives of an application with high availability: what Flink keeps of a job, and what it does not.

use std::time::Duration;

use super::{
    apply, create, keep, progress, remove, running, runs, standing, to, to_run, with_savepoint,
};
use crate::{
    application::{Problem, model::Apps},
    job::{
        self,
        goal::{OnDestroy, StartFrom},
        model::Fault,
        observed::JobState,
        report::Left,
    },
};

#[tokio::test(start_paused = true)]
async fn with_high_availability_a_new_jobmanager_goes_on() {
    let apps = Apps::new();
    apps.universe.flink.with(|flink| flink.high_availability = true);
    let kept = running(&apps).await;
    let before = progress(&apps).expect("it runs");
    apps.kill_job_manager();
    apps.pass(Duration::from_secs(5)).await;
    assert!(progress(&apps) >= Some(before - 100));
    let report = apply(&to("a:v2", &kept), &apps).await;
    assert_eq!(report.problem, None);
    assert_eq!(standing(&apps).violations, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_jobmanager_that_was_deleted_comes_back_to_what_high_availability_has_kept() {
    for wanted in ["h:v1", "h:v2"] {
        let apps = Apps::new();
        apps.universe.flink.with(|flink| flink.high_availability = true);
        let kept = keep(&apply(&create("h:v1"), &apps).await, "h:v1", None);
        apps.pass(Duration::from_secs(5)).await;
        let before = progress(&apps).expect("it runs");
        apps.delete_deployments();
        apps.pass(Duration::from_secs(3)).await;
        let report = apply(&to(wanted, &kept), &apps).await;
        assert_eq!(report.problem, None);
        assert_eq!(report.job.job == kept.recorded.job, wanted == "h:v1");
        assert_eq!(standing(&apps).jobs, [wanted]);
        assert!(progress(&apps) >= Some(before), "{before} {:?}", progress(&apps));
        assert_eq!(standing(&apps).violations, [""; 0]);
    }
}

/// It did not run: it had the id of the first, which Flink remembers as ended.
#[tokio::test(start_paused = true)]
async fn where_what_has_ended_is_remembered_a_job_that_is_made_anew_has_another_id() {
    let apps = Apps::new();
    apps.universe.flink.with(|flink| flink.high_availability = true);
    let mut ids = Vec::new();
    for _ in 0..3 {
        let report = apply(&create("h:v1"), &apps).await;
        assert_eq!((&report.problem, report.job.state), (&None, Left::Running));
        let kept = keep(&report, "h:v1", None);
        ids.extend(kept.recorded.job.clone());
        let report = apply(&remove(&kept, OnDestroy::Cancel), &apps).await;
        assert_eq!((report.problem, report.job.state), (None, Left::Missing));
        let end = standing(&apps);
        assert_eq!((end.objects, end.pods), (vec![], vec![]));
        // Nothing of the first is what the next goes on from.
        apps.universe.flink.with(|flink| flink.allowed_starts.push(None));
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3, "{ids:?}");
}

/// Its high availability kept it, and a destroy with a savepoint took none.
#[tokio::test(start_paused = true)]
async fn a_job_whose_deployments_were_deleted_is_destroyed_with_a_savepoint() {
    let apps = Apps::new();
    apps.universe.flink.with(|flink| flink.high_availability = true);
    let kept = keep(&apply(&create("h:v1"), &apps).await, "h:v1", None);
    apps.pass(Duration::from_secs(5)).await;
    apps.delete_deployments();
    let report = apply(&remove(&kept, with_savepoint()), &apps).await;
    assert_eq!((&report.problem, report.job.state), (&None, Left::Missing));
    assert!(report.job.last_savepoint_path.is_some(), "{report:?}");
    let end = standing(&apps);
    assert_eq!((end.objects, end.pods, end.violations), (vec![], vec![], vec![]));
}

/// Whether a noted start had run was waited for until the time given was over.
#[tokio::test(start_paused = true)]
async fn a_start_that_ended_before_its_jobmanager_died_is_told() {
    let apps = Apps::new();
    apps.universe.flink.with(|flink| {
        flink.high_availability = true;
        flink.faults.insert("h:fails".to_owned(), Fault::FailsAtOnce);
    });
    let kept = keep(&apply(&create("h:fails"), &apps).await, "h:fails", None);
    apps.kill_job_manager();
    let report = apply(&to("h:v1", &kept), &apps).await;
    let forgotten = matches!(report.problem, Some(Problem::Job(job::Problem::Forgotten { .. })));
    assert!(forgotten, "{:?}", report.problem);
}

/// Its JobManager died in the instant after the stop: what is left of it is not guessed, nobody waits
/// for it, and it may be chosen.
#[tokio::test(start_paused = true)]
async fn a_job_that_had_ended_when_its_jobmanager_died_is_told_and_may_be_chosen_for() {
    let apps = Apps::new();
    apps.universe.flink.with(|flink| flink.high_availability = true);
    let kept = keep(&apply(&create("h:v1"), &apps).await, "h:v1", None);
    let report = apply(&to("h:v2", &kept), &apps).await;
    let kept = keep(&report, "h:v2", Some(&kept));
    apps.pass(Duration::from_secs(3)).await;
    apps.universe.kube(|kube, flink| {
        kube.objects.retain(|id, _| !id.name.ends_with("-config-map"));
        flink.jobs.clear();
    });
    let began = tokio::time::Instant::now();
    let report = apply(&to("h:v3", &kept), &apps).await;
    let forgotten = |problem: &Problem| {
        matches!(problem, Problem::Job(job::Problem::Forgotten { older: Some(_), .. }))
    };
    assert!(report.problem.as_ref().is_some_and(forgotten), "{:?}", report.problem);
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    let path = kept.recorded.last_savepoint_path.clone().expect("it was upgraded");
    apps.universe.flink.with(|flink| flink.allowed_starts.push(Some(path.clone())));
    let mut run = to_run("h:v3", Some(&kept));
    run.start = StartFrom::Path(path.clone());
    let report = apply(&runs(run, "h:v3", Some(&kept)), &apps).await;
    assert_eq!((report.problem, report.job.restored_from), (None, Some(path)));
    assert_eq!(standing(&apps).jobs, ["h:v3"]);
}

/// It was waited for until the time given was over, and nothing was said of its state.
#[tokio::test(start_paused = true)]
async fn in_zookeeper_a_job_that_had_ended_when_its_jobmanager_died_is_told_in_the_end() {
    let apps = Apps::new();
    apps.universe.flink.with(|flink| flink.high_availability = true);
    let kept = keep(&apply(&create("z:v1"), &apps).await, "z:v1", None);
    apps.pass(Duration::from_secs(3)).await;
    apps.kill_job_manager();
    let report = apply(&to("z:v2", &kept), &apps).await;
    assert_eq!((&report.problem, report.job.state), (&None, Left::Running), "it is recovered");
    let kept = keep(&report, "z:v2", Some(&kept));
    let job = kept.recorded.job.clone().expect("an id");
    apps.universe.flink.with(|flink| flink.end(&job, JobState::Canceled));
    apps.kill_job_manager();
    let report = apply(&to("z:v3", &kept), &apps).await;
    let problem = report.problem.as_ref();
    let Some(Problem::Job(job::Problem::Forgotten { older: Some(_), .. })) = problem else {
        panic!("{problem:?}")
    };
    assert_eq!(standing(&apps).violations, [""; 0]);
}

/// Its data of high availability, which it has none of yet, was asked.
#[tokio::test(start_paused = true)]
async fn a_job_that_gets_high_availability_while_its_jobmanager_restarts_is_not_taken_for_ended() {
    for seconds in 1..7 {
        let apps = Apps::new();
        let kept = running(&apps).await;
        *apps.lingers.lock().expect("nobody has it") = Duration::from_secs(4);
        apps.kill_job_manager();
        apps.universe.flink.with(|flink| flink.jobs.clear());
        apps.pass(Duration::from_secs(seconds)).await;
        let report = apply(&to("h:v2", &kept), &apps).await;
        assert_eq!(report.problem, None, "{seconds}");
        assert_eq!(standing(&apps).jobs, ["h:v2"]);
    }
}
