//! The proof that every guard is needed: with any one of them away, some
//! operation ends otherwise, or does what must never happen.

use std::time::Duration;

use super::{
    apply, apply_without,
    crashes::{Case, Trial, differences},
    create, journal, pass, program, record, replace, run, running, savepoint, suspend, to_run,
};
use crate::{
    guards::are_all_needed,
    job::{
        directories,
        goal::{DisposeSavepoint, Intent, UpgradeMode},
        guard::Guard,
        ids,
        marks::Marks,
        model::{Fault, Model, StopFault, Stored},
        observed::{JobState, TriggerState},
        recorded::Recorded,
        report::Which,
        step::{Launch, Step},
    },
};

/// What a scene shows: the report in a few words, and what must never happen.
pub(super) type Seen = (String, Vec<String>);

pub(super) async fn end(guard: Option<Guard>, goal: &crate::job::Goal, model: &Model) -> Seen {
    let report = apply_without(guard, goal, model).await;
    pass(Duration::from_secs(10)).await;
    let alive = model.with(|flink| {
        let version = |job: &crate::job::model::Job| job.program.jar.sha256.clone();
        flink.alive().iter().map(|job| version(job)).collect::<Vec<_>>()
    });
    let problem = report.problem.map(|problem| {
        let text = format!("{problem:?}");
        text.split([' ', '{', '(']).next().unwrap_or_default().to_owned()
    });
    let path = report.last_savepoint_path.is_some();
    let told = report.remarks.iter().map(|remark| format!("{remark:?}"));
    let told: Vec<String> = told.map(|text| text.chars().take(12).collect()).collect();
    let text = format!("{:?} {problem:?} {alive:?} {told:?} path={path}", report.state);
    (text, model.with(|flink| flink.violations.clone()))
}

/// A scene that a guard is there for.
async fn scene(guard: Guard, off: Option<Guard>) -> Seen {
    let model = Model::new();
    match guard {
        Guard::HistoryHasSettled => cancelled_just_now(&model, off).await,
        Guard::OneStopAtATime | Guard::EndBeforeStart => {
            let recorded = running(&model).await;
            end(off, &replace("v2", &recorded), &model).await
        }
        Guard::FailedTriggerIsUsedUp => after_a_failed_stop(&model, off).await,
        Guard::FoundJobIsCompared => faster_apply(&model, off).await,
        Guard::TwoJobsAreStuck => two_jobs(&model, off).await,
        Guard::DuplicateIsBurnt => unseen_id(&model, off).await,
        Guard::RefusedStartHasNoState => after_a_refused_start(&model, off).await,
        Guard::LineageBeforeRecord => older_record(&model, off).await,
        Guard::StorageBeforeRecord => {
            let recorded = forgotten(&model, Some("old")).await;
            end(off, &repair(recorded), &model).await
        }
        Guard::CannotTellIsStuck => {
            let recorded = forgotten(&model, Some("old")).await;
            model.with(|flink| flink.scout_is_blind = true);
            end(off, &repair(recorded), &model).await
        }
        Guard::NeverEmptyByAccident => {
            let recorded = forgotten(&model, None).await;
            model.with(|flink| flink.disk.clear());
            end(off, &repair(recorded), &model).await
        }
        Guard::OwnCheckpointEndsRollback => healthy_once(&model, off).await,
        Guard::RollbackReadsAgain => fails(&model, off, Fault::FailsLater).await,
        Guard::FitBeforeStop => fails(&model, off, Fault::DoesNotFit).await,
        Guard::VerticesWhereScoutIsBlind => {
            model.with(|flink| flink.scout_is_blind = true);
            fails(&model, off, Fault::DoesNotFit).await
        }
        Guard::RetainedBeforeCancel => without_checkpoint(&model, off).await,
        Guard::StopFailureKeepsPath => stop_that_fails(&model, off).await,
        Guard::UnclearStartIsAwaited => unclear_start(&model, off).await,
        Guard::OnlyWithoutStateIsCancelled => down_with_state(&model, off).await,
        Guard::RecoveredStateIsNewer => recovered(&model, off).await,
        Guard::CreateComparesStorage => adopted_and_removed(&model, off).await,
        Guard::JournalBeforeStop => journal::dies_stopping(off).await,
        Guard::PathIsNoted | Guard::JournalBeforeMemory => journal::forgotten(off).await,
        Guard::PathIsUsedUpFirst => journal::dies_starting(off).await,
        Guard::StopUnderWayIsAwaited => journal::stop_under_way(off).await,
        Guard::StopEndsWithItsJob => goes_on_after_its_stop(&model, off).await,
        Guard::FollowerIsNotedFirst => journal::dies_before_it_is_noted(off).await,
        Guard::SavepointIsLookedFor => forgotten_savepoint(&model, off).await,
        Guard::DeletedSavepointIsUsedUp => deleted_savepoint(&model, off).await,
    }
}

