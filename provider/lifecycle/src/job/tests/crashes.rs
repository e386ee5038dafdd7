//! THE test: every goal × death before, amid and after every effect × every
//! step performed twice → the same end as without, also from the old record.

use std::time::Duration;

use super::{
    apply, apply_until_death, create, journal, pass, program, record, remove, replace, run,
    running, savepoint, suspend, to_run,
};
use crate::job::{
    drive::Limits,
    goal::{Claim, DisposeSavepoint, Goal, Intent, Proof, Rollback, StartFrom, UpgradeMode},
    guard::Guard,
    ids::Owner,
    model::{Death, Fault, Model, StopFault},
    recorded::Recorded,
    relocate::relocate,
};

/// Every goal, with what stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Create,
    CreateFromTombstone,
    Upgrade,
    UpgradeLastState,
    UpgradeStateless,
    UpgradeProven,
    UpgradeStopFails,
    Suspend,
    Resume,
    RemoveWithSavepoint,
    RemoveByCancel,
    Savepoint,
    Dispose,
    RescaleInPlace,
    RescaleByRestart,
    RepairFailed,
    RepairForgotten,
    RestoreFromPath,
    UpgradeThatThrows,
    UpgradeThatFails,
    UpgradeThatRestarts,
    RestoreClaimed,
    ReplaceNeverUp,
}

pub(super) const CASES: [Case; 23] = [
    Case::Create,
    Case::CreateFromTombstone,
    Case::Upgrade,
    Case::UpgradeLastState,
    Case::UpgradeStateless,
    Case::UpgradeProven,
    Case::UpgradeStopFails,
    Case::Suspend,
    Case::Resume,
    Case::RemoveWithSavepoint,
    Case::RemoveByCancel,
    Case::Savepoint,
    Case::Dispose,
    Case::RescaleInPlace,
    Case::RescaleByRestart,
    Case::RepairFailed,
    Case::RepairForgotten,
    Case::RestoreFromPath,
    Case::UpgradeThatThrows,
    Case::UpgradeThatFails,
    Case::UpgradeThatRestarts,
    Case::RestoreClaimed,
    Case::ReplaceNeverUp,
];

/// How it ends: which versions run, and whether all was well.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct End {
    running: Vec<String>,
    reached: bool,
    violations: Vec<String>,
    journals: Vec<String>,
}

impl Case {
    /// Sets the stage and gives the goal.
    async fn set_up(self, model: &Model) -> Goal {
        match self {
            Self::Create => create("v1"),
            Self::Dispose => {
                running(model).await;
                let path = apply(&savepoint("k"), model).await.last_savepoint_path;
                let path = path.expect("a savepoint was taken");
                Goal::DisposeSavepoint(DisposeSavepoint { path })
            }
            Self::Savepoint => {
                running(model).await;
                savepoint("k")
            }
            Self::CreateFromTombstone => {
                let recorded = running(model).await;
                apply(&remove(&recorded), model).await;
                create("v1")
            }
            Self::RepairFailed | Self::RepairForgotten | Self::Resume => self.ended(model).await,
            Self::Suspend => suspend(&running(model).await),
            Self::RemoveWithSavepoint => remove(&running(model).await),
            Self::RemoveByCancel => super::cancel(&running(model).await),
            Self::Upgrade
            | Self::UpgradeLastState
            | Self::UpgradeStateless
            | Self::UpgradeProven
            | Self::UpgradeStopFails
            | Self::RescaleInPlace
            | Self::RescaleByRestart
            | Self::RestoreFromPath
            | Self::UpgradeThatThrows
            | Self::RestoreClaimed
            | Self::UpgradeThatRestarts
            | Self::UpgradeThatFails => self.upgrade(model, running(model).await).await,
            Self::ReplaceNeverUp => {
                let recorded = running(model).await;
                set_fault(model, Fault::NoSlots);
                let mut goal = to_run("v2", Some(recorded));
                goal.upgrade.rollback = Rollback::Never;
                let report = apply(&run(goal), model).await;
                replace("v3", &record(&report, "v2"))
            }
        }
    }

