//! Who is asked, and who asks: everything that a connection needs, from what
//! the user says and what the kubeconfig says.
//!
//! ```text
//! Configuration ─┐
//!                ├─▶ of ─▶ Settings ─▶ connection
//! Kubeconfig ────┘
//! ```
//!
//! Pure: files are only named here.

use std::path::PathBuf;

use flink::Secret;
use serde_json::{Value, json};

use super::configuration::{Configuration, Plugin};
use super::kubeconfig::{Cluster, Context, Kubeconfig, Named, User};

/// Folder of a pod's service account.
pub const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// Something in PEM that may have to be read first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Material {
    /// Here it is.
    Inline(Secret),
    /// Here it is, in base64.
    Base64(Secret),
    /// It is in a file.
    File(PathBuf),
}

/// How the caller says who it is, apart from a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// It does not.
    None,
    /// Name and password.
    Basic {
        /// The name.
        username: String,
        /// The password.
        password: Secret,
    },
    /// A token.
    Bearer(Secret),
    /// A token in a file, which may change.
    TokenFile(PathBuf),
    /// What a program prints.
    Plugin {
        /// The program.
        plugin: Plugin,
        /// What it is told about the cluster.
        cluster: Option<Value>,
    },
}

/// Everything that a connection needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Address of the API server.
    pub server: String,
    /// The authorities to trust; the system's where absent.
    pub authorities: Option<Material>,
    /// Whether the server's certificate is not checked.
    pub insecure: bool,
    /// The name that the server's certificate is checked against.
    pub server_name: Option<String>,
    /// The proxy; the environment's where absent.
    pub proxy: Option<Secret>,
    /// The client certificate and its key.
    pub identity: Option<(Material, Material)>,
    /// Who asks.
    pub credentials: Credentials,
    /// Headers that say whom to act as.
    pub impersonation: Vec<(String, String)>,
    /// Whether this runs in a pod of this very cluster.
    pub in_cluster: bool,
}

/// What is wrong with what the user or the kubeconfig says.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing says how to reach Kubernetes.
    #[error("no way to Kubernetes is configured: {tried}")]
    Nothing {
        /// What was looked for.
        tried: String,
    },
    /// A file cannot be read.
    #[error("{path} cannot be read")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file is not what it should be. What is in it is not shown.
    #[error("{path} is not a kubeconfig: its YAML cannot be read, or a value has the wrong type")]
    NotAKubeconfig {
        /// The file.
        path: String,
    },
    /// No context is chosen.
    #[error("the kubeconfig has no current context; it has: {known}")]
    NoCurrentContext {
        /// The contexts that there are.
        known: String,
    },
    /// Something that is named is not there.
    #[error("the kubeconfig has no {kind} {name:?}; it has: {known}")]
    Missing {
        /// `context`, `cluster` or `user`.
        kind: &'static str,
        /// Its name.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// The API server's or proxy's address is none.
    #[error("{what} {text:?} is not an address")]
    Address {
        /// Whose.
        what: &'static str,
        /// What was given.
        text: String,
    },
    /// A certificate or key that cannot be decoded.
    #[error("{what} is not base64")]
    NotBase64 {
        /// What.
        what: &'static str,
    },
    /// A certificate or key that TLS cannot use.
    #[error("TLS to the API server cannot be set up")]
    Tls(#[source] flink::Unusable),
    /// A way to log in that is gone from Kubernetes.
    #[error(
        "the auth provider {name:?} is not supported, as in kubectl since 1.26; use an exec plugin"
    )]
    AuthProvider {
        /// Its name.
        name: String,
    },
    /// Credentials or whom to act as cannot be sent.
    #[error("{what} cannot be sent in a header")]
    Header {
        /// What.
        what: String,
    },
}

