//! What is wrong with a cluster's pods, read from what Kubernetes says of them.
//!
//! | what is seen | certain |
//! |---|---|
//! | an image's name is not valid, or the image is never pulled | at once |
//! | an image cannot be pulled | at once where the registry says that it is not there or not for us, else after [`PULL`] |
//! | a Secret or `ConfigMap` that the container needs is missing | after [`CONFIGURATION`]: it may be applied at the same time |
//! | a container crashes and is held back (`CrashLoopBackOff`) | at once: it has crashed twice |
//! | a container was killed for want of memory | at once |
//! | no node takes the pod | after [`SCHEDULING`], unless an autoscaler says that it brings one |
//! | its claims of volumes are not bound | after [`BINDING`] |
//! | a volume cannot be mounted | after [`MOUNTING`]: what is missing may be applied at the same time |
//! | no pod can be made: quota, admission, service account | after [`CREATION`] |

use std::{collections::BTreeSet, fmt, time::Duration};

use serde_json::Value;

use crate::cluster::observed::{Event, Objects};
use crate::json::at;

mod log;
mod rollout;

pub use log::telling;
pub use rollout::{Standing, is_of, is_rolled_out, progress, replicas, runs, standing};

/// How long a pull may fail for what may pass.
pub const PULL: Duration = Duration::from_secs(10);
/// How long a Secret or `ConfigMap` may be missing.
pub const CONFIGURATION: Duration = Duration::from_secs(5);
/// How long no node may take a pod.
pub const SCHEDULING: Duration = Duration::from_secs(10);
/// How long the claims of a pod may be without volumes: what binds them looks at all of them every 15 s,
/// and who makes a volume on demand takes a while.
pub const BINDING: Duration = Duration::from_mins(1);
/// How long a volume may not be mounted before its events are read.
pub const MOUNTING: Duration = Duration::from_secs(15);
/// How often a mount fails before what is missing has not just come late: for four seconds.
const IN_VAIN: u64 = 4;
/// How long a pod may not be made.
pub const CREATION: Duration = Duration::from_secs(3);

/// Pods that do not come up, and will not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ailment {
    /// The workload: its kind and name, or the role of its pods.
    pub workload: String,
    /// The pod; `None` where none can be made.
    pub pod: Option<String>,
    /// What is wrong.
    pub trouble: Trouble,
    /// The last lines that the container wrote.
    pub log: Vec<String>,
}

impl fmt::Display for Ailment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.pod {
            Some(pod) => write!(f, "pod {pod}: {}", self.trouble),
            None => write!(f, "{}: {}", self.workload, self.trouble),
        }
    }
}

/// What is wrong with a pod.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// Its image cannot be pulled.
    #[error("the image {image} cannot be pulled ({reason}): {message}")]
    Image {
        /// The image.
        image: String,
        /// For example `ErrImagePull`.
        reason: String,
        /// In words.
        message: String,
    },
    /// Its container cannot be made: a Secret or `ConfigMap` is missing, mostly.
    #[error("the container cannot be made ({reason}): {message}")]
    Configuration {
        /// For example `CreateContainerConfigError`.
        reason: String,
        /// In words.
        message: String,
    },
    /// Its container crashes again and again.
    #[error("the container {container} crashed {restarts} times, with exit code {exit_code}")]
    CrashLoop {
        /// Which.
        container: String,
        /// How often.
        restarts: u32,
        /// The last exit code.
        exit_code: i64,
    },
    /// Its container ended, and is not started again.
    #[error("the container {container} ended with exit code {exit_code}")]
    Ended {
        /// Which.
        container: String,
        /// Its exit code.
        exit_code: i64,
    },
    /// Its container needs more memory than it may have.
    #[error("the container {container} was killed for want of memory (limit {limit})")]
    OutOfMemory {
        /// Which.
        container: String,
        /// The limit, as it is written; `none` without one.
        limit: String,
    },
    /// No node takes it.
    #[error("no node takes it: {message}")]
    Unschedulable {
        /// What the scheduler says.
        message: String,
    },
    /// A volume cannot be mounted.
    #[error("a volume cannot be mounted: {message}")]
    Mount {
        /// In words.
        message: String,
    },
    /// It cannot be made: a quota, an admission, a missing service account.
    #[error("its pods cannot be made: {message}")]
    NotCreated {
        /// In words.
        message: String,
    },
}

/// Something that looks wrong, and how long it may before it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspicion {
    /// Tells it from others, also in the next look.
    pub key: String,
    /// How long it may stand.
    pub grace: Duration,
    /// What it is if it does not pass.
    pub ailment: Ailment,
    /// What else is to be asked before it counts.
    pub ask: Ask,
}

/// What else is to be asked before a suspicion counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Nothing.
    Nothing,
    /// The last lines of the container that ended.
    Log,
    /// Whether a node is on its way.
    Node,
    /// Why a volume is not mounted.
    Volume,
}

