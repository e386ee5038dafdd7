//! Rules on attributes, for `#[attr(validate = […])]`: each a [`Validator`](crate::schema::Validator).
//!
//! A rule says what was given, what is allowed, and an example. A rule does not fail values of
//! another type than its own (the schema's type has done so), nor unknown or null parts.
//! A rule with parameters is written as `range::<1, 10>`, or as a function of one's own that
//! calls [`matches`] or [`one_of`].

mod text;

pub use text::{dns_label, one_of};
