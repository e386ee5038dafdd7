//! Why a cluster's goal was not reached: what happened, what it means for the jobs' data, what to do.

use std::time::Duration;

use lifecycle::cluster::{
    Problem,
    goal::Id,
    health::{Ailment, Trouble},
    problem::{Conflict, NotStopped},
    report::{RunningJob, Stopped},
};
use terraform::{diagnostics::Diagnostic, path::Path};

use super::{remark::list, summary};
use crate::diagnostic::{Subject, told};

/// The error for a problem of the cluster with this id.
pub fn problem(id: &str, found: &Problem) -> Diagnostic {
    let Text { happened, detail, at } = text(found);
    let error = Diagnostic::error(summary(id, &happened), detail);
    match at {
        Some(attribute) => error.at(Path::attribute(attribute)),
        None => error,
    }
}

/// The parts of a message.
struct Text {
    happened: String,
    detail: String,
    at: Option<&'static str>,
}

impl Text {
    fn new(happened: impl Into<String>, detail: String) -> Self {
        Self { happened: happened.into(), detail, at: None }
    }

    fn at(self, attribute: &'static str) -> Self {
        Self { at: Some(attribute), ..self }
    }
}

fn text(found: &Problem) -> Text {
    match found {
        Problem::Unreachable { reason } => unreachable(reason),
        Problem::AccessDenied { reason } => access_denied(reason),
        Problem::Forbidden { verb, resource, reason } => forbidden(verb, resource, reason),
        Problem::Unexpected { reason } => unexpected(reason),
        Problem::TimedOut { after, waiting_for } => timed_out(*after, waiting_for),
        Problem::Interrupted { waiting_for } => interrupted(waiting_for),
        Problem::NamespaceMissing { namespace } => namespace_missing(namespace),
        Problem::NamespaceTerminating { namespace } => namespace_terminating(namespace),
        Problem::Exists { object } => exists(object),
        Problem::NotOurs { object, manager } => not_ours(object, manager),
        Problem::Conflicts { conflicts } => self::conflicts(conflicts),
        Problem::Refused { object, reason, fields } => refused(object, reason, fields),
        Problem::Ailing(ailment) => ailing(ailment),
        Problem::Silent { reason } => silent(reason),
        Problem::OthersRun { jobs } => others_run(jobs),
        Problem::JobsWait { jobs } => jobs_wait(jobs),
        Problem::NotStopped { failed, stopped } => not_stopped(failed, stopped),
        Problem::NewPods { object, differing } => new_pods(object, differing),
    }
}

fn unreachable(reason: &str) -> Text {
    let detail = told(
        format!("The Kubernetes API server could not be reached: {reason}."),
        "The cluster is assumed to be as it was, not to be gone; its jobs run on.",
        "Check kubernetes in the provider block (the kubeconfig, the context, the network), then run Terraform again.",
    );
    Text::new("Kubernetes cannot be reached", detail)
}

fn new_pods(object: &Id, differing: &[String]) -> Text {
    let detail = told(
        format!(
            "The pods of {object} differ from what is to be applied in {}. To apply that in place ends the JobManager's pod under the running job.",
            differing.join(", ")
        ),
        "Nothing was changed and the job runs on. Without high availability it would have begun again from where it was last started.",
        "Plan again with a refresh: the plan then says stateful upgrade, and the job goes on in new pods from a savepoint. A change of its restart_trigger does the same.",
    );
    Text::new("a change in place would end the JobManager under its job", detail)
}

fn access_denied(reason: &str) -> Text {
    let detail = told(
        format!("The API server does not accept the credentials: {reason}."),
        "Nothing was read or changed.",
        "Renew the token or certificate, or correct kubernetes in the provider block.",
    );
    Text::new("Kubernetes refuses the credentials", detail)
}

fn forbidden(verb: &str, resource: &str, reason: &str) -> Text {
    let detail = told(
        format!("The account that the provider uses may not {verb} {resource}: {reason}."),
        "What needs this right was not done; everything else is as it was.",
        &format!(
            "Give the account a Role in this namespace with verb {verb:?} on {resource:?}. The least that an apply and a plan need is shown in the guide to rights."
        ),
    );
    Text::new(format!("not allowed to {verb} {resource}"), detail)
}

fn unexpected(reason: &str) -> Text {
    let detail = told(
        format!("Kubernetes or Flink answered what it should not: {reason}."),
        "What was begun goes on.",
        "Apply again: the provider looks at what is and goes on from there.",
    );
    Text::new("an answer is not understood", detail)
}

