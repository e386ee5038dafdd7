//! Brings a cluster from what is to what should be, and carries its jobs over.
//!
//! ```text
//! Goal ──▶ [ World::ask ─▶ Observed ─▶ next ─▶ World::perform ]* ──▶ Report
//! ```
//!
//! The same machine as [`crate::job`], one level up: objects are dry-run,
//! applied, waited for and removed, and the jobs that follow the cluster are
//! stopped by the decisions of [`crate::job`] itself, step by step. What a
//! stopped job goes on from stands in its journal ([`crate::job::journal`])
//! before anything of the cluster is touched.
//!
//! Deliberately not here: how objects are rendered, Terraform, any client.

pub mod compare;
pub mod drive;
pub mod goal;
mod guard;
pub mod health;
pub mod next;
pub mod observed;
pub mod problem;
mod question;
pub mod read;
pub mod report;
pub mod step;
mod suspected;
pub mod world;

#[cfg(test)]
pub(crate) mod model;
#[cfg(test)]
mod tests;

pub use drive::drive;
pub use goal::{Goal, Name};
pub use problem::Problem;
pub use read::{Live, read};
pub use report::{Remark, Report};
pub use world::World;
