//! The two roles of a pod.

use super::{Cluster, On, Process};
use crate::names;

/// Which of Flink's processes a pod runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The JobManager.
    JobManager,
    /// A TaskManager.
    TaskManager,
}

impl Role {
    /// Both, the JobManager first.
    pub const ALL: [Self; 2] = [Self::JobManager, Self::TaskManager];

    /// The value of Flink's label `component`.
    pub const fn component(self) -> &'static str {
        match self {
            Self::JobManager => names::JOB_MANAGER,
            Self::TaskManager => names::TASK_MANAGER,
        }
    }

    /// The attribute that describes it.
    pub const fn attribute(self) -> &'static str {
        match self {
            Self::JobManager => "job_manager",
            Self::TaskManager => "task_manager",
        }
    }

    /// Whether something for these processes is for this one.
    pub const fn is_among(self, on: On) -> bool {
        matches!(
            (self, on),
            (_, On::Both)
                | (Self::JobManager, On::JobManager)
                | (Self::TaskManager, On::TaskManager)
        )
    }
}

impl Cluster {
    /// What is described of one process.
    pub const fn process(&self, role: Role) -> &Process {
        match role {
            Role::JobManager => &self.job_manager.process,
            Role::TaskManager => &self.task_manager.process,
        }
    }
}
