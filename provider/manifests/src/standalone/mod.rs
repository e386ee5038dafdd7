//! Strategy standalone: Kubernetes keeps the processes, Flink knows nothing of it.

mod container;
mod pod;
mod program;

use std::collections::BTreeMap;

use flink::configuration::Configuration;
use serde_json::{Map, Value, json};

use crate::configuration::{self, Memory};
use crate::description::Role;
use crate::parts::metadata::{self, Extra};
use crate::parts::{availability, logging, services, start};
use crate::{Cluster, Invalid, Object, names};

/// The objects of the strategy, in the order of applying: what pods need, then pods.
///
/// # Errors
/// Values that the configuration file of the version cannot hold.
pub(crate) fn objects(
    cluster: &Cluster,
    configuration: &Configuration,
    memory: &Memory,
) -> Result<Vec<Object>, Vec<Invalid>> {
    let starts_with_script = start::is_needed(cluster, configuration);
    let mut objects = vec![config_map(cluster, configuration)?];
    if starts_with_script {
        objects.push(start::config_map(cluster));
    }
    if cluster.high_availability.is_none() {
        objects.push(services::internal(cluster));
    }
    objects.push(services::rest(cluster));
    for role in Role::ALL {
        objects.push(deployment(
            cluster,
            role,
            pod::template(cluster, role, configuration, memory),
        ));
    }
    let task_manager = names::task_manager(cluster);
    objects.extend(availability::autoscaler(cluster, ("apps/v1", "Deployment", &task_manager)));
    Ok(objects)
}

fn config_map(cluster: &Cluster, configuration: &Configuration) -> Result<Object, Vec<Invalid>> {
    let (name, text) = configuration::config_file(cluster, configuration)?;
    let mut data = logging::files(cluster);
    data.insert(name.to_owned(), text);
    let metadata = metadata::of(cluster, &names::configuration(cluster), &Extra::default());
    Ok(metadata::object(("v1", "ConfigMap"), cluster, metadata, json!({ "data": data })))
}

/// A Deployment of one process. An old pod goes before a new one comes: two
/// JobManagers of one cluster would both run its jobs.
fn deployment(cluster: &Cluster, role: Role, template: Value) -> Object {
    let (name, replicas, annotations) = match role {
        Role::JobManager => {
            (names::job_manager(cluster), Some(cluster.job_manager.replicas), record(cluster))
        }
        Role::TaskManager => {
            (names::task_manager(cluster), cluster.task_manager.replicas, BTreeMap::new())
        }
    };
    let extra = Extra {
        component: Some(role.component()),
        annotations: Some(&annotations),
        ..Extra::default()
    };
    let metadata = metadata::of(cluster, &name, &extra);
    let mut spec = Map::from_iter([
        (
            "selector".to_owned(),
            json!({ "matchLabels": names::selector(cluster, role.component()) }),
        ),
        ("strategy".to_owned(), json!({ "type": "Recreate" })),
        ("template".to_owned(), template),
    ]);
    if let Some(replicas) = replicas {
        spec.insert("replicas".to_owned(), json!(replicas));
    }
    metadata::object(("apps/v1", "Deployment"), cluster, metadata, json!({ "spec": spec }))
}

fn record(cluster: &Cluster) -> BTreeMap<String, String> {
    cluster.record.iter().map(|record| (names::RECORD.to_owned(), record.clone())).collect()
}
