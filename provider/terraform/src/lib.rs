//! A framework for Terraform providers, written for people who know Terraform and not its protocol.
//!
//! ```text
//! Terraform ──gRPC──▶ server ─▶ rpc ─decode▶ Model ─▶ Resource::plan / create / … ─▶ Model ─encode▶ rpc ──▶ Terraform
//! ```
//!
//! It knows the plugin protocol; it knows nothing of Flink or Kubernetes.

// What the derive writes names the crate, and the crate's own tests use the derive.
#[allow(unused_extern_crates, reason = "used by what the derive writes")]
extern crate self as terraform;

#[cfg(feature = "conformance")]
pub mod conformance;
pub mod diagnostics;
pub mod meaning;
pub mod model;
pub mod path;
pub mod plan;
pub mod registry;
pub mod resource;
mod rpc;
pub mod schema;
pub mod server;
pub mod validate;
pub mod value;
