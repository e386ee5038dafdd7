//! The words of every message, as a user reads them.

use std::{fmt::Write, time::Duration};

use lifecycle::{
    JobId, application,
    cluster::health::{Ailment, Trouble},
    job::{
        Problem, Remark,
        problem::{Failure, NoRollback, OldJob},
        report::{Left, Operator},
    },
};
use terraform::diagnostics::{Diagnostic, Severity};

use super::*;
use crate::job::outlook::{Outlook, Slots, Supply};

const SUBJECT: Subject<'_> = Subject { name: "orders", origin: "http://flink:8081" };
const PATH: &str = "s3://b/sp/savepoint-a1b2c3-0123456789ab";

fn job() -> JobId {
    "a1b2c3d4e5f60718293a4b5c6d7e8f90".parse().expect("32 digits")
}

fn path() -> String {
    PATH.to_owned()
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn operator() -> Operator {
    Operator {
        id: text("ca88eee0095684d687a1b6495617f957"),
        name: Some(text("count")),
        bytes: 18_234_567,
    }
}

fn page(messages: impl IntoIterator<Item = Diagnostic>) -> String {
    let mut page = String::new();
    for Diagnostic { severity, summary, detail, path } in messages {
        let word = match severity {
            Severity::Error => "Error",
            Severity::Warning => "Warning",
        };
        write!(page, "{word}: {summary} [{path}]\n\n{detail}\n\n----\n").expect("a string grows");
    }
    page
}

#[test]
fn problems_of_getting_through() {
    let reason = || text("GET /jobs/overview: the JobManager is not reachable: 503");
    let waiting_for = || text("the savepoint of a1b2c3");
    let problems = [
        Problem::Unreachable { reason: reason() },
        Problem::AccessDenied { reason: text("GET /config: 401") },
        Problem::Unexpected {
            reason: text("GET /config: 200: the answer does not come from Flink"),
        },
        Problem::TimedOut { after: Duration::from_mins(30), waiting_for: waiting_for() },
        Problem::Interrupted { waiting_for: waiting_for() },
        Problem::Exists { job: job() },
        Problem::AnotherApply { job: job() },
        Problem::SeveralRun { jobs: vec![job(), job()] },
        Problem::SubmissionDisabled,
    ];
    insta::assert_snapshot!(page(problems.iter().map(|found| problem(SUBJECT, found))));
}

#[test]
fn problems_found_before_the_stop() {
    let problems = [
        Problem::JarMissing { sha256: text("9e1aed4d") },
        Problem::JarRejected { reason: text("413: too large") },
        Problem::ProgramFailed {
            cause: text("ClassNotFoundException: com.acme.Job."),
            old: OldJob::Runs(job()),
        },
        Problem::ProgramFailed { cause: text("no job"), old: OldJob::Stopped(Some(path())) },
        Problem::ProgramFailed { cause: text("no job"), old: OldJob::None },
        Problem::StateDoesNotFit { operators: vec![operator()], path: path() },
        Problem::ParallelismTooHigh { wanted: 256, maximum: 128, vertex: text("count") },
        Problem::MaxParallelismChanged { set: 256, recorded: 128, vertex: text("count") },
        Problem::RollbackImpossible { reason: text("the old jar is gone") },
        Problem::StateLossPrevented { newest: Some(path()), directory: None },
        Problem::StateLossPrevented { newest: None, directory: Some(text("s3://b/sp")) },
    ];
    insta::assert_snapshot!(page(problems.iter().map(|found| problem(SUBJECT, found))));
}

#[test]
fn problems_of_keeping_the_state() {
    let problems = [
        Problem::NoSavepointDirectory,
        Problem::SavepointFailed {
            job: job(),
            cause: text("AccessDenied"),
            directory: text("s3://b/sp"),
        },
        Problem::NotHealthy {
            job: job(),
            state: text("RESTARTING"),
            cause: Some(text("KafkaException")),
            newest: Some(path()),
        },
        Problem::NoCheckpoint { job: job() },
        Problem::NotRunning { job: Some(job()), state: Some(text("FAILED")) },
        Problem::DisposalFailed { cause: text("AccessDenied") },
    ];
    insta::assert_snapshot!(page(problems.iter().map(|found| problem(SUBJECT, found))));
}

#[test]
fn problems_of_starting() {
    let failures = [
        Failure::Program { cause: text("no main") },
        Failure::Restore { cause: text("cannot map state") },
        Failure::Failed { cause: text("boom") },
        Failure::Restarts { restarts: 4, cause: text("boom") },
        Failure::Slots { wanted: Some(8), offered: 4 },
        Failure::EndedByOthers { state: text("CANCELED") },
    ];
    let [program, restore, failed, restarts, slots, others] = failures;
    let did_not = |failure, newest, rollback| Problem::DidNotComeUp {
        job: job(),
        failure,
        started_from: Some(path()),
        newest,
        rollback,
    };
    let problems = [
        Problem::NothingToStartFrom { job: Some(job()), directory: Some(text("s3://b/sp")) },
        Problem::Forgotten {
            job: Some(job()),
            directory: Some(text("s3://b/sp")),
            older: Some(path()),
            reason: text("jars are refused"),
        },
        Problem::RestoreRefused { path: path(), cause: text("no such file") },
        did_not(failed, None, NoRollback::NotAsked),
        did_not(restarts, Some(path()), NoRollback::NewJobHasState),
        did_not(others, None, NoRollback::NoOldProgram),
        did_not(program.clone(), None, NoRollback::NothingReplaced),
        Problem::RolledBack { failure: slots, path: Some(path()) },
        Problem::RollbackFailed { failure: program, rollback_failure: restore, path: Some(path()) },
    ];
    insta::assert_snapshot!(page(problems.iter().map(|found| problem(SUBJECT, found))));
}

#[test]
fn remarks() {
    let remarks = [
        Remark::FoundEarlierState { path: path() },
        Remark::StartsEmpty { directory: Some(text("s3://b/sp")) },
        Remark::StateDiscarded { newest: Some(path()) },
        Remark::Repaired { found: Left::Failed, path: path() },
        Remark::ProgressNotRecovered { path: path() },
        Remark::FromCheckpoint { path: path(), age: Some(Duration::from_secs(42)) },
        Remark::StoppedWithFailure { path: path(), cause: text("fail in close") },
        Remark::DryRunSkipped,
        Remark::FitUnknown { reason: text("the scout cannot tell") },
        Remark::StateDropped { operators: vec![operator()] },
        Remark::RolledBack { cause: text("boom"), path: Some(path()) },
        Remark::RescaledByRestart { reason: text("the scheduler is not adaptive.") },
        Remark::FewerSlots { running: 4, wanted: 8 },
        Remark::NoMarks,
        Remark::StillRecovering { state: text("RESTARTING") },
        Remark::AlreadyEnded { found: Left::Finished, newest: None },
        Remark::KeptRunning,
    ];
    insta::assert_snapshot!(page(remarks.iter().map(|found| remark(SUBJECT, found))));
}

#[test]
fn a_new_version_that_does_not_come_up() {
    let ailments = [
        (Trouble::Ended { container: text("flink-main-container"), exit_code: 1 }, true),
        (
            Trouble::Image {
                image: text("orders:2"),
                reason: text("ErrImagePull"),
                message: text("manifest unknown"),
            },
            false,
        ),
    ];
    let job = lifecycle::job::Report {
        state: Left::Running,
        job: Some(job()),
        program: None,
        last_savepoint_path: None,
        restored_from: None,
        remarks: Vec::new(),
        problem: None,
    };
    let found = ailments.into_iter().map(|(trouble, has_log)| application::Report {
        job: job.clone(),
        remarks: Vec::new(),
        problem: Some(application::Problem::Scout(Box::new(Ailment {
            workload: text("jobmanager"),
            pod: Some(text("orders-scout")),
            trouble,
            log: has_log
                .then(|| text("Error: the image has no /opt/orders.jar that can be read"))
                .into_iter()
                .collect(),
        }))),
    });
    let said = found.flat_map(|report| application_messages(SUBJECT, &report));
    insta::assert_snapshot!(page(said));
}

#[test]
fn summaries_fit_a_line() {
    let long = Problem::ProgramFailed { cause: "x".repeat(500), old: OldJob::None };
    assert!(problem(SUBJECT, &long).summary.len() <= 80);
}

#[test]
fn outlooks() {
    let slots = |supply, held| Slots { total: 16, free: 3, held, supply };
    let from = |seconds| Outlook::FromCheckpoint { age: Some(Duration::from_secs(seconds)) };
    let found = [
        Outlook::TooFewSlots { wanted: 8, slots: slots(Supply::Fixed, 2) },
        Outlook::TooFewSlots { wanted: 8, slots: slots(Supply::Adaptive, 0) },
        Outlook::RunsAnew,
        Outlook::NoCheckpoints,
        Outlook::NotRetained,
        Outlook::FirstCheckpoint,
        from(12),
        from(300),
        from(86_400),
        Outlook::FromCheckpoint { age: None },
    ];
    insta::assert_snapshot!(page(found.iter().map(|found| outlook("orders", found))));
}
