//! Sends requests and sorts what comes back.
//!
//! Reads are sent again while the JobManager is not reachable; nothing that
//! changes something ever is. What to send, and when, is decided elsewhere.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::multipart::{Form, Part};
use reqwest::{Response, StatusCode, header};
use serde::de::DeserializeOwned;
use tokio::time::Instant;
use tracing::debug;

use crate::endpoint::{Endpoint, Patience};
use crate::error::{self, Error, Kind, Unavailable};
use crate::request::{Body, Effect, JarContent, Pace, Request};
use crate::tls;

/// A client of one JobManager. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    endpoint: Endpoint,
    http: OnceLock<reqwest::Client>,
}

impl Client {
    /// A client of `endpoint`. Nothing is opened or read before the first
    /// request.
    pub fn new(endpoint: Endpoint) -> Self {
        Self { shared: Arc::new(Shared { endpoint, http: OnceLock::new() }) }
    }

    /// Where requests go.
    pub fn endpoint(&self) -> &Endpoint {
        &self.shared.endpoint
    }

    /// Sends `request` and answers its answer.
    ///
    /// # Guarantees
    ///
    /// A request that changes something is sent at most once. A read is sent
    /// again, ever less often, while the JobManager is not reachable, for as
    /// long as the endpoint's patience says.
    pub async fn send<A: DeserializeOwned>(&self, request: &Request<A>) -> Result<A, Error> {
        let answer = match request.effect {
            Effect::Changes => self.exchange(request).await,
            Effect::Reads => self.repeat(request).await,
        };
        answer.map_err(|kind| Error {
            call: request.name(),
            origin: self.endpoint().origin(),
            kind,
        })
    }

    /// Sends `request` exactly once, even when it only reads: for a caller
    /// that repeats by its own clock.
    pub async fn send_once<A: DeserializeOwned>(&self, request: &Request<A>) -> Result<A, Error> {
        let answer = self.exchange(request).await;
        answer.map_err(|kind| Error {
            call: request.name(),
            origin: self.endpoint().origin(),
            kind,
        })
    }

    async fn repeat<A: DeserializeOwned>(&self, request: &Request<A>) -> Result<A, Kind> {
        let deadline = Instant::now() + self.endpoint().patience.unavailable;
        let mut pause = Duration::from_millis(50);
        loop {
            match self.exchange(request).await {
                Err(Kind::Unavailable { reason }) if Instant::now() + pause < deadline => {
                    debug!(call = request.name(), ?reason, "Asking again");
                }
                answer => return answer,
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(2));
        }
    }

    async fn exchange<A: DeserializeOwned>(&self, request: &Request<A>) -> Result<A, Kind> {
        let limit = time_limit(request.pace, self.endpoint().patience);
        let response = self.transmit(request, limit).await?;
        let status = response.status();
        let location = location(&response);
        let body = response.bytes().await.map_err(|source| lost(source, limit))?;
        match (status, location) {
            (status, _) if status.is_success() => understood(status, &body),
            (status, Some(location)) if status.is_redirection() => {
                Err(Kind::Redirected { location })
            }
            (status, _) => Err(error::classify(status, &body)),
        }
    }

    async fn transmit<A>(&self, request: &Request<A>, limit: Duration) -> Result<Response, Kind> {
        let endpoint = self.endpoint();
        let url = endpoint.url(&request.segments, &request.query);
        let builder = self.http()?.request(request.method.clone(), url).timeout(limit);
        let builder = match &request.body {
            Body::None => builder,
            Body::Json(json) => builder.json(json),
            Body::Jar { name, content } => builder.multipart(form(name, content).await?),
        };
        builder.send().await.map_err(|source| lost(source, limit))
    }

    fn http(&self) -> Result<&reqwest::Client, Kind> {
        if let Some(client) = self.shared.http.get() {
            return Ok(client);
        }
        let made =
            tls::client(&self.shared.endpoint).map_err(|source| Kind::Unusable { source })?;
        Ok(self.shared.http.get_or_init(|| made))
    }
}

fn time_limit(pace: Pace, patience: Patience) -> Duration {
    match pace {
        Pace::Prompt => patience.answer,
        Pace::RunsMain => patience.main,
        Pace::Transfers => patience.transfer,
    }
}

/// A multipart form of a known length: some proxies buffer or refuse what
/// comes in chunks.
async fn form(name: &str, content: &JarContent) -> Result<Form, Kind> {
    let part = match content {
        JarContent::Embedded(bytes) => Part::bytes(*bytes),
        JarContent::File(path) => {
            let unreadable =
                |source| Kind::UnreadableFile { path: path.display().to_string(), source };
            let file = tokio::fs::File::open(path).await.map_err(unreadable)?;
            let length = file.metadata().await.map_err(unreadable)?.len();
            Part::stream_with_length(file, length)
        }
    };
    Ok(Form::new().part("jarfile", part.file_name(name.to_owned())))
}

/// Why there is no answer. Only a connection that was never made proves that
/// nothing has happened.
fn lost(source: reqwest::Error, limit: Duration) -> Kind {
    let source = source.without_url();
    if tls::is_distrust(&source) {
        Kind::Unusable { source: tls::Unusable::Handshake(source) }
    } else if source.is_connect() {
        Kind::Unavailable { reason: Unavailable::NoConnection(source) }
    } else if source.is_timeout() {
        Kind::TimedOut { after: limit }
    } else {
        Kind::Interrupted { source }
    }
}

fn location(response: &Response) -> Option<String> {
    let value = response.headers().get(header::LOCATION)?;
    value.to_str().ok().map(ToOwned::to_owned)
}

fn understood<A: DeserializeOwned>(status: StatusCode, body: &[u8]) -> Result<A, Kind> {
    let is_json = body.first().is_some_and(|first| matches!(first, b'{' | b'['));
    if !is_json {
        return Err(Kind::NotFlink { status: status.as_u16(), beginning: error::beginning(body) });
    }
    serde_json::from_slice(body).map_err(|source| Kind::UnknownFormat { source })
}

#[cfg(test)]
mod tests;
