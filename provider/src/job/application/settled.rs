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

/// Whether a job gets a cluster of its own, another one, or leaves it.
pub fn goes_elsewhere(prior: &JobModel, planned: &JobModel) -> bool {
    let place = |job: &JobModel| {
        job.application.known().map(|own| (own.namespace.clone(), own.name.clone()))
    };
    !planned.application.is_unknown() && place(prior) != place(planned)
}

/// The error for a job that is to go elsewhere and not to run there.
pub fn stops_elsewhere(prior: &JobModel, planned: &JobModel) -> Option<Diagnostic> {
    let stops = planned.state.known().is_some_and(|state| state == "suspended");
    if !stops || !goes_elsewhere(prior, planned) {
        return None;
    }
    let name = prior.name.known().map_or("", String::as_str);
    let detail = "A job goes to or from a cluster of its own by being started there. Nothing was changed. Suspend it where it is first and move it when it is to run again; or move it now, and suspend it then.";
    let summary = format!("Job {name:?} cannot be suspended and moved at once");
    Some(Diagnostic::error(summary, detail).at(Path::attribute("state")))
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
    fn a_job_that_goes_elsewhere_is_not_suspended_on_the_way() {
        let own = job(known("orders"), known("flink"));
        let other = job(known("orders"), known("prod"));
        let none = JobModel { application: Attr::Null, ..own.clone() };
        for (prior, planned, goes) in [
            (&own, &own, false),
            (&none, &none, false),
            (&own, &other, true),
            (&own, &none, true),
            (&none, &own, true),
        ] {
            assert_eq!(goes_elsewhere(prior, planned), goes);
            let suspended = JobModel { state: known("suspended"), ..planned.clone() };
            assert_eq!(stops_elsewhere(prior, planned), None);
            let found = stops_elsewhere(prior, &suspended).map(|found| found.path.to_string());
            assert_eq!(found, goes.then(|| "state".to_owned()));
        }
    }
}
