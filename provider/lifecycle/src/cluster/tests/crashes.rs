//! THE test: every goal × death before and after every effect × every step
//! performed twice → the same end as without; then each job's own apply, after
//! which all is as it was.

use std::time::Duration;

use super::{
    Standing, apply, apply_job, apply_until_death, available, bring, create, job, jobs, native,
    pass, remove, standalone, standing, to,
};
use crate::{
    cluster::{
        goal::{Bring, Goal, OnDestroy, OnUpdate},
        guard::Guard,
        model::Universe,
    },
    job::{Recorded, journal::Follows, model::Death},
};

const JOBS: [&str; 3] = ["a", "b", "c"];

/// Every goal, with what stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Create,
    CreateNative,
    /// Nothing restarts.
    InPlace,
    /// With so many jobs that follow.
    Restart(usize),
    RestartNative,
    /// One job follows, one does not.
    RestartAll,
    Recover,
    /// The number of TaskManagers is somebody else's.
    Autoscaled,
    SwitchStrategy,
    Remove(usize),
    RemoveNative,
    RemoveAll,
    RemoveForced,
}

pub(super) const CASES: [Case; 16] = [
    Case::Create,
    Case::CreateNative,
    Case::InPlace,
    Case::Restart(0),
    Case::Restart(1),
    Case::Restart(2),
    Case::Restart(3),
    Case::RestartNative,
    Case::RestartAll,
    Case::Recover,
    Case::Autoscaled,
    Case::SwitchStrategy,
    Case::Remove(2),
    Case::RemoveNative,
    Case::RemoveAll,
    Case::RemoveForced,
];

/// What a case begins with.
#[derive(Debug)]
struct Stage {
    goal: Goal,
    jobs: Vec<Recorded>,
}

impl Case {
    async fn set_up(self, universe: &Universe) -> Stage {
        if matches!(self, Self::Create) {
            return Stage { goal: create(standalone("1")), jobs: Vec::new() };
        }
        if matches!(self, Self::CreateNative) {
            return Stage { goal: create(native("1")), jobs: Vec::new() };
        }
        let is_native = matches!(self, Self::RestartNative | Self::RemoveNative);
        let mut first = if is_native { native("1") } else { standalone("1") };
        if self == Self::Autoscaled {
            super::disown(&mut first);
        }
        assert_eq!(apply(&create(first), universe).await.problem, None);
        if self == Self::Autoscaled {
            super::scale(universe, 3);
        }
        let follow = match self {
            Self::Restart(number) | Self::Remove(number) => number,
            Self::Create
            | Self::CreateNative
            | Self::InPlace
            | Self::RestartNative
            | Self::RestartAll
            | Self::Recover
            | Self::Autoscaled
            | Self::SwitchStrategy
            | Self::RemoveNative
            | Self::RemoveAll
            | Self::RemoveForced => 1,
        };
        let mut all = jobs(&JOBS[..follow], Follows::Yes, universe).await;
        if matches!(self, Self::RestartAll | Self::RemoveAll) {
            all.extend(jobs(&["b"], Follows::No, universe).await);
        }
        if self == Self::Recover {
            universe.flink.with(|flink| flink.high_availability = true);
        }
        if self == Self::RemoveForced {
            universe.kube(|kube, _| kube.may_end_jobs = true);
        }
        Stage { goal: self.goal(), jobs: all }
    }

    fn goal(self) -> Goal {
        match self {
            Self::Create | Self::CreateNative => create(standalone("1")),
            Self::InPlace => {
                let mut desired = standalone("1");
                desired.objects.remove(1);
                desired.objects[0].body["spec"]["of"] = "new".into();
                to(desired)
            }
            Self::Restart(_) => to(standalone("2")),
            Self::RestartNative | Self::SwitchStrategy => to(native("2")),
            Self::RestartAll => {
                let on_update = OnUpdate::DrainAll;
                Goal::Bring(Box::new(Bring { on_update, ..bring(standalone("2")) }))
            }
            Self::Recover => {
                let on_update = OnUpdate::Recover;
                let desired = available(standalone("2"));
                Goal::Bring(Box::new(Bring { on_update, ..bring(desired) }))
            }
            Self::Autoscaled => {
                let mut desired = standalone("2");
                super::disown(&mut desired);
                to(desired)
            }
            Self::Remove(_) => remove(standalone("1"), OnDestroy::Drain),
            Self::RemoveNative => remove(native("1"), OnDestroy::Drain),
            Self::RemoveAll => remove(standalone("1"), OnDestroy::DrainAll),
            Self::RemoveForced => remove(standalone("1"), OnDestroy::Force),
        }
    }
}

