//! Objects as YAML, the way a person writes it.

use serde_json::{Map, Value};

use crate::Object;

/// The objects as one YAML stream, for review and for `kubectl apply -f -`.
///
/// # Guarantees
/// The same objects give the same bytes; a YAML 1.1 reader (as kubectl's) and
/// a YAML 1.2 reader read the same values.
pub fn yaml(objects: &[Object]) -> String {
    let mut text = String::new();
    for object in objects {
        text.push_str("---\n");
        if let Value::Object(body) = &object.body {
            entries(body, 0, &mut text);
        }
    }
    text
}

/// The entries of a map, each on a line of its own.
fn entries(map: &Map<String, Value>, indent: usize, text: &mut String) {
    for (key, value) in map {
        spaces(indent, text);
        text.push_str(&scalar(key));
        text.push(':');
        after_key(value, indent, text);
    }
}

/// What follows the colon of a key, to the end of the last line.
fn after_key(value: &Value, indent: usize, text: &mut String) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            text.push('\n');
            entries(map, indent + 2, text);
        }
        Value::Array(list) if !list.is_empty() => {
            text.push('\n');
            items(list, indent, text);
        }
        Value::String(string) if fits_a_block(string) => {
            text.push(' ');
            block(string, indent + 2, text);
        }
        Value::Object(_)
        | Value::Array(_)
        | Value::String(_)
        | Value::Null
        | Value::Bool(_)
        | Value::Number(_) => {
            text.push(' ');
            text.push_str(&inline(value));
            text.push('\n');
        }
    }
}

/// The items of a list, a map's first entry on the line of its hyphen.
fn items(list: &[Value], indent: usize, text: &mut String) {
    for item in list {
        spaces(indent, text);
        text.push('-');
        match item {
            Value::Object(map) if !map.is_empty() => {
                let mut inner = String::new();
                entries(map, indent + 2, &mut inner);
                text.push(' ');
                text.push_str(inner.trim_start_matches(' '));
            }
            Value::Array(list) if !list.is_empty() => {
                text.push('\n');
                items(list, indent + 2, text);
            }
            Value::String(string) if fits_a_block(string) => {
                text.push(' ');
                block(string, indent + 2, text);
            }
            Value::Object(_)
            | Value::Array(_)
            | Value::String(_)
            | Value::Null
            | Value::Bool(_)
            | Value::Number(_) => {
                text.push(' ');
                text.push_str(&inline(item));
                text.push('\n');
            }
        }
    }
}

/// A value that needs no lines of its own: JSON is YAML.
fn inline(value: &Value) -> String {
    match value {
        Value::String(string) => scalar(string),
        Value::Object(_) | Value::Array(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {
            value.to_string()
        }
    }
}

/// A string without quotes where no reader takes it for something else.
fn scalar(string: &str) -> String {
    if is_plain(string) { string.to_owned() } else { Value::from(string).to_string() }
}

/// Starts with a letter or a slash, has no character with a meaning, and is no
/// word that YAML 1.1 reads as a boolean or as nothing.
fn is_plain(string: &str) -> bool {
    const WORDS: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    let starts_well = string.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '_');
    let is_harmless = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '.');
    starts_well
        && string.chars().all(is_harmless)
        && !WORDS.contains(&string.to_ascii_lowercase().as_str())
}

/// Whether a text of several lines can stand as it is.
fn fits_a_block(string: &str) -> bool {
    let is_readable = |c: char| c == '\n' || c == '\t' || !(c.is_control() || is_special(c));
    string.contains('\n')
        && !string.starts_with([' ', '\t', '\n'])
        && !string.lines().any(|line| line.starts_with('\t'))
        && string.chars().all(is_readable)
}

/// Line breaks of Unicode, and what YAML does not allow as it is.
const fn is_special(c: char) -> bool {
    matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// A literal block; the sign behind the bar says what the last line break is.
fn block(string: &str, indent: usize, text: &mut String) {
    let body = string.trim_end_matches('\n');
    let breaks = string.len() - body.len();
    text.push_str(match breaks {
        0 => "|-\n",
        1 => "|\n",
        _ => "|+\n",
    });
    for line in body.lines() {
        if !line.is_empty() {
            spaces(indent, text);
            text.push_str(line);
        }
        text.push('\n');
    }
    text.extend(std::iter::repeat_n('\n', breaks.saturating_sub(1)));
}

fn spaces(count: usize, text: &mut String) {
    text.extend(std::iter::repeat_n(' ', count));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::template::parse_fragment;

    fn object(body: Value) -> Object {
        let (api_version, kind) = ("v1", "ConfigMap");
        Object { api_version, kind, namespace: "n".to_owned(), name: "m".to_owned(), body }
    }

    #[test]
    fn reads_back_as_it_was() {
        let texts = [
            "",
            "yes",
            "No",
            "on",
            "~",
            "null",
            "1",
            "1.5",
            "0x1f",
            "1e3",
            "1_000",
            "12:30",
            "2001-01-01",
            "a b",
            "a: b",
            "- a",
            "#c",
            "a #c",
            "'q'",
            "\"q\"",
            "\\n",
            "*a",
            "&a",
            "!a",
            "%a",
            "@a",
            "`a`",
            "|",
            ">",
            "{a}",
            "[a]",
            "é",
            " lead",
            "trail ",
            "two\nlines",
            "two\nlines\n",
            "many\n\n\n",
            "\nfirst empty",
            "  indented\nx",
            "x\n\ty\n",
            "x\n  y\n\n z",
            "cr\r\nlf",
            "tab\tin\nlines",
            "\u{85}\n",
            "a\n#b\n---\n...\n",
            "${A}",
            "/x/y-z_1.2",
            "-x",
        ];
        let bodies = [
            json!({ "data": texts.iter().map(|text| (text.to_string(), json!(text))).collect::<Map<_, _>>() }),
            json!({ "list": texts.to_vec(), "n": [1, true, null, {}, [], [[1, "a\nb"], { "a": { "b": [] }, "c": "x\ny\n" }]] }),
        ];
        for body in bodies {
            let text = yaml(&[object(body.clone())]);
            assert_eq!(parse_fragment(&text), Ok(body), "{text}");
        }
    }
}
