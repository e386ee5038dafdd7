//! Imports a job by `<origin>#<name>`, `<origin>#<job id>`, a job id, or its identity.

use lifecycle::{
    flink::{request::jobs, response::jobs::JobSummary},
    job::{Problem, marks::Marks},
};
use terraform::{
    diagnostics::{Diagnostic, Diagnostics},
    model::Attr,
    resource::{Context, ImportBy, Outcome, Private},
};

use super::{JobIdentity, model::JobModel, plan, record};
use crate::{
    diagnostic::{self, Subject},
    job_manager::JobManager,
    reference::JobReference,
    session::Session,
};

/// The job with this id or identity: with all that was set, where this provider submitted it.
pub async fn import(context: &Context<Session>, by: ImportBy<JobIdentity>) -> Outcome<JobModel> {
    match found(context, &wanted(by)).await {
        Ok(job) => Outcome::of(job, Private::default()),
        Err(said) => Outcome::gone().with(said),
    }
}

/// The identity in the words of an id.
fn wanted(by: ImportBy<JobIdentity>) -> String {
    match by {
        ImportBy::Id(id) => id.trim().to_owned(),
        ImportBy::Identity(JobIdentity { rest_url, name }) => {
            let (url, name) = (rest_url.into_known(), name.into_known());
            format!("{}#{}", url.unwrap_or_default(), name.unwrap_or_default())
        }
    }
}

async fn found(context: &Context<Session>, wanted: &str) -> Result<JobModel, Diagnostics> {
    let session = context.session.as_ref().ok_or_else(diagnostic::not_configured)?;
    let (url, reference) = JobReference::parse(wanted);
    let at =
        session.job_manager(url.as_deref()).map_err(|error| diagnostic::no_job_manager(&error))?;
    let failed = |problem: Problem| said(&at, wanted, &problem);
    let jobs = at.jobs().await.map_err(failed)?;
    let row = reference
        .find(&at.origin, &jobs)
        .ok_or_else(|| diagnostic::no_such_job(wanted, &at.origin))?;
    let is_default = session.origin(None).is_ok_and(|origin| origin == at.origin);
    let rest_url = if is_default { Attr::Null } else { url.into() };
    let name = match &reference {
        JobReference::Named { origin: _, name } => Some(name.clone()),
        JobReference::Id(_) => None,
    };
    described(&at, row, name, rest_url).await.map_err(|problem| failed(problem).into())
}

/// The job of this row as a resource, under this name or the one that it carries itself.
pub async fn described(
    at: &JobManager,
    row: &JobSummary,
    name: Option<String>,
    rest_url: Attr<String>,
) -> Result<JobModel, Problem> {
    let config = at.read_opt(&jobs::config(&row.id)).await?;
    let execution = config.as_ref().and_then(|config| config.execution_config.as_ref());
    let parameters = execution.map(|execution| &execution.user_config);
    let recorded = parameters.and_then(record::read);
    let marks = parameters.and_then(Marks::read);
    let marked = marks.as_ref().map(|marks| named(&marks.owner, &row.name));
    let name = name.or(marked).unwrap_or_else(|| row.name.clone());
    let restored_from = marks.and_then(|marks| marks.restored_from);
    let parallelism = execution.map(|execution| execution.job_parallelism);
    let job = imported(recorded, row, (&at.origin, rest_url), name, parallelism);
    Ok(JobModel { restored_from: restored_from.into(), ..job })
}

/// The name of the resource in an owner's mark.
fn named(owner: &str, otherwise: &str) -> String {
    owner.split_once('#').map_or(otherwise, |(_, name)| name).to_owned()
}

fn said(at: &JobManager, wanted: &str, problem: &Problem) -> Diagnostic {
    diagnostic::problem(Subject { name: wanted, origin: &at.origin }, problem)
}

/// The state of an imported job. Of a foreign one only what Flink tells is known: the first plan
/// records the rest.
fn imported(
    recorded: Option<JobModel>,
    row: &JobSummary,
    (origin, rest_url): (&str, Attr<String>),
    name: String,
    parallelism: Option<i64>,
) -> JobModel {
    let text = |text: &str| Attr::Known(text.to_owned());
    let foreign = || JobModel {
        parallelism: parallelism.filter(|number| *number > 0).into(),
        upgrade_mode: text("savepoint"),
        on_destroy: text("savepoint"),
        prevent_state_loss: Attr::Known(false),
        bounded: Attr::Known(false),
        ..JobModel::default()
    };
    let name = Attr::Known(name);
    JobModel {
        id: plan::id(&text(origin), &name),
        name,
        rest_url,
        state: text("running"),
        job_id: text(row.id.as_str()),
        ..recorded.unwrap_or_else(foreign)
    }
}
