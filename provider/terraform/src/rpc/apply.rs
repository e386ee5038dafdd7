//! `ApplyResourceChange`.

use proto::tfplugin6::{
    DynamicValue,
    apply_resource_change::{Request, Response},
};

use crate::{
    diagnostics::Diagnostics,
    plan::{known_or_null, without_write_only},
    registry::{Answer, AnyResource, ApplyRequest},
    resource::Provider,
};

use super::{
    Service,
    call::{Failure, guarded},
    diagnostics, wire,
};

/// Creates, updates or deletes. Whatever happens, the best known state is answered.
pub(super) async fn apply<P: Provider>(service: &Service<P>, request: Request) -> Response {
    match guarded(applied(service, request.clone())).await {
        Ok(response) => response,
        Err(failure) => failed(service, request, failure),
    }
}

async fn applied<P: Provider>(
    service: &Service<P>,
    request: Request,
) -> Result<Response, Diagnostics> {
    let resource = service
        .resource(&request.type_name)
        .ok_or_else(|| wire::unknown_type(&request.type_name))?;
    let schema = resource.schema();
    let context = service.context(None);
    let input = ApplyRequest {
        prior: wire::decode(request.prior_state.as_ref(), schema)?,
        planned: wire::decode(request.planned_state.as_ref(), schema)?,
        config: wire::decode(request.config.as_ref(), schema)?,
        private: request.planned_private,
        identity: wire::decode_identity(request.planned_identity.as_ref(), resource.identity())?,
    };
    encoded(resource.apply(&context, input).await?, resource)
}

fn encoded<S>(answer: Answer, resource: &dyn AnyResource<S>) -> Result<Response, Diagnostics> {
    let Answer { state, private, identity, diagnostics } = answer;
    Ok(Response {
        new_state: Some(wire::encode(&state, resource.schema())?),
        private,
        new_identity: wire::encode_identity(&identity, resource.identity())?,
        diagnostics: diagnostics::to_wire(diagnostics),
        legacy_type_system: false,
    })
}

/// What was there stays recorded. Of a create that panicked nobody knows what it has made, so what
/// was planned is recorded, for a delete to find and remove.
fn failed<P: Provider>(service: &Service<P>, request: Request, failure: Failure) -> Response {
    let was_there = wire::is_present(request.prior_state.as_ref());
    let new_state = match (was_there, &failure) {
        (true, _) => request.prior_state,
        (false, Failure::Panicked(_)) => service
            .resource(&request.type_name)
            .and_then(|resource| planned_as_known(resource, request.planned_state.as_ref())),
        (false, Failure::Told(_)) => None,
    };
    let private = if new_state.is_some() { request.planned_private } else { Vec::new() };
    let identity = if was_there { request.planned_identity } else { None };
    Response {
        new_state,
        private,
        new_identity: identity,
        diagnostics: diagnostics::to_wire(failure.diagnostics()),
        legacy_type_system: false,
    }
}

fn planned_as_known<S>(
    resource: &dyn AnyResource<S>,
    planned: Option<&DynamicValue>,
) -> Option<DynamicValue> {
    let schema = resource.schema();
    let planned = wire::decode(planned, schema).ok()?;
    let known = without_write_only(&schema.attributes, known_or_null(planned));
    wire::encode(&known, schema).ok()
}
