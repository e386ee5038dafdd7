//! From what a refresh found to attributes: a difference that an attribute can say is said there,
//! any other in the words of `status`. Pure.

use lifecycle::{
    cluster::{
        compare::{Difference, What},
        read::{Health, Live},
    },
    flink::configuration::file,
};
use manifests::{description::Strategy, names};
use serde_json::Value;
use terraform::model::{Attr, Joined};

use super::{
    describe::strategy,
    model::{
        ClusterModel, ClusterSpec, JobManager, JobManagerOwn, Rest, TaskManager, TaskManagerOwn,
    },
    plan::{MISSING, READY},
    state::one_line,
};

/// In the words of a difference: that putting it right makes new pods.
const PODS: &str = "the pods of";

/// Whether putting right what a refresh found makes new pods.
pub fn is_about_pods(status: &str) -> bool {
    status.contains(PODS)
}

/// How many differences are told one by one.
const TOLD: usize = 5;

/// What a refresh records, on top of what was recorded.
pub fn refreshed(prior: ClusterModel, live: &Live) -> ClusterModel {
    if live.health == Health::Missing {
        return with_status(prior, MISSING);
    }
    let before = prior.own.status.known().cloned().unwrap_or_default();
    let mut cluster = prior;
    let changed = changed(&mut cluster.shared, &live.differences);
    let ailing = match &live.health {
        Health::Degraded { ailments } => Some(format!("degraded: {}", ailments.join("; "))),
        // What passes reads as it was recorded, unless it was not there at all.
        Health::Transient { .. } if changed.is_none() && ![READY, MISSING].contains(&&*before) => {
            Some(before)
        }
        Health::Transient { .. } | Health::Ready | Health::Missing => None,
    };
    let all: Vec<String> = changed.into_iter().chain(ailing).collect();
    if all.is_empty() { with_status(cluster, READY) } else { with_status(cluster, &all.join("; ")) }
}

fn with_status(mut cluster: ClusterModel, status: &str) -> ClusterModel {
    cluster.own.status = Attr::Known(one_line(status));
    cluster
}

/// Writes every difference that an attribute can say into it, and tells the others in words.
pub fn changed(cluster: &mut ClusterSpec, differences: &[Difference]) -> Option<String> {
    let words = said(cluster, differences);
    (!words.is_empty()).then(|| format!("changed: {}", told(&words)))
}

fn told(words: &[String]) -> String {
    let some = words.iter().take(TOLD).cloned().collect::<Vec<_>>().join("; ");
    match words.len().checked_sub(TOLD) {
        Some(more @ 1..) => format!("{some}; and {more} more"),
        Some(0) | None => some,
    }
}

/// The words for what no attribute can say.
fn said(cluster: &mut ClusterSpec, differences: &[Difference]) -> Vec<String> {
    let mut words = Vec::new();
    for difference in differences {
        if is_record(&difference.what) || attribute(cluster, difference) {
            continue;
        }
        let text = worded(difference);
        if !words.contains(&text) {
            words.push(text);
        }
    }
    // What decides the plan is never among those that are only counted.
    words.sort_by_key(|text| !is_about_pods(text));
    words
}

/// What an import reads is written anew with every apply, and is no difference.
fn is_record(what: &What) -> bool {
    match what {
        What::Value { path, .. } => path.last().is_some_and(|key| key == names::RECORD),
        What::Missing | What::Left => false,
    }
}

fn worded(difference: &Difference) -> String {
    let Difference { object, what } = difference;
    match what {
        What::Missing => format!("{object} was deleted"),
        What::Left => format!("{object} is not part of the cluster any more"),
        What::Value { path, .. } => match path.as_slice() {
            [spec, template, path @ ..] if spec == "spec" && template == "template" => {
                format!("{} of {PODS} {object} was changed", path.join("."))
            }
            path => format!("{} of {object} was changed", path.join(".")),
        },
    }
}

