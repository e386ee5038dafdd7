//! Who the pods are, what they keep, and what they must not do.

use std::collections::BTreeMap;

use terraform::{
    meaning,
    model::{Attr, Model},
    validate,
};

/// The service account of the pods.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct ServiceAccount {
    /// Its name. Default: `default`, or the cluster's name with `create`.
    #[attr(optional)]
    pub name: Attr<String>,
    /// Whether the provider makes the account, and a Role and a RoleBinding with what Flink needs and no more (default `false`: the account exists).
    #[attr(optional)]
    pub create: Attr<bool>,
    /// Annotations of the account that is made, for example `eks.amazonaws.com/role-arn`.
    #[attr(optional)]
    pub annotations: Attr<BTreeMap<String, String>>,
}

/// What outlives a JobManager.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct HighAvailability {
    /// `kubernetes` (ConfigMaps of the namespace; the service account needs rights on them) or `zookeeper`.
    #[attr(required, one_of = ["kubernetes", "zookeeper"])]
    pub r#type: Attr<String>,
    /// Directory for job graphs and checkpoint metadata, for example `s3://bucket/flink/ha`. JobManagers must reach it.
    #[attr(required, same = meaning::path, validate = [validate::absolute_location])]
    pub storage_dir: Attr<String>,
    /// The cluster's place below the quorum and the storage directory, with strategy `standalone` (default `/<namespace>/<name>`). No two clusters may share it.
    #[attr(optional)]
    pub cluster_id: Attr<String>,
    /// `host:port,host:port` of ZooKeeper. Needed with `zookeeper`.
    #[attr(optional)]
    pub zookeeper_quorum: Attr<String>,
    /// The node of ZooKeeper below which Flink writes. Default `/flink`.
    #[attr(optional)]
    pub zookeeper_path_root: Attr<String>,
}

/// State backend, checkpoints and savepoints. What is left out is decided by `flink_configuration`, else by Flink.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct State {
    /// `hashmap`, `rocksdb`, `forst` (2.0 and later) or the class of a factory.
    #[attr(optional)]
    pub backend: Attr<String>,
    /// Where checkpoints go, for example `s3://bucket/flink/checkpoints`. JobManager and TaskManagers must reach it.
    #[attr(optional, same = meaning::path, validate = [validate::absolute_location])]
    pub checkpoint_dir: Attr<String>,
    /// Where savepoints go when a job names no directory. Needed for jobs to be carried over a restart, unless each names its own.
    #[attr(optional, same = meaning::path, validate = [validate::absolute_location])]
    pub savepoint_dir: Attr<String>,
    /// How often a checkpoint is taken, for example `10s`.
    #[attr(optional, same = meaning::duration, validate = [validate::duration])]
    pub checkpoint_interval: Attr<String>,
    /// `exactly_once` or `at_least_once`.
    #[attr(optional, one_of = ["exactly_once", "at_least_once"])]
    pub checkpoint_mode: Attr<String>,
    /// Whether a checkpoint stores only what has changed.
    #[attr(optional)]
    pub incremental: Attr<bool>,
    /// Directory of the TaskManagers for the working files of RocksDB or ForSt, for example where a local SSD is mounted.
    #[attr(optional)]
    pub local_dir: Attr<String>,
}

/// Metrics of JobManager and TaskManagers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct Metrics {
    /// Flink's reporter for Prometheus.
    #[attr(optional)]
    pub prometheus: Attr<Prometheus>,
}

/// Flink's reporter for Prometheus.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct Prometheus {
    /// The port that each pod answers `/metrics` on. Default 9249.
    #[attr(optional, validate = [validate::range::<1, 65_535>])]
    pub port: Attr<i64>,
    /// Whether the pods carry the annotations `prometheus.io/scrape`, `/port` and `/path` (default `true`).
    #[attr(optional)]
    pub annotations: Attr<bool>,
}

/// What the pods must not do. Defaults: what the Pod Security level `restricted` demands, with the user of the official image.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct PodSecurity {
    /// `false` leaves all of it to the pod templates (default `true`).
    #[attr(optional)]
    pub enabled: Attr<bool>,
    /// Whether containers that run as root are refused (default `true`).
    #[attr(optional)]
    pub run_as_non_root: Attr<bool>,
    /// The user (default 9999). `-1` leaves it to the image, or to OpenShift.
    #[attr(optional, validate = [validate::range::<{ -1 }, 4_294_967_295>])]
    pub run_as_user: Attr<i64>,
    /// The group (default 9999). `-1` leaves it to the image.
    #[attr(optional, validate = [validate::range::<{ -1 }, 4_294_967_295>])]
    pub run_as_group: Attr<i64>,
    /// The group that volumes belong to (default 9999). `-1` leaves it to the volumes.
    #[attr(optional, validate = [validate::range::<{ -1 }, 4_294_967_295>])]
    pub fs_group: Attr<i64>,
    /// `runtime_default` (default), `unconfined`, or `unset`.
    #[attr(optional, one_of = ["runtime_default", "unconfined", "unset"])]
    pub seccomp_profile: Attr<String>,
    /// Whether a process may gain more privileges than its parent (default `false`).
    #[attr(optional)]
    pub allow_privilege_escalation: Attr<bool>,
    /// Whether all capabilities are dropped (default `true`).
    #[attr(optional)]
    pub drop_capabilities: Attr<bool>,
    /// Whether the files of the image cannot be changed (default `false`); what Flink writes then goes to `emptyDir` volumes.
    #[attr(optional)]
    pub read_only_root_filesystem: Attr<bool>,
}
