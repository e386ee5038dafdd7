//! A resource of the operator, as far as a decision needs it. Parsed leniently: what a version of the
//! operator does not write is absent, and what is not understood is unknown.

use flink::response::jobs::JobStatus;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value as Json;

/// A `FlinkDeployment`, `FlinkSessionJob` or `FlinkStateSnapshot`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resource {
    /// The object's own id: another one is another object of the same name.
    pub uid: String,
    /// Counts what was written to its spec.
    pub generation: i64,
    /// Whether the operator has put its finalizer there, which it does before anything else.
    pub has_finalizer: bool,
    /// Whether somebody has deleted it.
    pub is_being_deleted: bool,
    /// The job of its spec; session clusters have none.
    pub job: Option<WantedJob>,
    /// The session cluster that its job is to run on.
    pub cluster: Option<String>,
    /// How often a snapshot is tried again; negative: for ever.
    pub backoff_limit: Option<i64>,
    /// What the operator has said; `None` until it says something.
    pub status: Option<Status>,
}

/// A job as it should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WantedJob {
    /// Whether it should not run.
    pub suspended: bool,
    /// How its state is to be carried over.
    pub mode: Mode,
}

/// What the operator has written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// The generation whose spec is in `recorded`.
    pub observed: Option<i64>,
    /// The summary.
    pub lifecycle: Lifecycle,
    /// How the JobManager is; session jobs have none of their own.
    pub job_manager: JobManagerState,
    /// The id of the job that the operator means.
    pub job: Option<String>,
    /// How that job is, as far as the operator knows.
    pub job_state: Option<JobStatus>,
    /// What the next start goes on from, or the last one went on from.
    pub upgrade_path: Option<String>,
    /// How far the recorded spec is carried out.
    pub phase: Phase,
    /// The job of the spec that the operator has taken up: suspended also while it stops for an upgrade,
    /// and with the mode that was really used.
    pub recorded: Option<WantedJob>,
    /// The last thing that went wrong; it often stays behind.
    pub fault: Option<Fault>,
    /// What the condition `Running` says; it is one write behind the rest.
    pub is_running: Option<bool>,
    /// How a snapshot is.
    pub snapshot: SnapshotState,
    /// Where a snapshot is.
    pub path: Option<String>,
    /// How often a snapshot has failed.
    pub failures: i64,
}

/// A fault that the operator tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fault {
    /// The class of the exception, without its package; empty where it is only a text.
    pub class: String,
    /// What it says.
    pub message: String,
    /// What is beneath it.
    pub root: Option<String>,
    /// Kubernetes' word for it.
    pub reason: Option<String>,
}

impl Fault {
    /// What says most: the innermost message.
    pub fn told(&self) -> &str {
        self.root.as_deref().unwrap_or(&self.message)
    }
}

/// The operator's summary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Lifecycle {
    /// Nothing has been recorded yet.
    Created,
    /// The job is suspended, as wanted.
    Suspended,
    /// The recorded spec is being carried out.
    Upgrading,
    /// It is there, and has not yet been seen to run.
    Deployed,
    /// It has been seen to run once; it need not run now.
    Stable,
    /// The former spec is being brought back.
    RollingBack,
    /// The former spec is back; it need not run yet.
    RolledBack,
    /// It has failed; for session jobs the operator may try again.
    Failed,
    /// It is going.
    Deleting,
    /// It is gone.
    Deleted,
    /// Nothing is said, or nothing that is understood.
    #[default]
    #[serde(other)]
    Unknown,
}

/// The JobManager's deployment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum JobManagerState {
    /// It answers.
    Ready,
    /// It listens.
    DeployedNotReady,
    /// Its pod is coming up.
    Deploying,
    /// There is none.
    Missing,
    /// Its pod does not come up.
    Error,
    /// Nothing is said, or nothing that is understood.
    #[default]
    #[serde(other)]
    Unknown,
}

/// How far the recorded spec is carried out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Phase {
    /// Something is being changed.
    Upgrading,
    /// It is deployed.
    Deployed,
    /// The former spec is being brought back.
    RollingBack,
    /// The former spec is back.
    RolledBack,
    /// Nothing is said, or nothing that is understood.
    #[default]
    #[serde(other)]
    Unknown,
}

/// How a job's state is carried over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Not at all.
    Stateless,
    /// By a savepoint.
    Savepoint,
    /// By the newest checkpoint.
    LastState,
    /// Nothing is said, or nothing that is understood.
    #[default]
    #[serde(other)]
    Unknown,
}

/// How a snapshot is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SnapshotState {
    /// It is to be taken.
    TriggerPending,
    /// It is being taken.
    InProgress,
    /// It is there.
    Completed,
    /// It has failed, and may be tried again.
    Failed,
    /// It is not tried again.
    Abandoned,
    /// Nothing is said, or nothing that is understood.
    #[default]
    #[serde(other)]
    Unknown,
}

