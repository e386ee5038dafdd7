//! Jobs that never come up, and a `JobManager` that never answers.

use std::time::Duration;

use super::{apply, create, pass, record, remove, replace, run, running, suspend, to_run};
use crate::job::{
    drive::{Limits, drive},
    goal::{Proof, Rollback, UpgradeMode},
    model::{Fault, Model},
    observed::{Answer, JobState, Question},
    problem::{Failure, Problem},
    recorded::Recorded,
    report::{Left, Which},
    step::{Effect, Step},
    world::{World, WorldError},
};

fn fault(model: &Model, fault: Fault) {
    model.with(|flink| flink.faults.insert("v2".to_owned(), fault));
}

fn violations(model: &Model) -> Vec<String> {
    model.with(|flink| flink.violations.clone())
}

/// A job that was upgraded to what never comes up, and left like that.
async fn left_behind(model: &Model, bad: Fault) -> Recorded {
    let recorded = running(model).await;
    fault(model, bad);
    let mut goal = to_run("v2", Some(recorded));
    goal.upgrade.rollback = Rollback::Never;
    goal.upgrade.proof = Proof::Checkpoint;
    let report = apply(&run(goal), model).await;
    assert!(matches!(report.problem, Some(Problem::DidNotComeUp { .. })), "{report:?}");
    record(&report, "v2")
}

#[tokio::test(start_paused = true)]
async fn a_job_that_never_came_up_is_replaced_from_what_it_was_started_from() {
    for bad in [Fault::NoSlots, Fault::Restarts] {
        for mode in [UpgradeMode::Savepoint, UpgradeMode::LastState] {
            let model = Model::new();
            let recorded = left_behind(&model, bad).await;
            let mut goal = to_run("v3", Some(recorded.clone()));
            goal.upgrade.mode = mode;
            let began = tokio::time::Instant::now();
            let report = apply(&run(goal), &model).await;
            assert_eq!((report.state, &report.problem), (Left::Running, &None), "{bad:?} {mode:?}");
            assert_eq!(report.restored_from, recorded.last_savepoint_path);
            assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
            assert_eq!(violations(&model), Vec::<String>::new());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_never_came_up_can_be_suspended_and_removed() {
    let model = Model::new();
    let recorded = left_behind(&model, Fault::NoSlots).await;
    let report = apply(&suspend(&recorded), &model).await;
    assert_eq!((report.state, &report.problem), (Left::Suspended, &None));
    assert_eq!(report.last_savepoint_path, recorded.last_savepoint_path);
    let model = Model::new();
    let recorded = left_behind(&model, Fault::NoSlots).await;
    let report = apply(&remove(&recorded), &model).await;
    assert_eq!((report.state, &report.problem), (Left::Missing, &None));
    assert_eq!(report.last_savepoint_path, recorded.last_savepoint_path);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_began_empty_and_never_came_up_is_replaced_by_one_that_begins_empty() {
    let model = Model::new();
    fault(&model, Fault::NoSlots);
    let recorded = record(&apply(&create("v2"), &model).await, "v2");
    let report = apply(&replace("v1", &recorded), &model).await;
    assert_eq!((report.state, report.problem), (Left::Running, None));
    assert_eq!(report.restored_from, None);
}

#[tokio::test(start_paused = true)]
async fn what_has_not_come_up_when_the_time_is_nearly_over_is_rolled_back_with_its_cause() {
    for seconds in [8, 20, 40] {
        let model = Model::new();
        let recorded = running(&model).await;
        fault(&model, Fault::NoSlots);
        let limits = Limits::within(Duration::from_secs(seconds));
        let report = drive(&replace("v2", &recorded), &model, &limits).await;
        assert_eq!((report.state, report.program), (Left::Running, Some(Which::Previous)));
        let Some(Problem::RolledBack { failure, .. }) = report.problem else {
            panic!("{report:?}");
        };
        assert_eq!(failure, Failure::Slots { wanted: Some(8), offered: 4 });
        assert_eq!(violations(&model), Vec::<String>::new());
    }
}

#[tokio::test(start_paused = true)]
async fn endless_restarts_are_seen_long_before_the_time_is_over_and_rolled_back() {
    let model = Model::new();
    let recorded = running(&model).await;
    fault(&model, Fault::Restarts);
    let mut goal = to_run("v2", Some(recorded));
    goal.upgrade.proof = Proof::Checkpoint;
    let began = tokio::time::Instant::now();
    let report = apply(&run(goal), &model).await;
    let Some(Problem::RolledBack { failure: Failure::Restarts { cause, .. }, .. }) = report.problem
    else {
        panic!("{report:?}");
    };
    assert_eq!((cause.as_str(), report.program), ("Restarts", Some(Which::Previous)));
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    assert_eq!(violations(&model), Vec::<String>::new());
}

/// A JobManager that nobody reaches.
struct Silent;

impl World for Silent {
    async fn ask(&self, _: &Question) -> Result<Answer, WorldError> {
        Err(WorldError::Unreachable { reason: "connection refused".to_owned() })
    }

    async fn perform(&self, _: &Step) -> Result<Effect, WorldError> {
        Err(WorldError::Unreachable { reason: "connection refused".to_owned() })
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_manager_that_never_answers_is_unreachable_however_short_the_time() {
    for seconds in [1, 10, 60] {
        let limits = Limits::within(Duration::from_secs(seconds));
        let report = drive(&create("v1"), &Silent, &limits).await;
        let reason = "connection refused".to_owned();
        assert_eq!(report.problem, Some(Problem::Unreachable { reason }), "{seconds}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_directory_that_cannot_be_written_to_is_found_while_the_old_job_runs() {
    let model = Model::new();
    let recorded = running(&model).await;
    model.with(|flink| flink.unwritable = Some("read-only file system".to_owned()));
    let report = apply(&replace("v2", &recorded), &model).await;
    assert_eq!((report.state, &report.job), (Left::Running, &recorded.job));
    let Some(Problem::SavepointFailed { cause, directory, .. }) = report.problem else {
        panic!("{report:?}");
    };
    assert_eq!((cause.as_str(), directory.as_str()), ("read-only file system", "file:/savepoints"));
    assert!(model.with(|flink| flink.operations.is_empty()));
    model.with(|flink| flink.scout_is_blind = true);
    let report = apply(&replace("v2", &recorded), &model).await;
    assert_eq!((report.state, report.problem), (Left::Running, None));
}

#[tokio::test(start_paused = true)]
async fn a_job_that_was_cancelled_before_its_time_begins_where_it_recovered_to() {
    let model = Model::new();
    model.with(|flink| flink.high_availability = true);
    let recorded = running(&model).await;
    let report = apply(&replace("v2", &recorded), &model).await;
    pass(Duration::from_secs(5)).await;
    let job = report.job.clone().expect("it runs");
    model.with(crate::job::model::Flink::restart_job_manager);
    pass(Duration::from_millis(600)).await;
    model.with(|flink| flink.end(&job, JobState::Canceled));
    let report = apply(&replace("v3", &record(&report, "v2")), &model).await;
    assert_eq!((report.state, report.problem), (Left::Running, None));
    assert!(report.restored_from.is_some_and(|path| path.contains("chk-")));
    assert_eq!(violations(&model), Vec::<String>::new());
}
