//! Rules of Flink's configuration: which options there are, what they take, and the file that
//! carries them.
//!
//! ```text
//! options::of(version) ──▶ check(map) ──▶ findings
//!        │ (table.tsv)
//! value::* (Flink's spelling) ──▶ memory::*
//! file::{render, parse}   defaults::complete
//! ```
//!
//! All of it is pure and follows the version: a key is known, renamed or gone, a value is read as
//! that version reads it.

mod check;
pub mod defaults;
pub mod file;
pub mod options;
mod sensitive;
pub mod value;
mod yaml;

use std::collections::BTreeMap;

pub use check::{Finding, Owned, Problem, Severity, check};
pub use sensitive::is_sensitive;

/// Options of Flink, by key; a value is spelled as in Flink's configuration file.
pub type Configuration = BTreeMap<String, String>;
