//! Flink's REST API behind a Service of Kubernetes.
//!
//! ```text
//! call ─▶ find the Service (once) ─▶ ways, in order ─┬▶ service_proxy ─▶ API server ─▶ pod
//!                                                    ├▶ port_forward  ─▶ API server ─▶ kubelet ─▶ pod
//!                                                    └▶ direct        ─▶ an address of the Service
//! ```
//!
//! `auto` goes on to the next way only where the one before was closed to the
//! call, so that the call itself is the probe and nothing is sent twice; the
//! way that let it through is kept.

mod failure;
mod piped;
mod pods;
mod port_forward;
mod service_proxy;
mod way;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use flink::Endpoint;
use flink::error::Kind;
use flink::transport::{Answer, Call, Exchange, Transport};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::timeout;
use tracing::debug;

use super::Kubernetes;
use super::connection::{Dialing, Stream};
use super::error::Source;
use super::service::Target;
use piped::{Piped, Speech};
use port_forward::Forwarder;
use way::{Known, Way};

pub use way::Access;

/// How long one address of a Service may take.
const PROBE: Duration = Duration::from_secs(2);

/// The way to one cluster's REST API.
pub struct Behind {
    kubernetes: Kubernetes,
    namespace: String,
    name: String,
    /// The cluster whose certificate its REST API shows.
    certified: String,
    access: Access,
    /// Trust, certificate and credentials for Flink itself; its address is
    /// not used.
    endpoint: Endpoint,
    open: Mutex<Option<Arc<Open>>>,
}

/// What has been found and opened so far.
#[derive(Debug)]
struct Open {
    target: Arc<Target>,
    ways: Vec<Way>,
    known: Known,
    forward: Piped,
    direct: Piped,
    sticky: service_proxy::Sticky,
    chosen: std::sync::OnceLock<Way>,
}

impl fmt::Debug for Behind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { namespace, name, access, .. } = self;
        write!(f, "Behind({namespace}/{name}, {access:?})")
    }
}

impl Behind {
    /// The way to the cluster `name`. `endpoint` says whom to trust and what
    /// to show to Flink. Nothing is looked for or opened yet.
    pub fn new(
        kubernetes: Kubernetes,
        (namespace, name): (&str, &str),
        access: Access,
        endpoint: Endpoint,
    ) -> Self {
        let (namespace, name) = (namespace.to_owned(), name.to_owned());
        let certified = name.clone();
        Self { kubernetes, namespace, name, certified, access, endpoint, open: Mutex::default() }
    }

    /// The same, where the REST API shows the certificate of the cluster `name`, whose scout it is.
    #[must_use]
    pub fn certified_as(self, name: &str) -> Self {
        Self { certified: name.to_owned(), ..self }
    }

    async fn carry(&self, call: &Call) -> Result<Answer, Kind> {
        let open = self.open().await?;
        let answer = self.through(&open, call).await;
        if answer.is_err() {
            // The Service may have been changed or made anew; it costs one
            // read to know.
            self.forget(&open).await;
        }
        answer
    }

    async fn through(&self, open: &Open, call: &Call) -> Result<Answer, Kind> {
        let ways = open.chosen.get().map_or(open.ways.as_slice(), std::slice::from_ref);
        let mut closed: Option<Kind> = None;
        for way in ways {
            match self.one(*way, open, call).await {
                Err(kind) if failure::is_of_the_way(&kind) => {
                    debug!(cluster = %self.origin(), %way, %kind, "This way is closed");
                    closed.get_or_insert(kind);
                }
                answer => {
                    if open.chosen.set(*way).is_ok() {
                        debug!(cluster = %self.origin(), %way, access = ?self.access, in_cluster = open.known.in_cluster, tls = open.target.tls, "This way leads to the JobManager");
                    }
                    return answer;
                }
            }
        }
        Err(closed.unwrap_or(Kind::NoService { reason: "no way leads there".to_owned() }))
    }

    async fn one(&self, way: Way, open: &Open, call: &Call) -> Result<Answer, Kind> {
        match way {
            Way::ServiceProxy => {
                service_proxy::carry(&self.kubernetes, &open.target, &open.sticky, call).await
            }
            Way::PortForward => open.forward.carry(call).await,
            Way::Direct => open.direct.carry(call).await,
        }
    }

