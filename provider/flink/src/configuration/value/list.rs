//! Lists and maps: YAML since Flink 1.19, with the older `a;b` and `a:1,b:2` behind it.

use std::collections::BTreeMap;

use crate::Version;
use crate::configuration::yaml;

/// A map with keys in order.
type Map = BTreeMap<String, String>;

/// Whether a version first tries to read a list or map as YAML.
fn reads_yaml(version: Version) -> bool {
    version >= Version::new(1, 19, 0)
}

/// The elements of a list: `a;b`, quoted where needed (`'a;b';c`), or a YAML list (`[a, b]`).
pub fn list(text: &str, version: Version) -> Option<Vec<String>> {
    let parsed = if reads_yaml(version) { yaml::list(text) } else { None };
    parsed.or_else(|| split(text, ';'))
}

/// The entries of a map: `a:1,b:2`, quoted where needed (`a:'x:y'`), or a YAML map (`{a: 1}`).
pub fn map(text: &str, version: Version) -> Option<Map> {
    let parsed = if reads_yaml(version) { yaml::map(text) } else { None };
    parsed.or_else(|| entries(text))
}

/// The elements of a list of maps, such as tolerations: `key:a,effect:b;key:c`.
pub fn maps(text: &str, version: Version) -> Option<Vec<Map>> {
    let parsed = if reads_yaml(version) { yaml::maps(text) } else { None };
    // Flink 1.19 and 1.20 looked for YAML in the whole alone.
    let element = |text: &String| {
        if version < Version::new(2, 0, 0) { entries(text) } else { map(text, version) }
    };
    parsed.or_else(|| split(text, ';')?.iter().map(element).collect())
}

fn entries(text: &str) -> Option<Map> {
    let mut map = Map::new();
    for entry in split(text, ',')? {
        let [key, value] = <[String; 2]>::try_from(split(&entry, ':')?).ok()?;
        if map.insert(key, value).is_some() {
            return None;
        }
    }
    Some(map)
}

/// A list that every version reads: `a;'b;c'`.
pub fn write_list(elements: &[String]) -> String {
    let quoted: Vec<_> = elements.iter().map(|element| quote(element, ';')).collect();
    quoted.join(";")
}

/// A map that every version reads: `a:1,b:'x:y'`; an entry as a whole is quoted once more where it
/// holds a comma.
pub fn write_map(map: &Map) -> String {
    let entry = |(key, value): (&String, &String)| {
        quote(&format!("{}:{}", quote(key, ':'), quote(value, ':')), ',')
    };
    map.iter().map(entry).collect::<Vec<_>>().join(",")
}

/// What a YAML list, map, tag or alias starts with.
const YAML_INDICATORS: [char; 11] = ['[', '{', '-', '?', '&', '!', '*', '|', '>', '%', '@'];

/// A text as one element between delimiters.
fn quote(text: &str, delimiter: char) -> String {
    let is_plain = !text.is_empty()
        && !text.starts_with(YAML_INDICATORS)
        && !text.contains([delimiter, '\'', '"'])
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with(char::is_whitespace);
    if is_plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}

/// One piece of a text that is taken apart.
enum Token {
    Delimiter,
    Quoted(String),
    Plain(String),
}

/// A text taken apart as `StructuredOptionsSplitter` does it. An element may be in single or double
/// quotes, where the quote itself is doubled; blanks around elements do not count.
fn split(text: &str, delimiter: char) -> Option<Vec<String>> {
    let tokens = tokens(text, delimiter)?;
    let mut elements = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let next = tokens.get(at + 1);
        match token {
            Token::Quoted(_) if !matches!(next, None | Some(Token::Delimiter)) => return None,
            Token::Quoted(element) | Token::Plain(element) => elements.push(element.clone()),
            Token::Delimiter if matches!(next, Some(Token::Delimiter)) => {
                elements.push(String::new());
            }
            Token::Delimiter => {}
        }
    }
    Some(elements)
}

fn tokens(text: &str, delimiter: char) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first == '\'' || first == '"' {
            let (element, after) = quoted(rest.get(1..)?, first)?;
            tokens.push(Token::Quoted(element));
            rest = after;
        } else if first == delimiter {
            tokens.push(Token::Delimiter);
            rest = rest.get(first.len_utf8()..)?;
        } else if first.is_whitespace() {
            rest = rest.get(first.len_utf8()..)?;
        } else {
            let (element, after) = rest.split_at(rest.find(delimiter).unwrap_or(rest.len()));
            tokens.push(Token::Plain(super::trim(element).to_owned()));
            rest = after;
        }
    }
    Some(tokens)
}

/// The element behind an opening quote, and what follows its closing one.
fn quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut element = String::new();
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once(quote)?;
        element.push_str(before);
        match after.strip_prefix(quote) {
            Some(after) => {
                element.push(quote);
                rest = after;
            }
            None => return Some((element, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{list, map, write_list, write_map};
    use crate::Version;

    #[test]
    fn what_is_written_is_read_again_by_every_version() {
        let nasty = ["a", "a;b", "it's", "\"q\"", "", " b ", "[x]", "a: b", "x,y:z", "{", "- l"];
        let nasty = nasty.map(str::to_owned);
        for version in [Version::new(1, 18, 1), Version::new(1, 19, 0), Version::new(2, 3, 0)] {
            let text = write_list(&nasty);
            assert_eq!(list(&text, version).as_deref(), Some(&nasty[..]), "{text}");
            for element in &nasty {
                let alone = std::slice::from_ref(element);
                let text = write_list(alone);
                assert_eq!(list(&text, version).as_deref(), Some(alone), "{text}");
            }
            let keys = nasty.clone().into_iter().enumerate();
            let entries = keys.map(|(at, value)| (format!("k{at}.{value}"), value)).collect();
            let text = write_map(&entries);
            assert_eq!(map(&text, version).as_ref(), Some(&entries), "{text}");
        }
    }
}
