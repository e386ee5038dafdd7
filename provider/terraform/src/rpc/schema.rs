//! Schemas as messages.

use proto::tfplugin6::{
    self, Schema as Message, StringKind,
    resource_identity_schema::IdentityAttribute,
    schema::{Attribute as AttributeMessage, Block, Object, object::NestingMode},
};

use crate::schema::{Attribute, Kind, Mode, Nesting, Schema};

/// The message of a schema.
pub(super) fn to_wire(schema: &Schema) -> Message {
    let block = Block {
        version: schema.version,
        attributes: schema.attributes.iter().map(attribute).collect(),
        description: schema.description.to_owned(),
        description_kind: StringKind::Markdown.into(),
        ..Block::default()
    };
    Message { version: schema.version, block: Some(block) }
}

fn attribute(attribute: &Attribute) -> AttributeMessage {
    let (kind, nested) = match &attribute.kind {
        Kind::Plain(plain) => (plain.to_json().into_bytes(), None),
        // With a nested type the plain one must be absent: clients read any bytes of it.
        Kind::Nested(nesting, attributes) => (Vec::new(), Some(object(*nesting, attributes))),
    };
    AttributeMessage {
        name: attribute.name.to_owned(),
        r#type: kind,
        nested_type: nested,
        description: attribute.description.to_owned(),
        description_kind: StringKind::Markdown.into(),
        required: attribute.mode == Mode::Required,
        optional: matches!(attribute.mode, Mode::Optional | Mode::OptionalComputed),
        computed: matches!(attribute.mode, Mode::Computed | Mode::OptionalComputed),
        sensitive: attribute.sensitive,
        write_only: attribute.write_only,
        deprecated: attribute.deprecated.is_some(),
        deprecation_message: attribute.deprecated.unwrap_or_default().to_owned(),
    }
}

fn object(nesting: Nesting, attributes: &[Attribute]) -> Object {
    let nesting = match nesting {
        Nesting::Single => NestingMode::Single,
        Nesting::List => NestingMode::List,
        Nesting::Set => NestingMode::Set,
        Nesting::Map => NestingMode::Map,
    };
    Object {
        attributes: attributes.iter().map(attribute).collect(),
        nesting: nesting.into(),
        ..Object::default()
    }
}

/// The message of an identity's schema.
pub(super) fn identity_to_wire(identity: &Schema) -> tfplugin6::ResourceIdentitySchema {
    let attribute = |attribute: &Attribute| IdentityAttribute {
        name: attribute.name.to_owned(),
        r#type: attribute.kind.implied_type().to_json().into_bytes(),
        required_for_import: attribute.mode == Mode::Required,
        optional_for_import: attribute.mode != Mode::Required,
        description: attribute.description.to_owned(),
    };
    tfplugin6::ResourceIdentitySchema {
        version: identity.version,
        identity_attributes: identity.attributes.iter().map(attribute).collect(),
    }
}
