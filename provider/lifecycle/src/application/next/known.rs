//! What is known of an application's job without asking its JobManager.

use flink::JarId;

use super::{Scene, job_manager_applied, scout, view::View, word::Word};
use crate::{
    application::{
        goal::{Directories, owner},
        start,
    },
    cluster::step::{Effect, Purpose},
    job::{
        self,
        goal::StateLoss,
        journal::Phase,
        observed::{
            Answer as JobAnswer, Cluster, Contents, Disk, DisposalState, Exit,
            Observed as JobObserved, Operators, Question as JobQuestion, Requirements, Submission,
            TriggerState, UploadedJar, Writability,
        },
        problem::Failure,
        step::{Because, Effect as JobEffect, Step as JobStep},
    },
};

/// How stale Flink's caches are at most where nobody has said otherwise.
const REFRESH_INTERVAL: std::time::Duration = std::time::Duration::from_secs(3);
/// Why what lies in storage is not known.
const NO_SCOUT: &str = "the JobManager of an application takes no jar to look with";

impl View<'_> {
    /// What is known without asking the JobManager.
    pub(super) fn known(&self, scene: Scene<'_>, question: &JobQuestion) -> Option<JobAnswer> {
        if scout::is_asked(scene, question) {
            return None;
        }
        let start = self.start().cloned();
        let reason = NO_SCOUT.to_owned();
        match question {
            JobQuestion::Jars => return Some(JobAnswer::Jars(jars(scene))),
            JobQuestion::Operators(..) => {
                return Some(JobAnswer::Operators(Operators::CannotTell { reason, plan: None }));
            }
            JobQuestion::Writable(_) => {
                return Some(JobAnswer::Writable(Writability::CannotTell));
            }
            JobQuestion::Contents(_) => {
                return Some(JobAnswer::Contents(Contents::CannotTell { reason }));
            }
            JobQuestion::Disk(_) => return Some(JobAnswer::Disk(self.disk(scene, reason))),
            JobQuestion::Marks(job) => {
                if let Some(start) = start.filter(|start| start.job == *job) {
                    return Some(JobAnswer::Marks(Some(start.marks)));
                }
            }
            JobQuestion::Cluster
            | JobQuestion::Jobs
            | JobQuestion::History(_)
            | JobQuestion::Trouble(_)
            | JobQuestion::Trigger(..)
            | JobQuestion::Vertices(..)
            | JobQuestion::Requirements(_)
            | JobQuestion::Disposal(_)
            | JobQuestion::Journal(_) => {}
        }
        match self.word {
            Word::JobManager => None,
            Word::Journal => nothing(question),
        }
    }

    /// What lies in storage is not seen from here. But where there was never a
    /// job, there is nothing: unless no state may be given up, since a job that
    /// was forgotten looks the same.
    fn disk(&self, scene: Scene<'_>, reason: String) -> Disk {
        let is_prevented = match &scene.goal.job {
            job::Goal::Run(run) => run.state_loss == StateLoss::Prevent,
            job::Goal::Suspend(_)
            | job::Goal::Remove(_)
            | job::Goal::TakeSavepoint(_)
            | job::Goal::DisposeSavepoint(_) => false,
        };
        let is_first = scene.goal.recorded().is_none_or(|recorded| recorded.job.is_none());
        let was_none = match self.entry().map(|entry| &entry.phase) {
            None => true,
            Some(Phase::Stopped { path, by: _ } | Phase::Starting { from: path, after: _ }) => {
                path.is_none()
            }
            Some(Phase::Running | Phase::Stopping { .. }) => false,
        };
        if is_first && was_none && !is_prevented {
            Disk::Told(Vec::new())
        } else {
            Disk::CannotTell { reason }
        }
    }
}

/// What nobody knows.
fn nothing(question: &JobQuestion) -> Option<JobAnswer> {
    match question {
        JobQuestion::Marks(_) => Some(JobAnswer::Marks(None)),
        JobQuestion::History(_) => Some(JobAnswer::History(None)),
        JobQuestion::Trouble(_) => Some(JobAnswer::Trouble(None)),
        JobQuestion::Trigger(..) => Some(JobAnswer::Trigger(TriggerState::NotFound)),
        JobQuestion::Vertices(..) => Some(JobAnswer::Vertices(None)),
        JobQuestion::Requirements(_) => {
            let reason = "no job runs".to_owned();
            Some(JobAnswer::Requirements(Requirements::Fixed { reason }))
        }
        JobQuestion::Disposal(_) => Some(JobAnswer::Disposal(DisposalState::NotFound)),
        JobQuestion::Cluster
        | JobQuestion::Jobs
        | JobQuestion::Jars
        | JobQuestion::Disk(_)
        | JobQuestion::Writable(_)
        | JobQuestion::Operators(..)
        | JobQuestion::Contents(_)
        | JobQuestion::Journal(_) => None,
    }
}

/// An image brings its jar: each version's counts as uploaded.
fn jars(scene: Scene<'_>) -> Vec<UploadedJar> {
    let owner = owner(&scene.goal.name);
    let versions = std::iter::once(&scene.goal.desired).chain(&scene.goal.previous);
    versions
        .map(|version| UploadedJar {
            id: JarId::new(manifests::scout::JAR),
            name: job::next::jar_name(&owner, &version.program.jar),
        })
        .collect()
}

pub(super) fn configured(directories: &Directories) -> Cluster {
    Cluster {
        version: String::new(),
        refresh_interval: REFRESH_INTERVAL,
        savepoint_root: directories.savepoints.clone(),
        checkpoint_root: directories.checkpoints.clone(),
        exit: Exit::Harmless,
        submission: Submission::Enabled,
        slots: 0,
    }
}

/// The starts of this operation, and those that it gave up, as a job's steps.
pub(super) fn assume_starts(scene: Scene<'_>, job: &mut JobObserved) {
    for done in scene.seen.performed().iter().filter(|done| done.effect == Effect::Done) {
        let Some(apply) = job_manager_applied(&done.step) else { continue };
        let Some(start) = start::read(&apply.body) else { continue };
        match (apply.purpose, start::given_up(&apply.body)) {
            (Purpose::Set, _) => {
                if scene.has_noted(&start.job) && job.launched(&start.job).is_none() {
                    job.assume(start.step(scene.goal), JobEffect::Started);
                }
            }
            (Purpose::Halt, Some(cause)) => {
                let failure = Failure::Failed { cause: cause.to_owned() };
                let because = Because::RollingBack(failure);
                job.assume(JobStep::Cancel { job: start.job, because }, JobEffect::Accepted);
            }
            (Purpose::Halt, None) | (Purpose::Scout, _) => {}
        }
    }
}
