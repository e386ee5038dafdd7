//! Brings an application, a job with a cluster of its own, from what is to
//! what should be, and loses nothing whatever dies whenever.
//!
//! ```text
//! Goal ──▶ [ World::ask ─▶ Observed ─▶ next ─▶ World::perform ]* ──▶ Report
//! ```
//!
//! What becomes of the job is decided by [`crate::job::next`], as for a job on
//! any cluster: what it is replaced by, what it starts from, whether it is
//! rolled back. Here is decided what such a cluster makes otherwise:
//!
//! * The JobManager runs one job, and forgets it when it is replaced. So the
//!   journal says what a job goes on from before the JobManager that knows it
//!   ends; and what the journal says goes before what a JobManager says.
//! * To start a job is to replace the cluster ([`Start`] is rendered into it,
//!   and stands on the JobManager's Deployment).
//! * A JobManager that dies runs `main()` again. So its permit is taken away
//!   before the job is stopped.
//!
//! * What the new version makes of the state of the old one no JobManager that runs can say: where it
//!   is asked for, a scout is made, which can.
//!
//! The world is that of a cluster, [`crate::cluster::World`].

mod described;
mod drive;
pub mod goal;
mod guard;
mod next;
pub mod problem;
mod read;
pub mod relocate;
pub mod report;
mod start;

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;

pub use described::Described;
pub use drive::drive;
pub use goal::{Goal, Rendering, Version};
pub use problem::Problem;
pub use read::{Found, read, rendered};
pub use relocate::relocate;
pub use report::Report;
pub use start::{Restore, Start, read as standing};

/// Whether a Deployment is of a cluster that was made for one job.
pub(crate) fn is_of_one(deployment: &serde_json::Value) -> bool {
    start::read(deployment).is_some()
}
