//! From what is to attributes: what an apply and a refresh write into the state. Pure.

use lifecycle::cluster::{Report, report::Left};
use terraform::model::Attr;

use super::{model::ClusterModel, plan::MISSING};

/// What an apply records: the planned object where the goal was reached or its objects stand, else
/// what was recorded. `None`: there is no cluster, and none was recorded before.
pub fn applied(
    prior: Option<&ClusterModel>,
    planned: ClusterModel,
    report: &Report,
) -> Option<ClusterModel> {
    let Some(problem) = &report.problem else { return Some(planned) };
    let status = format!("not ready: {problem}");
    match (prior, report.left) {
        (None, Left::Missing) => None,
        (None, Left::Ready | Left::NotReady | Left::Unknown) => Some(with_status(planned, &status)),
        (Some(prior), _) if restarted(prior, &planned, report) => {
            Some(with_status(planned, &status))
        }
        (Some(prior), Left::Missing) => Some(with_status(prior.clone(), MISSING)),
        (Some(prior), Left::Ready | Left::Unknown) => Some(prior.clone()),
        (Some(prior), Left::NotReady) => Some(with_status(prior.clone(), &status)),
    }
}

/// What is still recorded of a cluster that could not be removed.
pub fn left_behind(prior: ClusterModel, report: &Report) -> ClusterModel {
    match report.left {
        Left::Missing => with_status(prior, MISSING),
        Left::Ready | Left::NotReady | Left::Unknown => prior,
    }
}

/// Whether the pods are those of the change, although it did not come to its end.
fn restarted(prior: &ClusterModel, planned: &ClusterModel, report: &Report) -> bool {
    let text = |cluster: &ClusterModel| cluster.own.revision.known().map(ToString::to_string);
    prior.own.revision != planned.own.revision && report.revision == text(planned)
}

fn with_status(mut cluster: ClusterModel, status: &str) -> ClusterModel {
    cluster.own.status = Attr::Known(one_line(status));
    cluster
}

/// A status is read in one line of a plan.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
