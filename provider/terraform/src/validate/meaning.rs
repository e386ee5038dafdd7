//! Rules on texts that mean something: durations, sizes, places.

use crate::{
    diagnostics::Diagnostics,
    meaning::{parse_duration, parse_memory_size},
    path::Path,
    validate::matches,
    value::Value,
};

/// A duration, as Go or Flink write it.
pub fn duration(value: &Value, path: &Path, out: &mut Diagnostics) {
    let told = (
        "be a duration",
        "Allowed: numbers with units ns, us, ms, s, m or min, h, d. Examples: \"90s\", \"1h30m\", \
         \"10 min\".",
    );
    matches(|text| parse_duration(text).is_some(), told, value, path, out);
}

/// A memory size, as Flink writes it.
pub fn memory_size(value: &Value, path: &Path, out: &mut Diagnostics) {
    let told = (
        "be a memory size",
        "Allowed: a whole number with unit b, kb, mb, gb or tb (or k, m, g, t); units are powers of \
         1024. Examples: \"1600m\", \"1gb\".",
    );
    matches(|text| parse_memory_size(text).is_some(), told, value, path, out);
}

/// An absolute path, or a URI with a scheme, as Flink's file systems take it.
pub fn absolute_location(value: &Value, path: &Path, out: &mut Diagnostics) {
    let told = (
        "be an absolute path or a URI",
        "Examples: \"/var/flink/savepoints\", \"file:///var/flink/savepoints\", \
         \"s3://bucket/savepoints\".",
    );
    matches(|text| text.starts_with('/') || has_scheme(text), told, value, path, out);
}

/// Whether the text starts with `scheme:/`.
fn has_scheme(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let named = |it: char| it.is_ascii_alphanumeric() || matches!(it, '+' | '-' | '.');
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.chars().all(named)
        && rest.starts_with('/')
        && !rest.trim_matches('/').is_empty()
}

/// An address of a web server.
pub fn http_url(value: &Value, path: &Path, out: &mut Diagnostics) {
    let told = (
        "be an http or https URL",
        "Example: \"https://flink.example.com:8081\", or \"http://…\".",
    );
    let form = |text: &str| {
        let parsed = url::Url::parse(text);
        parsed.is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
    };
    matches(form, told, value, path, out);
}
