//! The boundary of IO: what answers questions and performs steps.

use std::future::Future;

use crate::{
    cluster::{
        observed::{Answer, Question},
        problem::Problem,
        step::{Effect, Step},
    },
    job,
};

/// A Kubernetes with a Flink in it that can be asked and told. It decides nothing.
pub trait World: Sync {
    /// Answers a question, with the [`Answer`] of the same name.
    ///
    /// # Errors
    /// When there is no answer.
    fn ask(&self, question: &Question) -> impl Future<Output = Result<Answer, WorldError>> + Send;

    /// Performs a step. Performing it again finds what the first has made.
    ///
    /// # Errors
    /// When it is not known to have happened.
    fn perform(&self, step: &Step) -> impl Future<Output = Result<Effect, WorldError>> + Send;
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorldError {
    /// Nobody answers, or only that it is not ready: asking again may help.
    #[error("not reachable: {reason}")]
    Unreachable {
        /// What the client says.
        reason: String,
    },
    /// The JobManager does not answer: asking again may help.
    #[error("the JobManager does not answer: {reason}")]
    Silent {
        /// What the client says.
        reason: String,
    },
    /// The credentials are refused.
    #[error("access denied: {reason}")]
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
}

impl From<WorldError> for Problem {
    fn from(error: WorldError) -> Self {
        match error {
            WorldError::Unreachable { reason } => Self::Unreachable { reason },
            WorldError::Silent { reason } => Self::Silent { reason },
            WorldError::AccessDenied { reason } => Self::AccessDenied { reason },
            WorldError::Forbidden { verb, resource, reason } => {
                Self::Forbidden { verb, resource, reason }
            }
            WorldError::Unexpected { reason } => Self::Unexpected { reason },
        }
    }
}

impl From<job::WorldError> for WorldError {
    fn from(error: job::WorldError) -> Self {
        match error {
            job::WorldError::Unreachable { reason } => Self::Silent { reason },
            job::WorldError::AccessDenied { reason } => Self::AccessDenied { reason },
            job::WorldError::Unexpected { reason } => Self::Unexpected { reason },
        }
    }
}
