//! Proofs over whole operations, against the model of Flink.

mod crashes;
mod guards;
mod histories;
mod journal;
mod never_up;
mod rounds;
mod scenarios;

use std::{collections::BTreeMap, time::Duration};

use crate::job::{
    drive::{Limits, drive_from},
    goal::{
        Bounded, Claim, Drain, Format, Goal, Intent, Jar, NonRestoredState, OnDestroy, Program,
        Remove, Run, StartFrom, StateLoss, Stop, Suspend, TakeSavepoint, Upgrade, UpgradeMode,
    },
    guard::Guard,
    ids::Owner,
    journal::{By, Follows},
    model::Model,
    observed::Observed,
    recorded::{Recorded, RecordedState},
    report::{Left, Report},
};

pub(super) fn owner() -> Owner {
    Owner::new("http://flink:8081", "orders")
}

pub(super) fn program(version: &str) -> Program {
    Program {
        jar: Jar { sha256: version.to_owned(), file: Some("/job.jar".into()) },
        entry_class: None,
        args: Vec::new(),
        parallelism: Some(2),
        configuration: BTreeMap::new(),
        start_key: String::new(),
    }
}

pub(super) fn to_run(version: &str, recorded: Option<Recorded>) -> Run {
    let intent = if recorded.is_some() { Intent::Replace } else { Intent::Keep };
    Run {
        owner: owner(),
        program: program(version),
        recorded,
        intent,
        start: StartFrom::Newest,
        non_restored_state: NonRestoredState::Refuse,
        claim: Claim::NoClaim,
        bounded: Bounded::No,
        upgrade: Upgrade::default(),
        state_loss: StateLoss::Accept,
        follows: Follows::No,
    }
}

pub(super) fn run(run: Run) -> Goal {
    Goal::Run(Box::new(run))
}

pub(super) fn create(version: &str) -> Goal {
    run(to_run(version, None))
}

pub(super) fn replace(version: &str, recorded: &Recorded) -> Goal {
    run(to_run(version, Some(recorded.clone())))
}

pub(super) fn suspend(recorded: &Recorded) -> Goal {
    Goal::Suspend(Suspend {
        owner: owner(),
        recorded: Some(recorded.clone()),
        stop: Stop {
            mode: UpgradeMode::Savepoint,
            savepoint_dir: None,
            format: Format::Canonical,
            drain: Drain::No,
            state_loss: StateLoss::Accept,
        },
        by: By::Job,
    })
}

pub(super) fn remove(recorded: &Recorded) -> Goal {
    let how =
        OnDestroy::Savepoint { savepoint_dir: None, format: Format::Canonical, drain: Drain::No };
    Goal::Remove(Remove { owner: owner(), recorded: Some(recorded.clone()), how })
}

pub(super) fn cancel(recorded: &Recorded) -> Goal {
    let recorded = Some(recorded.clone());
    Goal::Remove(Remove { owner: owner(), recorded, how: OnDestroy::Cancel })
}

pub(super) fn savepoint(key: &str) -> Goal {
    Goal::TakeSavepoint(TakeSavepoint {
        owner: owner(),
        job: None,
        directory: None,
        format: Format::Canonical,
        key: key.to_owned(),
    })
}

/// What a client that keeps everything would record.
pub(super) fn record(report: &Report, version: &str) -> Recorded {
    Recorded {
        job: report.job.clone(),
        state: match report.state {
            Left::Running | Left::Unknown => RecordedState::Running,
            Left::Suspended => RecordedState::Suspended,
            Left::Finished | Left::Failed | Left::Canceled | Left::Missing => RecordedState::Ended,
        },
        program: Some(program(version)),
        last_savepoint_path: report.last_savepoint_path.clone(),
        restored_from: report.restored_from.clone(),
    }
}

pub(super) async fn apply(goal: &Goal, model: &Model) -> Report {
    apply_without(None, goal, model).await
}

pub(super) async fn apply_without(guard: Option<Guard>, goal: &Goal, model: &Model) -> Report {
    let limits = Limits::within(Duration::from_mins(5));
    drive_from(Observed::without(guard), goal, model, &limits).await
}

/// Applies until the process dies; `None` when it does.
pub(super) async fn apply_until_death(
    guard: Option<Guard>,
    goal: &Goal,
    model: &Model,
) -> Option<Report> {
    tokio::select! {
        report = apply_without(guard, goal, model) => Some(report),
        () = model.died.notified() => None,
    }
}

pub(super) async fn pass(time: Duration) {
    tokio::time::sleep(time).await;
}

/// A job of version `v1` that has run for a while.
pub(super) async fn running(model: &Model) -> Recorded {
    let report = apply(&create("v1"), model).await;
    assert_eq!(report.problem, None);
    pass(Duration::from_millis(5_550)).await;
    record(&report, "v1")
}
