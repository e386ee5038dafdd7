//! `MoveResourceState`.

use proto::tfplugin6::move_resource_state::{Request, Response};

use crate::{
    diagnostics::Diagnostics,
    registry::Answer,
    resource::{MoveSource, Provider},
};

use super::{
    Service,
    call::{Failure, guarded},
    diagnostics, upgrade, wire,
};

/// Takes over an object of another type, where the resource says that it can.
pub(super) async fn move_state<P: Provider>(service: &Service<P>, request: Request) -> Response {
    let moved = guarded(async { moved(service, request) }).await;
    moved.unwrap_or_else(|failure: Failure| Response {
        diagnostics: diagnostics::to_wire(failure.diagnostics()),
        ..Response::default()
    })
}

fn moved<P: Provider>(service: &Service<P>, request: Request) -> Result<Response, Diagnostics> {
    let resource = service
        .resource(&request.target_type_name)
        .ok_or_else(|| wire::unknown_type(&request.target_type_name))?;
    let source = MoveSource {
        provider: request.source_provider_address,
        type_name: request.source_type_name,
        version: request.source_schema_version,
        state: upgrade::parsed(request.source_state.as_ref())?,
        private: request.source_private,
    };
    let Answer { state, private, identity, diagnostics } = resource.moved(&source)?;
    Ok(Response {
        target_state: Some(wire::encode(&state, resource.schema())?),
        target_private: private,
        target_identity: wire::encode_identity(&identity, resource.identity())?,
        diagnostics: diagnostics::to_wire(diagnostics),
    })
}
