//! How Flink reads a value, by kind and version.
//!
//! Every reader answers `None` where Flink fails; what would have been right is told by
//! [`Kind`](super::options::Kind). Checked against Flink itself: `tests/values.rs`.

mod duration;
mod list;
mod number;
mod size;

pub use duration::duration;
pub use list::{list, map, maps, write_list, write_map};
pub use number::{boolean, double, float, int, java_double, long};
pub use size::memory_size;

/// A text without the characters at its ends that Java's `String.trim` takes away.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(|it| it <= ' ')
}

/// The digits that a text starts with, and the unit behind them in lower case.
fn number_and_unit(text: &str) -> (&str, String) {
    let text = trim(text);
    let end = text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    (number, trim(unit).to_lowercase())
}
