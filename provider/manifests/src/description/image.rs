//! What the containers run.

/// The image of both processes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// For example `flink:1.20.1-java17`, or with a digest.
    pub name: String,
    /// When the kubelet pulls it.
    pub pull_policy: PullPolicy,
    /// Secrets of type `kubernetes.io/dockerconfigjson` in the cluster's namespace.
    pub pull_secrets: Vec<String>,
}

impl Image {
    /// This image, pulled when a node does not have it, without secrets.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            pull_policy: PullPolicy::IfNotPresent,
            pull_secrets: Vec::new(),
        }
    }
}

/// When an image is pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PullPolicy {
    /// At each start of a container.
    Always,
    /// When the node does not have it.
    IfNotPresent,
    /// Never: the node must have it.
    Never,
}

impl PullPolicy {
    /// The word that Kubernetes and Flink use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Always => "Always",
            Self::IfNotPresent => "IfNotPresent",
            Self::Never => "Never",
        }
    }
}
