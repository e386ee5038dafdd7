//! The permit to run an application's `main`.
//!
//! A JobManager that Kubernetes starts again runs `main` again, also after its
//! job was stopped with a savepoint: without high availability nothing remembers
//! that it had ended. So the container takes a variable from a key of a
//! `ConfigMap` that is called like the job's id, and may not do without:
//! Kubernetes itself does not start a container whose key is not there. Whoever
//! stops the job takes the key away first, and whatever happens afterwards, to
//! the JobManager or to who stopped it, that job is not begun once more. The next
//! generation has another id, and so another key.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::metadata::{self, Extra};
use crate::{Cluster, Object, names};

/// The variable of the JobManager's container.
const VARIABLE: &str = "FLINK_JOB_PERMIT";

/// The `ConfigMap` of an application's permit, given.
pub(crate) fn given(cluster: &Cluster) -> Option<Object> {
    let application = cluster.application()?;
    Some(object(cluster, &[(application.job_id.clone(), cluster.name.clone())].into()))
}

/// The same, taken back: no JobManager of this application starts any more.
pub fn revoked(cluster: &Cluster) -> Object {
    object(cluster, &BTreeMap::new())
}

fn object(cluster: &Cluster, data: &BTreeMap<String, String>) -> Object {
    let metadata = metadata::of(cluster, &names::permit(cluster), &Extra::default());
    metadata::object(("v1", "ConfigMap"), cluster, metadata, json!({ "data": data }))
}

/// The container's variable.
pub(crate) fn variable(cluster: &Cluster) -> Option<Value> {
    let application = cluster.application()?;
    let key = json!({ "name": names::permit(cluster), "key": application.job_id });
    Some(json!({ "name": VARIABLE, "valueFrom": { "configMapKeyRef": key } }))
}
