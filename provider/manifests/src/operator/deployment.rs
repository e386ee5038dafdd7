//! A cluster as a `FlinkDeployment`.

use flink::configuration::Configuration;
use serde_json::{Map, Value, json};

use super::configuration::{self, PARALLELISM, as_native, process_size};
use super::settings::Settings;
use super::{API_VERSION, DEPLOYMENT, checks, job, overrides, pods};
use crate::description::{Role, Strategy};
use crate::parts::metadata::{self, Extra};
use crate::parts::{availability, ingress, start};
use crate::render::needed;
use crate::{Cluster, Invalid, Object, Rendered, names};

/// The objects of a cluster that the operator runs: the `FlinkDeployment`, and
/// beside it what the other strategies have too.
///
/// # Errors
/// Everything that is wrong with the description.
pub fn render(cluster: &Cluster, settings: &Settings) -> Result<Rendered, Vec<Invalid>> {
    let (mut invalid, mut warnings) = checks::description(cluster, settings);
    let told = match configuration::of(cluster, settings) {
        Ok(told) if invalid.is_empty() => told,
        Ok(_) => return Err(invalid),
        Err(more) => {
            invalid.extend(more);
            return Err(invalid);
        }
    };
    crate::configuration::memory(cluster, &told.whole)?;
    let (more_invalid, more) = checks::configured(cluster, settings, &told.whole);
    warnings.extend(told.warnings);
    warnings.extend(more);
    let spec = overrides::over(
        spec(cluster, settings, &told.whole, &told.written),
        settings.spec_overrides.as_ref(),
    )?;
    let configuration = overrides::configuration(&spec);
    let objects = objects(cluster, &told.whole, &spec);
    let (invalid, more) = crate::checks::rendered(&as_native(cluster), &told.whole, &objects);
    warnings.extend(more);
    let invalid: Vec<Invalid> = more_invalid.into_iter().chain(invalid).collect();
    if invalid.is_empty() {
        Ok(Rendered { objects, configuration, warnings })
    } else {
        Err(invalid)
    }
}

fn objects(cluster: &Cluster, whole: &Configuration, spec: &Value) -> Vec<Object> {
    let mut objects = needed(cluster);
    if start::is_needed(cluster, whole) {
        objects.push(start::config_map(cluster));
    }
    objects.push(deployment(cluster, spec));
    objects.extend(availability::autoscaler(cluster, (API_VERSION, DEPLOYMENT, &cluster.name)));
    objects.extend(ingress::object(cluster));
    objects
}

fn deployment(cluster: &Cluster, spec: &Value) -> Object {
    let record =
        cluster.record.iter().map(|text| (names::RECORD.to_owned(), text.clone())).collect();
    let extra = Extra { annotations: Some(&record), ..Extra::default() };
    let metadata = metadata::of(cluster, &cluster.name, &extra);
    metadata::object((API_VERSION, DEPLOYMENT), cluster, metadata, json!({ "spec": spec }))
}

/// The word of the operator for who makes the pods.
pub(super) const fn mode(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::Standalone => "standalone",
        Strategy::Native => "native",
    }
}

fn spec(
    cluster: &Cluster,
    settings: &Settings,
    whole: &Configuration,
    written: &Configuration,
) -> Value {
    let mut spec = Map::from_iter([
        ("image".to_owned(), json!(cluster.image.name)),
        ("imagePullPolicy".to_owned(), json!(cluster.image.pull_policy.word())),
        ("serviceAccount".to_owned(), json!(cluster.service_account.name)),
        ("flinkVersion".to_owned(), json!(version(cluster.flink_version))),
        ("mode".to_owned(), json!(mode(cluster.strategy))),
        (overrides::CONFIGURATION.to_owned(), json!(written)),
    ]);
    for role in Role::ALL {
        spec.insert(field(role).to_owned(), process(cluster, role, whole));
    }
    if !cluster.log_configuration.is_empty() {
        spec.insert("logConfiguration".to_owned(), json!(cluster.log_configuration));
    }
    if let Some(application) = cluster.application() {
        let parallelism = parallelism(cluster, application.parallelism, whole);
        spec.insert("job".to_owned(), job::of(application, parallelism, settings.upgrade));
    }
    if let Some(nonce) = settings.restart_nonce {
        spec.insert("restartNonce".to_owned(), json!(nonce));
    }
    Value::Object(spec)
}

/// The release line, for which the operator has a word.
fn version(version: flink::Version) -> String {
    format!("v{}_{}", version.major, version.minor)
}

/// The field of a process.
pub(crate) const fn field(role: Role) -> &'static str {
    match role {
        Role::JobManager => "jobManager",
        Role::TaskManager => "taskManager",
    }
}

/// The memory stands in the field `resource`, which every version has. The
/// operator reads it as Flink does (`1g` are 2^30 bytes), and wants it wherever CPU stands.
fn process(cluster: &Cluster, role: Role, whole: &Configuration) -> Value {
    let template = pods::template(cluster, role, start::is_needed(cluster, whole));
    let mut process = Map::from_iter([("podTemplate".to_owned(), template)]);
    if let Some(size) = whole.get(&process_size(role)) {
        let mut resource = json!({ "memory": size });
        if let Some(cpu) = cluster.process(role).cpu {
            resource["cpu"] = json!(cpu);
        }
        process.insert("resource".to_owned(), resource);
    }
    let replicas = match role {
        // One is the operator's default.
        Role::JobManager => Some(cluster.job_manager.replicas).filter(|replicas| *replicas != 1),
        Role::TaskManager => task_managers(cluster),
    };
    process.extend(replicas.map(|replicas| ("replicas".to_owned(), json!(replicas))));
    Value::Object(process)
}

/// An autoscaler needs a number to start from: without one the resource has no scale.
fn task_managers(cluster: &Cluster) -> Option<u32> {
    let task_manager = &cluster.task_manager;
    task_manager.replicas.or_else(|| task_manager.autoscaling.map(|scaling| scaling.min))
}

/// The operator refuses a job that names no parallelism, so that what the
/// configuration or Flink would decide is said here. A number of TaskManagers
/// decides it in its place.
fn parallelism(cluster: &Cluster, written: Option<u32>, whole: &Configuration) -> Option<u32> {
    let configured = || whole.get(PARALLELISM).and_then(|text| text.trim().parse().ok());
    let is_decided = task_managers(cluster).is_some();
    (!is_decided).then(|| written.or_else(configured).unwrap_or(1))
}
