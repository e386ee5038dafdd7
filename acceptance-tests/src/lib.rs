//! Starts the real things that the provider is proven against, and reads what they did.
//!
//! [`fetch`] brings pinned versions of Flink and Terraform, [`flink`] runs a cluster of them,
//! [`kubernetes`] brings up a whole Kubernetes to run it on, [`object_store`] an S3 in there and
//! [`zookeeper`] one that keeps what must outlive a JobManager,
//! [`terraform`] runs Terraform on a folder of HCL with the built provider, [`jars`] compiles the
//! Java test jobs, [`counting`] describes one such job, and [`output`] proves from what it wrote
//! that every record was counted exactly once. [`stage`] has what tests of clusters on Kubernetes and
//! their jobs share.
//!
//! Deliberately not here: stand-ins. What a test needs to fail at an exact place is either laid into
//! a job's control folder, or done to a process by signal. Nothing here knows how the provider is
//! built inside, either: it is a binary, found by [`folders::provider`].

pub mod clients;
pub mod counting;
pub mod demo;
pub mod diagnostics;
pub mod dice;
pub mod failure;
pub mod fetch;
pub mod flink;
pub mod folders;
pub mod gate;
pub mod guard;
pub mod jars;
pub mod kills;
pub mod kubernetes;
pub mod object_store;
pub mod output;
pub mod poll;
pub mod stage;
pub mod terraform;
pub mod zookeeper;

pub use failure::{Failure, Outcome};
