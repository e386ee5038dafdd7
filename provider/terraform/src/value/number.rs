//! Numbers of any precision, as Terraform sends them.

use std::{cmp::Ordering, fmt};

use thiserror::Error;

/// A number in the narrowest form that holds it exactly. Equal numbers are equal in whatever form.
#[derive(Clone, Debug)]
pub enum Number {
    /// A whole number.
    Integer(i64),
    /// A number that a float holds exactly.
    Float(f64),
    /// Anything else, as its decimal digits.
    Decimal(Decimal),
}

/// A text is not a number.
#[derive(Debug, Error)]
#[error("{0:?} is not a decimal number")]
pub struct NotANumber(String);

impl Number {
    /// The number that a decimal text says (`-1.5`, `1e30`), in the narrowest form.
    ///
    /// # Errors
    /// The text is not a decimal number.
    pub fn parse(text: &str) -> Result<Self, NotANumber> {
        let decimal = Decimal::parse(text)?;
        if let Ok(integer) = text.parse() {
            return Ok(Self::Integer(integer));
        }
        let float = text.parse::<f64>().ok().filter(|float| float.is_finite());
        let exact = float.filter(|float| Decimal::of_float(*float) == decimal);
        Ok(match (exact.and_then(integer_of), exact) {
            (Some(integer), _) => Self::Integer(integer),
            (None, Some(float)) => Self::Float(float),
            (None, None) => Self::Decimal(decimal),
        })
    }

    /// The number that a float's shortest text says: `0.1` is a tenth, not the float next to it.
    ///
    /// A user who writes `0.1` means a tenth, and Terraform compares exactly.
    pub fn from_shortest(float: f64) -> Self {
        Self::parse(&float.to_string()).unwrap_or(Self::Float(float))
    }

    /// The number, if it is whole and fits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Integer(integer) => Some(*integer),
            Self::Float(float) => integer_of(*float),
            Self::Decimal(decimal) => match Self::parse(decimal.text()) {
                Ok(Self::Integer(integer)) => Some(integer),
                Ok(Self::Float(_) | Self::Decimal(_)) | Err(_) => None,
            },
        }
    }

    /// The nearest float.
    #[allow(clippy::cast_precision_loss, reason = "the nearest float is what is promised")]
    pub fn to_f64(&self) -> f64 {
        match self {
            Self::Integer(integer) => *integer as f64,
            Self::Float(float) => *float,
            Self::Decimal(decimal) => decimal.text().parse().unwrap_or(f64::NAN),
        }
    }

    /// The exact digits; `None` for infinities.
    pub fn to_decimal(&self) -> Option<Decimal> {
        match self {
            Self::Integer(integer) => Decimal::parse(&integer.to_string()).ok(),
            Self::Float(float) => float.is_finite().then(|| Decimal::of_float(*float)),
            Self::Decimal(decimal) => Some(decimal.clone()),
        }
    }
}

/// The whole number that a float is, if it is one of 64 bits.
#[allow(clippy::cast_possible_truncation, reason = "the bounds are checked first")]
fn integer_of(float: f64) -> Option<i64> {
    // -2^63 is a float, and so is 2^63, which is one too many.
    let fits = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&float);
    (fits && float.fract() == 0.0).then_some(float as i64)
}

impl From<i64> for Number {
    fn from(integer: i64) -> Self {
        Self::Integer(integer)
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Integer(one), Self::Integer(two)) => Some(one.cmp(two)),
            (Self::Float(one), Self::Float(two)) => one.partial_cmp(two),
            (one, two) => match (one.to_decimal(), two.to_decimal()) {
                (Some(one), Some(two)) => Some(one.cmp(&two)),
                // An infinity is compared as a float, to which every other number is finite.
                (None, _) | (_, None) => one.to_f64().partial_cmp(&two.to_f64()),
            },
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(integer) => write!(f, "{integer}"),
            Self::Float(float) => write!(f, "{float}"),
            Self::Decimal(decimal) => f.write_str(decimal.text()),
        }
    }
}

/// Where an exponent is kept rather than written out.
const MOST_ZEROS: i64 = 4096;

/// A decimal number, with the text it was written as. Compared by value.
#[derive(Clone, Debug)]
pub struct Decimal {
    text: String,
    negative: bool,
    /// Significant digits, without zeros at either end; empty for zero.
    digits: String,
    /// Where the point stands: the value is `0.DIGITS × 10^point`.
    point: i64,
}

impl Decimal {
    /// Reads `[+-]digits[.digits][e[+-]digits]`.
    ///
    /// # Errors
    /// The text is anything else.
    pub fn parse(text: &str) -> Result<Self, NotANumber> {
        let wrong = || NotANumber(text.to_owned());
        let negative = text.starts_with('-');
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| wrong())?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong());
        }
        let significant = all.trim_start_matches('0');
        let zeros = all.len() - significant.len();
        let digits = significant.trim_end_matches('0').to_owned();
        let point = i64::try_from(whole.len()).and_then(|whole| Ok(whole - i64::try_from(zeros)?));
        let point = point.map_err(|_| wrong())? + i64::from(exponent);
        let negative = negative && !digits.is_empty();
        let point = if digits.is_empty() { 0 } else { point };
        Ok(Self { text: text.to_owned(), negative, digits, point })
    }

    /// The text it was written as.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The exact value of a finite float, all its digits.
    fn of_float(float: f64) -> Self {
        // No float has more than 1074 digits after the point.
        Self::parse(&format!("{float:.1074}")).expect("a finite float prints as digits")
    }

    /// The plain digits without an exponent, as Terraform writes them; the text as it is where
    /// that would take thousands of zeros.
    pub fn plain(&self) -> String {
        let sign = if self.negative { "-" } else { "" };
        let length = i64::try_from(self.digits.len()).unwrap_or(i64::MAX);
        let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or(0));
        if self.digits.is_empty() {
            "0".to_owned()
        } else if self.point.abs() > MOST_ZEROS {
            self.text.clone()
        } else if self.point <= 0 {
            format!("{sign}0.{}{}", zeros(-self.point), self.digits)
        } else if self.point >= length {
            format!("{sign}{}{}", self.digits, zeros(self.point - length))
        } else {
            let (whole, fraction) = self.digits.split_at(usize::try_from(self.point).unwrap_or(0));
            format!("{sign}{whole}.{fraction}")
        }
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |it: &Self| match (it.digits.is_empty(), it.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let magnitude = self.point.cmp(&other.point).then_with(|| self.digits.cmp(&other.digits));
        let by_sign = sign(self).cmp(&sign(other));
        by_sign.then(if self.negative { magnitude.reverse() } else { magnitude })
    }
}
