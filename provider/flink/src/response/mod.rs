//! Answers as types, read leniently.
//!
//! Fields that only some versions answer are optional or have a default, and
//! fields that nobody here asks for are not looked at: a newer Flink must not
//! break a client by saying more.

pub mod checkpoints;
pub mod cluster;
pub mod jars;
pub mod jobs;
mod number;

pub use number::Number;

use serde::Deserialize;

/// An answer with nothing in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Empty {}
