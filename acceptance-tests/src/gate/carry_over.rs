//! What a carry-over or the upgrade of an application changes, on Kubernetes and in Flink: all of it
//! passes the API server.

use super::Effect;
use hyper::body::Bytes;
use hyper::{Method, Uri};
use serde_json::Value;

/// An effect of a carry-over, in the order in which they come, or of the upgrade of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cut {
    /// A journal says that its job is about to be stopped.
    NoteStopping,
    /// A job is stopped with a savepoint.
    Stop,
    /// A journal says where its job goes on from.
    NoteStopped,
    /// The JobManager's pods are ended.
    HaltJobManager,
    /// The TaskManagers' pods are ended.
    HaltTaskManager,
    /// An object that runs no pods is applied.
    Apply,
    /// The new JobManager is applied.
    ApplyJobManager,
    /// The new TaskManagers are applied.
    ApplyTaskManager,
    /// A jar is uploaded.
    Upload,
    /// A journal says that its job starts.
    NoteStarting,
    /// A job is submitted.
    Run,
    /// A journal says that its job runs.
    NoteRunning,
    /// The pod is made that looks into a new version of an application.
    ApplyScout,
    /// It goes, with all that belongs to it.
    EndScout,
}

impl Cut {
    /// All of a carry-over.
    pub const ALL: [Self; 12] = [
        Self::NoteStopping,
        Self::Stop,
        Self::NoteStopped,
        Self::HaltJobManager,
        Self::HaltTaskManager,
        Self::Apply,
        Self::ApplyJobManager,
        Self::ApplyTaskManager,
        Self::Upload,
        Self::NoteStarting,
        Self::Run,
        Self::NoteRunning,
    ];

    /// The effect of a request to the API server.
    pub fn of(method: &Method, uri: &Uri, body: &Bytes) -> Option<Self> {
        if let Some((_, flink)) = uri.path().split_once("/proxy/") {
            return Self::in_flink(method, flink);
        }
        if *method == Method::DELETE {
            let is_first = uri.path().contains("/configmaps/") && uri.path().ends_with("-scout");
            return is_first.then_some(Self::EndScout);
        }
        let is_tried = uri.query().is_some_and(|query| query.contains("dryRun"));
        if is_tried || !matches!(*method, Method::PATCH | Method::POST | Method::PUT) {
            return None;
        }
        let body: Value = serde_json::from_slice(body).ok()?;
        if let Some(entry) = body["data"]["entry.json"].as_str() {
            return Self::in_journal(&serde_json::from_str(entry).ok()?);
        }
        if *method != Method::PATCH {
            return None;
        }
        let name = body["metadata"]["name"].as_str().unwrap_or_default();
        if name.ends_with("-scout") || name.ends_with("-scout-rest") {
            return (body["kind"] == "Pod").then_some(Self::ApplyScout);
        }
        Some(Self::applied(&body))
    }

    fn in_flink(method: &Method, path: &str) -> Option<Self> {
        match Effect::of(method, path)? {
            Effect::Upload => Some(Self::Upload),
            Effect::Run => Some(Self::Run),
            Effect::Stop => Some(Self::Stop),
            Effect::Plan
            | Effect::Savepoint
            | Effect::Cancel
            | Effect::Rescale
            | Effect::DeleteJar
            | Effect::Dispose => None,
        }
    }

    fn in_journal(entry: &Value) -> Option<Self> {
        let phase = &entry["phase"];
        let name = phase.as_object().and_then(|phase| phase.keys().next()).map(String::as_str);
        match name.or(phase.as_str())? {
            "stopping" => Some(Self::NoteStopping),
            "stopped" => Some(Self::NoteStopped),
            "starting" => Some(Self::NoteStarting),
            "running" => Some(Self::NoteRunning),
            _ => None,
        }
    }

    fn applied(body: &Value) -> Self {
        let halts = body["spec"]["replicas"] == 0;
        let role = body["spec"]["template"]["metadata"]["labels"]["component"].as_str();
        match (role, halts) {
            (Some("jobmanager"), true) => Self::HaltJobManager,
            (Some("jobmanager"), false) => Self::ApplyJobManager,
            (Some("taskmanager"), true) => Self::HaltTaskManager,
            (Some("taskmanager"), false) => Self::ApplyTaskManager,
            (Some(_) | None, _) => Self::Apply,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Cut;
    use hyper::body::Bytes;
    use hyper::{Method, Uri};
    use serde_json::{Value, json};

    fn of(method: &Method, uri: &str, body: &Value) -> Option<Cut> {
        Cut::of(method, &uri.parse::<Uri>().unwrap(), &Bytes::from(body.to_string()))
    }

    #[test]
    fn effects_are_told_from_trials_and_reads() {
        let flink = "/api/v1/namespaces/n/services/orders-rest:8081/proxy/jobs/1/stop";
        assert_eq!(of(&Method::POST, flink, &json!({})), Some(Cut::Stop));
        assert_eq!(of(&Method::GET, flink, &json!({})), None);
        let workload = |role: &str, replicas: u32| {
            let labels = json!({ "component": role });
            json!({
                "spec": { "replicas": replicas, "template": { "metadata": { "labels": labels } } },
            })
        };
        let path = "/apis/apps/v1/namespaces/n/deployments/orders?fieldManager=x";
        let halted = workload("jobmanager", 0);
        assert_eq!(of(&Method::PATCH, path, &halted), Some(Cut::HaltJobManager));
        assert_eq!(of(&Method::PATCH, &format!("{path}&dryRun=All"), &halted), None);
        let applied = workload("taskmanager", 2);
        assert_eq!(of(&Method::PATCH, path, &applied), Some(Cut::ApplyTaskManager));
        assert_eq!(of(&Method::PATCH, path, &json!({ "data": {} })), Some(Cut::Apply));
        let pod = "/api/v1/namespaces/n/pods/orders-scout?fieldManager=x";
        let scout = |kind: &str| json!({ "kind": kind, "metadata": { "name": "orders-scout" } });
        assert_eq!(of(&Method::PATCH, pod, &scout("Pod")), Some(Cut::ApplyScout));
        assert_eq!(of(&Method::PATCH, path, &scout("ConfigMap")), None);
        let first = "/api/v1/namespaces/n/configmaps/flink-config-orders-scout";
        assert_eq!(of(&Method::DELETE, first, &json!({})), Some(Cut::EndScout));
        assert_eq!(of(&Method::DELETE, path, &json!({})), None);
    }

    #[test]
    fn a_journal_is_told_by_what_it_says() {
        let path = "/api/v1/namespaces/n/configmaps/orders-terraform-1";
        for (phase, cut) in [
            (json!("running"), Cut::NoteRunning),
            (json!({ "stopping": { "by": "cluster" } }), Cut::NoteStopping),
            (json!({ "stopped": { "by": "cluster", "path": null } }), Cut::NoteStopped),
            (json!({ "starting": { "from": null, "after": null } }), Cut::NoteStarting),
        ] {
            let entry = json!({ "phase": phase }).to_string();
            let map = json!({ "data": { "entry.json": entry } });
            assert_eq!(of(&Method::PUT, path, &map), Some(cut));
        }
    }
}
