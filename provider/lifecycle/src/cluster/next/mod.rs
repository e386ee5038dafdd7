//! What comes next for a cluster: the decision, and nothing else.
//!
//! ```text
//! bring:   ours? ─▶ take over? ─▶ dry run ─▶ [ drain ─▶ halt ─▶ old pods end ]? ─▶ apply ─▶ prune ─▶ ready
//! remove:  drain ─▶ delete ─▶ pods end ─▶ data of high availability
//! ```
//!
//! Same goal, same observation, same answer, as in [`crate::job::next`], by
//! whose decisions each job is stopped.

mod body;
mod books;
mod bring;
mod drain;
mod look;
mod ours;
pub(crate) mod parts;
mod ready;
mod remove;

pub(crate) use ours::is_ours;

use crate::{
    cluster::{
        goal::{self, Goal, is_workload},
        observed::{Objects, Observed, Question, Reason},
        problem::Problem,
        report::{Left, Remark, Stopped},
        step::Step,
    },
    job::{
        Owner,
        journal::{By, Entry, Noted, Phase},
    },
};

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Ask these, then decide again.
    Look(Vec<Question>),
    /// Perform this, then look again. The remarks are true once it is performed.
    Do(Box<Step>, Vec<Remark>),
    /// Wait a little, then look again.
    Wait(Reason),
    /// The goal is reached.
    Done(Outcome),
    /// The goal cannot be reached from here.
    Stuck(Problem),
}

/// How things are at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How the cluster is left.
    pub left: Left,
    /// The revision of its JobManager's pods.
    pub revision: Option<String>,
    /// What the user should know.
    pub remarks: Vec<Remark>,
}

impl Outcome {
    /// Of an end that is told elsewhere.
    pub(crate) const fn unknown() -> Self {
        Self { left: Left::Unknown, revision: None, remarks: Vec::new() }
    }
}

/// Something needed for a decision, or what comes next because it is missing.
type Need<T> = Result<T, Box<Next>>;

/// Decides what comes next.
pub fn next(goal: &Goal, seen: &Observed) -> Next {
    let decision = match goal {
        Goal::Bring(bring) => bring::bring(bring, seen),
        Goal::Remove(remove) => remove::remove(remove, seen),
    };
    decision.unwrap_or_else(|next| *next)
}

/// How things are when a goal was not reached, as far as it is known.
pub(crate) fn truth(goal: &Goal, seen: &Observed) -> Outcome {
    let remarks = stopped(seen.last_journals());
    let Some(objects) = seen.last_objects() else {
        return Outcome { left: Left::Unknown, revision: None, remarks };
    };
    let left = match goal {
        // What somebody else made under this name is not what this goal left.
        Goal::Bring(bring) if !ours::is_its_own(bring, objects) => Left::Missing,
        Goal::Bring(_) | Goal::Remove(_) => left(goal, objects, seen),
    };
    let mut workloads = objects.iter().filter(|(id, _)| is_workload(&id.kind));
    let revision = workloads.find_map(|(_, live)| goal::revision(live));
    Outcome { left, revision: revision.map(str::to_owned), remarks }
}

fn left(goal: &Goal, objects: &Objects, seen: &Observed) -> Left {
    let has_any = objects.values().any(|live| is_ours(goal.name(), live));
    if has_any || seen.has_acted() { Left::NotReady } else { Left::Missing }
}

/// The jobs that were stopped with their cluster and that nobody has started again.
fn stopped(journals: &[Noted]) -> Vec<Remark> {
    let stopped = |noted: &Noted| match &noted.entry.phase {
        Phase::Stopped { by: By::Cluster, path } => Some(Remark::Stopped(Stopped {
            owner: owner_of(&noted.entry),
            job: noted.entry.job.clone(),
            path: path.clone(),
        })),
        Phase::Stopped { by: By::Job, path: _ }
        | Phase::Running
        | Phase::Stopping { .. }
        | Phase::Starting { .. } => None,
    };
    journals.iter().filter_map(stopped).collect()
}

/// Whose job an entry is of; a job of nobody's is noted under its own id.
fn owner_of(entry: &Entry) -> Option<String> {
    let owner = Owner::parse(&entry.owner)?;
    (owner.name() != entry.job.as_str()).then(|| entry.owner.clone())
}

fn stuck<T>(problem: Problem) -> Need<T> {
    Err(Box::new(Next::Stuck(problem)))
}

fn wait<T>(reason: Reason) -> Need<T> {
    Err(Box::new(Next::Wait(reason)))
}

fn perform<T>(step: Step) -> Need<T> {
    Err(Box::new(Next::Do(Box::new(step), Vec::new())))
}

#[cfg(test)]
mod tests {
    use crate::job::journal::{Follows, Manner};

    use super::*;

    #[test]
    fn a_job_of_nobodys_that_was_stopped_is_not_said_to_start_again() {
        let job: flink::JobId = "0123456789abcdef0123456789abcdef".parse().expect("32 digits");
        let noted = |owner: String| Noted {
            entry: Entry {
                owner,
                follows: Follows::No,
                job: job.clone(),
                phase: Phase::Stopped { by: By::Cluster, path: None },
                stop: Manner::default(),
            },
            name: String::new(),
            version: String::new(),
        };
        let ours = "flink/eu/orders".to_owned();
        let remarks = stopped(&[noted(ours.clone()), noted(format!("flink/eu/{job}"))]);
        let owners: Vec<_> =
            remarks.into_iter().filter_map(Remark::into_stopped).map(|one| one.owner).collect();
        assert_eq!(owners, [Some(ours), None]);
    }
}
