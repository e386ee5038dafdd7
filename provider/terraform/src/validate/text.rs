//! Rules on texts.

use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    path::Path,
    value::Value,
};

/// The text is one of these.
pub fn one_of(allowed: &[&str], value: &Value, path: &Path, out: &mut Diagnostics) {
    let Value::String(text) = value else { return };
    if allowed.contains(&text.as_str()) {
        return;
    }
    let names = allowed.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    let detail = format!("Given: {text:?}. Allowed: {names}.");
    out.push(
        Diagnostic::error(format!("\"{path}\" must be one of {names}"), detail).at(path.clone()),
    );
}

/// A name of Kubernetes and Flink: a DNS label of at most 45 characters.
///
/// Flink and Kubernetes add suffixes to it, and their names end at 63.
pub fn dns_label(value: &Value, path: &Path, out: &mut Diagnostics) {
    let Value::String(text) = value else { return };
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let fits = text.len() <= 45
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && !text.ends_with('-')
        && text.bytes().all(inner);
    if fits {
        return;
    }
    let detail = format!(
        "Given: {text:?}, {} characters. Allowed: at most 45 lower-case letters, digits and \"-\", \
         starting with a letter and not ending with \"-\". Example: \"orders-eu\". Pulumi makes up \
         a name with a random suffix where the program sets none: set it there too.",
        text.chars().count()
    );
    out.push(Diagnostic::error(format!("\"{path}\" must be a DNS label"), detail).at(path.clone()));
}
