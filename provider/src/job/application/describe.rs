//! From a job's attributes to the description of its own cluster, and to what tells one version of
//! it from another. Pure.

use std::{collections::BTreeMap, sync::Arc};

use data_encoding::HEXLOWER;
use lifecycle::{
    application::{Described, Version},
    job::goal::Jar,
};
use manifests::{
    Cluster,
    description::{Application, Kind},
};
use sha2::{Digest, Sha256};
use terraform::path::{Path, Step};

use crate::{
    cluster::{
        describe,
        goal::{NoGoal, Settings},
        model::ClusterSpec,
        path,
    },
    job::{goal, model::JobModel, record},
};

/// The cluster that a job with an `application` describes, without a start; `None` while it depends
/// on unknown values, or where the job has no cluster of its own.
pub fn described(job: &JobModel) -> Option<Cluster> {
    let jar = job.jar.known()?;
    let uri = jar.uri.known()?;
    let is_unknown = jar.entry_class.is_unknown()
        || job.parallelism.is_unknown()
        || job.args.is_unknown()
        || job.flink_configuration.is_unknown();
    if is_unknown {
        return None;
    }
    let args = job.args.known().cloned().unwrap_or_default();
    let options = job.flink_configuration.known().cloned().unwrap_or_default();
    let cluster = describe::described(job.application.known()?, 1)?;
    let application = Application {
        jar: uri.clone(),
        entry_class: jar.entry_class.known().cloned(),
        args,
        // What is not a number of subtasks is refused like none at all.
        parallelism: job.parallelism.known().map(|it| u32::try_from(*it).unwrap_or(0)),
        job_id: String::new(),
        restore: None,
    };
    let name = job.name.known()?.clone();
    let own = BTreeMap::from([("pipeline.name".to_owned(), name)]);
    let flink_configuration = [own, cluster.flink_configuration, options].into_iter().flatten();
    Some(Cluster {
        kind: Kind::Application(application),
        flink_configuration: flink_configuration.collect(),
        ..cluster
    })
}

/// The version that a job's attributes describe.
///
/// # Errors
/// Something is unknown, or what is described cannot be.
pub fn version(job: &JobModel, settings: &Settings) -> Result<Version, NoGoal> {
    let described = described(job).ok_or(NoGoal::Undecided)?;
    let mut labels = settings.labels.clone();
    labels.extend(described.labels);
    let described = Cluster { labels, record: record::of_application(job), ..described };
    let content = job.jar.known().and_then(|jar| jar.sha256.known());
    let jar = Jar { sha256: digest(&described, content), file: None };
    let program = goal::program(job, jar);
    let rendering = Described::new(described).map_err(NoGoal::Invalid)?;
    Ok(Version { program, rendering: Arc::new(rendering) })
}

/// What tells one version from another, whose jar has this content: whatever new pods take up is in
/// it. What is changed in place may be, since such a change keeps the recorded one.
fn digest(described: &Cluster, content: Option<&String>) -> String {
    let pods = Cluster {
        labels: BTreeMap::new(),
        annotations: BTreeMap::new(),
        network_policy: None,
        record: None,
        task_manager: manifests::description::TaskManager {
            replicas: None,
            autoscaling: None,
            ..described.task_manager.clone()
        },
        ..described.clone()
    };
    HEXLOWER.encode(&Sha256::digest(format!("{pods:?} {content:?}")))
}

/// Where a user mends what is wrong with a description: the program is the job's own, the rest is
/// the application's.
pub fn path_of(found: &[String], job: &JobModel) -> Path {
    let application = Path::attribute("application");
    let Some(first) = found.first() else { return application };
    match (first.as_str(), found.get(1).map(String::as_str)) {
        ("jar", Some(part)) => Path::attribute("jar").child(part),
        ("jar", None) => Path::attribute("jar").child("uri"),
        ("args" | "parallelism", _) => Path::attribute(first),
        ("restore", Some(part)) => Path::attribute("restore").child(part),
        ("flink_configuration", Some(key)) if of_job(job, key) => {
            Path::attribute("flink_configuration").key(key)
        }
        _ => path::of(found).below(Step::Attribute("application".to_owned())),
    }
}

fn of_job(job: &JobModel, key: &str) -> bool {
    job.flink_configuration.known().is_some_and(|options| options.contains_key(key))
}

/// The options that both the job and its application set: one would silently win.
pub fn set_twice(job: &JobModel, spec: &ClusterSpec) -> Vec<String> {
    let (Some(own), Some(shared)) =
        (job.flink_configuration.known(), spec.flink_configuration.known())
    else {
        return Vec::new();
    };
    own.keys().filter(|key| shared.contains_key(*key)).cloned().collect()
}
