//! The block `kubernetes` of the provider: its attributes, and what they mean together.

use std::{collections::BTreeMap, path::PathBuf};

use lifecycle::{
    flink::Secret,
    kubernetes::{Configuration, Plugin},
};
use terraform::{
    diagnostics::{Diagnostic, Diagnostics},
    model::{Attr, Model},
    path::Path,
    value::Value,
};
use url::Url;

mod contradictions;

pub use contradictions::validate;

/// How to reach Kubernetes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct Kubernetes {
    /// Path of a kubeconfig. A leading `~/` is the home directory. If nothing in this block but `namespace` is set, the kubeconfig is found as `kubectl` finds it: the environment variable `KUBECONFIG`, else `~/.kube/config`.
    #[attr(optional)]
    pub config_path: Attr<String>,
    /// Paths of several kubeconfigs, merged as `kubectl` does: of two entries of one name the first counts. Excludes `config_path`.
    #[attr(optional)]
    pub config_paths: Attr<Vec<String>>,
    /// The context of the kubeconfig, instead of its current one. Needs `config_path` or `config_paths`, so that no plan depends on whose machine it runs on.
    #[attr(optional)]
    pub config_context: Attr<String>,
    /// Address of the API server, such as `https://k8s.example.com:6443`, instead of a kubeconfig.
    #[attr(optional, validate = [server])]
    pub host: Attr<String>,
    /// Bearer token. Excludes `client_certificate` and `exec`; with a kubeconfig it replaces its user.
    #[attr(optional, sensitive)]
    pub token: Attr<String>,
    /// Client certificate as PEM, its key an RSA or an EC key. Needs `client_key`; excludes `token` and `exec`.
    #[attr(optional)]
    pub client_certificate: Attr<String>,
    /// Private key of `client_certificate` as PEM.
    #[attr(optional, sensitive)]
    pub client_key: Attr<String>,
    /// Certificates of the authorities that the API server's certificate may be of, as PEM, instead of the kubeconfig's or the system's.
    #[attr(optional)]
    pub cluster_ca_certificate: Attr<String>,
    /// Whether the API server's certificate is not checked (default `false`). Anybody on the way can then read and change what is sent, the credentials too.
    #[attr(optional)]
    pub insecure: Attr<bool>,
    /// Name that the API server's certificate is checked against, where it is not the name in its address, as behind a tunnel.
    #[attr(optional)]
    pub tls_server_name: Attr<String>,
    /// Proxy to the API server: `http://`, `https://` or `socks5://`, with a user and password if it wants them. If it is not set, the environment variables `HTTPS_PROXY` and `NO_PROXY` count.
    #[attr(optional, sensitive, validate = [proxy])]
    pub proxy_url: Attr<String>,
    /// A program that prints credentials, such as `aws eks get-token`. It is run when Kubernetes is first needed and again shortly before what it gave ends. Excludes `token` and `client_certificate`.
    #[attr(optional)]
    pub exec: Attr<Exec>,
    /// Use the service account of the pod that the provider runs in (default `false`). Never assumed: what runs in a pod by chance must not act on the cluster it runs in.
    #[attr(optional)]
    pub in_cluster: Attr<bool>,
    /// Namespace of clusters that set none (default `default`). The namespace of a kubeconfig's context is not used: ids must not depend on it.
    #[attr(optional, validate = [namespace])]
    pub namespace: Attr<String>,
}

/// A program that prints credentials.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct Exec {
    /// Version of the protocol that is spoken with the program: `client.authentication.k8s.io/v1` or `client.authentication.k8s.io/v1beta1`.
    #[attr(required, one_of = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"])]
    pub api_version: Attr<String>,
    /// The program: a path, or a name to be found in `PATH`.
    #[attr(required)]
    pub command: Attr<String>,
    /// Its arguments.
    #[attr(optional)]
    pub args: Attr<Vec<String>>,
    /// Variables added to its environment.
    #[attr(optional, sensitive)]
    pub env: Attr<BTreeMap<String, String>>,
}

