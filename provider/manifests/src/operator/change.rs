//! The one table of what the operator does with a changed spec.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Map, Value};

use super::overrides;
use crate::description::Strategy;

/// What differs between two specs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Field by field, in their order.
    pub causes: Vec<Cause>,
}

/// One field of the spec that differs, and what the operator does about it alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The field (`["job", "args"]`, `["flinkConfiguration", "state.backend.type"]`).
    pub path: Vec<String>,
    /// Its class.
    pub class: Class,
}

/// The classes of the operator, the mildest first; the strictest of all fields decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// It takes the spec for the new one, and nothing else happens.
    Ignore,
    /// It scales what runs, where it can; where not, this is an upgrade.
    Scale,
    /// It stops the job as the upgrade mode says, makes the pods anew, and restores.
    Upgrade,
    /// It throws the state away and starts from `initialSavepointPath`.
    SavepointRedeploy,
    /// It takes the spec for wrong, and goes on with the one before.
    Refuse,
}

impl fmt::Display for Class {
    /// The word of the operator, as in its events.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ignore => "IGNORE",
            Self::Scale => "SCALE",
            Self::Upgrade => "UPGRADE",
            Self::SavepointRedeploy => "SAVEPOINT_REDEPLOY",
            Self::Refuse => "REFUSE",
        })
    }
}

/// What becomes of the pods and of the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// They notice nothing.
    Nothing,
    /// The job becomes wider or narrower where it runs.
    InPlace,
    /// The job is stopped, and started from the state that the upgrade mode says;
    /// the jobs of a session cluster are gone.
    Restart,
    /// The job is stopped, and started from `initialSavepointPath`.
    Reset,
    /// The operator goes on with the spec before.
    Refused,
}

impl Change {
    /// What becomes of the pods and of the job. `cluster` is the new spec of the
    /// `FlinkDeployment`, of a session job that of its cluster.
    pub fn effect(&self, cluster: &Value, mode: Strategy) -> Effect {
        match self.class() {
            None | Some(Class::Ignore) => Effect::Nothing,
            Some(Class::Scale) if scales(cluster, mode) => Effect::InPlace,
            Some(Class::Scale | Class::Upgrade) => Effect::Restart,
            Some(Class::SavepointRedeploy) => Effect::Reset,
            Some(Class::Refuse) => Effect::Refused,
        }
    }

    /// What the operator does about all of it; `None` where nothing differs.
    pub fn class(&self) -> Option<Class> {
        self.causes.iter().map(|cause| cause.class).max()
    }
}

/// What differs between the spec that the operator has and a new one, of the
/// same kind. `mode` is the new one's, or of a session job its cluster's.
///
/// A field that is left out, one that is `null` and one that says its default
/// are the same to the operator.
pub fn between(old: &Value, new: &Value, mode: Strategy) -> Change {
    let mut change = Change::default();
    let (old_fields, new_fields) = (fields(old), fields(new));
    let mut names: BTreeSet<&str> =
        old_fields.keys().chain(new_fields.keys()).map(String::as_str).collect();
    names.remove(overrides::CONFIGURATION);
    for name in names {
        let of = |fields: &Map<String, Value>| fields.get(name).cloned().unwrap_or(Value::Null);
        change.field(name, &of(&old_fields), &of(&new_fields), mode);
    }
    change.configuration(old, new, mode);
    change
}

impl Change {
    fn field(&mut self, name: &str, old: &Value, new: &Value, mode: Strategy) {
        match (name, old, new) {
            ("job", Value::Null, Value::Object(_)) | ("job", Value::Object(_), Value::Null) => {
                self.note(&[name], Class::Refuse);
            }
            ("job" | "jobManager" | "taskManager", Value::Object(old), Value::Object(new)) => {
                for inner in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
                    let path = [name, inner.as_str()];
                    let of = |fields: &Map<String, Value>| {
                        filled(fields.get(inner)).unwrap_or_else(|| default(&path))
                    };
                    self.compare(&path, &of(old), &of(new), mode);
                }
            }
            _ => self.compare(&[name], old, new, mode),
        }
    }

    fn compare(&mut self, path: &[&str], old: &Value, new: &Value, mode: Strategy) {
        if !same(old, new) {
            self.note(path, class(path, new, mode));
        }
    }

    /// Key by key, as texts: it compares what is written, not what Flink reads.
    fn configuration(&mut self, old: &Value, new: &Value, mode: Strategy) {
        let (old, new) = (overrides::configuration(old), overrides::configuration(new));
        for key in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
            if old.get(key) != new.get(key) {
                self.note(&[overrides::CONFIGURATION, key], class_of_key(key, mode));
            }
        }
    }

    fn note(&mut self, path: &[&str], class: Class) {
        let path = path.iter().map(|&part| part.to_owned()).collect();
        self.causes.push(Cause { path, class });
    }
}