/// Writes a difference into the attribute that says it; `false` where none does.
fn attribute(cluster: &mut ClusterSpec, difference: &Difference) -> bool {
    let What::Value { path, is: Some(is), should: _ } = &difference.what else { return false };
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let name = cluster.name.known().cloned().unwrap_or_default();
    let job_manager = match strategy(cluster) {
        Strategy::Standalone => format!("{name}-jobmanager"),
        Strategy::Native => name.clone(),
    };
    let (kind, object) = (difference.object.kind.as_str(), difference.object.name.as_str());
    let task_manager = format!("{name}-taskmanager");
    match (kind, path.as_slice()) {
        ("Deployment", ["spec", "replicas"]) if object == task_manager => {
            set(is.as_i64(), |number| replicas_of_task_managers(cluster, number))
        }
        ("Deployment", ["spec", "replicas"]) if object == job_manager => {
            set(is.as_i64(), |number| replicas_of_job_managers(cluster, number))
        }
        ("Deployment", ["spec", "template", "spec", "containers", container, "image"])
            if *container == names::MAIN_CONTAINER =>
        {
            set(is.as_str(), |image| cluster.image = Attr::Known(image.to_owned()))
        }
        ("Service", path) if object == format!("{name}-rest") => rest(cluster, path, is),
        ("ConfigMap", ["data", file]) if object == format!("flink-config-{name}") => {
            options(cluster, file, difference)
        }
        _ => false,
    }
}

fn set<T>(value: Option<T>, write: impl FnOnce(T)) -> bool {
    value.map(write).is_some()
}

fn replicas_of_task_managers(cluster: &mut ClusterSpec, number: i64) {
    let manager = cluster.task_manager.known().cloned().unwrap_or_default();
    let own = TaskManagerOwn { replicas: Attr::Known(number), ..manager.own };
    let manager: TaskManager = Joined { own, ..manager };
    cluster.task_manager = Attr::Known(manager);
}

fn replicas_of_job_managers(cluster: &mut ClusterSpec, number: i64) {
    let manager = cluster.job_manager.known().cloned().unwrap_or_default();
    let manager: JobManager =
        Joined { own: JobManagerOwn { replicas: Attr::Known(number) }, ..manager };
    cluster.job_manager = Attr::Known(manager);
}

fn rest(cluster: &mut ClusterSpec, path: &[&str], is: &Value) -> bool {
    let rest = cluster.rest.known().cloned().unwrap_or_default();
    let rest = match path {
        ["spec", "type"] => {
            let word = match is.as_str() {
                Some("ClusterIP") => "cluster_ip",
                Some("NodePort") => "node_port",
                Some("LoadBalancer") => "load_balancer",
                Some(_) | None => return false,
            };
            Rest { service_type: Attr::Known(word.to_owned()), ..rest }
        }
        ["spec", "ports", "rest", "port"] => Rest { port: is.as_i64().into(), ..rest },
        ["spec", "ports", "rest", "nodePort"] => Rest { node_port: is.as_i64().into(), ..rest },
        _ => return false,
    };
    cluster.rest = Attr::Known(rest);
    true
}

/// The options of the configuration file that differ, where the user has set each of them.
fn options(cluster: &mut ClusterSpec, file: &str, difference: &Difference) -> bool {
    let What::Value { path: _, is: Some(is), should } = &difference.what else { return false };
    let read = |value: &Value| file::parse(file, value.as_str()?).ok();
    let (Some(is), Some(should)) = (read(is), read(should)) else { return false };
    let Some(mut set) = cluster.flink_configuration.known().cloned() else { return false };
    let keys = is.keys().chain(should.keys());
    let differing: Vec<&String> = keys.filter(|key| is.get(*key) != should.get(*key)).collect();
    let one = |key: &&String| set.contains_key(*key) && is.contains_key(*key);
    if differing.is_empty() || !differing.iter().all(one) {
        return false;
    }
    for key in differing {
        set.extend(is.get(key).map(|value| (key.clone(), value.clone())));
    }
    cluster.flink_configuration = Attr::Known(set);
    true
}

#[cfg(test)]
mod tests;
