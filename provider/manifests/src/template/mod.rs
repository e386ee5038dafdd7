//! Pod templates: how they are read, laid over each other and turned into pods.
//!
//! The rules are Flink's own for `kubernetes.pod-template-file`, and both
//! strategies follow them: a template that works with one works with the other.

mod duplicates;
mod overlay;
mod parse;
mod pod;
mod reading;

pub use duplicates::{Duplicate, duplicates};
pub use overlay::over;
pub(crate) use parse::check;
pub use parse::{NotAPod, parse, parse_as_flinks_client, parse_fragment, text};
pub use pod::{Pod, Resources};
