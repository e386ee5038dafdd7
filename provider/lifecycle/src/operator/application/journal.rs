//! What must outlive the provider and the resource.
//!
//! It is kept in the job's ConfigMap, like that of every other strategy, and not in annotations of the
//! `FlinkDeployment`: those go with it, and the path of the savepoint that a job was destroyed with
//! would be lost with the last thing that names it.
//!
//! ```text
//! Running ──▶ Stopping ──▶ Stopped {left} ──▶ Starting {from} ──▶ Running
//!                 └───────────▶ GoingBack ◀──────┘
//! ```

use serde::{Deserialize, Serialize};

/// What a journal says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What has become of the job.
    pub phase: Phase,
}

/// An entry, and the version of it that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// The entry.
    pub entry: Entry,
    /// What the next write must find.
    pub version: String,
}

/// What a job goes on from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// There is no state.
    Nothing,
    /// This savepoint or retained checkpoint.
    Path(String),
    /// What the data of high availability names: the operator does not tell a path.
    HighAvailability,
}

impl Origin {
    /// The path, where there is one.
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Path(path) => Some(path),
            Self::Nothing | Self::HighAvailability => None,
        }
    }
}

/// How a job is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// With a savepoint.
    Savepoint,
    /// Leaving its newest checkpoint.
    LastState,
    /// By its end, after which it is looked for what it has left: the operator knows of nothing.
    Halt,
    /// By its end; its state is given up.
    Drop,
}

/// What has become of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// It has come up.
    Running {
        /// What from.
        from: Origin,
        /// How many seconds before the stop of the job before it that was from.
        age: Option<u64>,
        /// Why another version was given up for it.
        given_up: Option<Back>,
    },
    /// It is about to be stopped.
    Stopping {
        /// How.
        by: By,
        /// What it was started from.
        from: Origin,
    },
    /// It is stopped.
    Stopped {
        /// All its state.
        left: Origin,
        /// How many seconds before the stop that is from.
        age: Option<u64>,
        /// Why it was stopped, where that was because it did not come up.
        given_up: Option<Back>,
    },
    /// It is about to be started, or coming up.
    Starting(Starting),
    /// What was begun is being taken back.
    GoingBack(Back),
}

/// A start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Starting {
    /// The goal's id.
    pub version: String,
    /// What from.
    pub from: Origin,
    /// What the job before it has left.
    pub left: Origin,
    /// How many seconds old that was.
    pub age: Option<u64>,
    /// The `savepointRedeployNonce` of the write.
    pub nonce: Option<i64>,
}

/// A way back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Back {
    /// The id of the goal that is given up.
    pub version: String,
    /// Why.
    pub why: String,
    /// What the old version starts from; `None` where it was not stopped.
    pub to: Option<Origin>,
    /// The `savepointRedeployNonce` of the write.
    pub nonce: Option<i64>,
    /// Whether a new version was started, and must end before.
    pub halts: bool,
}