fn repair(recorded: Recorded) -> crate::job::Goal {
    let version = recorded.program.as_ref().map_or("v1", |program| &program.jar.sha256).to_owned();
    run(crate::job::goal::Run { intent: Intent::Keep, ..to_run(&version, Some(recorded)) })
}

async fn cancelled_just_now(model: &Model, off: Option<Guard>) -> Seen {
    let recorded = running(model).await;
    let job = recorded.job.clone().expect("it runs");
    // Somebody looks, so that the cache holds an answer when the next
    // checkpoint comes and the job ends (§1 Freshness).
    model.with(|flink| flink.answer(&crate::job::observed::Question::History(job.clone())));
    pass(Duration::from_millis(1_500)).await;
    model.with(|flink| flink.end(&job, JobState::Canceled));
    end(off, &repair(recorded), model).await
}

async fn after_a_failed_stop(model: &Model, off: Option<Guard>) -> Seen {
    let recorded = running(model).await;
    model.with(|flink| flink.next_stop = vec![StopFault::SavepointFails]);
    apply(&replace("v2", &recorded), model).await;
    end(off, &replace("v2", &recorded), model).await
}

async fn faster_apply(model: &Model, off: Option<Guard>) -> Seen {
    let recorded = running(model).await;
    apply(&replace("v2", &recorded), model).await;
    end(off, &replace("v3", &recorded), model).await
}

async fn two_jobs(model: &Model, off: Option<Guard>) -> Seen {
    let recorded = running(model).await;
    let goal = replace("v2", &recorded);
    let id = ids::successor(&super::owner(), recorded.job.as_ref(), 7);
    submit(model, id, "v2");
    model.with(|flink| flink.violations.clear());
    end(off, &goal, model).await
}

/// Somebody submits a job of ours, bypassing all decisions.
fn submit(model: &Model, id: flink::JobId, version: &str) {
    model.with(|flink| {
        let jar = flink::JarId::new("foreign");
        flink.jars.push((jar.clone(), "foreign".to_owned()));
        let program = program(version);
        let fingerprint = crate::job::marks::fingerprint(&program);
        let owner = super::owner().to_string();
        let marks = Marks { owner, fingerprint, predecessor: None, restored_from: None };
        let launch = Launch { id, jar, program, marks, which: Which::Desired };
        flink.perform(&Step::FirstStart(Box::new(launch)));
    });
}

async fn unseen_id(model: &Model, off: Option<Guard>) -> Seen {
    let first = ids::successor(&super::owner(), None, 0);
    model.with(|flink| flink.burnt.insert(first));
    end(off, &create("v1"), model).await
}

async fn after_a_refused_start(model: &Model, off: Option<Guard>) -> Seen {
    let recorded = running(model).await;
    model.with(|flink| flink.faults.insert("v2".to_owned(), Fault::DoesNotFit));
    let mut bad = to_run("v2", Some(recorded.clone()));
    bad.upgrade.verify = crate::job::goal::Verify::None;
    bad.upgrade.rollback = crate::job::goal::Rollback::Never;
    apply(&run(bad), model).await;
    end(off, &replace("v3", &recorded), model).await
}

