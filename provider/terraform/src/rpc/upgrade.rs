//! `UpgradeResourceState` and `UpgradeResourceIdentity`.

use proto::tfplugin6::{
    RawState, upgrade_resource_identity as of_identity, upgrade_resource_state as of_state,
};
use serde_json::Value as Json;

use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    plan::without_write_only,
    resource::Provider,
    schema::Schema,
    value::{Value, json},
};

use super::{
    Service,
    call::{Failure, guarded},
    diagnostics, wire,
};

/// `UpgradeResourceState`: clients ask each time that they read a state, current ones too.
pub(super) async fn state<P: Provider>(
    service: &Service<P>,
    request: of_state::Request,
) -> of_state::Response {
    let upgraded = guarded(async { upgraded_state(service, &request) }).await;
    upgraded.unwrap_or_else(|failure: Failure| of_state::Response {
        upgraded_state: None,
        diagnostics: diagnostics::to_wire(failure.diagnostics()),
    })
}

fn upgraded_state<P: Provider>(
    service: &Service<P>,
    request: &of_state::Request,
) -> Result<of_state::Response, Diagnostics> {
    let resource = service
        .resource(&request.type_name)
        .ok_or_else(|| wire::unknown_type(&request.type_name))?;
    let schema = resource.schema();
    let state = resource.upgrade(request.version, parsed(request.raw_state.as_ref())?)?;
    let state = decoded(&state, schema)?;
    let state = without_write_only(&schema.attributes, state);
    let upgraded_state = Some(wire::encode(&state, schema)?);
    Ok(of_state::Response { upgraded_state, diagnostics: Vec::new() })
}

/// `UpgradeResourceIdentity`: clients ask where an identity was recorded in another version.
pub(super) async fn identity<P: Provider>(
    service: &Service<P>,
    request: of_identity::Request,
) -> of_identity::Response {
    let upgraded = guarded(async { upgraded_identity(service, &request) }).await;
    upgraded.unwrap_or_else(|failure: Failure| of_identity::Response {
        upgraded_identity: None,
        diagnostics: diagnostics::to_wire(failure.diagnostics()),
    })
}

fn upgraded_identity<P: Provider>(
    service: &Service<P>,
    request: &of_identity::Request,
) -> Result<of_identity::Response, Diagnostics> {
    let resource = service
        .resource(&request.type_name)
        .ok_or_else(|| wire::unknown_type(&request.type_name))?;
    let schema = resource.identity();
    let recorded = parsed(request.raw_identity.as_ref())?;
    let identity = resource.upgrade_identity(request.version, recorded)?;
    let identity = decoded(&identity, schema)?;
    let upgraded_identity = wire::encode_identity(&identity, schema)?;
    Ok(of_identity::Response { upgraded_identity, diagnostics: Vec::new() })
}

/// Attributes that the schema has lost are dropped, those that it has gained are null.
fn decoded(recorded: &Json, schema: &Schema) -> Result<Value, Diagnostics> {
    json::from_json(recorded, &schema.implied_type()).map_err(|misfit| {
        let text = misfit.to_string();
        refused(&format!("{} does not fit the schema: {text}", misfit.path()))
    })
}

/// The recorded JSON.
pub(super) fn parsed(raw: Option<&RawState>) -> Result<Json, Diagnostics> {
    let Some(raw) = raw else { return Err(refused("the client sent no state")) };
    if raw.json.is_empty() {
        return Err(refused("the state was written by a client older than Terraform 0.12"));
    }
    serde_json::from_slice(&raw.json)
        .map_err(|error| refused(&format!("the state is no JSON: {error}")))
}

fn refused(why: &str) -> Diagnostics {
    let detail = format!("The recorded state cannot be read: {why}. It was not changed.");
    Diagnostic::error("Unable to Upgrade Resource State", detail).into()
}
