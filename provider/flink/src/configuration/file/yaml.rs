//! `config.yaml`: YAML 1.2.

use std::fmt::Write;

use saphyr::Yaml;

use super::Reason;
use crate::configuration::{Configuration, yaml};

/// The one option that a shell script looks for, by its bare key.
const JAVA_HOME: &str = "env.java.home";

/// The line of one option: two JSON strings, which are YAML too.
pub(super) fn line(key: &str, value: &str) -> Result<String, Reason> {
    if key.is_empty() {
        return Err(Reason::Key);
    }
    if key != JAVA_HOME {
        return Ok(format!("{}: {}\n", quoted(key), quoted(value)));
    }
    let is_plain =
        |it: char| it.is_ascii_alphanumeric() || matches!(it, '/' | '.' | '_' | '-' | '+');
    if value.starts_with('/') && value.chars().all(is_plain) {
        Ok(format!("{key}: {value}\n"))
    } else {
        Err(Reason::NotAPlainPath)
    }
}

/// A JSON string without the characters that YAML does not take as they are.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    for it in serde_json::Value::from(text).to_string().chars() {
        match it {
            '\u{7f}'..='\u{9f}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}' => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(it));
            }
            _ => quoted.push(it),
        }
    }
    quoted
}

/// Every option, with nested keys joined by dots; of one that is written twice the last counts.
pub(super) fn parse(text: &str) -> Result<Configuration, String> {
    let mut configuration = Configuration::new();
    match yaml::document(text)? {
        None => {}
        Some(document @ Yaml::Mapping(_)) => flatten("", &document, &mut configuration)?,
        Some(_) => return Err("it is no map of options".to_owned()),
    }
    Ok(configuration)
}

fn flatten(prefix: &str, yaml: &Yaml<'_>, into: &mut Configuration) -> Result<(), String> {
    let members = yaml.as_mapping().into_iter().flatten();
    for (key, value) in members {
        let key = key.as_str().ok_or_else(|| format!("a key below {prefix:?} is no string"))?;
        let key = format!("{prefix}{key}");
        if value.is_mapping() {
            flatten(&format!("{key}."), value, into)?;
        } else {
            let value = yaml::text(value)
                .ok_or_else(|| format!("{key:?} has no value that Flink could read"))?;
            into.insert(key, value);
        }
    }
    Ok(())
}
