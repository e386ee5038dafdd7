//! Answers about checkpoints and savepoints.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Number;
use super::jobs::Failure;
use crate::{TriggerId, VertexId};

/// `/jobs/:id/checkpoints`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Checkpoints {
    /// How many there were.
    pub counts: CheckpointCounts,
    /// How large they were and how long they took.
    #[serde(default)]
    pub summary: Summary,
    /// The newest of each kind.
    pub latest: LatestCheckpoints,
    /// The newest, the newest first; ten unless configured otherwise.
    #[serde(default)]
    pub history: Vec<Checkpoint>,
}

/// How many checkpoints there were since the job was submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct CheckpointCounts {
    /// Times that the job started from one.
    pub restored: u64,
    /// All.
    pub total: u64,
    /// Being taken.
    pub in_progress: u64,
    /// Completed.
    pub completed: u64,
    /// Failed.
    pub failed: u64,
}

/// How large checkpoints were and how long they took.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// Bytes.
    pub state_size: Spread,
    /// Milliseconds.
    pub end_to_end_duration: Spread,
}

/// How a number is spread.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct Spread {
    /// The smallest.
    pub min: Number,
    /// The largest.
    pub max: Number,
    /// The mean.
    pub avg: Number,
    /// The median; none before the first checkpoint.
    pub p50: Number,
}

/// The newest checkpoint of each kind.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LatestCheckpoints {
    /// The newest completed one that is no savepoint.
    pub completed: Option<Checkpoint>,
    /// The newest completed savepoint.
    pub savepoint: Option<Checkpoint>,
    /// The newest failed one.
    pub failed: Option<Checkpoint>,
    /// What the job last started from.
    pub restored: Option<Restored>,
}

/// What a checkpoint was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CheckpointType {
    /// To recover from.
    Checkpoint,
    /// Because it was asked for.
    Savepoint,
    /// To stop the job.
    SyncSavepoint,
    /// A kind of a newer Flink.
    #[default]
    #[serde(other)]
    Unknown,
}

/// What became of a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CheckpointStatus {
    /// Being taken.
    InProgress,
    /// Whole.
    Completed,
    /// Not whole.
    Failed,
    /// A state of a newer Flink.
    #[serde(other)]
    Unknown,
}

/// One checkpoint or savepoint.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Checkpoint {
    /// Its number; goes on after a restore.
    pub id: u64,
    /// What became of it.
    pub status: CheckpointStatus,
    /// Whether it is a savepoint.
    pub is_savepoint: bool,
    /// What it was taken for.
    #[serde(default)]
    pub checkpoint_type: CheckpointType,
    /// When it was triggered, in milliseconds since 1970.
    pub trigger_timestamp: i64,
    /// When the last task had answered; -1 while none has.
    #[serde(default)]
    pub latest_ack_timestamp: i64,
    /// Bytes of state.
    #[serde(default)]
    pub state_size: i64,
    /// How many tasks take part.
    #[serde(default)]
    pub num_subtasks: u64,
    /// How many tasks are done.
    #[serde(default)]
    pub num_acknowledged_subtasks: u64,
    /// Where it is, once it is whole. See [`Checkpoint::path`].
    #[serde(default)]
    pub external_path: Option<String>,
    /// Whether it has been deleted.
    #[serde(default)]
    pub discarded: bool,
    /// Why it failed.
    #[serde(default)]
    pub failure_message: Option<String>,
}

impl Checkpoint {
    /// Where it is, when it is still there and a path leads to it.
    pub fn path(&self) -> Option<&str> {
        let addressable = self.external_path.as_deref().filter(|path| !path.starts_with('<'));
        addressable.filter(|_| !self.discarded && self.status == CheckpointStatus::Completed)
    }
}

/// What a job started from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Restored {
    /// The number of the checkpoint.
    pub id: u64,
    /// When, in milliseconds since 1970.
    pub restore_timestamp: i64,
    /// Whether it is a savepoint; false for one that was claimed.
    pub is_savepoint: bool,
    /// Where it is.
    #[serde(default)]
    pub external_path: Option<String>,
}

