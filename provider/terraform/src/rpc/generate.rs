//! `GenerateResourceConfig`.

use proto::tfplugin6::generate_resource_config::{Request, Response};

use crate::{diagnostics::Diagnostics, resource::Provider};

use super::{
    Service,
    call::{Failure, guarded},
    diagnostics, wire,
};

/// The configuration that would describe an object.
pub(super) async fn generate<P: Provider>(service: &Service<P>, request: Request) -> Response {
    let generated = guarded(async { generated(service, &request) }).await;
    generated.unwrap_or_else(|failure: Failure| Response {
        config: None,
        diagnostics: diagnostics::to_wire(failure.diagnostics()),
    })
}

fn generated<P: Provider>(
    service: &Service<P>,
    request: &Request,
) -> Result<Response, Diagnostics> {
    let resource = service
        .resource(&request.type_name)
        .ok_or_else(|| wire::unknown_type(&request.type_name))?;
    let state = wire::decode(request.state.as_ref(), resource.schema())?;
    let config = resource.generate(state)?;
    let config = Some(wire::encode(&config, resource.schema())?);
    Ok(Response { config, diagnostics: Vec::new() })
}
