//! `ReadResource`.

use proto::tfplugin6::read_resource::{Request, Response};

use crate::{
    diagnostics::Diagnostics,
    registry::{Answer, ReadRequest},
    resource::{Deferred, Provider},
};

use super::{
    Service,
    call::guarded,
    diagnostics::{self, deferred_to_wire},
    wire,
};

/// What the object is now. A read that fails leaves everything as recorded.
pub(super) async fn read<P: Provider>(service: &Service<P>, request: Request) -> Response {
    let unread = Response {
        new_state: request.current_state.clone(),
        private: request.private.clone(),
        new_identity: request.current_identity.clone(),
        ..Response::default()
    };
    let context = service.context(request.client_capabilities);
    if context.client.deferral_allowed && service.awaits_configuration() {
        let deferred = Some(deferred_to_wire(Deferred::ProviderConfigUnknown));
        return Response { deferred, ..unread };
    }
    match guarded(now(service, request)).await {
        Ok(response) => response,
        Err(failure) => {
            let diagnostics = diagnostics::to_wire(failure.diagnostics());
            Response { diagnostics, ..unread }
        }
    }
}

async fn now<P: Provider>(service: &Service<P>, request: Request) -> Result<Response, Diagnostics> {
    let resource = service
        .resource(&request.type_name)
        .ok_or_else(|| wire::unknown_type(&request.type_name))?;
    let context = service.context(request.client_capabilities);
    let input = ReadRequest {
        state: wire::decode(request.current_state.as_ref(), resource.schema())?,
        private: request.private,
        identity: wire::decode_identity(request.current_identity.as_ref(), resource.identity())?,
    };
    let Answer { state, private, identity, diagnostics } = resource.read(&context, input).await?;
    Ok(Response {
        new_state: Some(wire::encode(&state, resource.schema())?),
        private,
        new_identity: wire::encode_identity(&identity, resource.identity())?,
        diagnostics: diagnostics::to_wire(diagnostics),
        deferred: None,
    })
}
