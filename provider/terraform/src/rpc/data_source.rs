//! `ReadDataSource`.

use proto::tfplugin6::read_data_source::{Request, Response};

use crate::{
    diagnostics::Diagnostics,
    resource::{Deferred, Provider},
};

use super::{
    Service,
    call::{Failure, guarded},
    diagnostics::{self, deferred_to_wire},
    wire,
};

/// Looks a data source up.
pub(super) async fn read<P: Provider>(service: &Service<P>, request: Request) -> Response {
    let context = service.context(request.client_capabilities);
    if context.client.deferral_allowed && service.awaits_configuration() {
        let deferred = Some(deferred_to_wire(Deferred::ProviderConfigUnknown));
        return Response { state: request.config, deferred, ..Response::default() };
    }
    guarded(found(service, request)).await.unwrap_or_else(|failure: Failure| Response {
        diagnostics: diagnostics::to_wire(failure.diagnostics()),
        ..Response::default()
    })
}

async fn found<P: Provider>(
    service: &Service<P>,
    request: Request,
) -> Result<Response, Diagnostics> {
    let data_source = service
        .catalog()
        .data_sources
        .get(request.type_name.as_str())
        .ok_or_else(|| wire::unknown_type(&request.type_name))?;
    let context = service.context(request.client_capabilities);
    let config = wire::decode(request.config.as_ref(), data_source.schema())?;
    let (state, told) = data_source.read(&context, config).await?;
    let state = Some(wire::encode(&state, data_source.schema())?);
    Ok(Response { state, diagnostics: diagnostics::to_wire(told), deferred: None })
}
