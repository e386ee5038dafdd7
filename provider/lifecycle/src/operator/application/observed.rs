//! What is, as far as it was asked for.

use std::time::Duration;

use serde_json::Value as Json;

use super::journal::{Noted, Phase};
use crate::operator::Seen;

/// What is seen of an application.
#[derive(Clone, Debug)]
pub struct Observed {
    /// What the watch has brought since this operation began, at time zero.
    pub seen: Seen,
    /// How long ago that is.
    pub now: Duration,
    /// The `FlinkDeployment` as it is.
    pub live: Option<Json>,
    /// The journal.
    pub journal: Option<Noted>,
    /// The dry runs so far.
    pub trials: Vec<Trial>,
    /// What the job itself has left so far.
    pub own: Option<Own>,
    /// The last write of this operation.
    pub written: Option<Written>,
    /// Whether this operation has written the journal.
    pub has_noted: bool,
}

/// A dry run of a server-side apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// What was tried.
    pub body: Json,
    /// The generation it was tried over.
    pub over: Option<i64>,
    /// What came of it.
    pub verdict: Verdict,
}

/// What the API server says of a dry run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The object would be like this, with what others have written to it.
    Accepted(Json),
    /// It refuses: a webhook, the definition, a right that lacks, or a conflict, which names the other.
    Refused(String),
}

/// What the job of the resource has left so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// The generation at which it was asked for: what was told before a stop is not all.
    pub at: Option<i64>,
    /// What it has left.
    pub state: OwnState,
}

/// The newest durable state that a job itself has come to, not what it was started from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnState {
    /// It has come to none.
    None,
    /// This savepoint or completed checkpoint.
    Newest {
        /// Where it is.
        path: String,
        /// How many seconds old it is.
        age: Option<u64>,
    },
    /// It cannot be told.
    Unknown,
}

/// A write that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The generation that it has come to.
    pub generation: i64,
    /// When that was.
    pub at: Duration,
}

impl Observed {
    /// What the journal says of the job.
    pub(super) fn phase(&self) -> Option<&Phase> {
        self.journal.as_ref().map(|noted| &noted.entry.phase)
    }
}
