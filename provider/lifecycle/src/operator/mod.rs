//! Clusters and jobs that the Flink Kubernetes Operator makes: what its resources say, and when what
//! was written to one is true.
//!
//! ```text
//! watch, REST ─▶ Seen (resource, events, pods, proof, in the order they came) ─▶ wait(goal, seen, now) ─▶ Verdict
//! ```
//!
//! [`application`] decides what is written, and believes nothing but that verdict.
//!
//! All of it is pure. The operator's status is written late, in pieces and sometimes wrongly, so that
//! no single field is believed: `observedGeneration` says whose truth the rest is, events count what
//! the status shows only for milliseconds, and pods say why a process does not come up.

pub mod application;
mod resource;
mod seen;
mod verdict;
mod wait;

pub use resource::{
    Fault, JobManagerState, Lifecycle, Mode, Phase, Resource, SnapshotState, Status, WantedJob,
};
pub use seen::{Change, Kind, Proof, Seen};
pub use verdict::{Cause, Done, Restored, Verdict, Waiting};
pub use wait::{Asks, Goal, Want, wait};
