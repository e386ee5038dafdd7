//! `data.flink_job`: how one job is, volatile facts included.

use lifecycle::{
    JobId,
    flink::{
        request::{checkpoints, jobs},
        response::{
            checkpoints::{Checkpoint, Checkpoints},
            jobs::{Exceptions, JobConfig, JobDetails, Vertex},
        },
    },
};
use terraform::{
    diagnostics::{Diagnostic, Diagnostics},
    model::{Attr, Model},
    path::Path,
    resource::{Context, DataSource},
};

use super::{asked, count, failed, number, text};
use crate::{
    cluster::reference::validate as cluster, diagnostic, job::validate::rest_url,
    job_manager::JobManager, location, reference::JobReference, session::Session, status,
    time::rfc3339,
};

/// How many failures are counted at most.
const FAILURES: u32 = 100;

/// The data source `flink_job`.
#[derive(Clone, Copy, Debug, Default)]
pub struct JobData;

/// How a job is now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct JobDataModel {
    /// The same as `job_id`.
    #[attr(computed)]
    pub id: Attr<String>,
    /// The cluster on Kubernetes to ask: `ref` or `id` of a `flink_cluster`, or `namespace/name` of any Flink there. Excludes `rest_url`.
    #[attr(optional, validate = [cluster])]
    pub cluster: Attr<String>,
    /// URL of the JobManager's REST endpoint. Default: `rest.url` of the provider. Excludes `cluster`.
    #[attr(optional, validate = [rest_url])]
    pub rest_url: Attr<String>,
    /// Name of the job: of a `flink_job`, or the one that its program gave it. Of several, the one that runs, else the newest. Exactly one of `name` and `job_id` is set.
    #[attr(optional, computed)]
    pub name: Attr<String>,
    /// The id that Flink gave it.
    #[attr(optional, computed, validate = [terraform::validate::hex_id])]
    pub job_id: Attr<String>,
    /// Its state, in Flink's words, for example `RUNNING`. Alone it proves little: compare `tasks_running` with `tasks_total`, and the age of the latest checkpoint.
    #[attr(computed)]
    pub status: Attr<String>,
    /// When it was submitted, in RFC 3339.
    #[attr(computed)]
    pub start_time: Attr<String>,
    /// When it ended, in RFC 3339; null while it has not.
    #[attr(computed)]
    pub end_time: Attr<String>,
    /// Parallelism of its configuration; single vertices may have another.
    #[attr(computed)]
    pub parallelism: Attr<i64>,
    /// The vertices of its job graph.
    #[attr(computed)]
    pub vertices: Attr<Vec<VertexRow>>,
    /// Number of failures that Flink remembers of it; each of them restarted the job or ended it.
    #[attr(computed)]
    pub failures: Attr<i64>,
    /// When it last failed, in RFC 3339; null if it has not.
    #[attr(computed)]
    pub last_failure_time: Attr<String>,
    /// Root cause of its last failure; null if it has not failed.
    #[attr(computed)]
    pub root_cause: Attr<String>,
    /// How often it has started from a checkpoint or savepoint.
    #[attr(computed)]
    pub restores: Attr<i64>,
    /// Path of the savepoint or checkpoint that it last started from; null if it started empty.
    #[attr(computed)]
    pub restored_from: Attr<String>,
    /// Its newest completed checkpoint that still exists.
    #[attr(computed)]
    pub latest_checkpoint: Attr<CheckpointRow>,
    /// Its newest completed savepoint that still exists.
    #[attr(computed)]
    pub latest_savepoint: Attr<CheckpointRow>,
}

/// A vertex of a job graph.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct VertexRow {
    /// Its id.
    #[attr(computed)]
    pub id: Attr<String>,
    /// The names of its operators.
    #[attr(computed)]
    pub name: Attr<String>,
    /// The parallelism that it runs with.
    #[attr(computed)]
    pub parallelism: Attr<i64>,
    /// The highest parallelism that its state can be spread to.
    #[attr(computed)]
    pub max_parallelism: Attr<i64>,
    /// The state of its tasks together, in Flink's words.
    #[attr(computed)]
    pub status: Attr<String>,
}

/// A checkpoint or savepoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct CheckpointRow {
    /// Its number.
    #[attr(computed)]
    pub id: Attr<i64>,
    /// Its path; null where none leads to it.
    #[attr(computed)]
    pub path: Attr<String>,
    /// When it was triggered, in RFC 3339.
    #[attr(computed)]
    pub triggered_at: Attr<String>,
    /// When it was complete, in RFC 3339.
    #[attr(computed)]
    pub completed_at: Attr<String>,
    /// Bytes of state.
    #[attr(computed)]
    pub bytes: Attr<i64>,
}

impl DataSource for JobData {
    type Session = Session;
    type Model = JobDataModel;

