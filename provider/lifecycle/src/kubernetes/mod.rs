//! Kubernetes: who is asked and who asks, and one exchange with the API
//! server.
//!
//! ```text
//! Configuration ─▶ settings ─▶ connection ─▶ request ─▶ JSON  or  Error
//!                                  │
//!                                  └─▶ access: Flink's REST API behind a Service
//! ```
//!
//! Nothing is read, run or opened before the first request. Nothing is sent
//! twice. Deliberately not here: what an object should be, and what is done
//! about an answer.

pub mod access;
pub mod configuration;
mod connection;
pub mod error;
mod journal;
pub mod kubeconfig;
mod listing;
mod objects;
pub mod plugin;
pub mod rule;
pub mod service;
pub mod settings;
mod world;

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderValue, Method, Request, Response, header};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::timeout;

pub use access::{Access, Behind};
pub use configuration::{Configuration, Plugin};
pub use error::{Error, Kind, Status};
pub use journal::Journals;
pub use listing::Listing;
pub use rule::Rule;
pub use service::{Target, TargetPort};
pub use world::Cluster;

use connection::{Body, Connection};
use kubeconfig::Kubeconfig;
use settings::Settings;

/// How long an answer may take: the API server itself gives up after a
/// minute, and webhooks may take half of it.
const LIMIT: Duration = Duration::from_secs(70);

/// An API server and who asks it. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Kubernetes {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    configuration: Configuration,
    connection: Mutex<Option<Connection>>,
    listed: service::Listed,
}

impl Kubernetes {
    /// The API server that `configuration` says. Reads, runs and opens
    /// nothing before the first request.
    pub fn new(configuration: Configuration) -> Self {
        let (connection, listed) = (Mutex::default(), service::Listed::default());
        Self { shared: Arc::new(Shared { configuration, connection, listed }) }
    }

    /// Sends `request`, whose address is a path and query below the API
    /// server, and answers the JSON that came back.
    ///
    /// # Guarantees
    ///
    /// It is sent at most once, whatever it is.
    ///
    /// # Errors
    /// See [`Kind`]; [`Error::may_have_happened`] tells what is not known.
    pub async fn request(&self, request: Request<Vec<u8>>) -> Result<Value, Error> {
        let call = call(&request);
        let answer = self.answered(request).await;
        let read =
            answer.and_then(|body| serde_json::from_slice(&body).map_err(Kind::UnknownFormat));
        read.map_err(|kind| Error { call, kind })
    }

