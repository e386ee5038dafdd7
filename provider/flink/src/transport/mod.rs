//! The way to one JobManager: carries one exchange there and back.
//!
//! ```text
//! Request<A> ─▶ Call ─▶ Transport::exchange ─▶ Answer ─▶ A  or  Kind
//! ```
//!
//! [`Client`](crate::Client) decides what is repeated and what an answer of
//! Flink's means; a transport only carries. The one here goes straight to a
//! URL; others, such as through Kubernetes, are given by who knows the way.

mod content;
mod plain;

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use reqwest::{Method, StatusCode};

use crate::error::Kind;

pub use content::{Content, Opened, Payload};
pub(crate) use plain::Plain;

/// An exchange under way.
pub type Exchange<'a> = Pin<Box<dyn Future<Output = Result<Answer, Kind>> + Send + 'a>>;

/// Carries requests to one JobManager.
///
/// # Guarantees asked of an implementation
///
/// A call is sent at most once, whatever it is. The error tells exactly what
/// is known: [`Kind::Unavailable`] only where nothing has happened (see
/// [`Error::may_have_happened`](crate::Error::may_have_happened)),
/// [`Kind::Interrupted`] where that is not known. Redirects are answers. How
/// long it may take in all is watched by the caller, who drops the future.
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends `call` and answers what came back, whatever its status.
    fn exchange<'a>(&'a self, call: &'a Call) -> Exchange<'a>;
}

/// A request as it is sent: data, so that what was never sent can be sent
/// another way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// Path and query below the root of Flink's API, encoded; begins with `/`.
    pub path: String,
    /// What is sent with it.
    pub content: Content,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The header `Location`, where there is one.
    pub location: Option<String>,
    /// All of the body.
    pub body: Bytes,
}
