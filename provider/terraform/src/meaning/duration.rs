//! Durations, as Go and Flink write them.

use std::time::Duration;

use crate::{meaning::by_reading, value::Value};

/// `90s` = `1m30s` = `1.5 min`.
pub fn duration(one: &Value, two: &Value) -> bool {
    by_reading(one, two, parse_duration)
}

/// What a duration text says: one or more numbers with units, as Go (`1h30m`, `1.5h`) and Flink
/// (`10 min`) write them. `None` for anything else; a number without a unit is a duration only
/// when it is 0, since Go and Flink do not agree on what it would mean.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    if rest == "0" {
        return Some(Duration::ZERO);
    }
    let mut nanos: u128 = 0;
    let mut parts = 0;
    while !rest.is_empty() {
        let (number, after) = split(rest, |it| it.is_ascii_digit() || it == '.');
        let (unit, after) = split(after.trim_start(), char::is_alphabetic);
        nanos = nanos.checked_add(scaled(number, nanos_of(unit)?)?)?;
        parts += 1;
        rest = after.trim_start();
    }
    let seconds = u64::try_from(nanos / 1_000_000_000).ok()?;
    let fraction = u32::try_from(nanos % 1_000_000_000).ok()?;
    (parts > 0).then(|| Duration::new(seconds, fraction))
}

/// The longest start of a text that is made of some characters, and the rest.
fn split(text: &str, of: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|it| !of(it)).unwrap_or(text.len()))
}

/// A decimal number of units, in nanoseconds; what is below one is cut off.
fn scaled(number: &str, unit: u128) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let digits = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<u128>().ok() };
    let places = u32::try_from(fraction.len()).ok()?;
    let below = digits(fraction)?.checked_mul(unit)? / 10_u128.checked_pow(places)?;
    digits(whole)?.checked_mul(unit)?.checked_add(below)
}

fn nanos_of(unit: &str) -> Option<u128> {
    let nanos = match unit {
        "ns" | "nano" | "nanos" | "nanosecond" | "nanoseconds" => 1,
        "us" | "µs" | "μs" | "micro" | "micros" | "microsecond" | "microseconds" => 1_000,
        "ms" | "milli" | "millis" | "millisecond" | "milliseconds" => 1_000_000,
        "s" | "sec" | "secs" | "second" | "seconds" => 1_000_000_000,
        "m" | "min" | "minute" | "minutes" => 60 * 1_000_000_000,
        "h" | "hour" | "hours" => 3_600 * 1_000_000_000,
        "d" | "day" | "days" => 86_400 * 1_000_000_000,
        _ => return None,
    };
    Some(nanos)
}
