//! THE test: every goal × death before and after every effect × every step
//! performed twice → the same end as without.

use std::time::Duration;

use super::{
    Kept, Standing, apply, apply_until_death, by_mode, create, keep, looked_into, remove, running,
    runs, standing, suspend, to, to_run, with_savepoint,
};
use crate::{
    application::{
        Goal,
        guard::Guard,
        model::{Apps, CRASHES},
    },
    job::{
        goal::{Bounded, OnDestroy, UpgradeMode},
        model::{Death, Fault},
        observed::JobState,
    },
};

/// Every goal, with what stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Create,
    Again,
    Keep,
    Upgrade,
    LastState,
    Stateless,
    RollBack,
    RollBackCrash,
    Suspend,
    SuspendByLastState,
    Resume,
    Remove,
    Cancel,
    Revive,
    ReviveAndUpgrade,
    RunAnew,
    LookedInto,
}

pub(super) const CASES: [Case; 17] = [
    Case::Create,
    Case::Again,
    Case::Keep,
    Case::Upgrade,
    Case::LastState,
    Case::Stateless,
    Case::RollBack,
    Case::RollBackCrash,
    Case::Suspend,
    Case::SuspendByLastState,
    Case::Resume,
    Case::Remove,
    Case::Cancel,
    Case::Revive,
    Case::ReviveAndUpgrade,
    Case::RunAnew,
    Case::LookedInto,
];

impl Case {
    async fn set_up(self, apps: &Apps) -> Goal {
        if self == Self::Create {
            return create("a:v1");
        }
        if matches!(self, Self::Revive | Self::ReviveAndUpgrade) {
            return self.deleted(apps).await;
        }
        let kept = running(apps).await;
        match self {
            Self::Again => {
                apply(&remove(&kept, with_savepoint()), apps).await;
                return create("a:v1");
            }
            Self::Resume => {
                let report = apply(&suspend(&kept, UpgradeMode::Savepoint), apps).await;
                return to("a:v1", &keep(&report, "a:v1", Some(&kept)));
            }
            Self::RollBack => apps.universe.flink.with(|flink| {
                flink.faults.insert("a:fails".to_owned(), Fault::FailsAtOnce);
            }),
            Self::RunAnew => return run_anew(apps, &kept),
            Self::Stateless => {
                apps.universe.flink.with(|flink| flink.allowed_starts.push(None));
            }
            Self::Create
            | Self::Keep
            | Self::Upgrade
            | Self::LastState
            | Self::RollBackCrash
            | Self::Suspend
            | Self::SuspendByLastState
            | Self::Remove
            | Self::Cancel
            | Self::Revive
            | Self::ReviveAndUpgrade
            | Self::LookedInto => {}
        }
        self.goal(&kept)
    }

    /// A job with high availability whose Deployments somebody has deleted.
    async fn deleted(self, apps: &Apps) -> Goal {
        apps.universe.flink.with(|flink| flink.high_availability = true);
        let kept = keep(&apply(&create("h:v1"), apps).await, "h:v1", None);
        apps.pass(Duration::from_secs(5)).await;
        apps.delete_deployments();
        apps.pass(Duration::from_secs(3)).await;
        self.goal(&kept)
    }

    fn goal(self, kept: &Kept) -> Goal {
        match self {
            Self::Create | Self::Again => create("a:v1"),
            Self::Keep | Self::Resume => to("a:v1", kept),
            Self::Upgrade => to("a:v2", kept),
            Self::LastState => by_mode("a:v2", kept, UpgradeMode::LastState),
            Self::Stateless => by_mode("a:v2", kept, UpgradeMode::Stateless),
            Self::RollBack => to("a:fails", kept),
            Self::RollBackCrash => to(CRASHES, kept),
            Self::Suspend => suspend(kept, UpgradeMode::Savepoint),
            Self::SuspendByLastState => suspend(kept, UpgradeMode::LastState),
            Self::Remove => remove(kept, with_savepoint()),
            Self::Cancel => remove(kept, OnDestroy::Cancel),
            Self::Revive => to("h:v1", kept),
            Self::ReviveAndUpgrade => to("h:v2", kept),
            Self::RunAnew => to_run_anew(kept),
            Self::LookedInto => looked_into("a:v2", kept),
        }
    }

    /// Whether it ends with the version before it, or with none where the
    /// process died after that had begun: then the next apply is to say so.
    fn fails(self) -> bool {
        matches!(self, Self::RollBack | Self::RollBackCrash)
    }
}

/// A bounded job that has come to its end, and that its changed program is to do again.
fn run_anew(apps: &Apps, kept: &Kept) -> Goal {
    let id = kept.recorded.job.clone().expect("an id");
    apps.universe.flink.with(|flink| {
        flink.end(&id, JobState::Finished);
        flink.allowed_starts.push(None);
    });
    to_run_anew(kept)
}

fn to_run_anew(kept: &Kept) -> Goal {
    let mut run = to_run("a:v2", Some(kept));
    run.bounded = Bounded::Yes;
    runs(run, "a:v2", Some(kept))
}

/// Runs a case through one death, then again until an end.
pub(super) async fn play(
    guard: Option<Guard>,
    case: Case,
    death: Option<fn(usize) -> Death>,
    (at, twice): (usize, bool),
) -> (bool, Standing, usize) {
    let mut apps = Apps::new();
    let goal = case.set_up(&apps).await;
    apps.universe.flink.twice = twice;
    let before = apps.universe.flink.with(|flink| flink.effects);
    let die = |death| {
        *apps.universe.flink.death.lock().expect("not poisoned") = death;
    };
    die(death.map(|death| death(before + at)));
    let mut report = apply_until_death(guard, &goal, &apps).await;
    if report.is_none() {
        die(None);
        report = apply_until_death(guard, &goal, &apps).await;
    }
    let reached = report.is_some_and(|report| report.problem.is_none());
    let effects = apps.universe.flink.with(|flink| flink.effects);
    apps.pass(Duration::from_secs(5)).await;
    (reached, standing(&apps), effects - before)
}

pub(super) const DEATHS: [fn(usize) -> Death; 2] = [Death::Before, Death::After];

/// Everything that goes otherwise than without a death.
async fn differences(case: Case, twice: bool) -> Vec<String> {
    let (reached, expected, effects) = play(None, case, None, (0, false)).await;
    let mut differences = expected.violations.clone();
    if reached == case.fails() {
        differences.push(format!("{case:?}: reached={reached} {expected:?}"));
    }
    for at in 0..=effects {
        for death in DEATHS {
            let (_, end, _) = play(None, case, Some(death), (at, twice)).await;
            let is_same = if case.fails() {
                end.violations.is_empty() && end.jobs.iter().all(|job| job == "a:v1")
            } else {
                end == expected
            };
            if !is_same {
                let death = death(at);
                differences
                    .push(format!("{case:?} {death:?} twice={twice}:\n{end:?}, not\n{expected:?}"));
            }
        }
    }
    differences
}

#[tokio::test(start_paused = true)]
async fn every_goal_ends_the_same_whenever_the_process_dies() {
    let mut all = Vec::new();
    for case in CASES {
        all.extend(differences(case, false).await);
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn every_goal_ends_the_same_when_every_step_happens_twice() {
    let mut all = Vec::new();
    for case in CASES {
        all.extend(differences(case, true).await);
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}
