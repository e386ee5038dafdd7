//! Messages of a refresh: what a live job is, beyond what the state says.

use lifecycle::job::{Live, Problem, read::LiveState};
use terraform::{diagnostics::Diagnostic, model::Attr, path::Path};

use crate::job::model::JobModel;

use super::{Subject, problem, told};

/// What to tell about a job that a refresh found so.
pub fn live_remarks(subject: Subject<'_>, prior: &JobModel, live: &Live) -> Option<Diagnostic> {
    let cause =
        live.cause.as_deref().map_or_else(String::new, |cause| format!(" Root cause: {cause}."));
    let newest = match &live.newest {
        Some(path) => format!("Its newest retained state is {path}."),
        None => "No retained state of it is known yet; the apply looks for it.".to_owned(),
    };
    let wanted = prior.state.known().map_or("running", String::as_str) == "running";
    let (summary, detail) = match &live.state {
        LiveState::Transient { state } => (
            subject.job(&format!("is {state} at the moment")),
            told(
                format!("Flink says {state}, which passes.{cause}"),
                "It is taken to be as recorded; that is no difference. Records may be processed again from its last checkpoint.",
                "If this warning comes again and again, the job keeps restarting: look at the data source flink_job.",
            ),
        ),
        LiveState::Failed if wanted => (
            subject.job("has failed outside Terraform"),
            told(
                format!("Flink gave it up.{cause}"),
                &newest,
                "The next apply starts it again from its newest state. Mend the cause first, or it will fail again.",
            ),
        ),
        LiveState::Canceled if wanted => (
            subject.job("was cancelled outside Terraform"),
            told(
                "Somebody cancelled it.",
                &newest,
                "The next apply starts it again from its newest state. To leave it stopped, set state = \"suspended\".",
            ),
        ),
        LiveState::Missing if wanted => missing(subject, prior, (&cause, &newest)),
        LiveState::Finished if wanted && prior.bounded != Attr::Known(true) => (
            subject.job("has finished by itself"),
            told(
                "All its sources have ended.",
                "Its results are complete as far as its input went.",
                "If that is how it should be, set bounded = true; otherwise the next apply starts it again.",
            ),
        ),
        LiveState::Running
        | LiveState::Suspended
        | LiveState::Failed
        | LiveState::Canceled
        | LiveState::Finished
        | LiveState::Missing => return None,
    };
    Some(Diagnostic::warning(summary, detail).at(Path::attribute("state")))
}

/// A job that nobody knows any more, with what is known of its end.
fn missing(
    subject: Subject<'_>,
    prior: &JobModel,
    (cause, newest): (&str, &str),
) -> (String, String) {
    if prior.application.is_null() {
        let happened = format!(
            "The JobManager at {} answers and has no such job; without high availability it forgets its jobs when it restarts.",
            subject.origin
        );
        let next = "The next apply looks for its newest state and starts it from there.";
        return (subject.job("is not known to its JobManager"), told(happened, newest, next));
    }
    let happened =
        format!("Its cluster {} has no JobManager that knows it.{cause}", subject.origin);
    let next = "The next apply makes the cluster again and starts the job from its newest state; where nobody can tell which that is, it starts nothing and says where to look.";
    (subject.job("no longer runs"), told(happened, newest, next))
}

/// A job whose cluster has lost the Service that leads to it.
pub fn cut_off(subject: Subject<'_>) -> Diagnostic {
    let detail = told(
        format!("Kubernetes has no Service that leads to the JobManager of {}.", subject.origin),
        "Nobody can ask for the job; it is taken to be as recorded.",
        "The next apply of its flink_cluster makes the Service again. If the cluster is not made by Terraform, see who has deleted it.",
    );
    Diagnostic::warning(subject.job("nothing leads to its JobManager"), detail)
        .at(Path::attribute("cluster"))
}

/// A job whose JobManager is coming up.
pub fn coming_up(subject: Subject<'_>) -> Diagnostic {
    let detail = told(
        format!("The JobManager of {} is coming up, and does not answer yet.", subject.origin),
        "The job is taken to be as recorded; that is no difference. A JobManager without high availability may have lost it: then the next plan says so, and a second apply starts it again from its newest savepoint or checkpoint.",
        "If this warning comes again and again, look at the JobManager's pod.",
    );
    Diagnostic::warning(subject.job("its JobManager is coming up"), detail)
        .at(Path::attribute("cluster"))
}

/// A refresh that could not look, where the provider is told only to warn.
pub fn unreachable_on_refresh(subject: Subject<'_>, found: &Problem) -> Diagnostic {
    let error = problem(subject, found);
    let detail = format!(
        "{}\n\nThe job is assumed to be as recorded (on_unreachable = \"warn\").",
        error.detail
    );
    Diagnostic::warning(error.summary, detail).at(error.path)
}
