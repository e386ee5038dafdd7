//! Volumes and where they are mounted.

use std::collections::BTreeMap;

use terraform::{
    meaning,
    model::{Attr, Model},
    validate,
};

use crate::cluster::validate as cluster_validate;

/// A volume of exactly one kind, and where it is mounted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct Volume {
    /// Where it is mounted; at least one place.
    #[attr(required)]
    pub mounts: Attr<Vec<Mount>>,
    /// A claim that exists. One that all pods mount has to be `ReadWriteMany`.
    #[attr(optional)]
    pub persistent_volume_claim: Attr<PersistentVolumeClaim>,
    /// A claim that is made for each pod and goes with it, for example a local SSD of a storage class for RocksDB.
    #[attr(optional)]
    pub ephemeral: Attr<Ephemeral>,
    /// A directory of the node, for example a mounted NVMe. The Pod Security levels `baseline` and `restricted` refuse it.
    #[attr(optional)]
    pub host_path: Attr<HostPath>,
    /// A directory that lives as long as its pod.
    #[attr(optional)]
    pub empty_dir: Attr<EmptyDir>,
    /// Files from a Secret.
    #[attr(optional)]
    pub secret: Attr<SecretVolume>,
    /// Files from a ConfigMap.
    #[attr(optional)]
    pub config_map: Attr<ConfigMapVolume>,
}

/// A place of a volume in Flink's container.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct Mount {
    /// Absolute path in the container.
    #[attr(required, validate = [cluster_validate::absolute_path])]
    pub path: Attr<String>,
    /// A path within the volume. Default: its root.
    #[attr(optional)]
    pub sub_path: Attr<String>,
    /// Whether it cannot be written there (default `false`).
    #[attr(optional)]
    pub read_only: Attr<bool>,
    /// In which pods: `both` (default), `job_manager` or `task_manager`.
    #[attr(optional, one_of = ["both", "job_manager", "task_manager"])]
    pub on: Attr<String>,
}

/// A claim that exists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct PersistentVolumeClaim {
    /// Name of the claim.
    #[attr(required, validate = [validate::non_empty])]
    pub claim: Attr<String>,
    /// Whether it is attached read-only (default `false`).
    #[attr(optional)]
    pub read_only: Attr<bool>,
}

/// A claim that is made for each pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct Ephemeral {
    /// The storage class. Default: the Kubernetes cluster's.
    #[attr(optional)]
    pub storage_class: Attr<String>,
    /// For example `100Gi`.
    #[attr(required, same = meaning::quantity, validate = [cluster_validate::quantity])]
    pub size: Attr<String>,
    /// `read_write_once` (default), `read_write_once_pod`, `read_write_many` or `read_only_many`.
    #[attr(optional, one_of = ["read_write_once", "read_write_once_pod", "read_write_many", "read_only_many"])]
    pub access_modes: Attr<Vec<String>>,
}

/// A directory of the node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct HostPath {
    /// Absolute path on the node.
    #[attr(required, validate = [cluster_validate::absolute_path])]
    pub path: Attr<String>,
    /// What has to be there: `directory`, `directory_or_create`, `file`, `file_or_create`, `socket`, `char_device` or `block_device`. Default: nothing is checked.
    #[attr(optional, one_of = ["directory", "directory_or_create", "file", "file_or_create", "socket", "char_device", "block_device"])]
    pub r#type: Attr<String>,
}

/// A directory that lives as long as its pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct EmptyDir {
    /// For example `50Gi`; a pod that writes more is evicted. Default: what the node has.
    #[attr(optional, same = meaning::quantity, validate = [cluster_validate::quantity])]
    pub size_limit: Attr<String>,
    /// `disk` (default) or `memory`, which counts against the pod's memory limit.
    #[attr(optional, one_of = ["disk", "memory"])]
    pub medium: Attr<String>,
}

/// Files from a Secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct SecretVolume {
    /// Name of the Secret.
    #[attr(required, validate = [validate::non_empty])]
    pub name: Attr<String>,
    /// The file of each key. Default: all keys, each under its own name.
    #[attr(optional)]
    pub items: Attr<BTreeMap<String, String>>,
    /// Mode of the files in octal, for example `0440`. Default: Kubernetes' `0644`.
    #[attr(optional, validate = [cluster_validate::file_mode])]
    pub default_mode: Attr<String>,
    /// Whether pods start when the Secret or a key is missing (default `false`).
    #[attr(optional)]
    pub optional: Attr<bool>,
}

/// Files from a ConfigMap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct ConfigMapVolume {
    /// Name of the ConfigMap.
    #[attr(required, validate = [validate::non_empty])]
    pub name: Attr<String>,
    /// The file of each key. Default: all keys, each under its own name.
    #[attr(optional)]
    pub items: Attr<BTreeMap<String, String>>,
    /// Mode of the files in octal, for example `0440`. Default: Kubernetes' `0644`.
    #[attr(optional, validate = [cluster_validate::file_mode])]
    pub default_mode: Attr<String>,
    /// Whether pods start when the ConfigMap or a key is missing (default `false`).
    #[attr(optional)]
    pub optional: Attr<bool>,
}
