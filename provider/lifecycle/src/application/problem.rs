//! Why an application's goal was not reached.

use crate::{
    cluster::{self, health::Ailment},
    job,
};

/// Why a goal was not reached.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It is about the job.
    #[error(transparent)]
    Job(job::Problem),
    /// It is about the cluster.
    #[error(transparent)]
    Cluster(cluster::Problem),
    /// The version that is to come does not come up where it was looked into. Nothing was stopped.
    #[error("the new version does not come up: {0}")]
    Scout(Box<Ailment>),
}
