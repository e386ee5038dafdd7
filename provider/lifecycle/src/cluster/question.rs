//! What is asked of a cluster, and what is answered.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    cluster::{goal::Id, problem::Conflict, step::Apply},
    job::{self, journal::Noted},
};

/// Something to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// These objects, and all that carry the cluster's label.
    Objects(BTreeSet<Id>),
    /// These objects alone.
    Workloads(BTreeSet<Id>),
    /// Whether the API server would take all this.
    DryRun(Vec<Apply>),
    /// The cluster's pods.
    Pods,
    /// What the JobManager says of itself.
    Overview,
    /// What Kubernetes has reported of a pod.
    Events {
        /// Its name.
        pod: String,
    },
    /// The last lines that a container wrote.
    Log {
        /// Its pod.
        pod: String,
        /// Its name.
        container: String,
        /// Whether it is that of the container that ended before this one.
        previous: bool,
    },
    /// The journals of the cluster's jobs.
    Journals,
    /// The `ConfigMaps` in which Flink keeps what outlives a JobManager.
    HighAvailabilityData,
    /// What is asked of a job.
    Job(job::observed::Question),
    /// What is asked of the scout: a JobManager of the version that is to come.
    Scout(job::observed::Question),
}

/// The answer to the [`Question`] of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Those that exist, of whatever was asked for.
    Objects(Objects),
    /// What it would not take.
    DryRun(Vec<(Id, Refusal)>),
    /// The pods, whole.
    Pods(Vec<Value>),
    /// What the JobManager says of itself.
    Overview(Overview),
    /// Events, newest last.
    Events(Vec<Event>),
    /// The lines.
    Log(Vec<String>),
    /// The journals.
    Journals(Vec<Noted>),
    /// The `ConfigMaps`, whole.
    HighAvailabilityData(Vec<Value>),
    /// What is so of a job.
    Job(job::observed::Answer),
    /// What the scout says, or why it does not.
    Scout(Result<job::observed::Answer, String>),
}

/// Objects as the API server has them, whole.
pub type Objects = BTreeMap<Id, Value>;

/// Why the API server does not take an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Other managers have fields.
    Conflicts(Vec<Conflict>),
    /// There is no such namespace.
    NamespaceMissing,
    /// The namespace is being deleted.
    NamespaceTerminating,
    /// A right is missing.
    Forbidden {
        /// For example `patch`.
        verb: String,
        /// For example `deployments`.
        resource: String,
        /// What was answered.
        reason: String,
    },
    /// Anything else: not valid, or an admission that says no.
    Invalid {
        /// What was answered.
        reason: String,
        /// The fields that are named in the answer.
        fields: Vec<String>,
    },
}

/// What the JobManager says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overview {
    /// It answers.
    Told {
        /// The TaskManagers that have registered.
        task_managers: u32,
    },
    /// It does not.
    Silent {
        /// What the client says.
        reason: String,
    },
}

/// What Kubernetes has reported of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// For example `FailedMount`.
    pub reason: String,
    /// In words.
    pub message: String,
    /// How often so far, each time a while after the last.
    pub times: u64,
}
