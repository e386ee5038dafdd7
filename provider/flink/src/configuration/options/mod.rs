//! Every option of every version: key, other spellings, what it takes, default.
//!
//! The table is generated from Flink's own classes by `tools/flink-options/generate`, which says
//! how to read it and how to add a version.

mod kind;
mod table;

use std::collections::BTreeSet;

pub use kind::Kind;
use table::{Row, TABLE};

use super::Configuration;
use crate::Version;

/// The options of one version.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The place of the version in the table.
    bit: usize,
    asked: Version,
}

/// One option in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigOption {
    /// The current spelling. It may hold names in angle brackets that stand for any text, such as
    /// `metrics.reporter.<name>.interval`.
    pub key: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Its default, as Java prints it.
    pub default: Option<&'static str>,
    /// Older spellings that are still read, where the current one is not set.
    pub deprecated: Vec<&'static str>,
    /// Other options that are read, in order, where this one is not set.
    pub fallback: Vec<&'static str>,
    /// Whether Flink marks it as deprecated in itself, without a newer spelling.
    pub is_obsolete: bool,
}

/// How a key names an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// By its current key.
    Current,
    /// By an older key.
    Deprecated,
    /// By a key that counts for several options.
    Fallback,
}

/// The options of a version: of the recorded release of the same line, or of the nearest line
/// before it (the oldest recorded one for what is older).
pub fn of(version: Version) -> Options {
    let line = |it: &Version| (it.major, it.minor);
    let versions = &TABLE.versions;
    let same = versions.iter().position(|it| line(it) == line(&version));
    let before = || versions.iter().rposition(|it| line(it) < line(&version));
    Options { bit: same.or_else(before).unwrap_or(0), asked: version }
}

impl Options {
    /// The recorded version that answers.
    pub fn version(&self) -> Version {
        TABLE.versions.get(self.bit).copied().unwrap_or(self.asked)
    }

    /// Whether nothing is recorded of the version's line, so that a neighbour answers.
    pub fn is_nearest(&self) -> bool {
        let found = self.version();
        (found.major, found.minor) != (self.asked.major, self.asked.minor)
    }

    /// The option that a key names, by its current or an older spelling.
    pub fn get(&self, key: &str) -> Option<ConfigOption> {
        self.find(key).map(|(option, _)| option)
    }

    /// The option that a key names, and how.
    pub fn find(&self, key: &str) -> Option<(ConfigOption, Spelling)> {
        let current = self.current(key).map(|row| (row, Spelling::Current));
        let (row, spelling) = current.or_else(|| self.other(key)).or_else(|| {
            let row = TABLE.patterns(key).find(|row| row.is_in(self.bit))?;
            Some((row, Spelling::Current))
        })?;
        Some((row.option(), spelling))
    }

    /// Every option, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = ConfigOption> {
        let bit = self.bit;
        TABLE.rows.iter().filter(move |row| row.is_in(bit)).map(Row::option)
    }

    /// The keys of all options, the current ones alone.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> {
        let bit = self.bit;
        TABLE.rows.iter().filter(move |row| row.is_in(bit)).map(|row| row.key)
    }

    /// The keys of all options and their older spellings.
    pub fn spellings(&self) -> impl Iterator<Item = &'static str> {
        let bit = self.bit;
        let rows = TABLE.rows.iter().filter(move |row| row.is_in(bit));
        rows.flat_map(|row| [row.key].into_iter().chain(row.spellings().map(|(_, other)| other)))
    }

    /// The value of an option as Flink looks it up: under its key, or else under the first other
    /// spelling that is set. With it the key that it was found under.
    pub fn read<'a>(
        &self,
        configuration: &'a Configuration,
        key: &str,
    ) -> Option<(&'a str, &'a str)> {
        let entry = |key: &str| {
            let (key, value) = configuration.get_key_value(key)?;
            Some((key.as_str(), value.as_str()))
        };
        entry(key).or_else(|| self.current(key)?.spellings().find_map(|(_, other)| entry(other)))
    }

    /// The newest recorded version that knew a key, if this one does not and was after it; with the
    /// key that this version has for it.
    pub fn removed(&self, key: &str) -> Option<(Version, Option<&'static str>)> {
        let bit = (0..self.bit).rev().find(|bit| Self::at(*bit).find(key).is_some())?;
        let before = Self::at(bit);
        Some((before.version(), self.successor(key, before, &mut BTreeSet::new())))
    }

    /// The option that takes the place of an obsolete one.
    pub fn replacement(&self, obsolete: &str) -> Option<&'static str> {
        table::successor(obsolete).filter(|named| self.current(named).is_some())
    }

    /// The oldest recorded version that knows a key, if this one does not and is before it; with
    /// the older spelling that this version has for it.
    pub fn added(&self, key: &str) -> Option<(Version, Option<&'static str>)> {
        let bits = self.bit + 1..TABLE.versions.len();
        let after = bits.map(Self::at).find(|later| later.find(key).is_some())?;
        let old = after.find(key).and_then(|(option, _)| {
            let spellings = option.deprecated.iter().copied();
            spellings.chain([option.key]).find(|old| self.current(old).is_some())
        });
        Some((after.version(), old))
    }

    fn at(bit: usize) -> Self {
        Self { bit, asked: TABLE.versions.get(bit).copied().unwrap_or(Version::new(0, 0, 0)) }
    }

    fn current(&self, key: &str) -> Option<&'static Row> {
        TABLE.named(key).iter().find(|row| row.is_in(self.bit))
    }

    /// The option that has a key as its older spelling, or else as its fallback.
    fn other(&self, key: &str) -> Option<(&'static Row, Spelling)> {
        let rows = TABLE.spelled(key).filter(|row| row.is_in(self.bit));
        let found = rows.filter_map(|row| {
            let (is_deprecated, _) = row.spellings().find(|(_, other)| *other == key)?;
            Some((row, if is_deprecated { Spelling::Deprecated } else { Spelling::Fallback }))
        });
        found.min_by_key(|(_, spelling)| *spelling == Spelling::Fallback)
    }

    /// What this version has in place of a key that an earlier version had.
    fn successor(
        &self,
        key: &str,
        before: Self,
        seen: &mut BTreeSet<&'static str>,
    ) -> Option<&'static str> {
        if let Some(named) = self.replacement(key) {
            return Some(named);
        }
        let (option, _) = before.find(key)?;
        let newer = [option.key].into_iter().chain(before.newer(key));
        newer.filter(|newer| *newer != key).find_map(|newer| {
            if self.current(newer).is_some() {
                return Some(newer);
            }
            if seen.insert(newer) { self.successor(newer, before, seen) } else { None }
        })
    }

    /// The options that have a key as their older spelling.
    fn newer(&self, key: &str) -> impl Iterator<Item = &'static str> {
        TABLE.spelled(key).filter(|row| row.is_in(self.bit)).map(|row| row.key)
    }
}

#[cfg(test)]
mod tests;