    async fn ended(self, model: &Model) -> Goal {
        let recorded = running(model).await;
        if self == Self::Resume {
            let report = apply(&suspend(&recorded), model).await;
            return replace("v2", &record(&report, "v1"));
        }
        let job = recorded.job.clone().expect("it runs");
        model.with(|flink| {
            if self == Self::RepairFailed {
                flink.end(&job, crate::job::observed::JobState::Failed);
            } else {
                flink.restart_job_manager();
            }
        });
        let mut again = to_run("v1", Some(recorded));
        again.intent = Intent::Keep;
        run(again)
    }

    async fn upgrade(self, model: &Model, recorded: Recorded) -> Goal {
        let mut goal = to_run("v2", Some(recorded));
        match self {
            Self::UpgradeLastState => goal.upgrade.mode = UpgradeMode::LastState,
            Self::UpgradeStateless => {
                goal.upgrade.mode = UpgradeMode::Stateless;
                model.with(|flink| flink.allowed_starts.push(None));
            }
            Self::UpgradeProven => {
                goal.upgrade.stable_for = Duration::from_secs(2);
                goal.upgrade.proof = Proof::Checkpoint;
            }
            Self::UpgradeStopFails => {
                model.with(|flink| flink.next_stop = vec![StopFault::JobFailsStopping]);
            }
            Self::RescaleInPlace | Self::RescaleByRestart => {
                goal.intent = Intent::Rescale;
                goal.program = program("v1");
                goal.program.parallelism = Some(3);
                model.with(|flink| flink.adaptive = self == Self::RescaleInPlace);
            }
            Self::RestoreFromPath | Self::RestoreClaimed => {
                if self == Self::RestoreClaimed {
                    goal.claim = Claim::Claim;
                }
                let path = apply(&savepoint("k"), model).await.last_savepoint_path;
                let path = path.expect("a savepoint was taken");
                model.with(|flink| flink.allowed_starts.push(Some(path.clone())));
                goal.start = StartFrom::Path(path);
                pass(Duration::from_secs(2)).await;
            }
            Self::UpgradeThatThrows => set_fault(model, Fault::MainThrows),
            Self::UpgradeThatFails => set_fault(model, Fault::FailsAtOnce),
            Self::UpgradeThatRestarts => {
                goal.upgrade.proof = Proof::Checkpoint;
                set_fault(model, Fault::Restarts);
            }
            Self::Create
            | Self::CreateFromTombstone
            | Self::Upgrade
            | Self::Suspend
            | Self::Resume
            | Self::RemoveWithSavepoint
            | Self::RemoveByCancel
            | Self::Savepoint
            | Self::Dispose
            | Self::RepairFailed
            | Self::RepairForgotten
            | Self::ReplaceNeverUp => {}
        }
        run(goal)
    }
}

fn set_fault(model: &Model, fault: Fault) {
    model.with(|flink| flink.faults.insert("v2".to_owned(), fault));
}

/// What lies between a case and its end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Trial {
    /// The guard that is taken away.
    pub(super) guard: Option<Guard>,
    /// How the process dies once, if it does.
    pub(super) death: Option<Death>,
    /// Whether every step happens twice.
    pub(super) twice: bool,
    /// How long nobody comes after the death.
    pub(super) pause: Duration,
    /// Whether the JobManager is reached by its address alone: no journal is kept.
    pub(super) by_address: bool,
}

/// Runs a case through one death, then again until an end.
pub(super) async fn play(case: Case, trial: Trial) -> (End, usize) {
    let Trial { guard, death, twice, pause, by_address } = trial;
    let mut model = if by_address { Model::new() } else { journal::kept() };
    let goal = case.set_up(&model).await;
    model.twice = twice;
    let before = model.with(|flink| flink.effects);
    *model.death.lock().expect("not poisoned") = death.map(|death| death.after(before));
    let mut report = apply_until_death(guard, &goal, &model).await;
    if report.is_none() {
        *model.death.lock().expect("not poisoned") = None;
        pass(pause).await;
        report = apply_until_death(guard, &goal, &model).await;
    }
    let reached = report.is_some_and(|report| report.problem.is_none());
    pass(Duration::from_secs(10)).await;
    let end = model.with(|flink| End {
        running: flink.alive().iter().map(|job| running_text(job)).collect(),
        reached,
        violations: flink.violations.clone(),
        journals: journal::told(flink),
    });
    let effects = model.with(|flink| flink.effects);
    (end, effects - before)
}

