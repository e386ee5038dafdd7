//! How an operation ends.

use std::fmt;

use super::journal::Origin;
use crate::operator::{Cause, Restored, Waiting};

/// What was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// How the job is.
    pub state: State,
    /// What it was started from, where it runs.
    pub restored_from: Option<String>,
    /// What it goes on from, where it does not run.
    pub path: Option<String>,
    /// What the user should know.
    pub remarks: Vec<Remark>,
}

/// How a job is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It runs.
    Running,
    /// It has come to its own end.
    Finished,
    /// It is suspended.
    Suspended,
    /// It is gone.
    Gone,
    /// It is nobody's.
    Kept,
}

/// What a user should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// The job went on from a checkpoint, because no savepoint came about: what came after it was done again.
    NoSavepoint {
        /// What it went on from.
        from: Origin,
        /// How many seconds before the stop that was from.
        age: Option<u64>,
    },
}

/// Why something does not come about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The wait says so.
    Cause(Cause),
    /// It takes longer than it may.
    TimedOut(Waiting),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cause(cause) => write!(f, "{cause}"),
            Self::TimedOut(waiting) => write!(f, "timed out waiting for {waiting}"),
        }
    }
}

/// Why a goal was not reached.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// There is one of this name, and it is not ours.
    #[error("a FlinkDeployment of this name exists: import it")]
    Exists,
    /// The API server does not take it; nothing has happened.
    #[error("the API server refuses it: {0}")]
    Refused(String),
    /// The operator would not take it; nothing has happened.
    #[error("the operator does not change this in place: {0}")]
    Immutable(String),
    /// It does not come to be.
    #[error("{0}")]
    Failed(Failure),
    /// The finalizer holds it.
    #[error(
        "it is deleted and its finalizer holds it, because no operator runs that takes it away: start \
         the operator; whoever removes the finalizer by hand leaves the pods to themselves"
    )]
    Held,
    /// It did not come to be, and the job is as it was before.
    #[error("{why}; the job runs as before")]
    GivenUp {
        /// Why.
        why: String,
        /// What the former version went on from, where it had to be started again.
        from: Option<String>,
    },
    /// Neither the new version nor the old one comes up.
    #[error("{why}; and the former version does not come up again: {again}")]
    NotBack {
        /// Why the new version was given up.
        why: String,
        /// Why the old one does not come up.
        again: Failure,
        /// What it is to go on from.
        from: Option<String>,
    },
    /// The new version fails, and has state of its own, which the old one would do again.
    #[error(
        "{why}; it has come to a state of its own at {path}, so that the former version does not start again"
    )]
    HasState {
        /// Why it fails.
        why: String,
        /// Its state.
        path: String,
    },
    /// It cannot be told what the job goes on from.
    #[error("it cannot be told what the newest state of the job is; known is {known:?}")]
    StateUnknown {
        /// What it was started from.
        known: Origin,
    },
    /// The served definition has nothing to start a job from a path, and the operator remembers another.
    #[error("this version of the operator cannot start the job from {path}")]
    NoWayFrom {
        /// The path.
        path: String,
    },
    /// The job runs, and went on from something else.
    #[error("the job was to go on from {wanted:?}, and is {is}")]
    RestoredOther {
        /// What it was to go on from.
        wanted: Origin,
        /// What it went on from.
        is: Restored,
    },
    /// Nothing is there to be suspended.
    #[error("there is no FlinkDeployment")]
    Missing,
}
