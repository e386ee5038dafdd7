//! What can go wrong between a request and its answer, sorted by what a caller
//! does about it.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::Value;

use crate::Causes;

/// What is beneath an error, whatever carried the request.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// A request that was not answered as hoped.
#[derive(Debug, thiserror::Error)]
#[error("{call} at {origin} failed")]
pub struct Error {
    /// The method and path.
    pub call: String,
    /// The endpoint, see [`crate::Endpoint::origin`].
    pub origin: String,
    /// What went wrong.
    #[source]
    pub kind: Kind,
}

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Kind {
    /// Flink knows no such job, operation or savepoint. A real answer: a
    /// JobManager that is still starting says that it is unavailable.
    #[error("Flink does not know it: {causes}")]
    NotFound {
        /// What Flink says.
        causes: Causes,
    },
    /// This Flink has no such endpoint: it is too old, or jars cannot be
    /// submitted to it.
    #[error("this Flink has no such endpoint")]
    NoSuchEndpoint,
    /// A job of this id was submitted before, and may have ended since.
    #[error("a job of this id has already been submitted")]
    DuplicateJob,
    /// The job has already ended, otherwise than asked for.
    #[error("the job has already ended: {causes}")]
    AlreadyEnded {
        /// What Flink says.
        causes: Causes,
    },
    /// The request was refused; trying again would not help.
    #[error("{status}: {causes}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What Flink says.
        causes: Causes,
    },
    /// The caller is not let in.
    #[error("{status}: the server does not let this client in")]
    Unauthorized {
        /// 401 or 403.
        status: u16,
    },
    /// What stands before Flink and keeps out who has no right to reach it.
    /// Nothing has been done.
    #[error("{reason}")]
    Forbidden {
        /// What was refused, and what would allow it.
        reason: String,
    },
    /// There is nothing by the name that was to be reached. Nothing has been
    /// done, and asking again does not help.
    #[error("{reason}")]
    NoService {
        /// What is missing.
        reason: String,
    },
    /// No connection, or a server that says it cannot answer now. Nothing has
    /// been done.
    #[error("the JobManager is not reachable")]
    Unavailable {
        /// Why.
        #[source]
        reason: Unavailable,
    },
    /// The time for an answer is over. Whether the request was carried out is
    /// not known.
    #[error("no answer within {} s", after.as_secs())]
    TimedOut {
        /// How long was waited.
        after: Duration,
    },
    /// The connection broke before the answer was complete. Whether the
    /// request was carried out is not known.
    #[error("the connection broke before the answer was complete")]
    Interrupted {
        /// How it broke.
        #[source]
        source: Source,
    },
    /// The server wants to be asked elsewhere, which a client with credentials
    /// does not do by itself.
    #[error("the server redirects to {location}")]
    Redirected {
        /// Where.
        location: String,
    },
    /// Something else than Flink answers at this address.
    #[error("{status}: the answer does not come from Flink: {beginning:?}")]
    NotFlink {
        /// The HTTP status.
        status: u16,
        /// How its text begins.
        beginning: String,
    },
    /// Flink answers in a way that this client does not understand.
    #[error("the answer cannot be understood")]
    UnknownFormat {
        /// What is not understood.
        #[source]
        source: serde_json::Error,
    },
    /// The client cannot be made from what was given.
    #[error("the connection cannot be set up")]
    Unusable {
        /// What is wrong with it.
        #[source]
        source: crate::tls::Unusable,
    },
    /// The file to be sent cannot be read.
    #[error("{path} cannot be read")]
    UnreadableFile {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// Why no answer can be had now.
#[derive(Debug, thiserror::Error)]
pub enum Unavailable {
    /// The server says so.
    #[error("{status}: {text}")]
    Told {
        /// 429, 502, 503 or 504.
        status: u16,
        /// What it says.
        text: String,
    },
    /// No connection could be made.
    #[error("no connection could be made")]
    NoConnection(#[source] Source),
}

impl Error {
    /// Whether Flink knows no such thing.
    pub fn is_not_found(&self) -> bool {
        matches!(self.kind, Kind::NotFound { .. })
    }

    /// Whether the same request may well succeed later, having done nothing
    /// now.
    pub fn is_unavailable(&self) -> bool {
        matches!(self.kind, Kind::Unavailable { .. })
    }

    /// Whether the request may have been carried out although no answer came,
    /// so that a caller must look before it judges.
    ///
    /// A gateway that gave up (504, and 502 after a broken connection) hides
    /// what became of the request behind it.
    pub fn may_have_happened(&self) -> bool {
        match &self.kind {
            Kind::TimedOut { .. } | Kind::Interrupted { .. } | Kind::UnknownFormat { .. } => true,
            Kind::Unavailable { reason: Unavailable::Told { status, .. } } => {
                matches!(status, 502 | 504)
            }
            Kind::NotFlink { status, .. } => *status >= 500 || *status < 300,
            Kind::Unavailable { reason: Unavailable::NoConnection(_) }
            | Kind::NotFound { .. }
            | Kind::NoSuchEndpoint
            | Kind::DuplicateJob
            | Kind::AlreadyEnded { .. }
            | Kind::Refused { .. }
            | Kind::Unauthorized { .. }
            | Kind::Forbidden { .. }
            | Kind::NoService { .. }
            | Kind::Redirected { .. }
            | Kind::Unusable { .. }
            | Kind::UnreadableFile { .. } => false,
        }
    }

    /// What Flink says, where it says something.
    pub fn causes(&self) -> Option<&Causes> {
        match &self.kind {
            Kind::NotFound { causes }
            | Kind::AlreadyEnded { causes }
            | Kind::Refused { causes, .. } => Some(causes),
            Kind::NoSuchEndpoint
            | Kind::DuplicateJob
            | Kind::Unauthorized { .. }
            | Kind::Forbidden { .. }
            | Kind::NoService { .. }
            | Kind::Unavailable { .. }
            | Kind::TimedOut { .. }
            | Kind::Interrupted { .. }
            | Kind::Redirected { .. }
            | Kind::NotFlink { .. }
            | Kind::UnknownFormat { .. }
            | Kind::Unusable { .. }
            | Kind::UnreadableFile { .. } => None,
        }
    }
}

/// Sorts an answer that is no success by its status and body.
pub fn classify(status: StatusCode, body: &[u8]) -> Kind {
    let number = status.as_u16();
    let Some(text) = flink_errors(body) else {
        return without_flink(status, body);
    };
    if number == 503 {
        return told_unavailable(number, text);
    }
    let causes = Causes::parse(&text);
    if causes.has("UnavailableDispatcherOperationException") {
        // The job is being recovered: it is there, and will answer soon.
        return told_unavailable(number, causes.summary());
    }
    if text.starts_with("Unable to load requested file ") || text.starts_with("Not found: /") {
        Kind::NoSuchEndpoint
    } else if causes.has("DuplicateJobSubmissionException")
        || causes.has("DuplicateApplicationSubmissionException")
    {
        Kind::DuplicateJob
    } else if number == 404 || (number == 500 && causes.has("FlinkJobNotFoundException")) {
        Kind::NotFound { causes }
    } else if number == 409 {
        Kind::AlreadyEnded { causes }
    } else if matches!(number, 401 | 403) {
        Kind::Unauthorized { status: number }
    } else {
        Kind::Refused { status: number, causes }
    }
}

/// The text of Flink's error body: of two errors the second has the trace.
fn flink_errors(body: &[u8]) -> Option<String> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    let last = answer.get("errors")?.as_array()?.last()?;
    last.as_str().map(ToOwned::to_owned)
}

fn without_flink(status: StatusCode, body: &[u8]) -> Kind {
    let number = status.as_u16();
    let beginning = beginning(body);
    match number {
        401 | 403 => Kind::Unauthorized { status: number },
        502..=504 => told_unavailable(number, beginning),
        // Flink answers this one with an empty body.
        413 => Kind::Refused { status: number, causes: Causes::parse("The request is too large.") },
        _ => Kind::NotFlink { status: number, beginning },
    }
}

fn told_unavailable(status: u16, text: String) -> Kind {
    let text = if text.is_empty() { "no reason is given".to_owned() } else { text };
    Kind::Unavailable { reason: Unavailable::Told { status, text } }
}

/// The first words of an answer, for a message.
pub(crate) fn beginning(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(200).collect()
}

#[cfg(test)]
mod tests;
