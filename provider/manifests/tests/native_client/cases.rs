//! The recordings.

use std::fs;
use std::path::{Path, PathBuf};

use flink::Version;
use serde_json::Value;

/// One recording.
pub(crate) struct Case {
    /// `<version>/<case>`.
    pub(crate) name: String,
    pub(crate) version: Version,
    /// The command line; `None` where a JobManager was recorded and not a client.
    pub(crate) argv: Option<Vec<String>>,
    /// The kind of the client's configuration folder.
    pub(crate) conf: String,
    /// Where `${INPUTS}` is.
    pub(crate) inputs: PathBuf,
    pub(crate) requests: Vec<Request>,
    whole: Value,
}

/// A request that changes something.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) status: u64,
    pub(crate) body: Value,
}

impl Case {
    /// The bodies that the client wrote, in order. A `POST` of something that is
    /// there is followed by a `PUT`, which counts in its place.
    pub(crate) fn written(&self) -> Vec<&Request> {
        let mut written: Vec<&Request> = Vec::new();
        for request in &self.requests {
            let made_by_client = !request.path.ends_with("/pods") && !is_of_the_leader(request);
            match request.method.as_str() {
                "POST" if made_by_client => written.push(request),
                "PUT" if made_by_client && written.last().is_some_and(|it| it.status == 409) => {
                    written.pop();
                    written.push(request);
                }
                _ => {}
            }
        }
        written
    }

    /// Whether the server already had the cluster's REST Service. Only the case's
    /// name tells: reading requests are not recorded.
    pub(crate) fn is_there_already(&self) -> bool {
        self.name.contains("-existing") && !self.name.contains("configmap")
    }

    /// The objects of a cluster that Flink 1.20.5's client made, as Kubernetes
    /// 1.34 answers them: with everything that it writes into them by itself.
    pub(crate) fn of_a_real_server() -> (Self, Vec<Value>) {
        let objects: Vec<Value> = serde_json::from_str(include_str!("live.json")).unwrap();
        let case = Self {
            name: "live".to_owned(),
            version: Version::new(1, 20, 5),
            argv: None,
            conf: String::new(),
            inputs: PathBuf::new(),
            requests: Vec::new(),
            whole: Value::Null,
        };
        (case, objects)
    }

    /// The sets of objects of one cluster that a case has.
    pub(crate) fn snapshots(&self) -> Vec<(&'static str, Vec<Value>)> {
        let sent: Vec<Value> = self.written().iter().map(|it| it.body.clone()).collect();
        let mut snapshots = Vec::new();
        if sent.len() > 2 && self.written().iter().all(|it| it.status < 300) {
            snapshots.push(("requests", sent));
        }
        if let Some(Value::Array(running)) = self.whole.get("objects-running") {
            // One recording was cut off when its JobManager had ended already.
            if running.iter().any(|it| it["kind"] == "Deployment") {
                snapshots.push(("objects-running", running.clone()));
            }
        }
        snapshots
    }
}

/// High availability's own `ConfigMaps`, which a JobManager writes.
fn is_of_the_leader(request: &Request) -> bool {
    let name = request.body.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
    name.ends_with("-config-map")
}

/// Every case of a folder, by version and name.
pub(crate) fn all(folder: &Path) -> Vec<Case> {
    let mut cases = Vec::new();
    for directory in entries(folder) {
        let Some(version) = file_name(&directory).parse::<Version>().ok() else { continue };
        for file in entries(&directory) {
            if file.extension().is_some_and(|it| it == "json") {
                cases.push(read(&file, version, folder.join("inputs")));
            }
        }
    }
    cases
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn read(file: &Path, version: Version, inputs: PathBuf) -> Case {
    let whole: Value = serde_json::from_str(&fs::read_to_string(file).unwrap())
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let requests = whole.get("requests").and_then(Value::as_array);
    Case {
        name: format!("{}/{stem}", file_name(file.parent().unwrap())),
        version,
        argv: whole
            .get("argv")
            .and_then(Value::as_array)
            .map(|words| words.iter().map(text).collect()),
        conf: whole.get("conf").map(text).unwrap_or_default(),
        inputs,
        requests: requests.into_iter().flatten().map(request).collect(),
        whole,
    }
}

fn request(value: &Value) -> Request {
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    Request {
        method: text("method"),
        path: text("path"),
        status: value.get("status").and_then(Value::as_u64).unwrap_or(0),
        body: value.get("body").cloned().unwrap_or_default(),
    }
}
