//! Why an application's goal was not reached.

use crate::{cluster, job};

/// Why a goal was not reached.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It is about the job.
    #[error(transparent)]
    Job(job::Problem),
    /// It is about the cluster.
    #[error(transparent)]
    Cluster(cluster::Problem),
}
