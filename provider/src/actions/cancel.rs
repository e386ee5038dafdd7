//! The action `flink_job_cancel`.

use lifecycle::job::{
    Goal,
    goal::{OnDestroy, Remove},
};
use terraform::{
    diagnostics::Diagnostics,
    model::{Attr, Model},
    resource::{Action, Context, Progress},
};

use super::{limits, target};
use crate::{
    cluster::reference::validate as cluster, diagnostic, job::validate::rest_url, location,
    reference, savepoint::goal::subject, session::Session,
};

/// The action `flink_job_cancel`.
#[derive(Clone, Copy, Debug, Default)]
pub struct JobCancel;

/// What to cancel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct JobCancelModel {
    /// The job: the `id` of a `flink_job`, or a Flink job id.
    #[attr(required, validate = [reference::job])]
    pub job: Attr<String>,
    /// The cluster on Kubernetes that runs the job: `ref` or `id` of a `flink_cluster`, or `namespace/name` of any Flink there. Default: the cluster in `job`. Excludes `rest_url`.
    #[attr(optional, validate = [cluster])]
    pub cluster: Attr<String>,
    /// URL of the JobManager's REST endpoint. Default: the origin in `job`, else `rest.url` of the provider. Excludes `cluster`.
    #[attr(optional, validate = [rest_url])]
    pub rest_url: Attr<String>,
}

impl Action for JobCancel {
    type Session = Session;
    type Model = JobCancelModel;

    const TYPE_NAME: &'static str = "flink_job_cancel";
    const DESCRIPTION: &'static str = "Cancels a job at once, without a savepoint; its newest checkpoint is kept. A `flink_job` that runs it shows `canceled` as a difference afterwards, and its next apply starts it again.";

    fn validate(&self, config: &JobCancelModel) -> Diagnostics {
        location::conflicting(&config.cluster, &config.rest_url)
    }

    async fn invoke(
        &self,
        context: &Context<Session>,
        config: JobCancelModel,
        progress: &Progress,
    ) -> Diagnostics {
        let target = match target(context, &config.job, (&config.cluster, &config.rest_url)).await {
            Ok(target) => target,
            Err(said) => return said,
        };
        if target.at.reading().is_own_cluster().await {
            return diagnostic::not_cancelled(target.subject()).into();
        }
        progress.say(format!("Cancelling job {}", target.row.id)).await;
        let (owner, _) = subject(&target.at.origin, &target.reference, Some(&target.row));
        let recorded = Some(target.recorded());
        let goal = Goal::Remove(Remove { owner, recorded, how: OnDestroy::Cancel });
        let report = target.session.reach(&target.at, goal, &limits(context)).await;
        diagnostic::messages(target.subject(), &report)
    }
}
