//! Straight to a URL.

use std::sync::OnceLock;

use reqwest::{Body, RequestBuilder, Response, header};

use super::{Answer, Call, Exchange, Opened, Transport};
use crate::endpoint::Endpoint;
use crate::error::{Kind, Unavailable};
use crate::tls;

/// The way to an endpoint that this machine reaches by itself.
#[derive(Debug)]
pub(crate) struct Plain {
    endpoint: Endpoint,
    http: OnceLock<reqwest::Client>,
}

impl Plain {
    /// The way to `endpoint`. Nothing is opened or read before the first call.
    pub(crate) fn new(endpoint: Endpoint) -> Self {
        Self { endpoint, http: OnceLock::new() }
    }

    async fn carry(&self, call: &Call) -> Result<Answer, Kind> {
        let url = self
            .endpoint
            .url(&call.path)
            .map_err(|source| Kind::Unusable { source: tls::Unusable::Way(source.into()) })?;
        let builder = self.http()?.request(call.method.clone(), url);
        let response = with(builder, call.content.open().await?).send().await.map_err(lost)?;
        let (status, location) = (response.status(), location(&response));
        let body = response.bytes().await.map_err(lost)?;
        Ok(Answer { status, location, body })
    }

    fn http(&self) -> Result<&reqwest::Client, Kind> {
        if let Some(client) = self.http.get() {
            return Ok(client);
        }
        let made = tls::client(&self.endpoint).map_err(|source| Kind::Unusable { source })?;
        Ok(self.http.get_or_init(|| made))
    }
}

impl Transport for Plain {
    fn exchange<'a>(&'a self, call: &'a Call) -> Exchange<'a> {
        Box::pin(self.carry(call))
    }
}

fn with(builder: RequestBuilder, content: Opened) -> RequestBuilder {
    let Opened { content_type, length, payload } = content;
    match content_type {
        None => builder,
        Some(content_type) => builder
            .header(header::CONTENT_TYPE, content_type)
            .header(header::CONTENT_LENGTH, length)
            .body(Body::wrap(payload)),
    }
}

/// Why there is no answer. Only a connection that was never made proves that
/// nothing has happened.
fn lost(source: reqwest::Error) -> Kind {
    let source = source.without_url();
    if tls::is_distrust(source.is_connect(), &source) {
        Kind::Unusable { source: tls::Unusable::Handshake(source.into()) }
    } else if source.is_connect() {
        Kind::Unavailable { reason: Unavailable::NoConnection(source.into()) }
    } else {
        Kind::Interrupted { source: source.into() }
    }
}

fn location(response: &Response) -> Option<String> {
    let value = response.headers().get(header::LOCATION)?;
    value.to_str().ok().map(ToOwned::to_owned)
}
