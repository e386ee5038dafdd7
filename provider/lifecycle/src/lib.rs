//! Brings what is to what should be: jobs, savepoints and clusters.
//!
//! * [`job`] decides what happens to a job and to its state, and does it over
//!   Flink's REST API.
//! * [`cluster`] decides what happens to a cluster, and carries its jobs over.
//! * [`application`] decides what happens to a job with a cluster of its own.
//!
//! Deliberately not here: Terraform, its state and its diagnostics; any clock
//! but tokio's.

pub mod application;
pub mod cluster;
#[cfg(test)]
mod drawn;
mod guards;
pub mod job;
mod json;
pub mod kubernetes;
pub mod operator;

pub use flink;
pub use flink::{JarId, JobId, OperatorId, TriggerId};
