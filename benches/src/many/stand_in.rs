//! Answers for a JobManager that runs many jobs and does nothing else, and counts what it is asked.
//! The shapes are those that Flink 1.20 answers.

use super::state::Job;
use acceptance_tests::Outcome;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value as Json, json};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The stand-in; dropped, it listens no longer.
pub(super) struct StandIn {
    address: SocketAddr,
    known: Arc<Known>,
    listening: JoinHandle<()>,
}

#[derive(Default)]
struct Known {
    overview: Mutex<Bytes>,
    asked: Mutex<Vec<String>>,
}

impl StandIn {
    /// Listens on a free port, and knows no job.
    pub(super) async fn start() -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let known = Arc::new(Known::default());
        let listening = tokio::spawn(listen(listener, Arc::clone(&known)));
        Ok(Self { address, known, listening })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on these jobs run.
    pub(super) fn knows(&self, jobs: &[Job]) {
        let jobs: Json = jobs.iter().map(running).collect();
        *self.known.overview.lock().unwrap_or_else(PoisonError::into_inner) =
            Bytes::from(json!({ "jobs": jobs }).to_string());
    }

    /// The paths that were asked for since the last [`StandIn::forget`].
    pub(super) fn calls(&self) -> Vec<String> {
        self.known.asked().clone()
    }

    /// Counts from zero again.
    pub(super) fn forget(&self) {
        self.known.asked().clear();
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Known {
    fn asked(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, path: &str) -> (StatusCode, Bytes) {
        self.asked().push(path.to_owned());
        let body = match path {
            "/config" => Bytes::from(CONFIG),
            "/overview" => Bytes::from(OVERVIEW),
            "/jobs/overview" => {
                self.overview.lock().unwrap_or_else(PoisonError::into_inner).clone()
            }
            _ => return (StatusCode::NOT_FOUND, Bytes::from(r#"{"errors":["Not found: /"]}"#)),
        };
        (StatusCode::OK, body)
    }
}

async fn listen(listener: TcpListener, known: Arc<Known>) {
    while let Ok((stream, _)) = listener.accept().await {
        let known = Arc::clone(&known);
        let service = service_fn(move |request: Request<Incoming>| {
            let (status, body) = known.answer(request.uri().path());
            async move {
                let mut response = Response::new(Full::new(body));
                *response.status_mut() = status;
                Ok::<_, Infallible>(response)
            }
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

fn running((id, name): &Job) -> Json {
    json!({
        "jid": id,
        "name": name,
        "start-time": 1_766_000_000_000_i64,
        "end-time": -1,
        "duration": 60_000,
        "state": "RUNNING",
        "last-modification": 1_766_000_001_000_i64,
        "tasks": {
            "running": 4, "canceling": 0, "canceled": 0, "total": 4, "created": 0, "scheduled": 0,
            "deploying": 0, "reconciling": 0, "finished": 0, "initializing": 0, "failed": 0,
        },
    })
}

const CONFIG: &str = r#"{"refresh-interval":3000,"timezone-name":"Coordinated Universal Time","timezone-offset":0,"flink-version":"1.20.5","flink-revision":"0980485 @ 2026-06-08T09:21:06+02:00","features":{"web-submit":true,"web-cancel":true,"web-rescale":false,"web-history":false}}"#;
const OVERVIEW: &str = r#"{"taskmanagers":500,"slots-total":2000,"slots-available":0,"jobs-running":1000,"jobs-finished":0,"jobs-cancelled":0,"jobs-failed":0,"flink-version":"1.20.5","flink-commit":"0980485"}"#;
