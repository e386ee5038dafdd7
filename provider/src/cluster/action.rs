//! What an apply does to a cluster, and the sentence that says so in the plan.
//!
//! Nothing here decides: `plan.rs` picks the action, this file words it.

use std::fmt;

/// What happens to the jobs of a cluster that restarts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnUpdate {
    /// Followers are stopped with savepoints; any other job refuses the restart.
    Drain,
    /// All jobs are stopped with savepoints; only followers start again.
    DrainAll,
    /// High availability brings them back.
    Recover,
}

/// What an apply does to a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing at all.
    Nothing,
    /// Only what is recorded changes.
    Record,
    /// The cluster is made.
    Create,
    /// A recorded cluster that is gone is made again.
    CreateAgain,
    /// The objects change, and no pod that stays is restarted.
    InPlace,
    /// What somebody else changed is put right, and no pod that stays is restarted.
    Repair {
        /// What was found, in words.
        found: String,
    },
    /// All pods are replaced.
    Restart(OnUpdate),
}

/// An action and what causes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What is done.
    pub action: Action,
    /// The attributes and configuration keys that cause it, in order, each with its values where
    /// these are numbers.
    pub causes: Vec<String>,
    /// What of it hangs on values that are known only after apply.
    pub open: Open,
}

/// What of a change hangs on values that are known only after apply. What a plan says it must
/// keep, whatever these come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// Nothing.
    Nothing,
    /// What it is called: some of the causes may turn out to be none.
    Words,
    /// Whether the cluster restarts.
    Restart,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = self.causes.join(", ");
        match &self.action {
            Action::Nothing => write!(f, "nothing"),
            Action::Record => write!(f, "record {list} (no restart)"),
            Action::Create => write!(f, "create"),
            Action::CreateAgain if list.is_empty() => write!(f, "create again: missing"),
            Action::CreateAgain => write!(f, "create again: missing, {list}"),
            Action::InPlace => write!(f, "in place: {list}"),
            Action::Repair { found } if list.is_empty() => write!(f, "repair in place: {found}"),
            Action::Repair { found } => write!(f, "repair in place: {found}; {list}"),
            Action::Restart(on_update) => {
                write!(f, "restart ({on_update}): {list}; {}", on_update.jobs())
            }
        }
    }
}

impl OnUpdate {
    /// What it does to the jobs.
    fn jobs(self) -> &'static str {
        match self {
            Self::Drain => "its jobs are stopped with savepoints and started again from them",
            Self::DrainAll => {
                "all jobs are stopped with savepoints; those that follow the cluster are started again from them"
            }
            Self::Recover => "its jobs recover from their newest checkpoints",
        }
    }
}

impl fmt::Display for OnUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Drain => "drain",
            Self::DrainAll => "drain_all",
            Self::Recover => "recover",
        })
    }
}