/// The keys of all that looks wrong with these pods.
pub fn suspicions(pods: &[Value]) -> BTreeSet<String> {
    pods.iter().flat_map(suspects).map(|suspicion| suspicion.key).collect()
}

/// The same of the pods among these objects, which no workload makes.
pub fn suspicions_of_scouts(objects: &Objects) -> BTreeSet<String> {
    let pods = objects.iter().filter(|(id, _)| id.kind == "Pod");
    pods.flat_map(|(_, pod)| suspects(pod)).map(|suspicion| of_scout(suspicion).key).collect()
}

/// A suspicion as one of a scout's pod, which is not among the cluster's.
pub(crate) fn of_scout(suspicion: Suspicion) -> Suspicion {
    Suspicion { key: format!("scout {}", suspicion.key), ..suspicion }
}

/// Whether an event says that a node is on its way.
pub fn brings_a_node(event: &Event) -> bool {
    matches!(event.reason.as_str(), "TriggeredScaleUp" | "Nominated")
}

/// Whether an event says that a volume cannot be mounted as things are: no event says that what was
/// missing has come, but then it is tried in vain no more.
pub fn misses_a_volume(event: &Event) -> bool {
    let is_missing = event.reason == "FailedMount" && event.message.contains("not found");
    is_missing && event.times >= IN_VAIN || event.reason == "FailedAttachVolume"
}

/// All that looks wrong with a pod that is not being deleted.
pub fn suspects(pod: &Value) -> Vec<Suspicion> {
    if at(pod, "/metadata/deletionTimestamp").is_some() {
        return Vec::new();
    }
    let mut all = Vec::new();
    all.extend(unscheduled(pod));
    let statuses = ["initContainerStatuses", "containerStatuses"];
    let containers = statuses.iter().filter_map(|key| pod["status"][key].as_array()).flatten();
    all.extend(containers.filter_map(|container| of_container(pod, container)));
    all
}

fn suspicion(
    pod: &Value,
    what: &str,
    (grace, ask): (Duration, Ask),
    trouble: Trouble,
) -> Suspicion {
    let uid = text(pod, "/metadata/uid");
    let ailment = Ailment {
        workload: component(pod).to_owned(),
        pod: Some(text(pod, "/metadata/name").to_owned()),
        trouble,
        log: Vec::new(),
    };
    Suspicion { key: format!("pod {uid}/{what}"), grace, ailment, ask }
}

/// The role in the words of Flink's own labels.
pub fn component(pod: &Value) -> &str {
    text(pod, "/metadata/labels/component")
}

fn unscheduled(pod: &Value) -> Option<Suspicion> {
    let conditions = at(pod, "/status/conditions")?.as_array()?;
    let scheduled = conditions.iter().find(|one| one["type"] == "PodScheduled")?;
    if scheduled["status"] != "False" || scheduled["reason"] != "Unschedulable" {
        return None;
    }
    let message = text(scheduled, "/message").to_owned();
    // The words of the scheduler's plugin VolumeBinding.
    let is_unbound = message.contains("unbound immediate PersistentVolumeClaims");
    let (what, grace) = if is_unbound { ("binding", BINDING) } else { ("scheduling", SCHEDULING) };
    let trouble = Trouble::Unschedulable { message };
    Some(suspicion(pod, what, (grace, Ask::Node), trouble))
}

fn of_container(pod: &Value, container: &Value) -> Option<Suspicion> {
    let name = text(container, "/name");
    let restarts = container["restartCount"].as_u64().unwrap_or_default();
    let restarts = u32::try_from(restarts).unwrap_or(u32::MAX);
    let ended = ["/state/terminated", "/lastState/terminated"];
    let ended = ended.iter().find_map(|path| at(container, path));
    let is_up = container["ready"] == true;
    if ended.is_some_and(|ended| ended["reason"] == "OOMKilled") && !is_up {
        let trouble =
            Trouble::OutOfMemory { container: name.to_owned(), limit: memory_limit(pod, name) };
        return Some(suspicion(pod, name, (Duration::ZERO, Ask::Log), trouble));
    }
    let waiting = at(container, "/state/waiting")?;
    let (reason, message) = (text(waiting, "/reason"), text(waiting, "/message").to_owned());
    let told = |grace, ask, trouble| Some(suspicion(pod, name, (grace, ask), trouble));
    match reason {
        "CrashLoopBackOff" => {
            let exit_code = ended.and_then(|ended| ended["exitCode"].as_i64()).unwrap_or_default();
            let container = name.to_owned();
            let trouble = Trouble::CrashLoop { container, restarts, exit_code };
            told(Duration::ZERO, Ask::Log, trouble)
        }
        "ErrImagePull"
        | "ImagePullBackOff"
        | "InvalidImageName"
        | "ErrImageNeverPull"
        | "RegistryUnavailable"
        | "ImageInspectError" => {
            let grace = if is_final(reason, &message) { Duration::ZERO } else { PULL };
            let (image, reason) = (text(container, "/image").to_owned(), reason.to_owned());
            told(grace, Ask::Nothing, Trouble::Image { image, reason, message })
        }
        "CreateContainerConfigError" | "CreateContainerError" | "RunContainerError" => {
            let trouble = Trouble::Configuration { reason: reason.to_owned(), message };
            told(CONFIGURATION, Ask::Nothing, trouble)
        }
        "ContainerCreating" | "PodInitializing" => {
            told(MOUNTING, Ask::Volume, Trouble::Mount { message })
        }
        _ => None,
    }
}

