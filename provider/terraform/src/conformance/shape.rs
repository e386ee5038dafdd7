//! The schema as a client reads it from the wire, and the rules on it.

use std::collections::BTreeMap;

use proto::tfplugin6::{self as p6, schema::object::NestingMode};

use crate::{
    path::Step,
    schema::Nesting,
    value::{Type, Value},
};

use super::{
    rule::{Rule, Violation},
    types,
};

/// Words that Terraform keeps for itself at the root of a resource.
const RESERVED: [&str; 7] =
    ["connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"];

/// An attribute as a client knows it.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "the marks as the protocol has them")]
pub struct Part {
    pub(super) name: String,
    pub(super) kind: PartKind,
    pub(super) required: bool,
    pub(super) optional: bool,
    pub(super) computed: bool,
    pub(super) write_only: bool,
}

/// The type of an attribute as a client knows it.
#[derive(Clone, Debug)]
pub(super) enum PartKind {
    Plain(Type),
    Nested(Nesting, Vec<Part>),
}

impl Part {
    /// The type of its values.
    pub(super) fn of(&self) -> Type {
        match &self.kind {
            PartKind::Plain(of) => of.clone(),
            PartKind::Nested(nesting, parts) => {
                let object = Box::new(object_of(parts));
                match nesting {
                    Nesting::Single => *object,
                    Nesting::List => Type::List(object),
                    Nesting::Set => Type::Set(object),
                    Nesting::Map => Type::Map(object),
                }
            }
        }
    }
}

/// The type of an object with these attributes.
pub(super) fn object_of(parts: &[Part]) -> Type {
    Type::Object(parts.iter().map(|part| (part.name.clone(), part.of())).collect())
}

/// Reads the schema of a resource.
///
/// # Errors
/// Every rule on schemas that it breaks.
pub(super) fn read(schema: &p6::Schema) -> Result<Vec<Part>, Vec<Violation>> {
    let mut broken = Vec::new();
    let block = schema.block.clone().unwrap_or_default();
    for nested in &block.block_types {
        broken.push(Violation::new(Rule::SchemaBlock, nested.type_name.clone()));
    }
    let parts = read_parts(&block.attributes, &mut broken);
    for part in parts.iter().filter(|part| RESERVED.contains(&part.name.as_str())) {
        broken.push(Violation::new(Rule::SchemaName, format!("{:?} is Terraform's", part.name)));
    }
    let is_id = |it: &&p6::schema::Attribute| it.name == "id" && it.computed && !it.sensitive;
    if !block.attributes.iter().any(|it| is_id(&it) && it.r#type == br#""string""#) {
        broken.push(Violation::new(Rule::SchemaId, "no such attribute"));
    }
    if broken.is_empty() { Ok(parts) } else { Err(broken) }
}

fn read_parts(attributes: &[p6::schema::Attribute], broken: &mut Vec<Violation>) -> Vec<Part> {
    attributes.iter().filter_map(|attribute| read_part(attribute, broken)).collect()
}

fn read_part(attribute: &p6::schema::Attribute, broken: &mut Vec<Violation>) -> Option<Part> {
    broken.extend(broken_marks(attribute));
    let name = &attribute.name;
    let kind = match &attribute.nested_type {
        Some(_) if !attribute.r#type.is_empty() => {
            broken.push(Violation::new(Rule::SchemaType, format!("{name} has two types")));
            return None;
        }
        Some(nested) => read_nested(name, nested, broken)?,
        None => {
            let Ok(of) = Type::from_json(&attribute.r#type) else {
                broken.push(Violation::new(Rule::SchemaType, format!("{name} has no type")));
                return None;
            };
            PartKind::Plain(of)
        }
    };
    Some(Part {
        name: name.clone(),
        kind,
        required: attribute.required,
        optional: attribute.optional,
        computed: attribute.computed,
        write_only: attribute.write_only,
    })
}

fn read_nested(
    name: &str,
    nested: &p6::schema::Object,
    broken: &mut Vec<Violation>,
) -> Option<PartKind> {
    let parts = read_parts(&nested.attributes, broken);
    let nesting = match nested.nesting() {
        NestingMode::Single => Nesting::Single,
        NestingMode::List => Nesting::List,
        NestingMode::Set => Nesting::Set,
        NestingMode::Map => Nesting::Map,
        NestingMode::Invalid => {
            broken.push(Violation::new(Rule::SchemaNesting, name));
            return None;
        }
    };
    if nesting == Nesting::Set && parts.iter().any(unfit_for_set) {
        broken.push(Violation::new(Rule::SchemaSet, name));
    }
    Some(PartKind::Nested(nesting, parts))
}

