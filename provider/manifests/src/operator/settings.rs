//! What the operator's resources have besides a description.

use serde_json::Value;

use super::autoscaler::Autoscaler;

/// How the operator treats a cluster or a job.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// How a job is upgraded, and whether it runs; a session cluster has no use for it.
    pub upgrade: Upgrade,
    /// `restartNonce`: another number is a restart. A number that goes away does nothing.
    pub restart_nonce: Option<i64>,
    /// The operator's autoscaler of jobs; on a session cluster it is for all of its jobs.
    pub autoscaler: Option<Autoscaler>,
    /// The user's YAML over `spec`, laid over it last.
    pub spec_overrides: Option<Value>,
}

/// What the operator does with a job when its spec changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Upgrade {
    /// Which state a changed job goes on from.
    pub mode: UpgradeMode,
    /// Whether the job is to run.
    pub state: JobState,
    /// `savepointRedeployNonce`: another number throws the job's state away and starts from `restore.path`.
    pub redeploy_nonce: Option<i64>,
}

/// Which state a changed job goes on from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UpgradeMode {
    /// A savepoint that it is stopped with.
    #[default]
    Savepoint,
    /// Its newest checkpoint, found by high availability or by REST.
    LastState,
    /// None.
    Stateless,
}

impl UpgradeMode {
    /// The word of the resource.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Savepoint => "savepoint",
            Self::LastState => "last-state",
            Self::Stateless => "stateless",
        }
    }
}

/// Whether a job is to run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum JobState {
    /// It runs.
    #[default]
    Running,
    /// It is stopped, with the state of its upgrade mode.
    Suspended,
}

impl JobState {
    /// The word of the resource.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Suspended => "suspended",
        }
    }
}
