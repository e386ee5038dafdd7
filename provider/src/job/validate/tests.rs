//! What each rule takes and what it refuses, and where it points.

use std::collections::BTreeMap;

use terraform::resource::Resource as _;

use super::*;
use crate::job::{Job, model::Upgrade};

type Rule = fn(&Value, &Path, &mut Diagnostics);

/// The details of what a rule finds wrong with a value.
fn wrong(rule: Rule, value: &Value) -> Vec<String> {
    let mut found = Diagnostics::new();
    rule(value, &Path::attribute("it"), &mut found);
    found.into_iter().map(|diagnostic| diagnostic.detail).collect()
}

#[test]
fn each_rule_takes_what_is_right_and_nothing_else() {
    let long = "x".repeat(256);
    let digits = "0aF9".repeat(16);
    let texts: &[(Rule, &str, bool)] = &[
        (job_name, "orders", true),
        (job_name, "Bestellungen / täglich", true),
        (job_name, " ", false),
        (job_name, "", false),
        (job_name, "two\nlines", false),
        (job_name, &long[..255], true),
        (job_name, &long, false),
        (rest_url, "https://flink.example.com:8081/path", true),
        (rest_url, "flink:8081", false),
        (rest_url, "ftp://flink:8081", false),
        (rest_url, "http://user@flink:8081", false),
        (rest_url, "http://flink:8081/?x=1", false),
        (rest_url, "http://flink:8081/#jobs", false),
        (sha256, &digits, true),
        (sha256, &digits[1..], false),
        (sha256, &digits.replace('F', "g"), false),
    ];
    for (rule, text, right) in texts {
        assert_eq!(wrong(*rule, &Value::from(*text)).is_empty(), *right, "{text:?}");
        assert!(wrong(*rule, &Value::unknown()).is_empty(), "what is unknown is checked later");
    }
    for (number, right) in [(0, false), (1, true), (32_768, true), (32_769, false), (-1, false)] {
        let number = Value::Number(Number::Integer(number));
        assert_eq!(wrong(parallelism, &number).is_empty(), right, "{number:?}");
    }
}

#[test]
fn a_password_in_an_address_is_not_repeated() {
    let found = wrong(rest_url, &Value::from("http://jane:hunter2@flink:8081"));
    assert_eq!(found.len(), 1);
    assert!(!found[0].contains("hunter2"), "{found:?}");
}

fn options(pairs: &[(&str, &str)]) -> Value {
    let pair = |(key, value): &(&str, &str)| ((*key).to_owned(), Value::from(*value));
    Value::Mapping(pairs.iter().map(pair).collect())
}

#[test]
fn options_are_the_same_in_another_spelling_only() {
    for (one, other, same) in [
        (&[("a", "60s")][..], &[("a", "1 min")][..], true),
        (&[("a", "1024m")], &[("a", "1g")], true),
        (&[("a", "x")], &[("a", "y")], false),
        (&[("a", "x")], &[("b", "x")], false),
        (&[("a", "x")], &[("a", "x"), ("b", "y")], false),
        (&[], &[], true),
    ] {
        assert_eq!(same_options(&options(one), &options(other)), same, "{one:?} {other:?}");
    }
}

fn text(text: &str) -> Attr<String> {
    Attr::Known(text.to_owned())
}

fn valid() -> JobModel {
    JobModel {
        name: text("orders"),
        jar: Attr::Known(Jar { path: text("orders.jar"), ..Jar::default() }),
        ..JobModel::default()
    }
}

fn restoring(from: Attr<String>, path: Attr<String>) -> JobModel {
    let restore = Attr::Known(Restore { from, path, ..Restore::default() });
    JobModel { restore, ..valid() }
}

fn draining(mode: &str) -> JobModel {
    let upgrade = Attr::Known(Upgrade { drain: Attr::Known(true), ..Upgrade::default() });
    JobModel { upgrade, upgrade_mode: text(mode), ..valid() }
}

fn with_option(key: &str) -> JobModel {
    let options = BTreeMap::from([(key.to_owned(), "x".to_owned())]);
    JobModel { flink_configuration: Attr::Known(options), ..valid() }
}

fn from_jar(path: Attr<String>, uri: Attr<String>) -> JobModel {
    JobModel { jar: Attr::Known(Jar { path, uri, ..Jar::default() }), ..valid() }
}

#[test]
fn what_contradicts_itself_is_refused_at_the_attribute() {
    let stateless = |prevent| JobModel {
        upgrade_mode: text("stateless"),
        prevent_state_loss: Attr::Known(prevent),
        ..valid()
    };
    for (config, expected) in vec![
        (valid(), None),
        (from_jar(Attr::Null, Attr::Null), Some("jar")),
        (from_jar(text("a.jar"), text("https://x/a.jar")), Some("jar")),
        (from_jar(Attr::Unknown, Attr::Null), None),
        (from_jar(Attr::Null, Attr::Unknown), None),
        (restoring(text("savepoint"), Attr::Null), Some("restore")),
        (restoring(text("savepoint"), text("s3://b/sp")), None),
        (restoring(text("savepoint"), Attr::Unknown), None),
        (restoring(text("latest"), text("s3://b/sp")), Some("restore")),
        (restoring(text("none"), text("s3://b/sp")), Some("restore")),
        (restoring(Attr::Null, text("s3://b/sp")), Some("restore")),
        (restoring(Attr::Unknown, text("s3://b/sp")), None),
        (restoring(Attr::Null, Attr::Null), None),
        (draining("savepoint"), None),
        (draining("last_state"), Some("upgrade")),
        (draining("stateless"), Some("upgrade")),
        (stateless(true), Some("upgrade_mode")),
        (stateless(false), None),
        (with_option("pipeline.name"), Some("flink_configuration")),
        (with_option("execution.savepoint.path"), Some("flink_configuration")),
        (with_option("pipeline.object-reuse"), None),
    ] {
        let found: Vec<_> = job(&config).into_iter().collect();
        let paths: Vec<_> = found.iter().map(|one| one.path.first_attribute()).collect();
        assert_eq!(paths, expected.map(Some).into_iter().collect::<Vec<_>>(), "{found:?}");
    }
}

#[test]
fn the_resource_validates_by_these_rules() {
    let found = Job::default().validate(&from_jar(Attr::Null, Attr::Null));
    assert!(found.has_error());
}
