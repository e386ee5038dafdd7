//! The service: who answers which call.

use std::{
    sync::{Arc, Mutex, PoisonError, RwLock},
    thread::{self, JoinHandle},
};

use proto::tfplugin6::{self as p6, get_provider_schema::Response as Schemas};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, codegen::BoxStream};
use tracing::Instrument;

use crate::{
    registry::{AnyResource, Catalog},
    resource::{Client, Context, Provider},
};

use super::{
    action, apply, call::span, configure, data_source, function, generate, import, list, metadata,
    move_state, plan, read, upgrade, validate,
};

/// A provider as the protocol's service. Clones are the same provider.
pub struct Service<P: Provider> {
    shared: Arc<Shared<P>>,
}

struct Shared<P: Provider> {
    provider: P,
    catalog: Arc<Catalog<P::Session>>,
    /// Every client's first question, answered while it still reads the handshake.
    schemas: Mutex<Option<JoinHandle<Schemas>>>,
    session: RwLock<Configured<P::Session>>,
    end: CancellationToken,
    stop: Mutex<CancellationToken>,
}

/// What the client has told of the provider block.
#[derive(Debug)]
pub(super) enum Configured<S> {
    /// Nothing yet.
    NotYet,
    /// Something that a session needs is not known yet.
    Unknown,
    /// All of it.
    Known(Arc<S>),
}

impl<P: Provider> Service<P> {
    pub(crate) fn new(provider: P, catalog: Catalog<P::Session>) -> Self {
        let session = RwLock::new(Configured::NotYet);
        let end = CancellationToken::new();
        let stop = Mutex::new(end.child_token());
        let catalog = Arc::new(catalog);
        let of = Arc::clone(&catalog);
        let schemas = thread::Builder::new().spawn(move || metadata::schemas(&of));
        let schemas = Mutex::new(schemas.ok());
        Self { shared: Arc::new(Shared { provider, catalog, schemas, session, end, stop }) }
    }

    /// Cancelled by whoever ends the process, so that every call, later ones
    /// too, comes to a true answer soon. See [`crate::server::Options::stop`].
    pub fn end(&self) -> CancellationToken {
        self.shared.end.clone()
    }

    /// Asks every call in flight to end soon; later calls are not concerned.
    pub fn stop(&self) {
        let mut stop = self.shared.stop.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *stop, self.shared.end.child_token()).cancel();
    }

    pub(super) fn provider(&self) -> &P {
        &self.shared.provider
    }

    pub(super) fn catalog(&self) -> &Catalog<P::Session> {
        &self.shared.catalog
    }

    fn schemas(&self) -> Schemas {
        let ahead = self.shared.schemas.lock().unwrap_or_else(PoisonError::into_inner).take();
        let ahead = ahead.and_then(|thread| thread.join().ok());
        ahead.unwrap_or_else(|| metadata::schemas(self.catalog()))
    }

    pub(super) fn resource(&self, type_name: &str) -> Option<&dyn AnyResource<P::Session>> {
        self.shared.catalog.resources.get(type_name).map(AsRef::as_ref)
    }

    /// A debugged provider is configured again and again; the newest session counts.
    pub(super) fn configured(&self, session: Option<P::Session>) {
        let configured = session.map_or(Configured::Unknown, |it| Configured::Known(Arc::new(it)));
        *self.shared.session.write().unwrap_or_else(PoisonError::into_inner) = configured;
    }

    pub(super) fn context(&self, client: Option<p6::ClientCapabilities>) -> Context<P::Session> {
        let stop = self.shared.stop.lock().unwrap_or_else(PoisonError::into_inner).child_token();
        let session = self.shared.session.read().unwrap_or_else(PoisonError::into_inner);
        let session = match &*session {
            Configured::Known(session) => Some(Arc::clone(session)),
            Configured::Unknown | Configured::NotYet => None,
        };
        Context { session, stop, client: capabilities(client) }
    }

    /// Whether the provider block was given and cannot be known yet.
    pub(super) fn awaits_configuration(&self) -> bool {
        let session = self.shared.session.read().unwrap_or_else(PoisonError::into_inner);
        matches!(&*session, Configured::Unknown)
    }
}

pub(super) fn capabilities(client: Option<p6::ClientCapabilities>) -> Client {
    let client = client.unwrap_or_default();
    Client {
        deferral_allowed: client.deferral_allowed,
        write_only_allowed: client.write_only_attributes_allowed,
    }
}

impl<P: Provider> Clone for Service<P> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<P: Provider> std::fmt::Debug for Service<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.shared.catalog.fmt(f)
    }
}

/// The future of a call that answers one message.
macro_rules! answer {
    ($rpc:literal, $type_name:expr, $call:expr) => {{
        let span = span($rpc, &$type_name);
        Ok(Response::new($call.instrument(span).await))
    }};
}

#[tonic::async_trait]
impl<P: Provider> p6::provider_server::Provider for Service<P> {
    async fn get_metadata(
        &self,
        _request: Request<p6::get_metadata::Request>,
    ) -> Result<Response<p6::get_metadata::Response>, Status> {
        Ok(Response::new(metadata::metadata(self.catalog())))
    }

    async fn get_provider_schema(
        &self,
        _request: Request<p6::get_provider_schema::Request>,
    ) -> Result<Response<p6::get_provider_schema::Response>, Status> {
        Ok(Response::new(self.schemas()))
    }

    async fn get_resource_identity_schemas(
        &self,
        _request: Request<p6::get_resource_identity_schemas::Request>,
    ) -> Result<Response<p6::get_resource_identity_schemas::Response>, Status> {
        Ok(Response::new(metadata::identities(self.catalog())))
    }