fn timed_out(after: Duration, waiting_for: &str) -> Text {
    let detail = told(
        format!("After {} s the provider was still waiting for: {waiting_for}.", after.as_secs()),
        "Nothing was undone: what is under way goes on in Kubernetes.",
        "Apply again to go on waiting; raise timeouts if this takes long each time.",
    );
    Text::new("timed out waiting; the work goes on", detail).at("timeouts")
}

fn interrupted(waiting_for: &str) -> Text {
    let detail = told(
        format!("The run was interrupted while waiting for: {waiting_for}."),
        "Nothing was undone: what is under way goes on in Kubernetes.",
        "Apply again: the provider finds what this run began and goes on.",
    );
    Text::new("interrupted; the work goes on", detail)
}

fn namespace_missing(namespace: &str) -> Text {
    let detail = told(
        format!("There is no namespace {namespace:?}, and the provider makes none."),
        "Nothing was made.",
        "Make it first, for example with kubernetes_namespace_v1 of the provider hashicorp/kubernetes, and let namespace refer to it.",
    );
    Text::new(format!("namespace {namespace:?} does not exist"), detail).at("namespace")
}

fn namespace_terminating(namespace: &str) -> Text {
    let detail = told(
        format!("Somebody deletes the namespace {namespace:?}, with everything in it."),
        "Kubernetes takes nothing new into it.",
        "Wait until it is gone and make it again, or choose another namespace.",
    );
    Text::new(format!("namespace {namespace:?} is being deleted"), detail).at("namespace")
}

fn exists(object: &Id) -> Text {
    let detail = told(
        format!(
            "{object} is there already, and was not made by an earlier attempt of this resource."
        ),
        "It was not touched.",
        "If it is the cluster that you mean, import it: terraform import with the id namespace/name. Otherwise choose another name.",
    );
    Text::new("exists already", detail).at("name")
}

fn not_ours(object: &Id, manager: &str) -> Text {
    let detail = told(
        format!("{object} belongs to {manager}."),
        "Nothing was changed.",
        "Choose another name, or remove that object if nobody needs it.",
    );
    Text::new(format!("{object} belongs to somebody else"), detail)
}

fn conflicts(conflicts: &[Conflict]) -> Text {
    let one = |found: &Conflict| {
        format!("{} of {} is managed by {:?}", found.field, found.object, found.manager)
    };
    let list = conflicts.iter().map(one).collect::<Vec<_>>().join("; ");
    let detail = told(
        format!("{list}."),
        "Nothing was changed: the provider takes no field from another manager.",
        "Leave the field to it and remove the attribute here, or set force_conflicts = true in the provider block to take it.",
    );
    Text::new("fields are managed by somebody else", detail)
}

fn refused(object: &Id, reason: &str, fields: &[String]) -> Text {
    let named =
        if fields.is_empty() { String::new() } else { format!(" Fields: {}.", fields.join(", ")) };
    let detail = told(
        format!("The API server refuses {object}: {reason}.{named}"),
        "Everything is tried before anything is changed: nothing was.",
        "Correct what is named, then apply again.",
    );
    let text = Text::new(format!("{object} is refused"), detail);
    match attribute_of(object) {
        Some(attribute) => text.at(attribute),
        None => text,
    }
}

/// The attribute that an object is made of, where it is one.
fn attribute_of(object: &Id) -> Option<&'static str> {
    match object.kind.as_str() {
        "Service" | "Ingress" => Some("rest"),
        "NetworkPolicy" => Some("network_policy"),
        "ServiceAccount" | "Role" | "RoleBinding" => Some("service_account"),
        "HorizontalPodAutoscaler" => Some("task_manager"),
        _ => None,
    }
}

/// The error for a new version whose JobManager does not come up where it was looked into.
pub(super) fn new_version_ails(subject: Subject<'_>, ailment: &Ailment) -> Diagnostic {
    let pod = ailment.pod.as_deref().unwrap_or_default();
    let happened = format!(
        "Before the old version stops, the new one was looked into, in the pod {pod}: {}.",
        ailment.trouble
    );
    let happened = [happened, last_lines(ailment)].join("\n").trim_end().to_owned();
    let detail = told(
        happened,
        "Nothing was stopped: the job runs on as before, and the pod is gone again.",
        "Mend the cause and apply again. Without upgrade.verify = \"dry_run\" such a version is started after the stop, and the old one again from the same savepoint.",
    );
    let summary = subject.job("the new version does not come up");
    match attribute_to_mend(ailment) {
        Some(attribute) => Diagnostic::error(summary, detail).at(Path::attribute(attribute)),
        None => Diagnostic::error(summary, detail),
    }
}

