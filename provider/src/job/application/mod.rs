//! A job with a cluster of its own: the attributes of both become one description.

pub(super) mod apply;
pub mod describe;
pub mod differing;
#[cfg(test)]
pub mod example;
pub(super) mod goal;
pub(super) mod import;
pub mod model;
pub(super) mod read;
pub mod settled;
pub mod validate;
