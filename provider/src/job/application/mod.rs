//! A job with a cluster of its own: the attributes of both become one description.

pub(super) mod apply;
pub mod describe;
pub mod differing;
pub(super) mod goal;
pub mod model;
pub(super) mod read;
pub mod settled;
pub mod validate;
