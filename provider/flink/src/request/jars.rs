//! Uploading, inspecting and running jars.

use std::collections::BTreeMap;
use std::path::PathBuf;

use reqwest::Method;
use serde_json::{Value, json};

use super::{Body, JarContent, Pace, Request, without_nulls};
use crate::response::Empty;
use crate::response::jars::{Jars, Plan, Submitted, Uploaded};
use crate::{JarId, JobId};

/// How Flink treats the savepoint that a job starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestoreMode {
    /// The savepoint stays the user's. Flink's default.
    NoClaim,
    /// Flink owns the savepoint and deletes it in time.
    Claim,
    /// As before 1.15.
    Legacy,
}

impl RestoreMode {
    fn as_str(self) -> &'static str {
        match self {
            Self::NoClaim => "NO_CLAIM",
            Self::Claim => "CLAIM",
            Self::Legacy => "LEGACY",
        }
    }
}

/// What a job starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restore {
    /// A savepoint or retained checkpoint: its directory or `_metadata` file.
    pub path: String,
    /// Drop the state that no operator of the new job takes.
    pub allow_non_restored_state: bool,
    /// Who owns the savepoint afterwards.
    pub mode: RestoreMode,
}

/// How a jar's program is called.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Program {
    /// The class with `main()`; the manifest's when absent.
    pub entry_class: Option<String>,
    /// The arguments of `main()`.
    pub args: Vec<String>,
    /// The default parallelism; the cluster's when absent.
    pub parallelism: Option<u32>,
    /// Configuration for this job alone.
    pub flink_configuration: BTreeMap<String, String>,
}

impl Program {
    fn body(&self, extra: Value) -> Value {
        let Self { entry_class, args, parallelism, flink_configuration } = self;
        let mut body = json!({
            "entryClass": entry_class,
            "programArgsList": args,
            "parallelism": parallelism,
            "flinkConfiguration": flink_configuration,
        });
        if let (Value::Object(body), Value::Object(extra)) = (&mut body, extra) {
            body.extend(extra);
        }
        without_nulls(body)
    }
}

/// The jars that the JobManager has.
pub fn list() -> Request<Jars> {
    Request::get(&["jars"])
}

/// Stores the jar under `name`, which must end in `.jar`. Doing it twice stores
/// it twice.
pub fn upload(name: &str, path: PathBuf) -> Request<Uploaded> {
    upload_content(name, JarContent::File(path))
}

pub(crate) fn upload_content(name: &str, content: JarContent) -> Request<Uploaded> {
    let request = Request::new(Method::POST, &["jars", "upload"]).at_pace(Pace::Transfers);
    Request { body: Body::Jar { name: name.to_owned(), content }, ..request }
}

/// Deletes a jar. Safe once its job has been submitted; an unknown one is
/// refused with 400.
pub fn delete(jar: &JarId) -> Request<Empty> {
    Request::new(Method::DELETE, &["jars", jar.as_str()])
}

/// Runs `main()` and answers the job that it builds, without submitting it.
pub fn plan(jar: &JarId, program: &Program) -> Request<Plan> {
    Request::post(&["jars", jar.as_str(), "plan"], program.body(json!({}))).at_pace(Pace::RunsMain)
}

/// Runs `main()` and submits the job that it builds under `job`.
///
/// At most one of several submissions under one id wins, so that asking
/// whether it exists is the way to find out about a lost answer.
pub fn run(
    jar: &JarId,
    job: &JobId,
    program: &Program,
    restore: Option<&Restore>,
) -> Request<Submitted> {
    let extra = json!({
        "jobId": job,
        "savepointPath": restore.map(|restore| &restore.path),
        "allowNonRestoredState": restore.map(|restore| restore.allow_non_restored_state),
        "restoreMode": restore.map(|restore| restore.mode.as_str()),
    });
    Request::post(&["jars", jar.as_str(), "run"], program.body(extra)).at_pace(Pace::RunsMain)
}