    async fn open(&self) -> Result<Arc<Open>, Kind> {
        let mut kept = self.open.lock().await;
        if let Some(open) = &*kept {
            return Ok(Arc::clone(open));
        }
        let found = self.kubernetes.find(&self.namespace, &self.name).await;
        let target = Arc::new(found.map_err(failure::of)?);
        let known = Known {
            in_cluster: self.kubernetes.is_in_cluster(),
            shows_credentials: self.endpoint.shows_credentials(),
        };
        let speech = Speech::new(&self.certified(&target), &self.endpoint)?;
        let forwarder = Forwarder::new(self.kubernetes.clone(), Arc::clone(&target));
        let direct = Direct {
            kubernetes: self.kubernetes.clone(),
            target: Arc::clone(&target),
            access: self.access,
            known,
        };
        let open = Arc::new(Open {
            ways: way::ways(self.access, known, &target),
            known,
            forward: Piped::new(speech.clone(), move || forwarder.open()),
            direct: Piped::new(speech, move || direct.clone().open()),
            sticky: service_proxy::Sticky::default(),
            chosen: std::sync::OnceLock::new(),
            target,
        });
        *kept = Some(Arc::clone(&open));
        Ok(open)
    }

    /// The target by the name that its certificate is for.
    fn certified(&self, target: &Target) -> Target {
        if self.certified == self.name {
            return target.clone();
        }
        Target { service: format!("{}-rest", self.certified), ..target.clone() }
    }

    async fn forget(&self, failed: &Arc<Open>) {
        let mut kept = self.open.lock().await;
        if kept.as_ref().is_some_and(|kept| Arc::ptr_eq(kept, failed)) {
            *kept = None;
        }
    }

    fn origin(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }
}

impl Transport for Behind {
    fn exchange<'a>(&'a self, call: &'a Call) -> Exchange<'a> {
        Box::pin(self.carry(call))
    }
}

/// Connects to the first address of a Service that takes the connection.
#[derive(Debug, Clone)]
struct Direct {
    kubernetes: Kubernetes,
    target: Arc<Target>,
    access: Access,
    known: Known,
}

impl Direct {
    fn open(self) -> Dialing<Stream> {
        Box::pin(async move {
            let node = self.node().await;
            let addresses = way::addresses(self.access, self.known, &self.target, node.as_deref());
            let mut closed = Vec::new();
            for (host, port) in addresses {
                match timeout(PROBE, TcpStream::connect((host.as_str(), port))).await {
                    Ok(Ok(stream)) => {
                        stream.set_nodelay(true)?;
                        return Ok(Stream::new(hyper_util::rt::TokioIo::new(stream)));
                    }
                    Ok(Err(error)) => closed.push(format!("{host}:{port} ({error})")),
                    Err(_) => closed.push(format!("{host}:{port} (no answer)")),
                }
            }
            Err(Source::from(format!(
                "no address of the Service can be reached: {}",
                closed.join(", ")
            )))
        })
    }

    /// A node's address, where the Service has a port on every node.
    async fn node(&self) -> Option<String> {
        self.target.node_port?;
        let ready = pods::ready(&self.kubernetes, &self.target).await.ok()?;
        ready.into_iter().find_map(|pod| pod.node)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kubernetes::Configuration;

    /// Its certificate is that of the application's Service: nobody has made one for the scout.
    #[test]
    fn a_scout_shows_the_certificate_of_the_cluster_whose_it_is() {
        let service = json!({
            "metadata": { "namespace": "flink", "name": "orders-scout-rest" },
            "spec": { "ports": [{ "name": "rest", "port": 8081 }] },
        });
        let target = Target::of(&service, true).expect("a target");
        let behind = || {
            let place = ("flink", "orders-scout");
            let kubernetes = Kubernetes::new(Configuration::default());
            Behind::new(kubernetes, place, Access::Auto, Endpoint::anywhere())
        };
        let own = behind().certified(&target).host();
        assert_eq!(own, "orders-scout-rest.flink.svc");
        let certified = behind().certified_as("orders").certified(&target).host();
        assert_eq!(certified, "orders-rest.flink.svc");
    }
}
