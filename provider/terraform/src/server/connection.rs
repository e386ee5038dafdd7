//! One connection: TLS if there is an identity, then HTTP/2, until its end or that of the process.

use std::{convert::Infallible, io, pin::pin, sync::Arc, time::Duration};

use hyper::{server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use proto::tfplugin6::provider_server::Provider;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{debug, error};

use super::{listener::Listener, services::Services};

/// How much may be on its way unread; schemas and states are often larger than the default.
const WINDOW: u32 = 4 << 20;

/// The wait after the system refuses a connection, most often for want of file descriptors.
const AFTER_REFUSAL: Duration = Duration::from_millis(10);

/// Bytes both ways.
pub(super) trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// What every connection is served with.
#[derive(Debug)]
pub(super) struct Connections<S: Provider> {
    /// Who answers.
    pub(super) services: Services<S>,
    /// Whom to admit; `None` is a plain connection.
    pub(super) tls: Option<Arc<ServerConfig>>,
    /// The end of the process: nothing new, and what is under way is answered.
    pub(super) end: CancellationToken,
    /// The connections that still live.
    pub(super) open: TaskTracker,
}

impl<S: Provider> Clone for Connections<S> {
    fn clone(&self) -> Self {
        let Self { services, tls, end, open } = self;
        Self { services: services.clone(), tls: tls.clone(), end: end.clone(), open: open.clone() }
    }
}

impl<S: Provider> Connections<S> {
    /// Serves whoever connects, until dropped. Each one in a task of its own, so that one who
    /// never finishes his TLS handshake keeps nobody else out.
    pub(super) async fn accept(&self, listener: &Listener) -> Infallible {
        loop {
            match listener.accept().await {
                Ok(wire) => drop(self.open.spawn(self.clone().serve(wire))),
                Err(error) => {
                    error!(%error, "failed to accept a connection");
                    tokio::time::sleep(AFTER_REFUSAL).await;
                }
            }
        }
    }

    async fn serve(self, wire: Box<dyn Wire>) {
        let end = self.end.clone();
        let secured = async {
            match self.tls {
                None => Ok(wire),
                Some(tls) => secured(wire, tls).await,
            }
        };
        let wire = tokio::select! {
            wire = secured => wire,
            () = end.cancelled() => return,
        };
        match wire {
            Ok(wire) => answer_all(wire, self.services, end).await,
            Err(error) => error!(%error, "refused a connection: the TLS handshake failed"),
        }
    }
}

async fn secured(wire: Box<dyn Wire>, tls: Arc<ServerConfig>) -> io::Result<Box<dyn Wire>> {
    Ok(Box::new(TlsAcceptor::from(tls).accept(wire).await?))
}

/// Answers calls. At the end, those under way are answered before the connection closes.
async fn answer_all<S: Provider>(
    wire: Box<dyn Wire>,
    services: Services<S>,
    end: CancellationToken,
) {
    let answer = service_fn(move |request| {
        let services = services.clone();
        async move { Ok::<_, Infallible>(services.answer(request).await) }
    });
    let connection = http2::Builder::new(TokioExecutor::new())
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW)
        .serve_connection(TokioIo::new(wire), answer);
    let mut connection = pin!(connection);
    let closed = tokio::select! {
        closed = connection.as_mut() => closed,
        () = end.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = closed {
        debug!(%error, "a connection broke"); // a client that is done often just leaves
    }
}
