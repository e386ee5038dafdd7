//! From prior state, configuration and proposal to a plan: pure functions on value trees.
//!
//! ```text
//! proposed ─▶ defaults ─▶ spelling ─▶ write-only ─▶ (changed?) ─▶ computed unknown ─▶ modifiers ─▶ Resource::plan
//! ```
//!
//! Nothing here knows the protocol, a model or a session. Terraform calls a plan twice and compares,
//! so nothing here may depend on anything but the arguments.

mod generate;
mod modifiers;
mod proposal;
mod rules;
mod settle;
mod unknown;
mod walk;

#[cfg(test)]
mod tests;

pub use generate::generated_config;
pub use modifiers::{normalised, replaced_paths};
pub use proposal::{Proposal, propose};
pub use rules::broken_rules;
pub use settle::settled;
pub use unknown::{known_or_null, unknown_paths};
pub use walk::{Site, without_write_only, write_only_set};
