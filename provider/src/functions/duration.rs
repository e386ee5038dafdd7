//! `provider::flink::duration_seconds`.

use terraform::{
    meaning,
    resource::{Function, FunctionError, Parameter},
    value::{Number, Type, Value},
};

use super::{text, wrong};

/// The seconds that a duration of Flink says.
#[derive(Clone, Copy, Debug, Default)]
pub struct DurationSeconds;

impl Function for DurationSeconds {
    const NAME: &'static str = "duration_seconds";
    const SUMMARY: &'static str = "The seconds that a duration says";
    const DESCRIPTION: &'static str = "Reads a duration as Flink (`10 min`, `500 ms`) or Terraform (`1h30m`) writes it and returns the number of seconds, with fractions.";

    fn parameters() -> Vec<Parameter> {
        vec![Parameter {
            name: "duration",
            description: "The duration, for example `10 min`.",
            kind: Type::String,
            nullable: false,
        }]
    }

    fn returns() -> Type {
        Type::Number
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let given = text(&arguments)?;
        let duration = meaning::parse_duration(given).ok_or_else(|| {
            wrong(
                0,
                format!("{given:?} is not a duration, such as \"90s\", \"1h30m\" or \"10 min\"."),
            )
        })?;
        let digits = format!("{}.{:09}", duration.as_secs(), duration.subsec_nanos());
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        let number = Number::parse(digits).map_err(|error| wrong(0, error.to_string()))?;
        Ok(Value::Number(number))
    }
}
