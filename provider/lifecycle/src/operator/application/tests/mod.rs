//! Proofs over whole operations.

mod crashes;
mod guards;
mod scenes;

use std::time::Duration;

use serde_json::json;

use super::model::{End, World};
use super::{
    Aim, Fallback, Goal, Limits, OnDelete, Record, Rollback, Run, Served, TakeOver, Version,
};
use crate::operator::Asks;

pub(super) fn version(image: &str) -> Version {
    let body = json!({
        "apiVersion": "flink.apache.org/v1beta1",
        "kind": "FlinkDeployment",
        "metadata": { "name": "it", "namespace": "default" },
        "spec": {
            "image": image, "flinkVersion": "v1_20", "flinkConfiguration": {},
            "job": { "jarURI": "local:///a.jar", "state": "running", "upgradeMode": "savepoint" },
        },
    });
    Version { id: image.to_owned(), body }
}

pub(super) fn goal(aim: Aim, recorded: Option<&str>) -> Goal {
    let long = Duration::from_mins(10);
    Goal {
        aim,
        recorded: recorded.map(version),
        served: Served::Redeploy,
        asks: Asks::Nobody,
        limits: Limits { stop: long, start: long },
    }
}

pub(super) fn to_run(image: &str) -> Run {
    Run {
        version: version(image),
        take: TakeOver::Savepoint,
        fallback: Fallback::Checkpoint,
        rollback: Rollback::Auto,
    }
}

pub(super) fn run(run: Run, recorded: Option<&str>) -> Goal {
    goal(Aim::Run(Box::new(run)), recorded)
}

pub(super) fn upgrade(image: &str) -> Goal {
    run(to_run(image), Some("v1"))
}

pub(super) fn take(image: &str, take: TakeOver) -> Goal {
    run(Run { take, ..to_run(image) }, Some("v1"))
}

pub(super) fn suspend() -> Goal {
    goal(Aim::Suspend(Fallback::Checkpoint), Some("v1"))
}

pub(super) fn delete(how: OnDelete) -> Goal {
    goal(Aim::Delete(how), Some("v1"))
}

pub(super) fn pass(world: &mut World, seconds: u64) {
    for _ in 0..seconds {
        world.tick();
    }
}

pub(super) fn done(end: End) -> Record {
    match end {
        End::Done(record) => record,
        End::Failed(problem) => panic!("{problem}"),
        End::Died => panic!("died"),
    }
}

/// The job of `v1`, which has run for a while.
pub(super) fn running() -> World {
    let mut world = World::default();
    done(world.run(&run(to_run("v1"), None)));
    pass(&mut world, 10);
    world
}
