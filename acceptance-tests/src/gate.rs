//! A way to be killed at an exact place: stands between the provider and a JobManager or an API
//! server, passes everything on, and holds one chosen request, either before the server has seen it
//! or after it has done it and before the provider is told.
//!
//! It changes nothing that passes, and it never answers in the server's place.

mod carry_over;

pub use carry_over::Cut;

use crate::failure::{Failure, Outcome};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, Uri};
use hyper_util::rt::TokioIo;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// A request that changes something in Flink.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// A jar is uploaded: the program's or the scout's.
    Upload,
    /// A program's `main` is run without submitting: a dry run, or the scout.
    Plan,
    /// A job is submitted.
    Run,
    /// A job is stopped with a savepoint.
    Stop,
    /// A savepoint is taken and the job goes on.
    Savepoint,
    /// A job is cancelled.
    Cancel,
    /// A running job is to have another parallelism.
    Rescale,
    /// A jar is deleted.
    DeleteJar,
    /// A savepoint's files are deleted.
    Dispose,
}

impl Effect {
    /// The effect of a request to a JobManager.
    pub fn of(method: &Method, path: &str) -> Option<Self> {
        let segments: Vec<&str> = path
            .trim_start_matches("/v1")
            .split('/')
            .filter(|segment| !segment.is_empty())
            .collect();
        match (method.as_str(), segments.as_slice()) {
            ("POST", ["jars", "upload"]) => Some(Self::Upload),
            ("POST", ["jars", _, "plan"]) => Some(Self::Plan),
            ("POST", ["jars", _, "run"]) => Some(Self::Run),
            ("POST", ["jobs", _, "stop"]) => Some(Self::Stop),
            ("POST", ["jobs", _, "savepoints"]) => Some(Self::Savepoint),
            ("PATCH", ["jobs", _]) => Some(Self::Cancel),
            ("PUT", ["jobs", _, "resource-requirements"]) => Some(Self::Rescale),
            ("DELETE", ["jars", _]) => Some(Self::DeleteJar),
            ("POST", ["savepoint-disposal"]) => Some(Self::Dispose),
            _ => None,
        }
    }
}

/// On which side of an effect a request is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// The server has not seen the request.
    Before,
    /// The server has done what was asked; the provider does not know.
    After,
}

/// What tells the effect of a request, of which all is known; `None`: it only reads.
pub type Tell<E> = fn(&Method, &Uri, &Bytes) -> Option<E>;

/// The gate to one server, whose effects are `E`.
#[derive(Debug)]
pub struct Gate<E = Effect> {
    url: String,
    state: Arc<State<E>>,
    server: JoinHandle<()>,
}

#[derive(Debug)]
struct State<E> {
    upstream: String,
    client: reqwest::Client,
    tell: Tell<E>,
    trap: Mutex<Option<(E, Moment)>>,
    sprung: Notify,
    released: Notify,
}

impl Gate {
    /// Opens a gate to the JobManager at `upstream`.
    pub async fn open(upstream: String) -> Outcome<Self> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let tell = |method: &Method, uri: &Uri, _: &Bytes| Effect::of(method, uri.path());
        Self::before(upstream, client, tell).await
    }
}

impl<E: Copy + PartialEq + Send + 'static> Gate<E> {
    /// Opens a gate to the server at `upstream`, which `client` knows how to speak to.
    pub async fn before(upstream: String, client: reqwest::Client, tell: Tell<E>) -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let state = Arc::new(State {
            upstream,
            client,
            tell,
            trap: Mutex::new(None),
            sprung: Notify::new(),
            released: Notify::new(),
        });
        let server = tokio::spawn(serve(listener, Arc::clone(&state)));
        Ok(Self { url, state, server })
    }

    /// Where the provider finds it.
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// Holds the next request with that effect.
    pub fn arm(&self, effect: E, moment: Moment) {
        *self.state.trap() = Some((effect, moment));
    }

    /// Waits until the request is held.
    pub async fn sprung(&self) {
        self.state.sprung.notified().await;
    }

    /// Ends the held request without an answer.
    pub fn release(&self) {
        self.state.released.notify_waiters();
    }

    /// Lets everything pass again; `true` when the request never came.
    pub fn disarm(&self) -> bool {
        self.state.trap().take().is_some()
    }
}

impl<E> Drop for Gate<E> {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl<E: Copy + PartialEq> State<E> {
    fn trap(&self) -> std::sync::MutexGuard<'_, Option<(E, Moment)>> {
        self.trap.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Holds the request for ever if it is the one; ends it without an answer once released.
    async fn hold(&self, effect: Option<E>, moment: Moment) -> Outcome {
        let is_the_one = {
            let mut trap = self.trap();
            let is_the_one =
                trap.is_some_and(|(wanted, at)| Some(wanted) == effect && at == moment);
            if is_the_one {
                *trap = None;
            }
            is_the_one
        };
        if !is_the_one {
            return Ok(());
        }
        self.sprung.notify_one();
        self.released.notified().await;
        Err(Failure::new("released"))
    }

    async fn pass(&self, request: Request<Incoming>) -> Outcome<Response<Full<Bytes>>> {
        let (head, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let effect = (self.tell)(&head.method, &head.uri, &body);
        self.hold(effect, Moment::Before).await?;
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
        let mut headers = head.headers;
        headers.remove("host");
        headers.remove("transfer-encoding");
        // What is packed would need a header that is not passed back.
        headers.remove("accept-encoding");
        let sent = self.client.request(head.method, format!("{}{target}", self.upstream));
        let answer = sent.headers(headers).body(body).send().await?;
        let status = answer.status();
        let kind = answer.headers().get("content-type").cloned();
        let mut response = Response::new(Full::new(answer.bytes().await?));
        *response.status_mut() = status;
        if let Some(kind) = kind {
            response.headers_mut().insert("content-type", kind);
        }
        self.hold(effect, Moment::After).await?;
        Ok(response)
    }
}

/// A request that cannot be passed on ends its connection, as a dead JobManager would.
#[derive(Debug, thiserror::Error)]
#[error("not passed on: {0:?}")]
struct Ended(Failure);

async fn serve<E: Copy + PartialEq + Send + 'static>(listener: TcpListener, state: Arc<State<E>>) {
    while let Ok((connection, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        let service = service_fn(move |request| {
            let state = Arc::clone(&state);
            async move { state.pass(request).await.map_err(Ended) }
        });
        let connection = http1::Builder::new().serve_connection(TokioIo::new(connection), service);
        tokio::spawn(connection);
    }
}

#[cfg(test)]
mod tests {
    use super::Effect;
    use hyper::Method;

    #[test]
    fn effects_are_told_from_reads() {
        for (method, path, effect) in [
            (Method::POST, "/jars/upload", Some(Effect::Upload)),
            (Method::POST, "/v1/jars/1_x.jar/run", Some(Effect::Run)),
            (Method::POST, "/jobs/1/stop", Some(Effect::Stop)),
            (Method::GET, "/jobs/1/savepoints/2", None),
            (Method::PATCH, "/jobs/1", Some(Effect::Cancel)),
            (Method::PUT, "/jobs/1/resource-requirements", Some(Effect::Rescale)),
            (Method::GET, "/jobs/1/resource-requirements", None),
            (Method::DELETE, "/jars/1_x.jar", Some(Effect::DeleteJar)),
            (Method::POST, "/savepoint-disposal", Some(Effect::Dispose)),
            (Method::GET, "/savepoint-disposal/1", None),
        ] {
            assert_eq!(Effect::of(&method, path), effect, "{path}");
        }
    }
}
