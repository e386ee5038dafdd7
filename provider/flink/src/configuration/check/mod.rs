//! What is wrong with a configuration, key by key.
//!
//! Not here: whether memory sizes add up ([`memory`](crate::memory)) and whether the file can carry
//! a value ([`file`](super::file)).

mod finding;
mod names;

use std::collections::BTreeMap;

pub use finding::{Finding, Problem, Severity};

use super::options::{self, ConfigOption, Options, Spelling};
use super::{Configuration, is_sensitive};
use crate::Version;

/// A key that the caller sets itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owned<'a> {
    /// The key; with a dot at its end, all keys below it.
    pub key: &'a str,
    /// What the user sets in its place, as a sentence.
    pub instead: &'a str,
}

/// All findings, sorted by key; at most one of a kind for a key.
///
/// `owned` are the keys that the caller sets itself. A value that holds `${` is not looked at: it is
/// completed from the environment of the container.
pub fn check(configuration: &Configuration, version: Version, owned: &[Owned<'_>]) -> Vec<Finding> {
    let options = options::of(version);
    let mut findings = Vec::new();
    for (key, value) in configuration {
        match reserved(key, owned) {
            Some(problem) => findings.push(Finding::new(key, problem)),
            None => findings.extend(one(&options, key, value, version)),
        }
    }
    findings.extend(spelled_twice(&options, configuration, version));
    findings.sort_by(|one, two| (&one.key, one.severity).cmp(&(&two.key, two.severity)));
    findings
}

/// Whether a key is not the user's to set.
fn reserved(key: &str, owned: &[Owned<'_>]) -> Option<Problem> {
    let is_meant =
        |it: &&Owned<'_>| key == it.key || it.key.ends_with('.') && key.starts_with(it.key);
    let is_internal = || key.starts_with("$internal").then_some(Problem::Internal);
    let owned = owned.iter().find(is_meant);
    owned.map(|owned| Problem::Owned { instead: owned.instead.to_owned() }).or_else(is_internal)
}

/// What is wrong with one entry in itself.
fn one(options: &Options, key: &str, value: &str, version: Version) -> Vec<Finding> {
    let Some((option, spelling)) = options.find(key) else {
        return not_an_option(options, key).map(|it| Finding::new(key, it)).into_iter().collect();
    };
    let name = match spelling {
        Spelling::Current if option.is_obsolete => {
            Some(Problem::Obsolete { instead: options.replacement(key) })
        }
        Spelling::Deprecated => Some(Problem::Deprecated { new: option.key }),
        Spelling::Current | Spelling::Fallback => None,
    };
    let is_wrong = !value.contains("${") && !option.kind.accepts(value, version);
    let kind = is_wrong.then(|| Problem::WrongType {
        value: (!is_sensitive(key)).then(|| value.to_owned()),
        accepts: option.kind,
        version,
    });
    name.into_iter().chain(kind).map(|problem| Finding::new(key, problem)).collect()
}

/// What a key is that names no option of the version; nothing where Flink takes free names.
fn not_an_option(options: &Options, key: &str) -> Option<Problem> {
    if is_below_a_map(options, key) {
        return None;
    }
    let version = options.version();
    if let Some((last, new)) = options.removed(key) {
        return Some(Problem::Removed { last, version, new });
    }
    if let Some((since, old)) = options.added(key) {
        return Some(Problem::NotYet { since, version, old });
    }
    let is_free = names::is_free(key);
    let nearest = names::nearest(key, options.spellings(), if is_free { 2 } else { key.len() / 4 });
    (!is_free || nearest.is_some()).then_some(Problem::Unknown { nearest, version })
}

/// Whether a key is an entry of an option that takes a map, such as `kubernetes.jobmanager.labels.x`.
fn is_below_a_map(options: &Options, key: &str) -> bool {
    let ends = key.match_indices('.').map(|(at, _)| at);
    let parents = ends.filter_map(|end| options.get(key.get(..end)?));
    parents.into_iter().any(|option| option.kind == options::Kind::Map)
}

/// Options that are set under several of their spellings, with values that differ.
fn spelled_twice(options: &Options, all: &Configuration, version: Version) -> Vec<Finding> {
    let mut spellings: BTreeMap<&str, (ConfigOption, Vec<&str>)> = BTreeMap::new();
    for key in all.keys() {
        if let Some((option, Spelling::Current | Spelling::Deprecated)) = options.find(key) {
            spellings.entry(option.key).or_insert_with(|| (option, Vec::new())).1.push(key);
        }
    }
    let mut findings = Vec::new();
    for (option, keys) in spellings.into_values().filter(|(_, keys)| keys.len() > 1) {
        let Some((read, value)) = options.read(all, option.key) else { continue };
        for key in keys.into_iter().filter(|key| *key != read) {
            let other = all.get(key).map_or("", String::as_str);
            if !option.kind.same(value, other, version) {
                let problem = Problem::SpelledTwice { read: read.to_owned(), of: option.key };
                findings.push(Finding::new(key, problem));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests;
