//! One connection pool to one API server.
//!
//! ```text
//! Settings ─▶ Connection::open ─▶ send: base path + who asks ─▶ pool ─▶ dial (proxy, TLS)
//! ```
//!
//! kube's own client repeats what it sends and cannot send a body piece by
//! piece, so that the way down to the socket is our own; kube's web sockets
//! (port forwards) and watches run on top of it.

mod dial;
mod insecure;
mod stream;
mod who;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::uri::{PathAndQuery, Uri};
use http::{HeaderValue, Request, Response, header};
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Incoming;
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::time::Instant;
use tower::{BoxError, service_fn};
use tracing::debug;

use super::error::{Kind, Source};
use super::settings::{Error, Settings};
pub(super) use dial::Dialing;
pub(super) use stream::Stream;
use who::Who;

/// Who we are, as the API server's audit log shows it.
const AGENT: &str = concat!("terraform-provider-flink/", env!("CARGO_PKG_VERSION"));

/// The body of a request.
pub(super) type Body = UnsyncBoxBody<Bytes, Source>;

/// A body of bytes that are there.
pub(super) fn whole(bytes: Vec<u8>) -> Body {
    http_body_util::Full::new(Bytes::from(bytes)).map_err(|never| match never {}).boxed_unsync()
}

/// A pool of connections, and who asks. Clones share it.
#[derive(Clone)]
pub(super) struct Connection {
    pool: Client<Dialer, Body>,
    base: Arc<Uri>,
    who: Arc<Who>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("base", &self.base).finish_non_exhaustive()
    }
}

/// What the pool opens new connections with.
pub(super) type Dialer = tower::util::BoxCloneSyncService<Uri, Stream, Source>;

impl Connection {
    /// Reads what the settings name and asks the plugin, if there is one.
    /// Opens no connection yet.
    ///
    /// # Errors
    /// [`Kind::Settings`] and [`Kind::Plugin`].
    pub(super) async fn open(settings: Settings) -> Result<Self, Kind> {
        let base: Uri = address("the API server's address", &settings.server)?;
        let proxy = settings.proxy.as_ref().map(flink::Secret::reveal);
        if let Some(url) = proxy {
            let _: Uri = address("the proxy's address", url)?;
        }
        let who = Who::open(&settings).await?;
        let tls = if base.scheme_str() == Some("https") {
            let name = settings.server_name.as_deref().or_else(|| base.host()).unwrap_or_default();
            let name = name.trim_start_matches('[').trim_end_matches(']').to_owned();
            let name = ServerName::try_from(name.clone()).map_err(|_| {
                Kind::Settings(Error::Address { what: "the server's name", text: name })
            })?;
            Some((Arc::new(trust(&settings, &who).await?), name))
        } else {
            None
        };
        let proxy = match dial::intercepting(proxy, &base) {
            None => None,
            Some(found) => Some(dial::Proxy::new(&found, system_trust()?)),
        };
        let route = Arc::new(dial::Route { server: base.clone(), tls, proxy });
        let dialer = Dialer::new(service_fn(move |_: Uri| Arc::clone(&route).dial()));
        Ok(Self { pool: pool(dialer), base: Arc::new(base), who: Arc::new(who) })
    }

    /// Address of the API server.
    pub(super) fn server(&self) -> String {
        self.base.to_string()
    }

    /// Whether what a plugin gave is about to end, so that a new connection
    /// is to be opened.
    pub(super) fn is_over(&self) -> bool {
        self.who.is_over()
    }

    /// Whether another attempt to log in may give other credentials.
    pub(super) fn asks_a_plugin(&self) -> bool {
        self.who.asks_a_plugin()
    }

    /// Sends a request whose address is a path and query below the API
    /// server. It is sent at most once.
    ///
    /// # Errors
    /// When no answer came, see [`Kind`].
    pub(super) async fn send(&self, request: Request<Body>) -> Result<Response<Incoming>, Kind> {
        let (method, path) = (request.method().clone(), request.uri().to_string());
        let begun = Instant::now();
        let request = self.signed(request).await?;
        let answer = self.pool.request(request).await;
        let milliseconds = begun.elapsed().as_millis();
        match answer {
            Ok(response) => {
                let status = response.status().as_u16();
                debug!(%method, path, status, milliseconds, "Kubernetes answered");
                Ok(response)
            }
            Err(error) => {
                debug!(%method, path, milliseconds, "Kubernetes did not answer");
                Err(self.lost(error))
            }
        }
    }

    /// kube's client on top of this, for what it does well.
    pub(super) fn kube(&self) -> kube::Client {
        let connection = self.clone();
        let service = service_fn(move |request: Request<kube::client::Body>| {
            let connection = connection.clone();
            let request = request.map(|body| body.map_err(Source::from).boxed_unsync());
            async move { connection.send(request).await.map_err(BoxError::from) }
        });
        kube::Client::new(service, "default")
    }

    async fn signed(&self, request: Request<Body>) -> Result<Request<Body>, Kind> {
        let (mut parts, body) = request.into_parts();
        parts.uri = below(&self.base, &parts.uri);
        parts.headers.insert(header::USER_AGENT, HeaderValue::from_static(AGENT));
        self.who.sign(&mut parts.headers).await?;
        Ok(Request::from_parts(parts, body))
    }

    fn lost(&self, error: ClientError) -> Kind {
        let server = self.server();
        let connecting = error.is_connect();
        if flink::is_distrust(connecting, &error) {
            Kind::Distrust { server, source: error.into() }
        } else if connecting {
            Kind::Unreachable { server, source: error.into() }
        } else {
            Kind::Interrupted { source: error.into() }
        }
    }
}

/// A pool that does not keep a connection longer than servers do.
pub(super) fn pool(dialer: Dialer) -> Client<Dialer, Body> {
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(Duration::from_mins(1))
        .pool_max_idle_per_host(8)
        .build(dialer)
}

/// `path` below the API server's address, which may have a path itself.
fn below(base: &Uri, path: &Uri) -> Uri {
    let prefix = base.path().trim_end_matches('/');
    let path = path.path_and_query().map_or("/", PathAndQuery::as_str);
    let mut parts = base.clone().into_parts();
    parts.path_and_query = format!("{prefix}{path}").parse().ok();
    Uri::from_parts(parts).unwrap_or_else(|_| base.clone())
}

fn address(what: &'static str, text: &str) -> Result<Uri, Kind> {
    let wrong = || {
        let shown = text.rsplit_once('@').map_or(text, |(_, shown)| shown);
        Kind::Settings(Error::Address { what, text: shown.to_owned() })
    };
    let uri: Uri = text.parse().map_err(|_| wrong())?;
    let known = ["http", "https", "socks5", "socks5h"];
    let is_known = uri.scheme_str().is_some_and(|scheme| known.contains(&scheme));
    if is_known && uri.host().is_some_and(|host| !host.is_empty()) { Ok(uri) } else { Err(wrong()) }
}

async fn trust(settings: &Settings, who: &Who) -> Result<ClientConfig, Kind> {
    let authorities = match &settings.authorities {
        Some(material) => Some(who::pem("the certificate authority", material).await?),
        None => None,
    };
    let made = flink::trust(authorities.as_ref().map(flink::Secret::reveal), who.identity());
    let mut made = made.map_err(|source| Kind::Settings(Error::Tls(source)))?;
    if settings.insecure {
        insecure::accept_anyone(&mut made);
    }
    Ok(made)
}

fn system_trust() -> Result<ClientConfig, Kind> {
    flink::trust(None, None).map_err(|source| Kind::Settings(Error::Tls(source)))
}

#[cfg(test)]
mod tests;
