//! Why a cluster's goal was not reached.
//!
//! A problem carries what is known; the words for the user are made elsewhere.

use std::time::Duration;

use crate::{
    cluster::{
        goal::Id,
        health::Ailment,
        report::{RunningJob, Stopped},
    },
    job,
};

/// Why a goal was not reached.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The API server could not be reached.
    #[error("the Kubernetes API server could not be reached: {reason}")]
    Unreachable {
        /// What the client says.
        reason: String,
    },
    /// The credentials are refused.
    #[error("access was denied: {reason}")]
    AccessDenied {
        /// What was answered.
        reason: String,
    },
    /// A right is missing.
    #[error("not allowed to {verb} {resource}: {reason}")]
    Forbidden {
        /// For example `patch`.
        verb: String,
        /// For example `deployments`.
        resource: String,
        /// What was answered.
        reason: String,
    },
    /// An answer that makes no sense.
    #[error("unexpected answer: {reason}")]
    Unexpected {
        /// What was answered.
        reason: String,
    },
    /// What is to be changed in place would make new pods under a job that runs.
    #[error("{object} would make new pods: {} differ", differing.join(", "))]
    NewPods {
        /// The workload.
        object: Id,
        /// What differs in its pods, as keys.
        differing: Vec<String>,
    },
    /// The time given is over.
    #[error("the time given was over after {after:?} while {waiting_for}")]
    TimedOut {
        /// The time given.
        after: Duration,
        /// What was waited for, with counts and reasons.
        waiting_for: String,
    },
    /// The user asked to stop.
    #[error("interrupted while {waiting_for}")]
    Interrupted {
        /// What was in hand.
        waiting_for: String,
    },
    /// There is no such namespace.
    #[error("the namespace {namespace} does not exist")]
    NamespaceMissing {
        /// Which.
        namespace: String,
    },
    /// The namespace is being deleted.
    #[error("the namespace {namespace} is being deleted")]
    NamespaceTerminating {
        /// Which.
        namespace: String,
    },
    /// A create found a cluster of this name that it has not made.
    #[error("{object} of this name already exists")]
    Exists {
        /// What was found.
        object: Id,
    },
    /// An object of that name belongs to somebody else.
    #[error("{object} belongs to {manager}")]
    NotOurs {
        /// Which.
        object: Id,
        /// Whose it seems to be.
        manager: String,
    },
    /// Other managers have fields that are to be set.
    #[error("fields are managed by others")]
    Conflicts {
        /// All of them.
        conflicts: Vec<Conflict>,
    },
    /// The API server refuses an object.
    #[error("the API server refuses {object}: {reason}")]
    Refused {
        /// Which.
        object: Id,
        /// What was answered.
        reason: String,
        /// The fields that are named in the answer, as JSON paths with dots.
        fields: Vec<String>,
    },
    /// Pods do not come up, and will not.
    #[error("{0}")]
    Ailing(Box<Ailment>),
    /// The JobManager runs, but does not answer.
    #[error("the JobManager does not answer: {reason}")]
    Silent {
        /// What the client says.
        reason: String,
    },
    /// Jobs run that do not follow the cluster. Nothing was stopped.
    #[error("jobs run that do not follow the cluster")]
    OthersRun {
        /// Which.
        jobs: Vec<RunningJob>,
    },
    /// The JobManager does not run, and jobs wait in the data of high
    /// availability, or may: they cannot be stopped. Nothing was changed.
    #[error("the JobManager does not run, and jobs wait to recover")]
    JobsWait {
        /// Their ids, where they are known.
        jobs: Vec<String>,
    },
    /// Some jobs could not be stopped with their state. The cluster stands.
    #[error("jobs could not be stopped")]
    NotStopped {
        /// Those that still run, and why.
        failed: Vec<NotStopped>,
        /// Those that were stopped before; their next apply starts them again.
        stopped: Vec<Stopped>,
    },
}

/// A field that another manager has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The object.
    pub object: Id,
    /// Who has the field.
    pub manager: String,
    /// For example `.spec.replicas`.
    pub field: String,
}

/// A job that could not be stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotStopped {
    /// The job.
    pub job: RunningJob,
    /// Why.
    pub problem: job::Problem,
}
