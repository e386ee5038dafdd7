//! THE test: every goal × death before and after every effect × every step performed twice → the same
//! end as without.

use super::{delete, pass, run, running, suspend, take, to_run, upgrade};
use crate::operator::application::model::{End, FAILS, FAILS_LATER, World};
use crate::operator::application::{Fallback, Goal, OnDelete, Phase, TakeOver};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    Create,
    Keep,
    Upgrade,
    LastState,
    Stateless,
    From,
    FallBack,
    NoSavepoint,
    RollBack,
    OwnState,
    Suspend,
    Resume,
    ResumeOther,
    Repair,
    Forgotten,
    Lost,
    Delete,
    Cancel,
    Again,
}

const CASES: [Case; 19] = [
    Case::Create,
    Case::Keep,
    Case::Upgrade,
    Case::LastState,
    Case::Stateless,
    Case::From,
    Case::FallBack,
    Case::NoSavepoint,
    Case::RollBack,
    Case::OwnState,
    Case::Suspend,
    Case::Resume,
    Case::ResumeOther,
    Case::Repair,
    Case::Forgotten,
    Case::Lost,
    Case::Delete,
    Case::Cancel,
    Case::Again,
];

impl Case {
    fn set_up(self) -> (World, Goal) {
        if self == Self::Create {
            return (World::default(), run(to_run("v1"), None));
        }
        let mut world = running();
        let goal = match self {
            Self::Create | Self::Again => run(to_run("v1"), None),
            Self::Keep | Self::Resume | Self::Repair | Self::Lost => upgrade("v1"),
            Self::Upgrade
            | Self::FallBack
            | Self::NoSavepoint
            | Self::ResumeOther
            | Self::Forgotten => upgrade("v2"),
            Self::LastState => take("v2", TakeOver::LastState),
            Self::Stateless => take("v2", TakeOver::Stateless),
            Self::From => take("v2", TakeOver::From("s3://s/2/chk-3".to_owned())),
            Self::RollBack => upgrade(FAILS),
            Self::OwnState => upgrade(FAILS_LATER),
            Self::Suspend => suspend(),
            Self::Delete => delete(OnDelete::Savepoint(Fallback::Checkpoint)),
            Self::Cancel => delete(OnDelete::Cancel),
        };
        world.given_up = matches!(self, Self::Stateless | Self::From);
        world.falls_back = self == Self::FallBack;
        world.forgets = self == Self::Forgotten;
        world.no_savepoints = self == Self::NoSavepoint;
        match self {
            Self::Resume | Self::ResumeOther => drop(world.run(&suspend())),
            Self::Again => {
                drop(world.run(&delete(OnDelete::Savepoint(Fallback::Checkpoint))));
            }
            Self::Repair | Self::Forgotten => world.fail_job(),
            Self::Lost => world.lose(),
            Self::Create
            | Self::Keep
            | Self::Upgrade
            | Self::LastState
            | Self::Stateless
            | Self::From
            | Self::FallBack
            | Self::NoSavepoint
            | Self::RollBack
            | Self::OwnState
            | Self::Suspend
            | Self::Delete
            | Self::Cancel => {}
        }
        (world, goal)
    }

    fn fails(self) -> bool {
        matches!(self, Self::NoSavepoint | Self::RollBack | Self::OwnState)
    }
}

/// How things are, in words that do not name what is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Standing {
    image: Option<String>,
    suspended: bool,
    journal: &'static str,
    violations: Vec<String>,
}

fn standing(world: &World) -> Standing {
    let journal = match world.journal.as_ref().map(|noted| &noted.entry.phase) {
        None => "none",
        Some(Phase::Running { .. }) => "running",
        Some(Phase::Stopping { .. }) => "stopping",
        Some(Phase::Stopped { left, .. }) if left.path().is_some() => "stopped with a path",
        Some(Phase::Stopped { .. }) => "stopped",
        Some(Phase::Starting(_)) => "starting",
        Some(Phase::GoingBack(_)) => "going back",
    };
    Standing {
        image: world.image().map(str::to_owned),
        suspended: world.spec().is_some_and(|spec| spec["job"]["state"] == "suspended"),
        journal,
        violations: world.violations.clone(),
    }
}

/// Every savepoint is in the journal until something newer was started from it.
fn lost_savepoints(world: &World) -> Vec<String> {
    let newest = world.stored.iter().max_by_key(|(_, (_, far))| *far);
    let is_lost = |path: &str| {
        let journal = format!("{:?}", world.journal);
        path.contains("savepoint") && !journal.contains(path)
    };
    newest.filter(|(path, _)| is_lost(path)).map(|(path, _)| path.clone()).into_iter().collect()
}

fn play(case: Case, death: Option<(usize, bool)>, twice: bool) -> (End, Standing, usize) {
    let (mut world, goal) = case.set_up();
    (world.effects, world.death, world.twice) = (0, death, twice);
    let mut end = world.run(&goal);
    let effects = world.effects;
    if end == End::Died {
        world.death = None;
        pass(&mut world, 5);
        end = world.run(&goal);
    }
    let mut standing = standing(&world);
    standing.violations.extend(lost_savepoints(&world));
    (end, standing, effects)
}

fn differences(case: Case, twice: bool) -> Vec<String> {
    let (end, expected, effects) = play(case, None, false);
    let mut all = expected.violations.clone();
    if matches!(end, End::Failed(_)) != case.fails() {
        all.push(format!("{case:?}: {end:?} {expected:?}"));
    }
    for at in 0..=effects {
        for after in [false, true] {
            let (last, end, _) = play(case, Some((at, after)), twice);
            if end != expected {
                all.push(format!(
                    "{case:?} {at} {after} {twice}: {last:?}\n  {end:?}\nnot {expected:?}"
                ));
            }
        }
    }
    all
}

#[test]
fn every_goal_ends_the_same_whenever_the_process_dies() {
    let all: Vec<String> = CASES.into_iter().flat_map(|case| differences(case, false)).collect();
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn every_goal_ends_the_same_when_every_step_happens_twice() {
    let all: Vec<String> = CASES.into_iter().flat_map(|case| differences(case, true)).collect();
    assert!(all.is_empty(), "{}", all.join("\n"));
}