/// The last lines of a container, as far as they are known.
fn last_lines(ailment: &Ailment) -> String {
    if ailment.log.is_empty() {
        return String::new();
    }
    format!("Its last lines:\n{}", ailment.log.join("\n"))
}

fn ailing(ailment: &Ailment) -> Text {
    let log = last_lines(ailment);
    let who = match &ailment.pod {
        Some(pod) => format!("{} {pod}", ailment.workload),
        None => ailment.workload.clone(),
    };
    let next = "The objects stay as they are, so that you can look at them. Mend the cause and apply again: the provider goes on from there.";
    let detail = told(format!("{who}: {}.", ailment.trouble), &log, next);
    let text = Text::new(format!("{} does not come up", ailment.workload), detail);
    match attribute_to_mend(ailment) {
        Some(attribute) => text.at(attribute),
        None => text,
    }
}

/// Where the configuration says what keeps pods from coming up, as far as that is certain.
fn attribute_to_mend(ailment: &Ailment) -> Option<&'static str> {
    let role =
        if ailment.workload.contains("taskmanager") { "task_manager" } else { "job_manager" };
    match &ailment.trouble {
        Trouble::Image { .. } => Some("image"),
        Trouble::OutOfMemory { .. } | Trouble::Unschedulable { .. } => Some(role),
        Trouble::NotCreated { message } => {
            message.contains("error looking up service account").then_some("service_account")
        }
        Trouble::Configuration { .. }
        | Trouble::CrashLoop { .. }
        | Trouble::Ended { .. }
        | Trouble::Mount { .. } => None,
    }
}

fn silent(reason: &str) -> Text {
    let detail = told(
        format!("The JobManager's pod runs, and its REST API does not answer: {reason}."),
        "Whether jobs run is not known; nothing was stopped.",
        "Look at the JobManager's log. If the way is the problem (a network policy, a missing right on services/proxy), set access in the provider block.",
    );
    Text::new("the JobManager does not answer", detail)
}

fn others_run(jobs: &[RunningJob]) -> Text {
    let detail = told(
        format!("These jobs run on it and do not follow it: {}.", list(jobs)),
        "Nothing was stopped and nothing was changed; going on would end them without a savepoint of theirs being known.",
        "Let a flink_job follow the cluster with cluster = flink_cluster.<name>.ref, stop the jobs yourself, or set on_update or on_destroy to \"drain_all\" to stop every job with a savepoint.",
    );
    Text::new("jobs run that do not follow it", detail).at("on_update")
}

fn jobs_wait(jobs: &[String]) -> Text {
    let named = if jobs.is_empty() { String::new() } else { format!(": {}", jobs.join(", ")) };
    let detail = told(
        format!(
            "The JobManager does not run, and its data of high availability has jobs that wait to recover{named}."
        ),
        "They cannot be stopped with savepoints now. Nothing was changed.",
        "Bring the JobManager up first (apply without the change), or set on_update = \"recover\" to let them recover after it.",
    );
    Text::new("jobs wait to recover", detail)
}

fn not_stopped(failed: &[NotStopped], stopped: &[Stopped]) -> Text {
    let one = |found: &NotStopped| {
        format!("{}: {}", list(std::slice::from_ref(&found.job)), found.problem)
    };
    let failed = failed.iter().map(one).collect::<Vec<_>>().join("; ");
    let before: Vec<String> = stopped
        .iter()
        .map(|found| {
            let who = found.owner.clone().unwrap_or_else(|| found.job.to_string());
            format!("{who} at {}", found.path.as_deref().unwrap_or("no state"))
        })
        .collect();
    let data = if before.is_empty() {
        "They run on; nothing of the cluster was changed.".to_owned()
    } else {
        format!(
            "They run on, and nothing of the cluster was changed. Already stopped, each with all its state: {}. Their next apply starts them again from there.",
            before.join(", ")
        )
    };
    let detail = told(
        format!("A savepoint could not be taken: {failed}."),
        &data,
        "Mend the cause (often the savepoint directory) and apply again.",
    );
    Text::new("jobs could not be stopped with their state", detail)
}
