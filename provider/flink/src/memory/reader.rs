//! Reads the options of memory, each with its default in the version.

use super::amount::{Bounded, Part, Source};
use super::error::Error;
use crate::Version;
use crate::configuration::options::{self, Kind, Options};
use crate::configuration::{Configuration, value};

/// A configuration as one version reads it.
pub(super) struct Reader<'a> {
    configuration: &'a Configuration,
    options: Options,
    version: Version,
}

impl<'a> Reader<'a> {
    pub(super) fn new(configuration: &'a Configuration, version: Version) -> Self {
        Self { configuration, options: options::of(version), version }
    }

    /// Whether an option is set, under any of its spellings.
    pub(super) fn is_set(&self, key: &str) -> bool {
        self.options.read(self.configuration, key).is_some()
    }

    /// Whether the version has an option at all.
    pub(super) fn knows(&self, key: &str) -> bool {
        self.options.get(key).is_some()
    }

    /// An amount of memory; the default if it is not set, and nothing if there is none.
    pub(super) fn size(&self, name: &'static str, key: &'static str) -> Result<Part, Error> {
        let (text, source) = self.text(key);
        let bytes = match text {
            None => 0,
            Some((spelling, text)) => value::memory_size(text)
                .ok_or_else(|| self.unreadable(spelling, text, Kind::MemorySize))?,
        };
        Ok(Part { name, key, bytes, source })
    }

    /// A fraction from 0 to 1.
    pub(super) fn fraction(&self, key: &'static str) -> Result<f64, Error> {
        let fraction = self.number(key, Kind::Float, value::float)?.unwrap_or_default();
        if (0.0..1.0).contains(&fraction) {
            Ok(f64::from(fraction))
        } else {
            Err(Error::Fraction { key, fraction })
        }
    }

    /// A share: lower bound, upper bound and fraction.
    pub(super) fn bounded(
        &self,
        name: &'static str,
        [minimum, maximum, fraction]: [&'static str; 3],
    ) -> Result<Bounded, Error> {
        let minimum = self.size(name, minimum)?;
        let maximum = self.size(name, maximum)?;
        let fraction = self.fraction(fraction)?;
        if minimum.bytes > maximum.bytes {
            return Err(Error::Bounds { minimum, maximum });
        }
        Ok(Bounded { minimum, maximum, fraction })
    }

    /// Whether something is switched on.
    pub(super) fn flag(&self, key: &'static str) -> Result<bool, Error> {
        Ok(self.number(key, Kind::Boolean, value::boolean)?.unwrap_or_default())
    }

    /// A value with its default, by a reader of its kind.
    pub(super) fn number<T>(
        &self,
        key: &'static str,
        kind: Kind,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let Some((spelling, text)) = self.text(key).0 else { return Ok(None) };
        read(text).map(Some).ok_or_else(|| self.unreadable(spelling, text, kind))
    }

    /// The text of an option, with the key that it is found under.
    fn text(&self, key: &'static str) -> (Option<(&str, &str)>, Source) {
        if let Some(entry) = self.options.read(self.configuration, key) {
            return (Some(entry), Source::Set);
        }
        let default = self.options.get(key).and_then(|option| option.default);
        (default.map(|default| (key, default)), Source::Default)
    }

    fn unreadable(&self, key: &str, value: &str, accepts: Kind) -> Error {
        let (key, value) = (key.to_owned(), value.to_owned());
        Error::Unreadable { key, value, accepts, version: self.version }
    }
}