/// Whether trying again to pull will not help.
fn is_final(reason: &str, message: &str) -> bool {
    let words = ["not found", "manifest unknown", "unauthorized", "denied", "does not exist"];
    let message = message.to_lowercase();
    matches!(reason, "InvalidImageName" | "ErrImageNeverPull")
        || words.iter().any(|word| message.contains(word))
}

/// The limit of a container's memory, as it is written; `none` without one.
pub(crate) fn memory_limit(pod: &Value, container: &str) -> String {
    let kinds = ["initContainers", "containers"];
    let mut containers = kinds.iter().filter_map(|kind| pod["spec"][kind].as_array()).flatten();
    let container = containers.find(|one| one["name"] == container);
    let limit = container.and_then(|one| at(one, "/resources/limits/memory"));
    limit.and_then(Value::as_str).unwrap_or("none").to_owned()
}

/// Why no pod of a workload can be made, where Kubernetes says so.
pub fn not_created(workload: &Value) -> Option<Suspicion> {
    let conditions = at(workload, "/status/conditions")?.as_array()?;
    let is_failure = |one: &&Value| one["type"] == "ReplicaFailure" && one["status"] == "True";
    let failure = conditions.iter().find(is_failure)?;
    let message = text(failure, "/message").to_owned();
    let (kind, name) = (text(workload, "/kind"), text(workload, "/metadata/name"));
    let ailment = Ailment {
        workload: format!("{kind} {name}"),
        pod: None,
        trouble: Trouble::NotCreated { message },
        log: Vec::new(),
    };
    let key = format!("workload {}/creation", text(workload, "/metadata/uid"));
    Some(Suspicion { key, grace: CREATION, ailment, ask: Ask::Nothing })
}

/// As [`suspects`], for one look without a before: what has crashed more than
/// once and is not ready is not well, though it may run at this moment.
pub fn suspects_of_old(pod: &Value) -> Vec<Suspicion> {
    let mut all = suspects(pod);
    let containers = at(pod, "/status/containerStatuses").and_then(Value::as_array);
    for container in containers.into_iter().flatten() {
        let restarts = container["restartCount"].as_u64().unwrap_or_default();
        let name = text(container, "/name").to_owned();
        if restarts < 2 || container["ready"] == true || !all.is_empty() {
            continue;
        }
        let exit_code = at(container, "/lastState/terminated/exitCode");
        let trouble = Trouble::CrashLoop {
            container: name.clone(),
            restarts: u32::try_from(restarts).unwrap_or(u32::MAX),
            exit_code: exit_code.and_then(Value::as_i64).unwrap_or_default(),
        };
        all.push(suspicion(pod, &name, (Duration::ZERO, Ask::Log), trouble));
    }
    all
}

/// The text at a path; empty without one.
pub(crate) fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    at(value, path).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{BINDING, SCHEDULING, misses_a_volume, suspects};
    use crate::cluster::observed::Event;

    /// It was told after ten seconds, before what binds claims had looked again.
    #[test]
    fn a_pod_whose_claims_are_not_bound_yet_is_given_more_time_than_one_that_no_node_takes() {
        for (message, grace) in [
            ("0/1 nodes are available: 1 Insufficient cpu.", SCHEDULING),
            (
                "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found.",
                BINDING,
            ),
        ] {
            let condition = json!({
                "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
                "message": message,
            });
            let pod = json!({ "metadata": {}, "status": { "conditions": [condition] } });
            let graces: Vec<_> = suspects(&pod).iter().map(|found| found.grace).collect();
            assert_eq!(graces, [grace], "{message}");
        }
    }

    /// Flink's own client makes the Deployment before the ConfigMap that its pods mount.
    #[test]
    fn a_volume_that_came_a_moment_after_its_pod_is_not_missing() {
        let event = |times| Event {
            reason: "FailedMount".to_owned(),
            message: "configmap \"pod-template-native\" not found".to_owned(),
            times,
        };
        assert!(!misses_a_volume(&event(1)));
        assert!(misses_a_volume(&event(4)));
    }
}
