//! What a provider says of its blocks: attributes, their types and rules.

mod attribute;
mod change;
mod check;

use std::collections::BTreeMap;

use crate::{
    diagnostics::Diagnostics,
    path::Path,
    value::{Type, Value},
};

pub use attribute::{Attribute, Kind, Mode, Nesting};
pub use change::{Change, OnChange, changed_names, changes, class};
pub use check::{Flaw, Place, flaws, flaws_of_identity};

/// The schema of a provider block, resource, data source, list resource or action.
#[derive(Clone, Debug)]
pub struct Schema {
    /// Counts up with every change that an old state must be upgraded for.
    pub version: i64,
    /// What it is for, in Markdown.
    pub description: &'static str,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
}

impl Schema {
    /// The type of the block's values.
    pub fn implied_type(&self) -> Type {
        object_type(&self.attributes)
    }
}

/// The type of an object with these attributes.
pub fn object_type(attributes: &[Attribute]) -> Type {
    let types = attributes.iter().map(|it| (it.name.to_owned(), it.kind.implied_type()));
    Type::Object(types.collect::<BTreeMap<_, _>>())
}

/// What the plan does with an attribute's prior value.
#[derive(Clone, Copy, Debug)]
pub enum Modifier {
    /// A computed attribute keeps its prior value although something else changed.
    UseStateForUnknown,
    /// As above, but not when the prior value is null.
    UseNonNullStateForUnknown,
    /// A change of it replaces the object.
    RequiresReplace,
    /// A change of it replaces the object, if the configuration sets it.
    RequiresReplaceIfConfigured,
    /// A change of it replaces the object, if this says so of (prior, planned).
    RequiresReplaceIf(fn(&Value, &Value) -> bool),
}

/// A rule on a known value of an attribute: `(value, its path, where to put what is wrong)`.
///
/// It is not called with null or unknown values; parts of a collection may be null or unknown.
pub type Validator = fn(&Value, &Path, &mut Diagnostics);

/// Whether two known values mean the same although they are written differently.
pub type Same = fn(&Value, &Value) -> bool;

#[cfg(test)]
mod tests;
