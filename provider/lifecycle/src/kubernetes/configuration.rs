//! How Kubernetes is to be reached, as a user says it.

use std::path::PathBuf;

use flink::Secret;

/// What a user says. Nothing of it has been read or checked yet.
///
/// Where all of it is absent, the environment decides: `KUBECONFIG`, else
/// `~/.kube/config`. The service account of a pod is used only where
/// `in_cluster` asks for it: what runs in a pod by chance must not act on the
/// cluster that it happens to run in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Configuration {
    /// Files to read and merge; of two entries of one name the first counts.
    pub config_paths: Vec<PathBuf>,
    /// The context, instead of the current one.
    pub config_context: Option<String>,
    /// Address of the API server, instead of a kubeconfig.
    pub host: Option<String>,
    /// A bearer token.
    pub token: Option<Secret>,
    /// A client certificate, as PEM.
    pub client_certificate: Option<String>,
    /// Its private key, as PEM.
    pub client_key: Option<Secret>,
    /// The authorities to trust, as PEM, instead of the system's.
    pub cluster_ca_certificate: Option<String>,
    /// Whether the server's certificate is not checked.
    pub insecure: Option<bool>,
    /// The name that the server's certificate is checked against.
    pub tls_server_name: Option<String>,
    /// The proxy to go through; may hold a password.
    pub proxy_url: Option<Secret>,
    /// The program that gives credentials.
    pub exec: Option<Plugin>,
    /// Whether to use the service account of the pod that this runs in.
    pub in_cluster: bool,
}

impl Configuration {
    /// Whether nothing at all is said, so that the environment decides.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A program that prints an `ExecCredential`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plugin {
    /// The version of the protocol that is spoken with it.
    pub api_version: String,
    /// The program: a path, or a name to be found in `PATH`.
    pub command: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Variables added to its environment, which may hold secrets.
    pub env: Vec<(String, Secret)>,
    /// What a kubeconfig says about how to install it.
    pub install_hint: Option<String>,
    /// Whether it is told which cluster it is asked for.
    pub provide_cluster_info: bool,
    /// Whether it refuses to work without a terminal.
    pub needs_terminal: bool,
}
