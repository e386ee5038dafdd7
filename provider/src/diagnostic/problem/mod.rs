//! Why an operation did not reach its goal: errors, each with the attribute that mends it.

mod check;
mod reach;
mod start;
mod stop;

use lifecycle::job::Problem;
use terraform::{diagnostics::Diagnostic, path::Path};

use super::Subject;

/// The error for a problem.
pub fn problem(subject: Subject<'_>, problem: &Problem) -> Diagnostic {
    let found = match problem {
        Problem::Unreachable { reason } => reach::unreachable(subject, reason),
        Problem::AccessDenied { reason } => reach::access_denied(subject, reason),
        Problem::Unexpected { reason } => reach::unexpected(reason),
        Problem::TimedOut { after, waiting_for } => reach::timed_out(*after, waiting_for),
        Problem::Interrupted { waiting_for } => reach::interrupted(waiting_for),
        Problem::Exists { job } => reach::exists(subject, job),
        Problem::AnotherApply { job } => reach::another_apply(job),
        Problem::SeveralRun { jobs } => reach::several_run(jobs),
        Problem::JarMissing { sha256 } => check::jar_missing(sha256),
        Problem::JarRejected { reason } => check::jar_rejected(reason),
        Problem::SubmissionDisabled => reach::submission_disabled(),
        Problem::ProgramFailed { cause, old } => check::program_failed(cause, old),
        Problem::StateDoesNotFit { operators, path } => check::state_does_not_fit(operators, path),
        Problem::ParallelismTooHigh { wanted, maximum, vertex } => {
            check::parallelism_too_high(*wanted, *maximum, vertex)
        }
        Problem::MaxParallelismChanged { set, recorded, vertex } => {
            check::max_parallelism_changed(*set, *recorded, vertex)
        }
        Problem::NoSavepointDirectory => stop::no_savepoint_directory(),
        Problem::SavepointFailed { job, cause, directory } => {
            stop::savepoint_failed(job, cause, directory)
        }
        Problem::NotHealthy { job, state, cause, newest } => {
            stop::not_healthy(job, state, cause.as_ref(), newest.as_ref())
        }
        Problem::NoCheckpoint { job } => stop::no_checkpoint(job),
        Problem::StateLossPrevented { newest, directory } => {
            check::state_loss_prevented(newest.as_ref(), directory.as_ref())
        }
        Problem::NothingToStartFrom { job, directory } => {
            start::nothing_to_start_from(job.as_ref(), directory.as_ref())
        }
        Problem::Forgotten { job, directory, older, reason } => {
            start::forgotten(job.as_ref(), directory.as_ref(), older.as_ref(), reason)
        }
        Problem::RestoreRefused { path, cause } => start::restore_refused(path, cause),
        Problem::DidNotComeUp { job, failure, started_from, newest, rollback } => {
            let paths = (started_from.as_ref(), newest.as_ref());
            start::did_not_come_up(job, failure, paths, *rollback)
        }
        Problem::RolledBack { failure, path } => start::rolled_back(failure, path.as_ref()),
        Problem::RollbackFailed { failure, rollback_failure, path } => {
            start::rollback_failed(failure, rollback_failure, path.as_ref())
        }
        Problem::RollbackImpossible { reason } => check::rollback_impossible(reason),
        Problem::NotRunning { job, state } => stop::not_running(job.as_ref(), state.as_ref()),
        Problem::DisposalFailed { cause } => stop::disposal_failed(cause),
    };
    Diagnostic::error(subject.job(&found.happened), found.detail).at(found.path)
}

/// The words after the job's name, the detail, and the attribute that mends it.
struct Text {
    happened: String,
    detail: String,
    path: Path,
}

fn text(happened: impl Into<String>, detail: String) -> Text {
    Text { happened: happened.into(), detail, path: Path::root() }
}

impl Text {
    /// Points at a top-level attribute: Terraform finds the line of no deeper one.
    fn at(self, attribute: &str) -> Self {
        Self { path: Path::attribute(attribute), ..self }
    }
}
