//! The version of Flink that answers.

use std::fmt;
use std::str::FromStr;

/// A Flink version as `/config` tells it; a suffix such as `-SNAPSHOT` or a
/// vendor's is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// 1 or 2.
    pub major: u16,
    /// The release line.
    pub minor: u16,
    /// The bug-fix release.
    pub patch: u16,
}

impl Version {
    /// A version by its numbers.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self { major, minor, patch }
    }
}

/// A text that does not start with numbers like `1.20`.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
#[error("{0:?} is not a Flink version")]
pub struct NotAVersion(pub String);

impl FromStr for Version {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        let numbers = text.split(['-', '+', ' ']).next().unwrap_or_default();
        let mut parts = numbers.split('.').map(str::parse::<u16>);
        match (parts.next(), parts.next(), parts.next()) {
            (Some(Ok(major)), Some(Ok(minor)), patch) => {
                let patch = patch.and_then(Result::ok).unwrap_or(0);
                Ok(Self { major, minor, patch })
            }
            _ => Err(NotAVersion(text.to_owned())),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_flink_answers() {
        for (text, version) in [
            ("1.18.1", Version::new(1, 18, 1)),
            ("2.3.0", Version::new(2, 3, 0)),
            ("2.4-SNAPSHOT", Version::new(2, 4, 0)),
            ("1.20.1-vendor-3", Version::new(1, 20, 1)),
            ("1.19.1.7", Version::new(1, 19, 1)),
        ] {
            assert_eq!(text.parse(), Ok(version), "{text}");
        }
    }

    #[test]
    fn rejects_what_is_no_version() {
        for text in ["", "1", "<unknown>", "x.y.z"] {
            assert_eq!(text.parse::<Version>(), Err(NotAVersion(text.to_owned())));
        }
    }

    #[test]
    fn orders_by_number_not_by_text() {
        assert!(Version::new(1, 9, 0) < Version::new(1, 18, 0));
        assert!(Version::new(1, 20, 5) < Version::new(2, 0, 0));
    }
}
