//! `PlanResourceChange`.

use proto::tfplugin6::plan_resource_change::{Request, Response};

use crate::{
    diagnostics::Diagnostics,
    registry::{PlanAnswer, PlanRequest},
    resource::{Deferred, Provider},
};

use super::{
    Service,
    call::guarded,
    diagnostics::{self, deferred_to_wire, path_to_wire},
    wire,
};

/// Plans a create, an update or a destroy. A plan that fails proposes what was there before.
pub(super) async fn plan<P: Provider>(service: &Service<P>, request: Request) -> Response {
    let best = (
        request.prior_state.clone(),
        request.prior_private.clone(),
        request.prior_identity.clone(),
    );
    match guarded(planned(service, request)).await {
        Ok(response) => response,
        Err(failure) => Response {
            planned_state: best.0,
            planned_private: best.1,
            planned_identity: best.2,
            diagnostics: diagnostics::to_wire(failure.diagnostics()),
            ..Response::default()
        },
    }
}

async fn planned<P: Provider>(
    service: &Service<P>,
    request: Request,
) -> Result<Response, Diagnostics> {
    let resource = service
        .resource(&request.type_name)
        .ok_or_else(|| wire::unknown_type(&request.type_name))?;
    // One type for three values: a plan of a thousand objects is made of such calls.
    let of = resource.schema().implied_type();
    let context = service.context(request.client_capabilities);
    let input = PlanRequest {
        prior: wire::decode_as(request.prior_state.as_ref(), &of)?,
        proposed: wire::decode_as(request.proposed_new_state.as_ref(), &of)?,
        config: wire::decode_as(request.config.as_ref(), &of)?,
        private: request.prior_private,
        identity: wire::decode_identity(request.prior_identity.as_ref(), resource.identity())?,
    };
    let mut answer = resource.plan(&context, input).await?;
    answer.deferred = if !context.client.deferral_allowed {
        None // A client that did not offer it takes a deferral for an error.
    } else if service.awaits_configuration() {
        answer.deferred.or(Some(Deferred::ProviderConfigUnknown))
    } else {
        answer.deferred
    };
    encoded(answer, resource)
}

fn encoded<S>(
    answer: PlanAnswer,
    resource: &dyn crate::registry::AnyResource<S>,
) -> Result<Response, Diagnostics> {
    let PlanAnswer { planned, requires_replace, private, identity, deferred, diagnostics } = answer;
    Ok(Response {
        planned_state: Some(wire::encode(&planned, resource.schema())?),
        requires_replace: requires_replace.iter().map(path_to_wire).collect(),
        planned_private: private,
        planned_identity: wire::encode_identity(&identity, resource.identity())?,
        deferred: deferred.map(deferred_to_wire),
        diagnostics: diagnostics::to_wire(diagnostics),
        legacy_type_system: false,
    })
}
