//! What a job's own cluster is called where the user does not say, and where the job cannot go.
//! Pure.

use terraform::{diagnostics::Diagnostic, model::Attr, path::Path};

use crate::job::model::JobModel;

/// The job whose cluster is called like it and stands in `namespace`, where `config` leaves that
/// out. Without a configuration, what is still unknown was left out of it.
pub fn settled(job: JobModel, config: Option<&JobModel>, namespace: Option<&String>) -> JobModel {
    let written = config.and_then(|config| config.application.known());
    let is_left_out = |now: &Attr<String>, written: Option<&Attr<String>>| {
        now.is_unknown() && written.is_none_or(Attr::is_null)
    };
    let called = job.name.clone();
    let application = job.application.map(|mut own| {
        if is_left_out(&own.name, written.map(|spec| &spec.name)) {
            own.name = called;
        }
        if let Some(namespace) = namespace
            && is_left_out(&own.namespace, written.map(|spec| &spec.namespace))
        {
            own.namespace = Attr::Known(namespace.clone());
        }
        own
    });
    JobModel { application, ..job }
}

/// The error for a job that is to get a cluster of its own, another one, or to leave it.
pub fn goes_elsewhere(prior: &JobModel, planned: &JobModel) -> Option<Diagnostic> {
    let place = |job: &JobModel| {
        job.application.known().map(|own| (own.namespace.clone(), own.name.clone()))
    };
    if planned.application.is_unknown() || place(prior) == place(planned) {
        return None;
    }
    let name = prior.name.known().map_or("", String::as_str);
    let detail = "A job stays in its own cluster, and one that has none does not get one. Nothing was changed: the job runs on where it is. To take its state along: set state = \"suspended\" and apply; write a second flink_job at the new place with restore = { from = \"savepoint\", path = <the first one's last_savepoint_path> } and apply; then remove the first.";
    let at = Path::attribute("application");
    Some(
        Diagnostic::error(
            format!("Job {name:?} cannot move to or from a cluster of its own"),
            detail,
        )
        .at(at),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cluster::model::ClusterSpec, job::application::model::OwnCluster};

    fn job(name: Attr<String>, namespace: Attr<String>) -> JobModel {
        JobModel {
            name: Attr::Known("orders".to_owned()),
            application: Attr::Known(OwnCluster::from(ClusterSpec {
                name,
                namespace,
                ..ClusterSpec::default()
            })),
            ..JobModel::default()
        }
    }

    fn known(text: &str) -> Attr<String> {
        Attr::Known(text.to_owned())
    }

    #[test]
    fn a_cluster_of_a_jobs_own_is_called_like_the_job_unless_the_user_says_otherwise() {
        let usual = "flink".to_owned();
        let now = || job(Attr::Unknown, Attr::Unknown);
        let left_out = job(Attr::Null, Attr::Null);
        let called = job(known("orders"), known("flink"));
        assert_eq!(settled(now(), Some(&left_out), Some(&usual)), called);
        assert_eq!(settled(now(), None, Some(&usual)), called);
        assert_eq!(settled(now(), Some(&now()), Some(&usual)), now());
        let unknown_namespace = job(known("orders"), Attr::Unknown);
        assert_eq!(settled(now(), Some(&left_out), None), unknown_namespace);
        let written = job(known("eu"), known("prod"));
        assert_eq!(settled(written.clone(), Some(&written), Some(&usual)), written);
    }

    #[test]
    fn a_job_stays_where_it_is_when_its_cluster_is_its_own() {
        let own = job(known("orders"), known("flink"));
        let other = job(known("orders"), known("prod"));
        let none = JobModel { application: Attr::Null, ..own.clone() };
        assert_eq!(goes_elsewhere(&own, &own), None);
        assert_eq!(goes_elsewhere(&none, &none), None);
        for (prior, planned) in [(&own, &other), (&own, &none), (&none, &own)] {
            let found = goes_elsewhere(prior, planned).expect("it is refused");
            assert_eq!(found.path.to_string(), "application");
        }
    }
}
