//! Sends requests and sorts what comes back.
//!
//! Reads are sent again while the JobManager is not reachable; nothing that
//! changes something ever is. What to send, and when, is decided elsewhere.

use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::time::Instant;
use tracing::debug;

use crate::endpoint::{Endpoint, Patience};
use crate::error::{self, Error, Kind};
use crate::request::{Effect, Pace, Request};
use crate::transport::{Answer, Plain, Transport};

/// A client of one JobManager. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Client {
    origin: Arc<str>,
    patience: Patience,
    transport: Arc<dyn Transport>,
}

impl Client {
    /// A client of `endpoint`. Nothing is opened or read before the first
    /// request.
    pub fn new(endpoint: Endpoint) -> Self {
        let (origin, patience) = (endpoint.origin(), endpoint.patience);
        Self::over(origin, Arc::new(Plain::new(endpoint)), patience)
    }

    /// A client of the JobManager that `transport` leads to, with the stable
    /// name that its errors give it.
    pub fn over(
        origin: impl Into<String>,
        transport: Arc<dyn Transport>,
        patience: Patience,
    ) -> Self {
        Self { origin: origin.into().into(), patience, transport }
    }

    /// The same JobManager over the same connections, with another patience.
    #[must_use]
    pub fn with_patience(&self, patience: Patience) -> Self {
        Self { patience, ..self.clone() }
    }

    /// The stable name of the JobManager, see [`Endpoint::origin`].
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How long it waits.
    pub fn patience(&self) -> Patience {
        self.patience
    }

    /// Sends `request` and answers its answer.
    ///
    /// # Guarantees
    ///
    /// A request that changes something is sent at most once. A read is sent
    /// again, ever less often, while the JobManager is not reachable, for as
    /// long as the client's patience says.
    pub async fn send<A: DeserializeOwned>(&self, request: &Request<A>) -> Result<A, Error> {
        let answer = match request.effect {
            Effect::Changes => self.exchange(request).await,
            Effect::Reads => self.repeat(request).await,
        };
        answer.map_err(|kind| self.error(request, kind))
    }

    /// Sends `request` exactly once, even when it only reads: for a caller
    /// that repeats by its own clock.
    pub async fn send_once<A: DeserializeOwned>(&self, request: &Request<A>) -> Result<A, Error> {
        self.exchange(request).await.map_err(|kind| self.error(request, kind))
    }

    fn error<A>(&self, request: &Request<A>, kind: Kind) -> Error {
        Error { call: request.name(), origin: self.origin.to_string(), kind }
    }

    async fn repeat<A: DeserializeOwned>(&self, request: &Request<A>) -> Result<A, Kind> {
        let deadline = Instant::now() + self.patience.unavailable;
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
        let limit = time_limit(request.pace, self.patience);
        let call = request.call();
        let answered = tokio::time::timeout(limit, self.transport.exchange(&call)).await;
        let Answer { status, location, body } =
            answered.unwrap_or(Err(Kind::TimedOut { after: limit }))?;
        match (status, location) {
            (status, _) if status.is_success() => understood(status.as_u16(), &body),
            (status, Some(location)) if status.is_redirection() => {
                Err(Kind::Redirected { location })
            }
            (status, _) => Err(error::classify(status, &body)),
        }
    }
}

fn time_limit(pace: Pace, patience: Patience) -> Duration {
    match pace {
        Pace::Prompt => patience.answer,
        Pace::RunsMain => patience.main,
        Pace::Transfers => patience.transfer,
    }
}

fn understood<A: DeserializeOwned>(status: u16, body: &[u8]) -> Result<A, Kind> {
    let is_json = body.first().is_some_and(|first| matches!(first, b'{' | b'['));
    if !is_json {
        return Err(Kind::NotFlink { status, beginning: error::beginning(body) });
    }
    serde_json::from_slice(body).map_err(|source| Kind::UnknownFormat { source })
}

#[cfg(test)]
mod tests;
