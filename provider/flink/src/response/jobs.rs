//! Answers about jobs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::jars::JobPlan;
use crate::{Causes, JobId, VertexId};

/// The state of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum JobStatus {
    /// The JobManager is setting the job up.
    Initializing,
    /// Set up; no task runs yet.
    Created,
    /// Scheduled, which does not mean that every task runs.
    Running,
    /// Failed, tasks are being stopped.
    Failing,
    /// Ended by a failure.
    Failed,
    /// Being cancelled.
    Cancelling,
    /// Ended by a cancellation.
    Canceled,
    /// Ended by itself or by a stop.
    Finished,
    /// Waiting for a restart after a failure.
    Restarting,
    /// Given up by this JobManager, to be recovered by another.
    Suspended,
    /// Being recovered.
    Reconciling,
    /// A state of a newer Flink.
    #[serde(other)]
    Unknown,
}

impl JobStatus {
    /// Whether the job will never run again under this id.
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Failed | Self::Canceled | Self::Finished)
    }
}

/// `/jobs`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Jobs {
    /// Each job.
    pub jobs: Vec<JobEntry>,
}

/// One job of `/jobs`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct JobEntry {
    /// The job.
    pub id: JobId,
    /// Its state.
    pub status: JobStatus,
}

/// `/jobs/:id/status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct JobStatusAnswer {
    /// The state.
    pub status: JobStatus,
}

/// `/jobs/overview`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct JobsOverview {
    /// Each job.
    pub jobs: Vec<JobSummary>,
}

/// One job of `/jobs/overview`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct JobSummary {
    /// The job.
    #[serde(rename = "jid")]
    pub id: JobId,
    /// The name that the program gave it.
    pub name: String,
    /// Its state.
    pub state: JobStatus,
    /// When it was submitted, in milliseconds since 1970.
    pub start_time: i64,
    /// When it ended; -1 while it has not.
    pub end_time: i64,
    /// How many tasks are in which state.
    pub tasks: TaskCounts,
}

/// How many tasks are in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct TaskCounts {
    /// All.
    pub total: u32,
    /// Not scheduled.
    pub created: u32,
    /// Waiting for a slot.
    pub scheduled: u32,
    /// On their way to a TaskManager.
    pub deploying: u32,
    /// Loading state.
    pub initializing: u32,
    /// Running.
    pub running: u32,
    /// Ended by themselves.
    pub finished: u32,
    /// Being cancelled.
    pub canceling: u32,
    /// Cancelled.
    pub canceled: u32,
    /// Failed.
    pub failed: u32,
    /// Being recovered.
    pub reconciling: u32,
}

impl TaskCounts {
    /// Whether every task runs or has already done its part. A source with
    /// more subtasks than splits has finished ones for ever.
    pub fn all_running(&self) -> bool {
        self.total > 0 && self.running + self.finished == self.total
    }
}

/// `/jobs/:id`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct JobDetails {
    /// The job.
    #[serde(rename = "jid")]
    pub id: JobId,
    /// The name that the program gave it.
    pub name: String,
    /// Its state.
    pub state: JobStatus,
    /// When it was submitted, in milliseconds since 1970.
    pub start_time: i64,
    /// When it ended; -1 while it has not.
    pub end_time: i64,
    /// The JobManager's clock when it answered, in milliseconds since 1970.
    #[serde(default)]
    pub now: Option<i64>,
    /// When it last entered each state; 0 for never.
    #[serde(default)]
    pub timestamps: BTreeMap<String, i64>,
    /// The vertices; none for a job that failed before it had any.
    pub vertices: Vec<Vertex>,
    /// The job graph.
    #[serde(default)]
    pub plan: JobPlan,
    /// What schedules it; not answered before 2.3.
    #[serde(default, rename = "schedulerType")]
    pub scheduler: Option<String>,
}

/// One vertex of a job.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Vertex {
    /// The vertex.
    pub id: VertexId,
    /// The names of its chain's operators.
    pub name: String,
    /// Its parallelism now.
    pub parallelism: i64,
    /// The highest that its state can be spread to.
    #[serde(rename = "maxParallelism")]
    pub max_parallelism: i64,
    /// The state that all its tasks make up.
    pub status: String,
}

/// `/jobs/:id/plan`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PlanAnswer {
    /// The job graph.
    pub plan: JobPlan,
}

/// `/jobs/:id/config`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct JobConfig {
    /// The name that the program gave the job.
    pub name: String,
    /// How it is executed; absent while it is being set up.
    #[serde(default)]
    pub execution_config: Option<ExecutionConfig>,
}

/// How a job is executed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ExecutionConfig {
    /// In words.
    pub restart_strategy: String,
    /// The default parallelism of its operators.
    pub job_parallelism: i64,
    /// The global job parameters.
    #[serde(default)]
    pub user_config: BTreeMap<String, String>,
}

/// `/jobs/:id/exceptions`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Exceptions {
    /// What every version answers; the rest ended with 2.0.
    pub exception_history: ExceptionHistory,
}

/// The latest failures, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ExceptionHistory {
    /// Each failure.
    pub entries: Vec<ExceptionEntry>,
    /// Whether there are older ones that are not answered.
    #[serde(default)]
    pub truncated: bool,
}

/// One failure of a job.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExceptionEntry {
    /// The class of the outermost exception.
    pub exception_name: String,
    /// The stack trace.
    pub stacktrace: String,
    /// When, in milliseconds since 1970.
    pub timestamp: i64,
    /// The task that failed, when it was one.
    #[serde(default)]
    pub task_name: Option<String>,
    /// Where that task ran; `location` until 1.20, `endpoint` since.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// Where that task ran, as older versions call it.
    #[serde(default)]
    location: Option<String>,
}

impl ExceptionEntry {
    /// What the stack trace says.
    pub fn causes(&self) -> Causes {
        Causes::parse(&self.stacktrace)
    }

    /// Where the task ran, by whichever name the version has for it.
    pub fn place(&self) -> Option<&str> {
        self.endpoint.as_deref().or(self.location.as_deref())
    }
}

/// `/jobs/:id/execution-result`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ExecutionResult {
    /// The result; none while the job has not ended.
    #[serde(default)]
    pub job_execution_result: Option<JobResult>,
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct JobResult {
    /// `SUCCEEDED`, `FAILED`, `CANCELED` or `UNKNOWN`.
    pub application_status: String,
    /// Why it failed.
    #[serde(default)]
    pub failure_cause: Option<Failure>,
}

/// A failure that Flink carries in an answer.
///
/// What it also sends as serialised Java is not kept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Failure {
    /// The class of the outermost exception.
    pub class: String,
    /// The stack trace.
    pub stack_trace: String,
}

impl Failure {
    /// What the stack trace says.
    pub fn causes(&self) -> Causes {
        Causes::parse(&self.stack_trace)
    }
}

/// `/jobs/:id/resource-requirements`: what each vertex may use.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResourceRequirements(pub BTreeMap<VertexId, VertexRequirements>);

/// What one vertex may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VertexRequirements {
    /// Its parallelism.
    pub parallelism: ParallelismBounds,
}

/// The parallelism that a vertex may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ParallelismBounds {
    /// At least.
    pub lower_bound: u32,
    /// At most.
    pub upper_bound: u32,
}
