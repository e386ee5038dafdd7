//! The effects that an operation can have on Flink. Each can be repeated:
//! the second time finds what the first has made.

use flink::{JarId, JobId, TriggerId};

use crate::job::{
    goal::{Claim, Drain, Format, Jar, NonRestoredState, Program},
    journal::{Entry, Noted},
    marks::Marks,
    problem::Failure,
    report::Which,
};

/// One effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Put a jar on the cluster.
    UploadJar {
        /// The jar.
        jar: Jar,
        /// The name to upload it under.
        name: String,
    },
    /// Take a jar from the cluster.
    DeleteJar(JarId),
    /// Stop a job with a savepoint.
    Stop(Trigger),
    /// Take a savepoint of a job that goes on.
    Savepoint(Trigger),
    /// Cancel a job.
    Cancel {
        /// The job.
        job: JobId,
        /// Why.
        because: Because,
    },
    /// Start a job that has no state yet.
    FirstStart(Box<Launch>),
    /// Start a job from state.
    StartFrom {
        /// What to start.
        launch: Box<Launch>,
        /// The savepoint or checkpoint.
        path: String,
        /// Whether state without an operator may be dropped.
        non_restored_state: NonRestoredState,
        /// What becomes of the files.
        claim: Claim,
    },
    /// Ask for another parallelism of a running job.
    Rescale {
        /// The job.
        job: JobId,
        /// The parallelism of every vertex that can have it.
        parallelism: u32,
    },
    /// Delete a savepoint's files.
    Dispose {
        /// The savepoint.
        path: String,
    },
    /// Write a job's journal.
    Note(Box<Note>),
    /// Delete a job's journal.
    EraseNote(Box<Noted>),
}

/// What a journal is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What it is to say.
    pub entry: Entry,
    /// What it says now; `None`: nothing.
    pub over: Option<Noted>,
}

/// A savepoint to be triggered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    /// The job.
    pub job: JobId,
    /// The id under which to ask what has become of it.
    pub id: TriggerId,
    /// Where it goes; used by no other operation.
    pub directory: String,
    /// Its format.
    pub format: Format,
    /// Whether sources emit their last watermark (when stopping).
    pub drain: Drain,
}

/// Why a job is cancelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Because {
    /// To go on from its newest checkpoint.
    LastState,
    /// Its state is not wanted.
    Stateless,
    /// It is not wanted.
    Unwanted,
    /// It never came up: what it was started from is still all its state.
    NeverUp,
    /// It did not come up and is rolled back.
    RollingBack(Failure),
}

/// A job to start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Launch {
    /// Its id, used by no other start.
    pub id: JobId,
    /// Its jar on the cluster.
    pub jar: JarId,
    /// What it runs.
    pub program: Program,
    /// What it carries.
    pub marks: Marks,
    /// Which program of an upgrade it is.
    pub which: Which,
}

/// What a step came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Flink has accepted it.
    Accepted,
    /// The jar is on the cluster.
    Uploaded(JarId),
    /// The job is submitted, and its state was mapped.
    Started,
    /// The id is used up, or in use.
    Duplicate,
    /// The jar is no longer on the cluster.
    JarGone,
    /// The program does not come to a job; nothing was submitted.
    ProgramFailed {
        /// Flink's root cause.
        cause: String,
    },
    /// The state was refused; the id is used up.
    RestoreRefused {
        /// Flink's root cause.
        cause: String,
    },
    /// There was no answer: it may have happened, or happen yet.
    Unclear {
        /// What the client says.
        reason: String,
    },
    /// The disposal goes on under this request id.
    Disposing(String),
    /// The journal says something else by now: nothing was written.
    Outdated,
    /// Flink will not do it.
    Rejected {
        /// Flink's root cause.
        cause: String,
    },
}

impl Effect {
    /// Why Flink would not do it.
    pub fn rejection(&self) -> Option<&str> {
        if let Self::Rejected { cause } = self { Some(cause) } else { None }
    }
}

impl Step {
    /// The state that a job is started from.
    pub fn path(&self) -> Option<&str> {
        if let Self::StartFrom { path, .. } = self { Some(path) } else { None }
    }

    /// The job that is cancelled by this to be rolled back, and why.
    pub fn rolls_back(&self) -> Option<(&JobId, &Failure)> {
        if let Self::Cancel { job, because: Because::RollingBack(failure) } = self {
            Some((job, failure))
        } else {
            None
        }
    }

    /// The job that this starts.
    pub fn launch(&self) -> Option<&Launch> {
        match self {
            Self::FirstStart(launch) | Self::StartFrom { launch, .. } => Some(launch),
            Self::UploadJar { .. }
            | Self::DeleteJar(_)
            | Self::Stop(_)
            | Self::Savepoint(_)
            | Self::Cancel { .. }
            | Self::Rescale { .. }
            | Self::Dispose { .. }
            | Self::Note(_)
            | Self::EraseNote(_) => None,
        }
    }

    /// The trigger id of this operation.
    pub fn trigger(&self) -> Option<&TriggerId> {
        match self {
            Self::Stop(trigger) | Self::Savepoint(trigger) => Some(&trigger.id),
            Self::UploadJar { .. }
            | Self::DeleteJar(_)
            | Self::FirstStart(_)
            | Self::StartFrom { .. }
            | Self::Cancel { .. }
            | Self::Rescale { .. }
            | Self::Dispose { .. }
            | Self::Note(_)
            | Self::EraseNote(_) => None,
        }
    }

    /// Whether the list of jars is another after this.
    pub(crate) fn changes_jars(&self, effect: &Effect) -> bool {
        matches!(self, Self::UploadJar { .. } | Self::DeleteJar(_)) || *effect == Effect::JarGone
    }

    /// Whether the journal says something else after this.
    pub(crate) fn changes_journal(&self) -> bool {
        matches!(self, Self::Note(_) | Self::EraseNote(_))
    }

    /// What it does, in a word or two, for progress and logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::UploadJar { .. } => "uploading the jar",
            Self::DeleteJar(_) => "deleting an old jar",
            Self::Stop(_) => "stopping the job with a savepoint",
            Self::Savepoint(_) => "taking a savepoint",
            Self::Cancel { .. } => "cancelling the job",
            Self::FirstStart(_) => "starting the job",
            Self::StartFrom { .. } => "starting the job from its state",
            Self::Rescale { .. } => "rescaling the job",
            Self::Dispose { .. } => "deleting the savepoint",
            Self::Note(_) => "writing the job's journal",
            Self::EraseNote(_) => "deleting the job's journal",
        }
    }
}
