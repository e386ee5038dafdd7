//! A job on a session cluster of the operator's.

use std::collections::BTreeMap;

use serde_json::{Map, json};

use super::autoscaler::Autoscaler;
use super::settings::Settings;
use super::{API_VERSION, SESSION_JOB, checks, job, overrides};
use crate::description::Application;
use crate::{Invalid, Object, Warning, names};

/// A `FlinkSessionJob`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionJob {
    /// The namespace, which is the cluster's too.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The name of the session cluster; it cannot change.
    pub cluster: String,
    /// What runs: the operator fetches the jar and uploads it, so that `local://` names nothing.
    pub program: Application,
    /// Keys of this job, over those of the cluster.
    pub flink_configuration: BTreeMap<String, String>,
    /// Labels, ours are added.
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    pub annotations: BTreeMap<String, String>,
}

/// The resource, and what there is to say about it.
///
/// # Errors
/// What the operator would refuse, or wait for without an end.
pub fn session_job(
    job: &SessionJob,
    settings: &Settings,
) -> Result<(Object, Vec<Warning>), Vec<Invalid>> {
    let (invalid, warnings) = checks::session_job(job, settings);
    if !invalid.is_empty() {
        return Err(invalid);
    }
    let SessionJob { namespace, name, cluster, program, flink_configuration, labels, annotations } =
        job;
    let parallelism = program.parallelism.unwrap_or(1);
    let mut spec = Map::from_iter([
        ("deploymentName".to_owned(), json!(cluster)),
        ("job".to_owned(), job::of(program, Some(parallelism), settings.upgrade)),
    ]);
    let mut configuration = flink_configuration.clone();
    configuration.extend(settings.autoscaler.iter().flat_map(Autoscaler::keys));
    if !configuration.is_empty() {
        spec.insert(overrides::CONFIGURATION.to_owned(), json!(configuration));
    }
    spec.extend(settings.restart_nonce.map(|nonce| ("restartNonce".to_owned(), json!(nonce))));
    let spec = overrides::over(spec.into(), settings.spec_overrides.as_ref())?;
    let mut labels = labels.clone();
    labels.insert(names::MANAGED_BY.to_owned(), names::US.to_owned());
    labels.insert(names::CLUSTER.to_owned(), cluster.clone());
    let mut metadata = json!({ "name": name, "namespace": namespace, "labels": labels });
    if !annotations.is_empty() {
        metadata["annotations"] = json!(annotations);
    }
    let body = json!({ "apiVersion": API_VERSION, "kind": SESSION_JOB, "metadata": metadata, "spec": spec });
    let (namespace, name) = (namespace.clone(), name.clone());
    Ok((Object { api_version: API_VERSION, kind: SESSION_JOB, namespace, name, body }, warnings))
}