/// The settings that `configuration` makes of `kubeconfig`.
///
/// # Errors
/// When something that is named is not there.
pub fn of(configuration: &Configuration, kubeconfig: &Kubeconfig) -> Result<Settings, Error> {
    let (cluster, user) = chosen(configuration, kubeconfig)?;
    let server = configuration.host.clone().or_else(|| cluster.server.clone()).unwrap_or_default();
    let authorities = match &configuration.cluster_ca_certificate {
        Some(pem) => Some(Material::Inline(Secret::new(pem.clone()))),
        None => material(
            cluster.certificate_authority_data.as_ref(),
            cluster.certificate_authority.as_ref(),
        ),
    };
    let own = configuration.client_certificate.as_ref().zip(configuration.client_key.as_ref());
    let identity = match own {
        Some((certificate, key)) => {
            let certificate = Material::Inline(Secret::new(certificate.clone()));
            Some((certificate, Material::Inline(key.clone())))
        }
        None if says_who(configuration) => None,
        None => material(user.client_certificate_data.as_ref(), user.client_certificate.as_ref())
            .zip(material(user.client_key_data.as_ref(), user.client_key.as_ref())),
    };
    Ok(Settings {
        server: with_scheme(server),
        authorities,
        insecure: configuration.insecure.unwrap_or(cluster.insecure_skip_tls_verify),
        server_name: configuration
            .tls_server_name
            .clone()
            .or_else(|| cluster.tls_server_name.clone()),
        proxy: configuration
            .proxy_url
            .clone()
            .or_else(|| cluster.proxy_url.clone().map(Secret::new)),
        identity,
        credentials: credentials(configuration, &cluster, &user)?,
        impersonation: impersonation(&user),
        in_cluster: false,
    })
}

/// The settings of a pod's service account.
///
/// # Errors
/// When this does not run in a pod.
pub fn in_cluster(host: Option<String>, port: Option<String>) -> Result<Settings, Error> {
    let tried = "in_cluster is set, but KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not: this does not run in a pod";
    let (Some(host), Some(port)) = (host, port) else {
        return Err(Error::Nothing { tried: tried.to_owned() });
    };
    let host = if host.contains(':') { format!("[{host}]") } else { host };
    let file = |name: &str| PathBuf::from(SERVICE_ACCOUNT).join(name);
    Ok(Settings {
        server: format!("https://{host}:{port}"),
        authorities: Some(Material::File(file("ca.crt"))),
        insecure: false,
        server_name: None,
        proxy: None,
        identity: None,
        credentials: Credentials::TokenFile(file("token")),
        impersonation: Vec::new(),
        in_cluster: true,
    })
}

/// The entries of the context in question; empty ones where an address is
/// given instead of a kubeconfig.
fn chosen(
    configuration: &Configuration,
    kubeconfig: &Kubeconfig,
) -> Result<(Cluster, User), Error> {
    if configuration.host.is_some() {
        return Ok((Cluster::default(), User::default()));
    }
    let asked = configuration.config_context.as_ref().or(kubeconfig.current_context.as_ref());
    let asked = asked.filter(|name| !name.is_empty());
    let known = names(&kubeconfig.contexts);
    let name = asked.ok_or(Error::NoCurrentContext { known })?;
    let Context { cluster, user } = entry("context", name, &kubeconfig.contexts)?;
    let cluster = entry("cluster", &cluster, &kubeconfig.clusters)?;
    let user = match user.filter(|name| !name.is_empty()) {
        Some(user) => entry("user", &user, &kubeconfig.users)?,
        None => User::default(),
    };
    Ok((cluster, user))
}

fn entry<T: Clone>(kind: &'static str, name: &str, all: &[Named<T>]) -> Result<T, Error> {
    let found = all.iter().find(|named| named.name == name).and_then(|named| named.entry.clone());
    found.ok_or_else(|| Error::Missing { kind, name: name.to_owned(), known: names(all) })
}

