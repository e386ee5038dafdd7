//! What comes next: the decision, and nothing else.
//!
//! Same goal, same observation, same answer. There is no clock here, no
//! client and no memory; what a decision needs and nobody has asked for yet
//! is answered by [`Next::Look`].

mod check;
mod family;
mod fit;
mod jars;
mod look;
mod note;
mod prove;
mod refresh;
mod remove;
mod replace;
mod rescale;
mod rollback;
mod run;
mod savepoint;
mod source;
mod start;
mod state;
mod stop;
mod storage;
mod suspend;
mod truth;

#[cfg(test)]
mod tests;

pub(crate) use family::{Family, Kin};
pub(crate) use jars::name as jar_name;

pub(crate) use refresh::live;
pub(crate) use truth::truth;

use crate::job::{
    goal::{Goal, Run},
    observed::{Observed, Question, Reason},
    problem::{Failure, Problem},
    report::{Left, Remark, Which},
    step::Step,
};

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Ask these, then decide again.
    Look(Vec<Question>),
    /// Perform this, then look again. The remarks are true once it is performed.
    Do(Step, Vec<Remark>),
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
    /// How the job is left.
    pub state: Left,
    /// The job that runs, or ran last.
    pub job: Option<flink::JobId>,
    /// Which program it runs.
    pub program: Option<Which>,
    /// The last savepoint or checkpoint that the job was stopped with.
    pub last_savepoint_path: Option<String>,
    /// What the running job was started from.
    pub restored_from: Option<String>,
    /// What the user should know.
    pub remarks: Vec<Remark>,
}

/// Something needed for a decision, or what comes next because it is missing.
type Need<T> = Result<T, Box<Next>>;

/// Decides what comes next.
pub fn next(goal: &Goal, seen: &Observed) -> Next {
    let decision = match goal {
        Goal::Run(run) => run::run(run, seen),
        Goal::Suspend(suspend) => suspend::suspend(suspend, seen),
        Goal::Remove(remove) => remove::remove(remove, seen),
        Goal::TakeSavepoint(savepoint) => savepoint::take(savepoint, seen),
        Goal::DisposeSavepoint(dispose) => savepoint::dispose(dispose, seen),
    };
    decision.unwrap_or_else(|next| *next)
}

/// Decides what comes next after a job that this operation has started, and
/// of which somebody else knows that it does not come up.
pub(crate) fn did_not_come_up(
    goal: &Run,
    seen: &Observed,
    (job, failure): (&flink::JobId, Failure),
) -> Next {
    let decision = seen.jobs().and_then(|rows| {
        let family = Family::of(run::kin(goal), rows);
        rollback::failed(goal, seen, &family, (job, failure))
    });
    decision.unwrap_or_else(|next| *next)
}

/// Why the wanted program did not come up, for whoever goes back from it.
pub(crate) fn first_failure(seen: &Observed) -> Result<Failure, Box<Next>> {
    rollback::first_failure(seen)
}

fn stuck<T>(problem: Problem) -> Need<T> {
    Err(Box::new(Next::Stuck(problem)))
}

fn wait<T>(reason: Reason) -> Need<T> {
    Err(Box::new(Next::Wait(reason)))
}

fn perform<T>(step: Step) -> Need<T> {
    Err(Box::new(Next::Do(step, Vec::new())))
}

fn perform_and_say<T>(step: Step, remarks: Vec<Remark>) -> Need<T> {
    Err(Box::new(Next::Do(step, remarks)))
}
