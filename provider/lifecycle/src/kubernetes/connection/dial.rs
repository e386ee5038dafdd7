//! Opens a connection to the API server: straight or through a proxy, with
//! TLS on top.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{HeaderValue, Uri};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::time::timeout;
use tower::{Service, ServiceExt};

use super::stream::Stream;
use crate::kubernetes::error::Source;

/// How long a connection may take to stand, proxy and TLS included.
const LIMIT: Duration = Duration::from_secs(10);

/// A connection that is being opened.
pub(in crate::kubernetes) type Dialing<T> = Pin<Box<dyn Future<Output = Result<T, Source>> + Send>>;

/// Where connections lead, and through what.
pub(super) struct Route {
    /// The API server.
    pub(super) server: Uri,
    /// TLS to it; none where its address is `http`.
    pub(super) tls: Option<(Arc<ClientConfig>, ServerName<'static>)>,
    /// The proxy between.
    pub(super) proxy: Option<Proxy>,
}

/// A proxy, and who we are to it.
#[derive(Clone)]
pub(super) struct Proxy {
    address: Uri,
    basic: Option<HeaderValue>,
    login: Option<(String, String)>,
    /// TLS to the proxy itself, where its address is `https`.
    trust: Arc<ClientConfig>,
}

/// The proxy for `server`: the one that is named, else the environment's.
pub(super) fn intercepting(named: Option<&str>, server: &Uri) -> Option<Intercept> {
    let matcher = match named {
        Some(url) => Matcher::builder().all(url).build(),
        None => Matcher::from_env(),
    };
    matcher.intercept(server)
}

impl Proxy {
    /// The proxy that was found, and whom to trust when TLS goes to it.
    pub(super) fn new(found: &Intercept, trust: ClientConfig) -> Self {
        let owned = |(name, password): (&str, &str)| (name.to_owned(), password.to_owned());
        Self {
            address: found.uri().clone(),
            basic: found.basic_auth().cloned(),
            login: found.raw_auth().map(owned),
            trust: Arc::new(trust),
        }
    }
}

impl Route {
    /// A connection that is ready for requests.
    pub(super) fn dial(self: Arc<Self>) -> Dialing<Stream> {
        Box::pin(async move {
            timeout(LIMIT, self.open()).await.unwrap_or_else(|_| {
                let late = format!("no connection within {} s", LIMIT.as_secs());
                Err(io::Error::new(io::ErrorKind::TimedOut, late).into())
            })
        })
    }

    async fn open(&self) -> Result<Stream, Source> {
        let server = self.server.clone();
        let stream = match &self.proxy {
            None => tcp(server).await?,
            Some(proxy) => through(proxy.clone(), server).await?,
        };
        match &self.tls {
            None => Ok(stream),
            Some((configuration, name)) => {
                Ok(stream.encrypted(Arc::clone(configuration), name.clone()).await?)
            }
        }
    }
}

async fn tcp(to: Uri) -> Result<Stream, Source> {
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    connector.set_nodelay(true);
    connector.set_keepalive(Some(Duration::from_secs(30)));
    let stream = connector.call(to).await?;
    Ok(Stream::new(stream))
}

async fn through(proxy: Proxy, server: Uri) -> Result<Stream, Source> {
    let Proxy { address, basic, login, trust } = proxy;
    let dial = ToProxy { trust };
    if address.scheme_str().is_some_and(|scheme| scheme.starts_with("socks5")) {
        let mut socks = SocksV5::new(address, dial);
        if let Some((name, password)) = login {
            socks = socks.with_auth(name, password);
        }
        return socks.oneshot(server).await.map_err(Source::from);
    }
    let mut tunnel = Tunnel::new(address, dial);
    if let Some(basic) = basic {
        tunnel = tunnel.with_auth(basic);
    }
    tunnel.oneshot(server).await.map_err(Source::from)
}

/// Opens connections to the proxy itself.
#[derive(Clone)]
struct ToProxy {
    trust: Arc<ClientConfig>,
}

impl Service<Uri> for ToProxy {
    type Response = Stream;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Stream>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, address: Uri) -> Self::Future {
        let trust = Arc::clone(&self.trust);
        Box::pin(async move {
            let stream = tcp(address.clone()).await.map_err(io::Error::other)?;
            if address.scheme_str() != Some("https") {
                return Ok(stream);
            }
            let host = address.host().unwrap_or_default().to_owned();
            let name = ServerName::try_from(host).map_err(io::Error::other)?;
            stream.encrypted(trust, name).await
        })
    }
}