    async fn get_functions(
        &self,
        _request: Request<p6::get_functions::Request>,
    ) -> Result<Response<p6::get_functions::Response>, Status> {
        Ok(Response::new(metadata::functions(self.catalog())))
    }

    async fn validate_provider_config(
        &self,
        request: Request<p6::validate_provider_config::Request>,
    ) -> Result<Response<p6::validate_provider_config::Response>, Status> {
        let request = request.into_inner();
        answer!("ValidateProviderConfig", "", validate::provider(self, request))
    }

    async fn configure_provider(
        &self,
        request: Request<p6::configure_provider::Request>,
    ) -> Result<Response<p6::configure_provider::Response>, Status> {
        let request = request.into_inner();
        answer!("ConfigureProvider", "", configure::configure(self, request))
    }

    async fn validate_resource_config(
        &self,
        request: Request<p6::validate_resource_config::Request>,
    ) -> Result<Response<p6::validate_resource_config::Response>, Status> {
        let request = request.into_inner();
        answer!("ValidateResourceConfig", request.type_name, validate::resource(self, request))
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<p6::validate_data_resource_config::Request>,
    ) -> Result<Response<p6::validate_data_resource_config::Response>, Status> {
        let request = request.into_inner();
        answer!(
            "ValidateDataResourceConfig",
            request.type_name,
            validate::data_source(self, request)
        )
    }

    async fn validate_list_resource_config(
        &self,
        request: Request<p6::validate_list_resource_config::Request>,
    ) -> Result<Response<p6::validate_list_resource_config::Response>, Status> {
        let request = request.into_inner();
        answer!("ValidateListResourceConfig", request.type_name, validate::list(self, request))
    }

    async fn validate_action_config(
        &self,
        request: Request<p6::validate_action_config::Request>,
    ) -> Result<Response<p6::validate_action_config::Response>, Status> {
        let request = request.into_inner();
        answer!("ValidateActionConfig", request.type_name, validate::action(self, request))
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<p6::upgrade_resource_state::Request>,
    ) -> Result<Response<p6::upgrade_resource_state::Response>, Status> {
        let request = request.into_inner();
        answer!("UpgradeResourceState", request.type_name, upgrade::state(self, request))
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<p6::upgrade_resource_identity::Request>,
    ) -> Result<Response<p6::upgrade_resource_identity::Response>, Status> {
        let request = request.into_inner();
        answer!("UpgradeResourceIdentity", request.type_name, upgrade::identity(self, request))
    }

    async fn read_resource(
        &self,
        request: Request<p6::read_resource::Request>,
    ) -> Result<Response<p6::read_resource::Response>, Status> {
        let request = request.into_inner();
        answer!("ReadResource", request.type_name, read::read(self, request))
    }

    async fn plan_resource_change(
        &self,
        request: Request<p6::plan_resource_change::Request>,
    ) -> Result<Response<p6::plan_resource_change::Response>, Status> {
        let request = request.into_inner();
        answer!("PlanResourceChange", request.type_name, plan::plan(self, request))
    }

    async fn apply_resource_change(
        &self,
        request: Request<p6::apply_resource_change::Request>,
    ) -> Result<Response<p6::apply_resource_change::Response>, Status> {
        let request = request.into_inner();
        answer!("ApplyResourceChange", request.type_name, apply::apply(self, request))
    }

    async fn import_resource_state(
        &self,
        request: Request<p6::import_resource_state::Request>,
    ) -> Result<Response<p6::import_resource_state::Response>, Status> {
        let request = request.into_inner();
        answer!("ImportResourceState", request.type_name, import::import(self, request))
    }

    async fn move_resource_state(
        &self,
        request: Request<p6::move_resource_state::Request>,
    ) -> Result<Response<p6::move_resource_state::Response>, Status> {
        let request = request.into_inner();
        answer!(
            "MoveResourceState",
            request.target_type_name,
            move_state::move_state(self, request)
        )
    }

    async fn generate_resource_config(
        &self,
        request: Request<p6::generate_resource_config::Request>,
    ) -> Result<Response<p6::generate_resource_config::Response>, Status> {
        let request = request.into_inner();
        answer!("GenerateResourceConfig", request.type_name, generate::generate(self, request))
    }

    async fn read_data_source(
        &self,
        request: Request<p6::read_data_source::Request>,
    ) -> Result<Response<p6::read_data_source::Response>, Status> {
        let request = request.into_inner();
        answer!("ReadDataSource", request.type_name, data_source::read(self, request))
    }

    async fn call_function(
        &self,
        request: Request<p6::call_function::Request>,
    ) -> Result<Response<p6::call_function::Response>, Status> {
        let request = request.into_inner();
        answer!("CallFunction", request.name, function::call(self, request))
    }

    async fn plan_action(
        &self,
        request: Request<p6::plan_action::Request>,
    ) -> Result<Response<p6::plan_action::Response>, Status> {
        let request = request.into_inner();
        answer!("PlanAction", request.action_type, action::plan(self, request))
    }

    async fn list_resource(
        &self,
        request: Request<p6::list_resource::Request>,
    ) -> Result<Response<BoxStream<p6::list_resource::Event>>, Status> {
        Ok(Response::new(list::list(self, request.into_inner())))
    }

    async fn invoke_action(
        &self,
        request: Request<p6::invoke_action::Request>,
    ) -> Result<Response<BoxStream<p6::invoke_action::Event>>, Status> {
        Ok(Response::new(action::invoke(self, request.into_inner())))
    }

    /// Answers at once: what is in flight ends by itself, with its true state.
    async fn stop_provider(
        &self,
        _request: Request<p6::stop_provider::Request>,
    ) -> Result<Response<p6::stop_provider::Response>, Status> {
        self.stop();
        Ok(Response::new(p6::stop_provider::Response::default()))
    }
}
