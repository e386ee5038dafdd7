//! What an apply does to a job, and the sentence that says so in the plan.
//!
//! Nothing here decides: `plan.rs` picks the action, this file words it.

use std::fmt;

use terraform::schema::OnChange;

/// How state is carried over a stop and a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carry {
    /// Through a savepoint taken at the stop.
    Savepoint,
    /// Through the newest completed checkpoint.
    LastState,
    /// Not at all.
    Discard,
}

/// What a first start begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// Whatever is known of a job of this name.
    Latest,
    /// This savepoint or checkpoint.
    From(String),
    /// Nothing.
    Empty,
}

/// Why a running job is stopped and started again with its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Something about the job itself changed.
    Upgrade,
    /// It goes to another cluster.
    Move {
        /// The origin it goes to.
        origin: String,
    },
    /// Its cluster restarts, or has; something else about it changed, too.
    CarryOver {
        /// The revision of the cluster that it comes to.
        revision: u64,
    },
    /// It gets another name.
    Rename {
        /// The new name.
        name: String,
    },
}

/// What an apply does to a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing at all.
    Nothing,
    /// Only what is recorded changes.
    Record,
    /// Objects of the job's own cluster change, which the job does not notice.
    InPlace,
    /// A job that someone else submitted is taken over as it is.
    Adopt,
    /// The job starts for the first time.
    Create(Start),
    /// The job is recorded, to be started by a later change of `state`.
    CreateSuspended,
    /// The job is stopped and started again.
    Restart(Reason, Carry),
    /// Its cluster restarts, or has, and stops the job with a savepoint, which it starts from again.
    CarryOver {
        /// The revision of the cluster that it comes to.
        revision: u64,
    },
    /// The parallelism changes, live where that is possible.
    Rescale {
        /// Parallelism so far; `None` for the cluster's default.
        from: Option<i64>,
        /// Parallelism wanted; `None` for the cluster's default.
        to: Option<i64>,
        /// How state is carried over where the job must be restarted for it.
        otherwise: Carry,
    },
    /// The job is stopped and stays so.
    Suspend(Carry),
    /// The job has ended by itself and is now wanted stopped.
    SuspendEnded {
        /// What has become of it.
        found: String,
    },
    /// A suspended job starts again.
    Resume(Carry),
    /// A job that should run and does not starts again.
    Repair {
        /// What has become of it.
        found: String,
        /// Where its state comes from.
        carry: Carry,
    },
    /// The job is stopped and starts from what `restore` says.
    Restore(Start),
}

impl Action {
    /// How much the action disturbs.
    pub fn class(&self) -> OnChange {
        match self {
            Self::Nothing => OnChange::None,
            Self::Record | Self::InPlace | Self::Adopt => OnChange::InPlace,
            Self::Rescale { .. } => OnChange::Rescale,
            Self::Create(_)
            | Self::CreateSuspended
            | Self::Restart(..)
            | Self::CarryOver { .. }
            | Self::Suspend(_)
            | Self::SuspendEnded { .. }
            | Self::Resume(_)
            | Self::Repair { .. }
            | Self::Restore(_) => OnChange::Upgrade,
        }
    }

    /// Whether state that exists may be given up.
    pub fn discards(&self) -> bool {
        match self {
            Self::Restart(_, carry)
            | Self::Suspend(carry)
            | Self::Resume(carry)
            | Self::Repair { carry, .. }
            | Self::Rescale { otherwise: carry, .. } => *carry == Carry::Discard,
            Self::Restore(start) => *start == Start::Empty,
            Self::Nothing
            | Self::Record
            | Self::InPlace
            | Self::Adopt
            | Self::Create(_)
            | Self::CreateSuspended
            | Self::CarryOver { .. }
            | Self::SuspendEnded { .. } => false,
        }
    }

    /// Whether a job with another id runs afterwards.
    pub fn starts(&self) -> bool {
        match self {
            Self::Create(_)
            | Self::Restart(..)
            | Self::CarryOver { .. }
            | Self::Rescale { .. }
            | Self::Resume(_)
            | Self::Repair { .. }
            | Self::Restore(_) => true,
            Self::Nothing
            | Self::Record
            | Self::InPlace
            | Self::Adopt
            | Self::CreateSuspended
            | Self::Suspend(_)
            | Self::SuspendEnded { .. } => false,
        }
    }
}

/// An action and the attributes that cause it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What is done.
    pub action: Action,
    /// The attributes that differ, in the order of the schema.
    pub attributes: Vec<&'static str>,
    /// What differs in the job's own cluster, named in place of `application`.
    pub cluster: Vec<String>,
    /// Whether the job may have finished by itself, as it should.
    pub bounded: bool,
}

