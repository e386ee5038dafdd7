//! What comes next: the decision, and nothing else.
//!
//! ```text
//! try the new spec ─▶ nothing to restart: write it
//!                  └▶ note ─▶ suspend ─▶ note what it left ─▶ note the start ─▶ start ─▶ look what it restored
//!                                  └──────── taken back ◀──────── fails, with nothing of its own
//! ```

mod back;
mod remove;
mod run;
mod scene;
mod start;
mod stop;
mod suspend;

use serde_json::Value as Json;

use super::goal::{Aim, Goal};
use super::guard::Guards;
use super::journal::Entry;
use super::observed::Observed;
use super::report::{Problem, Record};
use crate::operator::Waiting;
use scene::Scene;

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Ask this, then decide again.
    Look(Question),
    /// Perform this, then look again.
    Do(Step),
    /// Look again when the watch brings something, or after a little.
    Wait(Waiting),
    /// The goal is reached.
    Done(Box<Record>),
    /// The goal cannot be reached from here.
    Failed(Box<Problem>),
}

/// What must be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// What a dry run of this apply says.
    Try(Json),
    /// What the job of the resource has left so far: by REST where its JobManager answers, else by
    /// listing its directories and snapshots.
    Own,
}

/// One effect, which may be performed twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Write the journal, over the version that was read.
    Note {
        /// What it is to say.
        entry: Entry,
        /// What must be there; `None` for none.
        over: Option<String>,
    },
    /// Erase the journal, if it is this version.
    Erase(String),
    /// Server-side apply.
    Apply(Apply),
    /// Delete the resource with this uid.
    Delete(String),
}

/// A server-side apply, without force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apply {
    /// What is applied.
    pub body: Json,
    /// The uid that must be there; `None` for none.
    pub uid: Option<String>,
}

/// Something needed for a decision, or what comes next because it is missing.
type Need<T> = Result<T, Box<Next>>;

/// Decides what comes next.
pub fn next(goal: &Goal, seen: &Observed) -> Next {
    next_with(Guards::default(), goal, seen)
}

/// The same, with the guards that stand.
pub(super) fn next_with(guards: Guards, goal: &Goal, seen: &Observed) -> Next {
    let scene = Scene { goal, seen, guards };
    let decided = back::is_told(scene).and_then(|()| match &goal.aim {
        Aim::Run(run) => run::next(scene, run),
        Aim::Suspend(_) => suspend::next(scene),
        Aim::Delete(how) => remove::next(scene, *how),
    });
    decided.unwrap_or_else(|next| *next)
}
