//! A ZooKeeper for high availability: the one that `examples/` shows.

use crate::failure::Outcome;
use crate::folders;
use crate::kubernetes::Namespace;
use std::fs;
use std::time::Duration;

/// Its Service, and its port.
pub const QUORUM: &str = "zookeeper:2181";
/// The image that the example names, as a user would.
const IMAGE: &str = "flink:1.20.1-java17";
const LIMIT: Duration = Duration::from_mins(3);

/// Starts one, from an image of Flink's, that the Pod Security level `restricted` allows.
pub async fn start(namespace: &Namespace, image: &str) -> Outcome {
    let path = "examples/kubernetes/prerequisites/zookeeper.yaml";
    let example = fs::read_to_string(folders::repository().join(path))?;
    assert!(example.contains(IMAGE), "{path}");
    namespace.apply(&example.replace(IMAGE, image)).await?;
    namespace.ready("deployment", "zookeeper", LIMIT).await.map(|_| ())
}
