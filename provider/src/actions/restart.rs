//! The action `flink_job_restart`.

use lifecycle::job::{Goal, goal::Jar};
use terraform::{
    diagnostics::Diagnostics,
    model::{Attr, Model},
    resource::{Action, Context, Progress},
};

use super::{Target, limits, target};
use crate::{
    cluster::reference::validate as cluster,
    diagnostic,
    job::{
        action::{Action as Planned, Carry, Change, Reason},
        goal,
        import::{Place, described},
        model::JobModel,
        validate::rest_url,
    },
    location, reference,
    session::Session,
};

/// The action `flink_job_restart`.
#[derive(Clone, Copy, Debug, Default)]
pub struct JobRestart;

/// What to restart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct JobRestartModel {
    /// The job: the `id` of a `flink_job`, or a Flink job id. It must have been started by this provider, which knows then what to start again.
    #[attr(required, validate = [reference::job])]
    pub job: Attr<String>,
    /// The cluster on Kubernetes that runs the job: `ref` or `id` of a `flink_cluster`, or `namespace/name` of any Flink there. Default: the cluster in `job`. Excludes `rest_url`.
    #[attr(optional, validate = [cluster])]
    pub cluster: Attr<String>,
    /// URL of the JobManager's REST endpoint. Default: the origin in `job`, else `rest.url` of the provider. Excludes `cluster`.
    #[attr(optional, validate = [rest_url])]
    pub rest_url: Attr<String>,
}

impl Action for JobRestart {
    type Session = Session;
    type Model = JobRestartModel;

    const TYPE_NAME: &'static str = "flink_job_restart";
    const DESCRIPTION: &'static str = "Stops a job with a savepoint and starts it again from there, as it is. Its `flink_job` finds the new Flink job id with the next refresh, and shows no other difference.";

    fn validate(&self, config: &JobRestartModel) -> Diagnostics {
        location::conflicting(&config.cluster, &config.rest_url)
    }

    async fn invoke(
        &self,
        context: &Context<Session>,
        config: JobRestartModel,
        progress: &Progress,
    ) -> Diagnostics {
        let target = match target(context, &config.job, (&config.cluster, &config.rest_url)).await {
            Ok(target) => target,
            Err(said) => return said,
        };
        let job =
            match described(&target.at, &target.row, None, Place::on_cluster(&target.at.origin))
                .await
            {
                Ok(job) => job,
                Err(found) => return diagnostic::problem(target.subject(), &found).into(),
            };
        let Some(sha256) = job.jar_sha256.known().cloned() else {
            return diagnostic::not_ours(target.subject().name).into();
        };
        progress.say(format!("Restarting job {} with a savepoint", target.row.id)).await;
        let goal = restart(&target, &job, sha256);
        let report = target.session.reach(&target.at, goal, &limits(context)).await;
        if let Some(path) = &report.restored_from {
            progress.say(format!("Started again from {path}")).await;
        }
        diagnostic::messages(target.subject(), &report)
    }
}

/// The goal of the job as it is, started again from a savepoint taken now.
fn restart(target: &Target<'_>, job: &JobModel, sha256: String) -> Goal {
    let name = job.name.known().map_or("", String::as_str);
    let owner = lifecycle::job::Owner::new(&target.at.origin, name);
    let action = Planned::Restart(Reason::Upgrade, Carry::Savepoint);
    let change = Change { action, attributes: vec![], cluster: vec![], bounded: false };
    let recorded = Some(goal::recorded(job, None));
    let jar = Jar { sha256, file: None };
    Goal::Run(Box::new(goal::run(owner, job, jar, recorded, &change)))
}
