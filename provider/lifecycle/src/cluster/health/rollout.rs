//! How far workloads have come with their pods.

use std::collections::BTreeSet;

use serde_json::Value;

use super::text;
use crate::cluster::goal::role;
use crate::json::at;

/// How a JobManager stands, by what Kubernetes says of its workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is to have no pods: a restart of its cluster was cut short.
    Halted,
    /// Its pods are coming up.
    Coming,
    /// A pod of it is ready.
    Up,
}

/// How the JobManager stands that one of these workloads runs; `None` without one.
pub fn standing(workloads: &[Value]) -> Option<Standing> {
    let workload = workloads.iter().find(|workload| role(workload) == "jobmanager")?;
    let ready = workload["status"]["readyReplicas"].as_u64().unwrap_or_default();
    Some(match (replicas(workload), ready) {
        (0, _) => Standing::Halted,
        (_, 0) => Standing::Coming,
        (_, _) => Standing::Up,
    })
}

/// How many pods a workload should have: what it says, else one.
pub fn replicas(workload: &Value) -> u64 {
    at(workload, "/spec/replicas").and_then(Value::as_u64).unwrap_or(1)
}

/// Whether all pods of a workload are of its newest generation, and ready.
pub fn is_rolled_out(workload: &Value) -> bool {
    let count = |key: &str| workload["status"][key].as_u64().unwrap_or_default();
    let generation = at(workload, "/metadata/generation").and_then(Value::as_u64);
    let wanted = replicas(workload);
    generation.is_none_or(|generation| count("observedGeneration") >= generation)
        && count("updatedReplicas") == wanted
        && count("replicas") == wanted
        && count("readyReplicas") == wanted
}

/// How far workloads have come, in words.
pub fn progress<'a>(workloads: impl Iterator<Item = &'a Value>, pods: &[Value]) -> String {
    let texts = workloads.filter(|workload| !is_rolled_out(workload)).map(|workload| {
        let ready = workload["status"]["readyReplicas"].as_u64().unwrap_or_default();
        let name = text(workload, "/metadata/name");
        let counts = format!("{name}: {ready} of {} pods are ready", replicas(workload));
        let states: BTreeSet<String> =
            pods.iter().filter(|pod| is_of(pod, workload)).filter_map(state).collect();
        if states.is_empty() {
            return counts;
        }
        format!("{counts} ({})", states.into_iter().collect::<Vec<_>>().join(", "))
    });
    texts.collect::<Vec<_>>().join("; ")
}

/// Whether a workload selects a pod.
pub fn is_of(pod: &Value, workload: &Value) -> bool {
    let labels = at(workload, "/spec/selector/matchLabels").and_then(Value::as_object);
    labels.is_some_and(|labels| {
        labels.iter().all(|(key, value)| pod["metadata"]["labels"].get(key) == Some(value))
    })
}

/// What a pod is at; `None`: it is ready.
fn state(pod: &Value) -> Option<String> {
    if at(pod, "/metadata/deletionTimestamp").is_some() {
        return Some("Terminating".to_owned());
    }
    let containers = at(pod, "/status/containerStatuses").and_then(Value::as_array);
    let unready = containers.into_iter().flatten().find(|one| one["ready"] != true);
    match unready {
        Some(container) => Some(
            ["/state/waiting/reason", "/state/terminated/reason"]
                .iter()
                .find_map(|path| at(container, path)?.as_str())
                .unwrap_or("started, not ready")
                .to_owned(),
        ),
        None if is_ready(pod) => None,
        None => Some(text(pod, "/status/phase").to_owned()),
    }
}

fn is_ready(pod: &Value) -> bool {
    let conditions = at(pod, "/status/conditions").and_then(Value::as_array);
    let mut conditions = conditions.into_iter().flatten();
    conditions.any(|one| one["type"] == "Ready" && one["status"] == "True")
}

/// Whether a container of a pod runs: its process may answer, and may hold jobs.
pub fn runs(pod: &Value) -> bool {
    let containers = at(pod, "/status/containerStatuses").and_then(Value::as_array);
    containers.into_iter().flatten().any(|one| at(one, "/state/running").is_some())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_jobmanager_whose_restart_was_cut_short_is_halted() {
        let workload = |role: &str, replicas: u64, ready: u64| {
            json!({
                "spec": {
                    "replicas": replicas,
                    "template": { "metadata": { "labels": { "component": role } } },
                },
                "status": { "readyReplicas": ready },
            })
        };
        let workers = workload("taskmanager", 0, 0);
        for (replicas, ready, expected) in [
            (0, 0, Standing::Halted),
            (0, 1, Standing::Halted),
            (1, 0, Standing::Coming),
            (2, 1, Standing::Up),
        ] {
            let all = [workers.clone(), workload("jobmanager", replicas, ready)];
            assert_eq!(standing(&all), Some(expected));
        }
        assert_eq!(standing(&[workers]), None);
    }
}
