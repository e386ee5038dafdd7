//! A savepoint or checkpoint as a resource.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{API_VERSION, DEPLOYMENT, SESSION_JOB, SNAPSHOT};
use crate::{Object, names};

/// A `FlinkStateSnapshot`. The operator looks at its spec once, when it triggers:
/// a changed one is another snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The namespace, which is the job's too.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The kind of the resource that the job is.
    pub kind: JobKind,
    /// The name of that resource.
    pub job: String,
    /// What is taken.
    pub taken: Taken,
    /// How often the operator tries again; it would for ever.
    pub backoff_limit: u32,
    /// Labels, ours are added.
    pub labels: BTreeMap<String, String>,
}

/// What a job is to the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobKind {
    /// The one of an application cluster.
    Application,
    /// One of a session cluster.
    SessionJob,
}

impl JobKind {
    /// The kind of its resource.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Application => DEPLOYMENT,
            Self::SessionJob => SESSION_JOB,
        }
    }
}

/// What a snapshot is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// A savepoint.
    Savepoint {
        /// Where it goes; `None` takes the directory of Flink's configuration.
        directory: Option<String>,
        /// How it is written.
        format: Format,
        /// Whether its files go with the resource. The operator's own default is yes.
        dispose_on_delete: bool,
    },
    /// A savepoint that exists already and gets a resource.
    Adopted {
        /// Where it is.
        path: String,
        /// Whether its files go with the resource.
        dispose_on_delete: bool,
    },
    /// A checkpoint, for which Flink 1.17 is needed.
    Checkpoint,
}

/// How a savepoint is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Any state backend can read it.
    #[default]
    Canonical,
    /// As the state backend writes it: faster, and bound to it.
    Native,
}

impl Format {
    /// The word of the resource.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Canonical => "CANONICAL",
            Self::Native => "NATIVE",
        }
    }
}

/// The resource. An adopted savepoint refers to its job too, as those do that the
/// operator makes for its own upgrades.
pub fn snapshot(snapshot: &Snapshot) -> Object {
    let Snapshot { namespace, name, kind, job, taken, backoff_limit, labels } = snapshot;
    let mut labels = labels.clone();
    labels.insert(names::MANAGED_BY.to_owned(), names::US.to_owned());
    let mut spec = Map::from_iter([
        ("backoffLimit".to_owned(), json!(backoff_limit)),
        ("jobReference".to_owned(), json!({ "kind": kind.word(), "name": job })),
    ]);
    let (field, what) = what(taken);
    spec.insert(field.to_owned(), what);
    let body = json!({
        "apiVersion": API_VERSION,
        "kind": SNAPSHOT,
        "metadata": { "name": name, "namespace": namespace, "labels": labels },
        "spec": spec,
    });
    Object {
        api_version: API_VERSION,
        kind: SNAPSHOT,
        namespace: namespace.clone(),
        name: name.clone(),
        body,
    }
}

fn what(taken: &Taken) -> (&'static str, Value) {
    match taken {
        Taken::Savepoint { directory, format, dispose_on_delete } => {
            let mut savepoint = json!({
                "formatType": format.word(),
                "disposeOnDelete": dispose_on_delete,
                "alreadyExists": false,
            });
            if let Some(directory) = directory {
                savepoint["path"] = json!(directory);
            }
            ("savepoint", savepoint)
        }
        Taken::Adopted { path, dispose_on_delete } => (
            "savepoint",
            json!({ "path": path, "disposeOnDelete": dispose_on_delete, "alreadyExists": true }),
        ),
        Taken::Checkpoint => ("checkpoint", json!({})),
    }
}