impl Kubernetes {
    /// Whether a value of it is unknown.
    pub fn holds_unknown(&self) -> bool {
        let Self {
            config_path,
            config_paths,
            config_context,
            host,
            token,
            client_certificate,
            client_key,
            cluster_ca_certificate,
            insecure,
            tls_server_name,
            proxy_url,
            exec,
            in_cluster,
            namespace,
        } = self;
        let texts = [
            config_path,
            config_context,
            host,
            token,
            client_certificate,
            client_key,
            cluster_ca_certificate,
            tls_server_name,
            proxy_url,
            namespace,
        ];
        texts.into_iter().any(Attr::is_unknown)
            || [insecure, in_cluster].into_iter().any(Attr::is_unknown)
            || config_paths.is_unknown()
            || exec.is_unknown()
            || exec.known().is_some_and(Exec::holds_unknown)
    }

    /// What it says about the way to Kubernetes.
    pub fn configuration(&self) -> Configuration {
        let path = self.config_path.known().into_iter();
        let paths = path.chain(self.config_paths.known().into_iter().flatten());
        Configuration {
            config_paths: paths.map(PathBuf::from).collect(),
            config_context: self.config_context.known().cloned(),
            host: self.host.known().cloned(),
            token: secret(&self.token),
            client_certificate: self.client_certificate.known().cloned(),
            client_key: secret(&self.client_key),
            cluster_ca_certificate: self.cluster_ca_certificate.known().cloned(),
            insecure: self.insecure.known().copied(),
            tls_server_name: self.tls_server_name.known().cloned(),
            proxy_url: secret(&self.proxy_url),
            exec: self.exec.known().map(Exec::plugin),
            in_cluster: self.in_cluster.known().copied().unwrap_or_default(),
        }
    }
}

impl Exec {
    fn holds_unknown(&self) -> bool {
        let Self { api_version, command, args, env } = self;
        api_version.is_unknown() || command.is_unknown() || args.is_unknown() || env.is_unknown()
    }

    fn plugin(&self) -> Plugin {
        let Self { api_version, command, args, env } = self;
        let env = env.known().into_iter().flatten();
        Plugin {
            api_version: api_version.known().cloned().unwrap_or_default(),
            command: command.known().cloned().unwrap_or_default(),
            args: args.known().cloned().unwrap_or_default(),
            env: env.map(|(name, value)| (name.clone(), Secret::new(value.clone()))).collect(),
            ..Plugin::default()
        }
    }
}

fn secret(text: &Attr<String>) -> Option<Secret> {
    text.known().map(|text| Secret::new(text.clone()))
}

/// The address of an API server.
fn server(value: &Value, path: &Path, found: &mut Diagnostics) {
    let Value::String(text) = value else { return };
    let full = if text.contains("://") { text.clone() } else { format!("https://{text}") };
    let is_address = Url::parse(&full).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.has_host() && url.username().is_empty()
    });
    if !is_address {
        let detail = "It must be an address such as https://k8s.example.com:6443, without a user name. Set token, client_certificate or exec to say who asks.";
        found.push(Diagnostic::error("Not the address of an API server", detail).at(path.clone()));
    }
}

fn proxy(value: &Value, path: &Path, found: &mut Diagnostics) {
    let Value::String(text) = value else { return };
    let is_proxy = Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") && url.has_host()
    });
    if !is_proxy {
        // What was given is not shown: it may hold a password.
        let detail =
            "It must be a URL such as http://proxy.example.com:3128 or socks5://localhost:1080.";
        found.push(Diagnostic::error("Not the address of a proxy", detail).at(path.clone()));
    }
}

fn namespace(value: &Value, path: &Path, found: &mut Diagnostics) {
    let Value::String(text) = value else { return };
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_label = !text.is_empty() && text.len() <= 63 && text.bytes().all(plain);
    if !is_label || text.starts_with('-') || text.ends_with('-') {
        let summary = format!("{text:?} is not the name of a namespace");
        let detail = "It has 1 to 63 lower-case letters, digits and hyphens, and neither begins nor ends with a hyphen.";
        found.push(Diagnostic::error(summary, detail).at(path.clone()));
    }
}

#[cfg(test)]
mod tests;
