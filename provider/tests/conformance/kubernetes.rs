//! As much of Kubernetes as a life of a cluster needs, in memory: it keeps what is applied, and
//! every workload is ready at once. How a real one behaves, the acceptance tests show.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    sync::{Arc, Mutex},
};

use http_body_util::{BodyExt, Collected, Full};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// A Kubernetes in this process.
#[derive(Debug)]
pub(crate) struct Kubernetes {
    url: String,
}

#[derive(Debug, Default)]
struct World {
    clock: u64,
    objects: BTreeMap<String, Value>,
}

type Answer = (StatusCode, Value);

impl Kubernetes {
    /// Starts it on a port of its own; it ends with the runtime of the test.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(serve(listener, Arc::default()));
        Self { url }
    }

    /// The address of its API server.
    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }
}

async fn serve(listener: TcpListener, world: Arc<Mutex<World>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let world = Arc::clone(&world);
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(Arc::clone(&world), request));
            // A client that leaves is no error.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(
    world: Arc<Mutex<World>>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(Collected::to_bytes).unwrap_or_default();
    let query = head.uri.query().unwrap_or_default();
    let mut world = world.lock().expect("not poisoned");
    let (status, value) = world.answer(&head.method, (head.uri.path(), query), &body);
    let response = Response::builder().status(status).header("content-type", "application/json");
    Ok(response.body(Full::new(value.to_string().into())).expect("a response"))
}

impl World {
    fn answer(&mut self, method: &Method, (path, query): (&str, &str), body: &[u8]) -> Answer {
        self.clock += 1;
        if let Some((_, flink)) = path.split_once("/proxy/") {
            return flink_says(flink);
        }
        let json: Value = serde_json::from_slice(body).unwrap_or_default();
        let found = self.objects.get(path).cloned();
        match (method.as_str(), found) {
            ("GET", Some(object)) => (StatusCode::OK, object),
            ("GET", None) if is_namespace(path) => (StatusCode::OK, active()),
            ("GET", None) if is_collection(path) => (StatusCode::OK, self.list(path, query)),
            ("PATCH", before) => {
                let object = ready(json, before.as_ref(), self.clock);
                if !query.contains("dryRun") {
                    self.objects.insert(path.to_owned(), object.clone());
                }
                (StatusCode::OK, object)
            }
            ("DELETE", Some(object)) => {
                self.objects.remove(path);
                (StatusCode::OK, object)
            }
            (_, _) => (StatusCode::NOT_FOUND, missing()),
        }
    }

    fn list(&self, path: &str, query: &str) -> Value {
        let below = format!("{path}/");
        let all = self.objects.iter().filter(|(at, _)| at.starts_with(&below));
        let items: Vec<&Value> =
            all.map(|(_, object)| object).filter(|object| is_selected(object, query)).collect();
        json!({ "kind": "List", "metadata": { "resourceVersion": "1" }, "items": items })
    }
}

fn is_namespace(path: &str) -> bool {
    path.starts_with("/api/v1/namespaces/") && path.matches('/').count() == 4
}

/// `/api/v1/namespaces/<n>/pods`, `/apis/apps/v1/namespaces/<n>/deployments`.
fn is_collection(path: &str) -> bool {
    let inner = path.split_once("/namespaces/").map(|(_, inner)| inner);
    inner.is_some_and(|inner| inner.matches('/').count() == 1)
}

fn active() -> Value {
    json!({ "kind": "Namespace", "metadata": { "name": "flink" }, "status": { "phase": "Active" } })
}

fn missing() -> Value {
    json!({ "apiVersion": "v1", "kind": "Status", "metadata": {}, "status": "Failure", "reason": "NotFound", "code": 404, "message": "not found" })
}

/// Whether an object has the labels that a query selects by; by fields nothing is selected.
fn is_selected(object: &Value, query: &str) -> bool {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    let Some((_, selector)) = pairs.find(|(key, _)| key == "labelSelector") else {
        return !query.contains("fieldSelector=");
    };
    selector.split(',').all(|pair| match pair.split_once('=') {
        Some((key, value)) => object["metadata"]["labels"][key] == value,
        None => object["metadata"]["labels"].get(pair).is_some(),
    })
}

/// What is applied, with what a controller and the API server would add.
fn ready(mut object: Value, before: Option<&Value>, clock: u64) -> Value {
    let generation = before
        .map_or(1, |object| object["metadata"]["generation"].as_u64().unwrap_or_default() + 1);
    let uid = before
        .map_or_else(|| json!(format!("uid-{clock}")), |object| object["metadata"]["uid"].clone());
    object["metadata"]["uid"] = uid;
    object["metadata"]["generation"] = json!(generation);
    object["metadata"]["resourceVersion"] = json!(clock.to_string());
    if object["kind"] == "Deployment" {
        let replicas = object["spec"]["replicas"].as_u64().unwrap_or(1);
        object["spec"]["replicas"] = json!(replicas);
        object["status"] = json!({
            "observedGeneration": generation, "replicas": replicas, "updatedReplicas": replicas,
            "readyReplicas": replicas, "availableReplicas": replicas,
        });
    }
    object
}

/// A Flink without jobs.
fn flink_says(path: &str) -> Answer {
    let said = match path.trim_start_matches("v1/") {
        "overview" => json!({
            "taskmanagers": 9, "slots-total": 9, "slots-available": 9, "jobs-running": 0,
            "jobs-finished": 0, "jobs-cancelled": 0, "jobs-failed": 0, "flink-version": "1.20.1",
        }),
        "jobs/overview" => json!({ "jobs": [] }),
        "config" => json!({
            "refresh-interval": 1, "timezone-name": "UTC", "timezone-offset": 0,
            "flink-version": "1.20.1", "flink-revision": "x",
            "features": { "web-submit": true, "web-cancel": true },
        }),
        "jobmanager/config" => json!([]),
        _ => return (StatusCode::NOT_FOUND, json!({ "errors": ["not found"] })),
    };
    (StatusCode::OK, said)
}
