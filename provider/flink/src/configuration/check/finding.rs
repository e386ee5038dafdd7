//! What was found, as data; `Display` says it as a diagnosis.

use std::fmt;

use crate::Version;
use crate::configuration::options::Kind;

/// One thing that is wrong, or could be better, with one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The key as the user wrote it.
    pub key: String,
    /// How bad it is.
    pub severity: Severity,
    /// What it is.
    pub problem: Problem,
}

/// How bad a finding is, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Flink would fail, or do something else than what is written.
    Error,
    /// Flink would ignore it.
    Warning,
    /// It works and has a newer name.
    Hint,
}

/// What is wrong with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// No version has such an option.
    Unknown {
        /// The option that looks most like it.
        nearest: Option<&'static str>,
        /// The version whose options were looked at.
        version: Version,
    },
    /// An earlier version had it.
    Removed {
        /// The last recorded version that had it.
        last: Version,
        /// The version whose options were looked at.
        version: Version,
        /// What this version has in its place.
        new: Option<&'static str>,
    },
    /// A later version has it.
    NotYet {
        /// The first recorded version that has it.
        since: Version,
        /// The version whose options were looked at.
        version: Version,
        /// The name that this version has for it.
        old: Option<&'static str>,
    },
    /// The value cannot be read.
    WrongType {
        /// The value; `None` if it may be a secret.
        value: Option<String>,
        /// What is accepted.
        accepts: Kind,
        /// The version that reads it.
        version: Version,
    },
    /// An older spelling, still read.
    Deprecated {
        /// The current one.
        new: &'static str,
    },
    /// Flink is going to drop the option.
    Obsolete {
        /// What takes its place.
        instead: Option<&'static str>,
    },
    /// The option is also set under another of its spellings, with another value.
    SpelledTwice {
        /// The spelling that Flink reads.
        read: String,
        /// The option.
        of: &'static str,
    },
    /// The provider sets the option itself.
    Owned {
        /// What to set in its place.
        instead: String,
    },
    /// An option with which Flink talks to itself.
    Internal,
}

impl Finding {
    pub(super) fn new(key: &str, problem: Problem) -> Self {
        Self { key: key.to_owned(), severity: problem.severity(), problem }
    }
}

impl Problem {
    /// How bad it is.
    pub fn severity(&self) -> Severity {
        match self {
            Self::WrongType { .. }
            | Self::SpelledTwice { .. }
            | Self::Owned { .. }
            | Self::Internal => Severity::Error,
            Self::Unknown { .. } | Self::Removed { .. } | Self::NotYet { .. } => Severity::Warning,
            Self::Deprecated { .. } | Self::Obsolete { .. } => Severity::Hint,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = &self.key;
        match &self.problem {
            Problem::Unknown { nearest, version } => {
                write!(f, "Flink {version} has no option {key:?} and would ignore it.")?;
                nearest.map_or(Ok(()), |nearest| write!(f, " Did you mean {nearest:?}?"))
            }
            Problem::Removed { last, version, new } => {
                write!(
                    f,
                    "Flink {version} no longer has the option {key:?} and would ignore it; \
                     {last} still had it."
                )?;
                match new {
                    Some(new) => write!(f, " Set {new:?} instead."),
                    None => f.write_str(" Nothing takes its place: remove it."),
                }
            }
            Problem::NotYet { since, version, old } => {
                write!(
                    f,
                    "Flink {version} does not have the option {key:?} yet and would ignore it; \
                     {since} has it."
                )?;
                old.map_or(Ok(()), |old| write!(f, " Until then it is {old:?}."))
            }
            Problem::WrongType { value, accepts, version } => {
                let value =
                    value.as_ref().map_or_else(|| "The value".to_owned(), |it| format!("{it:?}"));
                write!(f, "{value} is no value for {key:?}. Flink {version} takes {accepts}.")
            }
            Problem::Deprecated { new } => {
                write!(f, "{key:?} is the old name of {new:?}. Both work; use the new one.")
            }
            Problem::Obsolete { instead: Some(instead) } => {
                write!(f, "{key:?} is deprecated. Use {instead:?}.")
            }
            Problem::Obsolete { instead: None } => {
                write!(f, "{key:?} is deprecated; later versions of Flink ignore it.")
            }
            Problem::SpelledTwice { read, of } => write!(
                f,
                "{key:?} and {read:?} are one option ({of:?}) with two different values. Flink \
                 reads {read:?} and would ignore this one: remove either."
            ),
            Problem::Owned { instead } => write!(f, "{key:?} is set by the provider. {instead}"),
            Problem::Internal => {
                write!(f, "{key:?} is an internal option of Flink, set by Flink itself. Remove it.")
            }
        }
    }
}
