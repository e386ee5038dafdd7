//! Why a goal was not reached.
//!
//! A problem carries what is known and says nothing of what it looks like:
//! the words for the user are made elsewhere.

use std::time::Duration;

use flink::JobId;

use crate::job::report::Operator;

/// Why a goal was not reached.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The JobManager could not be reached.
    #[error("the JobManager could not be reached: {reason}")]
    Unreachable {
        /// What the client says.
        reason: String,
    },
    /// The JobManager, or what stands before it, refuses these credentials.
    #[error("access was denied: {reason}")]
    AccessDenied {
        /// What was answered.
        reason: String,
    },
    /// Flink answered what it should not.
    #[error("Flink answered unexpectedly: {reason}")]
    Unexpected {
        /// What was answered.
        reason: String,
    },
    /// The time given is over; what was begun goes on in Flink.
    #[error("the time given was over after {after:?} while {waiting_for}")]
    TimedOut {
        /// The time given.
        after: Duration,
        /// What was waited for.
        waiting_for: String,
    },
    /// The user asked to stop.
    #[error("interrupted while {waiting_for}")]
    Interrupted {
        /// What was in hand.
        waiting_for: String,
    },
    /// A create found a running job of this name that it has not made.
    #[error("the job {job} of this name already runs")]
    Exists {
        /// The job.
        job: JobId,
    },
    /// Another apply has replaced the recorded job.
    #[error("another apply was faster: the job {job} runs")]
    AnotherApply {
        /// The job that runs.
        job: JobId,
    },
    /// Two jobs of one owner run.
    #[error("more than one job of this name runs")]
    SeveralRun {
        /// The jobs.
        jobs: Vec<JobId>,
    },
    /// The jar is neither at hand nor on the cluster.
    #[error("the jar with the SHA-256 {sha256} is neither at hand nor on the cluster")]
    JarMissing {
        /// The hash of its content.
        sha256: String,
    },
    /// The jar could not be read or uploaded.
    #[error("the jar could not be uploaded: {reason}")]
    JarRejected {
        /// Why not.
        reason: String,
    },
    /// Jars cannot be submitted to this cluster.
    #[error("this cluster takes no jars")]
    SubmissionDisabled,
    /// The program does not come to a job: class, arguments or `main()`.
    #[error("the program failed: {cause}")]
    ProgramFailed {
        /// Flink's root cause.
        cause: String,
        /// The job before it.
        old: OldJob,
    },
    /// State has no operator in the new program.
    #[error("the state does not fit the new program")]
    StateDoesNotFit {
        /// The operators whose state would be lost.
        operators: Vec<Operator>,
        /// Where the state is.
        path: String,
    },
    /// The parallelism is above what the state can be spread over.
    #[error("parallelism {wanted} is above the maximum parallelism {maximum} of the state")]
    ParallelismTooHigh {
        /// What is wanted.
        wanted: u32,
        /// What the state allows.
        maximum: u32,
        /// The operators whose state it is.
        vertex: String,
    },
    /// The program sets another maximum parallelism than its state was
    /// written with.
    #[error("the maximum parallelism {set} is not that of the state, {recorded}")]
    MaxParallelismChanged {
        /// What the program sets.
        set: u32,
        /// What the state was written with.
        recorded: u32,
        /// The operators whose state it is.
        vertex: String,
    },
    /// There is no directory to write savepoints to.
    #[error("no savepoint directory is configured")]
    NoSavepointDirectory,
    /// The savepoint failed and the job still runs.
    #[error("the savepoint of the job {job} failed: {cause}")]
    SavepointFailed {
        /// The job.
        job: JobId,
        /// Flink's root cause.
        cause: String,
        /// Where it should have gone.
        directory: String,
    },
    /// The job is not healthy enough to be stopped with its state.
    #[error("the job {job} is {state} and cannot be stopped with a savepoint")]
    NotHealthy {
        /// The job.
        job: JobId,
        /// Its state in Flink.
        state: String,
        /// Flink's root cause, where there is one.
        cause: Option<String>,
        /// Its newest checkpoint.
        newest: Option<String>,
    },
    /// There is no completed checkpoint that outlives a cancellation.
    #[error("the job {job} has no checkpoint that would outlive it")]
    NoCheckpoint {
        /// The job.
        job: JobId,
    },
    /// State would be given up, and that is not allowed.
    #[error("state would be lost")]
    StateLossPrevented {
        /// The newest state, where it is known.
        newest: Option<String>,
        /// Where state could be, where that is known.
        directory: Option<String>,
    },
    /// A job is to go on, but nothing is left to go on from.
    #[error("no state is left to start from")]
    NothingToStartFrom {
        /// The job.
        job: Option<JobId>,
        /// Where its savepoints would have been.
        directory: Option<String>,
    },
    /// The JobManager has forgotten the job, and nobody can tell where its
    /// newest state is.
    #[error("the JobManager has forgotten the job, and its newest state could not be looked for")]
    Forgotten {
        /// The job.
        job: Option<JobId>,
        /// Where its savepoints would be.
        directory: Option<String>,
        /// A path that is known, but may be older than the newest state.
        older: Option<String>,
        /// Why it could not be looked for.
        reason: String,
    },
    /// Flink refused to start from this path.
    #[error("the start from {path} was refused: {cause}")]
    RestoreRefused {
        /// The path.
        path: String,
        /// Flink's root cause.
        cause: String,
    },
    /// The new job did not come up, and was not rolled back.
    #[error("the new job did not come up: {failure}")]
    DidNotComeUp {
        /// The job.
        job: JobId,
        /// What was wrong.
        failure: Failure,
        /// What it was started from.
        started_from: Option<String>,
        /// Its own newest state, if it came to have one.
        newest: Option<String>,
        /// Why it was not rolled back.
        rollback: NoRollback,
    },
    /// The new job did not come up; the old program runs again.
    #[error("the new job did not come up and was rolled back: {failure}")]
    RolledBack {
        /// What was wrong with the new one.
        failure: Failure,
        /// What the old one was started from.
        path: Option<String>,
    },
    /// The new job did not come up, nor did the old program again.
    #[error("neither the new program nor the old one came up: {failure}; {rollback_failure}")]
    RollbackFailed {
        /// What was wrong with the new one.
        failure: Failure,
        /// What was wrong with the old one.
        rollback_failure: Failure,
        /// What both were started from.
        path: Option<String>,
    },
    /// The upgrade was not begun, as it could not have been rolled back.
    #[error("a rollback would not be possible: {reason}")]
    RollbackImpossible {
        /// Why not.
        reason: String,
    },
    /// There is no running job to take a savepoint of.
    #[error("no job of this name runs")]
    NotRunning {
        /// The job that was, if any.
        job: Option<JobId>,
        /// Its state in Flink, if it is known.
        state: Option<String>,
    },
    /// The savepoint's files could not be deleted.
    #[error("the savepoint could not be deleted: {cause}")]
    DisposalFailed {
        /// Flink's root cause.
        cause: String,
    },
}

