//! Savepoints, stops and disposals: asked for under an id, answered later.

use flink::{
    Cause, Causes, JobId, TriggerId, request,
    request::checkpoints::{Savepoint, SavepointFormat},
    response::{
        checkpoints::{Disposal, Outcome, SavepointTrigger},
        jobs::Failure,
    },
};

use super::{Rest, failure};
use crate::job::{
    goal::{Drain, Format},
    observed::{DisposalState, TriggerFailure, TriggerState},
    step::{Effect, Trigger},
    world::WorldError,
};

impl Rest {
    pub(super) async fn trigger(
        &self,
        job: &JobId,
        trigger: &TriggerId,
    ) -> Result<TriggerState, WorldError> {
        let status = request::checkpoints::savepoint_status(job, trigger);
        Ok(self.read_opt(&status).await?.map_or(TriggerState::NotFound, told))
    }

    pub(super) async fn disposal(&self, request: &str) -> Result<DisposalState, WorldError> {
        let Ok(id) = request.parse() else {
            return Ok(DisposalState::NotFound);
        };
        let status = request::checkpoints::disposal_status(&id);
        Ok(self.read_opt(&status).await?.map_or(DisposalState::NotFound, disposed))
    }

    pub(super) async fn stop(&self, trigger: &Trigger) -> Result<Effect, WorldError> {
        let drain = match trigger.drain {
            Drain::Yes => request::checkpoints::Drain::Yes,
            Drain::No => request::checkpoints::Drain::No,
        };
        let stop = request::checkpoints::stop(&trigger.job, &savepoint(trigger), drain);
        let answer = self.client.send(&stop).await;
        answer.map(|_| Effect::Accepted).or_else(failure::refused)
    }

    pub(super) async fn savepoint(&self, trigger: &Trigger) -> Result<Effect, WorldError> {
        let take = request::checkpoints::savepoint(&trigger.job, &savepoint(trigger));
        let answer = self.client.send(&take).await;
        answer.map(|_| Effect::Accepted).or_else(failure::refused)
    }

    pub(super) async fn dispose(&self, path: &str) -> Result<Effect, WorldError> {
        let answer = self.client.send(&request::checkpoints::dispose(path)).await;
        answer
            .map(|triggered| Effect::Disposing(triggered.trigger.to_string()))
            .or_else(failure::refused)
    }
}

fn savepoint(trigger: &Trigger) -> Savepoint {
    let format = match trigger.format {
        Format::Canonical => SavepointFormat::Canonical,
        Format::Native => SavepointFormat::Native,
    };
    Savepoint {
        trigger: trigger.id.clone(),
        target_directory: Some(trigger.directory.clone()),
        format: Some(format),
    }
}

pub(super) fn told(SavepointTrigger(outcome): SavepointTrigger) -> TriggerState {
    match outcome {
        Outcome::InProgress => TriggerState::InProgress,
        Outcome::Done(path) => TriggerState::Completed(path),
        Outcome::Failed(failure) => TriggerState::Failed(why(&failure)),
    }
}

fn why(failure: &Failure) -> TriggerFailure {
    let causes = failure.causes();
    let cause = causes.summary();
    match causes.completed_savepoint() {
        Some(path) => {
            let cause = beneath(&causes).filter(|cause| !cause.contains(path));
            TriggerFailure::WhileStopping { path: path.to_owned(), cause }
        }
        None if causes.has("FlinkJobNotFoundException") => TriggerFailure::NoSuchJob,
        None => TriggerFailure::Other { cause },
    }
}

/// The innermost cause that is no wrapper which only repeats where the
/// savepoint is. Flink often has none here: then the job itself tells.
pub(super) fn beneath(causes: &Causes) -> Option<String> {
    let is_wrapper = |cause: &&Cause| cause.simple_class() == "StopWithSavepointStoppingException";
    causes.root().filter(|cause| !is_wrapper(cause)).map(ToString::to_string)
}

/// What cannot be found any more is as good as deleted.
pub(super) fn disposed(Disposal(outcome): Disposal) -> DisposalState {
    let failure = match outcome {
        Outcome::InProgress => return DisposalState::InProgress,
        Outcome::Done(()) => return DisposalState::Gone,
        Outcome::Failed(failure) => failure,
    };
    let causes = failure.causes();
    if causes.has("FileNotFoundException") {
        DisposalState::Gone
    } else {
        DisposalState::Failed { cause: causes.summary() }
    }
}
