//! A ZooKeeper for high availability: the server that Flink's distribution carries, in a pod.

use crate::failure::Outcome;
use crate::kubernetes::Namespace;
use serde_json::{Value, json};
use std::time::Duration;

/// Its Service, and its port.
pub const QUORUM: &str = "zookeeper:2181";
const LIMIT: Duration = Duration::from_mins(3);

/// Starts one, from an image of Flink's, that the Pod Security level `restricted` allows.
pub async fn start(namespace: &Namespace, image: &str) -> Outcome {
    let service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": { "name": "zookeeper" },
        "spec": { "selector": { "name": "zookeeper" }, "ports": [{ "port": 2181 }] },
    });
    let both = json!({ "apiVersion": "v1", "kind": "List", "items": [deployment(image), service] });
    namespace.apply(&both.to_string()).await?;
    namespace.ready("deployment", "zookeeper", LIMIT).await.map(|_| ())
}

fn deployment(image: &str) -> Value {
    let script = "printf 'dataDir=/tmp/data\\nclientPort=2181\\nadmin.enableServer=false\\n' >/tmp/zoo.cfg; \
                  exec java -Xmx64m -cp '/opt/flink/lib/*' \
                  org.apache.flink.shaded.zookeeper3.org.apache.zookeeper.server.ZooKeeperServerMain /tmp/zoo.cfg";
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "zookeeper" },
        "spec": {
            "selector": { "matchLabels": { "name": "zookeeper" } },
            "template": {
                "metadata": { "labels": { "name": "zookeeper" } },
                "spec": {
                    "securityContext": {
                        "runAsNonRoot": true, "runAsUser": 9999,
                        "seccompProfile": { "type": "RuntimeDefault" },
                    },
                    "terminationGracePeriodSeconds": 0,
                    "containers": [{
                        "name": "zookeeper", "image": image,
                        "command": ["bash", "-c", script],
                        "readinessProbe": { "tcpSocket": { "port": 2181 }, "periodSeconds": 2 },
                        "securityContext": {
                            "allowPrivilegeEscalation": false,
                            "capabilities": { "drop": ["ALL"] },
                        },
                    }],
                },
            },
        },
    })
}
