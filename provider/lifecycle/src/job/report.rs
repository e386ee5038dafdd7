//! What was reached, and what the user should know of it.

use std::time::Duration;

use flink::JobId;

use crate::job::problem::Problem;

/// The truth at the end, whether or not the goal was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How the job is left.
    pub state: Left,
    /// The job that runs, or ran last.
    pub job: Option<JobId>,
    /// Which program that job runs or ran; `None` where there is no job.
    pub program: Option<Which>,
    /// The newest savepoint (or, with `last_state`, checkpoint) that the job
    /// was stopped with; for the goals of a savepoint, that savepoint.
    pub last_savepoint_path: Option<String>,
    /// What the job that runs was started from; `None`: empty.
    pub restored_from: Option<String>,
    /// What the user should know, in order, each once.
    pub remarks: Vec<Remark>,
    /// Why the goal was not reached; `None`: it was.
    pub problem: Option<Problem>,
}

/// How a job is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// It runs, or Flink is about to make it run.
    Running,
    /// It is stopped, and where it can go on from is known.
    Suspended,
    /// It has come to its end.
    Finished,
    /// It failed for good.
    Failed,
    /// It was cancelled.
    Canceled,
    /// There is none.
    Missing,
    /// Nobody could be asked: what is recorded stays the best knowledge.
    Unknown,
}

/// Which of the two programs of an upgrade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The one that is wanted.
    Desired,
    /// The one that is recorded.
    Previous,
}

/// Something to know that stops nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// A create found state of an earlier job of this name and starts from it.
    FoundEarlierState {
        /// The path.
        path: String,
    },
    /// A create starts empty, and nobody could tell whether there was state.
    StartsEmpty {
        /// Where state could be, as far as it is known.
        directory: Option<String>,
    },
    /// State was given up, as asked.
    StateDiscarded {
        /// The newest state that there was.
        newest: Option<String>,
    },
    /// A job that did not run starts again from here.
    Repaired {
        /// What had become of it.
        found: Left,
        /// The path.
        path: String,
    },
    /// The start is from an older path than the job had come to: what it did
    /// since is not in it.
    ProgressNotRecovered {
        /// The path.
        path: String,
    },
    /// The job goes on from a checkpoint.
    FromCheckpoint {
        /// The path.
        path: String,
        /// How old it was when the job was stopped.
        age: Option<Duration>,
    },
    /// The savepoint is complete, but the job failed while it stopped.
    StoppedWithFailure {
        /// The savepoint.
        path: String,
        /// Why it failed.
        cause: String,
    },
    /// The new program was not tried first, as its `main()` could end the JobManager.
    DryRunSkipped,
    /// Whether the state fits the new program could not be told.
    FitUnknown {
        /// Why not.
        reason: String,
    },
    /// State of these operators is dropped, as allowed.
    StateDropped {
        /// The operators.
        operators: Vec<Operator>,
    },
    /// The new program did not come up; the old one runs again.
    RolledBack {
        /// Why it did not.
        cause: String,
        /// What the old one was started from.
        path: Option<String>,
    },
    /// The job could not be rescaled in place and was replaced.
    RescaledByRestart {
        /// Why not in place.
        reason: String,
    },
    /// The job runs with less than it was asked to, for want of slots.
    FewerSlots {
        /// What runs.
        running: u32,
        /// What was asked for.
        wanted: u32,
    },
    /// The job carries no marks, as its program sets parameters of its own.
    NoMarks,
    /// The job is coming up or recovering.
    StillRecovering {
        /// Its state in Flink.
        state: String,
    },
    /// The job had ended before it could be stopped.
    AlreadyEnded {
        /// What had become of it.
        found: Left,
        /// Its newest state.
        newest: Option<String>,
    },
    /// The job was left running, as asked.
    KeptRunning,
}

/// An operator's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The id its state is kept under.
    pub id: String,
    /// Its name, where that could be told.
    pub name: Option<String>,
    /// Size of its state.
    pub bytes: u64,
}
