//! The compiled messages and calls are those of the protocol's table, to the last number.
//!
//! `protocol-6.11.txt` has one line per call, message and enum: `name=number type`, `?` for
//! optional, `[]` for repeated; types are named from the innermost scope that has them.

use std::collections::BTreeSet;

use prost::Message as _;
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorSet,
    MethodDescriptorProto,
    field_descriptor_proto::{Label, Type},
};

const TABLE: &str = include_str!("protocol-6.11.txt");
const COMPILED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
const PACKAGE: &str = ".tfplugin6.";

#[test]
fn every_call_message_field_and_enum_value_is_that_of_the_table() {
    let table: BTreeSet<String> = TABLE.lines().map(str::to_owned).collect();
    let compiled: BTreeSet<String> = compiled_lines().into_iter().collect();
    let missing: Vec<_> = table.difference(&compiled).collect();
    let unexpected: Vec<_> = compiled.difference(&table).collect();
    assert!(
        missing.is_empty() && unexpected.is_empty(),
        "in the table only: {missing:#?}\ncompiled only: {unexpected:#?}"
    );
}

#[test]
fn the_table_is_the_whole_protocol() {
    let count = |kind: &str| TABLE.lines().filter(|line| line.starts_with(kind)).count();
    assert_eq!((count("rpc "), count("message "), count("enum ")), (36, 107, 5));
}

fn compiled_lines() -> Vec<String> {
    let files = FileDescriptorSet::decode(COMPILED).expect("the build wrote it");
    let file = files.file.iter().find(|file| file.package() == "tfplugin6").expect("compiled");
    let mut lines: Vec<String> = Vec::new();
    lines.extend(file.service.iter().flat_map(|service| &service.method).map(call));
    lines.extend(file.enum_type.iter().map(|one| enumeration("", one)));
    for one in &file.message_type {
        message("", one, &mut lines);
    }
    lines
}

fn call(method: &MethodDescriptorProto) -> String {
    let side = |stream: bool, name: &str| {
        format!("({}{})", if stream { "stream " } else { "" }, scoped("", name))
    };
    format!(
        "rpc {}: {} → {}",
        method.name(),
        side(method.client_streaming(), method.input_type()),
        side(method.server_streaming(), method.output_type())
    )
}

fn message(scope: &str, one: &DescriptorProto, lines: &mut Vec<String>) {
    let name = format!("{scope}{}", one.name());
    let inner = format!("{name}.");
    let is_wrapper = one.field.is_empty() && !one.nested_type.is_empty();
    if !is_wrapper {
        lines.push(format!("message {name}: {}", fields(&inner, one)));
    }
    lines.extend(one.enum_type.iter().map(|nested| enumeration(&inner, nested)));
    for nested in one.nested_type.iter().filter(|nested| !is_map_entry(nested)) {
        message(&inner, nested, lines);
    }
}

fn fields(scope: &str, one: &DescriptorProto) -> String {
    let written: Vec<String> =
        one.field.iter().map(|field| field_text(scope, one, field)).collect();
    let choice = one.oneof_decl.iter().find(|choice| !choice.name().starts_with('_'));
    match choice {
        Some(choice) => format!("oneof {}{{{}}}", choice.name(), written.join("; ")),
        None if written.is_empty() => "(empty)".to_owned(),
        None => written.join(" · "),
    }
}

fn field_text(scope: &str, one: &DescriptorProto, field: &FieldDescriptorProto) -> String {
    let entry = one.nested_type.iter().find(|nested| {
        is_map_entry(nested) && field.type_name().ends_with(&format!(".{}", nested.name()))
    });
    let text = match entry {
        Some(entry) => {
            format!("map<{},{}>", type_text("", &entry.field[0]), type_text("", &entry.field[1]))
        }
        None if field.label() == Label::Repeated => format!("[]{}", type_text(scope, field)),
        None if field.proto3_optional() => format!("{}?", type_text(scope, field)),
        None => type_text(scope, field),
    };
    format!("{}={} {text}", field.name(), field.number())
}

fn type_text(scope: &str, field: &FieldDescriptorProto) -> String {
    let kind = field.r#type();
    if matches!(kind, Type::Message | Type::Enum) {
        return scoped(scope, field.type_name());
    }
    kind.as_str_name().trim_start_matches("TYPE_").to_lowercase()
}

fn enumeration(scope: &str, one: &EnumDescriptorProto) -> String {
    let values: Vec<String> =
        one.value.iter().map(|value| format!("{}={}", value.name(), value.number())).collect();
    format!("enum {scope}{}: {}", one.name(), values.join(" · "))
}

/// A full name as seen from `scope`: without the longest part of the scope that it begins with.
fn scoped(scope: &str, full_name: &str) -> String {
    let name = full_name.strip_prefix(PACKAGE).unwrap_or_else(|| full_name.trim_start_matches('.'));
    let enclosing = scope.match_indices('.').map(|(dot, _)| &scope[..=dot]);
    enclosing.filter_map(|part| name.strip_prefix(part)).next_back().unwrap_or(name).to_owned()
}

fn is_map_entry(one: &DescriptorProto) -> bool {
    one.options.as_ref().is_some_and(prost_types::MessageOptions::map_entry)
}
