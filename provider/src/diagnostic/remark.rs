//! What the user should know of an operation that went on: warnings.

use std::time::Duration;

use lifecycle::job::{
    Remark,
    report::{Left, Operator},
};
use terraform::diagnostics::Diagnostic;

use super::{Subject, at_path, operators, told};

/// The warning for a remark.
pub fn remark(subject: Subject<'_>, remark: &Remark) -> Diagnostic {
    let (happened, detail) = match remark {
        Remark::FoundEarlierState { path } => found_earlier_state(path),
        Remark::StartsEmpty { directory } => starts_empty(directory.as_ref()),
        Remark::StateDiscarded { newest } => state_discarded(newest.as_ref()),
        Remark::Repaired { found, path } => repaired(*found, path),
        Remark::ProgressNotRecovered { path } => progress_not_recovered(path),
        Remark::FromCheckpoint { path, age } => from_checkpoint(path, *age),
        Remark::StoppedWithFailure { path, cause } => stopped_with_failure(path, cause),
        Remark::DryRunSkipped => dry_run_skipped(),
        Remark::FitUnknown { reason } => fit_unknown(reason),
        Remark::StateDropped { operators } => state_dropped(operators),
        Remark::RolledBack { cause, path } => rolled_back(cause, path.as_ref()),
        Remark::RescaledByRestart { reason } => rescaled_by_restart(reason),
        Remark::FewerSlots { running, wanted } => fewer_slots(*running, *wanted),
        Remark::NoMarks => no_marks(),
        Remark::StillRecovering { state } => still_recovering(subject, state),
        Remark::AlreadyEnded { found, newest } => already_ended(*found, newest.as_ref()),
        Remark::KeptRunning => kept_running(),
    };
    Diagnostic::warning(subject.job(&happened), detail)
}

/// The words after the job's name, and the detail.
type Text = (String, String);

fn found_earlier_state(path: &str) -> Text {
    let detail = told(
        format!("A job of this name was stopped here before; it goes on from {path}."),
        "Nothing of what it had counted is lost.",
        "If it should have started empty, set restore = { from = \"none\" } and a restart_trigger.",
    );
    ("starts from the state of an earlier job of this name".to_owned(), detail)
}

fn starts_empty(directory: Option<&String>) -> Text {
    let below = directory.map_or_else(String::new, |directory| format!(" below {directory}"));
    let detail = told(
        "No state of an earlier job of this name is known to the JobManager or found in storage.",
        &format!("If there is an earlier savepoint{below}, it is not used."),
        "For a new job this is right; restore = { from = \"none\" } says so and silences this. Otherwise set restore = { from = \"savepoint\", path = \"…\" }.",
    );
    ("starts empty".to_owned(), detail)
}

fn state_discarded(newest: Option<&String>) -> Text {
    let kept = newest.map_or_else(String::new, |path| {
        format!("The newest state that there was is still at {path}.")
    });
    let detail = told("It was started without state, as the configuration says.", &kept, "");
    ("its state was discarded".to_owned(), detail)
}

fn repaired(found: Left, path: &str) -> Text {
    let detail = told(
        format!("It goes on from {path}."),
        "Records since then are read again; sinks that are not transactional may repeat output.",
        "",
    );
    (format!("{} and was started again", ended(found)), detail)
}

fn progress_not_recovered(path: &str) -> Text {
    let detail = told(
        format!("It was started from {path}."),
        "What it has done since is not in that state: the sources are read again from there, and output may repeat.",
        "",
    );
    ("goes on from an older state than it had reached".to_owned(), detail)
}

fn from_checkpoint(path: &str, age: Option<Duration>) -> Text {
    let age = age.map_or_else(String::new, |age| {
        format!(", {} s old when the job was stopped", age.as_secs())
    });
    let detail = told(
        format!("It was started from the checkpoint {path}{age}."),
        "No state is lost; records since the checkpoint are read again.",
        "",
    );
    ("goes on from a checkpoint".to_owned(), detail)
}

