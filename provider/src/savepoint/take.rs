//! Takes, adopts and disposes of savepoints.

use lifecycle::{
    flink::scout::{Scout, Snapshot, Told},
    job::{Limits, Report},
};
use terraform::{
    diagnostics::{Diagnostic, Diagnostics},
    model::Attr,
    resource::{Context, Outcome, Private},
};

use super::{goal, model::SavepointModel};
use crate::{
    diagnostic::{self, Subject},
    job_manager::{JobManager, problem},
    location::{self, Location},
    reference::JobReference,
    session::Session,
};

/// Takes the savepoint, or looks at the one that exists.
pub(super) async fn create(
    context: &Context<Session>,
    planned: SavepointModel,
    private: Private,
) -> Outcome<SavepointModel> {
    let taken = match planned.path.known().cloned() {
        Some(path) => adopted(context, planned, path).await,
        None => taken(context, planned).await,
    };
    match taken {
        Ok((state, said)) => Outcome::of(state, private).with(said),
        Err(said) => Outcome::gone().with(said),
    }
}

/// Forgets the savepoint, or deletes its files where that is asked for.
pub(super) async fn delete(
    context: &Context<Session>,
    prior: SavepointModel,
    private: Private,
) -> Outcome<SavepointModel> {
    let path = prior.path.known().filter(|_| prior.dispose_on_destroy == Attr::Known(true));
    let Some(path) = path else { return Outcome::gone() };
    let (session, at) = match place(context, &prior) {
        Ok((session, at, _)) => (session, at),
        Err(said) => return Outcome::of(prior, private).with([said]),
    };
    let (_, timeout) = goal::timeouts(&prior);
    let limits = Limits { timeout, stop: context.stop.clone() };
    let report = session.reach(&at, goal::dispose(path), &limits).await;
    let said = messages(&prior, &at, &report);
    match report.problem {
        Some(_) => Outcome::of(prior, private).with(said),
        None => Outcome::gone().with(said),
    }
}

type Taken = Result<(SavepointModel, Diagnostics), Diagnostics>;

async fn taken(context: &Context<Session>, planned: SavepointModel) -> Taken {
    let (session, at, reference) = place(context, &planned)?;
    let asked = planned.job.known().map_or("", String::as_str);
    let failed = |found| diagnostic::problem(Subject { name: asked, origin: &at.origin }, &found);
    let jobs = at.jobs().await.map_err(failed)?;
    let found = reference.find(&at.origin, &jobs);
    let goal = goal::take(&planned, &at.origin, &reference, found);
    let (timeout, _) = goal::timeouts(&planned);
    let limits = Limits { timeout, stop: context.stop.clone() };
    let report = session.reach(&at, goal, &limits).await;
    let said = messages(&planned, &at, &report);
    let Some(path) = report.last_savepoint_path.filter(|_| report.problem.is_none()) else {
        return Err(said);
    };
    let job = report.job.or_else(|| found.map(|job| job.id.clone()));
    let state = SavepointModel {
        id: Attr::Known(path.clone()),
        path: Attr::Known(path),
        job_id: job.map(|job| job.to_string()).into(),
        ..planned
    };
    Ok((state, said))
}

async fn adopted(context: &Context<Session>, planned: SavepointModel, path: String) -> Taken {
    let (_, at, _) = place(context, &planned)?;
    let scout = Scout::new(at.reader().clone());
    let told = scout.metadata(&[&path]).await;
    let told = told.map_err(|error| {
        diagnostic::problem(Subject { name: &path, origin: &at.origin }, &problem(&error))
    })?;
    let said = looked_at(&path, told);
    if said.has_error() {
        return Err(said);
    }
    let state = SavepointModel { id: Attr::Known(path), job_id: Attr::Null, ..planned };
    Ok((state, said))
}

/// What to say of an existing savepoint. One that cannot be looked at is taken at its word.
fn looked_at(path: &str, told: Told<Vec<Snapshot>>) -> Diagnostics {
    let found = match told {
        Told::CannotTell(reason) => return diagnostic::savepoint_unseen(path, &reason).into(),
        Told::Known(snapshots) => snapshots.into_iter().next(),
    };
    match found {
        Some(Snapshot::Whole(_)) => Diagnostics::new(),
        Some(Snapshot::Absent) | None => diagnostic::savepoint_absent(path).into(),
        Some(Snapshot::Unreadable(reason)) => diagnostic::savepoint_unseen(path, &reason).into(),
    }
}

type Place<'a> = (&'a Session, std::sync::Arc<JobManager>, JobReference);

/// The JobManager to ask, and the job that is meant.
fn place<'a>(
    context: &'a Context<Session>,
    savepoint: &SavepointModel,
) -> Result<Place<'a>, Diagnostic> {
    let session = context.session.as_ref().ok_or_else(diagnostic::not_configured)?;
    let named = savepoint.job.known().map_or("", String::as_str);
    let (origin, reference) = JobReference::parse(named);
    let location = Location::beside(origin.as_deref(), &savepoint.cluster, &savepoint.rest_url);
    let at = session.job_manager(&location);
    Ok((session, at.map_err(|error| diagnostic::no_job_manager(&error))?, reference))
}

fn messages(savepoint: &SavepointModel, at: &JobManager, report: &Report) -> Diagnostics {
    let job = savepoint.job.known().map_or("", String::as_str);
    let name = location::split(job).map_or(job, |(_, name)| name);
    diagnostic::messages(Subject { name, origin: &at.origin }, report)
}
