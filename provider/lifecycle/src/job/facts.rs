//! What Flink and its storage answer, reduced to what decisions need.

use std::time::Duration;

use flink::{
    JarId, JobId, VertexId,
    response::{checkpoints::CheckpointDetails, jars::JobPlan, jobs::JobDetails},
    scout::{NewVertex, OperatorState},
};

/// How a cluster is configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// Flink's version, as it says it.
    pub version: String,
    /// How stale cached answers can be.
    pub refresh_interval: Duration,
    /// Where savepoints go by default.
    pub savepoint_root: Option<String>,
    /// Where checkpoints go by default.
    pub checkpoint_root: Option<String>,
    /// What happens when a `main()` ends the process it runs in.
    pub exit: Exit,
    /// Whether jars can be submitted.
    pub submission: Submission,
    /// How many slots there are in all.
    pub slots: u32,
}

/// What happens when a `main()` ends the process it runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It is caught, or the jobs outlive it.
    Harmless,
    /// The JobManager dies, and every job with it.
    EndsJobs,
}

/// Whether jars can be submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Submission {
    /// They can.
    Enabled,
    /// They cannot.
    Disabled,
}

/// A job in the overview of all jobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its id.
    pub id: JobId,
    /// Its name in Flink, which is not the resource's.
    pub name: String,
    /// Its state.
    pub state: JobState,
    /// When it was started, in milliseconds of the JobManager's clock.
    pub started: i64,
    /// When it ended, by the same clock; `None` while it has not.
    pub ended: Option<i64>,
    /// How many tasks it has.
    pub tasks: u32,
    /// How many of them run or have finished.
    pub tasks_up: u32,
}

impl Row {
    /// Whether all its tasks run: the state alone proves nothing.
    pub fn is_up(&self) -> bool {
        self.state == JobState::Running && self.tasks > 0 && self.tasks_up == self.tasks
    }

    /// Whether it failed before it had a single task: a start that was refused.
    pub fn never_ran(&self) -> bool {
        self.state == JobState::Failed && self.tasks == 0
    }
}

/// The state of a job, in Flink's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// Reading its state.
    Initializing,
    /// Waiting for resources.
    Created,
    /// Running, or trying to.
    Running,
    /// On its way to failed or to a restart.
    Failing,
    /// Failed for good.
    Failed,
    /// On its way to cancelled.
    Cancelling,
    /// Cancelled.
    Canceled,
    /// At its end, or stopped with a savepoint.
    Finished,
    /// Restarting.
    Restarting,
    /// Given up by this JobManager, to be taken over by another.
    Suspended,
    /// Taken over, not yet known.
    Reconciling,
    /// One that this version does not know; not an end.
    Unknown,
}

impl JobState {
    /// Whether the job will never run again.
    pub fn has_ended(self) -> bool {
        matches!(self, Self::Failed | Self::Canceled | Self::Finished)
    }

    /// The word that Flink uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Initializing => "INITIALIZING",
            Self::Created => "CREATED",
            Self::Running => "RUNNING",
            Self::Failing => "FAILING",
            Self::Failed => "FAILED",
            Self::Cancelling => "CANCELLING",
            Self::Canceled => "CANCELED",
            Self::Finished => "FINISHED",
            Self::Restarting => "RESTARTING",
            Self::Suspended => "SUSPENDED",
            Self::Reconciling => "RECONCILING",
            Self::Unknown => "UNKNOWN",
        }
    }
}

/// A jar on the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadedJar {
    /// Its id.
    pub id: JarId,
    /// The name it was uploaded under.
    pub name: String,
}

/// The checkpoints and savepoints of a job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// How many checkpoints have completed.
    pub completed_count: u64,
    /// How often it was restored, the start included.
    pub restored_count: u64,
    /// The newest completed checkpoint.
    pub completed: Option<Snapshot>,
    /// The newest savepoint, one with which the job was stopped included.
    pub savepoint: Option<Snapshot>,
    /// What it was restored from last.
    pub restored: Option<String>,
    /// Whether its checkpoints outlive a cancellation.
    pub retained: bool,
    /// Whether checkpoints are taken by themselves.
    pub periodic: bool,
}

/// A checkpoint or savepoint of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Its number, which goes up through the whole lineage.
    pub id: u64,
    /// Where it is; `None`: nowhere that outlives the job.
    pub path: Option<String>,
    /// What it was taken for.
    pub kind: SnapshotKind,
    /// When it was triggered, in milliseconds of the JobManager's clock.
    pub triggered: i64,
    /// Whether its files are deleted.
    pub discarded: bool,
}

