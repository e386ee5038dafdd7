//! Rules on texts, and on each text of a list or map.

use crate::{
    diagnostics::Diagnostics,
    path::Path,
    validate::{each_text, refuse},
    value::Value,
};

/// Each text is one of these.
pub fn one_of(allowed: &[&str], value: &Value, path: &Path, out: &mut Diagnostics) {
    let names = allowed.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    each_text(value, path, &mut |text, path| {
        if !allowed.contains(&text) {
            let hint = nearest(text, allowed);
            refuse(text, &format!("be one of {names}"), &hint, path, out);
        }
    });
}

/// A question for the allowed text that differs in case or in `-` and `_` alone.
fn nearest(text: &str, allowed: &[&str]) -> String {
    let plain = |text: &str| text.trim().to_lowercase().replace(['-', ' '], "_");
    match allowed.iter().find(|name| plain(name) == plain(text)) {
        Some(name) => format!("Did you mean {name:?}?"),
        None => format!("Example: {:?}.", allowed.first().unwrap_or(&"")),
    }
}

/// The text has a form, told by a predicate; `must` completes `"path" must …`.
///
/// For rules of one's own: wrap it in a function, and that is the validator.
pub fn matches(
    form: impl Fn(&str) -> bool,
    (must, allowed): (&str, &str),
    value: &Value,
    path: &Path,
    out: &mut Diagnostics,
) {
    each_text(value, path, &mut |text, path| {
        if !form(text) {
            refuse(text, must, allowed, path, out);
        }
    });
}

/// The text has a character that is not a space.
pub fn non_empty(value: &Value, path: &Path, out: &mut Diagnostics) {
    let told = ("not be empty", "Leave the attribute out to set nothing.");
    matches(|text| !text.trim().is_empty(), told, value, path, out);
}

/// 32 hexadecimal digits, as Flink's ids of jobs and tasks are.
pub fn hex_id(value: &Value, path: &Path, out: &mut Diagnostics) {
    let told = (
        "be an id of 32 hexadecimal digits",
        "Example: \"a1b2c3d4e5f60718293a4b5c6d7e8f90\", as Flink's web UI and `flink list` show it.",
    );
    let form = |text: &str| text.len() == 32 && text.bytes().all(|it| it.is_ascii_hexdigit());
    matches(form, told, value, path, out);
}

/// A name of Kubernetes and Flink: a DNS label of at most 45 characters.
///
/// Flink and Kubernetes add suffixes to it, and their names end at 63.
pub fn dns_label(value: &Value, path: &Path, out: &mut Diagnostics) {
    let inner = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
    let form = |text: &str| {
        text.len() <= 45
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && !text.ends_with('-')
            && text.bytes().all(inner)
    };
    let told = (
        "be a DNS label of at most 45 characters",
        "Allowed: lower-case letters, digits and \"-\", starting with a letter and not ending with \
         \"-\". Example: \"orders-eu\". Pulumi makes up a name with a random suffix where the \
         program sets none: set it there.",
    );
    matches(form, told, value, path, out);
}
