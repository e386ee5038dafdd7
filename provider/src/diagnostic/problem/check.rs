//! Problems that are found before anything is stopped.

use lifecycle::job::{problem::OldJob, report::Operator};

use super::{Text, text};
use crate::diagnostic::{at_path, operators, told};

pub(super) fn jar_missing(sha256: &str) -> Text {
    let detail = told(
        format!("The jar with SHA-256 {sha256} is not at jar.path and not on the cluster."),
        "Nothing was stopped; a job that ran still runs.",
        "Build the jar, or correct jar.path, and apply again.",
    );
    text("its jar is nowhere", detail).at("jar")
}

pub(super) fn jar_rejected(reason: &str) -> Text {
    let detail = told(
        format!("The jar could not be uploaded: {reason}."),
        "Nothing was stopped; a job that ran still runs.",
        "Check the file, the JobManager's web.upload.dir and the limits of a proxy before it, then apply again.",
    );
    text("its jar was not accepted", detail).at("jar")
}

pub(super) fn program_failed(cause: &str, old: &OldJob) -> Text {
    let data = match old {
        OldJob::None => "Nothing was started.".to_owned(),
        OldJob::Runs(job) => format!(
            "Nothing was stopped: the old version keeps running as {job}, no state is lost."
        ),
        OldJob::Stopped(path) => {
            format!("The old version is stopped; its state is safe{}.", at_path(path.as_ref()))
        }
    };
    let detail = told(
        format!("The program does not come to a job. Root cause: {cause}."),
        &data,
        "Correct jar.entry_class, args or the program itself, and apply again.",
    );
    text("its program fails before it runs", detail).at("jar")
}

pub(super) fn state_does_not_fit(lost: &[Operator], path: &str) -> Text {
    let detail = told(
        format!("The new program has no operator for the state of {} in {path}.", operators(lost)),
        "Starting it would drop that state, so nothing was stopped: a job that ran still runs.",
        "Give those operators their old uid() again (ids that Flink generates change with the job graph), or accept the loss with restore = { allow_non_restored_state = true }.",
    );
    text("its state does not fit the new program", detail).at("restore")
}

pub(super) fn parallelism_too_high(wanted: u32, maximum: u32, vertex: &str) -> Text {
    let detail = told(
        format!(
            "Parallelism {wanted} is above {maximum}, the maximum parallelism that the state of {vertex:?} was written with."
        ),
        "Flink cannot spread that state further. Nothing was stopped.",
        &format!(
            "Set parallelism to at most {maximum}, or start without that state (restore.from = \"none\")."
        ),
    );
    text("its state cannot be spread that far", detail).at("parallelism")
}

pub(super) fn max_parallelism_changed(set: u32, recorded: u32, vertex: &str) -> Text {
    let detail = told(
        format!(
            "The program sets the maximum parallelism {set}; the state of {vertex:?} was written with {recorded}."
        ),
        "Keyed state cannot be spread anew, so Flink would refuse it. Nothing was stopped.",
        &format!(
            "Set the maximum parallelism to {recorded} again, or start without that state (restore.from = \"none\")."
        ),
    );
    text("its maximum parallelism has changed", detail).at("jar")
}

pub(super) fn rollback_impossible(reason: &str) -> Text {
    let detail = told(
        format!(
            "upgrade.rollback is \"required\", and this upgrade could not be rolled back: {reason}."
        ),
        "Nothing was stopped; the old version runs on.",
        "Remove the obstacle, or set upgrade = { rollback = \"auto\" }.",
    );
    text("a rollback would be impossible", detail).at("upgrade")
}

pub(super) fn state_loss_prevented(newest: Option<&String>, directory: Option<&String>) -> Text {
    let (happened, next) = match newest {
        Some(path) => (
            format!("It would start without the state at {path}, and prevent_state_loss is true."),
            "Set restore = { from = \"savepoint\", path = \"…\" } to use it, or prevent_state_loss = false to confirm that it may go.",
        ),
        None => (
            format!(
                "Whether there is state of an earlier job of this name{} cannot be told, and prevent_state_loss is true.",
                directory.map_or_else(String::new, |directory| format!(" below {directory}"))
            ),
            "If this is its first start, say so with restore = { from = \"none\" }; else name the savepoint with restore = { from = \"savepoint\", path = \"…\" }.",
        ),
    };
    let detail = told(happened, "Nothing was started or stopped.", next);
    text("would start without state", detail).at("prevent_state_loss")
}
