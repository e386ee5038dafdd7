//! Jobs: all in a row, what each carries, has saved and suffers from.

use flink::{
    JobId, request,
    response::{
        checkpoints::{Checkpoint, CheckpointConfig, CheckpointType, Checkpoints},
        jobs::{Exceptions, ExecutionResult, JobStatus, JobSummary},
    },
};

use super::{Rest, failure, known, triggers};
use crate::job::{
    marks::Marks,
    observed::{History, JobState, Row, Snapshot, SnapshotKind, Trouble, Vertices},
    step::Effect,
    world::WorldError,
};

/// How many failures are looked at.
const FAILURES: u32 = 20;

impl Rest {
    pub(super) async fn jobs(&self) -> Result<Vec<Row>, WorldError> {
        match self.client.send_once(&request::jobs::overview()).await {
            Ok(overview) => Ok(overview.jobs.into_iter().map(row).collect()),
            Err(error) if self.is_gone(&error).await? => Ok(Vec::new()),
            Err(error) => Err(failure::world(error)),
        }
    }

    pub(super) async fn marks(&self, job: &JobId) -> Result<Option<Marks>, WorldError> {
        let config = self.read_opt(&request::jobs::config(job)).await?;
        let execution = config.and_then(|config| config.execution_config);
        Ok(execution.and_then(|execution| Marks::read(&execution.user_config)))
    }

    pub(super) async fn history(&self, job: &JobId) -> Result<Option<History>, WorldError> {
        let (all, config) = (request::checkpoints::list(job), request::checkpoints::config(job));
        let (all, config) = tokio::join!(self.read_opt(&all), self.read_opt(&config));
        let config = config?;
        Ok(all?.map(|all| history(all, config.as_ref())))
    }

    pub(super) async fn vertices(
        &self,
        job: &JobId,
        checkpoint: Option<u64>,
    ) -> Result<Option<Box<Vertices>>, WorldError> {
        let details = self.read_opt(&request::jobs::details(job)).await?;
        let Some(details) = details else { return Ok(None) };
        let checkpoint = match checkpoint {
            Some(id) => self.read_opt(&request::checkpoints::details(job, id)).await?,
            None => None,
        };
        Ok(Some(Box::new(Vertices { details, checkpoint })))
    }

    pub(super) async fn trouble(&self, job: &JobId) -> Result<Option<Trouble>, WorldError> {
        let Some(exceptions) = self.read_opt(&request::jobs::exceptions(job, FAILURES)).await?
        else {
            return Ok(None);
        };
        if !exceptions.exception_history.entries.is_empty() {
            return Ok(Some(trouble(&exceptions)));
        }
        // A job that failed before it had a task has no history, only a result.
        let result = self.read_opt(&request::jobs::execution_result(job)).await?;
        Ok(Some(result.map_or_else(Trouble::default, failed)))
    }

    /// An unknown job, or one that has ended, is as good as cancelled.
    pub(super) async fn cancel(&self, job: &JobId) -> Result<Effect, WorldError> {
        match self.client.send(&request::jobs::cancel(job)).await {
            Err(flink::Error { kind: flink::Kind::AlreadyEnded { .. }, .. }) => {
                Ok(Effect::Accepted)
            }
            answer => known(answer).map(|_| Effect::Accepted),
        }
    }
}

fn row(summary: JobSummary) -> Row {
    let JobSummary { id, name, state, start_time, end_time, tasks } = summary;
    let tasks_up = tasks.running + tasks.finished;
    let ended = (end_time >= 0).then_some(end_time);
    let (state, started) = (state_of(state), start_time);
    Row { id, name, state, started, ended, tasks: tasks.total, tasks_up }
}

fn state_of(status: JobStatus) -> JobState {
    match status {
        JobStatus::Initializing => JobState::Initializing,
        JobStatus::Created => JobState::Created,
        JobStatus::Running => JobState::Running,
        JobStatus::Failing => JobState::Failing,
        JobStatus::Failed => JobState::Failed,
        JobStatus::Cancelling => JobState::Cancelling,
        JobStatus::Canceled => JobState::Canceled,
        JobStatus::Finished => JobState::Finished,
        JobStatus::Restarting => JobState::Restarting,
        JobStatus::Suspended => JobState::Suspended,
        JobStatus::Reconciling => JobState::Reconciling,
        JobStatus::Unknown => JobState::Unknown,
    }
}

pub(super) fn history(all: Checkpoints, config: Option<&CheckpointConfig>) -> History {
    let Checkpoints { counts, summary: _, latest, history: _ } = all;
    let survives = |config: &CheckpointConfig| config.externalization.survives_cancellation();
    History {
        completed_count: counts.completed,
        restored_count: counts.restored,
        completed: latest.completed.as_ref().map(snapshot),
        savepoint: latest.savepoint.as_ref().map(snapshot),
        restored: latest.restored.and_then(|restored| restored.external_path),
        retained: config.is_some_and(survives),
        periodic: config.is_some_and(|config| (1..i64::MAX).contains(&config.interval)),
    }
}

fn snapshot(checkpoint: &Checkpoint) -> Snapshot {
    Snapshot {
        id: checkpoint.id,
        path: checkpoint.path().map(ToOwned::to_owned),
        kind: kind(checkpoint),
        triggered: checkpoint.trigger_timestamp,
        discarded: checkpoint.discarded,
    }
}

fn kind(checkpoint: &Checkpoint) -> SnapshotKind {
    match checkpoint.checkpoint_type {
        CheckpointType::SyncSavepoint => SnapshotKind::StopSavepoint,
        CheckpointType::Savepoint => SnapshotKind::Savepoint,
        CheckpointType::Unknown if checkpoint.is_savepoint => SnapshotKind::Savepoint,
        CheckpointType::Checkpoint | CheckpointType::Unknown => SnapshotKind::Checkpoint,
    }
}

/// The entries come with the newest first. A job that failed while it stopped
/// has two: where its savepoint is, and beneath that why it failed.
pub(super) fn trouble(exceptions: &Exceptions) -> Trouble {
    let entries = &exceptions.exception_history.entries;
    let newest = entries.first().map(flink::response::jobs::ExceptionEntry::causes);
    Trouble {
        no_slots: newest.as_ref().is_some_and(|causes| causes.has("NoResourceAvailableException")),
        cause: entries.iter().find_map(|entry| triggers::beneath(&entry.causes())),
        failures: u32::try_from(entries.len()).unwrap_or(u32::MAX),
    }
}

fn failed(result: ExecutionResult) -> Trouble {
    let failure = result.job_execution_result.and_then(|result| result.failure_cause);
    let failures = u32::from(failure.is_some());
    let cause = failure.and_then(|failure| triggers::beneath(&failure.causes()));
    Trouble { failures, cause, no_slots: false }
}
