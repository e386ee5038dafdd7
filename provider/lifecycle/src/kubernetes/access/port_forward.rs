//! Through a port forward to a JobManager's pod, over the API server.
//!
//! A forward is opened for each connection of the pool, so that a broken one
//! is replaced by the next call; nothing listens on this machine. All of them
//! lead to one pod, since a jar is uploaded to one pod's disk.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper_util::rt::TokioIo;
use k8s_openapi::api::core::v1;
use kube::api::Api;
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tokio::time::timeout;

use super::pods::{self, Pod};
use crate::kubernetes::Kubernetes;
use crate::kubernetes::connection::{Dialing, Stream};
use crate::kubernetes::error::{self, Error, Kind, Source, Status};
use crate::kubernetes::rule::Rule;
use crate::kubernetes::service::Target;

/// How long a forward may take to stand.
const LIMIT: Duration = Duration::from_secs(15);
/// How long after the end of a stream its reason may come.
const REASON: Duration = Duration::from_secs(1);

/// Opens forwards to one pod of a JobManager.
#[derive(Debug, Clone)]
pub(super) struct Forwarder {
    kubernetes: Kubernetes,
    target: Arc<Target>,
    pod: Arc<std::sync::Mutex<Option<Pod>>>,
}

/// A forward whose pod did not take the connection: nothing was sent.
#[derive(Debug, thiserror::Error)]
#[error("the pod did not take the connection: {0}")]
pub(super) struct Refused(String);

/// No pod can be asked.
#[derive(Debug, thiserror::Error)]
#[error("no JobManager pod of Service {service:?} in namespace {namespace:?} is ready")]
struct NoPod {
    service: String,
    namespace: String,
}

impl Forwarder {
    /// Forwards to the pods behind `target`. Opens nothing yet.
    pub(super) fn new(kubernetes: Kubernetes, target: Arc<Target>) -> Self {
        Self { kubernetes, target, pod: Arc::default() }
    }

    /// A new forward.
    pub(super) fn open(&self) -> Dialing<Stream> {
        let this = self.clone();
        Box::pin(async move {
            match timeout(LIMIT, this.forward()).await {
                Ok(Ok(stream)) => Ok(stream),
                Ok(Err(error)) => {
                    this.remember(None);
                    Err(error)
                }
                Err(late) => {
                    this.remember(None);
                    Err(late.into())
                }
            }
        })
    }

    async fn forward(&self) -> Result<Stream, Source> {
        let pod = self.pod().await?;
        let client = self.kubernetes.client().await?;
        let pods: Api<v1::Pod> = Api::namespaced(client, &self.target.namespace);
        let forwarded = pods.portforward(&pod.name, &[pod.port]).await;
        let mut forward = forwarded.map_err(|error| self.refused(error, &pod))?;
        let stream = forward.take_stream(pod.port).ok_or("the forward has no stream")?;
        let reason = forward.take_error(pod.port);
        let reason = async move {
            match reason {
                Some(reason) => timeout(REASON, reason).await.ok().flatten(),
                None => None,
            }
        };
        Ok(Stream::new(TokioIo::new(Forwarded::new(stream, reason))))
    }

    /// The pod that was used before, else the one that leads, else the first that is ready.
    async fn pod(&self) -> Result<Pod, Source> {
        let kept = self.pod.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(pod) = kept {
            return Ok(pod);
        }
        let ready = pods::leader_first(&self.kubernetes, &self.target).await?;
        let Target { service, namespace, .. } = &*self.target;
        let none = || NoPod { service: service.clone(), namespace: namespace.clone() };
        let pod = ready.into_iter().next().ok_or_else(none)?;
        self.remember(Some(pod.clone()));
        Ok(pod)
    }

    fn remember(&self, pod: Option<Pod>) {
        *self.pod.lock().unwrap_or_else(PoisonError::into_inner) = pod;
    }

    /// An error of kube's as one of ours, with the rule that is missing.
    fn refused(&self, error: kube::Error, pod: &Pod) -> Source {
        let path =
            format!("/api/v1/namespaces/{}/pods/{}/portforward", self.target.namespace, pod.name);
        let call = format!("POST {path}");
        if let kube::Error::Api(status) = error {
            let (code, message) = (status.code, status.message.clone());
            let status =
                || Box::new(Status { code, message: message.clone(), ..Status::default() });
            let kind = match code {
                // A web socket is asked for by GET, and newer servers want
                // the right to create as well.
                403 => Kind::Forbidden(Box::new(error::Forbidden {
                    rule: Rule::of(&http::Method::POST, &path),
                    message,
                })),
                401 => Kind::Unauthorized { message },
                404 => Kind::NotFound(status()),
                _ => Kind::Unavailable(status()),
            };
            return Error { call, kind }.into();
        }
        let kube::Error::Service(source) = error else { return error.into() };
        match source.downcast::<Kind>() {
            Ok(kind) => Error { call, kind: *kind }.into(),
            Err(source) => source,
        }
    }
}

/// One end of a forward, and why the other was closed.
pub(super) struct Forwarded {
    stream: DuplexStream,
    heard: bool,
    reason: Pin<Box<dyn Future<Output = Option<String>> + Send>>,
}

impl Forwarded {
    /// A forward that nothing has come through yet.
    pub(super) fn new(
        stream: DuplexStream,
        reason: impl Future<Output = Option<String>> + Send + 'static,
    ) -> Self {
        Self { stream, heard: false, reason: Box::pin(reason) }
    }
}

impl AsyncRead for Forwarded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        if buffer.filled().len() > before {
            self.heard = true;
        } else if !self.heard && buffer.remaining() > 0 {
            // The end before anything was heard: the reason tells whether the
            // pod was reached at all.
            let reason = ready!(self.reason.as_mut().poll(context));
            self.heard = true;
            if let Some(reason) = reason.filter(|reason| was_never_made(reason)) {
                return Poll::Ready(Err(io::Error::other(Refused(reason))));
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Forwarded {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Whether the words of a container runtime say that the pod's port was never
/// connected to.
fn was_never_made(reason: &str) -> bool {
    ["connection refused", "Connection refused", "failed to connect", "not found", "not running"]
        .iter()
        .any(|words| reason.contains(words))
}
