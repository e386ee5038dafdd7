//! Operations whose report matters, told as scenes.

use std::time::Duration;

use super::{
    apply, create, owner, pass, program, record, remove, replace, run, running, suspend, to_run,
};
use crate::job::{
    drive::{Limits, drive},
    goal::{
        Bounded, Drain, Fallback, Format, Goal, Intent, Rollback, StartFrom, Stop, Suspend,
        UpgradeMode,
    },
    ids::Owner,
    model::{Fault, Model, StopFault},
    observed::JobState,
    problem::{Failure, NoRollback, OldJob, Problem},
    relocate::relocate,
    report::{Left, Remark, Which},
    step::{Step, Trigger},
};

fn fault(model: &Model, fault: Fault) {
    model.with(|flink| flink.faults.insert("v2".to_owned(), fault));
}

#[tokio::test(start_paused = true)]
async fn a_bad_program_is_found_while_the_old_job_runs() {
    for bad in [Fault::MainThrows, Fault::DoesNotFit] {
        let model = Model::new();
        let recorded = running(&model).await;
        fault(&model, bad);
        let report = apply(&replace("v2", &recorded), &model).await;
        assert_eq!((report.state, report.program), (Left::Running, Some(Which::Previous)));
        assert_eq!(report.job, recorded.job);
        match report.problem {
            Some(Problem::ProgramFailed { old: OldJob::Runs(_), .. }) => {}
            Some(Problem::StateDoesNotFit { operators, .. }) => assert_eq!(operators[0].bytes, 10),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_version_that_fails_before_its_first_checkpoint_is_rolled_back() {
    for bad in [Fault::FailsAtOnce, Fault::NoSlots] {
        let model = Model::new();
        let recorded = running(&model).await;
        fault(&model, bad);
        let report = apply(&replace("v2", &recorded), &model).await;
        assert_eq!((report.state, report.program), (Left::Running, Some(Which::Previous)));
        assert!(matches!(report.problem, Some(Problem::RolledBack { .. })), "{report:?}");
        assert_eq!(model.with(|flink| flink.violations.clone()), Vec::<String>::new());
    }
}

#[tokio::test(start_paused = true)]
async fn a_version_that_has_state_of_its_own_is_not_rolled_back() {
    let model = Model::new();
    let recorded = running(&model).await;
    fault(&model, Fault::FailsLater);
    let mut goal = to_run("v2", Some(recorded));
    goal.upgrade.stable_for = Duration::from_secs(5);
    let report = apply(&run(goal), &model).await;
    let Some(Problem::DidNotComeUp { started_from, newest, rollback, .. }) = report.problem else {
        panic!("{report:?}");
    };
    assert_eq!(rollback, NoRollback::NewJobHasState);
    assert!(started_from.is_some_and(|path| path.contains("savepoint-")));
    assert!(newest.is_some_and(|path| path.contains("chk-")));
}

#[tokio::test(start_paused = true)]
async fn without_rollback_the_path_is_known_and_the_next_apply_goes_on() {
    let model = Model::new();
    let recorded = running(&model).await;
    fault(&model, Fault::FailsAtOnce);
    let mut goal = to_run("v2", Some(recorded));
    goal.upgrade.rollback = Rollback::Never;
    let report = apply(&run(goal), &model).await;
    assert_eq!(report.state, Left::Suspended);
    assert!(report.last_savepoint_path.is_some());
    let next = apply(&replace("v3", &record(&report, "v2")), &model).await;
    assert_eq!((next.state, next.problem), (Left::Running, None));
}

#[tokio::test(start_paused = true)]
async fn a_savepoint_that_fails_leaves_the_job_running() {
    let model = Model::new();
    let recorded = running(&model).await;
    model.with(|flink| flink.next_stop = vec![StopFault::SavepointFails]);
    let report = apply(&replace("v2", &recorded), &model).await;
    assert_eq!((report.state, report.job), (Left::Running, recorded.job));
    assert!(matches!(report.problem, Some(Problem::SavepointFailed { .. })));
}

#[tokio::test(start_paused = true)]
async fn a_savepoint_that_fails_falls_back_to_the_checkpoint_if_asked() {
    let model = Model::new();
    let recorded = running(&model).await;
    model.with(|flink| flink.next_stop = vec![StopFault::SavepointFails]);
    let mut goal = to_run("v2", Some(recorded));
    goal.upgrade.fallback = Fallback::LastCheckpoint;
    let report = apply(&run(goal), &model).await;
    assert_eq!((report.state, report.problem), (Left::Running, None));
    let told = |remark: &Remark| matches!(remark, Remark::FromCheckpoint { age: Some(age), .. } if *age < Duration::from_secs(2));
    assert!(report.remarks.iter().any(told), "{:?}", report.remarks);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_fails_while_stopping_is_stopped_at_its_savepoint() {
    let model = Model::new();
    let recorded = running(&model).await;
    model.with(|flink| flink.next_stop = vec![StopFault::JobFailsStopping]);
    let report = apply(&suspend(&recorded), &model).await;
    assert_eq!((report.state, &report.problem), (Left::Suspended, &None));
    let [Remark::StoppedWithFailure { cause, .. }] = &report.remarks[..] else {
        panic!("{report:?}")
    };
    assert_eq!(cause, "close() failed");
}

#[tokio::test(start_paused = true)]
async fn a_removed_job_is_a_tombstone_for_the_next_of_its_name() {
    let model = Model::new();
    let recorded = running(&model).await;
    let path = apply(&remove(&recorded), &model).await.last_savepoint_path;
    for forgets in [false, true] {
        if forgets {
            model.with(crate::job::model::Flink::restart_job_manager);
        }
        let report = apply(&create("v1"), &model).await;
        assert_eq!(report.restored_from, path, "forgets={forgets}");
        assert!(matches!(report.remarks[..], [Remark::FoundEarlierState { .. }]));
        if !forgets {
            let id = report.job.expect("it runs");
            model.with(|flink| flink.end(&id, JobState::Finished));
            model.with(|flink| flink.jobs.clear());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_removal_never_waits_for_a_job_that_has_ended() {
    let model = Model::new();
    let recorded = running(&model).await;
    let job = recorded.job.clone().expect("it runs");
    model.with(|flink| flink.end(&job, JobState::Failed));
    let report = apply(&remove(&recorded), &model).await;
    assert_eq!((report.state, report.problem), (Left::Missing, None));
}

#[tokio::test(start_paused = true)]
async fn a_bounded_job_that_has_finished_is_as_it_should_be_until_it_changes() {
    let model = Model::new();
    let recorded = running(&model).await;
    let job = recorded.job.clone().expect("it runs");
    model.with(|flink| flink.end(&job, JobState::Finished));
    let bounded = |version: &str, intent| {
        let goal = to_run(version, Some(recorded.clone()));
        run(crate::job::goal::Run { bounded: Bounded::Yes, intent, ..goal })
    };
    let kept = apply(&bounded("v1", Intent::Keep), &model).await;
    assert_eq!((kept.state, kept.problem), (Left::Finished, None));
    let changed = apply(&bounded("v2", Intent::Replace), &model).await;
    assert_eq!((changed.state, changed.restored_from), (Left::Running, None));
}

#[tokio::test(start_paused = true)]
async fn a_bounded_job_that_has_finished_runs_anew_from_what_is_asked_for() {
    let model = Model::new();
    let recorded = running(&model).await;
    let stopped = apply(&suspend(&recorded), &model).await;
    let path = stopped.last_savepoint_path.clone().expect("a savepoint");
    let recorded = record(&apply(&replace("v1", &record(&stopped, "v1")), &model).await, "v1");
    let job = recorded.job.clone().expect("it runs");
    model.with(|flink| flink.end(&job, JobState::Finished));
    let goal = to_run("v2", Some(recorded));
    let goal = run(crate::job::goal::Run {
        bounded: Bounded::Yes,
        start: StartFrom::Path(path.clone()),
        ..goal
    });
    let report = apply(&goal, &model).await;
    assert_eq!((report.state, report.restored_from), (Left::Running, Some(path)));
}

#[tokio::test(start_paused = true)]
async fn a_jar_that_is_lost_is_uploaded_again() {
    let model = Model::new();
    let recorded = running(&model).await;
    let report = apply(&suspend(&recorded), &model).await;
    model.with(|flink| flink.jars.clear());
    let report = apply(&replace("v1", &record(&report, "v1")), &model).await;
    assert_eq!((report.state, report.problem), (Left::Running, None));
}

#[tokio::test(start_paused = true)]
async fn old_jars_are_deleted_but_those_that_a_rollback_needs() {
    let model = Model::new();
    let mut recorded = running(&model).await;
    for version in ["v2", "v3"] {
        let report = apply(&replace(version, &recorded), &model).await;
        recorded = record(&report, version);
        pass(Duration::from_secs(2)).await;
    }
    let names =
        model.with(|flink| flink.jars.iter().map(|(_, name)| name[..2].to_owned()).collect());
    let names: Vec<String> = names;
    assert_eq!(names, ["v2", "v3"]);
}

#[tokio::test(start_paused = true)]
async fn an_interruption_answers_the_truth() {
    let model = Model::new();
    let recorded = running(&model).await;
    let limits = Limits::within(Duration::from_mins(1));
    let goal = replace("v2", &recorded);
    let interrupt = async {
        pass(Duration::from_millis(200)).await;
        limits.stop.cancel();
    };
    let (report, ()) = tokio::join!(drive(&goal, &model, &limits), interrupt);
    assert!(matches!(report.problem, Some(Problem::Interrupted { .. })), "{report:?}");
    let again = apply(&goal, &model).await;
    assert_eq!((again.state, again.problem), (Left::Running, None));
    assert_eq!(model.with(|flink| flink.violations.clone()), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_create_without_slots_says_so_when_its_time_is_over() {
    let model = Model::new();
    fault(&model, Fault::NoSlots);
    let limits = Limits::within(Duration::from_secs(20));
    let report = drive(&create("v2"), &model, &limits).await;
    let Some(Problem::DidNotComeUp { failure: Failure::Slots { .. }, .. }) = report.problem else {
        panic!("{report:?}");
    };
    let report = apply(&create("v2"), &model).await;
    let Some(Problem::DidNotComeUp { failure, .. }) = report.problem else {
        panic!("{report:?}");
    };
    assert_eq!(failure, Failure::Slots { wanted: Some(8), offered: 4 });
}

/// A job that leaves its name, and comes to another one as this version.
fn renamed(recorded: crate::job::Recorded, version: &str) -> (Suspend, crate::job::goal::Run) {
    let departure = Suspend {
        owner: owner(),
        recorded: Some(recorded),
        stop: Stop {
            mode: UpgradeMode::Savepoint,
            savepoint_dir: None,
            format: Format::Canonical,
            drain: Drain::No,
            state_loss: crate::job::goal::StateLoss::Accept,
        },
        by: crate::job::journal::By::Job,
    };
    let arrival = crate::job::goal::Run {
        owner: Owner::new("http://flink:8081", "bills"),
        program: program(version),
        ..to_run(version, None)
    };
    (departure, arrival)
}

/// It was told that nothing had been started, and nobody named the savepoint.
#[tokio::test(start_paused = true)]
async fn a_job_whose_program_fails_where_it_moves_to_is_told_to_be_stopped_with_its_state() {
    let model = Model::new();
    let (departure, arrival) = renamed(running(&model).await, "v2");
    fault(&model, Fault::MainThrows);
    let limits = Limits::within(Duration::from_mins(1));
    let report = relocate((&departure, &model), (&arrival, &model), &limits).await;
    let Some(Problem::ProgramFailed { old: OldJob::Stopped(Some(path)), .. }) = report.problem
    else {
        panic!("{report:?}");
    };
    assert!(path.contains("savepoint-"), "{path}");
}

#[tokio::test(start_paused = true)]
async fn a_job_moves_to_another_name_with_its_state_whatever_was_done_before() {
    let model = Model::new();
    let (departure, arrival) = renamed(running(&model).await, "v1");
    let limits = Limits::within(Duration::from_mins(1));
    let once = relocate((&departure, &model), (&arrival, &model), &limits).await;
    assert_eq!((once.state, once.problem.clone()), (Left::Running, None));
    assert!(once.restored_from.is_some());
    let again = relocate((&departure, &model), (&arrival, &model), &limits).await;
    assert_eq!((again.job, again.state), (once.job, Left::Running));
    assert_eq!(model.with(|flink| flink.violations.clone()), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn an_upgrade_asks_no_more_than_it_must() {
    let model = Model::new();
    let recorded = running(&model).await;
    let before = model.with(|flink| flink.questions.clone());
    apply(&replace("v2", &recorded), &model).await;
    let asked = model.with(|flink| flink.questions.clone());
    let asked: Vec<&str> = asked[before.len()..].to_vec();
    let count = |name: &str| asked.iter().filter(|asked| **asked == name).count();
    assert_eq!(count("History"), 2, "one for each job: {asked:?}");
    for once in ["Cluster", "Jars", "Operators", "Contents", "Writable"] {
        assert_eq!(count(once), 1, "{once}: {asked:?}");
    }
    assert_eq!(count("Marks") + count("Disk") + count("Trouble"), 0, "{asked:?}");
}

#[tokio::test(start_paused = true)]
async fn the_deletion_of_an_old_jar_is_the_end_and_asks_nothing_again() {
    let model = Model::new();
    let mut recorded = running(&model).await;
    for version in ["v2", "v3", "v4"] {
        let asked = model.with(|flink| flink.questions.len());
        recorded = record(&apply(&replace(version, &recorded), &model).await, version);
        assert_eq!(model.with(|flink| flink.jars.len()), 2);
        let last = model.with(|flink| flink.questions[asked..].last().copied());
        assert_eq!(last, Some("History"), "the proof, with what is kept of it");
        let jars = model
            .with(|flink| flink.questions[asked..].iter().filter(|name| **name == "Jars").count());
        assert_eq!(jars, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_scout_does_not_see_is_judged_by_vertices_before_the_stop() {
    let model = Model::new();
    let recorded = running(&model).await;
    model.with(|flink| flink.scout_is_blind = true);
    fault(&model, Fault::DoesNotFit);
    let report = apply(&replace("v2", &recorded), &model).await;
    assert_eq!((report.state, report.job), (Left::Running, recorded.job.clone()));
    let Some(Problem::StateDoesNotFit { operators, .. }) = report.problem else {
        panic!("{:?}", report.problem)
    };
    assert_eq!((operators[0].name.as_deref(), operators[0].bytes), (Some("count"), 10));
    let report = apply(&replace("v3", &recorded), &model).await;
    assert_eq!((report.state, report.problem), (Left::Running, None));
    assert!(
        matches!(report.remarks.as_slice(), [Remark::FitUnknown { .. }, ..]),
        "what fits by vertices alone is told as unknown: {:?}",
        report.remarks
    );
}

/// §3 a: two different stops at once both fail, and the job recovers.
#[tokio::test(start_paused = true)]
async fn a_stop_that_meets_somebody_else_s_fails_and_the_next_apply_goes_on() {
    let model = Model::new();
    let recorded = running(&model).await;
    let job = recorded.job.clone().expect("it runs");
    let by_hand = Trigger {
        job: job.clone(),
        id: "f".repeat(32).parse().expect("32 digits"),
        directory: "file:/by-hand".to_owned(),
        format: Format::Canonical,
        drain: Drain::No,
    };
    model.with(|flink| {
        flink.perform(&Step::Stop(by_hand));
        for stop in flink.operations.values_mut() {
            stop.done_at += Duration::from_mins(1);
        }
    });
    let report = apply(&replace("v2", &recorded), &model).await;
    assert_eq!((report.state, report.job), (Left::Running, Some(job)));
    assert!(matches!(report.problem, Some(Problem::SavepointFailed { .. })));
    model.with(|flink| flink.violations.retain(|wrong| !wrong.contains("two stops")));
    let report = apply(&replace("v2", &recorded), &model).await;
    assert_eq!((report.state, report.program), (Left::Running, Some(Which::Desired)));
    assert_eq!(report.problem, None);
    assert_eq!(model.with(|flink| flink.violations.clone()), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn last_state_waits_for_the_first_checkpoint_of_a_job() {
    let model = Model::new();
    let report = apply(&create("v1"), &model).await;
    let mut goal = to_run("v2", Some(record(&report, "v1")));
    goal.upgrade.mode = UpgradeMode::LastState;
    let report = apply(&run(goal), &model).await;
    assert_eq!(report.problem, None);
    assert!(report.restored_from.is_some_and(|path| path.contains("/chk-")));
}

#[tokio::test(start_paused = true)]
async fn a_stop_that_would_give_up_state_is_refused_before_it_begins() {
    let model = Model::new();
    let report = apply(&create("v1"), &model).await;
    let recorded = record(&report, "v1");
    let mut goal = to_run("v2", Some(recorded));
    goal.upgrade.mode = UpgradeMode::Stateless;
    goal.state_loss = crate::job::goal::StateLoss::Prevent;
    let report = apply(&Goal::Run(Box::new(goal)), &model).await;
    assert!(matches!(report.problem, Some(Problem::StateLossPrevented { .. })), "{report:?}");
    assert_eq!(report.state, Left::Running);
}
