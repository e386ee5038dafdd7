//! Strategy native: the very objects that Flink's own client makes.
//!
//! [`make`] is the client: configuration, logging files and pod templates in,
//! a Deployment and what belongs to it out, for every version from 1.17 on. The
//! recordings in `tests/native_client` hold it. [`read_back`] goes the other way.

mod application;
mod client;
mod describe;
mod effective;
mod entries;
mod inputs;
mod job_manager;
mod made;
mod mounts;
mod objects;
mod options;
mod quantities;
mod read_back;
mod services;
mod unmerge;
mod version;

pub use application::Application;
pub use client::{Client, Entry, make};
pub use describe::describe;
pub(crate) use entries::entries;
pub use inputs::{Files, KeyTab};
pub use made::{Made, owner_reference};
pub(crate) use objects::objects;
pub use read_back::{Found, NotNative, read_back};
pub use version::log_files;

#[cfg(test)]
mod client_tests;
#[cfg(test)]
mod tests;
