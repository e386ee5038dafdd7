//! Quantities of Kubernetes: the API server writes them its own way.

/// Whether two quantities are the same amount: `0.1` and `100m`, `2048Mi` and
/// `2Gi`. What is no quantity equals only itself.
pub fn same_quantity(one: &str, two: &str) -> bool {
    one == two || matches!((nano(one), nano(two)), (Some(one), Some(two)) if one == two)
}

/// Billionths of a unit; `None` for what is no quantity, or too much.
fn nano(text: &str) -> Option<i128> {
    let text = text.trim();
    let is_number = |it: char| it.is_ascii_digit() || it == '.' || it == '+' || it == '-';
    let end = text.find(|it| !is_number(it)).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{whole}{fraction}").parse::<i128>().ok()?;
    let scaled = digits.checked_mul(10i128.pow(9))?.checked_mul(scale(unit)?.0)?;
    let divisor = 10i128.checked_pow(fraction.len().try_into().ok()?)?;
    scaled.checked_div(divisor.checked_mul(scale(unit)?.1)?)
}

/// The factor of a unit, as a fraction.
fn scale(unit: &str) -> Option<(i128, i128)> {
    let kilo = |power| Some((1000i128.pow(power), 1));
    let kibi = |power| Some((1024i128.pow(power), 1));
    match unit {
        "" => Some((1, 1)),
        "n" => Some((1, 1_000_000_000)),
        "u" => Some((1, 1_000_000)),
        "m" => Some((1, 1000)),
        "k" => kilo(1),
        "M" => kilo(2),
        "G" => kilo(3),
        "T" => kilo(4),
        "P" => kilo(5),
        "E" => kilo(6),
        "Ki" => kibi(1),
        "Mi" => kibi(2),
        "Gi" => kibi(3),
        "Ti" => kibi(4),
        "Pi" => kibi(5),
        "Ei" => kibi(6),
        exponent => {
            let power: i32 = exponent.strip_prefix(['e', 'E'])?.parse().ok()?;
            let factor = 10i128.checked_pow(power.unsigned_abs())?;
            Some(if power < 0 { (1, factor) } else { (factor, 1) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_amount_is_the_same_quantity() {
        for (one, two) in [
            ("1.0", "1"),
            ("0.1", "100m"),
            ("1.25", "1250m"),
            ("2048Mi", "2Gi"),
            ("1.5Gi", "1536Mi"),
            ("1e3", "1k"),
            ("100u", "0.0001"),
            ("no quantity", "no quantity"),
        ] {
            assert!(same_quantity(one, two), "{one} {two}");
        }
    }

    #[test]
    fn another_amount_is_not() {
        for (one, two) in
            [("1", "2"), ("1Gi", "1G"), ("1", "1m"), ("1", "one"), ("", "0"), ("-1", "1")]
        {
            assert!(!same_quantity(one, two), "{one} {two}");
        }
    }
}
