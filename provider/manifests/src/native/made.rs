//! What Flink's client makes.

use flink::Version;
use flink::configuration::{Configuration, file};
use serde_json::{Value, json};

use crate::Object;

/// The objects of a cluster as Flink's client makes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The Deployment, which comes first: the others go with it, and need its uid.
    pub deployment: Object,
    /// Services, then `ConfigMaps`, in order. The ConfigMap `flink-config-<id>` does
    /// not have the configuration file yet.
    pub owned: Vec<Object>,
    /// The configuration that the pods read.
    pub configuration: Configuration,
    /// The name of its file.
    pub file: &'static str,
    /// The version that it is for.
    pub version: Version,
}

impl Made {
    /// The text of the configuration file: flat, sorted, the same bytes for the
    /// same configuration. Flink's own client writes the same options in the
    /// order of a hash.
    ///
    /// # Errors
    /// Every option that the file cannot carry.
    pub fn text(&self) -> Result<String, Vec<file::NotRenderable>> {
        file::render(&self.configuration, self.version)
    }

    /// The objects that belong to the Deployment, complete: with this text as the
    /// configuration file.
    pub fn with_file(&self, text: &str) -> Vec<Object> {
        let name = format!("flink-config-{}", self.deployment.name);
        let mut owned = self.owned.clone();
        for object in &mut owned {
            if object.kind == "ConfigMap" && object.name == name {
                object.body["data"][self.file] = json!(text);
            }
        }
        owned
    }
}

/// The reference by which an object goes with the Deployment: Kubernetes removes
/// it when the Deployment is gone, which is how Flink's own `stop` works.
pub fn owner_reference(deployment: &str, uid: &str) -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "name": deployment,
        "uid": uid,
        "controller": true,
        "blockOwnerDeletion": true,
    })
}
