//! `provider::flink::config_merge`.

use std::collections::BTreeMap;

use lifecycle::flink::{
    Version,
    configuration::options::{self, Options, Spelling},
};
use terraform::{
    resource::{Function, FunctionError, Parameter},
    value::{Type, Value},
};

use super::wrong;

/// The version that knows the newest names; with the older ones of all versions before.
const NEWEST: Version = Version::new(2, 3, 0);

/// Options of Flink, merged.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConfigMerge;

impl Function for ConfigMerge {
    const NAME: &'static str = "config_merge";
    const SUMMARY: &'static str = "Merges maps of Flink options, later ones first";
    const DESCRIPTION: &'static str = "Merges maps of Flink options; a later map wins. Unlike `merge()` it knows that options were renamed: a later `state.backend` replaces an earlier `state.backend.type` and the other way round, so that never both are left. A null value removes the option.";

    fn parameters() -> Vec<Parameter> {
        vec![Parameter {
            name: "configurations",
            description: "Maps of options, the base first.",
            kind: Type::List(Box::new(Type::Map(Box::new(Type::String)))),
            nullable: false,
        }]
    }

    fn returns() -> Type {
        Type::Map(Box::new(Type::String))
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let Some(Value::Sequence(maps)) = arguments.into_iter().next() else {
            return Err(wrong(0, "A list of maps is needed."));
        };
        let known = options::of(NEWEST);
        let mut merged = BTreeMap::new();
        for map in maps {
            match map {
                Value::Mapping(options) => add(&mut merged, options, &known),
                Value::Null => {}
                Value::Unknown(_)
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Sequence(_)
                | Value::Dynamic(_) => {
                    return Err(wrong(0, "Each element must be a map of strings."));
                }
            }
        }
        Ok(Value::Mapping(merged))
    }
}

fn add(merged: &mut BTreeMap<String, Value>, options: BTreeMap<String, Value>, known: &Options) {
    for (key, value) in options {
        let name = current(&key, known);
        merged.retain(|other, _| current(other, known) != name);
        if !value.is_null() {
            merged.insert(key, value);
        }
    }
}

/// The name that an option has now.
fn current(key: &str, known: &Options) -> String {
    match known.find(key) {
        Some((option, Spelling::Deprecated)) => option.key.to_owned(),
        Some((_, Spelling::Current | Spelling::Fallback)) | None => key.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, Option<&str>)]) -> Value {
        let value = |text: Option<&str>| text.map_or(Value::Null, Value::from);
        Value::Mapping(pairs.iter().map(|(key, text)| ((*key).to_owned(), value(*text))).collect())
    }

    #[test]
    fn later_maps_win_under_either_name_and_null_removes() {
        let given = Value::Sequence(vec![
            map(&[("state.backend", Some("rocksdb")), ("a", Some("1")), ("b", Some("1"))]),
            map(&[("state.backend.type", Some("hashmap")), ("a", None), ("b", Some("2"))]),
        ]);
        let merged = ConfigMerge.call(vec![given]).expect("two maps");
        assert_eq!(merged, map(&[("b", Some("2")), ("state.backend.type", Some("hashmap"))]));
    }
}
