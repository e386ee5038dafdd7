//! Flink's words for the state of a job.

use lifecycle::flink::response::jobs::JobStatus;
use terraform::{diagnostics::Diagnostics, path::Path, value::Value};

/// The words that a job's state is told in.
const NAMES: [&str; 11] = [
    "INITIALIZING",
    "CREATED",
    "RUNNING",
    "FAILING",
    "FAILED",
    "CANCELLING",
    "CANCELED",
    "FINISHED",
    "RESTARTING",
    "SUSPENDED",
    "RECONCILING",
];

/// Flink's word for a state.
pub fn name(status: JobStatus) -> &'static str {
    match status {
        JobStatus::Initializing => "INITIALIZING",
        JobStatus::Created => "CREATED",
        JobStatus::Running => "RUNNING",
        JobStatus::Failing => "FAILING",
        JobStatus::Failed => "FAILED",
        JobStatus::Cancelling => "CANCELLING",
        JobStatus::Canceled => "CANCELED",
        JobStatus::Finished => "FINISHED",
        JobStatus::Restarting => "RESTARTING",
        JobStatus::Suspended => "SUSPENDED",
        JobStatus::Reconciling => "RECONCILING",
        JobStatus::Unknown => "UNKNOWN",
    }
}

/// A rule: the text is one of Flink's words for a state.
pub fn validate(value: &Value, path: &Path, found: &mut Diagnostics) {
    terraform::validate::one_of(&NAMES, value, path, found);
}
