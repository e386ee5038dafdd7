//! From a cluster's description to Kubernetes objects.
//!
//! Pure functions: no client, no clock, no environment. The same description
//! gives the same bytes.

pub mod object;

pub use object::Object;