    const TYPE_NAME: &'static str = "flink_job";
    const DESCRIPTION: &'static str = "How a job is now: state, vertices, root cause of its last failure, newest checkpoint and savepoint. Made for `check` blocks, which warn and do not make a difference.";

    fn validate(&self, config: &JobDataModel) -> Diagnostics {
        let both = !config.name.is_null() && !config.job_id.is_null();
        let none = config.name.is_null() && config.job_id.is_null();
        if !(both || none) {
            return location::conflicting(&config.cluster, &config.rest_url);
        }
        let detail = "Set exactly one of name and job_id.";
        Diagnostic::error("Which job is not clear", detail).at(Path::attribute("name")).into()
    }

    async fn read(
        &self,
        context: &Context<Session>,
        config: JobDataModel,
    ) -> Result<(JobDataModel, Diagnostics), Diagnostics> {
        let at = asked(context, &config.cluster, &config.rest_url)?;
        let asked =
            config.job_id.known().or_else(|| config.name.known()).cloned().unwrap_or_default();
        let facts = facts(&at, &asked).await?;
        Ok((model(config, &facts), Diagnostics::new()))
    }
}

/// What Flink says of a job.
struct Facts {
    details: JobDetails,
    config: Option<JobConfig>,
    exceptions: Option<Exceptions>,
    checkpoints: Option<Checkpoints>,
}

async fn facts(at: &JobManager, asked: &str) -> Result<Facts, Diagnostics> {
    let failed = |problem| failed(at, asked, &problem);
    let missing = || diagnostic::no_such_job(asked, &at.origin);
    let job = find(at, asked).await?.ok_or_else(missing)?;
    let details = at.read_opt(&jobs::details(&job)).await.map_err(failed)?.ok_or_else(missing)?;
    Ok(Facts {
        details,
        config: at.read_opt(&jobs::config(&job)).await.map_err(failed)?,
        exceptions: at.read_opt(&jobs::exceptions(&job, FAILURES)).await.map_err(failed)?,
        checkpoints: at.read_opt(&checkpoints::list(&job)).await.map_err(failed)?,
    })
}

/// The id of the job that is asked for.
pub(super) async fn find(at: &JobManager, asked: &str) -> Result<Option<JobId>, Diagnostics> {
    match JobReference::parse(asked) {
        (_, JobReference::Id(id)) => Ok(Some(id)),
        (_, named) => {
            let overview = at.read(&jobs::overview()).await;
            let overview = overview.map_err(|problem| failed(at, asked, &problem))?;
            Ok(named.find(&at.origin, &overview.jobs).map(|job| job.id.clone()))
        }
    }
}

fn model(asked: JobDataModel, facts: &Facts) -> JobDataModel {
    let Facts { details, config, exceptions, checkpoints } = facts;
    let execution = config.as_ref().and_then(|config| config.execution_config.as_ref());
    let failures = exceptions.as_ref().map_or(&[][..], |found| &found.exception_history.entries);
    let last = failures.first();
    let counts = checkpoints.as_ref().map(|found| found.counts.restored);
    let latest = checkpoints.as_ref().map(|found| &found.latest);
    let restored = latest.and_then(|latest| latest.restored.as_ref());
    JobDataModel {
        id: text(details.id.as_str()),
        cluster: asked.cluster,
        rest_url: asked.rest_url,
        name: if asked.name.is_null() { text(&details.name) } else { asked.name },
        job_id: text(details.id.as_str()),
        status: text(status::name(details.state)),
        start_time: rfc3339(details.start_time).into(),
        end_time: rfc3339(details.end_time).into(),
        parallelism: execution.map(|execution| execution.job_parallelism).into(),
        vertices: Attr::Known(details.vertices.iter().map(vertex).collect()),
        failures: count(failures.len() as u64),
        last_failure_time: last.and_then(|failure| rfc3339(failure.timestamp)).into(),
        root_cause: last.map(|failure| failure.causes().summary()).into(),
        restores: count(counts.unwrap_or_default()),
        restored_from: restored.and_then(|restored| restored.external_path.clone()).into(),
        latest_checkpoint: latest.and_then(|latest| latest.completed.as_ref()).map(row).into(),
        latest_savepoint: latest.and_then(|latest| latest.savepoint.as_ref()).map(row).into(),
    }
}

fn vertex(vertex: &Vertex) -> VertexRow {
    VertexRow {
        id: text(vertex.id.as_str()),
        name: text(&vertex.name),
        parallelism: number(vertex.parallelism),
        max_parallelism: number(vertex.max_parallelism),
        status: text(&vertex.status),
    }
}

fn row(checkpoint: &Checkpoint) -> CheckpointRow {
    CheckpointRow {
        id: count(checkpoint.id),
        path: checkpoint.path().map(str::to_owned).into(),
        triggered_at: rfc3339(checkpoint.trigger_timestamp).into(),
        completed_at: rfc3339(checkpoint.latest_ack_timestamp).into(),
        bytes: number(checkpoint.state_size),
    }
}
