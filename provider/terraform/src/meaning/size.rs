//! Sizes: Flink's memory sizes and Kubernetes' quantities.

use crate::{meaning::by_reading, value::Value};

/// `1g` = `1024m` = `1 gb`.
pub fn memory_size(one: &Value, two: &Value) -> bool {
    by_reading(one, two, parse_memory_size)
}

/// `0.5` = `500m`, `1Gi` = `1024Mi`.
pub fn quantity(one: &Value, two: &Value) -> bool {
    by_reading(one, two, parse_quantity)
}

/// The bytes that a memory size of Flink says: a whole number and a binary unit (`1600m`, `1 gb`),
/// bytes without one.
pub fn parse_memory_size(text: &str) -> Option<u64> {
    let text = text.trim();
    let end = text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let shift = match unit.trim_start().to_ascii_lowercase().as_str() {
        "" | "b" | "bytes" => 0,
        "k" | "kb" | "kibibytes" => 10,
        "m" | "mb" | "mebibytes" => 20,
        "g" | "gb" | "gibibytes" => 30,
        "t" | "tb" | "tebibytes" => 40,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(1 << shift)
}

/// The billionths that a quantity of Kubernetes says: a decimal number and a unit (`500m`, `1.5Gi`)
/// or an exponent (`1e3`).
pub fn parse_quantity(text: &str) -> Option<i128> {
    let is_number = |it: char| it.is_ascii_digit() || matches!(it, '.' | '+' | '-');
    let (number, unit) = text.split_at(text.find(|it| !is_number(it)).unwrap_or(text.len()));
    let (factor, exponent) = scale_of(unit)?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{whole}{fraction}").parse::<i128>().ok()?.checked_mul(factor)?;
    shifted(digits, exponent + 9 - i32::try_from(fraction.len()).ok()?)
}

/// What a unit multiplies by: a factor, and a power of ten.
fn scale_of(unit: &str) -> Option<(i128, i32)> {
    let binary = |power: u32| Some((1_i128 << (10 * power), 0));
    match unit {
        "" => Some((1, 0)),
        "n" => Some((1, -9)),
        "u" => Some((1, -6)),
        "m" => Some((1, -3)),
        "k" => Some((1, 3)),
        "M" => Some((1, 6)),
        "G" => Some((1, 9)),
        "T" => Some((1, 12)),
        "P" => Some((1, 15)),
        "E" => Some((1, 18)),
        "Ki" => binary(1),
        "Mi" => binary(2),
        "Gi" => binary(3),
        "Ti" => binary(4),
        "Pi" => binary(5),
        "Ei" => binary(6),
        other => Some((1, other.strip_prefix(['e', 'E'])?.parse().ok()?)),
    }
}

/// A number times a power of ten; what is below one is rounded up, as Kubernetes does.
fn shifted(number: i128, power: i32) -> Option<i128> {
    let ten = 10_i128.checked_pow(power.unsigned_abs())?;
    if power >= 0 {
        return number.checked_mul(ten);
    }
    let up = i128::from(number % ten > 0);
    Some(number / ten + up)
}
