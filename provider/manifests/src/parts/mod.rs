//! The objects that both strategies have in common.

pub(crate) mod metadata;
pub(crate) mod services;
