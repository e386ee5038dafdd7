//! From a cluster's description to Kubernetes objects.
//!
//! Pure functions: no client, no clock, no environment. The same description
//! gives the same bytes.

pub mod change;
mod checks;
mod configuration;
pub mod description;
#[cfg(test)]
mod examples;
mod invalid;
pub mod names;
pub mod native;
pub mod object;
pub mod operator;
mod parts;
mod render;
pub mod scout;
pub mod server_defaults;
mod standalone;
pub mod template;
mod yaml;

pub use change::{Cause, Change};
pub use configuration::owned_keys;
pub use description::Cluster;
pub use invalid::{Invalid, Warning};
pub use object::Object;
pub use parts::permit::revoked as revoked_permit;
pub use render::{Rendered, render};
pub use yaml::yaml;
