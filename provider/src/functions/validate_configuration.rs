//! `provider::flink::validate_configuration`.

use std::collections::BTreeMap;

use lifecycle::flink::{
    Version,
    configuration::{self, Configuration, Finding, Severity, defaults},
    memory,
};
use terraform::{
    resource::{Function, FunctionError, Parameter},
    value::{Type, Value},
};

use super::version;

/// What is wrong with a configuration.
#[derive(Clone, Copy, Debug, Default)]
pub struct ValidateConfiguration;

impl Function for ValidateConfiguration {
    const NAME: &'static str = "validate_configuration";
    const SUMMARY: &'static str = "What is wrong with a configuration of Flink";
    const DESCRIPTION: &'static str = "Checks options against all that a Flink version has, 1.18 to 2.3, and reads their values as that version does. Returns a list of objects `key`, `severity` and `text`, empty when all is well. `error`: the value cannot be read, an option is set under two of its names with two values, or the memory does not add up. `warning`: Flink would ignore the option, since it does not know it (with the most similar name), no longer has it (with the new name) or does not have it yet. `hint`: it has a newer name. A value with `${` is not read, for it is completed in the container.";

    fn parameters() -> Vec<Parameter> {
        vec![super::CONFIGURATION.parameter(), super::FLINK_VERSION.parameter()]
    }

    fn returns() -> Type {
        let texts = ["key", "severity", "text"].map(|name| (name.to_owned(), Type::String));
        Type::List(Box::new(Type::Object(texts.into_iter().collect())))
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let configuration = super::configuration(&arguments)?;
        let version = version(&arguments)?;
        let findings = configuration::check(&configuration, version, &[]);
        let sums = memory_sums(&configuration, version, &findings);
        let findings = findings
            .iter()
            .map(|finding| object(&finding.key, severity(finding.severity), &finding.to_string()));
        let sums = sums.iter().map(|(key, text)| object(key, "error", text));
        Ok(Value::Sequence(findings.chain(sums).collect()))
    }
}

/// Where the memory does not add up; a value that cannot be read is a finding of its own, and one
/// that the container completes is not known.
fn memory_sums(
    configuration: &Configuration,
    version: Version,
    findings: &[Finding],
) -> Vec<(String, String)> {
    let mut complete = configuration.clone();
    defaults::complete(&mut complete, version);
    let errors = [
        memory::job_manager(&complete, version).err(),
        memory::task_manager(&complete, version).err(),
    ];
    let is_told = |error: &memory::Error| {
        let keys = error.keys();
        let is_known = |key: &&str| {
            let is_open = configuration.get(*key).is_some_and(|value| value.contains("${"));
            is_open || findings.iter().any(|it| it.key == *key && it.severity == Severity::Error)
        };
        keys.iter().any(is_known)
    };
    let untold = errors.into_iter().flatten().filter(|error| !is_told(error));
    untold
        .map(|error| {
            let key = error.keys().first().copied().unwrap_or_default().to_owned();
            (key, error.to_string())
        })
        .collect()
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "hint",
    }
}

fn object(key: &str, severity: &str, text: &str) -> Value {
    let members = [("key", key), ("severity", severity), ("text", text)];
    let members = members.map(|(name, text)| (name.to_owned(), Value::from(text)));
    Value::Mapping(BTreeMap::from(members))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(pairs: &[(&str, &str)], version: &str) -> Vec<String> {
        let pair = |(key, value): &(&str, &str)| ((*key).to_owned(), Value::from(*value));
        let configuration = Value::Mapping(pairs.iter().map(pair).collect());
        let findings = ValidateConfiguration.call(vec![configuration, Value::from(version)]);
        let Ok(Value::Sequence(findings)) = findings else { panic!("{findings:?}") };
        let text = |finding: &Value| {
            let Value::Mapping(members) = finding else { panic!("{finding:?}") };
            let [Value::String(key), Value::String(severity)] =
                [&members["key"], &members["severity"]]
            else {
                panic!("{members:?}")
            };
            format!("{severity} {key}")
        };
        findings.iter().map(text).collect()
    }

    #[test]
    fn findings_are_told_by_version_and_memory_with_them() {
        let options = [
            ("parallelism.default", "two"),
            ("state.backend.incremnetal", "true"),
            ("state.checkpoints.dir", "file:/c"),
            ("taskmanager.memory.process.size", "500m"),
        ];
        assert_eq!(
            told(&options, "1.20.5"),
            [
                "error parallelism.default",
                "warning state.backend.incremnetal",
                "hint state.checkpoints.dir",
                "error taskmanager.memory.process.size",
            ]
        );
        assert_eq!(told(&[("parallelism.default", "2")], "2.0"), Vec::<String>::new());
    }

    #[test]
    fn a_size_that_cannot_be_read_is_told_once_and_one_of_the_container_not_at_all() {
        let key = "taskmanager.memory.process.size";
        assert_eq!(told(&[(key, "1.5g")], "2.3.0"), [format!("error {key}")]);
        assert_eq!(told(&[(key, "${SIZE}")], "2.3.0"), Vec::<String>::new());
    }
}
