//! The objects that both strategies have in common, and the pieces of their pods.

pub(crate) mod availability;
pub(crate) mod identity;
pub(crate) mod ingress;
pub(crate) mod logging;
pub(crate) mod metadata;
pub(crate) mod network_policy;
pub(crate) mod permit;
pub(crate) mod pod;
pub(crate) mod services;
pub(crate) mod start;
pub(crate) mod volumes;
