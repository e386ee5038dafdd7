//! Memory sizes.

use super::number_and_unit;

/// The bytes that a memory size says: a whole number and a binary unit (`1600m`, `1 gb`), bytes
/// without one, and less than 2^63 of them.
pub fn memory_size(text: &str) -> Option<u64> {
    let (number, unit) = number_and_unit(text);
    let shift = match unit.as_str() {
        "" | "b" | "bytes" => 0,
        "k" | "kb" | "kibibytes" => 10,
        "m" | "mb" | "mebibytes" => 20,
        "g" | "gb" | "gibibytes" => 30,
        "t" | "tb" | "tebibytes" => 40,
        _ => return None,
    };
    let bytes = number.parse::<u64>().ok()?.checked_mul(1 << shift)?;
    i64::try_from(bytes).is_ok().then_some(bytes)
}