/// Whether the operator can scale what runs: standalone pods in reactive mode,
/// which Flink has for applications alone, and native ones by Flink's adaptive
/// scheduler, which takes other requirements since 1.18.
fn scales(cluster: &Value, mode: Strategy) -> bool {
    let configuration = overrides::configuration(cluster);
    let says = |key: &str, word: &str| {
        configuration.get(key).is_some_and(|text| text.trim().eq_ignore_ascii_case(word))
    };
    match mode {
        Strategy::Standalone => {
            cluster.get("job").is_some_and(Value::is_object) && says("scheduler-mode", "reactive")
        }
        Strategy::Native => {
            let old = ["v1_13", "v1_14", "v1_15", "v1_16", "v1_17"];
            let is_old =
                cluster["flinkVersion"].as_str().is_none_or(|version| old.contains(&version));
            !is_old
                && says("jobmanager.scheduler", "adaptive")
                && configuration.contains_key(PARALLELISM_OVERRIDES)
        }
    }
}

/// The table. Whatever has no line is an upgrade.
fn class(path: &[&str], new: &Value, mode: Strategy) -> Class {
    match path {
        [
            "job",
            "savepointTriggerNonce"
            | "checkpointTriggerNonce"
            | "initialSavepointPath"
            | "upgradeMode"
            | "allowNonRestoredState"
            | "autoscalerResetNonce",
        ] => Class::Ignore,
        // A nonce that goes away says nothing.
        ["job", "savepointRedeployNonce"] | ["restartNonce"] if new.is_null() => Class::Ignore,
        ["job", "savepointRedeployNonce"] => Class::SavepointRedeploy,
        ["job", "parallelism"] | ["taskManager", "replicas"] => match mode {
            Strategy::Standalone => Class::Scale,
            Strategy::Native => Class::Upgrade,
        },
        ["mode" | "deploymentName"] => Class::Refuse,
        _ => Class::Upgrade,
    }
}

/// Keys that the operator reads itself.
const IGNORED: [&str; 3] = ["job.autoscaler", "parallelism.default", "kubernetes.operator"];

/// What its autoscaler writes.
pub(super) const PARALLELISM_OVERRIDES: &str = "pipeline.jobvertex-parallelism-overrides";

fn class_of_key(key: &str, mode: Strategy) -> Class {
    if IGNORED.iter().any(|prefix| key.starts_with(prefix)) {
        Class::Ignore
    } else if key.starts_with(PARALLELISM_OVERRIDES) && mode == Strategy::Native {
        Class::Scale
    } else {
        Class::Upgrade
    }
}

/// What the operator has for a field that is not there.
fn default(path: &[&str]) -> Value {
    match path {
        ["mode"] => "native".into(),
        ["jobManager", "replicas"] => 1.into(),
        ["job", "state"] => "running".into(),
        ["job", "upgradeMode"] => "stateless".into(),
        ["job", "parallelism"] => 0.into(),
        ["job", "args"] => Value::Array(Vec::new()),
        _ => Value::Null,
    }
}

/// The fields of a spec, with the one that has a default.
fn fields(spec: &Value) -> Map<String, Value> {
    let mut fields = spec.as_object().cloned().unwrap_or_default();
    fields.retain(|_, value| !value.is_null());
    fields.entry("mode").or_insert_with(|| default(&["mode"]));
    fields
}

fn filled(value: Option<&Value>) -> Option<Value> {
    value.filter(|value| !value.is_null()).cloned()
}

/// Whether two values are one to Java: `null` is nothing, and 1 is 1.0.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            let of = |fields: &Map<String, Value>, name| {
                fields.get(name).cloned().unwrap_or(Value::Null)
            };
            names.into_iter().all(|name| same(&of(one, name), &of(other, name)))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Number(one), Value::Number(other)) => {
            one == other || one.as_f64() == other.as_f64()
        }
        _ => one == other,
    }
}
