//! Kubernetes' quantities: `1`, `1000m`, `1Gi`, `1e3`.

/// A billionth: the least that a quantity can tell apart.
const SCALE: i128 = 1_000_000_000;

/// What a quantity comes to, in billionths; `None`: it is none.
pub(super) fn of(text: &str) -> Option<i128> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || "+-.".contains(c)))?;
    number(&text[..end], factor(&text[end..])?)
}

/// Whether two texts are the same quantity.
pub(super) fn same(one: &str, other: &str) -> bool {
    let whole = |text: &str| of(text).or_else(|| number(text, SCALE));
    match (whole(one), whole(other)) {
        (Some(one), Some(other)) => one == other,
        (Some(_) | None, _) => one == other,
    }
}

/// What a suffix multiplies by, in billionths.
fn factor(suffix: &str) -> Option<i128> {
    let power = |base: i128, exponent: u32| base.checked_pow(exponent)?.checked_mul(SCALE);
    Some(match suffix {
        "n" => 1,
        "u" => 1_000,
        "m" => 1_000_000,
        "k" => power(1_000, 1)?,
        "M" => power(1_000, 2)?,
        "G" => power(1_000, 3)?,
        "T" => power(1_000, 4)?,
        "P" => power(1_000, 5)?,
        "E" => power(1_000, 6)?,
        "Ki" => power(1_024, 1)?,
        "Mi" => power(1_024, 2)?,
        "Gi" => power(1_024, 3)?,
        "Ti" => power(1_024, 4)?,
        "Pi" => power(1_024, 5)?,
        "Ei" => power(1_024, 6)?,
        exponent => {
            let exponent: u32 = exponent.strip_prefix(['e', 'E'])?.parse().ok()?;
            power(10, exponent)?
        }
    })
}

fn number(digits: &str, factor: i128) -> Option<i128> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let sign = if whole.starts_with('-') { -1 } else { 1 };
    let value = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<i128>().ok() };
    let whole = value(whole.trim_start_matches(['+', '-']))?.checked_mul(factor)?;
    let divisor = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let fraction = value(fraction)?.checked_mul(factor)? / divisor;
    whole.checked_add(fraction)?.checked_mul(sign)
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn spellings_of_one_quantity_are_the_same() {
        for (one, other, expected) in [
            ("1", "1000m", true),
            ("1.0", "1", true),
            ("0.5", "500m", true),
            ("1Gi", "1024Mi", true),
            ("1G", "1Gi", false),
            ("1e3", "1k", true),
            ("1600Mi", "1638400Ki", true),
            ("2", "3", false),
            ("abc", "abc", true),
            ("abc", "abd", false),
        ] {
            assert_eq!(same(one, other), expected, "{one} {other}");
        }
    }
}
