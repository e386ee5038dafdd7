//! From what is to attributes: what a refresh and an apply write into the state. Pure.

use lifecycle::job::{
    Live, Report,
    read::LiveState,
    report::{Left, Which},
};
use terraform::model::Attr;

use super::model::JobModel;

/// What a refresh records: the live state, on top of what was recorded.
///
/// A state that will pass reads as what is recorded; so nothing flaps at night.
pub fn refreshed(prior: JobModel, live: &Live) -> JobModel {
    let parallelism = match (&prior.parallelism, live.parallelism) {
        (Attr::Known(_), Some(parallelism)) => Attr::Known(i64::from(parallelism)),
        (recorded, _) => *recorded,
    };
    let state = Attr::Known(state_word(&prior, &live.state).to_owned());
    let job_id = live.job.as_ref().map_or_else(|| prior.job_id.clone(), text);
    JobModel { parallelism, state, job_id, ..prior }
}

/// The word for a live state, given what is recorded. A suspended job has ended as it should.
fn state_word(prior: &JobModel, live: &LiveState) -> &'static str {
    let recorded = match prior.state.known().map_or("running", String::as_str) {
        "suspended" => "suspended",
        "failed" => "failed",
        "canceled" => "canceled",
        "finished" => "finished",
        "missing" => "missing",
        _ => "running",
    };
    let bounded = prior.bounded == Attr::Known(true);
    match live {
        LiveState::Running => "running",
        LiveState::Suspended => "suspended",
        LiveState::Failed => "failed",
        LiveState::Transient { .. } => recorded,
        LiveState::Finished | LiveState::Missing | LiveState::Canceled
            if recorded == "suspended" =>
        {
            recorded
        }
        LiveState::Finished if bounded => recorded,
        LiveState::Canceled => "canceled",
        LiveState::Finished => "finished",
        LiveState::Missing => "missing",
    }
}

/// What an apply records: the planned object where the goal was reached, else the truth.
/// `None`: there is no job, and none was recorded before.
pub fn applied(
    prior: Option<&JobModel>,
    planned: JobModel,
    jar_sha256: &str,
    report: &Report,
) -> Option<JobModel> {
    if report.problem.is_none() {
        let wanted = planned.state.clone();
        return Some(filled(planned, prior, jar_sha256, report, wanted));
    }
    attempted(prior, planned, jar_sha256, report)
}

/// What an apply records that did not reach its goal: the truth.
pub fn attempted(
    prior: Option<&JobModel>,
    planned: JobModel,
    jar_sha256: &str,
    report: &Report,
) -> Option<JobModel> {
    let left = left(report.state).map(|state| Attr::Known(state.to_owned()));
    match (prior, &report.program) {
        (Some(prior), None | Some(Which::Previous)) => {
            let state = left.unwrap_or_else(|| prior.state.clone());
            Some(previous(prior.clone(), report, state))
        }
        (_, Some(Which::Desired)) => {
            let state = left.unwrap_or_else(|| planned.state.clone());
            Some(filled(planned, prior, jar_sha256, report, state))
        }
        (None, None | Some(Which::Previous)) => None,
    }
}

/// What is still recorded of a job that could not be removed: the truth, so that the next destroy goes on.
pub fn left_behind(prior: JobModel, report: &Report) -> JobModel {
    let state = left(report.state)
        .map_or_else(|| prior.state.clone(), |state| Attr::Known(state.to_owned()));
    previous(prior, report, state)
}

/// The word for how a job was left; `None` where nobody could be asked.
fn left(left: Left) -> Option<&'static str> {
    match left {
        Left::Running => Some("running"),
        Left::Suspended => Some("suspended"),
        Left::Finished => Some("finished"),
        Left::Failed => Some("failed"),
        Left::Canceled => Some("canceled"),
        Left::Missing => Some("missing"),
        Left::Unknown => None,
    }
}

/// The planned object with what was open in the plan: known planned values are never touched.
fn filled(
    planned: JobModel,
    prior: Option<&JobModel>,
    jar_sha256: &str,
    report: &Report,
    state: Attr<String>,
) -> JobModel {
    let open = |planned: &Attr<String>, found: Attr<String>| {
        if planned.is_unknown() { found } else { planned.clone() }
    };
    let recorded = |attribute: fn(&JobModel) -> &Attr<String>| {
        prior.map_or(Attr::Null, |prior| attribute(prior).clone())
    };
    let found = |path: &Option<String>| Attr::from(path.clone());
    let savepoint = match &report.last_savepoint_path {
        Some(path) => Attr::Known(path.clone()),
        None => recorded(|job| &job.last_savepoint_path),
    };
    JobModel {
        job_id: open(&planned.job_id, report.job.as_ref().map_or(Attr::Null, text)),
        last_savepoint_path: open(&planned.last_savepoint_path, savepoint),
        restored_from: open(&planned.restored_from, found(&report.restored_from)),
        jar_sha256: open(&planned.jar_sha256, Attr::Known(jar_sha256.to_owned())),
        cluster_status: open(&planned.cluster_status, recorded(|job| &job.cluster_status)),
        planned_action: open(&planned.planned_action, recorded(|job| &job.planned_action)),
        state,
        ..planned
    }
}

/// The recorded object with what an attempt that failed has done to its job.
fn previous(prior: JobModel, report: &Report, state: Attr<String>) -> JobModel {
    let job_id = report.job.as_ref().map_or_else(|| prior.job_id.clone(), text);
    let last_savepoint_path = match &report.last_savepoint_path {
        Some(path) => Attr::Known(path.clone()),
        None => prior.last_savepoint_path.clone(),
    };
    let restored_from = match (&report.restored_from, report.state) {
        (Some(path), _) => Attr::Known(path.clone()),
        (None, _) => prior.restored_from.clone(),
    };
    JobModel { state, job_id, last_savepoint_path, restored_from, ..prior }
}

fn text(job: &lifecycle::JobId) -> Attr<String> {
    Attr::Known(job.to_string())
}

#[cfg(test)]
mod tests;