/// How it ends, once for the cluster and once more for its jobs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct End {
    reached: bool,
    cluster: Standing,
    jobs: Standing,
}

/// Runs a case through one death, then again until an end.
pub(super) async fn play(
    guard: Option<Guard>,
    case: Case,
    death: Option<fn(usize) -> Death>,
    (at, twice): (usize, bool),
) -> (End, usize) {
    let mut universe = Universe::new();
    let stage = case.set_up(&universe).await;
    universe.flink.twice = twice;
    let before = universe.flink.with(|flink| flink.effects);
    *universe.flink.death.lock().expect("not poisoned") = death.map(|death| death(before + at));
    let mut report = apply_until_death(guard, &stage.goal, &universe).await;
    if report.is_none() {
        *universe.flink.death.lock().expect("not poisoned") = None;
        report = apply_until_death(guard, &stage.goal, &universe).await;
    }
    let reached = report.is_some_and(|report| report.problem.is_none());
    let effects = universe.flink.with(|flink| flink.effects);
    pass(Duration::from_secs(2)).await;
    let cluster = standing(&universe);
    if matches!(stage.goal, Goal::Bring(_)) {
        for (name, recorded) in JOBS.iter().zip(stage.jobs) {
            apply_job(&job(name, Follows::Yes, Some(recorded)), &universe).await;
        }
    }
    pass(Duration::from_secs(10)).await;
    (End { reached, cluster, jobs: standing(&universe) }, effects - before)
}

pub(super) const DEATHS: [fn(usize) -> Death; 2] = [Death::Before, Death::After];

/// Everything that goes otherwise than without a death.
pub(super) async fn differences(guard: Option<Guard>, case: Case, twice: bool) -> Vec<String> {
    let (expected, effects) = play(None, case, None, (0, false)).await;
    let mut differences = expected.jobs.violations.clone();
    if !expected.reached {
        differences.push(format!("{case:?} is not reached: {expected:?}"));
    }
    for at in 0..=effects {
        for death in DEATHS {
            let (end, _) = play(guard, case, Some(death), (at, twice)).await;
            if end != expected {
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
        all.extend(differences(None, case, false).await);
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn every_goal_ends_the_same_when_every_step_happens_twice() {
    let mut all = Vec::new();
    for case in CASES {
        all.extend(differences(None, case, true).await);
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn a_restart_ends_with_every_job_stopped_and_each_starts_from_there() {
    let (end, _) = play(None, Case::Restart(3), None, (0, false)).await;
    let stopped = |job| format!("default/session/{job} stopped by Cluster path=true");
    assert_eq!(end.cluster.journals, ["a", "b", "c"].map(stopped));
    assert_eq!(end.cluster.jobs, [""; 0]);
    assert_eq!(end.jobs.jobs, ["a:v1", "b:v1", "c:v1"]);
    let running = |job| format!("default/session/{job} running");
    assert_eq!(end.jobs.journals, ["a", "b", "c"].map(running));
}

#[tokio::test(start_paused = true)]
async fn nothing_of_a_removed_cluster_is_left_but_the_journals_of_its_jobs() {
    for case in [Case::Remove(2), Case::RemoveNative] {
        let (end, _) = play(None, case, None, (0, false)).await;
        assert_eq!((end.cluster.objects, end.cluster.pods), (vec![], vec![]), "{case:?}");
        assert!(end.cluster.journals.iter().all(|told| told.ends_with("path=true")), "{case:?}");
    }
}
