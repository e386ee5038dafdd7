//! Functions: they compute, and ask nobody.

mod config_merge;
mod duration;
mod memory;
mod memory_layout;
mod savepoint_path;
mod validate_configuration;

pub use config_merge::ConfigMerge;
pub use duration::DurationSeconds;
pub use memory::MemoryBytes;
pub use memory_layout::MemoryLayout;
pub use savepoint_path::ParseSavepointPath;
pub use validate_configuration::ValidateConfiguration;

use lifecycle::flink::{Version, configuration::Configuration};
use terraform::{
    resource::{FunctionError, Parameter},
    value::{Type, Value},
};

/// A parameter that several functions have.
struct Shared {
    name: &'static str,
    description: &'static str,
    kind: fn() -> Type,
}

impl Shared {
    fn parameter(&self) -> Parameter {
        let Self { name, description, kind } = *self;
        Parameter { name, description, kind: kind(), nullable: false }
    }
}

/// The first parameter of a function about options.
const CONFIGURATION: Shared = Shared {
    name: "configuration",
    description: "Options of Flink, as in `flink_configuration`.",
    kind: || Type::Map(Box::new(Type::String)),
};

/// The second one.
const FLINK_VERSION: Shared = Shared {
    name: "flink_version",
    description: "The version of Flink, for example `2.3.0` or `1.20`. A version that is not known counts as the nearest before it.",
    kind: || Type::String,
};

/// The options that are the first argument; one that is null is not set.
fn configuration(arguments: &[Value]) -> Result<Configuration, FunctionError> {
    let Some(Value::Mapping(options)) = arguments.first() else {
        return Err(wrong(0, "A map of strings is needed."));
    };
    let set = options.iter().filter(|(_, value)| !value.is_null());
    set.map(|(key, value)| match value {
        Value::String(text) => Ok((key.clone(), text.clone())),
        Value::Null
        | Value::Unknown(_)
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Sequence(_)
        | Value::Mapping(_)
        | Value::Dynamic(_) => Err(wrong(0, format!("The value of {key:?} must be a string."))),
    })
    .collect()
}

/// The version that is the second argument.
fn version(arguments: &[Value]) -> Result<Version, FunctionError> {
    let Some(Value::String(text)) = arguments.get(1) else {
        return Err(wrong(1, "A string is needed."));
    };
    text.parse().map_err(|_| {
        wrong(1, format!("{text:?} is not a version of Flink, such as \"2.3.0\" or \"1.20\"."))
    })
}

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
