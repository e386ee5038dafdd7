//! Problems of starting a job.

use lifecycle::{
    JobId,
    job::problem::{Failure, NoRollback},
};

use super::{Text, text};
use crate::diagnostic::{at_path, failure, told};

pub(super) fn nothing_to_start_from(job: Option<&JobId>, directory: Option<&String>) -> Text {
    let job = job.map_or_else(String::new, |job| format!(" of {job}"));
    let looked = directory
        .map_or_else(String::new, |directory| format!(", nor a savepoint below {directory}"));
    let detail = told(
        format!("No retained checkpoint or savepoint{job} was found{looked}."),
        "The job was not started, so that it does not silently begin again from nothing.",
        "Set restore = { from = \"savepoint\", path = \"…\" } if you know one, or restore = { from = \"none\" } to start it empty.",
    );
    text("no state is left to start from", detail).at("restore")
}

pub(super) fn forgotten(
    job: Option<&JobId>,
    directory: Option<&String>,
    older: Option<&String>,
    reason: &str,
) -> Text {
    let job = job.map_or_else(|| "the job".to_owned(), ToString::to_string);
    let place = directory.map_or_else(String::new, |directory| format!(" Look below {directory}."));
    let older = older.map_or_else(String::new, |path| {
        format!(
            " {path} is known, but may be older than the newest state, so it is not used by itself."
        )
    });
    let detail = told(
        format!(
            "The JobManager has forgotten {job}, and its newest state could not be looked for: {reason}."
        ),
        &format!("Nothing was started, so nothing is lost or doubled.{place}{older}"),
        "Set restore = { from = \"savepoint\", path = \"…\" } to the newest directory there that has a _metadata file, and apply again.",
    );
    text("its newest state is not known", detail).at("restore")
}

pub(super) fn restore_refused(path: &str, cause: &str) -> Text {
    let detail = told(
        format!("Flink refused to start the job from {path}. Root cause: {cause}."),
        "The savepoint is untouched.",
        "Correct the path or the program. If operators were removed on purpose, set restore = { allow_non_restored_state = true }.",
    );
    text("cannot start from the savepoint", detail).at("restore")
}

pub(super) fn did_not_come_up(
    job: &JobId,
    found: &Failure,
    (started_from, newest): (Option<&String>, Option<&String>),
    rollback: NoRollback,
) -> Text {
    let why = match rollback {
        NoRollback::NotAsked => "It was not rolled back, as upgrade.rollback is \"never\".",
        NoRollback::NewJobHasState => {
            "It was not rolled back: it has completed a checkpoint, and the old version would do its work twice."
        }
        NoRollback::NoOldProgram => {
            "It was not rolled back: the jar of the old version is not known any more."
        }
        NoRollback::NothingReplaced => "There was no older version to go back to.",
    };
    let from = started_from.map_or_else(
        || "It was started empty.".to_owned(),
        |path| format!("It was started from {path}, which is untouched."),
    );
    let own = newest.map_or_else(String::new, |path| format!(" Its own newest state is {path}."));
    let detail = told(
        format!("{job} did not come up: {}. {why}", failure(found)),
        &format!("{from}{own}"),
        "Correct the cause and apply again: it goes on from the newest state.",
    );
    text("did not start", detail).at(mended_by(found))
}

pub(super) fn rolled_back(found: &Failure, path: Option<&String>) -> Text {
    let detail = told(
        format!("The new version did not come up: {}.", failure(found)),
        &format!(
            "The old version runs again from its state{}; no data is lost. Sinks that are not transactional may repeat output since then.",
            at_path(path)
        ),
        "Correct the cause and apply again. The state still describes the old version.",
    );
    text("the new version did not start; rolled back", detail).at(mended_by(found))
}

pub(super) fn rollback_failed(
    found: &Failure,
    rollback_failure: &Failure,
    path: Option<&String>,
) -> Text {
    let detail = told(
        format!(
            "The new version did not come up: {}. The old one did not either: {}.",
            failure(found),
            failure(rollback_failure)
        ),
        &format!("No job runs now. Its state is safe{}.", at_path(path)),
        "Correct the cause and apply again: it starts from that state.",
    );
    text("neither the new nor the old version starts", detail).at(mended_by(found))
}

/// The attribute that mends a failure.
fn mended_by(failure: &Failure) -> &'static str {
    match failure {
        Failure::Slots { .. } => "parallelism",
        Failure::Restore { .. } => "restore",
        Failure::Program { .. }
        | Failure::Failed { .. }
        | Failure::Restarts { .. }
        | Failure::EndedByOthers { .. } => "jar",
    }
}
