//! Who drives a provider beside Terraform: Pulumi through its bridge, and a small client of our own
//! that speaks the plugin protocol and nothing else.
//!
//! OpenTofu needs nothing here: it is one more [`Terraform`](crate::terraform::Terraform).

pub mod plugin;
pub mod pulumi;
pub mod session;
pub mod tools;
