//! How a cluster was left, and what the user should know of it.

use flink::JobId;

use crate::{cluster::problem::Problem, job};

/// The truth at the end, whether or not the goal was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How the cluster is left.
    pub left: Left,
    /// The revision that its JobManager's pods have, or are about to have.
    pub revision: Option<String>,
    /// What the user should know, in order, each once.
    pub remarks: Vec<Remark>,
    /// Why the goal was not reached; `None`: it was.
    pub problem: Option<Problem>,
}

/// How a cluster is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// It is ready.
    Ready,
    /// Some of it stands.
    NotReady,
    /// There is none that this goal is about.
    Missing,
    /// Nobody could be asked, and nothing was done: what is recorded stays the best knowledge.
    Unknown,
}

/// Something to know that stops nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// A job was stopped. Its own update starts it again, where it is ours.
    Stopped(Stopped),
    /// What there was to say of how a job stopped.
    Job {
        /// Which.
        job: String,
        /// What.
        remark: job::Remark,
    },
    /// The JobManager did not run, so its jobs could not be listed.
    JobsNotListed,
    /// Data of high availability was left, as jobs may need it.
    KeptHighAvailabilityData {
        /// The `ConfigMaps`.
        config_maps: Vec<String>,
    },
    /// Jobs ended with the cluster, as asked.
    Ended {
        /// What named them.
        jobs: Vec<RunningJob>,
    },
}

/// A job that was stopped with its cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// Whose it is, as `namespace/cluster/name`; `None`: nobody's that is known.
    pub owner: Option<String>,
    /// Its id.
    pub job: JobId,
    /// What it goes on from; `None`: it had no state.
    pub path: Option<String>,
}

/// A job that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunningJob {
    /// Its id.
    pub job: JobId,
    /// Its name in Flink.
    pub name: String,
    /// Whose it is, as `namespace/cluster/name`; `None`: nobody's that is known.
    pub owner: Option<String>,
}

impl Remark {
    /// The job that was stopped, if that is what it says.
    pub fn into_stopped(self) -> Option<Stopped> {
        if let Self::Stopped(stopped) = self { Some(stopped) } else { None }
    }
}
