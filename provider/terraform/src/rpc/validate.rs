//! The five calls that check a configuration before anything is planned. Values may be unknown.

use proto::tfplugin6::{
    DynamicValue, validate_action_config, validate_data_resource_config,
    validate_list_resource_config, validate_provider_config, validate_resource_config,
};

use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    model::Model,
    path::Path,
    plan,
    registry::AnyResource,
    resource::Provider,
    schema::Schema,
    value::Value,
};

use super::{Service, call::guarded_diagnostics, diagnostics, service::capabilities, wire};

/// `ValidateProviderConfig`.
pub(super) async fn provider<P: Provider>(
    service: &Service<P>,
    request: validate_provider_config::Request,
) -> validate_provider_config::Response {
    let check = |config: &Value| {
        let config = P::Config::decode(config, &Path::root());
        Ok(service.provider().validate(&config.map_err(|it| Diagnostics::from(*it))?))
    };
    let schema = Some(&service.catalog().provider);
    let diagnostics = checked(schema, "provider", request.config.as_ref(), check).await;
    validate_provider_config::Response { diagnostics }
}

/// `ValidateResourceConfig`.
pub(super) async fn resource<P: Provider>(
    service: &Service<P>,
    request: validate_resource_config::Request,
) -> validate_resource_config::Response {
    let found = service.resource(&request.type_name);
    let allowed = capabilities(request.client_capabilities).write_only_allowed;
    let check = |config: &Value| {
        let Some(resource) = found else { return Ok(Diagnostics::new()) };
        let mut diagnostics = resource.validate(config)?;
        if !allowed {
            diagnostics.extend(write_only_unsupported(resource.schema(), config));
        }
        Ok(diagnostics)
    };
    let schema = found.map(AnyResource::schema);
    let diagnostics = checked(schema, &request.type_name, request.config.as_ref(), check).await;
    validate_resource_config::Response { diagnostics }
}

/// `ValidateDataResourceConfig`.
pub(super) async fn data_source<P: Provider>(
    service: &Service<P>,
    request: validate_data_resource_config::Request,
) -> validate_data_resource_config::Response {
    let found = service.catalog().data_sources.get(request.type_name.as_str());
    let check =
        |config: &Value| found.map_or_else(|| Ok(Diagnostics::new()), |it| it.validate(config));
    let schema = found.map(|it| it.schema());
    let diagnostics = checked(schema, &request.type_name, request.config.as_ref(), check).await;
    validate_data_resource_config::Response { diagnostics }
}

/// `ValidateListResourceConfig`.
pub(super) async fn list<P: Provider>(
    service: &Service<P>,
    request: validate_list_resource_config::Request,
) -> validate_list_resource_config::Response {
    let found = service.catalog().lists.get(request.type_name.as_str());
    let check =
        |config: &Value| found.map_or_else(|| Ok(Diagnostics::new()), |it| it.validate(config));
    let schema = found.map(|it| it.schema());
    let diagnostics = checked(schema, &request.type_name, request.config.as_ref(), check).await;
    validate_list_resource_config::Response { diagnostics }
}

/// `ValidateActionConfig`.
pub(super) async fn action<P: Provider>(
    service: &Service<P>,
    request: validate_action_config::Request,
) -> validate_action_config::Response {
    let found = service.catalog().actions.get(request.type_name.as_str());
    let check =
        |config: &Value| found.map_or_else(|| Ok(Diagnostics::new()), |it| it.validate(config));
    let schema = found.map(|it| it.schema());
    let diagnostics = checked(schema, &request.type_name, request.config.as_ref(), check).await;
    validate_action_config::Response { diagnostics }
}

/// The schema's own rules first, then the author's.
async fn checked(
    schema: Option<&Schema>,
    type_name: &str,
    config: Option<&DynamicValue>,
    check: impl Fn(&Value) -> Result<Diagnostics, Diagnostics>,
) -> Vec<proto::tfplugin6::Diagnostic> {
    let checked = guarded_diagnostics(async {
        let schema = schema.ok_or_else(|| wire::unknown_type(type_name))?;
        let config = wire::decode(config, schema)?;
        let mut found = plan::broken_rules(&schema.attributes, &config);
        found.extend(check(&config)?);
        Ok(found)
    });
    diagnostics::to_wire(checked.await)
}

fn write_only_unsupported(schema: &Schema, config: &Value) -> Vec<Diagnostic> {
    let told = |path: Path| {
        Diagnostic::error(
            "Write-only attribute not supported",
            format!(
                "The value of {path} would be stored in the state: this client does not support \
                 write-only attributes. They need Terraform 1.11, OpenTofu 1.11 or later."
            ),
        )
        .at(path)
    };
    plan::write_only_set(&schema.attributes, config).into_iter().map(told).collect()
}
