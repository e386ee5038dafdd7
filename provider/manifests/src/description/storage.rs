//! Where state, checkpoints and files are.

use std::collections::BTreeMap;

/// What outlives a JobManager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HighAvailability {
    /// Who elects the leader and keeps the pointers.
    pub r#type: HighAvailabilityType,
    /// `high-availability.storageDir`: job graphs and checkpoint metadata.
    pub storage_dir: String,
    /// `high-availability.cluster-id`, with strategy standalone: the cluster's
    /// place below the quorum and the storage directory; `None` takes
    /// `/<namespace>/<name>`.
    pub cluster_id: Option<String>,
}

/// Who elects the leader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HighAvailabilityType {
    /// `ConfigMaps` of the cluster's namespace.
    Kubernetes,
    /// A ZooKeeper that exists.
    ZooKeeper {
        /// `high-availability.zookeeper.quorum`: `host:port,host:port`.
        quorum: String,
        /// `high-availability.zookeeper.path.root`; Flink's default is `/flink`.
        path_root: Option<String>,
    },
}

/// State backend, checkpoints and savepoints: each is a configuration key,
/// and what is `None` is left to `flink_configuration`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// `hashmap`, `rocksdb`, `forst` or a factory's class.
    pub backend: Option<String>,
    /// Where checkpoints go.
    pub checkpoint_dir: Option<String>,
    /// Where savepoints go when nobody names a directory.
    pub savepoint_dir: Option<String>,
    /// How often a checkpoint is taken, for example `10s`.
    pub checkpoint_interval: Option<String>,
    /// `EXACTLY_ONCE` or `AT_LEAST_ONCE`.
    pub checkpoint_mode: Option<String>,
    /// Whether a checkpoint stores only what has changed.
    pub incremental: Option<bool>,
    /// The TaskManagers' directory for RocksDB's or `ForSt`'s working files.
    pub local_dir: Option<String>,
}

/// A volume and where it is mounted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// What is mounted.
    pub source: VolumeSource,
    /// Where; at least one place.
    pub mounts: Vec<Mount>,
}

/// A place of a volume in the main container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// The absolute path in the container.
    pub path: String,
    /// A path within the volume; `None` mounts its root.
    pub sub_path: Option<String>,
    /// Whether it cannot be written there.
    pub read_only: bool,
    /// In which processes.
    pub on: On,
}

/// The processes that something is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// JobManager and TaskManagers.
    Both,
    /// The JobManager only.
    JobManager,
    /// The TaskManagers only.
    TaskManager,
}

/// What a volume is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VolumeSource {
    /// A claim that exists; one that all pods mount has to be `ReadWriteMany`.
    PersistentVolumeClaim {
        /// The claim's name.
        claim: String,
        /// Whether it is attached read-only.
        read_only: bool,
    },
    /// A claim that is made for each pod and goes with it: local SSDs of a
    /// storage class for RocksDB.
    Ephemeral {
        /// The storage class; `None` takes the default one.
        storage_class: Option<String>,
        /// For example `100Gi`.
        size: String,
        /// For example `ReadWriteOnce`.
        access_modes: Vec<String>,
    },
    /// A directory of the node, such as a mounted `NVMe`.
    HostPath {
        /// The path on the node.
        path: String,
        /// For example `DirectoryOrCreate`; `None` checks nothing.
        r#type: Option<String>,
    },
    /// A directory that lives as long as its pod.
    EmptyDir {
        /// For example `50Gi`; the pod is evicted beyond it.
        size_limit: Option<String>,
        /// `Memory`, or `None` for the node's disk.
        medium: Option<String>,
    },
    /// A Secret's keys as files.
    Secret(Keys),
    /// A ConfigMap's keys as files.
    ConfigMap(Keys),
}

/// The keys of a Secret or ConfigMap that become files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// The name of the Secret or ConfigMap.
    pub name: String,
    /// The file of each key; none: all keys, each under its own name.
    pub items: BTreeMap<String, String>,
    /// The files' mode, for example 0o440.
    pub default_mode: Option<u32>,
    /// Whether the pod starts when the Secret, the ConfigMap or a key is missing.
    pub optional: bool,
}