fn unfit_for_set(part: &Part) -> bool {
    part.write_only
        || match &part.kind {
            PartKind::Plain(of) => types::has_dynamic(of),
            PartKind::Nested(_, parts) => parts.iter().any(unfit_for_set),
        }
}

fn broken_marks(attribute: &p6::schema::Attribute) -> Vec<Violation> {
    let p6::schema::Attribute { name, required, optional, computed, .. } = attribute;
    let mut broken = Vec::new();
    if *required == (*optional || *computed) {
        broken.push(Violation::new(
            Rule::SchemaMode,
            format!("{name}: required {required}, optional {optional}, computed {computed}"),
        ));
    }
    if attribute.write_only && *computed {
        broken.push(Violation::new(Rule::SchemaWriteOnly, name.clone()));
    }
    if !attribute.deprecation_message.is_empty() && !attribute.deprecated {
        broken.push(Violation::new(Rule::SchemaDeprecation, name.clone()));
    }
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() || !name.chars().all(legal) {
        broken.push(Violation::new(Rule::SchemaName, format!("{name:?}")));
    }
    broken
}

/// Reads the schema of an identity as the type of its values.
///
/// # Errors
/// Every attribute that cannot be part of an identity.
pub(super) fn read_identity(identity: &p6::ResourceIdentitySchema) -> Result<Type, Vec<Violation>> {
    let (mut attributes, mut broken) = (BTreeMap::new(), Vec::new());
    for attribute in &identity.identity_attributes {
        let of = Type::from_json(&attribute.r#type).ok().filter(types::fits_identity);
        let one_use = attribute.required_for_import != attribute.optional_for_import;
        match of {
            Some(of) if one_use => {
                attributes.insert(attribute.name.clone(), of);
            }
            Some(_) | None => {
                broken.push(Violation::new(Rule::IdentitySchema, attribute.name.clone()));
            }
        }
    }
    if broken.is_empty() { Ok(Type::Object(attributes)) } else { Err(broken) }
}

/// Whether a path is one of the schema.
pub(super) fn has_path(parts: &[Part], path: &[Step]) -> bool {
    let [Step::Attribute(name), rest @ ..] = path else { return false };
    let Some(part) = parts.iter().find(|part| part.name == *name) else { return false };
    match (&part.kind, rest) {
        (_, [])
        | (PartKind::Nested(Nesting::List, _) | PartKind::Plain(Type::List(_)), [Step::Index(_)])
        | (PartKind::Nested(Nesting::Map, _) | PartKind::Plain(Type::Map(_)), [Step::Key(_)]) => {
            true
        }
        (PartKind::Nested(Nesting::Single, parts), rest)
        | (PartKind::Nested(Nesting::List, parts), [Step::Index(_), rest @ ..])
        | (PartKind::Nested(Nesting::Map, parts), [Step::Key(_), rest @ ..]) => {
            has_path(parts, rest)
        }
        (PartKind::Nested(..) | PartKind::Plain(_), _) => false,
    }
}

/// The attribute of an object; null where there is none, unknown where that cannot be known.
pub(super) fn member<'a>(object: &'a Value, name: &str) -> &'a Value {
    match object {
        Value::Mapping(members) => members.get(name).unwrap_or(&Value::Null),
        Value::Unknown(_) => object,
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Sequence(_)
        | Value::Dynamic(_) => &Value::Null,
    }
}

/// The element of a list; null where there is none.
pub(super) fn element(list: &Value, index: usize) -> &Value {
    match list {
        Value::Sequence(elements) => elements.get(index).unwrap_or(&Value::Null),
        Value::Unknown(_) => list,
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Mapping(_)
        | Value::Dynamic(_) => &Value::Null,
    }
}

/// The objects of a nested attribute.
pub(super) fn objects(nesting: Nesting, value: &Value) -> Vec<&Value> {
    match (nesting, value) {
        (Nesting::Single, object) => vec![object],
        (Nesting::List | Nesting::Set, Value::Sequence(elements)) => elements.iter().collect(),
        (Nesting::Map, Value::Mapping(elements)) => elements.values().collect(),
        (Nesting::List | Nesting::Set | Nesting::Map, _) => Vec::new(),
    }
}
