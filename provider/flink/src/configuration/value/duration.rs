//! Durations.

use super::{number_and_unit, trim};
use crate::Version;

const SECOND: i128 = 1_000_000_000;
const DAY: i128 = 86_400 * SECOND;

/// The nanoseconds that a duration says: a whole number and a unit (`10 s`, `5min`), milliseconds
/// without one; since Flink 2.1 also ISO 8601 (`PT1H30M`).
///
/// Go's `1h30m` is none, nor is `1.5h`.
pub fn duration(text: &str, version: Version) -> Option<i128> {
    let nanos = with_unit(text, version)?;
    let seconds = nanos.div_euclid(SECOND);
    i64::try_from(seconds).is_ok().then_some(nanos)
}

fn with_unit(text: &str, version: Version) -> Option<i128> {
    let (number, unit) = number_and_unit(text);
    let is_new = version >= Version::new(2, 1, 0);
    if number.is_empty() {
        return is_new.then(|| iso(trim(text))).flatten();
    }
    let nanos = match unit.as_str() {
        "d" | "day" | "days" => DAY,
        "h" | "hour" | "hours" => 3_600 * SECOND,
        "min" | "m" | "minute" | "minutes" => 60 * SECOND,
        "s" | "sec" | "secs" | "second" | "seconds" => SECOND,
        "" | "ms" | "milli" | "millis" | "millisecond" | "milliseconds" => 1_000_000,
        "µs" | "micro" | "micros" | "microsecond" | "microseconds" => 1_000,
        "ns" | "nano" | "nanos" | "nanosecond" | "nanoseconds" => 1,
        _ => return None,
    };
    let number = number.parse::<i128>().ok()?;
    let fits = is_before_big_integers(version).then(|| i64::try_from(number).is_ok());
    if fits == Some(false) { None } else { number.checked_mul(nanos) }
}

/// Before 2.0 the number itself had to fit 64 bits.
fn is_before_big_integers(version: Version) -> bool {
    version < Version::new(2, 0, 0)
}

/// A duration as `java.time.Duration.parse` reads it.
fn iso(text: &str) -> Option<i128> {
    let text = text.to_ascii_uppercase();
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(&text)),
    };
    let text = text.strip_prefix('P')?;
    let (date, time) = match text.split_once('T') {
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None => (text, ""),
    };
    if date.is_empty() && time.is_empty() {
        return None;
    }
    let days = if date.is_empty() { 0 } else { whole(date.strip_suffix('D')?)? };
    let (hours, time) = time.split_once('H').unwrap_or(("0", time));
    let (minutes, time) = time.split_once('M').unwrap_or(("0", time));
    let nanos = if time.is_empty() { 0 } else { seconds(time.strip_suffix('S')?)? };
    let rest = whole(hours)? * 3_600 + whole(minutes)? * 60;
    Some(sign * (days * DAY + rest * SECOND + nanos))
}

fn whole(text: &str) -> Option<i128> {
    text.parse::<i64>().ok().map(i128::from)
}

/// Seconds with up to nine places, in nanoseconds.
fn seconds(text: &str) -> Option<i128> {
    let (number, places) = text.split_once(['.', ',']).unwrap_or((text, ""));
    if places.len() > 9 || !places.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let fraction = format!("{places:0<9}").parse::<i128>().ok()?;
    let sign = if number.starts_with('-') { -1 } else { 1 };
    Some(whole(number)? * SECOND + sign * fraction)
}
