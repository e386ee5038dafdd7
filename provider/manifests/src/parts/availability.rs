//! How many pods there are at least and at most: disruption budgets and the autoscaler.

use serde_json::{Value, json};

use super::metadata::{self, Extra};
use crate::description::{DisruptionBudget, Process};
use crate::{Cluster, Object, names};

/// The disruption budgets of the two processes, where the description has them.
pub(crate) fn disruption_budgets(cluster: &Cluster) -> Vec<Object> {
    let job_manager = budget(cluster, names::JOB_MANAGER, &cluster.job_manager.process);
    let task_manager = budget(cluster, names::TASK_MANAGER, &cluster.task_manager.process);
    job_manager.into_iter().chain(task_manager).collect()
}

fn budget(cluster: &Cluster, component: &str, process: &Process) -> Option<Object> {
    let budget = process.disruption_budget.as_ref()?;
    let extra = Extra { component: Some(component), ..Extra::default() };
    let metadata = metadata::of(cluster, &format!("{}-{component}", cluster.name), &extra);
    let (field, value) = match budget {
        DisruptionBudget::MinAvailable(value) => ("minAvailable", value),
        DisruptionBudget::MaxUnavailable(value) => ("maxUnavailable", value),
    };
    let body = json!({ "spec": {
        "selector": { "matchLabels": names::selector(cluster, component) },
        field: int_or_string(value),
    }});
    Some(metadata::object(("policy/v1", "PodDisruptionBudget"), cluster, metadata, body))
}

/// Kubernetes wants a number as a number and percent as text.
fn int_or_string(text: &str) -> Value {
    text.parse::<u32>().map_or_else(|_| json!(text), |number| json!(number))
}

/// The autoscaler of the TaskManagers, if the description has one; the target is what it scales.
pub(crate) fn autoscaler(
    cluster: &Cluster,
    (api_version, kind, target): (&str, &str, &str),
) -> Option<Object> {
    let autoscaling = cluster.task_manager.autoscaling?;
    let extra = Extra { component: Some(names::TASK_MANAGER), ..Extra::default() };
    let metadata = metadata::of(cluster, &names::task_manager(cluster), &extra);
    let body = json!({ "spec": {
        "scaleTargetRef": { "apiVersion": api_version, "kind": kind, "name": target },
        "minReplicas": autoscaling.min,
        "maxReplicas": autoscaling.max,
        "metrics": [{
            "type": "Resource",
            "resource": { "name": "cpu", "target": { "type": "Utilization", "averageUtilization": autoscaling.cpu } },
        }],
    }});
    Some(metadata::object(("autoscaling/v2", "HorizontalPodAutoscaler"), cluster, metadata, body))
}
