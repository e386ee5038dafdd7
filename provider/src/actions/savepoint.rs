//! The action `flink_savepoint_trigger`.

use lifecycle::{
    flink::request::checkpoints,
    job::{Goal, goal::TakeSavepoint},
};
use terraform::{
    diagnostics::Diagnostics,
    model::{Attr, Model},
    resource::{Action, Context, Progress},
};

use super::{limits, target};
use crate::{
    cluster::reference::validate as cluster,
    diagnostic,
    job::{goal::format, validate::rest_url},
    location, reference,
    savepoint::goal::subject,
    session::Session,
};

/// The action `flink_savepoint_trigger`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SavepointTrigger;

/// What to take a savepoint of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct SavepointTriggerModel {
    /// The job, which goes on: the `id` of a `flink_job`, or a Flink job id.
    #[attr(required, validate = [reference::job])]
    pub job: Attr<String>,
    /// The cluster on Kubernetes that runs the job: `ref` or `id` of a `flink_cluster`, or `namespace/name` of any Flink there. Default: the cluster in `job`. Excludes `rest_url`.
    #[attr(optional, validate = [cluster])]
    pub cluster: Attr<String>,
    /// URL of the JobManager's REST endpoint. Default: the origin in `job`, else `rest.url` of the provider. Excludes `cluster`.
    #[attr(optional, validate = [rest_url])]
    pub rest_url: Attr<String>,
    /// Directory to write the savepoint below. Default: the cluster's `execution.checkpointing.savepoint-dir`.
    #[attr(optional)]
    pub target_directory: Attr<String>,
    /// `canonical` (default) or `native`.
    #[attr(optional, one_of = ["canonical", "native"])]
    pub format: Attr<String>,
}

impl Action for SavepointTrigger {
    type Session = Session;
    type Model = SavepointTriggerModel;

    const TYPE_NAME: &'static str = "flink_savepoint_trigger";
    const DESCRIPTION: &'static str = "Takes a savepoint of a running job, prints its path and records nothing. To keep it in the state, use the resource `flink_savepoint`.";

    fn validate(&self, config: &SavepointTriggerModel) -> Diagnostics {
        location::conflicting(&config.cluster, &config.rest_url)
    }

    async fn invoke(
        &self,
        context: &Context<Session>,
        config: SavepointTriggerModel,
        progress: &Progress,
    ) -> Diagnostics {
        let target = match target(context, &config.job, (&config.cluster, &config.rest_url)).await {
            Ok(target) => target,
            Err(said) => return said,
        };
        progress.say(format!("Taking a savepoint of job {}", target.row.id)).await;
        let (owner, job) = subject(&target.at.origin, &target.reference, Some(&target.row));
        // Each invocation is a savepoint of its own: the newest one of the job tells them apart.
        let key = format!("action {}", newest(&target).await);
        let directory = config.target_directory.into_known();
        let format = format(&config.format);
        let goal = Goal::TakeSavepoint(TakeSavepoint { owner, job, directory, format, key });
        let report = target.session.reach(&target.at, goal, &limits(context)).await;
        if let Some(path) = &report.last_savepoint_path {
            progress.say(format!("Savepoint: {path}")).await;
        }
        diagnostic::messages(target.subject(), &report)
    }
}

/// The number of the newest savepoint that Flink remembers of the job.
async fn newest(target: &super::Target<'_>) -> u64 {
    let history = checkpoints::list(&target.row.id);
    let history = target.at.read_opt(&history).await.ok().flatten();
    history.and_then(|history| history.latest.savepoint).map_or(0, |savepoint| savepoint.id)
}