fn running_text(job: &crate::job::model::Job) -> String {
    format!("{} at {}", job.program.jar.sha256, job.parallelism)
}

pub(super) const DEATHS: [fn(usize) -> Death; 3] = [Death::Before, Death::Amid, Death::After];

/// Everything that goes otherwise than without a death.
pub(super) async fn differences(case: Case, trial: Trial) -> Vec<String> {
    let undisturbed = Trial { by_address: trial.by_address, ..Trial::default() };
    let (expected, effects) = play(case, undisturbed).await;
    let mut differences = expected.violations.clone();
    for at in 0..=effects {
        for death in DEATHS {
            let trial = Trial { death: Some(death(at)), ..trial };
            let (end, _) = play(case, trial).await;
            if end != expected {
                differences.push(format!("{case:?} {trial:?}: {end:?}, not {expected:?}"));
            }
        }
    }
    differences
}

async fn all_differences(trial: Trial) -> String {
    let mut all = Vec::new();
    for case in CASES {
        all.extend(differences(case, trial).await);
    }
    all.join("\n")
}

#[tokio::test(start_paused = true)]
async fn every_goal_ends_the_same_whenever_the_process_dies() {
    assert_eq!(all_differences(Trial::default()).await, "");
}

#[tokio::test(start_paused = true)]
async fn every_goal_ends_the_same_without_a_journal_too() {
    assert_eq!(all_differences(Trial { by_address: true, ..Trial::default() }).await, "");
}

#[tokio::test(start_paused = true)]
async fn every_goal_ends_the_same_when_every_step_happens_twice() {
    assert_eq!(all_differences(Trial { twice: true, ..Trial::default() }).await, "");
}

/// Until then Flink has forgotten the stops and savepoints that were asked for.
#[tokio::test(start_paused = true)]
async fn every_goal_ends_the_same_when_nobody_comes_for_long_after_the_death() {
    let pause = Duration::from_mins(10);
    assert_eq!(all_differences(Trial { pause, ..Trial::default() }).await, "");
}

/// A move to another name, through one death, then again until an end.
async fn play_move(death: Option<fn(usize) -> Death>, at: usize) -> (End, usize) {
    let model = Model::new();
    let recorded = running(&model).await;
    let Goal::Suspend(departure) = suspend(&recorded) else { panic!("a suspension") };
    let owner = Owner::new("http://flink:8081", "bills");
    let arrival = crate::job::goal::Run { owner, ..to_run("v2", None) };
    let before = model.with(|flink| flink.effects);
    *model.death.lock().expect("not poisoned") = death.map(|death| death(before + at));
    let limits = Limits::within(Duration::from_mins(5));
    let moved = || relocate((&departure, &model), (&arrival, &model), &limits);
    let mut report = tokio::select! {
        report = moved() => Some(report),
        () = model.died.notified() => None,
    };
    if report.is_none() {
        *model.death.lock().expect("not poisoned") = None;
        report = Some(moved().await);
    }
    let reached = report.is_some_and(|report| report.problem.is_none());
    pass(Duration::from_secs(10)).await;
    let end = model.with(|flink| End {
        running: flink.alive().iter().map(|job| running_text(job)).collect(),
        reached,
        violations: flink.violations.clone(),
        journals: journal::told(flink),
    });
    let effects = model.with(|flink| flink.effects);
    (end, effects - before)
}

#[tokio::test(start_paused = true)]
async fn a_move_ends_the_same_whenever_the_process_dies() {
    let (expected, effects) = play_move(None, 0).await;
    assert!(expected.reached && expected.violations.is_empty(), "{expected:?}");
    for at in 0..=effects {
        for death in DEATHS {
            let (end, _) = play_move(Some(death), at).await;
            assert_eq!(end, expected, "{:?}", death(at));
        }
    }
}
