//! The services of one process: the provider, and what go-plugin wants beside it.
//!
//! Terraform reads nothing from the two streams and asks for no further connection: they are
//! held open, as clients expect, and stay silent.

use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use http::{Request, Response};
use hyper::body::Incoming;
use proto::{
    health::{
        HealthCheckRequest, HealthCheckResponse,
        health_check_response::ServingStatus,
        health_server::{self, Health, HealthServer},
    },
    plugin::{
        ConnInfo, Empty, StdioData,
        grpc_broker_server::{self, GrpcBroker, GrpcBrokerServer},
        grpc_controller_server::{self, GrpcController, GrpcControllerServer},
        grpc_stdio_server::{self, GrpcStdio, GrpcStdioServer},
    },
    tfplugin6::provider_server::{self, Provider, ProviderServer},
};
use tokio_util::sync::CancellationToken;
use tonic::{Status, Streaming, body::Body, codegen::Service};

use super::dump::Dump;

/// Schemas of large providers pass the default of 4 MiB; Go's servers allow as much as this.
const LARGEST_MESSAGE: usize = 256 << 20;
/// The name under which go-plugin asks for its health.
const HEALTH_NAME: &str = "plugin";

/// Everything that answers on a connection.
#[derive(Debug)]
pub(super) struct Services<S: Provider> {
    provider: Arc<S>,
    beside: Beside,
    dump: Option<Arc<Dump>>,
}

impl<S: Provider> Clone for Services<S> {
    fn clone(&self) -> Self {
        let Self { provider, beside, dump } = self;
        Self { provider: Arc::clone(provider), beside: beside.clone(), dump: dump.clone() }
    }
}

impl<S: Provider> Services<S> {
    /// `shutdown` is cancelled when the client asks for the end; the streams end with `end`.
    pub(super) fn new(
        provider: S,
        shutdown: CancellationToken,
        end: CancellationToken,
        dump: Option<Dump>,
    ) -> Self {
        let beside = Beside { shutdown, end };
        Self { provider: Arc::new(provider), beside, dump: dump.map(Arc::new) }
    }

    /// Answers one call; the path says which service it is for.
    pub(super) async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let Self { provider, beside, dump } = self;
        let beside = beside.clone();
        match service_of(request.uri().path()) {
            provider_server::SERVICE_NAME => {
                let mut server = ProviderServer::from_arc(Arc::clone(provider))
                    .max_decoding_message_size(LARGEST_MESSAGE)
                    .max_encoding_message_size(LARGEST_MESSAGE);
                match dump {
                    None => infallible(server.call(request).await),
                    Some(dump) => infallible(server.call(dump.record(request).await).await),
                }
            }
            grpc_controller_server::SERVICE_NAME => {
                infallible(GrpcControllerServer::new(beside).call(request).await)
            }
            grpc_stdio_server::SERVICE_NAME => {
                infallible(GrpcStdioServer::new(beside).call(request).await)
            }
            grpc_broker_server::SERVICE_NAME => {
                infallible(GrpcBrokerServer::new(beside).call(request).await)
            }
            health_server::SERVICE_NAME => {
                infallible(HealthServer::new(beside).call(request).await)
            }
            unknown => Status::unimplemented(format!("no service {unknown}")).into_http(),
        }
    }
}

/// The service in `/service/method`.
fn service_of(path: &str) -> &str {
    path.split('/').nth(1).unwrap_or_default()
}

fn infallible<T>(answer: Result<T, std::convert::Infallible>) -> T {
    match answer {
        Ok(answer) => answer,
        Err(never) => match never {},
    }
}

/// What answers beside the provider.
#[derive(Clone, Debug)]
struct Beside {
    shutdown: CancellationToken,
    end: CancellationToken,
}

impl Beside {
    /// A stream that says nothing, and ends with the process.
    fn silence<T: Send + 'static>(&self) -> tonic::codegen::BoxStream<T> {
        Box::pin(stream::pending().take_until(self.end.clone().cancelled_owned()))
    }
}

#[tonic::async_trait]
impl GrpcController for Beside {
    async fn shutdown(&self, _: tonic::Request<Empty>) -> Result<tonic::Response<Empty>, Status> {
        self.shutdown.cancel();
        Ok(tonic::Response::new(Empty {}))
    }
}

#[tonic::async_trait]
impl GrpcStdio for Beside {
    async fn stream_stdio(
        &self,
        _: tonic::Request<()>,
    ) -> Result<tonic::Response<tonic::codegen::BoxStream<StdioData>>, Status> {
        Ok(tonic::Response::new(self.silence()))
    }
}

#[tonic::async_trait]
impl GrpcBroker for Beside {
    async fn start_stream(
        &self,
        _: tonic::Request<Streaming<ConnInfo>>,
    ) -> Result<tonic::Response<tonic::codegen::BoxStream<ConnInfo>>, Status> {
        Ok(tonic::Response::new(self.silence()))
    }
}

#[tonic::async_trait]
impl Health for Beside {
    async fn check(
        &self,
        request: tonic::Request<HealthCheckRequest>,
    ) -> Result<tonic::Response<HealthCheckResponse>, Status> {
        let HealthCheckRequest { service } = request.into_inner();
        if !service.is_empty() && service != HEALTH_NAME {
            return Err(Status::not_found(format!("no service {service}")));
        }
        let status = ServingStatus::Serving.into();
        Ok(tonic::Response::new(HealthCheckResponse { status }))
    }
}
