//! `provider::flink::parse_savepoint_path`.

use std::collections::BTreeMap;

use terraform::{
    resource::{Function, FunctionError, Parameter},
    value::{Number, Type, Value},
};

use super::{text, wrong};

/// What the path of a savepoint or checkpoint says.
#[derive(Clone, Copy, Debug, Default)]
pub struct ParseSavepointPath;

impl Function for ParseSavepointPath {
    const NAME: &'static str = "parse_savepoint_path";
    const SUMMARY: &'static str = "What the path of a savepoint or checkpoint says";
    const DESCRIPTION: &'static str = "Takes the path of a savepoint (`…/savepoint-<job>-<random>`) or retained checkpoint (`…/<job id>/chk-<number>`) apart. Returns an object: `directory`, `name`, `kind` (`savepoint` or `checkpoint`), `job_id` (of a checkpoint), `job_id_prefix` (six digits, of both) and `checkpoint_id` (of a checkpoint).";

    fn parameters() -> Vec<Parameter> {
        vec![Parameter {
            name: "path",
            description: "The path, for example `s3://bucket/sp/savepoint-a1b2c3-0123456789ab`.",
            kind: Type::String,
            nullable: false,
        }]
    }

    fn returns() -> Type {
        let texts = ["directory", "name", "kind", "job_id", "job_id_prefix"];
        let texts = texts.map(|name| (name.to_owned(), Type::String));
        let number = ("checkpoint_id".to_owned(), Type::Number);
        Type::Object(texts.into_iter().chain([number]).collect())
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let path = text(&arguments)?;
        let parsed = parse(path).ok_or_else(|| {
            wrong(0, format!("{path:?} ends neither in savepoint-<job>-<random> nor in <job id>/chk-<number>."))
        })?;
        Ok(parsed.value())
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Parsed<'a> {
    directory: &'a str,
    name: &'a str,
    job_id: Option<&'a str>,
    job_id_prefix: &'a str,
    checkpoint: Option<i64>,
}

fn parse(path: &str) -> Option<Parsed<'_>> {
    let path = path.trim_end_matches('/');
    let path = path.strip_suffix("/_metadata").unwrap_or(path);
    let (directory, name) = path.rsplit_once('/')?;
    if let Some(number) = name.strip_prefix("chk-") {
        let job_id = directory.rsplit('/').next()?;
        let job_id_prefix = hexadecimal(job_id, 32)?.get(..6)?;
        let checkpoint = Some(number.parse().ok()?);
        return Some(Parsed { directory, name, job_id: Some(job_id), job_id_prefix, checkpoint });
    }
    let (prefix, random) = name.strip_prefix("savepoint-")?.split_once('-')?;
    hexadecimal(random, 12)?;
    let job_id_prefix = hexadecimal(prefix, 6)?;
    Some(Parsed { directory, name, job_id: None, job_id_prefix, checkpoint: None })
}

fn hexadecimal(text: &str, digits: usize) -> Option<&str> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(text)
}

impl Parsed<'_> {
    fn value(&self) -> Value {
        let kind = if self.checkpoint.is_some() { "checkpoint" } else { "savepoint" };
        let number = |number| Value::Number(Number::Integer(number));
        let members = [
            ("directory", Value::from(self.directory)),
            ("name", Value::from(self.name)),
            ("kind", Value::from(kind)),
            ("job_id", self.job_id.map_or(Value::Null, Value::from)),
            ("job_id_prefix", Value::from(self.job_id_prefix)),
            ("checkpoint_id", self.checkpoint.map_or(Value::Null, number)),
        ];
        let members = members.map(|(name, value)| (name.to_owned(), value));
        Value::Mapping(BTreeMap::from(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn savepoints_and_checkpoints_are_taken_apart_and_all_else_is_refused() {
        let savepoint = parse("s3://b/sp/savepoint-a1b2c3-0123456789ab/").expect("a savepoint");
        assert_eq!((savepoint.directory, savepoint.job_id_prefix), ("s3://b/sp", "a1b2c3"));
        let path = "file:/chk/0123456789abcdef0123456789abcdef/chk-42/_metadata";
        let checkpoint = parse(path).expect("a checkpoint");
        assert_eq!(checkpoint.checkpoint, Some(42));
        assert_eq!(checkpoint.job_id, Some("0123456789abcdef0123456789abcdef"));
        for wrong in [
            "",
            "s3://b/sp",
            "savepoint-a1b2c3-0123456789ab",
            "s3://b/x/chk-1",
            "s3://b/savepoint-xyz-1",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
