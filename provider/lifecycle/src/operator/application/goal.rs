//! What should be of an application: fully resolved, nothing unknown.

use std::time::Duration;

use serde_json::Value as Json;

use crate::operator::Asks;

/// What should be.
#[derive(Clone, Debug)]
pub struct Goal {
    /// What it should come to.
    pub aim: Aim,
    /// The version that is recorded as ours; `None` on a create.
    pub recorded: Option<Version>,
    /// What the served definition has.
    pub served: Served,
    /// Whose word counts for a job that runs.
    pub asks: Asks,
    /// How long things may take.
    pub limits: Limits,
}

/// What an application should come to.
#[derive(Clone, Debug)]
pub enum Aim {
    /// Its job runs.
    Run(Box<Run>),
    /// Its job is suspended, with a savepoint.
    Suspend(Fallback),
    /// It is not.
    Delete(OnDelete),
}

/// A job that should run.
#[derive(Clone, Debug)]
pub struct Run {
    /// As which version.
    pub version: Version,
    /// How the state of the job before is taken over.
    pub take: TakeOver,
    /// What may replace a savepoint that does not come about.
    pub fallback: Fallback,
    /// What becomes of a version that does not come up.
    pub rollback: Rollback,
}

/// A version of an application.
#[derive(Clone, Debug)]
pub struct Version {
    /// What tells it from others: its verified program and everything else that is described.
    pub id: String,
    /// The `FlinkDeployment`, with a job that runs.
    pub body: Json,
}

/// How the state of a job is taken over by the next version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakeOver {
    /// By a savepoint that it is stopped with.
    Savepoint,
    /// By its newest checkpoint.
    LastState,
    /// Not at all.
    Stateless,
    /// Not at all: the next one starts from this path.
    From(String),
}

/// What may replace a savepoint that does not come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// The newest checkpoint, with a remark.
    Checkpoint,
    /// Nothing: the job goes on as it was.
    Refuse,
}

/// What becomes of a version that does not come up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rollback {
    /// The recorded one starts again, from what it had left, while that can double nothing.
    Auto,
    /// It stays.
    Never,
}

/// What becomes of the state of a job that is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDelete {
    /// It is stopped with a savepoint, whose path stays in the journal.
    Savepoint(Fallback),
    /// It is given up.
    Cancel,
    /// Everything stays as it is, and is nobody's.
    Keep,
}

/// What the served definition has to start a job from a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Served {
    /// `savepointRedeployNonce`.
    Redeploy,
    /// Nothing: a suspended job goes on from what the operator remembers, which is looked at before.
    Resume,
}

/// How long things may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A stop, or an end.
    pub stop: Duration,
    /// A start.
    pub start: Duration,
}

impl Goal {
    /// What tells it from other goals, in the journal.
    pub(super) fn id(&self) -> &str {
        match &self.aim {
            Aim::Run(run) => &run.version.id,
            // No version is called so: theirs are hashes.
            Aim::Suspend(_) => "suspend",
            Aim::Delete(_) => "delete",
        }
    }

    /// What may replace a savepoint.
    pub(super) fn fallback(&self) -> Fallback {
        match &self.aim {
            Aim::Run(run) => run.fallback,
            Aim::Suspend(fallback) | Aim::Delete(OnDelete::Savepoint(fallback)) => *fallback,
            Aim::Delete(OnDelete::Cancel | OnDelete::Keep) => Fallback::Checkpoint,
        }
    }
}