/// The record has the path of an earlier stop; the job has gone on since.
async fn older_record(model: &Model, off: Option<Guard>) -> Seen {
    let recorded = running(model).await;
    let report = apply(&replace("v2", &recorded), model).await;
    pass(Duration::from_secs(5)).await;
    let job = report.job.clone().expect("it runs");
    model.with(|flink| flink.end(&job, JobState::Failed));
    let recorded = record(&report, "v2");
    end(off, &repair(recorded), model).await
}

/// A job that was upgraded, went on, and was forgotten with its JobManager.
async fn forgotten(model: &Model, path: Option<&str>) -> Recorded {
    let recorded = running(model).await;
    let report = apply(&replace("v2", &recorded), model).await;
    pass(Duration::from_secs(5)).await;
    model.with(crate::job::model::Flink::restart_job_manager);
    let known = report.last_savepoint_path.clone().filter(|_| path.is_some());
    Recorded { last_savepoint_path: known, ..record(&report, "v2") }
}

async fn fails(model: &Model, off: Option<Guard>, fault: Fault) -> Seen {
    let recorded = running(model).await;
    model.with(|flink| flink.faults.insert("v2".to_owned(), fault));
    let mut goal = to_run("v2", Some(recorded));
    goal.upgrade.stable_for = Duration::from_secs(5);
    end(off, &run(goal), model).await
}

/// The new job has completed a checkpoint, then gets no slots any more.
async fn healthy_once(model: &Model, off: Option<Guard>) -> Seen {
    let recorded = running(model).await;
    let mut goal = to_run("v2", Some(recorded));
    goal.upgrade.stable_for = Duration::from_mins(1);
    let goal = run(goal);
    let later = async {
        pass(Duration::from_secs(6)).await;
        model.with(|flink| {
            for job in flink.jobs.values_mut() {
                job.fault = Fault::NoSlots;
            }
        });
        std::future::pending::<()>().await;
    };
    tokio::select! {
        seen = end(off, &goal, model) => seen,
        () = later => unreachable!("pending never ends"),
    }
}

async fn without_checkpoint(model: &Model, off: Option<Guard>) -> Seen {
    let report = apply(&create("v1"), model).await;
    let mut goal = to_run("v2", Some(record(&report, "v1")));
    goal.upgrade.mode = UpgradeMode::LastState;
    end(off, &run(goal), model).await
}

async fn stop_that_fails(model: &Model, off: Option<Guard>) -> Seen {
    let recorded = running(model).await;
    model.with(|flink| flink.next_stop = vec![StopFault::JobFailsStopping]);
    let job = recorded.job.clone().expect("it runs");
    // The cache holds the answer of before the stop for 3 s.
    model.with(|flink| flink.answer(&crate::job::observed::Question::History(job)));
    end(off, &suspend(&recorded), model).await
}

/// A job that has checkpoints of its own gets no slots any more.
async fn down_with_state(model: &Model, off: Option<Guard>) -> Seen {
    let recorded = running(model).await;
    model.with(|flink| {
        for job in flink.jobs.values_mut() {
            job.fault = Fault::NoSlots;
        }
    });
    end(off, &replace("v2", &recorded), model).await
}

/// A JobManager with high availability restarts, and somebody cancels the job
/// before its next checkpoint.
async fn recovered(model: &Model, off: Option<Guard>) -> Seen {
    model.with(|flink| flink.high_availability = true);
    let recorded = running(model).await;
    let report = apply(&replace("v2", &recorded), model).await;
    pass(Duration::from_secs(5)).await;
    let job = report.job.clone().expect("it runs");
    model.with(crate::job::model::Flink::restart_job_manager);
    pass(Duration::from_millis(600)).await;
    model.with(|flink| flink.end(&job, JobState::Canceled));
    end(off, &repair(record(&report, "v2")), model).await
}

