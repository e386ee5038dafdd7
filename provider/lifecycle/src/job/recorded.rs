//! What was recorded of a job when it was last left.
//!
//! It may be older than the truth: not every client keeps what an apply that
//! failed has answered. So it is a hint where to look, and a proof of nothing
//! but of what once was.

use flink::JobId;

use crate::job::goal::Program;

/// What was recorded of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its id in Flink; `None` when it was never started.
    pub job: Option<JobId>,
    /// How it was left.
    pub state: RecordedState,
    /// What it ran; `None` when that is not known (an import).
    pub program: Option<Program>,
    /// The last savepoint that it was stopped with.
    pub last_savepoint_path: Option<String>,
    /// What it was started from.
    pub restored_from: Option<String>,
}

/// How a job was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordedState {
    /// It ran, or was about to.
    Running,
    /// It was stopped, and its last savepoint has all its state.
    Suspended,
    /// It had ended otherwise: failed, cancelled, finished or missing.
    Ended,
}
