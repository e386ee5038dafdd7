//! Places of files, as Flink's file systems name them.

use crate::{meaning::by_reading, value::Value};

/// `file:/x` = `file:///x` = `file:///x/`.
pub fn path(one: &Value, two: &Value) -> bool {
    by_reading(one, two, |text| Some(normal_location(text)))
}

/// The form in which Flink's file systems compare places: `file:/x` for local files, no slash
/// at the end, no two slashes in a row.
pub fn normal_location(text: &str) -> String {
    let (scheme, rest) = match text.split_once(':') {
        Some((scheme, rest)) if rest.starts_with('/') => (scheme, rest),
        Some(_) | None => ("", text),
    };
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) if !scheme.is_empty() => rest.split_at(rest.find('/').unwrap_or(rest.len())),
        Some(_) | None => ("", rest),
    };
    let scheme = scheme.to_ascii_lowercase();
    let start = match (scheme.as_str(), authority) {
        ("", _) => String::new(),
        ("file", "localhost") | (_, "") => format!("{scheme}:"),
        (_, authority) => format!("{scheme}://{authority}"),
    };
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let root = if path.starts_with('/') { "/" } else { "" };
    let end = if parts.is_empty() && !authority.is_empty() { "" } else { root };
    format!("{start}{end}{}", parts.join("/"))
}
