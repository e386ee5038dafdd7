//! Whether a schema obeys the rules that clients enforce when they load it, and our own.
//!
//! What the types rule out (required and optional at once, a nested type and a plain one) is not
//! looked for.

use std::{collections::BTreeSet, fmt};

use crate::{
    path::Path,
    schema::{Attribute, Kind, Mode, Modifier, Nesting, Schema},
    value::{Type, msgpack},
};

/// What a schema is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The provider block.
    Provider,
    /// A managed resource.
    Resource,
    /// Anything else: a data source, list resource or action.
    Other,
}

/// A rule that a schema breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The attribute; the root for the whole schema.
    pub path: Path,
    /// What is wrong.
    pub text: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.path.to_string(), self.text)
    }
}

/// Every rule that a schema breaks.
pub fn flaws(schema: &Schema, place: Place) -> Vec<Flaw> {
    let mut found = Found::default();
    found.check_object(&schema.attributes, &Path::root(), Around::default());
    for attribute in &schema.attributes {
        if reserved(place).contains(&attribute.name) {
            found.push(&Path::attribute(attribute.name), "the name is reserved");
        }
    }
    if place == Place::Resource && !schema.attributes.iter().any(is_id) {
        found.push(
            &Path::attribute("id"),
            "a resource has a computed string id that is not sensitive",
        );
    }
    found.0
}

/// Every rule that the schema of an identity breaks.
pub fn flaws_of_identity(attributes: &[Attribute]) -> Vec<Flaw> {
    let mut found = Found::default();
    for attribute in attributes {
        let path = Path::attribute(attribute.name);
        found.check_name(attribute.name, &path);
        let kept = matches!(&attribute.kind, Kind::Plain(of) if is_identifying(of));
        if !kept {
            found.push(&path, "an identity has strings, numbers, bools and lists of them");
        }
        if attribute.mode.is_computed() {
            found.push(&path, "an attribute of an identity is required or optional for import");
        }
    }
    found.0
}

fn reserved(place: Place) -> &'static [&'static str] {
    match place {
        Place::Provider => &["alias", "version"],
        Place::Resource | Place::Other => &[
            "connection",
            "count",
            "depends_on",
            "for_each",
            "lifecycle",
            "provider",
            "provisioner",
        ],
    }
}

fn is_id(attribute: &Attribute) -> bool {
    attribute.name == "id"
        && attribute.mode == Mode::Computed
        && !attribute.sensitive
        && matches!(attribute.kind, Kind::Plain(Type::String))
}

fn is_identifying(of: &Type) -> bool {
    match of {
        Type::String | Type::Number | Type::Bool => true,
        Type::List(element) => is_identifying(element),
        Type::Set(_) | Type::Map(_) | Type::Tuple(_) | Type::Object(_) | Type::Dynamic => false,
    }
}

/// What surrounds an attribute.
#[derive(Clone, Copy, Default)]
struct Around {
    in_set: bool,
    in_write_only: bool,
}

#[derive(Default)]
struct Found(Vec<Flaw>);

impl Found {
    fn push(&mut self, path: &Path, text: impl Into<String>) {
        self.0.push(Flaw { path: path.clone(), text: text.into() });
    }

    fn check_object(&mut self, attributes: &[Attribute], path: &Path, around: Around) {
        let mut names = BTreeSet::new();
        for attribute in attributes {
            let path = path.child(attribute.name);
            if !names.insert(attribute.name) {
                self.push(&path, "the name is there twice");
            }
            self.check_attribute(attribute, &path, around);
        }
    }

    fn check_attribute(&mut self, attribute: &Attribute, path: &Path, around: Around) {
        self.check_name(attribute.name, path);
        if attribute.description.trim().is_empty() {
            self.push(path, "the description is missing");
        }
        self.check_default(attribute, path);
        self.check_write_only(attribute, path, around);
        self.check_modifiers(attribute, path);
        let in_write_only = around.in_write_only || attribute.write_only;
        match &attribute.kind {
            Kind::Plain(of) if holds_open_set(of, around.in_set) => {
                self.push(path, "a set holds no value of an open type");
            }
            Kind::Plain(_) => {}
            Kind::Nested(nesting, nested) => {
                let in_set = around.in_set || *nesting == Nesting::Set;
                self.check_object(nested, path, Around { in_set, in_write_only });
            }
        }
    }

    fn check_name(&mut self, name: &str, path: &Path) {
        let inner = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
        if !name.starts_with(|it: char| it.is_ascii_lowercase()) || !name.chars().all(inner) {
            self.push(path, "a name has lower-case letters, digits and _, a letter first");
        }
    }

    fn check_default(&mut self, attribute: &Attribute, path: &Path) {
        let Some(default) = &attribute.default else { return };
        if attribute.mode != Mode::OptionalComputed {
            self.push(path, "a default needs an optional and computed attribute");
        }
        if let Err(misfit) = msgpack::encode(default, &attribute.kind.implied_type()) {
            self.push(path, format!("the default does not fit the type: {misfit}"));
        }
        if !default.is_wholly_known() {
            self.push(path, "the default is not known");
        }
    }

    fn check_write_only(&mut self, attribute: &Attribute, path: &Path, around: Around) {
        if around.in_write_only && !attribute.write_only {
            self.push(path, "everything inside of a write-only attribute is write-only");
        }
        if attribute.write_only && attribute.mode.is_computed() {
            self.push(path, "a write-only attribute cannot be computed");
        }
        if attribute.write_only && around.in_set {
            self.push(path, "a set holds nothing write-only");
        }
    }

    fn check_modifiers(&mut self, attribute: &Attribute, path: &Path) {
        let keeps = |modifier: &Modifier| {
            matches!(modifier, Modifier::UseStateForUnknown | Modifier::UseNonNullStateForUnknown)
        };
        if attribute.modifiers.iter().any(keeps) && !attribute.mode.is_computed() {
            self.push(path, "only a computed attribute can keep its prior value");
        }
    }
}

/// Whether a type has an open type inside of a set.
fn holds_open_set(of: &Type, in_set: bool) -> bool {
    match of {
        Type::Dynamic => in_set,
        Type::String | Type::Number | Type::Bool => false,
        Type::List(element) | Type::Map(element) => holds_open_set(element, in_set),
        Type::Set(element) => holds_open_set(element, true),
        Type::Tuple(elements) => elements.iter().any(|element| holds_open_set(element, in_set)),
        Type::Object(members) => members.values().any(|member| holds_open_set(member, in_set)),
    }
}
