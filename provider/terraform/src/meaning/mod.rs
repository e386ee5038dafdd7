//! When two spellings mean the same, for `#[attr(same = …)]`, and what the spellings mean.
//!
//! Each comparison takes two known values; what is no spelling of its kind is compared as it is.

mod document;
mod duration;
mod location;
mod size;

pub use document::{json, parse_yaml, yaml};
pub use duration::{duration, parse_duration};
pub use location::{normal_location, path};
pub use size::{memory_size, parse_memory_size, parse_quantity, quantity};

use crate::value::Value;

/// Whether two texts are equal, or read as the same thing.
fn by_reading<T: PartialEq>(one: &Value, two: &Value, read: impl Fn(&str) -> Option<T>) -> bool {
    let (Value::String(first), Value::String(second)) = (one, two) else { return one == two };
    first == second || read(first).is_some_and(|first| read(second) == Some(first))
}

#[cfg(test)]
mod tests;
