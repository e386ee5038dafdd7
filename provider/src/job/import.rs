//! Imports a job by `namespace/cluster/<name>`, `<origin>#<name>`, either with a job id in place of
//! the name, a job id alone, or its identity. A job with a cluster of its own is also named by that:
//! `namespace/cluster`.

use lifecycle::{
    cluster::Name,
    flink::{request::jobs, response::jobs::JobSummary},
    job::{Problem, marks::Marks},
};
use terraform::{
    diagnostics::{Diagnostic, Diagnostics},
    model::Attr,
    resource::{Context, ImportBy, Outcome, Private},
};

use super::{JobIdentity, application, model::JobModel, plan, record};
use crate::{
    cluster::reference::Reference,
    diagnostic::{self, Subject},
    job_manager::JobManager,
    location::{self, Location},
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
        ImportBy::Identity(JobIdentity { cluster, rest_url, name }) => {
            let origin = cluster.into_known().or_else(|| rest_url.into_known());
            let name = name.into_known().unwrap_or_default();
            origin.map_or_else(|| name.clone(), |origin| location::join(&origin, &name))
        }
    }
}

async fn found(context: &Context<Session>, wanted: &str) -> Result<JobModel, Diagnostics> {
    let session = context.session.as_ref().ok_or_else(diagnostic::not_configured)?;
    let (origin, reference) = JobReference::parse(wanted);
    let location = origin.as_deref().map_or(Location::Rest(None), Location::at);
    if let Location::Cluster { namespace, name } = &location {
        let name = Name::new(namespace, name);
        if let Some(job) = application::import::found(session, name, (wanted, &reference)).await? {
            return Ok(job);
        }
    }
    let at = session.job_manager(&location).map_err(|error| diagnostic::no_job_manager(&error))?;
    if at.reading().is_own_cluster().await {
        let subject = Subject { name: wanted, origin: &at.origin };
        return Err(diagnostic::own_cluster_not_imported(subject).into());
    }
    let failed = |problem: Problem| said(&at, wanted, &problem);
    let jobs = at.jobs().await.map_err(failed)?;
    let row = reference
        .find(&at.origin, &jobs)
        .ok_or_else(|| diagnostic::no_such_job(wanted, &at.origin))?;
    let default = session.origin(&Location::Rest(None));
    let is_default = default.is_ok_and(|origin| origin == at.origin);
    let place = match location {
        Location::Cluster { .. } => Place { cluster: origin.into(), rest_url: Attr::Null },
        Location::Rest(_) if is_default => Place::default(),
        Location::Rest(url) => Place { cluster: Attr::Null, rest_url: url.into() },
    };
    let name = match &reference {
        JobReference::Named { origin: _, name } => Some(name.clone()),
        JobReference::Id(_) => None,
    };
    described(&at, row, name, place).await.map_err(|problem| failed(problem).into())
}

/// Where a job is, in the attributes that say so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The cluster on Kubernetes.
    pub cluster: Attr<String>,
    /// The JobManager's address.
    pub rest_url: Attr<String>,
}

impl Place {
    /// The cluster, where an origin is one.
    pub fn on_cluster(origin: &str) -> Self {
        match Location::at(origin) {
            Location::Cluster { .. } => {
                Self { cluster: Attr::Known(origin.to_owned()), rest_url: Attr::Null }
            }
            Location::Rest(_) => Self::default(),
        }
    }
}

/// The job of this row as a resource, under this name or the one that it carries itself.
pub async fn described(
    at: &JobManager,
    row: &JobSummary,
    name: Option<String>,
    place: Place,
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
    let place = of_record(recorded.as_ref(), place);
    let job = imported(recorded, row, (&at.origin, place), name, parallelism);
    Ok(JobModel { restored_from: restored_from.into(), ..job })
}

/// The reference that the job was last applied with, where it names the same cluster: with its
/// revision, so that a job that follows its cluster is imported as one.
fn of_record(recorded: Option<&JobModel>, place: Place) -> Place {
    let of = |text: &Attr<String>| text.known()?.parse::<Reference>().ok();
    let known = recorded.map(|job| &job.cluster).filter(|cluster| {
        of(cluster).map(|found| found.id()) == of(&place.cluster).map(|found| found.id())
    });
    match known {
        Some(cluster) if !place.cluster.is_null() => Place { cluster: cluster.clone(), ..place },
        Some(_) | None => place,
    }
}

/// The name of the resource in an owner's mark.
fn named(owner: &str, otherwise: &str) -> String {
    location::split(owner).map_or(otherwise, |(_, name)| name).to_owned()
}

fn said(at: &JobManager, wanted: &str, problem: &Problem) -> Diagnostic {
    diagnostic::problem(Subject { name: wanted, origin: &at.origin }, problem)
}

/// The state of an imported job. Of a foreign one only what Flink tells is known: the first plan
/// records the rest.
fn imported(
    recorded: Option<JobModel>,
    row: &JobSummary,
    (origin, Place { cluster, rest_url }): (&str, Place),
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
        cluster,
        rest_url,
        state: text("running"),
        job_id: text(row.id.as_str()),
        ..recorded.unwrap_or_else(foreign)
    }
}
