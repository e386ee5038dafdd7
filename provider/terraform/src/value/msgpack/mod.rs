//! Values as msgpack, the form in which clients send them and want them.
//!
//! Numbers are integers, floats or decimal texts, whichever holds them exactly and is the
//! narrowest; unknown values are extensions; a value of an open type carries its type.

mod decode;
mod encode;
mod refinement;

pub use decode::decode;
pub use encode::encode;

/// The extension that says what is known of an unknown value.
const REFINED: i8 = 12;

/// The greatest number of bytes that may say what is known of an unknown value.
const REFINED_BYTES: usize = 1024;

#[cfg(test)]
mod tests;
