//! The two kinds of processes and their pods: what they have in common, and what is each one's own.

use std::collections::BTreeMap;

use terraform::{
    meaning,
    model::{Attr, Joined, Model},
    validate,
};

use crate::cluster::validate as cluster_validate;

/// The JobManager and its pod.
pub type JobManager = Joined<Process, JobManagerOwn>;

/// The TaskManagers and their pods.
pub type TaskManager = Joined<Process, TaskManagerOwn>;

/// What the JobManager alone has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct JobManagerOwn {
    /// How many JobManagers there are (default 1): one leads, the others stand by. More than one needs `high_availability`.
    #[attr(optional, validate = [validate::range::<1, 16>])]
    pub replicas: Attr<i64>,
}

/// What the TaskManagers alone have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct TaskManagerOwn {
    /// How many TaskManagers there are (strategy `standalone`). Left out, Kubernetes starts with one, and whoever changes the number (an autoscaler, a person) is left alone. A change is made in place: no pod that stays is restarted, and jobs on a pod that goes restart from their newest checkpoints.
    #[attr(optional, on_change = "in_place", validate = [validate::range::<0, 100_000>])]
    pub replicas: Attr<i64>,
    /// Slots of each TaskManager. Default: `flink_configuration`, else 1.
    #[attr(optional, validate = [validate::range::<1, 1024>])]
    pub task_slots: Attr<i64>,
    /// A HorizontalPodAutoscaler that sets the number of TaskManagers by their use of CPU (strategy `standalone`). Jobs use what it adds only with the adaptive scheduler. A change is made in place.
    #[attr(optional, on_change = "in_place")]
    pub autoscaling: Attr<Autoscaling>,
}

/// What both kinds of processes have.
#[derive(Clone, Debug, Default, PartialEq, Model)]
pub struct Process {
    /// CPU request in cores, for example `0.5`. Default: `flink_configuration`, else 1 for the JobManager and the number of slots for a TaskManager.
    #[attr(optional, validate = [cluster_validate::above_zero])]
    pub cpu: Attr<f64>,
    /// Memory of the whole process, which is also the pod's memory request, for example `2g`. Default: `flink_configuration`, else `1600m` for the JobManager and `1728m` for a TaskManager.
    #[attr(optional, same = meaning::memory_size, validate = [validate::memory_size])]
    pub memory: Attr<String>,
    /// The CPU limit is this many times the request. Default 1.
    #[attr(optional, validate = [cluster_validate::at_least_one])]
    pub cpu_limit_factor: Attr<f64>,
    /// The memory limit is this many times the request. Default 1: a process that outgrows its memory is killed. `1.25` leaves room.
    #[attr(optional, validate = [cluster_validate::at_least_one])]
    pub memory_limit_factor: Attr<f64>,
    /// Request and limit of the node's disk, for example `10Gi`.
    #[attr(optional, same = meaning::quantity, validate = [cluster_validate::quantity])]
    pub ephemeral_storage: Attr<String>,
    /// Environment variables. They are stored in plain text: secrets belong into `env_secrets`.
    #[attr(optional)]
    pub env: Attr<BTreeMap<String, String>>,
    /// Environment variables from Secrets, by the variable's name.
    #[attr(optional)]
    pub env_secrets: Attr<BTreeMap<String, SecretKey>>,
    /// Secrets and ConfigMaps of which every key becomes an environment variable.
    #[attr(optional)]
    pub env_from: Attr<Vec<EnvFrom>>,
    /// Labels that a node must have.
    #[attr(optional)]
    pub node_selector: Attr<BTreeMap<String, String>>,
    /// Taints that the pods bear.
    #[attr(optional)]
    pub tolerations: Attr<Vec<Toleration>>,
    /// `affinity` of the pods, as YAML.
    #[attr(optional, same = meaning::yaml, validate = [cluster_validate::yaml])]
    pub affinity: Attr<String>,
    /// How the pods are spread over nodes or zones.
    #[attr(optional)]
    pub topology_spread: Attr<Vec<TopologySpread>>,
    /// The pods' `PriorityClass`.
    #[attr(optional)]
    pub priority_class: Attr<String>,
    /// Labels of the pods.
    #[attr(optional)]
    pub labels: Attr<BTreeMap<String, String>>,
    /// Annotations of the pods.
    #[attr(optional)]
    pub annotations: Attr<BTreeMap<String, String>>,
    /// A pod as YAML that is merged over the cluster's `pod_template`.
    #[attr(optional, same = meaning::yaml, validate = [cluster_validate::yaml])]
    pub pod_template: Attr<String>,
    /// How often the container is checked (strategy `standalone`).
    #[attr(optional)]
    pub probes: Attr<Probes>,
    /// Seconds between TERM and KILL when a pod is stopped. Default: Kubernetes' 30.
    #[attr(optional, validate = [validate::range::<0, 86_400>])]
    pub termination_grace_period: Attr<i64>,
    /// How many pods the drain of a node may take at once. A change is made in place.
    #[attr(optional, on_change = "in_place")]
    pub disruption_budget: Attr<DisruptionBudget>,
}

