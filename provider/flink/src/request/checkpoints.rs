//! Checkpoints, savepoints, and stopping with one.

use serde_json::json;

use super::{Request, without_nulls};
use crate::response::checkpoints::{
    CheckpointConfig, CheckpointDetails, CheckpointTrigger, Checkpoints, Disposal,
    SavepointTrigger, Triggered,
};
use crate::{JobId, TriggerId};

/// How a savepoint is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SavepointFormat {
    /// Any state backend can read it.
    Canonical,
    /// Quicker; only the same state backend can read it.
    Native,
}

impl SavepointFormat {
    fn as_str(self) -> &'static str {
        match self {
            Self::Canonical => "CANONICAL",
            Self::Native => "NATIVE",
        }
    }
}

/// A savepoint to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Savepoint {
    /// The id that the outcome is asked by. One that was used before for a
    /// savepoint or stop of this job makes nothing happen.
    pub trigger: TriggerId,
    /// Where; Flink makes a directory of its own below it. The cluster's
    /// default directory when absent.
    pub target_directory: Option<String>,
    /// How; canonical when absent.
    pub format: Option<SavepointFormat>,
}

/// Whether a job that stops for good tells its event-time timers so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drain {
    /// The job will go on from the savepoint.
    No,
    /// Emits the last watermark first; the job must not go on afterwards.
    Yes,
}

/// The checkpoints of a job, up to one refresh interval old.
pub fn list(job: &JobId) -> Request<Checkpoints> {
    Request::get(&["jobs", job.as_str(), "checkpoints"])
}

/// One checkpoint with the state of each vertex.
pub fn details(job: &JobId, checkpoint: u64) -> Request<CheckpointDetails> {
    Request::get(&["jobs", job.as_str(), "checkpoints", "details", &checkpoint.to_string()])
}

/// How a job takes checkpoints.
pub fn config(job: &JobId) -> Request<CheckpointConfig> {
    Request::get(&["jobs", job.as_str(), "checkpoints", "config"])
}

/// Asks for a checkpoint.
pub fn trigger(job: &JobId, trigger: &TriggerId) -> Request<Triggered> {
    let body = json!({"checkpointType": "CONFIGURED", "triggerId": trigger});
    Request::post(&["jobs", job.as_str(), "checkpoints"], body)
}

/// What became of a checkpoint that was asked for.
pub fn trigger_status(job: &JobId, trigger: &TriggerId) -> Request<CheckpointTrigger> {
    Request::get(&["jobs", job.as_str(), "checkpoints", trigger.as_str()])
}

/// Asks for a savepoint; the job goes on.
pub fn savepoint(job: &JobId, savepoint: &Savepoint) -> Request<Triggered> {
    let Savepoint { trigger, target_directory, format } = savepoint;
    let body = without_nulls(json!({
        "target-directory": target_directory,
        "cancel-job": false,
        "formatType": format.map(SavepointFormat::as_str),
        "triggerId": trigger,
    }));
    Request::post(&["jobs", job.as_str(), "savepoints"], body)
}

/// Asks for a savepoint and stops the job once it is written.
///
/// A second stop under another trigger id while one is in progress makes both
/// fail and the job restart.
pub fn stop(job: &JobId, savepoint: &Savepoint, drain: Drain) -> Request<Triggered> {
    let Savepoint { trigger, target_directory, format } = savepoint;
    let body = without_nulls(json!({
        "targetDirectory": target_directory,
        "drain": drain == Drain::Yes,
        "formatType": format.map(SavepointFormat::as_str),
        "triggerId": trigger,
    }));
    Request::post(&["jobs", job.as_str(), "stop"], body)
}

/// What became of a savepoint or stop.
pub fn savepoint_status(job: &JobId, trigger: &TriggerId) -> Request<SavepointTrigger> {
    Request::get(&["jobs", job.as_str(), "savepoints", trigger.as_str()])
}

/// Asks for a savepoint to be deleted. Flink draws the id of this operation.
pub fn dispose(path: &str) -> Request<Triggered> {
    Request::post(&["savepoint-disposal"], json!({"savepoint-path": path}))
}

/// What became of a deletion.
pub fn disposal_status(trigger: &TriggerId) -> Request<Disposal> {
    Request::get(&["savepoint-disposal", trigger.as_str()])
}
