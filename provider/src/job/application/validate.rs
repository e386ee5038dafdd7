//! Rules on a job with a cluster of its own, checked before anything is planned.

use terraform::{
    diagnostics::{Diagnostic, Diagnostics},
    model::Attr,
    path::Path,
};

use super::{
    describe::{described, path_of, set_twice},
    model::OwnCluster,
};
use crate::{cluster::model::ClusterSpec, diagnostic, job::model::JobModel};

/// Everything that is wrong with a job's own cluster, as far as it is known.
pub fn validated(job: &JobModel) -> Diagnostics {
    let mut found = Diagnostics::new();
    let Some(spec) = job.application.known() else { return found };
    found.extend(elsewhere(job));
    found.extend(local_file(job));
    let twice = |key: String| {
        let detail = "The job and its application both set it, and one would silently win. Remove one of them.";
        Diagnostic::error(format!("{key} is set twice"), detail)
            .at(Path::attribute("flink_configuration").key(&key))
    };
    found.extend(set_twice(job, spec).into_iter().map(twice));
    found.extend(undescribable(job, spec));
    found
}

/// A job runs in one place.
fn elsewhere(job: &JobModel) -> Option<Diagnostic> {
    if job.cluster.is_null() && job.rest_url.is_null() {
        return None;
    }
    let detail = "application is a cluster of the job's own; cluster and rest_url name another. Remove all but one of them.";
    let at = Path::attribute("application");
    Some(Diagnostic::error("Conflicting configuration arguments", detail).at(at))
}

/// The pods do not see the files of whoever runs Terraform.
fn local_file(job: &JobModel) -> Option<Diagnostic> {
    let jar = job.jar.known()?;
    let Attr::Known(path) = &jar.path else { return None };
    let detail = format!(
        "{path:?} is a file of this machine, and the pods of an application do not see it. Build it into the image and set jar.uri = \"local:///opt/flink/usrlib/….jar\", put it where Flink can fetch it (https://, s3://), or run the job on a flink_cluster, to which the provider uploads it."
    );
    let at = Path::attribute("jar").child("path");
    Some(Diagnostic::error("An application cannot be given a local jar", detail).at(at))
}

/// What works and may surprise.
pub fn warnings(job: &JobModel) -> Diagnostics {
    let rendered = described(job).and_then(|described| manifests::render(&described).ok());
    let found = rendered.map(|rendered| rendered.warnings).unwrap_or_default();
    let found = found.iter().map(|one| diagnostic::warned(one).at(path_of(&one.path, job)));
    found.chain(not_looked_into(job)).collect()
}

/// A program that the image does not bring is not looked into, though it is asked for.
fn not_looked_into(job: &JobModel) -> Option<Diagnostic> {
    let is_wanted = job.upgrade.known()?.verify.known()? == "dry_run";
    let Attr::Known(uri) = &job.jar.known()?.uri else { return None };
    if !is_wanted || uri.starts_with("local:") {
        return None;
    }
    let detail = format!(
        "upgrade.verify = \"dry_run\" looks into the jar that the image brings (local:///opt/flink/usrlib/….jar), and this one Flink fetches itself: {uri}. Whether the state fits shows when the new version starts; the old one is then started again from the same savepoint (upgrade.rollback). Build the jar into the image, or remove verify."
    );
    let at = Path::attribute("upgrade").child("verify");
    Some(Diagnostic::warning("The new version is not looked into beforehand", detail).at(at))
}

