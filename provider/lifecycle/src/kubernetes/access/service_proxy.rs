//! Through the API server's proxy for Services.
//!
//! The proxy picks a pod for each call. A jar is uploaded to one pod's disk,
//! so that with several JobManagers what concerns jars goes through the proxy
//! for pods, to the one that leads.

use flink::error::Kind;
use flink::transport::{Answer, Call};
use http::{Request, header};
use http_body_util::BodyExt;
use tokio::sync::OnceCell;
use tracing::debug;

use super::{failure, piped, pods};
use crate::kubernetes::Kubernetes;
use crate::kubernetes::error::Error;
use crate::kubernetes::rule::Rule;
use crate::kubernetes::service::Target;

/// The pod that jars go to, where there are several.
pub(super) type Sticky = OnceCell<Option<pods::Pod>>;

/// One exchange.
pub(super) async fn carry(
    kubernetes: &Kubernetes,
    target: &Target,
    sticky: &Sticky,
    call: &Call,
) -> Result<Answer, Kind> {
    let pod = if call.path.starts_with("/jars") {
        sticky.get_or_init(|| one_of_several(kubernetes, target)).await.as_ref()
    } else {
        None
    };
    let path = path(target, pod, &call.path);
    let rule = Rule::of(&call.method, &path);
    let builder = Request::builder().method(call.method.clone()).uri(path);
    let request = piped::with(call.content.open().await?, builder)?;
    let sent = kubernetes.send(request).await;
    let response = sent.map_err(|kind| failure::of(Error { call: String::new(), kind }))?;
    let status = response.status();
    let location = response.headers().get(header::LOCATION);
    let location = location.and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
    let body = response.into_body().collect().await;
    let body = body.map_err(|source| Kind::Interrupted { source: source.into() })?.to_bytes();
    if status.is_success() {
        return Ok(Answer { status, location, body });
    }
    match failure::told(status.as_u16(), &body, rule) {
        Some(kind) => Err(kind),
        None => Ok(Answer { status, location, body }),
    }
}

fn path(target: &Target, pod: Option<&pods::Pod>, path: &str) -> String {
    let Target { namespace, service, port, tls, .. } = target;
    let scheme = if *tls { "https" } else { "http" };
    match pod {
        None => {
            format!("/api/v1/namespaces/{namespace}/services/{scheme}:{service}:{port}/proxy{path}")
        }
        Some(pods::Pod { name, port, .. }) => {
            format!("/api/v1/namespaces/{namespace}/pods/{scheme}:{name}:{port}/proxy{path}")
        }
    }
}

/// The leader of several pods, or the first that is ready; none where there
/// is one, or where who asks may not look.
async fn one_of_several(kubernetes: &Kubernetes, target: &Target) -> Option<pods::Pod> {
    match pods::leader_first(kubernetes, target).await {
        Ok(ready) if ready.len() > 1 => ready.into_iter().next(),
        Ok(_) => None,
        Err(error) => {
            debug!(%error, "The JobManager's pods cannot be looked at");
            None
        }
    }
}

#[cfg(test)]
mod tests;
