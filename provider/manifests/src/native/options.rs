//! Options of a configuration, read as Flink reads them.

use std::cell::RefCell;
use std::collections::BTreeMap;

use flink::Version;
use flink::configuration::options::Options;
use flink::configuration::{Configuration, options, value};

use crate::Invalid;

/// Reads options and collects what cannot be read, so that all of it is told at once.
pub(super) struct Reader<'a> {
    configuration: &'a Configuration,
    version: Version,
    options: Options,
    problems: RefCell<Vec<Invalid>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(configuration: &'a Configuration, version: Version) -> Self {
        let problems = RefCell::new(Vec::new());
        Self { configuration, version, options: options::of(version), problems }
    }

    /// What was found wrong so far.
    pub(super) fn into_problems(self) -> Vec<Invalid> {
        self.problems.into_inner()
    }

    /// Notes that an option is wrong, under the key that the user wrote.
    pub(super) fn refuse(&self, key: &str, text: impl Into<String>) {
        let written = self.entry(key).map_or(key, |(_, written)| written);
        self.problems.borrow_mut().push(Invalid::at(&["flink_configuration", written], text));
    }

    /// The value of an option under its current or an older spelling.
    pub(super) fn get(&self, key: &str) -> Option<&'a str> {
        self.entry(key).map(|(value, _)| value)
    }

    /// The value, and the key that it stands under.
    fn entry(&self, key: &str) -> Option<(&'a str, &'a str)> {
        self.options.read(self.configuration, key).map(|(written, value)| (value, written))
    }

    /// The same, without what is blank.
    pub(super) fn filled(&self, key: &str) -> Option<&'a str> {
        self.get(key).filter(|text| !text.trim().is_empty())
    }

    pub(super) fn text(&self, key: &str, default: &str) -> String {
        self.get(key).unwrap_or(default).to_owned()
    }

    /// A number, or the default where there is none or it is wrong.
    pub(super) fn double(&self, key: &str, default: f64) -> f64 {
        self.parsed(key, value::double, "a number such as 1.5").unwrap_or(default)
    }

    pub(super) fn int(&self, key: &str, default: i32) -> i32 {
        self.parsed(key, value::int, "a whole number").unwrap_or(default)
    }

    pub(super) fn boolean(&self, key: &str, default: bool) -> bool {
        self.parsed(key, value::boolean, "true or false").unwrap_or(default)
    }

    pub(super) fn list(&self, key: &str) -> Vec<String> {
        let parse = |text: &str| value::list(text, self.version);
        self.parsed(key, parse, "a list such as a;b").unwrap_or_default()
    }

    pub(super) fn map(&self, key: &str) -> BTreeMap<String, String> {
        let parse = |text: &str| value::map(text, self.version);
        self.parsed(key, parse, "a map such as a:1,b:2").unwrap_or_default()
    }

    pub(super) fn maps(&self, key: &str) -> Vec<BTreeMap<String, String>> {
        let parse = |text: &str| value::maps(text, self.version);
        self.parsed(key, parse, "a list of maps such as a:1,b:2;a:3").unwrap_or_default()
    }

    /// A port; Flink's client takes no range here.
    pub(super) fn port(&self, key: &str, default: u16) -> u16 {
        let parse = |text: &str| text.trim().parse::<u16>().ok();
        self.parsed(key, parse, "one port, not a range: Kubernetes has to know it beforehand")
            .unwrap_or(default)
    }

    /// One of several words, whatever their case.
    pub(super) fn choice(
        &self,
        key: &str,
        words: &[&'static str],
        default: &'static str,
    ) -> &'static str {
        let parse =
            |text: &str| words.iter().copied().find(|word| word.eq_ignore_ascii_case(text.trim()));
        self.parsed(key, parse, &format!("one of {}", words.join(", "))).unwrap_or(default)
    }

    /// Every option below a prefix, the prefix cut off.
    pub(super) fn below(&self, prefix: &str) -> BTreeMap<String, String> {
        let entries = self.configuration.iter();
        entries
            .filter_map(|(key, value)| Some((key.strip_prefix(prefix)?, value)))
            .filter(|(name, _)| !name.is_empty())
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect()
    }

    fn parsed<T>(&self, key: &str, parse: impl Fn(&str) -> Option<T>, shape: &str) -> Option<T> {
        let text = self.get(key)?;
        let value = parse(text);
        if value.is_none() {
            self.refuse(key, format!("{key} is {shape}, and {text:?} is not."));
        }
        value
    }
}
