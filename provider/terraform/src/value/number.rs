//! Numbers of any precision, as Terraform sends them.

/// A number in the narrowest form that holds it exactly.
#[derive(Clone, Debug, PartialEq)]
pub enum Number {
    /// A whole number.
    Integer(i64),
    /// A number that a float holds exactly.
    Float(f64),
    /// Anything else, as its decimal digits.
    Decimal(String),
}
