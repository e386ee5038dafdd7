//! Actions: done once, on the user's word. Whatever they do, `flink_job` and `flink_savepoint` can
//! do too; not every client has actions.

mod cancel;
mod restart;
mod savepoint;

use std::{sync::Arc, time::Duration};

use lifecycle::{
    flink::response::jobs::JobSummary,
    job::{Limits, Recorded, recorded::RecordedState},
};
use terraform::{diagnostics::Diagnostics, model::Attr, resource::Context};

pub use cancel::JobCancel;
pub use restart::JobRestart;
pub use savepoint::SavepointTrigger;

use crate::{
    diagnostic::{self, Subject},
    job_manager::JobManager,
    location::Location,
    reference::JobReference,
    session::Session,
};

/// How long an action may take.
const TIMEOUT: Duration = Duration::from_mins(30);

/// The job that an action is about.
struct Target<'a> {
    session: &'a Session,
    at: Arc<JobManager>,
    reference: JobReference,
    row: JobSummary,
}

impl Target<'_> {
    /// What messages about it are about.
    fn subject(&self) -> Subject<'_> {
        let name = match &self.reference {
            JobReference::Named { origin: _, name } => name,
            JobReference::Id(_) => &self.row.name,
        };
        Subject { name, origin: &self.at.origin }
    }

    /// What is known of it without a record.
    fn recorded(&self) -> Recorded {
        Recorded {
            job: Some(self.row.id.clone()),
            state: RecordedState::Running,
            program: None,
            last_savepoint_path: None,
            restored_from: None,
        }
    }
}

/// Finds the job that is meant.
async fn target<'a>(
    context: &'a Context<Session>,
    job: &Attr<String>,
    (cluster, rest_url): (&Attr<String>, &Attr<String>),
) -> Result<Target<'a>, Diagnostics> {
    let session = context.session.as_ref().ok_or_else(diagnostic::not_configured)?;
    let asked = job.known().map_or("", String::as_str);
    let (origin, reference) = JobReference::parse(asked);
    let at = session.job_manager(&Location::beside(origin.as_deref(), cluster, rest_url));
    let at = at.map_err(|error| diagnostic::no_job_manager(&error))?;
    let failed = |found| diagnostic::problem(Subject { name: asked, origin: &at.origin }, &found);
    let jobs = at.jobs().await.map_err(failed)?;
    let row = reference.find(&at.origin, &jobs).cloned();
    let row = row.ok_or_else(|| diagnostic::no_such_job(asked, &at.origin))?;
    Ok(Target { session, at, reference, row })
}

fn limits(context: &Context<Session>) -> Limits {
    Limits { timeout: TIMEOUT, stop: context.stop.clone() }
}
