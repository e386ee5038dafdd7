//! Problems of getting through to Flink, of time, and of whose job it is.

use std::time::Duration;

use lifecycle::JobId;

use super::{Text, text};
use crate::diagnostic::{Subject, told};

pub(super) fn unreachable(subject: Subject<'_>, reason: &str) -> Text {
    let next = if is_on_kubernetes(subject) {
        "Check the provider's kubernetes block, its access and the cluster's JobManager, then run Terraform again: it takes up what is under way."
    } else {
        "Check the URL, the network and the JobManager, then run Terraform again: it takes up what is under way."
    };
    let detail = told(
        format!("The JobManager at {} could not be reached: {reason}.", subject.origin),
        "The job is assumed to be as it was, not to be gone; whatever was begun goes on in Flink.",
        next,
    );
    text("its JobManager cannot be reached", detail).at(place(subject))
}

pub(super) fn access_denied(subject: Subject<'_>, reason: &str) -> Text {
    let next = if is_on_kubernetes(subject) {
        "Give whom the provider's kubernetes block logs in as what is missing, or set access to a way that is open."
    } else {
        "Set rest.username and rest.password, rest.bearer_token or rest.client_certificate of the provider to what the server, or the proxy before it, expects. They are sent to the scheme, host and port of rest.url alone, or to every JobManager where rest.url is not set."
    };
    let detail = told(
        format!("{} refuses the request: {reason}.", subject.origin),
        "Nothing was read or changed; the job is assumed to be as recorded.",
        next,
    );
    text("access to its JobManager is denied", detail).at(place(subject))
}

/// Whether the JobManager is named by a cluster rather than by a URL.
fn is_on_kubernetes(subject: Subject<'_>) -> bool {
    !subject.origin.contains("://")
}

/// The attribute that says where the JobManager is.
fn place(subject: Subject<'_>) -> &'static str {
    if is_on_kubernetes(subject) { "cluster" } else { "rest_url" }
}

pub(super) fn unexpected(reason: &str) -> Text {
    let detail = told(
        format!("Flink answered what it should not: {reason}."),
        "What was begun goes on in Flink.",
        "Apply again: the provider looks at what is and goes on from there. If the URL leads to something other than a JobManager, correct rest_url.",
    );
    text("Flink's answer is not understood", detail)
}

pub(super) fn timed_out(after: Duration, waiting_for: &str) -> Text {
    let detail = told(
        format!("After {} s the provider was still waiting for: {waiting_for}.", after.as_secs()),
        "Nothing was undone: what is under way goes on in Flink.",
        "Apply again to go on waiting; raise timeouts if this takes long each time.",
    );
    text("timed out waiting; the work goes on", detail).at("timeouts")
}

pub(super) fn interrupted(waiting_for: &str) -> Text {
    let detail = told(
        format!("The run was interrupted while waiting for: {waiting_for}."),
        "Nothing was undone: what is under way goes on in Flink.",
        "Apply again: the provider finds what this run began and goes on.",
    );
    text("interrupted; the work goes on", detail)
}

pub(super) fn exists(subject: Subject<'_>, job: &JobId) -> Text {
    let detail = told(
        format!(
            "Job {job} of this name runs at {} and was not started by this resource with this program.",
            subject.origin
        ),
        "It was not touched.",
        &format!(
            "Import it (terraform import <address> '{}#{job}'), or choose another name.",
            subject.origin
        ),
    );
    text("already exists", detail).at("name")
}

pub(super) fn another_apply(job: &JobId) -> Text {
    let detail = told(
        format!("Another apply has replaced the job since this plan was made: {job} runs now."),
        "It was not touched; no state is lost.",
        "Plan again and look at what is left to do.",
    );
    text("another apply was faster", detail)
}

pub(super) fn several_run(jobs: &[JobId]) -> Text {
    let list = jobs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let detail = told(
        format!("These jobs of this name run: {list}."),
        "They may process the same input twice. None of them was touched.",
        "Stop those that should not run, with a savepoint if in doubt, then apply again.",
    );
    text("runs more than once", detail)
}

pub(super) fn submission_disabled() -> Text {
    let detail = told(
        "This cluster takes no jars (web.submit.enable is false, or it is an application cluster).",
        "Nothing was changed.",
        "Set web.submit.enable: true on a session cluster, or name another one.",
    );
    text("its cluster takes no jars", detail).at("rest_url")
}
