//! A job with a cluster of its own that the operator runs: what comes next until it is as it should be.
//!
//! ```text
//! Goal ──▶ [ observe ─▶ Observed ─▶ next ─▶ look | perform | wait ]* ──▶ Record | Problem
//! ```
//!
//! All of it is pure. Whether something is reached is judged by [`super::wait`] alone. What is decided
//! here is what is written, in which order, and what is remembered before it:
//!
//! * The operator chooses by itself what a changed job goes on from, at the moment it stops it. So the
//!   job is suspended first, which leaves a path that is noted, and then started from exactly that
//!   path (`initialSavepointPath` with another `savepointRedeployNonce`).
//! * Every write is tried by a dry run before, and noted before where it cannot be taken back.
//! * What somebody else has written is never written over: the dry run names them.

mod body;
mod goal;
mod guard;
mod journal;
mod next;
mod observed;
mod report;

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;

pub use goal::{Aim, Fallback, Goal, Limits, OnDelete, Rollback, Run, Served, TakeOver, Version};
pub use journal::{Back, By, Entry, Noted, Origin, Phase, Starting};
pub use next::{Apply, Next, Question, Step, next};
pub use observed::{Observed, Own, OwnState, Trial, Verdict, Written};
pub use report::{Failure, Problem, Record, Remark, State};
