//! What should be of a cluster: fully resolved, nothing unknown.

use std::{collections::BTreeMap, fmt};

use manifests::{Object, Rendered, description::Strategy, names};
use serde_json::Value;

use crate::json::at;

/// The annotation of a pod template that a restart changes, and nothing else does.
pub const REVISION: &str = "flink.terraform-provider/revision";
/// The label of all objects that are ours: the cluster they belong to.
pub const CLUSTER: &str = "flink.terraform-provider/cluster";
/// The label that names who manages an object.
pub const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
/// Its value on what is ours.
pub const MANAGER: &str = "terraform-provider-flink";
/// The annotation of an object that is ours: what it was rendered from, so
/// that an apply that was cut short is told from another's cluster.
pub const FINGERPRINT: &str = "flink.terraform-provider/fingerprint";

/// The key that says whether jobs outlive the JobManager, in all its spellings.
const HIGH_AVAILABILITY: [&str; 3] =
    ["high-availability.type", "high-availability", "recovery.mode"];

/// Which cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// Its namespace.
    pub namespace: String,
    /// Its name there.
    pub cluster: String,
}

impl Name {
    /// The cluster `cluster` in `namespace`.
    pub fn new(namespace: impl Into<String>, cluster: impl Into<String>) -> Self {
        Self { namespace: namespace.into(), cluster: cluster.into() }
    }

    /// The origin of the owners of its jobs: `namespace/cluster`.
    pub fn origin(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.cluster)
    }
}

/// What should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// The cluster stands as it is described.
    Bring(Box<Bring>),
    /// There is no such cluster.
    Remove(Box<Remove>),
}

impl Goal {
    /// Which cluster it is about.
    pub fn name(&self) -> &Name {
        match self {
            Self::Bring(bring) => &bring.name,
            Self::Remove(remove) => &remove.name,
        }
    }

    /// Its objects.
    pub fn desired(&self) -> &Desired {
        match self {
            Self::Bring(bring) => &bring.desired,
            Self::Remove(remove) => &remove.desired,
        }
    }
}

/// The cluster stands as it is described.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bring {
    /// Which.
    pub name: Name,
    /// What it consists of.
    pub desired: Desired,
    /// Whether it is recorded as ours.
    pub known: Known,
    /// What becomes of its jobs where it has to restart.
    pub on_update: OnUpdate,
    /// What becomes of fields that another manager has.
    pub conflicts: Conflicts,
    /// Who we are to the API server: the manager of the fields that we set.
    pub manager: String,
}

/// Whether a cluster is recorded as ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Nothing is recorded: only what an earlier attempt at this goal, or one
    /// that never came to a ready cluster, has made is gone on with.
    No,
    /// It is, made by us or imported.
    Yes,
}

/// What a cluster consists of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desired {
    /// Its objects, in the order of applying.
    pub objects: Vec<Object>,
    /// The Deployment whose uid all others carry as owner reference, and which
    /// is applied first; `None`: they are owned by nobody.
    pub owner: Option<Id>,
    /// Whether jobs outlive the JobManager.
    pub high_availability: HighAvailability,
}

/// Whether jobs outlive the JobManager.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HighAvailability {
    /// They do not.
    #[default]
    None,
    /// They do, by `ConfigMaps` that can be looked at.
    Kubernetes,
    /// They do, by what cannot be looked at from here.
    Elsewhere,
}

impl HighAvailability {
    /// What a configuration says.
    fn of(configuration: &BTreeMap<String, String>) -> Self {
        let value = HIGH_AVAILABILITY.iter().find_map(|key| configuration.get(*key));
        match value.map(|value| value.to_lowercase()) {
            None => Self::None,
            Some(value) if value == "none" => Self::None,
            Some(value) if value.contains("kubernetes") => Self::Kubernetes,
            Some(_) => Self::Elsewhere,
        }
    }
}

/// What names an object in its namespace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id {
    /// For example `apps/v1`.
    pub api_version: String,
    /// For example `Deployment`.
    pub kind: String,
    /// Its name.
    pub name: String,
}

impl Id {
    /// The object of this kind and name.
    pub fn new(
        api_version: impl Into<String>,
        kind: impl Into<String>,
        name: impl Into<String>,
    ) -> Self {
        Self { api_version: api_version.into(), kind: kind.into(), name: name.into() }
    }

    /// What names a rendered object.
    pub fn of(object: &Object) -> Self {
        Self::new(object.api_version, object.kind, object.name.clone())
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)
    }
}

impl Desired {
    /// What a description was rendered to.
    pub fn of(cluster: &manifests::Cluster, rendered: &Rendered) -> Self {
        let owner = match cluster.strategy {
            Strategy::Standalone => None,
            Strategy::Native => Some(Id::new("apps/v1", "Deployment", names::job_manager(cluster))),
        };
        let high_availability = HighAvailability::of(&rendered.configuration);
        Self { objects: rendered.objects.clone(), owner, high_availability }
    }

    /// Those that run pods.
    pub fn workloads(&self) -> impl Iterator<Item = &Object> {
        self.objects.iter().filter(|object| is_workload(object.kind))
    }
}

/// Whether objects of this kind run pods.
pub fn is_workload(kind: &str) -> bool {
    kind == "Deployment"
}

/// The revision that a workload's pods have, or are to have.
pub fn revision(workload: &Value) -> Option<&str> {
    at(workload, "/spec/template/metadata/annotations")?.get(REVISION)?.as_str()
}

/// The role of a workload's pods: `jobmanager` or `taskmanager`.
pub fn role(workload: &Value) -> &str {
    let role = at(workload, "/spec/template/metadata/labels/component");
    role.and_then(Value::as_str).unwrap_or_default()
}

/// What becomes of a cluster's jobs where it has to restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnUpdate {
    /// Those that follow are stopped with savepoints; any other refuses it.
    Drain,
    /// All are stopped with savepoints.
    DrainAll,
    /// They recover by themselves.
    Recover,
    /// They have ended: whoever brings the cluster has seen to that.
    Ended,
}

/// What becomes of fields that another manager has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflicts {
    /// Nothing: the goal is refused, with the manager and the field named.
    Refuse,
    /// They are taken.
    Force,
}

/// There is no such cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remove {
    /// Which.
    pub name: Name,
    /// What it is recorded to consist of.
    pub desired: Desired,
    /// What becomes of its jobs.
    pub on_destroy: OnDestroy,
}

/// What becomes of a cluster's jobs when it is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDestroy {
    /// Those that follow are stopped with savepoints; any other refuses it.
    Drain,
    /// All are stopped with savepoints.
    DrainAll,
    /// They end with it.
    Force,
}
