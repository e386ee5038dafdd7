//! What should be: fully resolved, nothing unknown, nothing left to default.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use flink::JobId;
use serde::{Deserialize, Serialize};

use crate::job::{
    ids::Owner,
    journal::{By, Follows},
    recorded::Recorded,
};

/// What should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// A job runs this program.
    Run(Box<Run>),
    /// A job is stopped, its state kept.
    Suspend(Suspend),
    /// There is no job.
    Remove(Remove),
    /// There is a savepoint of a running job.
    TakeSavepoint(TakeSavepoint),
    /// A savepoint's files are gone.
    DisposeSavepoint(DisposeSavepoint),
}

/// A jar file, known by its content.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Jar {
    /// SHA-256 of its content, 64 lower-case digits.
    pub sha256: String,
    /// Where it can be read; `None` where only the hash is known, which is
    /// enough while the cluster still has it.
    pub file: Option<PathBuf>,
}

/// What a job runs, and how.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Program {
    /// The code.
    pub jar: Jar,
    /// The main class; `None` for the one in the jar's manifest.
    pub entry_class: Option<String>,
    /// Arguments of `main()`.
    pub args: Vec<String>,
    /// Parallelism; `None` for the cluster's default.
    pub parallelism: Option<u32>,
    /// Configuration of this job alone.
    pub configuration: BTreeMap<String, String>,
    /// Whatever else makes it another start, as one canonical text: the
    /// `restore` block and the restart trigger.
    pub start_key: String,
}

/// A job runs this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Whose job it is.
    pub owner: Owner,
    /// What it should run.
    pub program: Program,
    /// What is recorded of it; `None` on create.
    pub recorded: Option<Recorded>,
    /// What to do with a recorded job that runs.
    pub intent: Intent,
    /// What a start begins with.
    pub start: StartFrom,
    /// Whether state that has no operator any more may be dropped.
    pub non_restored_state: NonRestoredState,
    /// What becomes of the files that a start begins with.
    pub claim: Claim,
    /// Whether the job is expected to end by itself.
    pub bounded: Bounded,
    /// How a running job is replaced.
    pub upgrade: Upgrade,
    /// Whether starting without state, where state may exist, is refused.
    pub state_loss: StateLoss,
    /// Whether it goes with its cluster when that restarts; kept in its journal.
    pub follows: Follows,
}

/// What to do with a recorded job that runs. A job that does not run is
/// started whatever the intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Let it run; nothing that matters to it has changed.
    Keep,
    /// Change its parallelism in place, or replace it where that cannot be.
    Rescale,
    /// Stop it and start the program.
    Replace,
}

/// What a start begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartFrom {
    /// The newest durable state of this owner's jobs. With none, a create
    /// starts empty; anything else is stuck.
    Newest,
    /// This savepoint or checkpoint, even if there is newer state.
    Path(String),
    /// The state that a job of another owner was stopped with, as the job
    /// that comes after it.
    Carried {
        /// The job that was stopped.
        job: JobId,
        /// The path of its last state.
        path: String,
    },
    /// Nothing, even if there is state.
    Nothing,
}

/// Whether state that has no operator any more may be dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NonRestoredState {
    /// The start is refused.
    Refuse,
    /// It is dropped.
    Allow,
}

/// What becomes of the files that a start begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// They stay as they are.
    NoClaim,
    /// Flink owns and in time deletes them.
    Claim,
    /// As Flink did before 1.15.
    Legacy,
}

/// Whether a job is expected to end by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounded {
    /// Having finished is as good as running.
    Yes,
    /// It runs for ever.
    No,
}

/// Whether starting without state, where state may exist, is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateLoss {
    /// It is a problem.
    Prevent,
    /// It is a remark.
    Accept,
}

/// How a running job is replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upgrade {
    /// How its state is carried over.
    pub mode: UpgradeMode,
    /// Where its savepoints go; `None` for the cluster's default.
    pub savepoint_dir: Option<String>,
    /// Format of its savepoints.
    pub format: Format,
    /// Whether sources emit their last watermark before the stop.
    pub drain: Drain,
    /// Whether the new program is tried before the old job stops.
    pub verify: Verify,
    /// What to do when the new program does not come up.
    pub rollback: Rollback,
    /// What to do when the savepoint fails.
    pub fallback: Fallback,
    /// How long the new job must run without a restart.
    pub stable_for: Duration,
    /// What else proves the new job.
    pub proof: Proof,
    /// How long a start may wait for slots before it counts as failed.
    pub slots_within: Duration,
}