/// The job that an upgrade was to replace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OldJob {
    /// There was none.
    None,
    /// It runs on.
    Runs(JobId),
    /// It is stopped; its state is here.
    Stopped(Option<String>),
}

/// What was wrong with a job that did not come up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The program does not come to a job.
    #[error("the program failed: {cause}")]
    Program {
        /// Flink's root cause.
        cause: String,
    },
    /// Flink refused to start from the path.
    #[error("the restore was refused: {cause}")]
    Restore {
        /// Flink's root cause.
        cause: String,
    },
    /// It failed for good.
    #[error("the job failed: {cause}")]
    Failed {
        /// Flink's root cause.
        cause: String,
    },
    /// It restarts again and again.
    #[error("the job restarted {restarts} times: {cause}")]
    Restarts {
        /// How often.
        restarts: u32,
        /// Flink's root cause.
        cause: String,
    },
    /// There are not enough slots.
    #[error("there are not enough slots: {offered} in all")]
    Slots {
        /// How many the job needs at least: its widest vertex; `None`: Flink has not said.
        wanted: Option<u32>,
        /// How many the cluster has.
        offered: u32,
    },
    /// Somebody cancelled or stopped it.
    #[error("somebody else ended the job, which is {state}")]
    EndedByOthers {
        /// Its state in Flink.
        state: String,
    },
}

/// Why an upgrade that failed was not rolled back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRollback {
    /// It was not asked for.
    NotAsked,
    /// The new job has completed a checkpoint: its own state is the state.
    NewJobHasState,
    /// The old program is not known or its jar is gone.
    NoOldProgram,
    /// Nothing was replaced.
    NothingReplaced,
}