    /// As [`Kubernetes::request`], for an answer that is text, such as a log.
    ///
    /// # Errors
    /// See [`Kind`].
    pub async fn text(&self, request: Request<Vec<u8>>) -> Result<String, Error> {
        let call = call(&request);
        let answer = self.answered(request).await.map_err(|kind| Error { call, kind })?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    /// Whether there is an `IngressClass` of this name; `None` where it cannot be told, as who may
    /// change a namespace need not be let look at what all of them share.
    pub async fn has_ingress_class(&self, name: &str) -> Option<bool> {
        let path = format!("/apis/networking.k8s.io/v1/ingressclasses/{name}");
        match self.request(objects::request(Method::GET, &path, None)).await {
            Ok(_) => Some(true),
            Err(error) if error.is_not_found() => Some(false),
            Err(_) => None,
        }
    }

    /// kube's client over the same connections, for watches.
    ///
    /// # Errors
    /// [`Kind::Settings`] and [`Kind::Plugin`].
    pub async fn client(&self) -> Result<kube::Client, Error> {
        let connection = self.connection().await;
        let connection = connection.map_err(|kind| Error { call: String::new(), kind })?;
        Ok(connection.kube())
    }

    /// Whether this runs in a pod of this very Kubernetes, and was told so.
    pub(crate) fn is_in_cluster(&self) -> bool {
        self.shared.configuration.in_cluster
    }

    async fn answered(&self, request: Request<Vec<u8>>) -> Result<bytes::Bytes, Kind> {
        let rule = Rule::of(request.method(), &request.uri().to_string());
        let mut request = request.map(connection::whole);
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().entry(header::ACCEPT).or_insert(json);
        let exchange = async {
            let response = self.send(request).await?;
            let status = response.status();
            let body = response.into_body().collect().await;
            let body = body.map_err(|error| Kind::Interrupted { source: error.into() })?.to_bytes();
            if status.is_success() {
                Ok(body)
            } else {
                Err(error::classify(status.as_u16(), &body, rule))
            }
        };
        // On the heap: whoever asks is often deep in something else.
        timeout(LIMIT, Box::pin(exchange)).await.unwrap_or(Err(Kind::TimedOut { after: LIMIT }))
    }

    /// Sends a request once. A refused login of a plugin is not used again,
    /// so that the next request logs in anew.
    async fn send(&self, request: Request<Body>) -> Result<Response<Incoming>, Kind> {
        let connection = self.connection().await?;
        let response = connection.send(request).await?;
        if response.status() == 401 && connection.asks_a_plugin() {
            *self.shared.connection.lock().await = None;
        }
        Ok(response)
    }

    /// The connection, opened when it is first needed and when what a plugin
    /// gave is over.
    async fn connection(&self) -> Result<Connection, Kind> {
        let mut kept = self.shared.connection.lock().await;
        if let Some(connection) = &*kept
            && !connection.is_over()
        {
            return Ok(connection.clone());
        }
        let settings = self.settings().await.map_err(Kind::Settings)?;
        let connection = Connection::open(settings).await?;
        *kept = Some(connection.clone());
        Ok(connection)
    }

    async fn settings(&self) -> Result<Settings, settings::Error> {
        let configuration = &self.shared.configuration;
        if configuration.in_cluster {
            let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
            return settings::in_cluster(
                variable("KUBERNETES_SERVICE_HOST"),
                variable("KUBERNETES_SERVICE_PORT"),
            );
        }
        let kubeconfig = match () {
            () if configuration.host.is_some() => Kubeconfig::default(),
            () if configuration.is_empty() => from_environment().await?,
            () => read(&configuration.config_paths).await?,
        };
        settings::of(configuration, &kubeconfig)
    }
}

/// The kubeconfig that the environment names, as `kubectl` finds it.
async fn from_environment() -> Result<Kubeconfig, settings::Error> {
    let named = env::var_os("KUBECONFIG").filter(|value| !value.is_empty());
    let home = env::var_os("HOME").map(|home| Path::new(&home).join(".kube/config"));
    let paths: Vec<PathBuf> = match &named {
        Some(paths) => {
            env::split_paths(paths).filter(|path| !path.as_os_str().is_empty()).collect()
        }
        None => home.into_iter().collect(),
    };
    // Of several files some may be missing, as long as one is there.
    let there: Vec<PathBuf> = paths.iter().filter(|path| path.exists()).cloned().collect();
    if there.is_empty() {
        let shown: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        let what = if named.is_some() {
            "KUBECONFIG names"
        } else {
            "KUBECONFIG is not set, and there is no"
        };
        let tried = match named {
            Some(_) => format!("{what} {}, which is not there", shown.join(" and ")),
            None => format!("{what} {}", shown.join("")),
        };
        return Err(settings::Error::Nothing { tried });
    }
    read(&there).await
}

async fn read(paths: &[PathBuf]) -> Result<Kubeconfig, settings::Error> {
    let mut merged = Kubeconfig::default();
    for path in paths {
        let path = with_home(path);
        let shown = path.display().to_string();
        let text = match tokio::fs::read_to_string(&path).await {
            Ok(text) => text,
            Err(source) => return Err(settings::Error::Unreadable { path: shown, source }),
        };
        let folder = path.parent().unwrap_or_else(|| Path::new("."));
        let read = Kubeconfig::parse(&text, folder);
        merged = merged.merge(read.ok_or(settings::Error::NotAKubeconfig { path: shown })?);
    }
    Ok(merged)
}

/// `~/` is the home directory, as users write it; no shell has replaced it.
fn with_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), env::var_os("HOME")) {
        (Ok(rest), Some(home)) => Path::new(&home).join(rest),
        (Ok(_), None) | (Err(_), _) => path.to_owned(),
    }
}

fn call<B>(request: &Request<B>) -> String {
    format!("{} {}", request.method(), request.uri())
}