/// The words that stand in a plan exactly when state is given up.
const DISCARDED: &str = "STATE WILL BE DISCARDED";

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = self.list();
        match &self.action {
            Action::Nothing => write!(f, "nothing"),
            Action::Record => write!(f, "record {list} (no restart)"),
            Action::InPlace => write!(f, "in place: {list}"),
            Action::Adopt => write!(f, "adopt: record {list} (no restart)"),
            Action::Create(start) => write_create(f, start),
            Action::CreateSuspended => write!(f, "create suspended: nothing is started"),
            Action::Restart(reason, carry) => self.write_restart(f, reason, *carry),
            Action::CarryOver { revision } => {
                write!(f, "carry over (savepoint) to revision {revision} of its cluster")
            }
            Action::Rescale { from, to, otherwise } => {
                write_rescale(f, *from, *to)?;
                write!(f, " (in place where the scheduler is adaptive, else {})", other(*otherwise))
            }
            Action::Suspend(Carry::Savepoint) => self.write_listed(f, "suspend with savepoint"),
            Action::Suspend(Carry::LastState) => {
                self.write_listed(f, "suspend keeping the newest checkpoint")
            }
            Action::Suspend(Carry::Discard) => {
                self.write_listed(f, &format!("suspend — {DISCARDED}"))
            }
            Action::SuspendEnded { found } => {
                write!(f, "suspend keeping the newest checkpoint or savepoint: job {found}")
            }
            Action::Resume(Carry::Savepoint) => self.write_listed(f, "resume from savepoint"),
            Action::Resume(Carry::LastState) => {
                self.write_listed(f, "resume from newest checkpoint or savepoint")
            }
            Action::Resume(Carry::Discard) => {
                self.write_listed(f, &format!("resume without state — {DISCARDED}"))
            }
            Action::Repair { found, carry } => self.write_repair(f, found, *carry),
            Action::Restore(start) => self.write_restore(f, start),
        }
    }
}

impl Change {
    fn write_restart(
        &self,
        f: &mut fmt::Formatter<'_>,
        reason: &Reason,
        carry: Carry,
    ) -> fmt::Result {
        let carried = match carry {
            Carry::Savepoint => " (savepoint)".to_owned(),
            Carry::LastState => " (last_state)".to_owned(),
            Carry::Discard => format!(" — {DISCARDED}"),
        };
        match reason {
            Reason::CarryOver { revision } => return self.write_carried(f, *revision, carry),
            Reason::Upgrade if carry == Carry::Discard => write!(f, "stateless restart{carried}")?,
            Reason::Upgrade => write!(f, "stateful upgrade{carried}")?,
            Reason::Move { origin } => write!(f, "move to {origin}{carried}")?,
            Reason::Rename { name } => write!(f, "rename to {name:?}{carried}")?,
        }
        self.write_attributes(f)?;
        if self.bounded { write!(f, "; if it has finished, it runs anew") } else { Ok(()) }
    }

    /// The job is stopped by its cluster, so that nothing can be checked before.
    fn write_carried(
        &self,
        f: &mut fmt::Formatter<'_>,
        revision: u64,
        carry: Carry,
    ) -> fmt::Result {
        write!(f, "carry over (savepoint) to revision {revision} of its cluster, then ")?;
        match carry {
            Carry::Savepoint | Carry::LastState => write!(f, "upgrade")?,
            Carry::Discard => write!(f, "stateless restart — {DISCARDED}")?,
        }
        self.write_attributes(f)?;
        write!(f, "; checked after the stop")
    }

    fn write_repair(&self, f: &mut fmt::Formatter<'_>, found: &str, carry: Carry) -> fmt::Result {
        match carry {
            Carry::Savepoint | Carry::LastState => {
                write!(f, "restart from newest checkpoint or savepoint: job {found}")?;
            }
            Carry::Discard => write!(f, "stateless restart — {DISCARDED}: job {found}")?,
        }
        if self.attributes.is_empty() { Ok(()) } else { write!(f, ", {}", self.list()) }
    }

    fn write_restore(&self, f: &mut fmt::Formatter<'_>, start: &Start) -> fmt::Result {
        match start {
            Start::Latest => write!(f, "restart from newest checkpoint or savepoint")?,
            Start::From(path) => write!(f, "restart from {path}")?,
            Start::Empty => write!(f, "restart without state — {DISCARDED}")?,
        }
        self.write_attributes(f)
    }

    fn write_listed(&self, f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
        f.write_str(text)?;
        self.write_attributes(f)
    }

    fn write_attributes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.attributes.is_empty() { Ok(()) } else { write!(f, ": {}", self.list()) }
    }

    fn list(&self) -> String {
        let named = |name: &&'static str| match *name {
            "application" if !self.cluster.is_empty() => self.cluster.join(", "),
            name => name.to_owned(),
        };
        self.attributes.iter().map(named).collect::<Vec<_>>().join(", ")
    }
}

fn write_create(f: &mut fmt::Formatter<'_>, start: &Start) -> fmt::Result {
    match start {
        Start::Latest => write!(f, "create"),
        Start::From(path) => write!(f, "create: starts from {path}"),
        Start::Empty => write!(f, "create: starts empty"),
    }
}

fn write_rescale(f: &mut fmt::Formatter<'_>, from: Option<i64>, to: Option<i64>) -> fmt::Result {
    let word = |parallelism: Option<i64>| {
        parallelism.map_or_else(|| "default".to_owned(), |number| number.to_string())
    };
    write!(f, "rescale {}→{}", word(from), word(to))
}

fn other(carry: Carry) -> &'static str {
    match carry {
        Carry::Savepoint => "with a savepoint",
        Carry::LastState => "from the newest checkpoint",
        Carry::Discard => DISCARDED,
    }
}
