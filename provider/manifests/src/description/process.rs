//! The two kinds of processes and their pods.

use std::collections::BTreeMap;

use serde_json::Value;

/// The JobManager.
#[derive(Clone, Debug, PartialEq)]
pub struct JobManager {
    /// How many; more than one needs high availability.
    pub replicas: u32,
    /// What it shares with the TaskManagers.
    pub process: Process,
}

impl Default for JobManager {
    fn default() -> Self {
        Self { replicas: 1, process: Process::default() }
    }
}

/// The TaskManagers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskManager {
    /// How many, with strategy standalone. `None` leaves it to others:
    /// Kubernetes starts with one, and an autoscaler, ours or another's, or a
    /// person sets the number; with strategy native Flink does.
    pub replicas: Option<u32>,
    /// `taskmanager.numberOfTaskSlots`; `None` leaves it to `flink_configuration`.
    pub task_slots: Option<u32>,
    /// A `HorizontalPodAutoscaler` of ours.
    pub autoscaling: Option<Autoscaling>,
    /// What they share with the JobManager.
    pub process: Process,
}

/// A `HorizontalPodAutoscaler` on the TaskManagers' CPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Autoscaling {
    /// The fewest TaskManagers.
    pub min: u32,
    /// The most TaskManagers.
    pub max: u32,
    /// The average use of the requested CPU to aim at, in percent.
    pub cpu: u32,
}

/// What JobManager and TaskManagers have in common.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Process {
    /// The CPU request in cores; `None` leaves it to `flink_configuration`, and
    /// then to Flink: 1 for the JobManager, the number of slots for a TaskManager.
    pub cpu: Option<f64>,
    /// The process' whole memory, in Flink's spelling (`1600m`); `None` leaves
    /// it to `flink_configuration`, and then to the distribution's default.
    pub memory: Option<String>,
    /// The CPU limit is this many times the request; Flink's default is 1.
    pub cpu_limit_factor: Option<f64>,
    /// The memory limit is this many times the request; Flink's default is 1.
    pub memory_limit_factor: Option<f64>,
    /// Request and limit of the node's disk, for example `10Gi`.
    pub ephemeral_storage: Option<String>,
    /// Environment variables.
    pub env: BTreeMap<String, String>,
    /// Environment variables from keys of Secrets.
    pub env_secrets: BTreeMap<String, SecretKey>,
    /// Every key of a Secret or ConfigMap as an environment variable.
    pub env_from: Vec<EnvFrom>,
    /// Labels that a node must have.
    pub node_selector: BTreeMap<String, String>,
    /// Taints that the pods bear.
    pub tolerations: Vec<Toleration>,
    /// `affinity` of the pods.
    pub affinity: Option<Value>,
    /// How the pods are spread.
    pub topology_spread: Vec<TopologySpread>,
    /// The pods' `PriorityClass`.
    pub priority_class: Option<String>,
    /// Labels of the pods.
    pub labels: BTreeMap<String, String>,
    /// Annotations of the pods.
    pub annotations: BTreeMap<String, String>,
    /// A pod that the process starts from, merged over the common one.
    pub pod_template: Option<Value>,
    /// Checks of the main container; a template's win.
    pub probes: Probes,
    /// How long the kubelet waits between TERM and KILL, in seconds.
    pub termination_grace_period: Option<u32>,
    /// How many pods an eviction may take.
    pub disruption_budget: Option<DisruptionBudget>,
}

/// A key of a Secret in the cluster's namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretKey {
    /// The Secret's name.
    pub secret: String,
    /// The key.
    pub key: String,
}

/// A source of environment variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvFrom {
    /// A Secret's name.
    Secret(String),
    /// A ConfigMap's name.
    ConfigMap(String),
}

/// A taint that pods bear.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Toleration {
    /// The taint's key; `None` with operator `Exists`: all.
    pub key: Option<String>,
    /// `Equal` (Kubernetes' default) or `Exists`.
    pub operator: Option<String>,
    /// The taint's value.
    pub value: Option<String>,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`; `None`: all.
    pub effect: Option<String>,
    /// How long a pod stays on a node that gets a `NoExecute` taint.
    pub toleration_seconds: Option<i64>,
}

/// How the pods of one process are spread over a topology.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopologySpread {
    /// A node label, for example `topology.kubernetes.io/zone`.
    pub topology_key: String,
    /// The greatest difference between two values of the label.
    pub max_skew: u32,
    /// `DoNotSchedule` or `ScheduleAnyway`.
    pub when_unsatisfiable: String,
}

/// The checks of a main container, with strategy standalone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probes {
    /// Failing, the container is started again.
    pub liveness: Option<Probe>,
    /// Failing, Services leave the pod out.
    pub readiness: Option<Probe>,
    /// Until it has succeeded the other two wait.
    pub startup: Option<Probe>,
}

impl Default for Probes {
    /// Ready as soon as a port answers; two minutes for the start; started
    /// again after a minute of silence.
    fn default() -> Self {
        Self {
            liveness: Some(Probe { period_seconds: 10, failure_threshold: 6, timeout_seconds: 5 }),
            readiness: Some(Probe { period_seconds: 2, failure_threshold: 3, timeout_seconds: 5 }),
            startup: Some(Probe { period_seconds: 1, failure_threshold: 120, timeout_seconds: 5 }),
        }
    }
}

/// How often is checked, and how often in a row it may fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Seconds between two checks.
    pub period_seconds: u32,
    /// Failures in a row that count.
    pub failure_threshold: u32,
    /// Seconds until a check has failed.
    pub timeout_seconds: u32,
}

/// How many pods an eviction, such as of a node's drain, may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DisruptionBudget {
    /// This many pods, or percent (`50%`), stay.
    MinAvailable(String),
    /// At most this many pods, or percent, are away.
    MaxUnavailable(String),
}
