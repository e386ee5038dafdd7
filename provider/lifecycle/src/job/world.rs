//! The boundary of IO: what answers questions and performs steps.

use std::future::Future;

use crate::job::{
    observed::{Answer, Question},
    problem::Problem,
    step::{Effect, Step},
};

/// A Flink that can be asked and told. It decides nothing.
pub trait World: Sync {
    /// Answers a question, with the [`Answer`] of the same name.
    ///
    /// # Errors
    /// When there is no answer.
    fn ask(&self, question: &Question) -> impl Future<Output = Result<Answer, WorldError>> + Send;

    /// Performs a step. Performing it again finds what the first has made.
    ///
    /// # Errors
    /// When it is not known to have happened. A start without an answer is
    /// not an error but [`Effect::Unclear`].
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
    /// The credentials are refused.
    #[error("access denied: {reason}")]
    AccessDenied {
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
            WorldError::AccessDenied { reason } => Self::AccessDenied { reason },
            WorldError::Unexpected { reason } => Self::Unexpected { reason },
        }
    }
}