/// What a snapshot was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SnapshotKind {
    /// For recovery.
    Checkpoint,
    /// Because somebody asked.
    Savepoint,
    /// To stop the job: its last state, with nothing after it.
    StopSavepoint,
}

/// What is wrong with a job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trouble {
    /// Flink's root cause of the newest failure.
    pub cause: Option<String>,
    /// How many failures it remembers.
    pub failures: u32,
    /// Whether the newest failure is for want of slots.
    pub no_slots: bool,
}

/// What has become of a savepoint or stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TriggerState {
    /// Flink does not know it: never asked for, or forgotten.
    NotFound,
    /// It goes on.
    InProgress,
    /// The savepoint is here.
    Completed(String),
    /// It failed.
    Failed(TriggerFailure),
}

/// Why a savepoint or stop failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TriggerFailure {
    /// The savepoint is complete, then the job failed while it stopped.
    WhileStopping {
        /// The savepoint.
        path: String,
        /// Flink's root cause, where the failure names one; else the job does.
        cause: Option<String>,
    },
    /// There was no such running job.
    NoSuchJob,
    /// Anything else: there is no savepoint.
    Other {
        /// Flink's root cause.
        cause: String,
    },
}

/// Where to look for state in the storage.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct DiskQuery {
    /// The directory of the owner's savepoints: `<job>/<attempt>/savepoint-…`.
    pub savepoints: Option<String>,
    /// The directory of the jobs' checkpoints: `<job>/chk-…`.
    pub checkpoints: Option<String>,
    /// The first digits of the ids of the owner's jobs.
    pub prefix: String,
    /// A job that is the owner's though its id does not say so.
    pub job: Option<JobId>,
    /// A savepoint or checkpoint that is known.
    pub path: Option<String>,
    /// The directory of one attempt at a savepoint: `savepoint-…`.
    pub attempt: Option<String>,
}

/// What lies in the storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disk {
    /// Every complete savepoint and checkpoint of the owner's jobs.
    Told(Vec<Found>),
    /// It could not be looked for.
    CannotTell {
        /// Why not.
        reason: String,
    },
}

/// A complete savepoint or checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where it is.
    pub path: String,
    /// The job it is of, where its place tells.
    pub job: Option<JobId>,
    /// When it was completed, in milliseconds of the storage's clock.
    pub written: i64,
}

/// Whether a directory can be written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writability {
    /// The JobManager can.
    Writable,
    /// It cannot.
    Refused {
        /// Why not.
        reason: String,
    },
    /// Nobody can tell.
    CannotTell,
}

/// The operators that a program would have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operators {
    /// All of them.
    Told(Vec<NewVertex>),
    /// The program does not come to a job.
    ProgramFailed {
        /// Flink's root cause.
        cause: String,
    },
    /// Only that the program comes to a job.
    CannotTell {
        /// Why no more.
        reason: String,
        /// The job's vertices, where Flink has told them.
        plan: Option<JobPlan>,
    },
}

/// The vertices of a running job, as REST tells them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vertices {
    /// The job.
    pub details: JobDetails,
    /// Its newest completed checkpoint; `None`: there is none, or nobody can tell.
    pub checkpoint: Option<CheckpointDetails>,
}

/// What a savepoint or checkpoint holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contents {
    /// The state of each operator.
    Told(Vec<OperatorState>),
    /// There is nothing at the path.
    Absent,
    /// It could not be read.
    CannotTell {
        /// Why not.
        reason: String,
    },
}

/// The parallelism that a job may have and has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Requirements {
    /// It cannot change while the job runs.
    Fixed {
        /// Why not.
        reason: String,
    },
    /// It can.
    Adaptive(Vec<Vertex>),
}

/// A vertex of a job that can be rescaled in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vertex {
    /// Its id.
    pub id: VertexId,
    /// What is asked for, at most.
    pub wanted: u32,
    /// What it has.
    pub running: u32,
    /// The highest parallelism that it can ever have.
    pub maximum: u32,
}

/// What has become of a disposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DisposalState {
    /// It goes on.
    InProgress,
    /// The files are gone.
    Gone,
    /// They are not.
    Failed {
        /// Flink's root cause.
        cause: String,
    },
    /// Flink has forgotten the request.
    NotFound,
}
