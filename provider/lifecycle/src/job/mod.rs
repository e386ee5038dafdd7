//! Brings a job or a savepoint from what is to what should be, and loses
//! nothing whatever dies whenever.
//!
//! ```text
//! Goal ──▶ [ World::ask ─▶ Observed ─▶ next ─▶ World::perform ]* ──▶ Report
//! ```
//!
//! * [`World`] is the boundary of IO. It answers questions and performs
//!   steps; it decides nothing. The real one is [`rest::Rest`].
//! * [`next::next`] decides, and does nothing else: same goal, same
//!   observation, same answer.
//! * [`drive`] turns between the two until there is a [`Report`].
//!
//! Nothing is remembered between two runs: ids are derived ([`ids`]), marks
//! travel with the job ([`marks`]), each operation has a directory of its own
//! ([`directories`]), and the rest is asked of Flink. Deliberately not here:
//! Terraform, its state and its diagnostics; any clock but tokio's.

pub mod directories;
pub mod drive;
mod facts;
pub mod goal;
mod guard;
pub mod ids;
pub mod journal;
mod lasting;
pub mod marks;
pub mod next;
pub mod observed;
pub mod problem;
pub mod read;
pub mod recorded;
pub mod relocate;
pub mod report;
pub mod rest;
pub mod step;
pub mod world;

#[cfg(test)]
pub(crate) mod model;
#[cfg(test)]
mod tests;

pub use drive::{Limits, drive};
pub use goal::Goal;
pub use ids::Owner;
pub use problem::Problem;
pub use read::Live;
pub use recorded::Recorded;
pub use relocate::relocate;
pub use report::{Remark, Report};
pub use rest::Rest;
pub use world::{World, WorldError};
