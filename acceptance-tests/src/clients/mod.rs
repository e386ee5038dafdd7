//! Who drives a provider beside Terraform: OpenTofu, Pulumi through its bridge, and a small client of
//! our own that speaks the plugin protocol and nothing else.

mod names;
pub mod plugin;
pub mod pulumi;
pub mod replay;
pub mod session;
mod stack;
mod tools;

pub use stack::Stack;
