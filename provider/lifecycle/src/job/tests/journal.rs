//! What a job's journal is for: a JobManager that has forgotten everything,
//! and storage that nobody can look at.

use std::{collections::BTreeMap, time::Duration};

use super::{
    apply, apply_until_death, guards::Seen, guards::end, pass, record, replace, run, running,
    suspend, to_run,
};
use crate::job::{
    goal::{Goal, Intent},
    guard::Guard,
    journal::{Follows, Phase},
    model::{Death, Fault, Flink, Model},
    problem::Problem,
    recorded::Recorded,
    report::Left,
};

/// A model that keeps journals.
pub(super) fn kept() -> Model {
    let model = Model::new();
    model.with(|flink| flink.journals = Some(BTreeMap::new()));
    model
}

/// What the journals say, in words.
pub(super) fn told(flink: &Flink) -> Vec<String> {
    let journals = flink.journals.iter().flat_map(BTreeMap::values);
    journals
        .map(|noted| match &noted.entry.phase {
            Phase::Running => "running".to_owned(),
            Phase::Stopping { by } => format!("stopping by {by:?}"),
            Phase::Stopped { by, path } => format!("stopped by {by:?} path={}", path.is_some()),
            Phase::Starting { from, after: _ } => format!("starting path={}", from.is_some()),
        })
        .collect()
}

fn keep(recorded: Recorded) -> Goal {
    run(crate::job::goal::Run { intent: Intent::Keep, ..to_run("v1", Some(recorded)) })
}

fn forget_everything(model: &Model) {
    model.with(|flink| {
        flink.restart_job_manager();
        flink.scout_is_blind = true;
    });
}

async fn journals(model: &Model) -> Seen {
    pass(Duration::from_secs(1)).await;
    model.with(|flink| (format!("{:?}", told(flink)), flink.violations.clone()))
}

/// The process dies as soon as the stop has been asked for.
pub(super) async fn dies_stopping(off: Option<Guard>) -> Seen {
    let model = kept();
    let recorded = running(&model).await;
    let before = model.with(|flink| flink.effects);
    let steps = if off == Some(Guard::JournalBeforeStop) { 1 } else { 2 };
    *model.death.lock().expect("not poisoned") = Some(Death::After(before + steps));
    assert_eq!(apply_until_death(off, &suspend(&recorded), &model).await, None);
    journals(&model).await
}

/// The process dies as soon as the stop has been asked for, and the next
/// apply wants the job to run.
pub(super) async fn stop_under_way(off: Option<Guard>) -> Seen {
    let model = kept();
    let recorded = running(&model).await;
    let before = model.with(|flink| flink.effects);
    *model.death.lock().expect("not poisoned") = Some(Death::After(before + 2));
    assert_eq!(apply_until_death(None, &suspend(&recorded), &model).await, None);
    *model.death.lock().expect("not poisoned") = None;
    end(off, &keep(recorded), &model).await
}

/// The process dies as soon as a job that follows its cluster has started.
pub(super) async fn dies_before_it_is_noted(off: Option<Guard>) -> Seen {
    let model = kept();
    let goal = run(crate::job::goal::Run { follows: Follows::Yes, ..to_run("v1", None) });
    let steps = if off == Some(Guard::FollowerIsNotedFirst) { 2 } else { 3 };
    *model.death.lock().expect("not poisoned") = Some(Death::After(steps));
    assert_eq!(apply_until_death(off, &goal, &model).await, None);
    model.with(|flink| assert_eq!(flink.alive().len(), 1));
    journals(&model).await
}

/// Of a suspended job neither Flink nor storage nor the record knows anything.
pub(super) async fn forgotten(off: Option<Guard>) -> Seen {
    let model = kept();
    let recorded = running(&model).await;
    let without = off.filter(|guard| *guard == Guard::PathIsNoted);
    super::apply_without(without, &suspend(&recorded), &model).await;
    forget_everything(&model);
    let without = off.filter(|guard| *guard != Guard::PathIsNoted);
    end(without, &keep(recorded), &model).await
}

/// The process dies as soon as the job is started again, and the JobManager
/// forgets what the job has done since.
pub(super) async fn dies_starting(off: Option<Guard>) -> Seen {
    let model = kept();
    let recorded = running(&model).await;
    let suspended = apply(&suspend(&recorded), &model).await;
    assert_eq!(suspended.state, Left::Suspended);
    let before = model.with(|flink| flink.effects);
    let steps = if off == Some(Guard::PathIsUsedUpFirst) { 1 } else { 2 };
    *model.death.lock().expect("not poisoned") = Some(Death::After(before + steps));
    let died = apply_until_death(off, &keep(recorded.clone()), &model).await;
    assert_eq!(died, None);
    *model.death.lock().expect("not poisoned") = None;
    pass(Duration::from_millis(3_550)).await;
    model.with(Flink::restart_job_manager);
    end(off, &keep(recorded), &model).await
}

