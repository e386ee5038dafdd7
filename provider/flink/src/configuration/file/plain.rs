//! `flink-conf.yaml`, which is not YAML: `key: value`, nothing quoted, `#` starts a comment.

use super::Reason;
use crate::configuration::Configuration;
use crate::configuration::value::trim;

/// The line of one option.
pub(super) fn line(key: &str, value: &str) -> Result<String, Reason> {
    if key.is_empty() || trim(key) != key || key.contains(": ") || key.contains(['#', '\n', '\r']) {
        return Err(Reason::Key);
    }
    if value.contains(['\n', '\r']) {
        return Err(Reason::Lines);
    }
    if value.contains('#') {
        return Err(Reason::Comment);
    }
    if value.is_empty() {
        return Err(Reason::Empty);
    }
    if trim(value) != value {
        return Err(Reason::Blanks);
    }
    Ok(format!("{key}: {value}\n"))
}

/// Every line that Flink understands.
pub(super) fn parse(text: &str) -> Configuration {
    text.lines().filter_map(entry).collect()
}

fn entry(line: &str) -> Option<(String, String)> {
    let line = line.split('#').next().unwrap_or_default();
    let (key, value) = trim(line).split_once(": ")?;
    let (key, value) = (trim(key), trim(value));
    (!key.is_empty() && !value.is_empty()).then(|| (key.to_owned(), value.to_owned()))
}