impl Default for Upgrade {
    fn default() -> Self {
        Self {
            mode: UpgradeMode::Savepoint,
            savepoint_dir: None,
            format: Format::Canonical,
            drain: Drain::No,
            verify: Verify::DryRun,
            rollback: Rollback::Auto,
            fallback: Fallback::None,
            stable_for: Duration::ZERO,
            proof: Proof::TasksRunning,
            slots_within: Duration::from_mins(1),
        }
    }
}

/// How state is carried from the old job to the new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpgradeMode {
    /// Stop with savepoint, start from it.
    Savepoint,
    /// Cancel, start from the newest completed checkpoint.
    LastState,
    /// Cancel, start empty.
    Stateless,
}

/// Format of a savepoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// The same for every state backend.
    Canonical,
    /// That of the job's state backend; faster.
    Native,
}

/// Whether sources emit their last watermark before the stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Drain {
    /// They do: windows and timers fire. For a job that never goes on.
    Yes,
    /// They do not.
    No,
}

/// Whether the new program is tried before the old job stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verify {
    /// Its `main()` runs once without submitting, and its operators are
    /// compared with the state.
    DryRun,
    /// It is not.
    None,
}

/// What to do when the new program does not come up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rollback {
    /// Start the old one again if that loses nothing.
    Auto,
    /// As `Auto`, and do not even begin where it would be impossible.
    Required,
    /// Leave it as it is.
    Never,
}

/// What to do when the savepoint of an upgrade fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// Nothing: the old job goes on.
    None,
    /// Cancel, and go on from the newest completed checkpoint.
    LastCheckpoint,
}

/// What proves a new job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// All its tasks run.
    TasksRunning,
    /// It has completed a checkpoint of its own, too.
    Checkpoint,
}

/// A job is stopped, its state kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspend {
    /// Whose job it is.
    pub owner: Owner,
    /// What is recorded of it; `None` on create.
    pub recorded: Option<Recorded>,
    /// How it is stopped.
    pub stop: Stop,
    /// Who stops it.
    pub by: By,
}

/// How a job is stopped for good or for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// How its state is kept.
    pub mode: UpgradeMode,
    /// Where its savepoint goes; `None` for the cluster's default.
    pub savepoint_dir: Option<String>,
    /// Format of its savepoint.
    pub format: Format,
    /// Whether sources emit their last watermark before the stop.
    pub drain: Drain,
    /// Whether stopping without keeping state is refused.
    pub state_loss: StateLoss,
}

/// There is no job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remove {
    /// Whose job it is.
    pub owner: Owner,
    /// What is recorded of it.
    pub recorded: Option<Recorded>,
    /// What becomes of a job that runs.
    pub how: OnDestroy,
}

/// What becomes of a job that runs when it is no longer wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnDestroy {
    /// It is stopped with a savepoint, from which a job of the same name
    /// starts again.
    Savepoint {
        /// Where the savepoint goes; `None` for the cluster's default.
        savepoint_dir: Option<String>,
        /// Its format.
        format: Format,
        /// Whether sources emit their last watermark before the stop.
        drain: Drain,
    },
    /// It is cancelled.
    Cancel,
    /// It goes on; it is only no longer managed.
    KeepRunning,
}

/// There is a savepoint of a running job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakeSavepoint {
    /// Whose job it is.
    pub owner: Owner,
    /// The Flink job where it is known that it has no owner's id (imported).
    pub job: Option<JobId>,
    /// Where it goes; `None` for the cluster's default.
    pub directory: Option<String>,
    /// Its format.
    pub format: Format,
    /// What tells this savepoint from others of the same job: the same text
    /// is the same savepoint, also after a crash.
    pub key: String,
}

/// A savepoint's files are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisposeSavepoint {
    /// The savepoint.
    pub path: String,
}