#[tokio::test(start_paused = true)]
async fn a_job_that_was_stopped_goes_on_from_what_its_journal_says() {
    let model = kept();
    let recorded = running(&model).await;
    assert_eq!(model.with(|flink| told(flink)), ["running"]);
    let path = apply(&suspend(&recorded), &model).await.last_savepoint_path;
    assert_eq!(model.with(|flink| told(flink)), ["stopped by Job path=true"]);
    forget_everything(&model);
    let report = apply(&keep(recorded), &model).await;
    assert_eq!((report.problem, report.restored_from), (None, path));
    assert_eq!(model.with(|flink| told(flink)), ["running"]);
}

/// Who may not write the journal is refused before anything is stopped.
#[tokio::test(start_paused = true)]
async fn an_upgrade_is_in_the_journal_before_its_job_is_stopped() {
    let mut cuts = 0;
    for effects in 1.. {
        let model = kept();
        let recorded = running(&model).await;
        let before = model.with(|flink| flink.effects);
        *model.death.lock().expect("not poisoned") = Some(Death::After(before + effects));
        if apply_until_death(None, &replace("v2", &recorded), &model).await.is_some() {
            break;
        }
        pass(Duration::from_secs(1)).await;
        let (told, alive) = model.with(|flink| (told(flink), flink.alive().len()));
        let is_noted = told != ["running"];
        assert!(is_noted || alive == 1, "after {effects} effects: {told:?}, {alive} run");
        cuts += u32::from(is_noted);
    }
    assert!(cuts > 1, "the journal was seen in {cuts} phases of the upgrade");
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_destroyed_leaves_its_path_and_nothing_where_it_was_cancelled() {
    for (how, left) in [
        (super::remove as fn(&Recorded) -> Goal, vec!["stopped by Job path=true"]),
        (super::cancel, vec![]),
    ] {
        let model = kept();
        let recorded = running(&model).await;
        assert_eq!(apply(&how(&recorded), &model).await.problem, None);
        assert_eq!(model.with(|flink| told(flink)), left);
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_program_that_fails_after_the_jobmanager_restarted_gives_way_to_the_old_one() {
    let model = kept();
    let recorded = running(&model).await;
    apply(&suspend(&recorded), &model).await;
    model.with(|flink| {
        flink.restart_job_manager();
        flink.faults.insert("v2".to_owned(), Fault::FailsAtOnce);
    });
    let report = apply(&replace("v2", &recorded), &model).await;
    assert_eq!(report.state, Left::Running, "{:?}", report.problem);
    assert_eq!(record(&report, "v1").job, report.job);
    model.with(|flink| {
        assert_eq!(flink.violations, Vec::<String>::new());
        let alive = flink.alive();
        let running: Vec<&str> = alive.iter().map(|job| job.program.jar.sha256.as_str()).collect();
        assert_eq!(running, ["v1"]);
        assert_eq!(told(flink), ["running"]);
    });
}

#[tokio::test(start_paused = true)]
async fn a_program_refused_after_its_cluster_restarted_is_a_problem_though_the_old_one_runs() {
    let model = kept();
    let recorded = running(&model).await;
    apply(&suspend(&recorded), &model).await;
    model.with(|flink| {
        flink.restart_job_manager();
        flink.faults.insert("v2".to_owned(), Fault::MainThrows);
    });
    let report = apply(&replace("v2", &recorded), &model).await;
    assert!(matches!(report.problem, Some(Problem::RolledBack { .. })), "{:?}", report.problem);
    assert_eq!(record(&report, "v1").job, report.job);
    model.with(|flink| assert_eq!(told(flink), ["running"]));
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_forgotten_is_told_the_path_in_its_journal() {
    let model = kept();
    let recorded = running(&model).await;
    let path = apply(&suspend(&recorded), &model).await.last_savepoint_path;
    let before = model.with(|flink| flink.effects);
    *model.death.lock().expect("not poisoned") = Some(Death::After(before + 1));
    assert_eq!(apply_until_death(None, &keep(recorded.clone()), &model).await, None);
    *model.death.lock().expect("not poisoned") = None;
    assert_eq!(model.with(|flink| told(flink)), ["starting path=true"]);
    forget_everything(&model);
    let unrecorded = Recorded { last_savepoint_path: None, ..recorded };
    let problem = apply(&keep(unrecorded), &model).await.problem;
    let Some(Problem::Forgotten { older, .. }) = problem else { panic!("{problem:?}") };
    assert_eq!(older, path);
}
