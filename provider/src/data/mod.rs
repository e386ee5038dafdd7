//! Data sources: what Flink says now, volatile facts included. Nothing of it is kept in a state
//! that is compared.

mod cluster;
mod job;
mod jobs;
mod manifests;
mod savepoints;

use std::sync::Arc;

use lifecycle::job::Problem;
use terraform::{
    diagnostics::{Diagnostic, Diagnostics},
    model::Attr,
    resource::Context,
};

pub use cluster::ClusterData;
pub use job::JobData;
pub use jobs::JobsData;
pub use manifests::{ManifestsData, ManifestsModel};
pub use savepoints::{SavepointsData, SavepointsModel};

use crate::{
    diagnostic::{self, Subject},
    job_manager::JobManager,
    location::Location,
    session::Session,
};

/// The JobManager that a data source asks.
pub fn asked(
    context: &Context<Session>,
    cluster: &Attr<String>,
    rest_url: &Attr<String>,
) -> Result<Arc<JobManager>, Diagnostics> {
    let session = context.session.as_ref().ok_or_else(diagnostic::not_configured)?;
    Ok(session
        .job_manager(&Location::of(cluster, rest_url))
        .map_err(|error| diagnostic::no_job_manager(&error))?)
}

/// The error for a read that failed.
pub fn failed(cluster: &JobManager, name: &str, problem: &Problem) -> Diagnostic {
    diagnostic::problem(Subject { name, origin: &cluster.origin }, problem)
}

/// A text that is always known.
fn text(text: impl Into<String>) -> Attr<String> {
    Attr::Known(text.into())
}

/// A number that is always known.
fn number(number: impl Into<i64>) -> Attr<i64> {
    Attr::Known(number.into())
}

/// A count that Terraform's numbers hold in any case that matters.
fn count(count: u64) -> Attr<i64> {
    Attr::Known(i64::try_from(count).unwrap_or(i64::MAX))
}
