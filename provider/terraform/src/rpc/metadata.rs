//! What the provider offers: `GetMetadata`, `GetProviderSchema`, `GetResourceIdentitySchemas`, `GetFunctions`.

use std::collections::HashMap;

use proto::tfplugin6::{
    self as p6, ServerCapabilities, StringKind, get_functions, get_metadata, get_provider_schema,
    get_resource_identity_schemas,
};

use crate::{
    registry::{AnyFunction, Catalog},
    resource::Parameter,
    schema::Schema,
};

use super::schema;

/// What the provider offers, by name alone.
pub(super) fn metadata<S>(catalog: &Catalog<S>) -> get_metadata::Response {
    use get_metadata as m;
    let owned = |name: &&str| (*name).to_owned();
    let resource = |type_name| m::ResourceMetadata { type_name };
    let data_source = |type_name| m::DataSourceMetadata { type_name };
    let list = |type_name| m::ListResourceMetadata { type_name };
    let action = |type_name| m::ActionMetadata { type_name };
    let function = |name| m::FunctionMetadata { name };
    m::Response {
        server_capabilities: Some(capabilities(catalog)),
        resources: catalog.resources.keys().map(owned).map(resource).collect(),
        data_sources: catalog.data_sources.keys().map(owned).map(data_source).collect(),
        functions: catalog.functions.keys().map(owned).map(function).collect(),
        list_resources: catalog.lists.keys().map(owned).map(list).collect(),
        actions: catalog.actions.keys().map(owned).map(action).collect(),
        ..m::Response::default()
    }
}

/// Every schema.
pub(super) fn schemas<S>(catalog: &Catalog<S>) -> get_provider_schema::Response {
    get_provider_schema::Response {
        provider: Some(schema::to_wire(&catalog.provider)),
        server_capabilities: Some(capabilities(catalog)),
        resource_schemas: by_name(&catalog.resources, |it| schema::to_wire(it.schema())),
        data_source_schemas: by_name(&catalog.data_sources, |it| schema::to_wire(it.schema())),
        list_resource_schemas: by_name(&catalog.lists, |it| schema::to_wire(it.schema())),
        action_schemas: by_name(&catalog.actions, |it| action_schema(it.schema())),
        functions: functions(catalog).functions,
        ..get_provider_schema::Response::default()
    }
}

/// The schemas of the identities that there are.
pub(super) fn identities<S>(catalog: &Catalog<S>) -> get_resource_identity_schemas::Response {
    let mut identity_schemas =
        by_name(&catalog.resources, |it| schema::identity_to_wire(it.identity()));
    identity_schemas.retain(|_, identity| !identity.identity_attributes.is_empty());
    get_resource_identity_schemas::Response { identity_schemas, diagnostics: Vec::new() }
}

/// Every function.
pub(super) fn functions<S>(catalog: &Catalog<S>) -> get_functions::Response {
    let functions = by_name(&catalog.functions, |it| function(it.as_ref()));
    get_functions::Response { functions, diagnostics: Vec::new() }
}

fn capabilities<S>(catalog: &Catalog<S>) -> ServerCapabilities {
    ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: catalog.resources.values().any(|it| it.accepts_moves()),
        generate_resource_config: true,
    }
}

fn by_name<T, M>(
    offered: &std::collections::BTreeMap<&'static str, T>,
    message: impl Fn(&T) -> M,
) -> HashMap<String, M> {
    offered.iter().map(|(name, it)| ((*name).to_owned(), message(it))).collect()
}

fn action_schema(action: &Schema) -> p6::ActionSchema {
    p6::ActionSchema { schema: Some(schema::to_wire(action)) }
}

fn function(function: &dyn AnyFunction) -> p6::Function {
    p6::Function {
        parameters: function.parameters().into_iter().map(parameter).collect(),
        variadic_parameter: None,
        r#return: Some(p6::function::Return { r#type: function.returns().to_json().into_bytes() }),
        summary: function.summary().to_owned(),
        description: function.description().to_owned(),
        description_kind: StringKind::Markdown.into(),
        deprecation_message: String::new(),
    }
}

fn parameter(parameter: Parameter) -> p6::function::Parameter {
    let Parameter { name, description, kind, nullable } = parameter;
    p6::function::Parameter {
        name: name.to_owned(),
        r#type: kind.to_json().into_bytes(),
        allow_null_value: nullable,
        allow_unknown_values: false,
        description: description.to_owned(),
        description_kind: StringKind::Markdown.into(),
    }
}
