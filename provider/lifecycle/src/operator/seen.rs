//! What a watch has brought, in the order it came.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value as Json;

use super::Resource;

/// Which of the operator's resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A cluster, with a job of its own or for session jobs.
    Deployment,
    /// A job on a session cluster.
    SessionJob,
    /// A savepoint or checkpoint.
    Snapshot,
}

impl Kind {
    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Deployment => "FlinkDeployment",
            Self::SessionJob => "FlinkSessionJob",
            Self::Snapshot => "FlinkStateSnapshot",
        }
    }
}

/// What happened to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is like this now.
    Is,
    /// It was like this, and is gone.
    Gone,
}

/// What Flink's REST API says of a job that the operator calls running.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// Flink's id of the job.
    pub job: String,
    /// Whether all of its tasks run: Flink itself calls it running before.
    pub all_tasks_run: bool,
    /// The path that it was restored from.
    pub restored: Option<String>,
}

/// One occurrence of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Notice {
    pub(super) at: Duration,
    /// The pod it is about; `None` for the resource itself.
    pub(super) pod: Option<String>,
    pub(super) reason: String,
    pub(super) message: String,
}

/// A state of the resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sample {
    pub(super) at: Duration,
    pub(super) resource: Option<Resource>,
}

/// Everything that was seen of one resource, its events and its pods. Times are since any fixed moment.
#[derive(Clone, Debug)]
pub struct Seen {
    kind: Kind,
    name: String,
    pub(super) samples: Vec<Sample>,
    pub(super) notices: Vec<Notice>,
    pub(super) proof: Option<(Duration, Proof)>,
    counts: BTreeMap<String, u64>,
    /// Every pod by its name, also those that have gone.
    pub(super) pods: BTreeMap<String, Pod>,
}

/// A pod of the resource, since it was seen first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pod {
    pub(super) since: Duration,
    pub(super) is_ready: bool,
    /// How a container of it ended, where it did not end well.
    pub(super) exit: Option<String>,
}

impl Seen {
    /// Nothing yet, of the resource with this name.
    pub fn nothing_of(kind: Kind, name: &str) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            samples: Vec::new(),
            notices: Vec::new(),
            proof: None,
            counts: BTreeMap::new(),
            pods: BTreeMap::new(),
        }
    }

    /// Takes in an object that a watch has brought, at a time that is not before any earlier one.
    /// Objects that do not concern the resource are left out.
    pub fn learn(&mut self, at: Duration, change: Change, object: &Json) {
        let kind = object["kind"].as_str().unwrap_or_default();
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        if kind == self.kind.name() && name == self.name {
            let resource = (change == Change::Is).then(|| Resource::read(object));
            self.samples.push(Sample { at, resource });
        } else if kind == "Event" && change == Change::Is {
            self.event(at, name, object);
        } else if kind == "Pod" && self.is_pod_of(name) {
            let pod = self.pod(at, name);
            (pod.is_ready, pod.exit) = (is_ready(object), exit(object));
        }
    }

    /// Takes in what Flink says of the job; the newest counts.
    pub fn prove(&mut self, at: Duration, proof: Proof) {
        self.proof = Some((at, proof));
    }

    fn event(&mut self, at: Duration, name: &str, object: &Json) {
        let about = &object["involvedObject"];
        let (kind, subject) = (about["kind"].as_str(), about["name"].as_str().unwrap_or_default());
        let pod = match kind {
            Some("Pod") if self.is_pod_of(subject) => Some(subject.to_owned()),
            Some(kind) if kind == self.kind.name() && subject == self.name => None,
            Some(_) | None => return,
        };
        if let Some(pod) = &pod {
            self.pod(at, pod);
        }
        let text = |key: &str| object[key].as_str().unwrap_or_default().to_owned();
        let count = object["count"].as_u64().unwrap_or(1);
        let before = self.counts.insert(name.to_owned(), count).unwrap_or(0);
        let (reason, message) = (text("reason"), text("message"));
        // A count can go up by many at once; more than a few tell nothing new.
        for _ in 0..count.saturating_sub(before).clamp(1, 5) {
            let notice =
                Notice { at, pod: pod.clone(), reason: reason.clone(), message: message.clone() };
            self.notices.push(notice);
        }
    }

    fn pod(&mut self, at: Duration, name: &str) -> &mut Pod {
        let fresh = || Pod { since: at, ..Pod::default() };
        self.pods.entry(name.to_owned()).or_insert_with(fresh)
    }

    fn is_pod_of(&self, name: &str) -> bool {
        self.kind == Kind::Deployment
            && name.strip_prefix(&self.name).is_some_and(|rest| rest.starts_with('-'))
    }

    /// When the newest JobManager's pod came, unless it is known to be ready.
    pub(super) fn unready_job_manager(&self) -> Option<Duration> {
        let is_it = |name: &str| !name[self.name.len()..].starts_with("-taskmanager-");
        let pods = self.pods.iter().filter(|(name, pod)| is_it(name) && !pod.is_ready);
        pods.map(|(_, pod)| pod.since).max()
    }

    /// How the resource is now.
    pub fn now(&self) -> Option<&Resource> {
        self.samples.last().and_then(|sample| sample.resource.as_ref())
    }
}

fn is_ready(pod: &Json) -> bool {
    let containers = pod["status"]["containerStatuses"].as_array();
    containers.is_some_and(|all| all.iter().all(|container| container["ready"] == true))
}

/// How the first container that has ended did so, where it did not end well.
fn exit(pod: &Json) -> Option<String> {
    let containers = pod["status"]["containerStatuses"].as_array()?;
    let ended = containers.iter().find_map(|container| {
        let ends = [&container["state"]["terminated"], &container["lastState"]["terminated"]];
        ends.into_iter().find(|end| end["exitCode"].as_i64().is_some_and(|code| code != 0))
    })?;
    let reason = ended["reason"].as_str().unwrap_or("Error");
    Some(format!("{reason}, exit code {}", ended["exitCode"]))
}
