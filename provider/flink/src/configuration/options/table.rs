//! The table, read once.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{ConfigOption, Kind};
use crate::Version;

/// Read at the first question: the text is 73 KB, and most commands of Terraform never ask.
pub(super) static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("table.tsv")));

/// What took the place of an option whose new name Flink's classes do not tell; from the notes of
/// its releases.
const SUCCESSORS: [(&str, &str); 20] = [
    ("akka.watch.heartbeat.interval", "heartbeat.interval"),
    ("akka.watch.heartbeat.pause", "heartbeat.timeout"),
    ("cluster.evenly-spread-out-slots", "taskmanager.load-balance.mode"),
    ("jobmanager.heap.mb", "jobmanager.memory.process.size"),
    ("jobmanager.heap.size", "jobmanager.memory.process.size"),
    ("jobmanager.web.ssl.enabled", "security.ssl.rest.enabled"),
    ("pipeline.default-kryo-serializers", "pipeline.serialization-config"),
    ("pipeline.registered-kryo-types", "pipeline.serialization-config"),
    ("pipeline.registered-pojo-types", "pipeline.serialization-config"),
    ("security.ssl.enabled", "security.ssl.internal.enabled"),
    ("slotmanager.taskmanager-timeout", "resourcemanager.taskmanager-timeout"),
    ("sql-client.display.max-column-width", "table.display.max-column-width"),
    ("table.exec.shuffle-mode", "execution.batch-shuffle-mode"),
    ("taskmanager.heap.mb", "taskmanager.memory.process.size"),
    ("taskmanager.heap.size", "taskmanager.memory.process.size"),
    ("taskmanager.network.numberOfBuffers", "taskmanager.memory.network.min"),
    ("taskmanager.registration.initial-backoff", "cluster.registration.initial-timeout"),
    ("taskmanager.registration.max-backoff", "cluster.registration.max-timeout"),
    ("taskmanager.registration.refused-backoff", "cluster.registration.refused-registration-delay"),
    ("web.ssl.enabled", "security.ssl.rest.enabled"),
];

/// The replacement of a key that Flink itself does not tell.
pub(super) fn successor(key: &str) -> Option<&'static str> {
    SUCCESSORS.iter().find(|(old, _)| *old == key).map(|(_, new)| *new)
}

/// All options of all versions.
#[derive(Debug)]
pub(super) struct Table {
    /// The recorded versions, oldest first.
    pub(super) versions: Vec<Version>,
    /// Sorted by key; a key has several where versions differ.
    pub(super) rows: Vec<Row>,
    /// The rows that have a key as another spelling.
    spelled: HashMap<&'static str, Vec<usize>>,
    /// The rows whose key holds a name in angle brackets.
    patterns: Vec<usize>,
}

/// One option in the versions where it is the same.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) key: &'static str,
    versions: u32,
    is_obsolete: bool,
    kind: &'static str,
    default: Option<&'static str>,
    spellings: &'static str,
}

impl Table {
    fn read(text: &'static str) -> Self {
        let mut lines = text.lines();
        let names = lines.next().unwrap_or_default().split(' ');
        let versions = names.filter_map(|name| name.parse().ok()).collect();
        let mut rows: Vec<Row> = Vec::new();
        for line in lines {
            let above = rows.last().map_or("", |row| row.key);
            rows.extend(Row::read(line, above));
        }
        let mut spelled: HashMap<_, Vec<_>> = HashMap::new();
        for (at, row) in rows.iter().enumerate() {
            for (_, other) in row.spellings() {
                spelled.entry(other).or_default().push(at);
            }
        }
        let is_pattern = |(at, row): (usize, &Row)| row.key.contains('<').then_some(at);
        let patterns = rows.iter().enumerate().filter_map(is_pattern).collect();
        Self { versions, rows, spelled, patterns }
    }

    /// The rows with this current key.
    pub(super) fn named(&self, key: &str) -> &[Row] {
        let start = self.rows.partition_point(|row| row.key < key);
        let rest = self.rows.get(start..).unwrap_or_default();
        let length = rest.partition_point(|row| row.key == key);
        rest.get(..length).unwrap_or_default()
    }

    /// The rows with this key as another spelling.
    pub(super) fn spelled(&self, key: &str) -> impl Iterator<Item = &Row> {
        let places = self.spelled.get(key).map(Vec::as_slice).unwrap_or_default();
        places.iter().filter_map(|at| self.rows.get(*at))
    }

    /// The rows with a pattern that fits the key, the most exact first.
    pub(super) fn patterns(&self, key: &str) -> impl Iterator<Item = &Row> {
        let rows = self.patterns.iter().filter_map(|at| self.rows.get(*at));
        let mut fitting: Vec<_> = rows.filter(|row| fits(row.key, key)).collect();
        fitting.sort_by_key(|row| std::cmp::Reverse(exactness(row.key)));
        fitting.into_iter()
    }
}

/// How many characters of a pattern stand for themselves.
fn exactness(pattern: &str) -> usize {
    pattern.split('.').filter(|part| !part.starts_with('<')).map(str::len).sum()
}

/// Whether a key is made after a pattern. A name in the middle is one part of the key, one at the
/// end is any number of parts.
fn fits(pattern: &str, key: &str) -> bool {
    let mut parts = key.split('.');
    let mut pattern = pattern.split('.').peekable();
    while let Some(wanted) = pattern.next() {
        let Some(part) = parts.next() else { return false };
        let is_name = wanted.starts_with('<');
        if part.is_empty() || !is_name && part != wanted {
            return false;
        }
        if is_name && pattern.peek().is_none() {
            return true;
        }
    }
    parts.next().is_none()
}

impl Row {
    fn read(line: &'static str, above: &'static str) -> Option<Self> {
        let mut columns = line.split('\t');
        let key = columns.next().filter(|key| !key.is_empty()).unwrap_or(above);
        let versions = columns.next()?;
        Some(Self {
            key,
            versions: u32::from_str_radix(versions.trim_end_matches('!'), 16).ok()?,
            is_obsolete: versions.ends_with('!'),
            kind: columns.next()?,
            default: columns.next()?.strip_prefix('='),
            spellings: columns.next()?,
        })
    }

    pub(super) fn is_in(&self, bit: usize) -> bool {
        self.versions >> bit & 1 == 1
    }

    /// The other spellings in the order in which Flink asks for them, with whether they are
    /// deprecated.
    pub(super) fn spellings(&self) -> impl Iterator<Item = (bool, &'static str)> {
        let spellings = self.spellings.split(',').filter(|it| !it.is_empty());
        spellings.map(|it| match it.strip_prefix('-') {
            Some(key) => (true, key),
            None => (false, it.trim_start_matches('+')),
        })
    }

    pub(super) fn option(&self) -> ConfigOption {
        let of = |wanted: bool| {
            let all = self.spellings().filter(move |(is_deprecated, _)| *is_deprecated == wanted);
            all.map(|(_, key)| key).collect()
        };
        ConfigOption {
            key: self.key,
            kind: Kind::read(self.kind),
            default: self.default,
            deprecated: of(true),
            fallback: of(false),
            is_obsolete: self.is_obsolete,
        }
    }
}
