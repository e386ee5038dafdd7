//! Answers for an API server and for the JobManagers behind its Services, and counts what it is asked.
//! It keeps what is applied, and every Deployment is ready at once: only calls are measured here.

use super::state::Job;
use acceptance_tests::Outcome;
use http_body_util::{BodyExt, Collected, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The stand-in; dropped, it listens no longer.
pub(super) struct StandIn {
    address: SocketAddr,
    known: Arc<Mutex<Known>>,
    listening: JoinHandle<()>,
}

#[derive(Default)]
struct Known {
    objects: BTreeMap<String, Json>,
    /// The jobs of each cluster.
    jobs: BTreeMap<String, Vec<Json>>,
    calls: Calls,
}

/// What was asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls {
    /// The API server itself.
    pub(super) kubernetes: u32,
    /// The JobManager of each cluster.
    pub(super) rest: BTreeMap<String, u32>,
}

type Answer = (StatusCode, Json);

impl StandIn {
    /// Listens on a free port, and knows nothing.
    pub(super) async fn start() -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let known = Arc::<Mutex<Known>>::default();
        let listening = tokio::spawn(listen(listener, Arc::clone(&known)));
        Ok(Self { address, known, listening })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on these jobs run.
    pub(super) fn knows(&self, jobs: &[Job]) {
        for job in jobs {
            let of_cluster = &mut locked(&self.known).jobs;
            of_cluster.entry(job.cluster.clone()).or_default().push(running(job));
        }
    }

    /// What was asked since the last [`StandIn::forget`].
    pub(super) fn calls(&self) -> Calls {
        locked(&self.known).calls.clone()
    }

    /// Counts from zero again.
    pub(super) fn forget(&self) {
        locked(&self.known).calls = Calls::default();
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

fn locked(known: &Mutex<Known>) -> MutexGuard<'_, Known> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Known {
    fn answer(&mut self, method: &Method, (path, query): (&str, &str), body: &[u8]) -> Answer {
        if let Some((service, flink)) = path.split_once("/proxy/") {
            let cluster = cluster_of(service);
            *self.calls.rest.entry(cluster.clone()).or_default() += 1;
            return self.flink(&cluster, flink);
        }
        self.calls.kubernetes += 1;
        match (method.as_str(), self.objects.get(path).cloned()) {
            ("PATCH", _) => {
                let object = ready(serde_json::from_slice(body).unwrap_or_default());
                if !query.contains("dryRun") {
                    self.objects.insert(path.to_owned(), object.clone());
                }
                (StatusCode::OK, object)
            }
            ("GET", Some(object)) => (StatusCode::OK, object),
            ("GET", None) if is_collection(path) => (StatusCode::OK, self.list(path)),
            (_, _) => (
                StatusCode::NOT_FOUND,
                json!({ "kind": "Status", "apiVersion": "v1", "reason": "NotFound", "code": 404, "message": "not found" }),
            ),
        }
    }

    fn list(&self, path: &str) -> Json {
        let below = format!("{path}/");
        let items: Vec<&Json> = self
            .objects
            .iter()
            .filter(|(at, _)| at.starts_with(&below))
            .map(|(_, it)| it)
            .collect();
        json!({ "kind": "List", "metadata": { "resourceVersion": "1" }, "items": items })
    }

    fn flink(&self, cluster: &str, path: &str) -> Answer {
        let none = Vec::new();
        let jobs = self.jobs.get(cluster).unwrap_or(&none);
        let said = match path.trim_start_matches("v1/") {
            "overview" => json!({
                "taskmanagers": 9, "slots-total": 99, "slots-available": 9,
                "jobs-running": jobs.len(), "jobs-finished": 0, "jobs-cancelled": 0,
                "jobs-failed": 0, "flink-version": "1.20.5", "flink-commit": "0980485",
            }),
            "jobs/overview" => json!({ "jobs": jobs }),
            "config" => json!({
                "refresh-interval": 3000, "timezone-name": "UTC", "timezone-offset": 0,
                "flink-version": "1.20.5", "flink-revision": "0980485",
                "features": { "web-submit": true, "web-cancel": true },
            }),
            _ => return (StatusCode::NOT_FOUND, json!({ "errors": ["Not found"] })),
        };
        (StatusCode::OK, said)
    }
}

/// `c-7` of `/api/v1/namespaces/bench/services/http:c-7-rest:rest`.
fn cluster_of(service: &str) -> String {
    let last = service.rsplit('/').next().unwrap_or_default();
    let name = last.split(':').find(|part| part.ends_with("-rest")).unwrap_or_default();
    name.trim_end_matches("-rest").to_owned()
}

/// `/api/v1/namespaces/<n>/pods`, `/apis/apps/v1/namespaces/<n>/deployments`.
fn is_collection(path: &str) -> bool {
    let inner = path.split_once("/namespaces/").map(|(_, inner)| inner);
    inner.is_some_and(|inner| inner.matches('/').count() == 1)
}

/// What is applied, with what controllers and the API server would add.
fn ready(mut object: Json) -> Json {
    object["metadata"]["uid"] = json!("uid");
    object["metadata"]["generation"] = json!(1);
    object["metadata"]["resourceVersion"] = json!("1");
    if object["kind"] == "Deployment" {
        let replicas = object["spec"]["replicas"].as_u64().unwrap_or(1);
        object["spec"]["replicas"] = json!(replicas);
        object["status"] = json!({
            "observedGeneration": 1, "replicas": replicas, "updatedReplicas": replicas,
            "readyReplicas": replicas, "availableReplicas": replicas,
        });
    }
    object
}

fn running(job: &Job) -> Json {
    json!({
        "jid": job.id, "name": job.name, "state": "RUNNING",
        "start-time": 1_766_000_000_000_i64, "end-time": -1, "duration": 60_000,
        "last-modification": 1_766_000_001_000_i64,
        "tasks": {
            "running": 4, "canceling": 0, "canceled": 0, "total": 4, "created": 0, "scheduled": 0,
            "deploying": 0, "reconciling": 0, "finished": 0, "initializing": 0, "failed": 0,
        },
    })
}

async fn listen(listener: TcpListener, known: Arc<Mutex<Known>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let known = Arc::clone(&known);
        let service = service_fn(move |request| answer(Arc::clone(&known), request));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn answer(
    known: Arc<Mutex<Known>>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
    let place = (head.uri.path(), head.uri.query().unwrap_or_default());
    let (status, said) = locked(&known).answer(&head.method, place, &body);
    let mut response = Response::new(Full::new(Bytes::from(said.to_string())));
    *response.status_mut() = status;
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_where_they_end() {
        let mut known = Known::default();
        let get = |known: &mut Known, path: &str| known.answer(&Method::GET, (path, ""), b"").0;
        let namespace = "/api/v1/namespaces/bench";
        assert_eq!(get(&mut known, &format!("{namespace}/services")), StatusCode::OK);
        let jobs = format!("{namespace}/services/http:c-7-rest:rest/proxy/jobs/overview");
        assert_eq!(get(&mut known, &jobs), StatusCode::OK);
        assert_eq!(known.calls.kubernetes, 1);
        assert_eq!(known.calls.rest, BTreeMap::from([("c-7".to_owned(), 1)]));
    }
}