fn undescribable(job: &JobModel, spec: &ClusterSpec) -> Vec<Diagnostic> {
    let or = |set: &Attr<String>, usual: Attr<String>| {
        if set.is_null() { usual } else { set.clone() }
    };
    let namespace = or(&spec.namespace, Attr::Known("default".to_owned()));
    let name = or(&spec.name, job.name.clone());
    let application =
        Attr::Known(OwnCluster::from(ClusterSpec { name, namespace, ..spec.clone() }));
    let Some(described) = described(&JobModel { application, ..job.clone() }) else {
        return Vec::new();
    };
    let invalid = manifests::render(&described).err().unwrap_or_default();
    invalid.iter().map(|found| diagnostic::invalid(found).at(path_of(&found.path, job))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::job::model::{Jar, Upgrade};

    fn known(text: &str) -> Attr<String> {
        Attr::Known(text.to_owned())
    }

    fn job(jar: Jar) -> JobModel {
        JobModel {
            name: known("orders"),
            jar: Attr::Known(jar),
            application: Attr::Known(OwnCluster::from(ClusterSpec {
                name: known("orders"),
                flink_version: known("1.20"),
                image: known("orders:1"),
                ..ClusterSpec::default()
            })),
            ..JobModel::default()
        }
    }

    fn in_image() -> Jar {
        Jar { uri: known("local:///opt/orders.jar"), ..Jar::default() }
    }

    fn paths(job: &JobModel) -> Vec<String> {
        let found = validated(job);
        found.iter().map(|one| one.path.to_string()).collect()
    }

    #[test]
    fn what_may_surprise_is_told_where_the_user_wrote_it() {
        let mut job = job(in_image());
        job.application = job.application.map(|mut own| {
            own.namespace = known("flink");
            own
        });
        let found = warnings(&job);
        assert!(!found.has_error());
        let told: Vec<(String, bool)> = found
            .iter()
            .map(|one| (one.path.to_string(), one.detail.contains("high availability")))
            .collect();
        assert_eq!(told, [("application.high_availability".to_owned(), true)]);
    }

    #[test]
    fn that_a_program_is_not_looked_into_is_told_where_it_is_asked_for() {
        for (uri, verify, expected) in [
            ("local:///opt/orders.jar", "dry_run", vec![]),
            ("s3://jars/orders.jar", "none", vec![]),
            ("s3://jars/orders.jar", "dry_run", vec!["upgrade.verify".to_owned()]),
        ] {
            let upgrade = Upgrade { verify: known(verify), ..Upgrade::default() };
            let jar = Jar { uri: known(uri), ..Jar::default() };
            let job = JobModel { upgrade: Attr::Known(upgrade), ..job(jar) };
            let found = warnings(&job);
            let at: Vec<String> = found.iter().map(|one| one.path.to_string()).collect();
            let at: Vec<String> = at.into_iter().filter(|at| at.starts_with("upgrade")).collect();
            assert_eq!(at, expected, "{uri} {verify}");
            assert_eq!(paths(&job), [""; 0]);
        }
    }

    #[test]
    fn what_is_wrong_is_told_where_the_user_wrote_it() {
        assert_eq!(paths(&job(in_image())), [""; 0]);
        let file = Jar { path: known("orders.jar"), ..Jar::default() };
        assert_eq!(paths(&job(file)), ["jar.path"]);
        let file = Jar { uri: known("file:///orders.jar"), ..Jar::default() };
        assert_eq!(paths(&job(file)), ["jar.uri"]);
        let twice = JobModel { cluster: known("flink/eu"), ..job(in_image()) };
        assert_eq!(paths(&twice), ["application"]);
        let options = |key: &str| Attr::Known(BTreeMap::from([(key.to_owned(), "1".to_owned())]));
        let internal = JobModel { flink_configuration: options("$internal.x"), ..job(in_image()) };
        assert_eq!(paths(&internal), ["flink_configuration[\"$internal.x\"]"]);
        let mut internal = job(in_image());
        let mut spec = internal.application.into_known().expect("an application");
        spec.flink_configuration = options("$internal.x");
        internal.application = Attr::Known(spec);
        assert_eq!(paths(&internal), ["application.flink_configuration[\"$internal.x\"]"]);
        internal.flink_configuration = options("$internal.x");
        assert!(validated(&internal).has_error());
    }
}
