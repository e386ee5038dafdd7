//! The file that carries a configuration: `flink-conf.yaml` up to Flink 1.18, `config.yaml` after.
//!
//! Both are written flat, one key a line, sorted, so that the same configuration is the same bytes.
//! Flink reads flat keys in `config.yaml` as it reads nested ones, and only flat a key may be the
//! beginning of another one (`high-availability` and `high-availability.storageDir`).

mod plain;
mod yaml;

use super::Configuration;
use crate::Version;

/// The file of Flink 1.18 and older.
pub const FLINK_CONF: &str = "flink-conf.yaml";

/// The file of Flink 1.19 and newer.
pub const CONFIG: &str = "config.yaml";

/// An option that the file cannot carry as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file} cannot carry the option {key:?}: {reason}")]
pub struct NotRenderable {
    /// The option.
    pub key: String,
    /// The file.
    pub file: &'static str,
    /// Why not.
    pub reason: Reason,
}

/// Why a file cannot carry an option. The value is never told: it may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// `#` starts a comment wherever it stands.
    #[error(
        "its value holds '#', which starts a comment there; Flink 1.19 and newer have a file \
         without this limit"
    )]
    Comment,
    /// A line is one option.
    #[error("its value has several lines; Flink 1.19 and newer have a file without this limit")]
    Lines,
    /// Blanks at the ends are cut off.
    #[error(
        "its value starts or ends with a blank, which Flink would cut off; Flink 1.19 and newer \
         have a file without this limit"
    )]
    Blanks,
    /// An empty value counts as none.
    #[error("its value is empty, which that file reads as not set: leave it out")]
    Empty,
    /// The key would be read as another one.
    #[error("its name is empty, or holds ': ', '#', a line break or a blank at an end")]
    Key,
    /// `env.java.home` is read by a shell script that understands no quotes.
    #[error("a shell script of Flink reads it, which takes a plain absolute path only")]
    NotAPlainPath,
}

/// A text that is no configuration file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file} is not a configuration of Flink: {reason}")]
pub struct NotReadable {
    /// The file's name.
    pub file: String,
    /// What is wrong, with the place.
    pub reason: String,
}

/// The name of a version's file.
pub fn name(version: Version) -> &'static str {
    if version < Version::new(1, 19, 0) { FLINK_CONF } else { CONFIG }
}

/// The file of a version, sorted by key.
///
/// # Errors
/// Every option that the file cannot carry.
pub fn render(
    configuration: &Configuration,
    version: Version,
) -> Result<String, Vec<NotRenderable>> {
    let file = name(version);
    let line = if file == FLINK_CONF { plain::line } else { yaml::line };
    let mut text = String::new();
    let mut failures = Vec::new();
    for (key, value) in configuration {
        match line(key, value) {
            Ok(line) => text.push_str(&line),
            Err(reason) => failures.push(NotRenderable { key: key.clone(), file, reason }),
        }
    }
    if failures.is_empty() { Ok(text) } else { Err(failures) }
}

/// The options of a file, read as Flink reads the file of this name; nested keys become dotted ones.
///
/// # Errors
/// A `config.yaml` that Flink would not start with. Of a `flink-conf.yaml` Flink skips the lines
/// that it cannot read, and so does this.
pub fn parse(file: &str, text: &str) -> Result<Configuration, NotReadable> {
    if file == FLINK_CONF {
        return Ok(plain::parse(text));
    }
    yaml::parse(text).map_err(|reason| NotReadable { file: file.to_owned(), reason })
}

#[cfg(test)]
mod tests;
