//! The types that a schema speaks of.

use std::collections::BTreeMap;

/// The type of an attribute, a function's parameter or a dynamic value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Text.
    String,
    /// A number of any precision.
    Number,
    /// `true` or `false`.
    Bool,
    /// Left open: each value carries its own.
    Dynamic,
    /// Ordered elements of one type.
    List(Box<Type>),
    /// Distinct elements of one type, in no order.
    Set(Box<Type>),
    /// Elements of one type by name.
    Map(Box<Type>),
    /// A fixed number of elements, each of its own type.
    Tuple(Vec<Type>),
    /// Attributes, each of its own type.
    Object(BTreeMap<String, Type>),
}
