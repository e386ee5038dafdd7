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
        (None, Left::Missing | Left::Unknown) => None,
        (None, Left::Ready | Left::NotReady) => Some(with_status(planned, &status)),
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

#[cfg(test)]
mod tests {
    use lifecycle::cluster::Problem;

    use super::*;

    fn cluster(image: &str, revision: i64) -> ClusterModel {
        let mut cluster = ClusterModel::default();
        cluster.shared.image = Attr::Known(image.to_owned());
        cluster.own.revision = Attr::Known(revision);
        cluster.own.status = Attr::Known("ready".to_owned());
        cluster
    }

    fn report(left: Left, revision: Option<&str>, failed: bool) -> Report {
        let reason = "x".to_owned();
        let problem = failed.then_some(Problem::Silent { reason });
        Report { left, revision: revision.map(str::to_owned), remarks: vec![], problem }
    }

    /// The image and the status that are recorded after an apply of `new` as revision 2.
    fn recorded(prior: Option<&ClusterModel>, report: &Report) -> Option<(String, String)> {
        let state = applied(prior, cluster("new", 2), report)?;
        Some((state.shared.image.into_known()?, state.own.status.into_known()?))
    }

    #[test]
    fn what_is_recorded_is_what_stands() {
        let old = cluster("old", 1);
        let silent = "not ready: the JobManager does not answer: x";
        for (prior, report, expected) in [
            (None, report(Left::Ready, Some("2"), false), Some(("new", "ready"))),
            (None, report(Left::Missing, None, true), None),
            (None, report(Left::NotReady, Some("2"), true), Some(("new", silent))),
            (None, report(Left::Unknown, None, true), None),
            (Some(&old), report(Left::Ready, Some("2"), false), Some(("new", "ready"))),
            (Some(&old), report(Left::Ready, Some("1"), true), Some(("old", "ready"))),
            (Some(&old), report(Left::Unknown, None, true), Some(("old", "ready"))),
            (Some(&old), report(Left::NotReady, Some("1"), true), Some(("old", silent))),
            (Some(&old), report(Left::NotReady, Some("2"), true), Some(("new", silent))),
            (Some(&old), report(Left::Missing, None, true), Some(("old", "missing"))),
        ] {
            let expected = expected.map(|(image, status)| (image.to_owned(), status.to_owned()));
            assert_eq!(recorded(prior, &report), expected, "{report:?}");
        }
    }

    #[test]
    fn a_cluster_that_could_not_be_removed_stays_recorded() {
        let old = cluster("old", 1);
        assert_eq!(left_behind(old.clone(), &report(Left::Ready, None, true)), old);
        let gone = left_behind(old, &report(Left::Missing, None, true));
        assert_eq!(gone.own.status, Attr::Known("missing".to_owned()));
    }
}
