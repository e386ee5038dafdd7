//! What a provider says of its blocks: attributes, their types and rules.

use crate::{
    diagnostics::Diagnostics,
    path::Path,
    value::{Type, Value},
};

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

/// One attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name in configuration, `snake_case`.
    pub name: &'static str,
    /// What the user reads of it, in Markdown.
    pub description: String,
    /// Its type.
    pub kind: Kind,
    /// Who sets it.
    pub mode: Mode,
    /// Hidden in plans.
    pub sensitive: bool,
    /// Never stored; seen in the configuration alone.
    pub write_only: bool,
    /// Why not to use it any more.
    pub deprecated: Option<&'static str>,
    /// What it is when the configuration does not say.
    pub default: Option<Value>,
    /// Rules on its known values.
    pub validators: Vec<Validator>,
    /// What the plan does with its prior value.
    pub modifiers: Vec<Modifier>,
    /// What a change of it causes.
    pub on_change: OnChange,
    /// Whether two spellings mean the same; the user's is kept.
    pub same: Option<fn(&Value, &Value) -> bool>,
}

/// The type of an attribute.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A plain type.
    Plain(Type),
    /// An object, or a collection of objects, with a schema of its own.
    Nested(Nesting, Vec<Attribute>),
}

/// How the objects of a nested attribute are collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// One object.
    Single,
    /// Objects in order.
    List,
    /// Objects in no order.
    Set,
    /// Objects by name.
    Map,
}

/// Who sets an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The user, always.
    Required,
    /// The user, if wanted.
    Optional,
    /// The provider.
    Computed,
    /// The user, or else the provider.
    OptionalComputed,
}

/// What a change of an attribute causes, the least first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum OnChange {
    /// Nothing but another record.
    #[default]
    None,
    /// A change of the live object.
    InPlace,
    /// Another parallelism, live where the scheduler can.
    Rescale,
    /// A stop and a start that carry the state over.
    Upgrade,
    /// Another object instead of this one.
    Replace,
}

/// What the plan does with an attribute's prior value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
pub type Validator = fn(&Value, &Path, &mut Diagnostics);