/// The owner's own job was cancelled; then it adopted a job of another id and
/// removed that with a savepoint, of which only the files are left.
async fn adopted_and_removed(model: &Model, off: Option<Guard>) -> Seen {
    let recorded = running(model).await;
    let job = recorded.job.clone().expect("it runs");
    model.with(|flink| flink.end(&job, JobState::Canceled));
    pass(Duration::from_secs(5)).await;
    let adopted: flink::JobId = "f".repeat(32).parse().expect("32 digits");
    let home = directories::home(crate::job::model::SAVEPOINTS, &super::owner());
    model.with(|flink| {
        let written = crate::job::model::Flink::millis(flink.now);
        let path = format!("{home}/{adopted}/0/savepoint-1");
        flink.disk.insert(path, Stored { job: adopted, version: 1_000_000, written });
    });
    end(off, &create("v1"), model).await
}

/// A savepoint whose operation Flink has forgotten is asked for again.
async fn forgotten_savepoint(model: &Model, off: Option<Guard>) -> Seen {
    running(model).await;
    let first = apply(&savepoint("k"), model).await.last_savepoint_path;
    model.with(crate::job::model::Flink::expire);
    let again = apply_without(off, &savepoint("k"), model).await.last_savepoint_path;
    (format!("the same: {}", first == again), model.with(|flink| flink.violations.clone()))
}

/// A savepoint is deleted, and asked for again while Flink still remembers that it was taken.
async fn deleted_savepoint(model: &Model, off: Option<Guard>) -> Seen {
    running(model).await;
    let first = apply(&savepoint("k"), model).await.last_savepoint_path.expect("a savepoint");
    let dispose = DisposeSavepoint { path: first.clone() };
    apply(&crate::job::Goal::DisposeSavepoint(dispose), model).await;
    let again = apply_without(off, &savepoint("k"), model).await.last_savepoint_path;
    let exists = again.is_some_and(|path| model.with(|flink| flink.disk.contains_key(&path)));
    (format!("it exists: {exists}"), model.with(|flink| flink.violations.clone()))
}

/// A JobManager with high availability dies between the end of a stop and that
/// of its job, which goes on to a newer checkpoint, and fails.
async fn goes_on_after_its_stop(model: &Model, off: Option<Guard>) -> Seen {
    model.with(|flink| flink.high_availability = true);
    let recorded = running(model).await;
    let job = recorded.job.clone().expect("it runs");
    let goal = replace("v2", &recorded);
    let is_complete = |flink: &mut crate::job::model::Flink| {
        let mut operations = flink.operations.values();
        operations.any(|one| matches!(one.state, TriggerState::Completed(_)))
    };
    let others = async {
        while !model.with(is_complete) {
            pass(Duration::from_millis(10)).await;
        }
        pass(Duration::from_millis(150)).await;
        model.with(crate::job::model::Flink::restart_job_manager);
        pass(Duration::from_millis(1_600)).await;
        model.with(|flink| {
            if !flink.jobs[&job].state.has_ended() {
                flink.end(&job, JobState::Failed);
            }
        });
        std::future::pending::<()>().await;
    };
    tokio::select! {
        seen = end(off, &goal, model) => seen,
        () = others => unreachable!("pending never ends"),
    }
}

async fn unclear_start(model: &Model, off: Option<Guard>) -> Seen {
    let recorded = running(model).await;
    model.with(|flink| flink.unclear_starts = 1);
    end(off, &replace("v2", &recorded), model).await
}

#[tokio::test(start_paused = true)]
async fn without_any_one_guard_something_goes_wrong() {
    are_all_needed(Guard::ALL, scene, |shown| &shown.1).await;
}

/// Where a journal is kept, it takes the place of one of them.
#[tokio::test(start_paused = true)]
async fn the_crash_test_notices_a_missing_guard() {
    let mut noticed = Vec::new();
    for guard in [Guard::OneStopAtATime, Guard::EndBeforeStart] {
        for case in [Case::Upgrade, Case::UpgradeProven] {
            let trial = Trial { guard: Some(guard), by_address: true, ..Trial::default() };
            if !differences(case, trial).await.is_empty() {
                noticed.push(guard);
                break;
            }
        }
    }
    assert_eq!(noticed, [Guard::OneStopAtATime, Guard::EndBeforeStart]);
}