/// `/jobs/:id/checkpoints/details/:id`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CheckpointDetails {
    /// Its number.
    pub id: u64,
    /// What became of it.
    pub status: CheckpointStatus,
    /// Where it is.
    #[serde(default)]
    pub external_path: Option<String>,
    /// The state of each vertex.
    #[serde(default)]
    pub tasks: BTreeMap<VertexId, VertexState>,
}

/// The state that a checkpoint holds of one vertex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct VertexState {
    /// Bytes, some of which are overhead where there is no state.
    pub state_size: i64,
    /// The parallelism it was taken with.
    pub num_subtasks: u64,
}

/// `/jobs/:id/checkpoints/config`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CheckpointConfig {
    /// Milliseconds between checkpoints; the largest number there is for never.
    pub interval: i64,
    /// Milliseconds that one may take.
    pub timeout: i64,
    /// What is kept of an ended job.
    pub externalization: Externalization,
}

impl CheckpointConfig {
    /// Whether checkpoints are taken at all.
    pub fn is_periodic(&self) -> bool {
        self.interval > 0 && self.interval < i64::MAX
    }
}

/// What is kept of an ended job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Externalization {
    /// Whether anything is.
    pub enabled: bool,
    /// Whether a cancellation deletes it.
    pub delete_on_cancellation: bool,
}

impl Externalization {
    /// Whether the newest checkpoint is still there after a cancellation.
    pub fn survives_cancellation(self) -> bool {
        self.enabled && !self.delete_on_cancellation
    }
}

/// The answer to everything that is done in the background.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Triggered {
    /// The id to ask for the outcome by.
    #[serde(rename = "request-id")]
    pub trigger: TriggerId,
}

/// What became of something that is done in the background.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<T> {
    /// Not yet known.
    InProgress,
    /// Done.
    Done(T),
    /// Not done, and the same trigger id will never do it.
    Failed(Failure),
}

/// What became of a savepoint or stop: where the savepoint is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Operation")]
pub struct SavepointTrigger(pub Outcome<String>);

/// What became of a checkpoint that was asked for: its number.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Operation")]
pub struct CheckpointTrigger(pub Outcome<u64>);

/// What became of the deletion of a savepoint.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Operation")]
pub struct Disposal(pub Outcome<()>);

/// The shape that all outcomes share. The failure is spelt in two ways, one
/// for each family of endpoints.
#[derive(Deserialize)]
struct Operation {
    status: OperationStatus,
    #[serde(default)]
    operation: Option<OperationResult>,
}

#[derive(Deserialize)]
struct OperationStatus {
    id: OperationState,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum OperationState {
    InProgress,
    Completed,
}

#[derive(Default, Deserialize)]
struct OperationResult {
    #[serde(default)]
    location: Option<String>,
    #[serde(default, rename = "checkpointId")]
    checkpoint: Option<u64>,
    #[serde(default, rename = "failure-cause", alias = "failureCause")]
    failure: Option<Failure>,
}

impl Operation {
    fn outcome<T>(
        self,
        result: impl FnOnce(OperationResult) -> Option<T>,
    ) -> Result<Outcome<T>, &'static str> {
        let Self { status, operation } = self;
        let operation = operation.unwrap_or_default();
        match (status.id, operation) {
            (OperationState::InProgress, _) => Ok(Outcome::InProgress),
            (OperationState::Completed, OperationResult { failure: Some(failure), .. }) => {
                Ok(Outcome::Failed(failure))
            }
            (OperationState::Completed, done) => result(done)
                .map(Outcome::Done)
                .ok_or("completed, but neither a result nor a failure"),
        }
    }
}

impl TryFrom<Operation> for SavepointTrigger {
    type Error = &'static str;
    fn try_from(operation: Operation) -> Result<Self, Self::Error> {
        operation.outcome(|done| done.location).map(Self)
    }
}

impl TryFrom<Operation> for CheckpointTrigger {
    type Error = &'static str;
    fn try_from(operation: Operation) -> Result<Self, Self::Error> {
        operation.outcome(|done| done.checkpoint).map(Self)
    }
}

impl TryFrom<Operation> for Disposal {
    type Error = &'static str;
    fn try_from(operation: Operation) -> Result<Self, Self::Error> {
        operation.outcome(|_| Some(())).map(Self)
    }
}
