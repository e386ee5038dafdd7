//! `flink_cluster`: a session cluster on Kubernetes whose jobs survive its changes.
//!
//! ```text
//! model ─▶ validate ─▶ plan (action) ─▶ describe ─▶ manifests ─▶ lifecycle ─▶ state
//! ```

pub mod action;
pub mod describe;
pub mod model;
pub mod path;
pub mod plan;
pub mod reference;
pub mod validate;
