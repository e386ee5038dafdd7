//! Amounts of memory that know where they come from.

use std::fmt;

use super::error::Error;

/// The most that Flink can count to: Java's `Long.MAX_VALUE`.
pub(super) const MOST: u64 = i64::MAX as u64;

/// An amount of memory, what it is for, and the option that decides it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is for, in Flink's words, such as `JVM metaspace`.
    pub name: &'static str,
    /// The option that decides it.
    pub key: &'static str,
    /// Bytes.
    pub bytes: u64,
    /// Why it is this much.
    pub source: Source,
}

/// Why an amount is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The option is set.
    Set,
    /// The option has this default.
    Default,
    /// It follows from others.
    Derived,
}

impl Part {
    /// An amount that follows from others.
    pub(super) fn derived(name: &'static str, key: &'static str, bytes: u64) -> Self {
        Self { name, key, bytes, source: Source::Derived }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, key, bytes, source } = self;
        let source = match source {
            Source::Set => "set",
            Source::Default => "default",
            Source::Derived => "derived",
        };
        write!(f, "{name} {} ({key}, {source})", Readable(*bytes))
    }
}

/// Bytes as a reader counts them: `1600 MiB`, `1.5 MiB`, `100 bytes`.
pub(super) struct Readable(pub(super) u64);

impl fmt::Display for Readable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0;
        let (mebibytes, rest) = (bytes >> 20, bytes & ((1 << 20) - 1));
        match (mebibytes, rest) {
            (0, 1..) => write!(f, "{bytes} bytes"),
            (_, 0) => write!(f, "{mebibytes} MiB"),
            (_, _) => write!(f, "{mebibytes}.{} MiB", (rest * 10) >> 20),
        }
    }
}

/// A share between bounds.
#[derive(Debug)]
pub(super) struct Bounded {
    pub(super) minimum: Part,
    pub(super) maximum: Part,
    pub(super) fraction: f64,
}

impl Bounded {
    /// The share of an amount, within the bounds.
    pub(super) fn share_of(&self, part: &Part) -> Result<u64, Error> {
        Ok(self.within(times(part, self.fraction)?))
    }

    /// The share of a whole of which the rest is known, within the bounds.
    pub(super) fn share_beside(&self, rest: &Part) -> Result<u64, Error> {
        Ok(self.within(times(rest, self.fraction / (1.0 - self.fraction))?))
    }

    fn within(&self, bytes: u64) -> u64 {
        bytes.min(self.maximum.bytes).max(self.minimum.bytes)
    }

    /// The part as it is, if it is within the bounds.
    pub(super) fn hold(&self, part: Part) -> Result<u64, Error> {
        if (self.minimum.bytes..=self.maximum.bytes).contains(&part.bytes) {
            return Ok(part.bytes);
        }
        let bounds = Box::new([self.minimum.clone(), self.maximum.clone()]);
        Err(Error::OutOfBounds { part, bounds })
    }
}

/// An amount times a number as `MemorySize.multiply` does it: exactly, in decimals, with the shortest
/// decimal that is the number; the rest is cut off.
fn times(part: &Part, factor: f64) -> Result<u64, Error> {
    let too_large = || Error::TooLarge { key: part.key };
    let text = format!("{factor:e}");
    let (digits, exponent) = text.split_once('e').ok_or_else(too_large)?;
    let (whole, places) = digits.split_once('.').unwrap_or((digits, ""));
    let number: u128 = format!("{whole}{places}").parse().map_err(|_| too_large())?;
    let exponent: i64 = exponent.parse().map_err(|_| too_large())?;
    let exponent = exponent - i64::try_from(places.len()).unwrap_or(0);
    let product = u128::from(part.bytes) * number;
    let power = u32::try_from(exponent.unsigned_abs()).ok().and_then(|it| 10_u128.checked_pow(it));
    let bytes = match power {
        Some(power) if exponent < 0 => product / power,
        Some(power) => product.checked_mul(power).ok_or_else(too_large)?,
        None if exponent < 0 || product == 0 => 0,
        None => return Err(too_large()),
    };
    u64::try_from(bytes).ok().filter(|bytes| *bytes <= MOST).ok_or_else(too_large)
}

/// The sum of amounts.
pub(super) fn sum(parts: &[&Part]) -> Result<u64, Error> {
    let mut sum = 0_u64;
    for part in parts {
        let more = sum.checked_add(part.bytes).filter(|sum| *sum <= MOST);
        sum = more.ok_or(Error::TooLarge { key: part.key })?;
    }
    Ok(sum)
}

/// What is left of a whole.
pub(super) fn rest(whole: &Part, parts: &[&Part]) -> Result<u64, Error> {
    whole.bytes.checked_sub(sum(parts)?).ok_or_else(|| Error::DoesNotFit {
        whole: whole.clone(),
        parts: parts.iter().map(|part| (*part).clone()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Part, Readable, times};

    #[test]
    fn shares_are_computed_in_decimals_and_cut_off() {
        let part = |bytes| Part::derived("x", "x", bytes);
        let tenth = f64::from(0.1_f32);
        assert_eq!(times(&part(2 << 30), tenth).ok(), Some(214_748_368));
        assert_eq!(times(&part(2 << 30), 0.1).ok(), Some(214_748_364));
        assert_eq!(times(&part(i64::MAX as u64), 1.0).ok(), Some(i64::MAX as u64));
        assert_eq!(times(&part(i64::MAX as u64), 1.5).ok(), None);
        assert_eq!(times(&part(1 << 40), 1e-300).ok(), Some(0));
        assert_eq!(times(&part(0), 1e300).ok(), Some(0));
        assert_eq!(times(&part(3), 1e300).ok(), None);
        assert_eq!(times(&part(3), 7e2).ok(), Some(2100));
        assert_eq!(times(&part(3), f64::INFINITY).ok(), None);
    }

    #[test]
    fn bytes_are_told_in_mebibytes() {
        for (bytes, text) in [
            (0, "0 MiB"),
            (100, "100 bytes"),
            (1 << 20, "1 MiB"),
            (3 << 19, "1.5 MiB"),
            (1600 << 20, "1600 MiB"),
        ] {
            assert_eq!(Readable(bytes).to_string(), text);
        }
    }
}
