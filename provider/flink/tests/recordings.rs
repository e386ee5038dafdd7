//! Every answer that real clusters were recorded to give is understood: a
//! success by the type of its endpoint, an error by its sort.
//!
//! The recordings are of Flink 1.18.1, 1.20.5, 2.0.2 and 2.3.0; stack traces
//! are cut to their first frames, repeated answers are left out.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::fs;
use std::path::PathBuf;

use flink::response::{Empty, checkpoints as c, cluster, jars, jobs};
use flink::{Causes, Kind};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

const VERSIONS: [&str; 4] = ["1.18.1", "1.20.5", "2.0.2", "2.3.0"];

#[derive(Debug, Deserialize)]
struct Recording {
    recorded: String,
    method: String,
    path: String,
    status: u16,
    body: Value,
}

fn recordings(version: &str) -> Vec<Recording> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
    let text = fs::read_to_string(folder.join(format!("{version}.json"))).expect("recordings");
    serde_json::from_str(&text).expect("recordings are JSON")
}

/// Reads an answer by the type of its endpoint; true when it is of one that
/// this crate asks.
fn understood(method: &str, path: &str, body: &Value) -> Result<bool, String> {
    let path = path.split('?').next().unwrap_or_default();
    let path = path.trim_start_matches("/v1").trim_matches('/');
    let segments: Vec<&str> = path.split('/').collect();
    match (method, segments.as_slice()) {
        ("GET", ["config"]) => read::<cluster::Config>(body),
        ("GET", ["overview"]) => read::<cluster::Overview>(body),
        ("GET", ["jobmanager", "config"]) => read::<cluster::ConfigurationEntries>(body),
        ("GET", ["taskmanagers"]) => read::<cluster::TaskManagers>(body),
        ("GET", ["jars"]) => read::<jars::Jars>(body),
        ("POST", ["jars", "upload"]) => read::<jars::Uploaded>(body),
        (_, ["jars", _, "plan"]) => read::<jars::Plan>(body),
        ("POST", ["jars", _, "run"]) => read::<jars::Submitted>(body),
        ("GET", ["jobs"]) => read::<jobs::Jobs>(body),
        ("GET", ["jobs", "overview"]) => read::<jobs::JobsOverview>(body),
        ("GET", ["jobs", "metrics"]) => Ok(false),
        ("GET", ["jobs", _]) => read::<jobs::JobDetails>(body),
        ("GET", ["jobs", _, "status"]) => read::<jobs::JobStatusAnswer>(body),
        ("GET", ["jobs", _, "plan"]) => read::<jobs::PlanAnswer>(body),
        ("GET", ["jobs", _, "config"]) => read::<jobs::JobConfig>(body),
        ("GET", ["jobs", _, "exceptions"]) => read::<jobs::Exceptions>(body),
        ("GET", ["jobs", _, "execution-result"]) => read::<jobs::ExecutionResult>(body),
        ("GET", ["jobs", _, "resource-requirements"]) => read::<jobs::ResourceRequirements>(body),
        ("DELETE", ["jars", _])
        | ("PATCH", ["jobs", _])
        | ("PUT", ["jobs", _, "resource-requirements"]) => read::<Empty>(body),
        ("GET", ["jobs", _, "checkpoints"]) => read::<c::Checkpoints>(body),
        ("GET", ["jobs", _, "checkpoints", "config"]) => read::<c::CheckpointConfig>(body),
        ("GET", ["jobs", _, "checkpoints", "details", _]) => read::<c::CheckpointDetails>(body),
        ("GET", ["jobs", _, "checkpoints", _]) => read::<c::CheckpointTrigger>(body),
        ("GET", ["jobs", _, "savepoints", _]) => read::<c::SavepointTrigger>(body),
        ("POST", ["jobs", _, "checkpoints" | "savepoints" | "stop"] | ["savepoint-disposal"]) => {
            read::<c::Triggered>(body)
        }
        ("GET", ["savepoint-disposal", _]) => read::<c::Disposal>(body),
        _ => Ok(false),
    }
}

fn read<T: DeserializeOwned + Debug>(body: &Value) -> Result<bool, String> {
    // Through text, as an answer arrives.
    serde_json::from_str::<T>(&body.to_string()).map(|_| true).map_err(|error| error.to_string())
}

#[test]
fn every_recorded_success_is_understood() {
    for version in VERSIONS {
        let mut known = 0;
        for Recording { recorded, method, path, status, body } in recordings(version) {
            if !(200..300).contains(&status) {
                continue;
            }
            match understood(&method, &path, &body) {
                Ok(asked) => known += usize::from(asked),
                Err(error) => panic!("{version} {recorded} {method} {path}: {error}\n{body}"),
            }
        }
        let least = if version == "2.0.2" { 2 } else { 100 };
        assert!(known >= least, "{version}: only {known} answers of known endpoints");
    }
}

