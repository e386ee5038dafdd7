//! A resource of the operator, as far as a decision needs it. Parsed leniently: what a version of the
//! operator does not write is absent, and what is not understood is unknown.

use serde::{Deserialize, de::DeserializeOwned};
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
    /// How that job is.
    pub job_state: JobState,
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

macro_rules! words {
    ($(#[$what:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$what])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum $name {
            $($(#[$of])* $variant,)*
            /// Nothing is said, or nothing that is understood.
            #[default]
            Unknown,
        }

        impl $name {
            fn read(word: Option<&str>) -> Self {
                match word {
                    $(Some($word) => Self::$variant,)*
                    Some(_) | None => Self::Unknown,
                }
            }
        }
    };
}

words! {
    /// The operator's summary.
    Lifecycle {
        /// Nothing has been recorded yet.
        Created = "CREATED",
        /// The job is suspended, as wanted.
        Suspended = "SUSPENDED",
        /// The recorded spec is being carried out.
        Upgrading = "UPGRADING",
        /// It is there, and has not yet been seen to run.
        Deployed = "DEPLOYED",
        /// It has been seen to run once; it need not run now.
        Stable = "STABLE",
        /// The former spec is being brought back.
        RollingBack = "ROLLING_BACK",
        /// The former spec is back; it need not run yet.
        RolledBack = "ROLLED_BACK",
        /// It has failed; for session jobs the operator may try again.
        Failed = "FAILED",
        /// It is going.
        Deleting = "DELETING",
        /// It is gone.
        Deleted = "DELETED",
    }
}

words! {
    /// The JobManager's deployment.
    JobManagerState {
        /// It answers.
        Ready = "READY",
        /// It listens.
        DeployedNotReady = "DEPLOYED_NOT_READY",
        /// Its pod is coming up.
        Deploying = "DEPLOYING",
        /// There is none.
        Missing = "MISSING",
        /// Its pod does not come up.
        Error = "ERROR",
    }
}

words! {
    /// How far the recorded spec is carried out.
    Phase {
        /// Something is being changed.
        Upgrading = "UPGRADING",
        /// It is deployed.
        Deployed = "DEPLOYED",
        /// The former spec is being brought back.
        RollingBack = "ROLLING_BACK",
        /// The former spec is back.
        RolledBack = "ROLLED_BACK",
    }
}

words! {
    /// Flink's state of a job.
    JobState {
        /// Before the first attempt.
        Initializing = "INITIALIZING",
        /// Before its tasks run.
        Created = "CREATED",
        /// At least one of its tasks may run.
        Running = "RUNNING",
        /// On the way to a failure.
        Failing = "FAILING",
        /// It has failed.
        Failed = "FAILED",
        /// It is being cancelled.
        Cancelling = "CANCELLING",
        /// It was cancelled.
        Canceled = "CANCELED",
        /// It is complete, or was stopped with a savepoint.
        Finished = "FINISHED",
        /// Another attempt comes.
        Restarting = "RESTARTING",
        /// Its JobManager gave it up for another.
        Suspended = "SUSPENDED",
        /// The operator does not know.
        Reconciling = "RECONCILING",
    }
}

words! {
    /// How a job's state is carried over.
    Mode {
        /// Not at all.
        Stateless = "stateless",
        /// By a savepoint.
        Savepoint = "savepoint",
        /// By the newest checkpoint.
        LastState = "last-state",
    }
}

words! {
    /// How a snapshot is.
    SnapshotState {
        /// It is to be taken.
        Pending = "TRIGGER_PENDING",
        /// It is being taken.
        InProgress = "IN_PROGRESS",
        /// It is there.
        Completed = "COMPLETED",
        /// It has failed, and may be tried again.
        Failed = "FAILED",
        /// It is not tried again.
        Abandoned = "ABANDONED",
    }
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
    upgrade_mode: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawStatus {
    observed_generation: Option<i64>,
    lifecycle_state: Option<String>,
    job_manager_deployment_status: Option<String>,
    job_status: RawJob,
    reconciliation_status: Reconciliation,
    error: Option<String>,
    conditions: Vec<Condition>,
    state: Option<String>,
    path: Option<String>,
    failures: i64,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawJob {
    job_id: Option<String>,
    state: Option<String>,
    upgrade_savepoint_path: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Reconciliation {
    state: Option<String>,
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
            lifecycle: Lifecycle::read(self.lifecycle_state.as_deref()),
            job_manager: JobManagerState::read(self.job_manager_deployment_status.as_deref()),
            job: self.job_status.job_id,
            job_state: JobState::read(self.job_status.state.as_deref()),
            upgrade_path: self.job_status.upgrade_savepoint_path.filter(|path| !path.is_empty()),
            phase: Phase::read(self.reconciliation_status.state.as_deref()),
            recorded: self.reconciliation_status.last_reconciled_spec.as_deref().map(recorded),
            fault: self.error.as_deref().filter(|text| !text.is_empty()).map(fault),
            is_running: running.map(|condition| condition.status == "True"),
            snapshot: SnapshotState::read(self.state.as_deref()),
            path: self.path.filter(|path| !path.is_empty()),
            failures: self.failures,
        }
    }
}

impl SpecJob {
    fn wanted(self) -> WantedJob {
        WantedJob {
            suspended: self.state.as_deref() == Some("suspended"),
            mode: Mode::read(self.upgrade_mode.as_deref()),
        }
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
