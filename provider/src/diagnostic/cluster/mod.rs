//! Messages about clusters.

mod invalid;
mod problem;
mod remark;

use lifecycle::cluster::Report;
use terraform::{
    diagnostics::{Diagnostic, Diagnostics},
    path::{Path, Step},
};

pub use invalid::{invalid, warned};
pub use problem::problem;

use super::told;

const APPLICATION: &str = "application";
/// The attributes of a cluster that its problems are told at, and that no job has.
const OF_CLUSTER: [&str; 6] =
    ["image", "namespace", "network_policy", "rest", "service_account", "task_manager"];

/// The messages of a finished run, remarks first, as they came before the problem.
pub fn cluster_messages(id: &str, report: &Report) -> Diagnostics {
    let remarks = report.remarks.iter().filter_map(|found| remark::remark(id, found));
    remarks.chain(report.problem.iter().map(|found| problem(id, found))).collect()
}

/// The messages of a finished run of a job with a cluster of its own.
pub fn application_messages(
    subject: super::Subject<'_>,
    report: &lifecycle::application::Report,
) -> Diagnostics {
    let id = subject.origin;
    let mut said = super::messages(subject, &report.job);
    said.extend(report.remarks.iter().filter_map(|found| remark::remark(id, found)));
    match &report.problem {
        Some(lifecycle::application::Problem::Cluster(found)) => said.push(problem(id, found)),
        Some(lifecycle::application::Problem::Scout(ailment)) => {
            said.push(problem::new_version_ails(subject, ailment));
        }
        // The report of the job has it.
        Some(lifecycle::application::Problem::Job(_)) | None => {}
    }
    said
}

/// A message about a job with a cluster of its own, at the attribute where a user mends it: what a
/// `flink_cluster` or a job elsewhere has at its root is in `application` here.
pub fn in_application(said: Diagnostic) -> Diagnostic {
    let at = match said.path.first_attribute() {
        Some("cluster") => Path::attribute(APPLICATION),
        Some(first) if OF_CLUSTER.contains(&first) => {
            said.path.clone().below(Step::Attribute(APPLICATION.to_owned()))
        }
        Some(_) | None => return said,
    };
    said.at(at)
}

/// `Cluster "flink/orders": …`, the first words of a summary.
fn summary(id: &str, happened: &str) -> String {
    format!("Cluster {id:?}: {happened}")
}

/// A refresh that could not look, where the provider is told only to warn.
pub fn cluster_unreachable_on_refresh(id: &str, found: &lifecycle::cluster::Problem) -> Diagnostic {
    let error = problem(id, found);
    let detail = format!(
        "{}\n\nThe cluster is assumed to be as recorded (on_unreachable = \"warn\").",
        error.detail
    );
    Diagnostic::warning(error.summary, detail).at(error.path)
}

/// A warning about a cluster that is coming up or rolling.
pub fn cluster_in_between(id: &str, progress: &str) -> Diagnostic {
    let detail = told(
        format!("{progress}."),
        "It is taken to be as recorded; that is no difference.",
        "If this warning comes again and again, look at its pods.",
    );
    Diagnostic::warning(summary(id, "is coming up at the moment"), detail)
}

/// A warning about an Ingress that nobody would serve.
pub fn no_ingress_class(class: &str) -> Diagnostic {
    let detail = told(
        format!("Kubernetes has no IngressClass {class:?}."),
        "The cluster and its jobs do not need it; but nobody serves the Ingress, so its address leads nowhere.",
        "Set rest.ingress.class_name to one of `kubectl get ingressclasses`, or install the controller that brings it.",
    );
    let path = Path::attribute("rest").child("ingress").child("class_name");
    Diagnostic::warning("The class of the Ingress is missing", detail).at(path)
}

/// An error about a cluster that is not there to be imported.
pub fn no_such_cluster(id: &str) -> Diagnostic {
    let detail = "Neither a JobManager of this provider's nor one of Flink's own client is there under this name. The id is namespace/name. A cluster that a Helm chart or another tool made is not imported: name it in cluster of a flink_job.";
    Diagnostic::error(format!("No cluster {id:?}"), detail)
}

/// An error about a cluster that was found and cannot be taken over.
pub fn not_importable(id: &str, reason: &str) -> Diagnostic {
    let detail = told(
        format!("{reason}."),
        "Nothing was changed.",
        "Name it in cluster of a flink_job to run jobs on it without taking it over.",
    );
    Diagnostic::error(summary(id, "cannot be imported"), detail)
}

/// An error about an id that names no cluster.
pub fn not_a_cluster_id(id: &str) -> Diagnostic {
    let detail = "The id of a cluster is namespace/name, for example \"flink/orders\".";
    Diagnostic::error(format!("{id:?} is not the id of a cluster"), detail)
}

/// An error about a restart whose jobs would not find themselves again.
pub fn cannot_recover(id: &str, attribute: &str, reason: &str) -> Diagnostic {
    let detail = told(
        format!("on_update is \"recover\", and {attribute} changes: {reason}."),
        "Nothing was changed. The jobs would not come back, or not with their state.",
        "Set on_update = \"drain\" for this change: the jobs that follow the cluster are stopped with savepoints and started again from them.",
    );
    Diagnostic::error(summary(id, "its jobs cannot recover from this change"), detail)
        .at(Path::attribute(attribute))
}

/// A warning about a destroy that ends whatever runs.
pub fn forced_on_destroy(id: &str) -> Diagnostic {
    let detail = told(
        "on_destroy is \"force\": whatever runs on it ends with it.",
        "What jobs did since their newest checkpoints is lost; the checkpoints stay in storage where they are retained.",
        "Set on_destroy = \"drain\" and apply before the destroy to keep all of their state.",
    );
    Diagnostic::warning(summary(id, "is destroyed without savepoints"), detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_an_application_is_told_at_its_attribute() {
        for (at, expected) in [
            ("cluster", "application"),
            ("image", "application.image"),
            ("timeouts", "timeouts"),
            ("upgrade", "upgrade"),
        ] {
            let said = in_application(Diagnostic::error("x", "y").at(Path::attribute(at)));
            assert_eq!(said.path.to_string(), expected);
        }
        assert!(in_application(Diagnostic::error("x", "y")).path.is_root());
    }
}
