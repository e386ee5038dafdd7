//! As much of Flink's REST API as a life of a job and a savepoint needs, in memory. It does what it
//! is told at once and fails at nothing; how real Flink behaves, the acceptance tests show.

use std::{
    collections::{BTreeMap, btree_map::Entry},
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

/// A Flink in this process.
#[derive(Debug)]
pub(crate) struct Flink {
    url: String,
    world: Arc<Mutex<World>>,
}

#[derive(Debug, Default)]
struct World {
    clock: i64,
    jars: Vec<(String, String, i64)>,
    jobs: BTreeMap<String, Job>,
    triggers: BTreeMap<String, String>,
}

#[derive(Debug)]
struct Job {
    name: String,
    state: &'static str,
    started: i64,
    parallelism: i64,
    parameters: BTreeMap<String, String>,
    restored: Option<String>,
    savepoint: Option<(String, &'static str)>,
}

type Answer = Option<Value>;

const NOT_FOUND: &str = "org.apache.flink.runtime.messages.FlinkJobNotFoundException: not found";

impl Flink {
    /// Starts it on a port of its own; it ends with the runtime of the test.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let world = Arc::new(Mutex::new(World::default()));
        tokio::spawn(serve(listener, Arc::clone(&world)));
        Self { url, world }
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }

    /// Runs a job that somebody else has submitted, and gives its id.
    pub(crate) fn run(&self, name: &str) -> String {
        let id = "00000000000000000000000000000abc".to_owned();
        let job = Job {
            name: name.to_owned(),
            state: "RUNNING",
            started: 1,
            parallelism: 1,
            parameters: BTreeMap::new(),
            restored: None,
            savepoint: None,
        };
        self.world.lock().expect("not poisoned").jobs.insert(id.clone(), job);
        id
    }

    /// Knows a job no longer, as a JobManager that was started again.
    pub(crate) fn forget(&self, id: &str) {
        self.world.lock().expect("not poisoned").jobs.remove(id);
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
    let path = head.uri.path().trim_matches('/').to_owned();
    let parts: Vec<&str> = path.split('/').collect();
    let found = world.lock().expect("not poisoned").answer(&head.method, &parts, &body);
    let status = if found.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let value = found.unwrap_or_else(|| json!({ "errors": [NOT_FOUND] }));
    let response = Response::builder().status(status).header("content-type", "application/json");
    Ok(response.body(Full::new(value.to_string().into())).expect("a response"))
}

impl World {
    fn answer(&mut self, method: &Method, path: &[&str], body: &[u8]) -> Answer {
        self.clock += 1;
        let json: Value = serde_json::from_slice(body).unwrap_or_default();
        match (method.as_str(), path) {
            ("GET", ["config"]) => Some(json!({
                "refresh-interval": 1, "timezone-name": "UTC", "timezone-offset": 0,
                "flink-version": "1.20.5", "flink-revision": "x",
                "features": { "web-submit": true, "web-cancel": true },
            })),
            ("GET", ["overview"]) => Some(json!({
                "taskmanagers": 1, "slots-total": 8, "slots-available": 8, "jobs-running": 0,
                "jobs-finished": 0, "jobs-cancelled": 0, "jobs-failed": 0, "flink-version": "1.20.5",
            })),
            ("GET", ["jobmanager", "config"]) => Some(json!([
                { "key": "execution.checkpointing.savepoint-dir", "value": "file:///sp" },
                { "key": "cluster.intercept-user-system-exit", "value": "THROW" },
            ])),
            ("GET", ["jars"]) => Some(self.jars()),
            ("POST", ["jars", "upload"]) => Some(self.upload(body)),
            ("DELETE", ["jars", _]) => Some(json!({})),
            ("POST", ["jars", _, "run"]) => Some(self.run(&json)),
            ("POST", ["jars", _, "plan"]) => Some(json!({ "plan": { "nodes": [] } })),
            ("GET", ["jobs", "overview"]) => Some(self.overview()),
            ("PATCH", ["jobs", job]) => self.end(job, "CANCELED"),
            ("GET", ["jobs", job, rest @ ..]) => self.job(job, rest),
            ("POST", ["jobs", job, kind @ ("stop" | "savepoints")]) => self.save(job, kind, &json),
            ("POST", ["savepoint-disposal"]) => Some(json!({ "request-id": "1".repeat(32) })),
            ("GET", ["savepoint-disposal", _]) => {
                Some(json!({ "status": { "id": "COMPLETED" }, "operation": {} }))
            }
            _ => None,
        }
    }

    fn jars(&self) -> Value {
        let file = |(id, name, uploaded): &(String, String, i64)| json!({ "id": id, "name": name, "uploaded": uploaded, "entry": [] });
        json!({ "address": "x", "files": self.jars.iter().map(file).collect::<Vec<_>>() })
    }

    fn upload(&mut self, body: &[u8]) -> Value {
        let text = String::from_utf8_lossy(body);
        let name = text.split("filename=\"").nth(1).and_then(|rest| rest.split('"').next());
        let name = name.unwrap_or("x.jar").to_owned();
        let id = format!("{}_{name}", self.clock);
        self.jars.push((id.clone(), name, self.clock));
        json!({ "filename": format!("/upload/{id}"), "status": "success" })
    }

    fn run(&mut self, asked: &Value) -> Value {
        let id = asked["jobId"].as_str().expect("the provider chooses the id").to_owned();
        let options = &asked["flinkConfiguration"];
        let parameters = options["pipeline.global-job-parameters"].as_str().unwrap_or_default();
        let pair = |pair: &str| {
            let (key, value) = pair.split_once(':')?;
            Some((key.trim().to_owned(), value.trim().trim_matches('\'').to_owned()))
        };
        let job = Job {
            name: options["pipeline.name"].as_str().unwrap_or("job").to_owned(),
            state: "RUNNING",
            started: self.clock,
            parallelism: asked["parallelism"].as_i64().unwrap_or(1),
            parameters: parameters.split(',').filter_map(pair).collect(),
            restored: asked["savepointPath"].as_str().map(str::to_owned),
            savepoint: None,
        };
        self.jobs.insert(id.clone(), job);
        json!({ "jobid": id })
    }

    fn overview(&self) -> Value {
        let row = |(id, job): (&String, &Job)| {
            let up = if job.state == "RUNNING" { job.parallelism } else { 0 };
            json!({
                "jid": id, "name": job.name, "state": job.state, "start-time": job.started,
                "end-time": -1, "duration": 1, "last-modification": 1,
                "tasks": { "total": job.parallelism, "running": up },
            })
        };
        json!({ "jobs": self.jobs.iter().map(row).collect::<Vec<_>>() })
    }

    fn end(&mut self, job: &str, state: &'static str) -> Answer {
        self.jobs.get_mut(job)?.state = state;
        Some(json!({}))
    }

    fn job(&self, id: &str, rest: &[&str]) -> Answer {
        let job = self.jobs.get(id)?;
        match rest {
            ["status"] => Some(json!({ "status": job.state })),
            ["config"] => Some(json!({
                "jid": id, "name": job.name,
                "execution-config": {
                    "restart-strategy": "x", "job-parallelism": job.parallelism,
                    "user-config": job.parameters,
                },
            })),
            ["exceptions"] => Some(json!({ "exceptionHistory": { "entries": [] } })),
            ["checkpoints"] => Some(job.checkpoints()),
            ["checkpoints", "config"] => Some(json!({
                "mode": "exactly_once", "interval": 1000, "timeout": 1000, "min_pause": 0,
                "max_concurrent": 1,
                "externalization": { "enabled": true, "delete_on_cancellation": false },
            })),
            ["savepoints", trigger] => {
                let location = self.triggers.get(&format!("{id}/{trigger}"))?;
                let operation = json!({ "location": location });
                Some(json!({ "status": { "id": "COMPLETED" }, "operation": operation }))
            }
            _ => None,
        }
    }

    fn save(&mut self, id: &str, kind: &str, asked: &Value) -> Answer {
        let trigger = asked["triggerId"].as_str()?.to_owned();
        let directory = asked["targetDirectory"].as_str().unwrap_or("file:///sp");
        let path = format!("{directory}/savepoint-{}-0123456789ab", &id[..6]);
        let job = self.jobs.get_mut(id)?;
        let key = format!("{id}/{trigger}");
        if let Entry::Vacant(entry) = self.triggers.entry(key) {
            let stops = kind == "stop";
            job.state = if stops { "FINISHED" } else { job.state };
            let kind = if stops { "SYNC_SAVEPOINT" } else { "SAVEPOINT" };
            job.savepoint = Some((path.clone(), kind));
            entry.insert(path);
        }
        Some(json!({ "request-id": trigger }))
    }
}

impl Job {
    fn checkpoints(&self) -> Value {
        let savepoint = self.savepoint.as_ref().map(|(path, kind)| {
            json!({
                "id": 7, "status": "COMPLETED", "is_savepoint": true, "checkpoint_type": kind,
                "trigger_timestamp": 1, "latest_ack_timestamp": 2, "external_path": path,
                "discarded": false,
            })
        });
        let restored = self.restored.as_ref().map(|path| {
            json!({ "id": 1, "restore_timestamp": 1, "is_savepoint": true, "external_path": path })
        });
        json!({
            "counts": {
                "restored": i32::from(self.restored.is_some()), "total": 1, "in_progress": 0,
                "completed": 1, "failed": 0,
            },
            "latest": {
                "completed": null, "savepoint": savepoint, "failed": null, "restored": restored,
            },
            "history": [],
        })
    }
}
