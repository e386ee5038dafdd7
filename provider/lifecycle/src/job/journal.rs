//! The journal of a job on Kubernetes: what must outlive the JobManager.
//!
//! ```text
//!            ┌──────────────── the job runs ─────────────────┐
//!            ▼                                               │
//!   Running ──▶ Stopping ──▶ Stopped {path} ──▶ Starting {from path}
//! ```
//!
//! One entry per job resource, written with the version that was read, so that
//! of two who write one fails. `Stopping` is written before a job is stopped,
//! whoever stops it: who may not write it stops nothing. `Stopped` is written
//! before the cluster's JobManager ends: from then on its path is what the job
//! goes on from, exactly. `Starting` is written before a start that uses the
//! path up: the new job may come to a newer state. An upgrade, which starts the
//! next job at once, goes from `Stopping` to `Starting`.
//!
//! An entry says whether the job follows its cluster, and where its savepoints
//! go: the cluster stops it, and knows no more of it than this.

use flink::JobId;
use serde::{Deserialize, Serialize};

use crate::job::{goal::Format, ids::Owner};

/// What a journal says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    /// Whose job it is, as [`Owner`] displays; empty where nobody could tell.
    pub owner: String,
    /// Whether the job goes with its cluster when that restarts.
    pub follows: Follows,
    /// The job: that runs, is stopped, or is about to start.
    pub job: JobId,
    /// What has become of it.
    pub phase: Phase,
    /// How it is stopped.
    pub stop: Manner,
}

/// Whether a job goes with its cluster when that restarts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Follows {
    /// It does.
    Yes,
    /// It does not.
    No,
}

/// How a job is stopped with its cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Manner {
    /// Where its savepoints go; `None` for the cluster's default.
    pub savepoint_dir: Option<String>,
    /// Whether its savepoints have the format of its state backend.
    pub native: bool,
}

impl Manner {
    /// The format of its savepoints.
    pub fn format(&self) -> Format {
        if self.native { Format::Native } else { Format::Canonical }
    }
}

/// Who stops a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Its own resource.
    Job,
    /// Its cluster, which restarts or goes.
    Cluster,
}

/// What has become of a job.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// It was started.
    Running,
    /// It is about to be stopped.
    Stopping {
        /// By whom.
        by: By,
    },
    /// It is stopped.
    Stopped {
        /// By whom.
        by: By,
        /// All its state; `None`: it had none.
        path: Option<String>,
    },
    /// It is about to start.
    Starting {
        /// What from.
        from: Option<String>,
        /// The job before it.
        after: Option<JobId>,
    },
}

impl Entry {
    /// The path that the job goes on from, where this entry alone decides that.
    pub fn path(&self) -> Option<&str> {
        match &self.phase {
            Phase::Stopped { path, by: _ } => path.as_deref(),
            Phase::Running | Phase::Stopping { .. } | Phase::Starting { .. } => None,
        }
    }

    /// A path with state of the job's, which may be older than its newest.
    pub fn known_path(&self) -> Option<&str> {
        match &self.phase {
            Phase::Stopped { path, by: _ } | Phase::Starting { from: path, after: _ } => {
                path.as_deref()
            }
            Phase::Running | Phase::Stopping { .. } => None,
        }
    }

    /// Whether it says what its job goes on from.
    pub fn decides(&self) -> bool {
        matches!(self.phase, Phase::Stopped { .. })
    }

    /// Whether its job is stopped, or about to be.
    pub fn is_of_a_stop(&self) -> bool {
        matches!(self.phase, Phase::Stopping { .. } | Phase::Stopped { .. })
    }

    /// Whether its job is about to start with nothing. Of a follower on a session cluster, that is no
    /// decision: it is noted before what it starts from is known.
    pub fn begins_empty(&self) -> bool {
        matches!(self.phase, Phase::Starting { from: None, after: _ })
    }

    /// Whether it is of a job of this owner.
    pub fn is_of(&self, owner: &Owner) -> bool {
        self.owner == owner.to_string()
    }
}

/// An entry, and the version of it that was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Noted {
    /// The entry.
    pub entry: Entry,
    /// Where it is kept: names it for the next write.
    pub name: String,
    /// What the next write must find.
    pub version: String,
}

/// What the journal of a job says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Journal {
    /// There are none here: the JobManager is reached by its address alone.
    NotKept,
    /// It has none yet.
    Empty,
    /// This.
    Says(Noted),
}
