//! Who the pods are, and what they must not do.

use std::collections::BTreeMap;

/// The service account of the pods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceAccount {
    /// Its name; with `create` it is made under this name.
    pub name: String,
    /// Whether we make the account, and a Role and a `RoleBinding` that hold what
    /// Flink needs and no more.
    pub create: bool,
    /// Annotations of the account that we make, for example
    /// `eks.amazonaws.com/role-arn`.
    pub annotations: BTreeMap<String, String>,
}

impl Default for ServiceAccount {
    /// The namespace's own account, `default`.
    fn default() -> Self {
        Self { name: "default".to_owned(), create: false, annotations: BTreeMap::new() }
    }
}

/// The security contexts of pods and containers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in Kubernetes")]
pub struct PodSecurity {
    /// Whether the kubelet refuses to run a container as root.
    pub run_as_non_root: bool,
    /// The user; `None` leaves it to the image, or to `OpenShift`.
    pub run_as_user: Option<i64>,
    /// The group; `None` leaves it to the image.
    pub run_as_group: Option<i64>,
    /// The group that volumes belong to.
    pub fs_group: Option<i64>,
    /// The type of the seccomp profile, for example `RuntimeDefault`.
    pub seccomp_profile: Option<String>,
    /// Whether a process may gain more privileges than its parent.
    pub allow_privilege_escalation: bool,
    /// Whether all capabilities are dropped.
    pub drop_capabilities: bool,
    /// Whether the image's files cannot be changed; what Flink writes then goes
    /// to `emptyDir` volumes.
    pub read_only_root_filesystem: bool,
}

impl Default for PodSecurity {
    /// What the `restricted` level demands, with the user of the official image.
    fn default() -> Self {
        Self {
            run_as_non_root: true,
            run_as_user: Some(9999),
            run_as_group: Some(9999),
            fs_group: Some(9999),
            seccomp_profile: Some("RuntimeDefault".to_owned()),
            allow_privilege_escalation: false,
            drop_capabilities: true,
            read_only_root_filesystem: false,
        }
    }
}
