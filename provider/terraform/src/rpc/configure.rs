//! `ConfigureProvider`.

use proto::tfplugin6::configure_provider::{Request, Response};

use crate::{diagnostics::Diagnostics, model::Model, path::Path, resource::Provider};

use super::{Service, call::guarded_diagnostics, diagnostics, wire};

/// Makes the session that later calls work with.
pub(super) async fn configure<P: Provider>(service: &Service<P>, request: Request) -> Response {
    let made = guarded_diagnostics(async { make(service, &request) }).await;
    Response { diagnostics: diagnostics::to_wire(made) }
}

fn make<P: Provider>(service: &Service<P>, request: &Request) -> Result<Diagnostics, Diagnostics> {
    let config = wire::decode(request.config.as_ref(), &service.catalog().provider)?;
    let config = P::Config::decode(&config, &Path::root()).map_err(|it| Diagnostics::from(*it))?;
    let (session, diagnostics) = service.provider().configure(config);
    service.configured(session);
    Ok(diagnostics)
}
