//! The only place where what happened becomes a message to the user.
//!
//! Every message says, in this order: what happened, with Flink's root cause once; what it means
//! for the data; what to do next. Paths of savepoints are given in full. Nothing here decides.

mod cluster;
mod jar;
mod live;
mod outlook;
mod problem;
mod remark;

use lifecycle::job::{problem::Failure, report::Operator};
use terraform::{
    diagnostics::{Diagnostic, Diagnostics},
    path::Path,
};

use crate::session::NoJobManager;

pub use cluster::{
    application_messages, cannot_recover, cluster_in_between, cluster_messages,
    cluster_unreachable_on_refresh, forced_on_destroy, in_application, invalid, no_ingress_class,
    no_such_cluster, not_a_cluster_id, not_importable, problem as cluster_problem, warned,
};
pub use jar::{
    changed_since_plan, hash_differs, jar_error, jar_is_recorded, not_fetched, uri_without_hash,
};
pub use live::{coming_up, cut_off, live_remarks, unreachable_on_refresh};
pub use outlook::outlook;
pub use problem::problem;
pub use remark::remark;

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject<'a> {
    /// Name of the job.
    pub name: &'a str,
    /// Origin of its JobManager.
    pub origin: &'a str,
}

impl Subject<'_> {
    /// `Job "orders": …`, the first words of a summary.
    fn job(&self, happened: &str) -> String {
        format!("Job {:?}: {happened}", self.name)
    }
}

/// The messages of a finished run, remarks first, as they came before the problem.
pub fn messages(subject: Subject<'_>, report: &lifecycle::job::Report) -> Diagnostics {
    let remarks = report.remarks.iter().map(|found| remark(subject, found));
    remarks.chain(report.problem.iter().map(|found| problem(subject, found))).collect()
}

