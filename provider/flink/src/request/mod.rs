//! Requests as data: what would be sent, built without IO.
//!
//! A request knows the type of its answer, so that
//! `client.send(&jobs::status(&id))` answers a `JobStatus`. One file for each
//! subject. Nothing here knows an address or does anything.

pub mod checkpoints;
pub mod cluster;
pub mod jars;
pub mod jobs;

use std::fmt;
use std::marker::PhantomData;
use std::path::PathBuf;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::Value;

use crate::transport::{Call, Content};

/// All but the characters that mean nothing in a path or query (RFC 3986).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What is sent with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    None,
    /// JSON.
    Json(Value),
    /// One jar as a multipart form.
    Jar {
        /// The name that Flink keeps.
        name: String,
        /// Where its bytes come from.
        content: JarContent,
    },
}

/// Where the bytes of a jar come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JarContent {
    /// A file, streamed piece by piece.
    File(PathBuf),
    /// Bytes that are part of this program.
    Embedded(&'static [u8]),
}

/// What decides how long an answer may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// The JobManager answers at once.
    Prompt,
    /// The user's `main()` runs before the answer.
    RunsMain,
    /// A jar is transferred first.
    Transfers,
}

/// Whether a request may be sent again without being asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It only reads, so it may.
    Reads,
    /// It changes something, so it is sent once.
    Changes,
}

/// One request whose answer is an `A`.
#[derive(Clone)]
pub struct Request<A> {
    pub(crate) method: Method,
    pub(crate) segments: Vec<String>,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) body: Body,
    pub(crate) pace: Pace,
    pub(crate) effect: Effect,
    answer: PhantomData<fn() -> A>,
}

impl<A> Request<A> {
    fn new(method: Method, segments: &[&str]) -> Self {
        let effect = if method == Method::GET { Effect::Reads } else { Effect::Changes };
        Self {
            method,
            segments: segments.iter().map(|segment| (*segment).to_owned()).collect(),
            query: Vec::new(),
            body: Body::None,
            pace: Pace::Prompt,
            effect,
            answer: PhantomData,
        }
    }

    fn get(segments: &[&str]) -> Self {
        Self::new(Method::GET, segments)
    }

    fn post(segments: &[&str], body: Value) -> Self {
        Self { body: Body::Json(body), ..Self::new(Method::POST, segments) }
    }

    fn with_query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    fn at_pace(self, pace: Pace) -> Self {
        Self { pace, ..self }
    }

    /// Declares that the request, whatever its method, changes nothing.
    pub(crate) fn that_only_reads(self) -> Self {
        Self { effect: Effect::Reads, pace: Pace::Prompt, ..self }
    }

    /// The method and path, for messages and logs.
    pub fn name(&self) -> String {
        format!("{} /{}", self.method, self.segments.join("/"))
    }

    /// The request as a transport carries it.
    pub fn call(&self) -> Call {
        let encoded = |text: &str| utf8_percent_encode(text, ENCODED).to_string();
        let segments: Vec<String> = self.segments.iter().map(|segment| encoded(segment)).collect();
        let query: Vec<String> =
            self.query.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        let content = match &self.body {
            Body::None => Content::None,
            Body::Json(json) => Content::Json(json.to_string().into()),
            Body::Jar { name, content } => {
                Content::Jar { name: name.clone(), content: content.clone() }
            }
        };
        Call {
            method: self.method.clone(),
            path: format!("/{}{mark}{}", segments.join("/"), query.join("&")),
            content,
        }
    }

    /// What is sent with it.
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// Whether it only reads.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// What decides how long its answer may take.
    pub fn pace(&self) -> Pace {
        self.pace
    }
}

impl<A> fmt::Debug for Request<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query: Vec<String> =
            self.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        write!(f, "{}{mark}{}", self.name(), query.join("&"))?;
        match &self.body {
            Body::None => Ok(()),
            Body::Json(json) => write!(f, " {json}"),
            Body::Jar { name, content } => write!(f, " jar {name:?} {content}"),
        }
    }
}

impl fmt::Display for JarContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "from {}", path.display()),
            Self::Embedded(bytes) => write!(f, "of {} bytes", bytes.len()),
        }
    }
}

/// Leaves out the members that are null: a field that is not sent cannot be
/// one that a version does not know.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            members.into_iter().filter(|(_, value)| !value.is_null()).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            value
        }
    }
}

#[cfg(test)]
mod tests;
