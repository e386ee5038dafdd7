//! `provider::flink::memory_bytes`.

use terraform::{
    meaning,
    resource::{Function, FunctionError, Parameter},
    value::{Number, Type, Value},
};

use super::{text, wrong};

/// The bytes that a memory size of Flink says.
#[derive(Clone, Copy, Debug, Default)]
pub struct MemoryBytes;

impl Function for MemoryBytes {
    const NAME: &'static str = "memory_bytes";
    const SUMMARY: &'static str = "The bytes that a memory size of Flink says";
    const DESCRIPTION: &'static str = "Reads a memory size as Flink writes it (`1600m`, `1 gb`, `512 kibibytes`) and returns the number of bytes. Units are binary: `1k` is 1024 bytes. Without a unit it is bytes.";

    fn parameters() -> Vec<Parameter> {
        vec![Parameter {
            name: "size",
            description: "The memory size, for example `1600m`.",
            kind: Type::String,
            nullable: false,
        }]
    }

    fn returns() -> Type {
        Type::Number
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let given = text(&arguments)?;
        let bytes = meaning::parse_memory_size(given).and_then(|bytes| i64::try_from(bytes).ok());
        let bytes = bytes.ok_or_else(|| {
            wrong(
                0,
                format!("{given:?} is not a memory size of Flink, such as \"1600m\" or \"1 gb\"."),
            )
        })?;
        Ok(Value::Number(Number::Integer(bytes)))
    }
}
