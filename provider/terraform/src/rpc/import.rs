//! `ImportResourceState`.

use proto::tfplugin6::import_resource_state::{ImportedResource, Request, Response};

use crate::{
    diagnostics::Diagnostics,
    registry::{Answer, AnyResource},
    resource::{Deferred, ImportBy, Provider},
};

use super::{
    Service,
    call::{Failure, guarded},
    diagnostics::{self, deferred_to_wire},
    wire,
};

/// Finds an object by id or identity.
pub(super) async fn import<P: Provider>(service: &Service<P>, request: Request) -> Response {
    let context = service.context(request.client_capabilities);
    if context.client.deferral_allowed && service.awaits_configuration() {
        let deferred = Some(deferred_to_wire(Deferred::ProviderConfigUnknown));
        return Response { deferred, ..Response::default() };
    }
    guarded(imported(service, request)).await.unwrap_or_else(|failure: Failure| Response {
        diagnostics: diagnostics::to_wire(failure.diagnostics()),
        ..Response::default()
    })
}

async fn imported<P: Provider>(
    service: &Service<P>,
    request: Request,
) -> Result<Response, Diagnostics> {
    let resource = service
        .resource(&request.type_name)
        .ok_or_else(|| wire::unknown_type(&request.type_name))?;
    let context = service.context(request.client_capabilities);
    let identity = wire::decode_identity(request.identity.as_ref(), resource.identity())?;
    let by =
        if identity.is_null() { ImportBy::Id(request.id) } else { ImportBy::Identity(identity) };
    let answer = resource.import(&context, by).await?;
    encoded(request.type_name, answer, resource)
}

fn encoded<S>(
    type_name: String,
    answer: Answer,
    resource: &dyn AnyResource<S>,
) -> Result<Response, Diagnostics> {
    let Answer { state, private, identity, diagnostics } = answer;
    let mut imported_resources = Vec::new();
    if !state.is_null() {
        imported_resources.push(ImportedResource {
            type_name,
            state: Some(wire::encode(&state, resource.schema())?),
            private,
            identity: wire::encode_identity(&identity, resource.identity())?,
        });
    }
    let diagnostics = diagnostics::to_wire(diagnostics);
    Ok(Response { imported_resources, diagnostics, deferred: None })
}