impl Resource {
    /// Reads an object of the API server.
    pub fn read(object: &Json) -> Self {
        let raw: Raw = lenient(object);
        let Raw { metadata, spec, status } = raw;
        Self {
            uid: metadata.uid,
            generation: metadata.generation,
            has_finalizer: !metadata.finalizers.is_empty(),
            is_being_deleted: metadata.deletion_timestamp.is_some(),
            job: spec.job.map(SpecJob::wanted),
            cluster: spec.deployment_name,
            backoff_limit: spec.backoff_limit,
            status: status.map(RawStatus::told),
        }
    }

    /// Whether the newest spec is the one that the operator has taken up.
    pub fn is_observed(&self) -> bool {
        self.status.as_ref().and_then(|status| status.observed) == Some(self.generation)
    }
}

/// A field that is null says as much as one that is absent.
fn said<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// What is not of this shape at all says nothing, and is waited for.
fn lenient<T: DeserializeOwned + Default>(value: &Json) -> T {
    T::deserialize(value).unwrap_or_default()
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Raw {
    metadata: Metadata,
    spec: Spec,
    status: Option<RawStatus>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Metadata {
    uid: String,
    generation: i64,
    #[serde(deserialize_with = "said")]
    finalizers: Vec<String>,
    deletion_timestamp: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Spec {
    job: Option<SpecJob>,
    deployment_name: Option<String>,
    backoff_limit: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct SpecJob {
    state: Option<String>,
    #[serde(deserialize_with = "said")]
    upgrade_mode: Mode,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawStatus {
    observed_generation: Option<i64>,
    #[serde(deserialize_with = "said")]
    lifecycle_state: Lifecycle,
    #[serde(deserialize_with = "said")]
    job_manager_deployment_status: JobManagerState,
    #[serde(deserialize_with = "said")]
    job_status: RawJob,
    #[serde(deserialize_with = "said")]
    reconciliation_status: Reconciliation,
    error: Option<String>,
    #[serde(deserialize_with = "said")]
    conditions: Vec<Condition>,
    #[serde(deserialize_with = "said")]
    state: SnapshotState,
    path: Option<String>,
    #[serde(deserialize_with = "said")]
    failures: i64,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawJob {
    job_id: Option<String>,
    state: Option<JobStatus>,
    upgrade_savepoint_path: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Reconciliation {
    #[serde(deserialize_with = "said")]
    state: Phase,
    last_reconciled_spec: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Condition {
    #[serde(rename = "type")]
    kind: String,
    status: String,
}

impl RawStatus {
    fn told(self) -> Status {
        let running = self.conditions.iter().find(|condition| condition.kind == "Running");
        Status {
            observed: self.observed_generation,
            lifecycle: self.lifecycle_state,
            job_manager: self.job_manager_deployment_status,
            job: self.job_status.job_id,
            job_state: self.job_status.state,
            upgrade_path: self.job_status.upgrade_savepoint_path.filter(|path| !path.is_empty()),
            phase: self.reconciliation_status.state,
            recorded: self.reconciliation_status.last_reconciled_spec.as_deref().map(recorded),
            fault: self.error.as_deref().filter(|text| !text.is_empty()).map(fault),
            is_running: running.map(|condition| condition.status == "True"),
            snapshot: self.state,
            path: self.path.filter(|path| !path.is_empty()),
            failures: self.failures,
        }
    }
}

impl SpecJob {
    fn wanted(self) -> WantedJob {
        WantedJob { suspended: self.state.as_deref() == Some("suspended"), mode: self.upgrade_mode }
    }
}

/// The recorded spec comes as a text of JSON.
fn recorded(text: &str) -> WantedJob {
    let document: Json = serde_json::from_str(text).unwrap_or_default();
    lenient::<SpecJob>(&document["spec"]["job"]).wanted()
}

/// A fault comes as a text of JSON, or as a bare text.
fn fault(text: &str) -> Fault {
    #[derive(Default, Deserialize)]
    #[serde(default, rename_all = "camelCase")]
    struct Told {
        r#type: String,
        message: String,
        additional_metadata: Additional,
        throwable_list: Vec<Self>,
    }

    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Additional {
        reason: Option<String>,
    }

    match serde_json::from_str::<Told>(text) {
        Ok(told) => Fault {
            class: told.r#type.rsplit(['.', '$']).next().unwrap_or_default().to_owned(),
            message: told.message,
            root: told
                .throwable_list
                .into_iter()
                .rev()
                .map(|one| one.message)
                .find(|it| !it.is_empty()),
            reason: told.additional_metadata.reason,
        },
        Err(_) => Fault { message: text.to_owned(), ..Fault::default() },
    }
}
