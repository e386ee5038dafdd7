//! Problems of keeping a job's state.

use lifecycle::JobId;

use super::{Text, text};
use crate::diagnostic::told;

pub(super) fn no_savepoint_directory() -> Text {
    let detail = told(
        "A savepoint is needed, and neither upgrade.savepoint_dir nor the cluster's execution.checkpointing.savepoint-dir says where to write it.",
        "Nothing was stopped; the job runs on.",
        "Set upgrade = { savepoint_dir = \"…\" } to a directory that JobManager and TaskManagers reach.",
    );
    text("no directory for its savepoint", detail).at("upgrade")
}

pub(super) fn savepoint_failed(job: &JobId, cause: &str, directory: &str) -> Text {
    let detail = told(
        format!("The savepoint of {job} into {directory} failed. Root cause: {cause}."),
        "Nothing was stopped: the old version keeps running and no state is lost.",
        "Correct the cause and apply again, or set upgrade = { fallback = \"last_checkpoint\" } to go on from the newest checkpoint.",
    );
    text("its savepoint failed; it still runs", detail).at("upgrade")
}

pub(super) fn not_healthy(
    job: &JobId,
    state: &str,
    cause: Option<&String>,
    newest: Option<&String>,
) -> Text {
    let cause = cause.map_or_else(String::new, |cause| format!(" Root cause: {cause}."));
    let detail = told(
        format!("{job} is {state}, so no savepoint of it can be taken.{cause}"),
        &newest.map_or_else(
            || "It was not stopped. It has no completed checkpoint.".to_owned(),
            |path| format!("It was not stopped. Its newest checkpoint is {path}."),
        ),
        "Mend the cause and apply again, or go on from that checkpoint with upgrade_mode = \"last_state\" or upgrade = { fallback = \"last_checkpoint\" }.",
    );
    text("is not healthy enough for a savepoint", detail).at("upgrade_mode")
}

pub(super) fn no_checkpoint(job: &JobId) -> Text {
    let detail = told(
        format!("{job} has no completed checkpoint that would outlive its cancellation."),
        "It was not stopped; no state is lost.",
        "Set upgrade_mode = \"savepoint\". For last_state, checkpointing must be on (execution.checkpointing.interval) and retained (execution.checkpointing.externalized-checkpoint-retention = RETAIN_ON_CANCELLATION).",
    );
    text("has no checkpoint to go on from", detail).at("upgrade_mode")
}

pub(super) fn not_running(job: Option<&JobId>, state: Option<&String>) -> Text {
    let job = job.map_or_else(|| "No such job".to_owned(), |job| format!("{job}"));
    let state = state.map_or_else(String::new, |state| format!(" is {state} and"));
    let detail = told(
        format!("{job}{state} does not run, so no savepoint of it can be taken."),
        "Nothing was changed.",
        "Start the job first (apply its flink_job).",
    );
    text("does not run", detail).at("job")
}

pub(super) fn disposal_failed(cause: &str) -> Text {
    let detail = told(
        format!("Flink could not delete the savepoint's files. Root cause: {cause}."),
        "They may be there in part; do not start a job from them.",
        "Correct the cause and destroy again, or set dispose_on_destroy = false to leave the files alone.",
    );
    text("the savepoint could not be deleted", detail).at("dispose_on_destroy")
}
