//! What a plan tells of the live job and its cluster: pure. Warnings alone come of it, never values,
//! so that a plan is the same whether anybody answers or not.

use std::time::Duration;

use lifecycle::{
    flink::response::cluster::{ConfigurationEntries, Overview},
    job::{Live, observed::History, read::LiveState},
};
use terraform::model::Attr;

use super::{
    action::{Action, Carry, Change},
    model::JobModel,
};

/// What of a change hangs on how things are at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Concerns {
    /// It needs this many slots.
    pub slots: Option<u32>,
    /// It matters whether the job has come to its end.
    pub end: bool,
    /// The job goes on from its newest checkpoint.
    pub checkpoint: bool,
}

impl Concerns {
    /// Those of a change to `planned`; none of a change that touches nothing.
    pub fn of(planned: &JobModel, change: &Change) -> Self {
        let last_state = matches!(
            change.action,
            Action::Restart(_, Carry::LastState) | Action::Suspend(Carry::LastState)
        );
        let again = match change.action {
            Action::Restart(..) | Action::Rescale { .. } | Action::Restore(_) => true,
            Action::Nothing
            | Action::Record
            | Action::InPlace
            | Action::Adopt
            | Action::Create(_)
            | Action::CreateSuspended
            | Action::CarryOver { .. }
            | Action::Suspend(_)
            | Action::SuspendEnded { .. }
            | Action::Resume(_)
            | Action::Repair { .. } => false,
        };
        let parallelism = planned.parallelism.known().filter(|_| change.action.starts());
        Self {
            slots: parallelism.and_then(|number| u32::try_from(*number).ok()),
            end: again && planned.bounded == Attr::Known(true),
            checkpoint: last_state,
        }
    }

    /// Whether there is nothing to look at.
    pub fn are_none(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the recorded job itself is to be looked at.
    pub fn are_of_the_job(&self) -> bool {
        self.end || self.checkpoint
    }
}

/// What was seen; `None`: not looked at, or nobody answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The recorded job.
    pub job: Option<Live>,
    /// The slots of the cluster that it is to run on.
    pub slots: Option<Slots>,
    /// What the recorded job has saved.
    pub history: Option<History>,
    /// The JobManager's clock, in milliseconds since 1970.
    pub now: Option<i64>,
}

/// The slots of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slots {
    /// All.
    pub total: u32,
    /// Those that nobody holds.
    pub free: u32,
    /// Those that the job holds now and gives back when it stops.
    pub held: u32,
    /// What the cluster does when there are too few.
    pub supply: Supply,
}

impl Slots {
    /// As an overview shows them; nothing is known of the job's own and of the supply.
    pub fn of(overview: &Overview) -> Self {
        let Overview { slots_total: total, slots_available: free, .. } = *overview;
        Self { total, free, held: 0, supply: Supply::Fixed }
    }

    /// Whether so many can be had.
    pub fn suffice(&self, wanted: u32) -> bool {
        self.free.saturating_add(self.held) >= wanted
    }
}

/// What a cluster does for a job that finds too few slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supply {
    /// Nothing: there are as many as there are.
    Fixed,
    /// It runs the job with fewer.
    Adaptive,
    /// It starts TaskManagers, or gives each job whatever there is.
    Elastic,
}

impl Supply {
    /// By the JobManager's effective configuration.
    pub fn of(configuration: &ConfigurationEntries) -> Self {
        let value = |key: &str| configuration.get(key).unwrap_or_default().to_lowercase();
        let is_native = configuration.get(NATIVE_ENTRYPOINT).is_some()
            || ["kubernetes-", "yarn-"].iter().any(|target| value(TARGET).starts_with(target));
        match (value("scheduler-mode").as_str(), value("jobmanager.scheduler").as_str()) {
            (mode, _) if is_native || mode == "reactive" => Self::Elastic,
            (_, "adaptive") => Self::Adaptive,
            _ => Self::Fixed,
        }
    }
}

const TARGET: &str = "execution.target";
/// Set where Flink itself starts its pods. (`kubernetes.cluster-id` is set by high availability, too.)
const NATIVE_ENTRYPOINT: &str = "kubernetes.internal.jobmanager.entrypoint.class";

/// Something to mind about a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// There are fewer slots than the job needs.
    TooFewSlots {
        /// How many it needs.
        wanted: u32,
        /// What there is.
        slots: Slots,
    },
    /// A bounded job has finished, and the change starts it from the beginning.
    RunsAnew,
    /// The job takes no checkpoints, and is to go on from one.
    NoCheckpoints,
    /// The job's checkpoints go with it, and it is to go on from one.
    NotRetained,
    /// The job has not completed the checkpoint that it is to go on from.
    FirstCheckpoint,
    /// The job goes on from its newest checkpoint.
    FromCheckpoint {
        /// How old that is now, where the clock is known.
        age: Option<Duration>,
    },
}

/// What to tell.
pub fn outlook(concerns: Concerns, seen: &Seen) -> Vec<Outlook> {
    let live = seen.job.as_ref().map(|job| &job.state);
    let runs_anew = concerns.end && live == Some(&LiveState::Finished);
    let runs = matches!(live, Some(LiveState::Running | LiveState::Transient { .. }));
    let checkpoint = concerns.checkpoint && runs;
    let slots = concerns.slots.zip(seen.slots).and_then(|(wanted, slots)| too_few(wanted, slots));
    let checkpoint = seen.history.as_ref().filter(|_| checkpoint);
    let checkpoint = checkpoint.map(|history| of_history(history, seen.now));
    slots.into_iter().chain(runs_anew.then_some(Outlook::RunsAnew)).chain(checkpoint).collect()
}

fn too_few(wanted: u32, slots: Slots) -> Option<Outlook> {
    match slots.supply {
        Supply::Elastic => None,
        Supply::Fixed | Supply::Adaptive if slots.suffice(wanted) => None,
        Supply::Fixed | Supply::Adaptive => Some(Outlook::TooFewSlots { wanted, slots }),
    }
}

fn of_history(history: &History, now: Option<i64>) -> Outlook {
    let newest = history.completed.as_ref().filter(|one| one.path.is_some() && !one.discarded);
    match newest {
        Some(_) if !history.retained => Outlook::NotRetained,
        Some(one) => {
            let age = now.and_then(|now| u64::try_from(now - one.triggered).ok());
            Outlook::FromCheckpoint { age: age.map(Duration::from_millis) }
        }
        None if !history.periodic => Outlook::NoCheckpoints,
        None if !history.retained => Outlook::NotRetained,
        None => Outlook::FirstCheckpoint,
    }
}

#[cfg(test)]
mod tests;
