//! Kubeconfig files: read, and merged as `kubectl` does.
//!
//! What the parser finds wrong is never shown, since it may quote a secret.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde::Deserialize;
use serde_json::Value;

/// The parts of a kubeconfig that say how to connect.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Kubeconfig {
    /// The context to use where none is asked for.
    pub current_context: Option<String>,
    /// API servers.
    pub clusters: Vec<Named<Cluster>>,
    /// Credentials.
    pub users: Vec<Named<User>>,
    /// Which of them go together.
    pub contexts: Vec<Named<Context>>,
}

/// An entry with a name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Named<T> {
    /// The name.
    pub name: String,
    /// The entry; a kubeconfig calls it by its kind.
    #[serde(alias = "cluster", alias = "user", alias = "context")]
    pub entry: Option<T>,
}

/// An API server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Cluster {
    /// Its address.
    pub server: Option<String>,
    /// The name that its certificate is checked against.
    pub tls_server_name: Option<String>,
    /// Whether its certificate is not checked.
    pub insecure_skip_tls_verify: bool,
    /// The authorities to trust, a file.
    pub certificate_authority: Option<PathBuf>,
    /// The authorities to trust, in base64.
    pub certificate_authority_data: Option<String>,
    /// The proxy to go through.
    pub proxy_url: Option<String>,
    /// What an exec plugin may want to know.
    pub extensions: Vec<Extension>,
}

/// Something that the entry holds for others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Extension {
    /// Who it is for.
    pub name: String,
    /// What it is.
    pub extension: Value,
}

/// Credentials.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct User {
    /// A client certificate, a file.
    pub client_certificate: Option<PathBuf>,
    /// A client certificate, in base64.
    pub client_certificate_data: Option<String>,
    /// Its key, a file.
    pub client_key: Option<PathBuf>,
    /// Its key, in base64.
    pub client_key_data: Option<String>,
    /// A bearer token.
    pub token: Option<String>,
    /// A file with a bearer token, which may change.
    #[serde(rename = "tokenFile")]
    pub token_file: Option<PathBuf>,
    /// A name for basic authentication.
    pub username: Option<String>,
    /// Its password.
    pub password: Option<String>,
    /// Whom to act as.
    #[serde(rename = "as")]
    pub impersonate: Option<String>,
    /// The uid to act as.
    pub as_uid: Option<String>,
    /// The groups to act in.
    pub as_groups: Vec<String>,
    /// Further attributes to act with.
    pub as_user_extra: BTreeMap<String, Vec<String>>,
    /// A program that gives credentials.
    pub exec: Option<Exec>,
    /// What came before exec plugins, and is gone from `kubectl` since 1.26.
    pub auth_provider: Option<AuthProvider>,
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").finish_non_exhaustive()
    }
}

/// A program that gives credentials.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Exec {
    /// The version of the protocol.
    pub api_version: String,
    /// The program.
    pub command: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Variables for it.
    pub env: Vec<Variable>,
    /// How to install it.
    pub install_hint: Option<String>,
    /// Whether it is told about the cluster.
    pub provide_cluster_info: bool,
    /// Whether it wants a terminal.
    pub interactive_mode: Option<String>,
}

/// A variable of the environment, whose value may be a secret.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A way to log in that is not supported.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct AuthProvider {
    /// Its name.
    pub name: String,
}

/// What goes together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Context {
    /// Name of the API server.
    pub cluster: String,
    /// Name of the credentials.
    pub user: Option<String>,
}

impl fmt::Debug for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Variable").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Kubeconfig {
    /// Reads a text; paths in it are relative to `folder`. `None` where it is
    /// no kubeconfig.
    pub fn parse(text: &str, folder: &Path) -> Option<Self> {
        let value = yaml(text)?;
        if value.is_null() {
            return Some(Self::default());
        }
        let mut read: Self = serde_json::from_value(value).ok()?;
        read.make_absolute(folder);
        Some(read)
    }

    /// Adds what `self` does not have: of two entries of one name the first
    /// counts, and the first current context.
    #[must_use]
    pub fn merge(mut self, next: Self) -> Self {
        let Self { current_context, clusters, users, contexts } = next;
        self.current_context =
            self.current_context.filter(|name| !name.is_empty()).or(current_context);
        add(&mut self.clusters, clusters);
        add(&mut self.users, users);
        add(&mut self.contexts, contexts);
        self
    }

    fn make_absolute(&mut self, folder: &Path) {
        let absolute = |path: &mut Option<PathBuf>| {
            if let Some(path) = path {
                *path = folder.join(&*path);
            }
        };
        for cluster in self.clusters.iter_mut().filter_map(|named| named.entry.as_mut()) {
            absolute(&mut cluster.certificate_authority);
        }
        for user in self.users.iter_mut().filter_map(|named| named.entry.as_mut()) {
            absolute(&mut user.client_certificate);
            absolute(&mut user.client_key);
            absolute(&mut user.token_file);
            if let Some(exec) = &mut user.exec
                && exec.command.contains('/')
            {
                exec.command = folder.join(&exec.command).display().to_string();
            }
        }
    }
}

/// The one document of a YAML text; null where there is none.
pub(super) fn yaml(text: &str) -> Option<Value> {
    match Yaml::load_from_str(text).ok()?.as_slice() {
        [] => Some(Value::Null),
        [document] => json(document),
        [_, _, ..] => None,
    }
}

fn json(node: &Yaml<'_>) -> Option<Value> {
    match node {
        Yaml::Value(scalar) => Some(plain(scalar)),
        Yaml::Sequence(elements) => {
            elements.iter().map(json).collect::<Option<_>>().map(Value::Array)
        }
        Yaml::Mapping(members) => {
            let member = |(key, member): (&Yaml<'_>, &Yaml<'_>)| {
                Some((key.as_str()?.to_owned(), json(member)?))
            };
            members.iter().map(member).collect::<Option<_>>().map(Value::Object)
        }
        Yaml::Representation(..) | Yaml::Tagged(..) | Yaml::Alias(_) | Yaml::BadValue => None,
    }
}

fn plain(scalar: &Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(truth) => Value::Bool(*truth),
        Scalar::Integer(integer) => Value::from(*integer),
        Scalar::FloatingPoint(float) => Value::from(float.0),
        Scalar::String(text) => Value::from(text.as_ref()),
    }
}

fn add<T>(known: &mut Vec<Named<T>>, further: Vec<Named<T>>) {
    for named in further {
        if known.iter().all(|known| known.name != named.name) {
            known.push(named);
        }
    }
}