/// A HorizontalPodAutoscaler on the TaskManagers' CPU.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct Autoscaling {
    /// The fewest TaskManagers.
    #[attr(required, validate = [validate::range::<1, 100_000>])]
    pub min: Attr<i64>,
    /// The most TaskManagers.
    #[attr(required, validate = [validate::range::<1, 100_000>])]
    pub max: Attr<i64>,
    /// The average use of the requested CPU to aim at, in percent.
    #[attr(required, validate = [validate::range::<1, 1000>])]
    pub cpu: Attr<i64>,
}

/// A key of a Secret in the cluster's namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct SecretKey {
    /// Name of the Secret.
    #[attr(required, validate = [validate::non_empty])]
    pub secret: Attr<String>,
    /// The key.
    #[attr(required, validate = [validate::non_empty])]
    pub key: Attr<String>,
}

/// A source of environment variables: exactly one of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct EnvFrom {
    /// Name of a Secret.
    #[attr(optional)]
    pub secret: Attr<String>,
    /// Name of a ConfigMap.
    #[attr(optional)]
    pub config_map: Attr<String>,
}

/// A taint that pods bear.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct Toleration {
    /// The taint's key. Without one, and with `operator = "exists"`: every taint.
    #[attr(optional)]
    pub key: Attr<String>,
    /// `equal` (default) or `exists`.
    #[attr(optional, one_of = ["equal", "exists"])]
    pub operator: Attr<String>,
    /// The taint's value.
    #[attr(optional)]
    pub value: Attr<String>,
    /// `no_schedule`, `prefer_no_schedule` or `no_execute`. Default: all.
    #[attr(optional, one_of = ["no_schedule", "prefer_no_schedule", "no_execute"])]
    pub effect: Attr<String>,
    /// Seconds that a pod stays on a node that gets a taint with `no_execute`. Default: as long as it runs.
    #[attr(optional)]
    pub toleration_seconds: Attr<i64>,
}

/// How the pods of one process are spread over nodes or zones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct TopologySpread {
    /// A label of nodes, for example `topology.kubernetes.io/zone`.
    #[attr(required, validate = [validate::non_empty])]
    pub topology_key: Attr<String>,
    /// The greatest difference between two values of the label. Default 1.
    #[attr(optional, validate = [validate::range::<1, 1000>])]
    pub max_skew: Attr<i64>,
    /// `do_not_schedule`, or `schedule_anyway` (default).
    #[attr(optional, one_of = ["do_not_schedule", "schedule_anyway"])]
    pub when_unsatisfiable: Attr<String>,
}

/// The checks of a container; each that is left out is the provider's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct Probes {
    /// Failing, the container is started again.
    #[attr(optional)]
    pub liveness: Attr<Probe>,
    /// Failing, Services leave the pod out.
    #[attr(optional)]
    pub readiness: Attr<Probe>,
    /// Until it has succeeded the other two wait.
    #[attr(optional)]
    pub startup: Attr<Probe>,
}

/// How often is checked, and how often in a row it may fail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct Probe {
    /// Whether there is this check (default `true`).
    #[attr(optional)]
    pub enabled: Attr<bool>,
    /// Seconds between two checks.
    #[attr(optional, validate = [validate::range::<1, 3600>])]
    pub period_seconds: Attr<i64>,
    /// Failures in a row that count.
    #[attr(optional, validate = [validate::range::<1, 10_000>])]
    pub failure_threshold: Attr<i64>,
    /// Seconds until a check has failed.
    #[attr(optional, validate = [validate::range::<1, 3600>])]
    pub timeout_seconds: Attr<i64>,
}

/// How many pods the drain of a node may take: exactly one of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct DisruptionBudget {
    /// This many pods, or percent (`50%`), stay.
    #[attr(optional, validate = [cluster_validate::count_or_percent])]
    pub min_available: Attr<String>,
    /// At most this many pods, or percent, are away.
    #[attr(optional, validate = [cluster_validate::count_or_percent])]
    pub max_unavailable: Attr<String>,
}