/// What a caller does about an error, in one word.
fn sort(kind: &Kind) -> &'static str {
    match kind {
        Kind::NotFound { .. } => "not found",
        Kind::NoSuchEndpoint => "no such endpoint",
        Kind::DuplicateJob => "duplicate",
        Kind::AlreadyEnded { .. } => "already ended",
        Kind::Refused { .. } => "refused",
        Kind::Unavailable { .. } => "unavailable",
        Kind::Unauthorized { .. }
        | Kind::TimedOut { .. }
        | Kind::Interrupted { .. }
        | Kind::Forbidden { .. }
        | Kind::NoService { .. }
        | Kind::Redirected { .. }
        | Kind::NotFlink { .. }
        | Kind::UnknownFormat { .. }
        | Kind::Unusable { .. }
        | Kind::UnreadableFile { .. } => "unexpected",
    }
}

fn classified(recording: &Recording) -> Kind {
    let body = if recording.body.is_null() { String::new() } else { recording.body.to_string() };
    let status = recording.status.try_into().expect("an HTTP status");
    flink::error::classify(status, body.as_bytes())
}

/// What the error must be, told from its text alone.
fn expected(recording: &Recording) -> &'static str {
    let text = recording.body.to_string();
    if text.contains("Unable to load requested file") || text.contains("Not found: /") {
        "no such endpoint"
    } else if text.contains("has already been submitted") {
        "duplicate"
    } else if text.contains("FlinkJobNotFoundException") || recording.status == 404 {
        "not found"
    } else {
        match recording.status {
            409 => "already ended",
            503 => "unavailable",
            400 | 413 | 500 | 308 => "refused",
            _ => "never seen",
        }
    }
}

#[test]
fn every_recorded_error_is_sorted() {
    let mut sorts: BTreeMap<&str, usize> = BTreeMap::new();
    for version in VERSIONS {
        let recordings = recordings(version);
        for recording in recordings.iter().filter(|recording| recording.status >= 300) {
            let sort = sort(&classified(recording));
            assert_eq!(sort, expected(recording), "{version} {recording:?}");
            *sorts.entry(sort).or_default() += 1;
        }
    }
    let all =
        ["already ended", "duplicate", "no such endpoint", "not found", "refused", "unavailable"];
    assert_eq!(sorts.keys().copied().collect::<Vec<_>>(), all);
}

/// What the recorded refusals were about, in the words that a person reads.
#[test]
fn root_causes_say_what_happened() {
    let table = [
        "FileNotFoundException: Cannot find checkpoint or savepoint file/directory 'file:///RUN/sp/nope'",
        "FileNotFoundException: Cannot find meta data file '_metadata' in directory",
        "IllegalStateException: Failed to rollback to checkpoint/savepoint file:/",
        "ClassNotFoundException: no.Such",
        "IllegalStateException: injected: main refuses to build a job",
        "NumberFormatException: For input string: \"notanumber\"",
        "NumberFormatException: text does not start with a number",
        "IllegalArgumentException: Parallelism must be at least one",
    ];
    for version in ["1.18.1", "1.20.5", "2.3.0"] {
        let recordings = recordings(version);
        let errors = recordings.iter().filter(|recording| recording.status >= 400);
        let refusals = errors.map(classified).filter(|kind| matches!(kind, Kind::Refused { .. }));
        let found: Vec<String> = refusals.map(|kind| kind.to_string()).collect();
        for root in table {
            let told = found.iter().any(|found| found.contains(root));
            assert!(told, "{version} {root}: {found:#?}");
        }
    }
}

/// No root cause keeps a stack frame, an empty text or Java's wrapping.
#[test]
fn no_root_cause_is_noise() {
    for version in VERSIONS {
        for text in recordings(version).iter().flat_map(|recording| traces(&recording.body)) {
            let summary = Causes::parse(&text).summary();
            assert!(!summary.is_empty(), "{version}: {text}");
            assert!(
                !summary.contains("\tat ") && !summary.contains("Caused by"),
                "{version}: {summary}"
            );
            assert!(!summary.starts_with("CompletionException"), "{version}: {summary}");
        }
    }
}

fn traces(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if text.contains("\n\tat ") => vec![text.clone()],
        Value::Array(values) => values.iter().flat_map(traces).collect(),
        Value::Object(members) => members.values().flat_map(traces).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

#[test]
fn a_stop_that_failed_after_its_savepoint_tells_the_path() {
    for version in ["1.18.1", "1.20.5", "2.3.0"] {
        let found: Vec<String> = recordings(version)
            .iter()
            .filter(|recording| recording.path.contains("/savepoints/") && recording.status == 200)
            .filter_map(|recording| serde_json::from_str(&recording.body.to_string()).ok())
            .filter_map(|c::SavepointTrigger(outcome)| match outcome {
                c::Outcome::Failed(failure) => {
                    failure.causes().completed_savepoint().map(ToOwned::to_owned)
                }
                c::Outcome::InProgress | c::Outcome::Done(_) => None,
            })
            .collect();
        // By the default scheduler and by the adaptive one, which wraps it.
        assert!(found.len() >= 2, "{version}: {found:?}");
        assert!(found.iter().all(|path| path.starts_with("file:/RUN/sp/savepoint-")), "{found:?}");
    }
}
