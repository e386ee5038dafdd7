//! The proof that every guard is needed: with any one of them away, something ends otherwise, or what
//! must never happen does.

use super::{delete, pass, run, running, take, to_run, upgrade};
use crate::guards::are_all_needed;
use crate::operator::application::guard::Guard;
use crate::operator::application::model::{End, FAILS, FAILS_LATER, World};
use crate::operator::application::{Fallback, OnDelete, Run, TakeOver};

/// What a scene shows: how it ends, what was started from what, and what must never happen.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    end: End,
    image: Option<String>,
    starts: Vec<String>,
    journal: String,
    violations: Vec<String>,
}

fn shown(world: &World, end: End) -> Shown {
    let phase = world.journal.as_ref().map(|noted| format!("{:?}", noted.entry.phase));
    Shown {
        end,
        image: world.image().map(str::to_owned),
        starts: world.starts.clone(),
        journal: phase.unwrap_or_default(),
        violations: world.violations.clone(),
    }
}

/// A job that runs, in a world without this guard.
fn without(off: Option<Guard>) -> World {
    let mut world = running();
    world.off = off;
    world
}

fn refused(off: Option<Guard>) -> Shown {
    let mut world = without(off);
    world.refuses_stop = true;
    let end = world.run(&upgrade("v2"));
    shown(&world, end)
}

fn changed(off: Option<Guard>) -> Shown {
    let mut world = without(off);
    let end = world.run(&upgrade("v2"));
    shown(&world, end)
}

/// Its state was given up, and the provider died when it was suspended.
fn dropped(off: Option<Guard>) -> Shown {
    let mut worst = None;
    for at in 0..6 {
        let mut world = without(off);
        world.given_up = true;
        (world.effects, world.death) = (0, Some((at, true)));
        let goal = take("v2", TakeOver::Stateless);
        let mut end = world.run(&goal);
        world.death = None;
        if end == End::Died {
            pass(&mut world, 5);
            end = world.run(&goal);
        }
        let one = shown(&world, end);
        if worst.is_none() || one.starts.last().is_some_and(|from| !from.is_empty()) {
            worst = Some(one);
        }
    }
    worst.expect("it was applied")
}

fn mislaid(off: Option<Guard>) -> Shown {
    let mut world = without(off);
    (world.mislays, world.given_up) = (true, true);
    let end = world.run(&upgrade("v2"));
    shown(&world, end)
}

fn anothers(off: Option<Guard>) -> Shown {
    let mut world = without(off);
    world.journal = None;
    let end = world.run(&run(to_run("v2"), None));
    shown(&world, end)
}

fn fails_later(off: Option<Guard>) -> Shown {
    let mut world = without(off);
    let end = world.run(&upgrade(FAILS_LATER));
    shown(&world, end)
}

/// The version that is given up comes to a state in its last moment.
fn comes_late(off: Option<Guard>) -> Shown {
    let mut world = without(off);
    world.comes_late = true;
    let end = world.run(&upgrade(FAILS));
    shown(&world, end)
}

fn unknown(off: Option<Guard>) -> Shown {
    let mut world = without(off);
    world.fail_job();
    (world.forgets, world.cannot_tell) = (true, true);
    let end = world.run(&upgrade("v2"));
    shown(&world, end)
}

fn less(off: Option<Guard>) -> Shown {
    let mut world = without(off);
    (world.falls_back, world.insists) = (true, true);
    let wanted = Run { fallback: Fallback::Refuse, ..to_run("v2") };
    let end = world.run(&run(wanted, Some("v1")));
    shown(&world, end)
}

fn lost(off: Option<Guard>) -> Shown {
    let mut world = without(off);
    world.lose();
    let end = world.run(&upgrade("v1"));
    shown(&world, end)
}

/// It is deleted with its savepoint, and made again.
fn again(off: Option<Guard>) -> Shown {
    let mut world = without(off);
    drop(world.run(&delete(OnDelete::Savepoint(Fallback::Checkpoint))));
    pass(&mut world, 3);
    let end = world.run(&run(to_run("v1"), None));
    shown(&world, end)
}

fn scene(guard: Guard, off: Option<Guard>) -> Shown {
    match guard {
        Guard::TriedFirst => refused(off),
        Guard::StoppedFirst => changed(off),
        Guard::StopIsNoted => dropped(off),
        Guard::RestoredIsCompared => mislaid(off),
        Guard::OursAlone => anothers(off),
        Guard::OwnStateEndsRollback => fails_later(off),
        Guard::OwnStateIsAskedAgain | Guard::OwnIsOfNow => comes_late(off),
        Guard::UnknownIsStuck => unknown(off),
        Guard::LessIsRefused => less(off),
        Guard::LostIsLookedFor => lost(off),
        Guard::StopBeforeDelete | Guard::PathOutlivesDelete => again(off),
    }
}

#[tokio::test]
async fn without_any_one_guard_something_goes_wrong() {
    let scene = async |guard, off| scene(guard, off);
    are_all_needed(Guard::ALL, scene, |shown: &Shown| &shown.violations).await;
}
