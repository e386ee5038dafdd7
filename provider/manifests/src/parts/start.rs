//! The start of a container whose configuration is made in the pod.
//!
//! The configuration file is a read-only `ConfigMap`. Where a value holds
//! `${NAME}`, a script of ours writes the file anew into the pod's memory,
//! beside links to the logging files, and runs Flink on that directory; both
//! processes and both strategies do it the same way.

use flink::configuration::Configuration;
use serde_json::{Value, json};

use super::metadata::{self, Extra};
use crate::configuration::has_variable;
use crate::description::RestTlsSource;
use crate::{Cluster, Object, names};

/// The script in the container: the command in place of the image's entry point.
pub(crate) const PATH: &str = "/opt/flink/start/start.sh";

const SCRIPT: &str = include_str!("start/start.sh");

/// Whether the processes need it.
pub(crate) fn is_needed(cluster: &Cluster, configuration: &Configuration) -> bool {
    let makes_a_keystore =
        cluster.rest.tls.as_ref().is_some_and(|tls| tls.source == RestTlsSource::Pem);
    configuration.values().any(|value| has_variable(value))
        || makes_a_keystore
        || links_plugins(cluster)
}

/// Whether plugins have to be enabled where the image's own folder cannot be written.
pub(crate) fn links_plugins(cluster: &Cluster) -> bool {
    !cluster.plugins.is_empty()
        && cluster.pod_security.as_ref().is_some_and(|it| it.read_only_root_filesystem)
}

/// The `ConfigMap` with the script.
pub(crate) fn config_map(cluster: &Cluster) -> Object {
    let metadata = metadata::of(cluster, &names::start(cluster), &Extra::default());
    metadata::object(
        ("v1", "ConfigMap"),
        cluster,
        metadata,
        json!({ "data": { "start.sh": SCRIPT } }),
    )
}

/// The pod's volumes: the script, and the directory in memory.
pub(crate) fn volumes(cluster: &Cluster) -> Vec<Value> {
    vec![
        json!({ "name": "flink-start", "configMap": { "name": names::start(cluster), "defaultMode": 0o555 } }),
        json!({ "name": "flink-run", "emptyDir": { "medium": "Memory" } }),
    ]
}

/// Their places in the main container.
pub(crate) fn mounts() -> Vec<Value> {
    vec![
        json!({ "name": "flink-start", "mountPath": "/opt/flink/start", "readOnly": true }),
        json!({ "name": "flink-run", "mountPath": "/opt/flink/run" }),
    ]
}

#[cfg(test)]
mod tests;
