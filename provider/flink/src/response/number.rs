//! Numbers that Flink sometimes answers as text.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A number, or none where Flink answers the text `"NaN"`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Number(pub Option<f64>);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let read = match &value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.parse().ok(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        Ok(Self(read.filter(|number| number.is_finite())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_and_their_texts() {
        for (json, number) in [
            ("1", Some(1.0)),
            ("2.5", Some(2.5)),
            ("\"NaN\"", None),
            ("\"3\"", Some(3.0)),
            ("null", None),
        ] {
            assert_eq!(serde_json::from_str::<Number>(json).expect(json), Number(number), "{json}");
        }
    }
}
