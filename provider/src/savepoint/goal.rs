//! From a savepoint's attributes to goals. Pure.

use std::time::Duration;

use lifecycle::{
    JobId,
    flink::response::jobs::JobSummary,
    job::{
        Goal, Owner,
        goal::{DisposeSavepoint, TakeSavepoint},
    },
};

use super::model::SavepointModel;
use crate::{
    job::goal::{duration, format},
    reference::JobReference,
};

/// The goal of a savepoint of this job, found at this origin.
pub fn take(
    planned: &SavepointModel,
    origin: &str,
    reference: &JobReference,
    found: Option<&JobSummary>,
) -> Goal {
    let (owner, job) = subject(origin, reference, found);
    Goal::TakeSavepoint(TakeSavepoint {
        owner,
        job,
        directory: planned.target_directory.known().cloned(),
        format: format(&planned.format),
        key: key(planned),
    })
}

/// The goal of a savepoint whose files are gone.
pub fn dispose(path: &str) -> Goal {
    Goal::DisposeSavepoint(DisposeSavepoint { path: path.to_owned() })
}

/// Whose job it is, and its id in Flink where the owner's ids do not lead to it.
pub fn subject(
    origin: &str,
    reference: &JobReference,
    found: Option<&JobSummary>,
) -> (Owner, Option<JobId>) {
    match reference {
        JobReference::Named { origin: _, name } => {
            let owner = Owner::new(origin, name);
            let foreign = found.filter(|job| !owner.has_started(&job.id));
            (owner, foreign.map(|job| job.id.clone()))
        }
        JobReference::Id(id) => {
            let name = found.map_or_else(|| id.to_string(), |job| job.name.clone());
            (Owner::new(origin, name), Some(id.clone()))
        }
    }
}

/// The text that tells this savepoint from others of the same job, the same in every attempt.
fn key(planned: &SavepointModel) -> String {
    let directory = planned.target_directory.known();
    let format = planned.format.known();
    let triggers = planned.triggers.known().filter(|triggers| !triggers.is_empty());
    format!("{directory:?} {format:?} {triggers:?}")
}

/// How long to wait for a savepoint, and for its disposal.
pub fn timeouts(savepoint: &SavepointModel) -> (Duration, Duration) {
    let wanted = savepoint.timeouts.known();
    let create = wanted.and_then(|timeouts| duration(&timeouts.create));
    let delete = wanted.and_then(|timeouts| duration(&timeouts.delete));
    (create.unwrap_or(Duration::from_mins(15)), delete.unwrap_or(Duration::from_mins(5)))
}
