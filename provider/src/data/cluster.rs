//! `data.flink_cluster`: what a JobManager offers now.

use std::collections::BTreeMap;

use lifecycle::flink::request::cluster;
use terraform::{
    diagnostics::Diagnostics,
    model::{Attr, Model},
    resource::{Context, DataSource},
};

use super::{asked, failed, number, text};
use crate::{
    cluster::reference::validate as cluster_name, job::validate::rest_url, location,
    session::Session,
};

/// The data source `flink_cluster`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClusterData;

/// What a JobManager offers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct ClusterModel {
    /// `namespace/name` of a `cluster`, else the origin of the JobManager's REST endpoint.
    #[attr(computed)]
    pub id: Attr<String>,
    /// The cluster on Kubernetes to ask: `ref` or `id` of a `flink_cluster`, or `namespace/name` of any Flink there. Excludes `rest_url`.
    #[attr(optional, validate = [cluster_name])]
    pub cluster: Attr<String>,
    /// URL of the JobManager's REST endpoint. Default: `rest.url` of the provider. Excludes `cluster`.
    #[attr(optional, validate = [rest_url])]
    pub rest_url: Attr<String>,
    /// Version of Flink, for example `1.20.1`.
    #[attr(computed)]
    pub version: Attr<String>,
    /// Number of TaskManagers that the JobManager knows.
    #[attr(computed)]
    pub task_managers: Attr<i64>,
    /// Number of all slots.
    #[attr(computed)]
    pub slots_total: Attr<i64>,
    /// Number of free slots.
    #[attr(computed)]
    pub slots_available: Attr<i64>,
    /// Number of jobs that run or restart.
    #[attr(computed)]
    pub jobs_running: Attr<i64>,
    /// Number of jobs that ended by themselves, as far as the JobManager remembers.
    #[attr(computed)]
    pub jobs_finished: Attr<i64>,
    /// Number of cancelled jobs, as far as the JobManager remembers.
    #[attr(computed)]
    pub jobs_canceled: Attr<i64>,
    /// Number of failed jobs, as far as the JobManager remembers.
    #[attr(computed)]
    pub jobs_failed: Attr<i64>,
    /// Whether jars can be submitted; `flink_job` needs it.
    #[attr(computed)]
    pub accepts_jars: Attr<bool>,
    /// The effective configuration of the JobManager; Flink masks what it takes for secrets.
    #[attr(computed, sensitive)]
    pub configuration: Attr<BTreeMap<String, String>>,
}

impl DataSource for ClusterData {
    type Session = Session;
    type Model = ClusterModel;

    const TYPE_NAME: &'static str = "flink_cluster";
    const DESCRIPTION: &'static str =
        "What a JobManager offers now: version, slots, jobs, configuration.";

    fn validate(&self, config: &ClusterModel) -> Diagnostics {
        location::conflicting(&config.cluster, &config.rest_url)
    }

    async fn read(
        &self,
        context: &Context<Session>,
        config: ClusterModel,
    ) -> Result<(ClusterModel, Diagnostics), Diagnostics> {
        let at = asked(context, &config.cluster, &config.rest_url)?;
        let failed = |problem| failed(&at, "", &problem);
        let about = at.read(&cluster::config()).await.map_err(failed)?;
        let overview = at.read(&cluster::overview()).await.map_err(failed)?;
        let entries = at.read(&cluster::configuration()).await.map_err(failed)?;
        let configuration = entries.iter().map(|(key, value)| (key.to_owned(), value.to_owned()));
        let model = ClusterModel {
            id: text(&at.origin),
            cluster: config.cluster,
            rest_url: config.rest_url,
            version: text(&about.flink_version),
            task_managers: number(overview.taskmanagers),
            slots_total: number(overview.slots_total),
            slots_available: number(overview.slots_available),
            jobs_running: number(overview.jobs_running),
            jobs_finished: number(overview.jobs_finished),
            jobs_canceled: number(overview.jobs_cancelled),
            jobs_failed: number(overview.jobs_failed),
            accepts_jars: Attr::Known(about.features.web_submit),
            configuration: Attr::Known(configuration.collect()),
        };
        Ok((model, Diagnostics::new()))
    }
}
