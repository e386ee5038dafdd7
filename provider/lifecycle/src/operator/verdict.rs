//! What a wait comes to.

use std::fmt;

/// What can be said now of a goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is reached.
    Done(Done),
    /// It may still be.
    Wait(Waiting),
    /// It will not be, unless somebody does something.
    Failed(Cause),
}

/// What was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// The job runs.
    Running {
        /// What it went on from.
        restored: Restored,
        /// Whether that is less than what was asked for.
        fell_back: bool,
    },
    /// The job has come to its own end.
    Finished,
    /// The job is suspended; it goes on from the path.
    Suspended(Option<String>),
    /// The session cluster answers.
    Ready,
    /// The snapshot is at this path.
    Snapshot(Option<String>),
    /// The resource is gone.
    Gone,
}

/// What a job really went on from, whatever was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Restored {
    /// It started empty.
    Nothing,
    /// It was not started again.
    Untouched,
    /// From this savepoint.
    Savepoint(String),
    /// From this checkpoint: what came after it was done again.
    Checkpoint(String),
    /// From the newest checkpoint that the data of high availability named.
    HighAvailability,
}

/// What is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// The operator has not taken the resource up.
    TakenUp,
    /// It has not taken the change up: it is stopping the job, or cannot stop it yet.
    Stopping(Option<String>),
    /// It is carrying the change out.
    Deploying,
    /// The JobManager is coming up.
    JobManager,
    /// The job is coming up.
    Job,
    /// The operator calls it running; not all of its tasks do, or Flink has not been asked.
    Tasks,
    /// A start has failed, and the next one is coming.
    AnotherAttempt(String),
    /// The former version is being brought back.
    RollBack,
    /// The snapshot is being taken.
    Snapshot,
    /// The operator is taking everything away.
    Deletion(Option<String>),
}

/// Why a goal is not reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Somebody has deleted the resource, or made another of its name.
    Deleted,
    /// Somebody has written to it since.
    Superseded,
    /// No operator takes it up.
    NoOperator,
    /// It is deleted, its finalizer holds it, and no operator takes it away.
    Held,
    /// The operator refuses the spec; the old one goes on.
    Invalid(String),
    /// The operator does not know this version of Flink.
    UnsupportedVersion(String),
    /// There is no such session cluster.
    NoCluster(String),
    /// No savepoint comes about; the old job goes on.
    NoSavepoint(String),
    /// The operator says that somebody must restore the job by hand.
    ManualRestore(String),
    /// The image cannot be had.
    Image(String),
    /// A process ends again and again.
    Crash(String),
    /// The JobManager's pod does not come up.
    JobManager(String),
    /// The job cannot be started.
    Start(String),
    /// The job has failed.
    JobFailed(String),
    /// The job fails and starts again and again.
    Restarts(String),
    /// Somebody has cancelled the job.
    Canceled,
    /// The job runs without the state at this path, from which it was to go on.
    StartedEmpty(String),
    /// The cluster has lost the job, and the operator does not bring it back.
    JobLost,
    /// The new version did not come up, and the former one runs again.
    RolledBack(String),
    /// The snapshot has failed.
    Snapshot(String),
    /// Something must be deleted first.
    Blocked(String),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done(done) => write!(f, "{done}"),
            Self::Wait(waiting) => write!(f, "{waiting}"),
            Self::Failed(cause) => write!(f, "{cause}"),
        }
    }
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Running { restored, fell_back: false } => write!(f, "running, {restored}"),
            Self::Running { restored, fell_back: true } => {
                write!(f, "running, {restored}, because no savepoint came about")
            }
            Self::Finished => f.write_str("finished"),
            Self::Suspended(Some(path)) => write!(f, "suspended at {path}"),
            Self::Suspended(None) => f.write_str("suspended without a savepoint"),
            Self::Ready => f.write_str("the cluster answers"),
            Self::Snapshot(Some(path)) => write!(f, "taken to {path}"),
            Self::Snapshot(None) => f.write_str("taken"),
            Self::Gone => f.write_str("gone"),
        }
    }
}

impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("started empty"),
            Self::Untouched => f.write_str("not restarted"),
            Self::Savepoint(path) => write!(f, "restored from the savepoint {path}"),
            Self::Checkpoint(path) => write!(f, "restored from the checkpoint {path}"),
            Self::HighAvailability => {
                f.write_str("restored from the newest checkpoint known to high availability")
            }
        }
    }
}

impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TakenUp => f.write_str("the operator to take it up"),
            Self::Stopping(None) => f.write_str("the old job to stop"),
            Self::Stopping(Some(trouble)) => write!(f, "the old job to stop; so far: {trouble}"),
            Self::Deploying => f.write_str("the operator to deploy it"),
            Self::JobManager => f.write_str("the JobManager"),
            Self::Job => f.write_str("the job to run"),
            Self::Tasks => f.write_str("all of the job's tasks to run"),
            Self::AnotherAttempt(trouble) => write!(f, "another attempt after: {trouble}"),
            Self::RollBack => f.write_str("the former version to come back"),
            Self::Snapshot => f.write_str("the snapshot"),
            Self::Deletion(None) => f.write_str("the operator to take it away"),
            Self::Deletion(Some(trouble)) => write!(f, "its end; so far: {trouble}"),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deleted => f.write_str("somebody has deleted it"),
            Self::Superseded => f.write_str("somebody has changed it since"),
            Self::NoOperator => f.write_str("no operator takes it up"),
            Self::Held => f.write_str("its finalizer holds it, and no operator takes it away"),
            Self::Invalid(why) => write!(f, "the operator refuses it: {why}"),
            Self::UnsupportedVersion(why) => f.write_str(why),
            Self::NoCluster(name) => write!(f, "there is no session cluster {name}"),
            Self::NoSavepoint(why) => write!(f, "no savepoint comes about: {why}"),
            Self::ManualRestore(why) => write!(f, "it must be restored by hand: {why}"),
            Self::Image(why) => write!(f, "the image cannot be had: {why}"),
            Self::Crash(why) => write!(f, "a process ends again and again: {why}"),
            Self::JobManager(why) => write!(f, "the JobManager does not come up: {why}"),
            Self::Start(why) => write!(f, "the job cannot be started: {why}"),
            Self::JobFailed(why) => write!(f, "the job has failed: {why}"),
            Self::Restarts(why) => write!(f, "the job fails again and again: {why}"),
            Self::Canceled => f.write_str("somebody has cancelled the job"),
            Self::StartedEmpty(path) => write!(f, "it runs without the state at {path}"),
            Self::JobLost => f.write_str("the cluster has lost the job"),
            Self::RolledBack(why) => write!(f, "the former version runs again: {why}"),
            Self::Snapshot(why) => write!(f, "the snapshot has failed: {why}"),
            Self::Blocked(why) => write!(f, "it cannot go yet: {why}"),
        }
    }
}
