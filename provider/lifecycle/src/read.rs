//! What a job is now, for a refresh: one look at all jobs serves every job of
//! a JobManager, and more is asked only where something is not as expected.

use flink::JobId;

/// What a job is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    /// The job: the recorded one, or the one that has come after it.
    pub job: Option<JobId>,
    /// How it is.
    pub state: LiveState,
    /// Its parallelism, where it is known to differ from the recorded one.
    pub parallelism: Option<u32>,
    /// Flink's root cause of a failure or of the last restart.
    pub cause: Option<String>,
    /// Its newest state, where the job has ended.
    pub newest: Option<String>,
}

/// How a job is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LiveState {
    /// It runs.
    Running,
    /// It is in between: reads as what is recorded.
    Transient {
        /// Its state in Flink.
        state: String,
    },
    /// It was stopped with a savepoint.
    Suspended,
    /// It failed for good.
    Failed,
    /// It was cancelled.
    Canceled,
    /// It has come to its end.
    Finished,
    /// Flink does not know it.
    Missing,
}
