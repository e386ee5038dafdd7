//! Functions: they compute, and ask nobody.

mod config_merge;
mod duration;
mod memory;
mod savepoint_path;

pub use config_merge::ConfigMerge;
pub use duration::DurationSeconds;
pub use memory::MemoryBytes;
pub use savepoint_path::ParseSavepointPath;

use terraform::{resource::FunctionError, value::Value};

/// The text that is the first argument.
fn text(arguments: &[Value]) -> Result<&str, FunctionError> {
    match arguments.first() {
        Some(Value::String(text)) => Ok(text),
        Some(_) | None => Err(wrong(0, "A string is needed.")),
    }
}

/// An argument that is wrong.
fn wrong(argument: i64, text: impl Into<String>) -> FunctionError {
    FunctionError { text: text.into(), argument: Some(argument) }
}