/// What happened, what it means for the data, what to do next. A text of Flink's that ends with a
/// full stop of its own does not end with two.
fn told(happened: impl AsRef<str>, data: &str, next: &str) -> String {
    let happened = format!("{} ", happened.as_ref()).replace(".. ", ". ");
    let parts = [happened.trim_end(), data, next];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// `window (18.2 MB), 12768d… (3 kB)`.
fn operators(operators: &[Operator]) -> String {
    let one = |operator: &Operator| {
        let name = operator
            .name
            .as_deref()
            .map_or_else(|| operator.id.clone(), |name| format!("{name:?} ({})", operator.id));
        format!("{name} with {}", size(operator.bytes))
    };
    operators.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// A number of bytes as a person says it.
fn size(bytes: u64) -> String {
    const UNITS: [(&str, u64); 3] = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    UNITS.into_iter().find(|(_, unit)| bytes >= *unit).map_or_else(
        || format!("{bytes} bytes"),
        |(name, unit)| {
            let tenths = bytes / (unit / 10);
            format!("{}.{} {name}", tenths / 10, tenths % 10)
        },
    )
}

/// What was wrong with a job that did not come up, without a full stop.
fn failure(failure: &Failure) -> String {
    match failure {
        Failure::Program { cause } => format!("its program fails: {cause}"),
        Failure::Restore { cause } => format!("Flink refused the state: {cause}"),
        Failure::Failed { cause } => format!("it failed: {cause}"),
        Failure::Restarts { restarts, cause } => format!("it restarted {restarts} times: {cause}"),
        Failure::Slots { wanted, offered } => {
            let needs = wanted.map(|wanted| format!("it needs at least {wanted} free ones, "));
            let needs = needs.unwrap_or_default();
            format!("there are not enough slots ({needs}the cluster has {offered} in all)")
        }
        Failure::EndedByOthers { state } => format!("somebody else ended it ({state})"),
    }
}

/// ` at <path>`, or nothing.
fn at_path(path: Option<&String>) -> String {
    path.map_or_else(String::new, |path| format!(" at {path}"))
}

/// An error about an action that the plan refuses because state would be given up.
pub fn would_discard(name: &str, sentence: &str) -> Diagnostic {
    let summary = format!("Job {name:?}: this change would discard its state");
    let detail = told(
        format!("Planned: {sentence}. prevent_state_loss is true, so this plan is refused."),
        "After the apply the job would start empty. Nothing has been changed.",
        "Set upgrade_mode = \"savepoint\" (or remove restore.from = \"none\") to keep the state, or prevent_state_loss = false to confirm that it may go.",
    );
    Diagnostic::error(summary, detail)
}

/// An error about a resource that there is no JobManager for.
pub fn no_job_manager(error: &NoJobManager) -> Diagnostic {
    let (summary, detail) = match error {
        NoJobManager::NotNamed => (
            "No JobManager is named".to_owned(),
            "Neither cluster nor rest_url is set here, and the provider has no rest.url. Nothing was read or changed. Set cluster to the ref of a flink_cluster, or one of the other two to the URL of the JobManager's REST endpoint, for example http://localhost:8081; where the provider's rest is not set at all, the environment variable FLINK_REST_URL serves, too.".to_owned(),
        ),
        NoJobManager::Address { url, source } => (
            format!("{url:?} is not the address of a JobManager"),
            told(
                format!("{}.", jar::chain(source)),
                "Nothing was read or changed.",
                "Set it to the URL of the JobManager's REST endpoint, for example http://localhost:8081.",
            ),
        ),
    };
    Diagnostic::error(summary, detail).at(Path::attribute("rest_url"))
}

/// An error about a change that hangs on values which should be known by now.
pub fn undecided() -> Diagnostic {
    Diagnostic::error(
        "The change still depends on unknown values",
        "An attribute that decides what to do is not known although the apply has begun. Nothing was changed. Apply again; if this stays, it is a bug in the provider.",
    )
}

/// A warning about a destroy that gives up what a job has done since its last checkpoint.
pub fn cancelled_on_destroy(name: &str) -> Diagnostic {
    let detail = told(
        "on_destroy is \"cancel\": the job is ended at once.",
        "No savepoint is taken. Its newest retained checkpoint stays in storage.",
        "Set on_destroy = \"savepoint\" and apply before the destroy to keep all of its state.",
    );
    Diagnostic::warning(format!("Job {name:?} is destroyed without a savepoint"), detail)
}

/// The path of a destroyed job's last savepoint: the only place where it is said.
pub fn final_savepoint(name: &str, path: Option<&String>) -> Option<Diagnostic> {
    let path = path?;
    let detail = told(
        format!("Its last state is {path}."),
        "The files are kept; nothing deletes them.",
        &format!(
            "To start from them again: restore = {{ from = \"savepoint\", path = {path:?} }}."
        ),
    );
    Some(Diagnostic::warning(format!("Job {name:?} was stopped with a savepoint"), detail))
}

/// An error about a provider whose configuration hangs on values that are not known yet.
pub fn not_configured() -> Diagnostic {
    Diagnostic::error(
        "The provider is not configured yet",
        "Its configuration depends on values that are known only after apply. Nothing was read or changed. Apply what it depends on first, for example with -target.",
    )
}

/// An error about a job that nobody knows.
pub fn no_such_job(asked: &str, origin: &str) -> Diagnostic {
    Diagnostic::error(
        format!("No job {asked:?}"),
        format!(
            "The JobManager at {origin} answers and knows no such job. Without high availability it forgets its jobs when it restarts, and ended ones after a while. Check the name or id; the data source flink_jobs lists all."
        ),
    )
}

/// An error about the cancellation of a job that would be started again by Kubernetes.
pub fn not_cancelled(subject: Subject<'_>) -> Diagnostic {
    let detail = "It has a cluster of its own (application). Cancelled from outside it would look ended, and its JobManager may run the program again from what it began with as soon as it is replaced: records would be processed twice. Nothing was done. Set state = \"suspended\" on its flink_job, or destroy it.";
    Diagnostic::error(subject.job("is not cancelled"), detail)
}

/// An error about the import of a job with a cluster of its own.
pub fn own_cluster_not_imported(subject: Subject<'_>) -> Diagnostic {
    let detail = "It has a cluster of its own, and what was set of that is known only where an apply of this provider has made it: by namespace/cluster, with rights to read its Deployments. Nothing was changed: it runs on. To take over what another tool has made, stop it with a savepoint there, and start it here with restore = { from = \"savepoint\", path = \"...\" }.";
    Diagnostic::error(subject.job("cannot be imported"), detail)
}

/// An error about a directory that is not there.
pub fn no_such_directory(directory: &str) -> Diagnostic {
    let detail = "The JobManager reaches the storage and finds no such directory. Check the path and its scheme.";
    Diagnostic::error(format!("No directory {directory}"), detail).at(Path::attribute("directory"))
}

/// An error about a directory that cannot be looked into.
pub fn cannot_look(directory: &str, reason: &str) -> Diagnostic {
    Diagnostic::error(
        format!("{directory} cannot be listed"),
        format!("The JobManager was asked and cannot tell: {reason}. Nothing was changed. Check the path, its scheme, and that the cluster takes jars (web.submit.enable)."),
    )
    .at(Path::attribute("directory"))
}

/// A warning about a directory with more in it than is listed.
pub fn listing_truncated(directory: &str) -> Diagnostic {
    let detail = "It holds more entries than are looked at; the oldest are left out.";
    Diagnostic::warning(format!("{directory} is listed in part"), detail)
        .at(Path::attribute("directory"))
}

/// A warning about savepoints that could not be looked into.
pub fn contents_unknown(reason: &str) -> Diagnostic {
    Diagnostic::warning(
        "What the savepoints hold could not be told",
        format!("{reason}. Their paths are listed all the same; bytes and operators are null."),
    )
}

/// An error about a savepoint that is not there.
pub fn savepoint_absent(path: &str) -> Diagnostic {
    let detail = told(
        format!(
            "There is no complete savepoint at {path}: nothing at all, or no _metadata, which Flink writes last."
        ),
        "Nothing was recorded.",
        "Correct path, or remove it and set job to take a savepoint.",
    );
    Diagnostic::error("No savepoint at this path", detail).at(Path::attribute("path"))
}

/// A warning about a savepoint that could not be looked at.
pub fn savepoint_unseen(path: &str, reason: &str) -> Diagnostic {
    let detail = told(
        format!("Whether {path} is a complete savepoint could not be told: {reason}."),
        "It is recorded as it is written; a job that starts from it will tell.",
        "",
    );
    Diagnostic::warning("The savepoint could not be looked at", detail).at(Path::attribute("path"))
}

/// An error about a job that this provider cannot start again.
pub fn not_ours(name: &str) -> Diagnostic {
    Diagnostic::error(
        format!("Job {name:?} cannot be restarted from here"),
        "It does not carry what it was started with, so it was not submitted by this provider, or its program replaces the global job parameters. Nothing was stopped. Restart it where it was submitted, or through restart_trigger of its flink_job.",
    )
}

#[cfg(test)]
mod tests;