fn names<T>(all: &[Named<T>]) -> String {
    let names: Vec<&str> = all.iter().map(|named| named.name.as_str()).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// A server without a scheme is meant to be https, as in `kubectl`.
fn with_scheme(server: String) -> String {
    if server.contains("://") || server.is_empty() { server } else { format!("https://{server}") }
}

/// What stands in the file itself counts more than a path.
fn material(data: Option<&String>, path: Option<&PathBuf>) -> Option<Material> {
    let data = data.filter(|data| !data.is_empty());
    match (data, path) {
        (Some(data), _) => Some(Material::Base64(Secret::new(data.clone()))),
        (None, Some(path)) => Some(Material::File(path.clone())),
        (None, None) => None,
    }
}

/// Whether the user's own attributes say who asks, so that the kubeconfig's
/// user does not.
fn says_who(configuration: &Configuration) -> bool {
    configuration.token.is_some()
        || configuration.exec.is_some()
        || configuration.client_certificate.is_some()
}

fn credentials(
    configuration: &Configuration,
    cluster: &Cluster,
    user: &User,
) -> Result<Credentials, Error> {
    if let Some(token) = &configuration.token {
        return Ok(Credentials::Bearer(token.clone()));
    }
    if let Some(plugin) = &configuration.exec {
        return Ok(Credentials::Plugin { plugin: plugin.clone(), cluster: None });
    }
    if configuration.client_certificate.is_some() {
        return Ok(Credentials::None);
    }
    if let Some(provider) = &user.auth_provider {
        return Err(Error::AuthProvider { name: provider.name.clone() });
    }
    Ok(match user {
        User { token: Some(token), .. } if !token.is_empty() => {
            Credentials::Bearer(Secret::new(token.clone()))
        }
        User { token_file: Some(path), .. } => Credentials::TokenFile(path.clone()),
        User { username: Some(username), password: Some(password), .. } => Credentials::Basic {
            username: username.clone(),
            password: Secret::new(password.clone()),
        },
        User { exec: Some(_), .. } => plugin(user, cluster),
        User { .. } => Credentials::None,
    })
}

fn plugin(user: &User, cluster: &Cluster) -> Credentials {
    let exec = user.exec.clone().unwrap_or_default();
    let variable =
        |variable: super::kubeconfig::Variable| (variable.name, Secret::new(variable.value));
    let plugin = Plugin {
        api_version: exec.api_version,
        command: exec.command,
        args: exec.args,
        env: exec.env.into_iter().map(variable).collect(),
        install_hint: exec.install_hint,
        provide_cluster_info: exec.provide_cluster_info,
        needs_terminal: exec.interactive_mode.as_deref() == Some("Always"),
    };
    let cluster = plugin.provide_cluster_info.then(|| told(cluster));
    Credentials::Plugin { plugin, cluster }
}

/// What a plugin is told about the cluster, as the protocol says.
fn told(cluster: &Cluster) -> Value {
    let own = |extension: &&super::kubeconfig::Extension| {
        extension.name == "client.authentication.k8s.io/exec"
    };
    let told = json!({
        "server": cluster.server,
        "tls-server-name": cluster.tls_server_name,
        "insecure-skip-tls-verify": cluster.insecure_skip_tls_verify.then_some(true),
        "certificate-authority-data": cluster.certificate_authority_data,
        "proxy-url": cluster.proxy_url,
        "config": cluster.extensions.iter().find(own).map(|extension| &extension.extension),
    });
    match told {
        Value::Object(members) => {
            members.into_iter().filter(|(_, member)| !member.is_null()).collect()
        }
        other @ (Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)) => other,
    }
}

fn impersonation(user: &User) -> Vec<(String, String)> {
    let one = |name: &str, value: Option<&String>| {
        value.iter().map(|value| (name.to_owned(), (*value).clone())).collect::<Vec<_>>()
    };
    let groups = user.as_groups.iter().map(|group| ("impersonate-group".to_owned(), group.clone()));
    let extra = user.as_user_extra.iter().flat_map(|(name, values)| {
        let encoded =
            percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
        let name = format!("impersonate-extra-{encoded}").to_lowercase();
        values.iter().map(move |value| (name.clone(), value.clone()))
    });
    one("impersonate-user", user.impersonate.as_ref())
        .into_iter()
        .chain(one("impersonate-uid", user.as_uid.as_ref()))
        .chain(groups)
        .chain(extra)
        .collect()
}

#[cfg(test)]
mod tests;
