//! HTTP to Flink over streams that somebody else opens.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use flink::error::{Kind, Unavailable};
use flink::transport::{Answer, Call, Opened};
use flink::{Endpoint, Unusable};
use http::{HeaderMap, HeaderValue, Request, header};
use http_body_util::BodyExt;
use hyper_util::client::legacy::{Client, Error as ClientError};
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tower::service_fn;

use crate::kubernetes::connection::{Body, Dialer, Dialing, Stream, pool};
use crate::kubernetes::error::Source;
use crate::kubernetes::service::Target;

use super::failure;
use super::port_forward::Refused;

/// How long a connection may take to stand.
const LIMIT: Duration = Duration::from_secs(10);

/// What is needed to talk to Flink itself, apart from the way there.
#[derive(Debug, Clone)]
pub(super) struct Speech {
    host: HeaderValue,
    headers: HeaderMap,
    tls: Option<(Arc<ClientConfig>, ServerName<'static>)>,
}

impl Speech {
    /// For `target`, with what `endpoint` says about TLS and credentials.
    ///
    /// # Errors
    /// [`Kind::Unusable`].
    pub(super) fn new(target: &Target, endpoint: &Endpoint) -> Result<Self, Kind> {
        let unusable = |source| Kind::Unusable { source };
        let way = |source: Source| unusable(Unusable::Way(source));
        let host = target.host();
        let tls = if target.tls {
            let authority = endpoint.certificate_authority_pem.as_deref();
            let made = flink::trust(authority, endpoint.identity.as_ref()).map_err(unusable)?;
            let name = ServerName::try_from(host.clone()).map_err(|error| way(error.into()))?;
            Some((Arc::new(made), name))
        } else {
            None
        };
        let host = HeaderValue::from_str(&format!("{host}:{}", target.port));
        let headers = flink::headers(endpoint).map_err(unusable)?;
        Ok(Self { host: host.map_err(|error| way(error.into()))?, headers, tls })
    }
}

/// A pool of connections to one JobManager.
#[derive(Debug, Clone)]
pub(super) struct Piped {
    pool: Client<Dialer, Body>,
    speech: Arc<Speech>,
}

impl Piped {
    /// A pool over the streams that `open` opens, TLS on top where it is
    /// spoken.
    pub(super) fn new<F>(speech: Speech, open: F) -> Self
    where
        F: Fn() -> Dialing<Stream> + Clone + Send + Sync + 'static,
    {
        let speech = Arc::new(speech);
        let shared = Arc::clone(&speech);
        let dialer = Dialer::new(service_fn(move |_| -> Dialing<Stream> {
            let (opening, speech) = (open(), Arc::clone(&shared));
            Box::pin(async move {
                let stream = opening.await?;
                match &speech.tls {
                    None => Ok(stream),
                    Some((made, name)) => {
                        let encrypted = stream.encrypted(Arc::clone(made), name.clone());
                        Ok(tokio::time::timeout(LIMIT, encrypted).await??)
                    }
                }
            })
        }));
        Self { pool: pool(dialer), speech }
    }

    /// One exchange.
    pub(super) async fn carry(&self, call: &Call) -> Result<Answer, Kind> {
        let request = self.request(call, call.content.open().await?);
        let response = self.pool.request(request?).await.map_err(lost)?;
        let status = response.status();
        let location = response.headers().get(header::LOCATION);
        let location = location.and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
        let body = response.into_body().collect().await;
        let body = body.map_err(|source| Kind::Interrupted { source: source.into() })?.to_bytes();
        Ok(Answer { status, location, body })
    }

    fn request(&self, call: &Call, content: Opened) -> Result<Request<Body>, Kind> {
        let host = self.speech.host.to_str().unwrap_or_default();
        // The pool knows a peer by its address; TLS is the dialer's business.
        let address = format!("http://{host}{}", call.path);
        let mut request =
            with(content, Request::builder().method(call.method.clone()).uri(address))?;
        request.headers_mut().extend(self.speech.headers.clone());
        Ok(request)
    }
}

/// A request with a content of a known length.
pub(super) fn with(
    content: Opened,
    builder: http::request::Builder,
) -> Result<Request<Body>, Kind> {
    let Opened { content_type, length, payload } = content;
    let builder = match content_type {
        None => builder,
        Some(kind) => {
            builder.header(header::CONTENT_TYPE, kind).header(header::CONTENT_LENGTH, length)
        }
    };
    let made = builder.body(payload.map_err(Source::from).boxed_unsync());
    made.map_err(|error| Kind::Unusable { source: Unusable::Way(error.into()) })
}

fn lost(error: ClientError) -> Kind {
    if let Some(denied) = denied(&error) {
        denied
    } else if flink::is_distrust(error.is_connect(), &error) {
        Kind::Unusable { source: Unusable::Handshake(error.into()) }
    } else if error.is_connect() || is_refused(&error) {
        Kind::Unavailable { reason: Unavailable::NoConnection(error.into()) }
    } else {
        Kind::Interrupted { source: error.into() }
    }
}

/// Whether a port forward stood but led nowhere.
fn is_refused(error: &ClientError) -> bool {
    let mut cause = error.source();
    while let Some(this) = cause {
        let wrapped = this.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if let Some(inner) = wrapped
            && inner.is::<Refused>()
        {
            return true;
        }
        cause = this.source();
    }
    false
}

/// Whether Kubernetes keeps out who opens a stream; another error stays what
/// it is.
fn denied(error: &ClientError) -> Option<Kind> {
    let mut cause = error.source();
    while let Some(this) = cause {
        if let Some(denied) = this.downcast_ref().and_then(failure::denied) {
            return Some(denied);
        }
        cause = this.source();
    }
    None
}

#[cfg(test)]
mod tests;
