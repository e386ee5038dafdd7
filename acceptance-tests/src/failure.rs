//! The one error type of the tests: a text for the person who reads a failed run.

use std::error::Error;
use std::fmt::{self, Debug, Write};

/// What a test, or a part of the harness, gives back.
pub type Outcome<T = ()> = Result<T, Failure>;

/// Why a real thing did not do what a test needs, with all its causes, one per line.
///
/// It is no [`Error`] itself, so that every error turns into it by `?`.
pub struct Failure(String);

impl Failure {
    /// A failure with the given text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl Debug for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl<E: Error> From<E> for Failure {
    fn from(error: E) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            let _ = write!(text, "\n  because {cause}");
            source = cause.source();
        }
        Self(text)
    }
}

/// The last lines of a text, for one.
pub(crate) fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}
