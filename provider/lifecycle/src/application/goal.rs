//! What should be of an application: fully resolved, nothing unknown.

use std::{fmt, sync::Arc};

use flink::JobId;
use manifests::Object;

use crate::{
    application::start::Start,
    cluster::{
        Name,
        goal::{Conflicts, Desired, Known},
    },
    job::{self, Owner, goal::Program, ids, marks, report::Which},
};

/// What should be.
#[derive(Clone, Debug)]
pub struct Goal {
    /// The cluster that is the application's own.
    pub name: Name,
    /// What should be of its job, whose owner is [`owner`]: it runs, is
    /// suspended, or is not.
    pub job: job::Goal,
    /// What should run; or what is recorded, where nothing should.
    pub desired: Version,
    /// What is recorded, to go back to where that is another.
    pub previous: Option<Version>,
    /// Whether it is recorded as ours.
    pub known: Known,
    /// What becomes of fields that another manager has.
    pub conflicts: Conflicts,
    /// Who we are to the API server: the manager of the fields that we set.
    pub manager: String,
}

/// A version of an application.
#[derive(Clone, Debug)]
pub struct Version {
    /// What tells it from others.
    pub program: Program,
    /// Its objects.
    pub rendering: Arc<dyn Rendering>,
}

/// Renders the objects of a version of an application.
pub trait Rendering: fmt::Debug + Send + Sync {
    /// The objects whose JobManager does this start. What is not the start is
    /// the same for each; and the revision of the pods is another for each.
    ///
    /// # Errors
    /// What is described cannot be, in words.
    fn render(&self, start: &Start) -> Result<Desired, String>;

    /// The objects of a JobManager for a little while, which looks into this version before the old
    /// one stops: see [`manifests::scout`].
    ///
    /// # Errors
    /// Why there is none, in words.
    fn scout(&self) -> Result<Vec<Object>, String>;

    /// Where savepoints and checkpoints go by default, as it is configured.
    fn directories(&self) -> Directories;
}

/// Where an application's state goes by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directories {
    /// Its savepoints.
    pub savepoints: Option<String>,
    /// Its checkpoints.
    pub checkpoints: Option<String>,
}

/// The owner of an application's jobs.
pub fn owner(name: &Name) -> Owner {
    Owner::new(name.origin(), name.cluster.as_str())
}

impl Goal {
    /// Under what its job is observed, whichever of its jobs that is.
    pub(crate) fn key(&self) -> JobId {
        ids::successor(&owner(&self.name), None, 0)
    }

    /// What is recorded of its job.
    pub(crate) fn recorded(&self) -> Option<&job::Recorded> {
        match &self.job {
            job::Goal::Run(run) => run.recorded.as_ref(),
            job::Goal::Suspend(suspend) => suspend.recorded.as_ref(),
            job::Goal::Remove(remove) => remove.recorded.as_ref(),
            job::Goal::TakeSavepoint(_) | job::Goal::DisposeSavepoint(_) => None,
        }
    }

    /// Whether there is a version before, which is another one.
    pub(crate) fn has_another_version(&self) -> bool {
        let wanted = marks::fingerprint(&self.desired.program);
        self.previous.as_ref().is_some_and(|it| marks::fingerprint(&it.program) != wanted)
    }

    /// One of its versions.
    pub(crate) fn version(&self, which: Which) -> Option<&Version> {
        match which {
            Which::Desired => Some(&self.desired),
            Which::Previous => self.previous.as_ref(),
        }
    }
}
