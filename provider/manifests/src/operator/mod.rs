//! Strategy operator: the resources of the Flink Kubernetes Operator in place of Deployments.
//!
//! A description means what it means with the other strategies, and its
//! `strategy` says who makes the pods here too: the operator has both as its
//! `mode`. What the operator has besides is in [`Settings`]. Pure, like its
//! siblings: what the API server serves comes in as JSON.

mod attribute;
mod autoscaler;
mod change;
mod checks;
mod configuration;
mod deployment;
mod drift;
mod job;
mod overrides;
mod pods;
mod schema;
mod session_job;
mod settings;
mod snapshot;

pub use attribute::{Attributes, attribute};
pub use autoscaler::Autoscaler;
pub use change::{Cause, Change, Class, Effect, between};
pub(crate) use deployment::field;
pub use deployment::render;
pub use drift::{Difference, drift, kept};
pub use schema::{known_in, unheld};
pub use session_job::{SessionJob, session_job};
pub use settings::{JobState, Settings, Upgrade, UpgradeMode};
pub use snapshot::{Format, JobKind, Snapshot, Taken, snapshot};

/// The group and version of the operator's resources; there is no other.
pub const API_VERSION: &str = "flink.apache.org/v1beta1";

/// The kind of a cluster.
pub const DEPLOYMENT: &str = "FlinkDeployment";

/// The kind of a job on a session cluster.
pub const SESSION_JOB: &str = "FlinkSessionJob";

/// The kind of a savepoint or checkpoint.
pub const SNAPSHOT: &str = "FlinkStateSnapshot";

#[cfg(test)]
mod tests;
