//! What an application cluster sets: how its one job begins and ends.

use flink::Version;
use flink::configuration::Configuration;
use flink::configuration::options::Options;

use super::typed::{Typed, entry};
use crate::Cluster;
use crate::description::Strategy;

/// The first version whose JobManager fetches a jar.
pub(crate) const FETCHES: Version = Version::new(1, 19, 0);

/// The first version that remembers which applications have ended, besides which jobs.
const REMEMBERS: Version = Version::new(2, 3, 0);

/// Where the JobManager puts what it fetches, unless the user says otherwise.
const ARTIFACTS: &str = "/opt/flink/artifacts";

/// The attribute of an application that is an option.
pub(super) fn typed(cluster: &Cluster) -> Option<Typed> {
    let parallelism = cluster.application()?.parallelism?;
    Some(entry(&["parallelism"], "parallelism.default", parallelism.to_string()))
}

/// What an application's configuration says that no user decides.
///
/// The cluster does not end with its job: whoever stopped it reads the savepoint's
/// path there, and Kubernetes would start the JobManager again. What has ended is
/// remembered next to the metadata of high availability, so that a JobManager that
/// comes back does not run it once more. A `main` that throws is a failed job that
/// says why, not a process that ends.
pub(super) fn owned(cluster: &Cluster, options: &Options) -> Configuration {
    let Some(application) = cluster.application() else { return Configuration::new() };
    let mut pairs = vec![
        ("execution.shutdown-on-application-finish", "false"),
        ("execution.submit-failed-job-on-application-error", "true"),
    ];
    if cluster.high_availability.is_some() {
        pairs.push(("job-result-store.delete-on-commit", "false"));
        pairs.push(("application-result-store.delete-on-commit", "false"));
    }
    let mut own: Configuration = pairs
        .into_iter()
        .filter(|(key, _)| options.get(key).is_some_and(|option| option.key == *key))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    own.extend(result_stores(cluster));
    let local = application.jar.strip_prefix("local://");
    match (cluster.strategy, local) {
        (Strategy::Standalone, Some(path)) if cluster.flink_version < FETCHES => {
            own.insert("pipeline.classpaths".to_owned(), format!("file://{path}"));
        }
        (Strategy::Standalone | Strategy::Native, _) => {}
    }
    own
}

/// Where a start remembers what has ended. Flink since 2.3 knows an application by its cluster's name
/// alone: the next start would take the end of the one before for its own and run nothing, or refuse
/// what that has not cleared away.
fn result_stores(cluster: &Cluster) -> Configuration {
    let remembers = cluster.flink_version >= REMEMBERS;
    let kept = cluster.high_availability.as_ref().filter(|_| remembers);
    let (Some(kept), Some(application)) = (kept, cluster.application()) else {
        return Configuration::new();
    };
    let (directory, start) = (kept.storage_dir.trim_end_matches('/'), &application.job_id);
    let path =
        |store: &str| (format!("{store}.storage-path"), format!("{directory}/{store}/{start}"));
    ["application-result-store", "job-result-store"].map(path).into_iter().collect()
}

/// What an application's configuration says unless the user does: a job that is
/// cancelled keeps its newest checkpoint, which is what a repair starts from.
pub(super) const RETAINED: (&str, &str) =
    ("execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");

/// The directory that the JobManager fetches the jar into, if it does.
pub(crate) fn artifacts<'a>(
    cluster: &Cluster,
    configuration: &'a Configuration,
) -> Option<&'a str> {
    let jar = &cluster.application()?.jar;
    let is_fetched = cluster.flink_version >= FETCHES && !jar.starts_with("local:");
    let directory = configuration.get("user.artifacts.base-dir").map_or(ARTIFACTS, String::as_str);
    is_fetched.then_some(directory)
}
