//! From a cluster's description to Kubernetes objects.
//!
//! Pure functions: no client, no clock, no environment. The same description
//! gives the same bytes.

pub mod change;
pub mod description;
mod invalid;
pub mod names;
pub mod object;
mod parts;
mod render;

pub use change::{Cause, Change};
pub use description::Cluster;
pub use invalid::{Invalid, Warning};
pub use object::Object;
pub use render::{Rendered, render};