fn stopped_with_failure(path: &str, cause: &str) -> Text {
    let detail = told(
        format!("Root cause: {cause}. The savepoint is {path}."),
        "The savepoint is consistent; output between it and the failure may repeat when the job goes on from it.",
        "",
    );
    ("the savepoint is complete, but the job failed while it stopped".to_owned(), detail)
}

fn dry_run_skipped() -> Text {
    let detail = told(
        "The dry run runs the program's main() in the JobManager, which this cluster does not protect from System.exit.",
        "Whether class, arguments and state fit shows only at the start.",
        "Set cluster.intercept-user-system-exit: THROW on the cluster to get the check.",
    );
    ("its new version was not tried before the stop".to_owned(), detail)
}

fn fit_unknown(reason: &str) -> Text {
    let detail = told(
        format!("{reason}."),
        "If it does not fit, Flink refuses the start, and the old version is started again from the same state, unless upgrade.rollback is \"never\".",
        "",
    );
    ("whether its state fits could not be told beforehand".to_owned(), detail)
}

fn state_dropped(dropped: &[Operator]) -> Text {
    let detail = told(
        format!("No operator of the new program takes the state of {}.", operators(dropped)),
        "restore.allow_non_restored_state = true allows that; this state is gone from the running job.",
        "Set allow_non_restored_state back to false, so that the next such loss is an error.",
    );
    ("state without an operator was dropped".to_owned(), detail)
}

fn rolled_back(cause: &str, path: Option<&String>) -> Text {
    let detail = told(
        format!("Root cause: {cause}."),
        &format!("The old version goes on from its state{}; nothing is lost.", at_path(path)),
        "Correct the cause and apply again.",
    );
    ("the new version did not start; the old one runs again".to_owned(), detail)
}

fn rescaled_by_restart(reason: &str) -> Text {
    let happened = format!("It could not be rescaled in place: {reason}.");
    let detail = told(happened, "Its state was carried over.", "");
    ("was restarted to change its parallelism".to_owned(), detail)
}

fn fewer_slots(running: u32, wanted: u32) -> Text {
    let detail = told(
        "The cluster does not have enough slots now; the adaptive scheduler makes do with what is there.",
        "No data is at stake; the job is only slower.",
        "Add TaskManagers or slots; the job scales up by itself.",
    );
    (format!("runs with parallelism {running} instead of {wanted}"), detail)
}

fn no_marks() -> Text {
    let detail = told(
        "Its program sets global job parameters of its own, which replace those that the provider sends.",
        "It is still found by its id. Only an import cannot tell what it was started with.",
        "",
    );
    ("carries no mark of this provider".to_owned(), detail)
}

fn still_recovering(subject: Subject<'_>, state: &str) -> Text {
    let detail = told(
        format!("The JobManager at {} has it, and it is not running yet.", subject.origin),
        "No state is lost.",
        "The next refresh shows how it went on.",
    );
    (format!("is still {state}"), detail)
}

fn already_ended(found: Left, newest: Option<&String>) -> Text {
    let newest = newest.map_or_else(
        || "No retained state of it is known.".to_owned(),
        |path| format!("Its newest state is {path}."),
    );
    let detail = told("There was nothing left to stop.", &newest, "");
    (format!("{} before it could be stopped", ended(found)), detail)
}

fn kept_running() -> Text {
    let detail = told(
        "on_destroy = \"keep_running\": it was only removed from the state.",
        "It goes on as it is.",
        "A later create of the same name with the same program takes it over.",
    );
    ("keeps running and is no longer managed".to_owned(), detail)
}

fn ended(found: Left) -> &'static str {
    match found {
        Left::Failed => "had failed",
        Left::Canceled => "had been cancelled",
        Left::Finished => "had finished",
        Left::Missing => "was missing",
        Left::Suspended => "had been stopped",
        Left::Running => "was running",
        Left::Unknown => "was in an unknown state",
    }
}
