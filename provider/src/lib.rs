//! The provider `flink`: resources, data sources, functions, actions and lists, and nothing else.
//!
//! ```text
//! Terraform ─▶ terraform (framework) ─▶ job, savepoint, data, … ─▶ lifecycle ─▶ Flink
//! ```
//!
//! [`provider::registry`] is the list of what there is. Deciding code (`plan`, `goal`, `state`) is
//! pure; what an operation does to Flink is decided in `lifecycle`; the words for the user are
//! made in [`diagnostic`].

pub mod actions;
pub mod cluster;
pub mod config;
pub mod data;
pub mod diagnostic;
mod freshness;
pub mod functions;
pub mod job;
pub mod job_manager;
pub mod kubernetes_config;
pub mod lists;
pub mod location;
pub mod provider;
pub mod reference;
pub mod savepoint;
pub mod session;
pub mod status;
pub mod time;
