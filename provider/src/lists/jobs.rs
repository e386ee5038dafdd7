//! `list "flink_job"`.

use lifecycle::flink::response::jobs::JobSummary;
use terraform::{
    diagnostics::Diagnostics,
    model::{Attr, Model},
    resource::{Context, ListInput, ListResource, ListSink, Listed, Resource},
};

use crate::{
    cluster::reference::validate as cluster,
    data::{asked, failed},
    job::{
        Job,
        import::{Place, described},
        validate::rest_url,
    },
    job_manager::JobManager,
    location,
    session::Session,
};

/// Lists the jobs of a JobManager.
#[derive(Clone, Copy, Debug, Default)]
pub struct JobList;

/// Which jobs to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct JobListModel {
    /// The cluster on Kubernetes to ask: `ref` or `id` of a `flink_cluster`, or `namespace/name` of any Flink there. Excludes `rest_url`.
    #[attr(optional, validate = [cluster])]
    pub cluster: Attr<String>,
    /// URL of the JobManager's REST endpoint. Default: `rest.url` of the provider. Excludes `cluster`.
    #[attr(optional, validate = [rest_url])]
    pub rest_url: Attr<String>,
    /// Only jobs of exactly this name.
    #[attr(optional)]
    pub name: Attr<String>,
}

impl ListResource for JobList {
    type Resource = Job;
    type Model = JobListModel;

    const DESCRIPTION: &'static str = "The jobs that have not ended, whoever submitted them. Of those that this provider submitted, everything that was set is known.";

    fn validate(&self, config: &JobListModel) -> Diagnostics {
        location::conflicting(&config.cluster, &config.rest_url)
    }

    async fn list(
        &self,
        context: &Context<Session>,
        input: ListInput<JobListModel>,
        sink: &mut ListSink<Job>,
    ) -> Diagnostics {
        let ListInput { config, with_objects: _, limit: _ } = input;
        let at = match asked(context, &config.cluster, &config.rest_url) {
            Ok(at) => at,
            Err(said) => return said,
        };
        let jobs = match at.jobs().await {
            Ok(jobs) => jobs,
            Err(problem) => return failed(&at, "", &problem).into(),
        };
        for job in jobs.iter().filter(|job| !job.state.is_terminal()) {
            let found = match listed(&at, job, &config).await {
                Ok(found) => found,
                Err(said) => return said,
            };
            if let Some(found) = found
                && !sink.send(found).await
            {
                break;
            }
        }
        Diagnostics::new()
    }
}

/// The job as it is listed; `None` where it is not asked for.
async fn listed(
    at: &JobManager,
    row: &JobSummary,
    config: &JobListModel,
) -> Result<Option<Listed<Job>>, Diagnostics> {
    let place = Place { cluster: config.cluster.clone(), rest_url: config.rest_url.clone() };
    let job = described(at, row, None, place).await;
    let job = job.map_err(|problem| failed(at, &row.name, &problem))?;
    if config.name.known().is_some_and(|name| job.name.known() != Some(name)) {
        return Ok(None);
    }
    Ok(Job::identity(&job).map(|identity| Listed {
        identity,
        display_name: job.name.known().cloned().unwrap_or_default(),
        object: Some(job),
        diagnostics: Diagnostics::new(),
    }))
}
