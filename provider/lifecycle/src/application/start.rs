//! The start of a job, as it is rendered into its cluster and as it stands on
//! the JobManager's Deployment for whoever comes later.

use flink::{JarId, JobId};
use manifests::Object;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    application::goal::Goal,
    cluster::{
        goal::{Desired, is_workload, role},
        health,
    },
    job::{
        goal::{Claim, NonRestoredState},
        marks::{self, Marks},
        report::Which,
        step::{Launch, Step},
    },
    json::at,
};

/// The annotation of the JobManager's Deployment: the start that it does.
const START: &str = "flink.terraform-provider/start";
/// The annotation of a JobManager's Deployment that was given up: why.
const GIVEN_UP: &str = "flink.terraform-provider/given-up";

/// The start of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// The job's id, used by no other start.
    pub job: JobId,
    /// What it carries, for whoever finds it.
    pub marks: Marks,
    /// What it begins with; `None`: nothing.
    pub restore: Option<Restore>,
}

/// A state that a job begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restore {
    /// The savepoint or checkpoint.
    pub path: String,
    /// Whether state without an operator may be dropped.
    pub non_restored_state: NonRestoredState,
    /// What becomes of the files.
    pub claim: Claim,
}

impl Start {
    /// The start that a step asks for, if it asks for one.
    pub(crate) fn of(step: &Step) -> Option<Self> {
        let launch = step.launch()?;
        let restore = match step {
            Step::StartFrom { path, non_restored_state, claim, .. } => Some(Restore {
                path: path.clone(),
                non_restored_state: *non_restored_state,
                claim: *claim,
            }),
            Step::FirstStart(_)
            | Step::UploadJar { .. }
            | Step::DeleteJar(_)
            | Step::Stop(_)
            | Step::Savepoint(_)
            | Step::Cancel { .. }
            | Step::Rescale { .. }
            | Step::Dispose { .. }
            | Step::Note(_)
            | Step::EraseNote(_) => None,
        };
        Some(Self { job: launch.id.clone(), marks: launch.marks.clone(), restore })
    }

    /// The version that this starts, as far as it is known.
    pub(crate) fn which(&self, goal: &Goal) -> Which {
        let is_of = |which: &Which| {
            let program = goal.version(*which).map(|version| marks::fingerprint(&version.program));
            program.as_ref() == Some(&self.marks.fingerprint)
        };
        let which = [Which::Desired, Which::Previous].into_iter().find(is_of);
        which.unwrap_or(Which::Desired)
    }

    /// The step that asked for this start.
    pub(crate) fn step(&self, goal: &Goal) -> Step {
        let which = self.which(goal);
        let version = goal.version(which).unwrap_or(&goal.desired);
        let launch = Box::new(Launch {
            id: self.job.clone(),
            jar: JarId::new(manifests::scout::JAR),
            program: version.program.clone(),
            marks: self.marks.clone(),
            which,
        });
        match self.restore.clone() {
            None => Step::FirstStart(launch),
            Some(Restore { path, non_restored_state, claim }) => {
                Step::StartFrom { launch, path, non_restored_state, claim }
            }
        }
    }

    /// The state that it begins with.
    pub fn path(&self) -> Option<&str> {
        self.restore.as_ref().map(|restore| restore.path.as_str())
    }

    /// A start of nothing, to know the names of the objects.
    pub(crate) fn of_nothing(job: JobId) -> Self {
        let marks = Marks {
            owner: String::new(),
            fingerprint: String::new(),
            predecessor: None,
            restored_from: None,
        };
        Self { job, marks, restore: None }
    }
}

/// Whether an object is the Deployment of a JobManager.
pub(crate) fn is_job_manager(body: &Value) -> bool {
    is_workload(health::text(body, "/kind")) && role(body) == "jobmanager"
}

/// The Deployment of the JobManager among these objects.
pub(crate) fn job_manager(desired: &Desired) -> Option<&Object> {
    desired.workloads().find(|object| is_job_manager(&object.body))
}

/// Writes the start onto the JobManager's Deployment.
pub(crate) fn write(desired: &mut Desired, start: &Start) {
    let text = serde_json::to_string(start).unwrap_or_default();
    for object in desired.objects.iter_mut().filter(|object| is_job_manager(&object.body)) {
        annotate(&mut object.body, START, &text);
    }
}

/// The start that stands on the Deployment of an application's JobManager; `None`: it is of another.
pub fn read(body: &Value) -> Option<Start> {
    serde_json::from_str(annotation(body, START)?).ok()
}

/// Writes onto a JobManager's Deployment why it is given up.
pub(crate) fn give_up(body: &mut Value, cause: &str) {
    annotate(body, GIVEN_UP, cause);
}

/// Why a Deployment was given up, if it was.
pub(crate) fn given_up(body: &Value) -> Option<&str> {
    annotation(body, GIVEN_UP)
}

fn annotation<'a>(body: &'a Value, key: &str) -> Option<&'a str> {
    at(body, "/metadata/annotations")?.get(key)?.as_str()
}

fn annotate(body: &mut Value, key: &str, value: &str) {
    let Some(metadata) = body["metadata"].as_object_mut() else { return };
    let annotations = metadata.entry("annotations").or_insert_with(|| json!({}));
    if let Some(annotations) = annotations.as_object_mut() {
        annotations.insert(key.to_owned(), json!(value));
    }
}
