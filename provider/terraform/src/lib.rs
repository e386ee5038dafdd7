//! A framework for Terraform providers, written for people who know Terraform and not its protocol.
//!
//! ```text
//! Terraform ──gRPC──▶ server ─▶ rpc ─decode▶ Model ─▶ Resource::plan / create / … ─▶ Model ─encode▶ rpc ──▶ Terraform
//! ```
//!
//! It knows the plugin protocol; it knows nothing of Flink or Kubernetes.

pub mod diagnostics;
pub mod model;
pub mod path;
pub mod resource;
pub mod schema;
pub mod value;
