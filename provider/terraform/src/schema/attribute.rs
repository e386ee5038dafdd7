//! One attribute and its type.

use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    path::Path,
    schema::{Modifier, OnChange, Same, Validator, object_type},
    value::{Type, Value},
};

/// One attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name in configuration, `snake_case`.
    pub name: &'static str,
    /// What the user reads of it, in Markdown.
    pub description: &'static str,
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
    /// What a change of it causes; `None`: what the attribute around it says.
    pub on_change: Option<OnChange>,
    /// Whether two spellings mean the same; the user's is kept.
    pub same: Option<Same>,
}

impl Attribute {
    /// An attribute of a Rust type, with nothing else said of it.
    pub fn of<T: crate::model::Field>(
        name: &'static str,
        description: &'static str,
        mode: Mode,
    ) -> Self {
        Self::new(name, description, mode, T::kind())
    }

    /// An attribute with nothing said but its type and who sets it.
    pub fn new(name: &'static str, description: &'static str, mode: Mode, kind: Kind) -> Self {
        Self {
            name,
            description,
            kind,
            mode,
            sensitive: false,
            write_only: false,
            deprecated: None,
            default: None,
            validators: Vec::new(),
            modifiers: Vec::new(),
            on_change: None,
            same: None,
        }
    }
}

/// A text in place of a secret.
const HIDDEN: &str = "(sensitive)";

impl Attribute {
    /// What the attribute's rules say of a value. Nothing of a sensitive value is shown.
    ///
    /// Null and unknown values are not judged.
    pub fn judge(&self, value: &Value, path: &Path, out: &mut Diagnostics) {
        if value.is_null() || value.is_unknown() {
            return;
        }
        let mut found = Diagnostics::new();
        for rule in &self.validators {
            rule(value, path, &mut found);
        }
        if self.sensitive || self.write_only {
            let secrets = texts_in(value);
            out.extend(found.into_iter().map(|diagnostic| hidden(diagnostic, &secrets)));
        } else {
            out.extend(found);
        }
    }
}

/// The message without the secrets, plain or quoted.
fn hidden(mut diagnostic: Diagnostic, secrets: &[String]) -> Diagnostic {
    for secret in secrets {
        let quoted = secret.escape_debug().to_string();
        for text in [&mut diagnostic.summary, &mut diagnostic.detail] {
            *text = text.replace(secret, HIDDEN).replace(&quoted, HIDDEN);
        }
    }
    diagnostic
}

/// The texts of a value, the longest first: one may be a part of another.
fn texts_in(value: &Value) -> Vec<String> {
    let mut texts = match value {
        Value::String(text) => vec![text.clone()],
        Value::Number(number) => vec![number.to_string()],
        Value::Sequence(elements) => elements.iter().flat_map(texts_in).collect(),
        Value::Mapping(members) => members.values().flat_map(texts_in).collect(),
        Value::Dynamic(typed) => texts_in(&typed.1),
        Value::Null | Value::Unknown(_) | Value::Bool(_) => Vec::new(),
    };
    texts.retain(|text| !text.is_empty());
    texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    texts
}

/// The type of an attribute.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A plain type.
    Plain(Type),
    /// An object, or a collection of objects, with a schema of its own.
    Nested(Nesting, Vec<Attribute>),
}

impl Kind {
    /// The type of the attribute's values.
    pub fn implied_type(&self) -> Type {
        match self {
            Self::Plain(plain) => plain.clone(),
            Self::Nested(nesting, attributes) => {
                let object = object_type(attributes);
                match nesting {
                    Nesting::Single => object,
                    Nesting::List => Type::List(Box::new(object)),
                    Nesting::Set => Type::Set(Box::new(object)),
                    Nesting::Map => Type::Map(Box::new(object)),
                }
            }
        }
    }

    /// The same without order: a list becomes a set, anything else stays.
    #[must_use]
    pub fn unordered(self) -> Self {
        match self {
            Self::Plain(Type::List(element)) => Self::Plain(Type::Set(element)),
            Self::Nested(Nesting::List, attributes) => Self::Nested(Nesting::Set, attributes),
            kind @ (Self::Plain(_) | Self::Nested(..)) => kind,
        }
    }
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

impl Mode {
    /// Whether the provider may set it.
    pub fn is_computed(self) -> bool {
        matches!(self, Self::Computed | Self::OptionalComputed)
    }

    /// Whether the user may set it.
    pub fn is_configurable(self) -> bool {
        !matches!(self, Self::Computed)
    }
}
