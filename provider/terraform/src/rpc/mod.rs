//! The protocol's calls: each file decodes a request, asks the registry, encodes the answer.
//!
//! A call never fails as a call: whatever goes wrong, a panic included, is answered with
//! diagnostics and the best known state, since a client that sees a failed call forgets the object.
//! Calls that the provider does not offer are answered UNIMPLEMENTED, as clients expect.

mod action;
mod apply;
mod call;
mod configure;
mod data_source;
mod diagnostics;
mod function;
mod generate;
mod import;
mod list;
mod metadata;
mod move_state;
mod plan;
mod read;
mod schema;
mod service;
mod upgrade;
mod validate;
pub(crate) mod wire;

pub use service::Service;
