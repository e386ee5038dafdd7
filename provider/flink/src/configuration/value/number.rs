//! Truth values and numbers, as `java.lang` reads and writes them.

use super::trim;

/// `true` or `false` in any case.
pub fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// A whole number of 32 bits, without blanks.
pub fn int(text: &str) -> Option<i32> {
    text.parse().ok()
}

/// A whole number of 64 bits, without blanks.
pub fn long(text: &str) -> Option<i64> {
    text.parse().ok()
}

/// A number with single precision. Java's hexadecimal form (`0x1p3`) is not read.
pub fn float(text: &str) -> Option<f32> {
    decimal(text)?.parse().ok()
}

/// A number with double precision. Java's hexadecimal form (`0x1p3`) is not read.
pub fn double(text: &str) -> Option<f64> {
    decimal(text)?.parse().ok()
}

/// The part of a text that Rust reads as Java does: no blanks around it, no `f` or `d` behind it,
/// and none of Rust's own spellings of infinity.
fn decimal(text: &str) -> Option<&str> {
    let text = trim(text);
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, "NaN" | "Infinity") {
        return Some(text.strip_prefix('+').unwrap_or(text));
    }
    let text = text.strip_suffix(['f', 'F', 'd', 'D']).unwrap_or(text);
    let is_part = |it: char| it.is_ascii_digit() || matches!(it, '+' | '-' | '.' | 'e' | 'E');
    text.chars().all(is_part).then_some(text)
}

/// A number as Java's `Double.toString` writes it: `1.0`, `0.001`, `1.0E8`.
pub fn java_double(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    let sign = if number.is_sign_negative() { "-" } else { "" };
    if number.is_infinite() {
        return format!("{sign}Infinity");
    }
    let number = number.abs();
    if number == 0.0 || (1e-3..1e7).contains(&number) {
        return format!("{sign}{number:?}");
    }
    let text = format!("{number:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let point = if digits.contains('.') { "" } else { ".0" };
    format!("{sign}{digits}{point}E{exponent}")
}

#[cfg(test)]
mod tests {
    use super::java_double;

    #[test]
    fn doubles_are_written_as_java_does() {
        for (number, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (1.1, "1.1"),
            (0.001, "0.001"),
            (0.0001, "1.0E-4"),
            (0.000_123, "1.23E-4"),
            (9_999_999.0, "9999999.0"),
            (1e7, "1.0E7"),
            (1e8, "1.0E8"),
            (-12_345_678.9, "-1.23456789E7"),
            (f64::INFINITY, "Infinity"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(java_double(number), text);
        }
    }
}
