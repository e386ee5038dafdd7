//! `data.flink_jobs`: all jobs that a JobManager remembers.

use lifecycle::flink::{request::jobs, response::jobs::JobSummary};
use terraform::{
    diagnostics::Diagnostics,
    model::{Attr, Model},
    resource::{Context, DataSource},
};

use super::{asked, failed, number, text};
use crate::{
    cluster::reference::validate as cluster, job::validate::rest_url, location, session::Session,
    status, time::rfc3339,
};

/// The data source `flink_jobs`.
#[derive(Clone, Copy, Debug, Default)]
pub struct JobsData;

/// The jobs of a JobManager.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct JobsModel {
    /// `namespace/name` of a `cluster`, else the origin of the JobManager's REST endpoint.
    #[attr(computed)]
    pub id: Attr<String>,
    /// The cluster on Kubernetes to ask: `ref` or `id` of a `flink_cluster`, or `namespace/name` of any Flink there. Excludes `rest_url`.
    #[attr(optional, validate = [cluster])]
    pub cluster: Attr<String>,
    /// URL of the JobManager's REST endpoint. Default: `rest.url` of the provider. Excludes `cluster`.
    #[attr(optional, validate = [rest_url])]
    pub rest_url: Attr<String>,
    /// Only jobs of exactly this name.
    #[attr(optional)]
    pub name: Attr<String>,
    /// Only jobs in this state, for example `RUNNING` or `FAILED`.
    #[attr(optional, validate = [status::validate])]
    pub status: Attr<String>,
    /// The jobs, the newest first.
    #[attr(computed)]
    pub jobs: Attr<Vec<JobRow>>,
}

/// One job.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct JobRow {
    /// The id that Flink gave it.
    #[attr(computed)]
    pub job_id: Attr<String>,
    /// The name that its program gave it.
    #[attr(computed)]
    pub name: Attr<String>,
    /// Its state, in Flink's words.
    #[attr(computed)]
    pub status: Attr<String>,
    /// When it was submitted, in RFC 3339.
    #[attr(computed)]
    pub start_time: Attr<String>,
    /// When it ended, in RFC 3339; null while it has not.
    #[attr(computed)]
    pub end_time: Attr<String>,
    /// Number of its tasks that run.
    #[attr(computed)]
    pub tasks_running: Attr<i64>,
    /// Number of all its tasks.
    #[attr(computed)]
    pub tasks_total: Attr<i64>,
}

impl DataSource for JobsData {
    type Session = Session;
    type Model = JobsModel;

    const TYPE_NAME: &'static str = "flink_jobs";
    const DESCRIPTION: &'static str = "The jobs that a JobManager remembers, ended ones included.";

    fn validate(&self, config: &JobsModel) -> Diagnostics {
        location::conflicting(&config.cluster, &config.rest_url)
    }

    async fn read(
        &self,
        context: &Context<Session>,
        config: JobsModel,
    ) -> Result<(JobsModel, Diagnostics), Diagnostics> {
        let at = asked(context, &config.cluster, &config.rest_url)?;
        let overview =
            at.read(&jobs::overview()).await.map_err(|problem| failed(&at, "", &problem))?;
        let rows = rows(overview.jobs, &config);
        let model = JobsModel { id: text(&at.origin), jobs: Attr::Known(rows), ..config };
        Ok((model, Diagnostics::new()))
    }
}

/// The jobs that are asked for, the newest first.
fn rows(mut jobs: Vec<JobSummary>, asked: &JobsModel) -> Vec<JobRow> {
    jobs.retain(|job| {
        asked.name.known().is_none_or(|name| job.name == *name)
            && asked.status.known().is_none_or(|wanted| status::name(job.state) == wanted)
    });
    jobs.sort_by_key(|job| (std::cmp::Reverse(job.start_time), job.id.clone()));
    jobs.iter().map(row).collect()
}

fn row(job: &JobSummary) -> JobRow {
    JobRow {
        job_id: text(job.id.as_str()),
        name: text(&job.name),
        status: text(status::name(job.state)),
        start_time: rfc3339(job.start_time).into(),
        end_time: rfc3339(job.end_time).into(),
        tasks_running: number(job.tasks.running),
        tasks_total: number(job.tasks.total),
    }
}
