//! Pods that no workload makes, as the model has them.

use std::time::Duration;

use serde_json::{Value, json};

use super::{COMES, Kube};

impl Kube {
    /// What a pod is at that no workload makes: as its version says.
    pub(super) fn status_of_scout(&self, pod: &Value) -> Value {
        let of = pod["spec"]["of"].as_str().unwrap_or_default();
        let born = pod["born"].as_u64().unwrap_or_default();
        let is_ready = self.now >= Duration::from_millis(born) + COMES && !of.ends_with(":slow");
        let name = "flink-main-container";
        let waits = |reason: &str, message: &str| {
            let state = json!({ "waiting": { "reason": reason, "message": message } });
            json!({ "phase": "Pending", "containerStatuses": [{ "name": name, "state": state }] })
        };
        if of.ends_with(":crash") {
            let state = json!({ "terminated": { "exitCode": 1 } });
            return json!({ "phase": "Failed", "containerStatuses": [{ "name": name, "state": state }] });
        }
        if of.ends_with(":image") {
            return waits("ErrImagePull", "manifest unknown");
        }
        if of.ends_with(":large") {
            let no = json!({ "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "no memory" });
            return json!({ "phase": "Pending", "conditions": [no] });
        }
        let ready = json!({ "type": "Ready", "status": if is_ready { "True" } else { "False" } });
        json!({ "phase": "Running", "conditions": [ready] })
    }

    /// Whether a scout answers.
    pub(super) fn has_scout(&self) -> bool {
        let mut pods = self.objects.iter().filter(|(id, _)| id.kind == "Pod");
        pods.any(|(_, pod)| self.status_of_scout(pod)["conditions"][0]["status"] == "True")
    }
}
