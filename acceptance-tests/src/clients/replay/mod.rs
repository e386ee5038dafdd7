//! Recorded calls of a client, sent again: what it sent is known to the letter, and every answer
//! must be the recorded one but for what Flink makes anew (ids and paths).
//!
//! Such a recording is made by `tools/clients/trim`, one call to a line.

mod call;
mod likeness;
mod tree;

pub use call::{Answer, Call, Recorded, Replay};
pub use likeness::Renamed;
