//! The journals of jobs: one `ConfigMap` each, which belongs to no other object.

use http::Method;
use serde_json::{Value, json};

use super::{
    Error, Kubernetes,
    objects::{self, Deleted, RESOURCES, Resource},
    world,
};
use crate::{
    application,
    cluster::{
        goal::{CLUSTER, Id, MANAGED_BY, MANAGER, Name},
        health::{Standing, standing},
    },
    job::{
        WorldError,
        ids::{self, Owner},
        journal::{Entry, Journal, Noted},
        observed::JournalQuery,
        step::{Effect, Note},
    },
};

/// The label of a journal: the cluster whose job it is of.
const LABEL: &str = "flink.terraform-provider/journal";
/// The key under which the entry stands.
const KEY: &str = "entry.json";
/// Digits of the owner in a journal's name; a job's id begins with the same.
const DIGITS: usize = 10;

/// Where the journals of a cluster's jobs are kept.
#[derive(Clone, Debug)]
pub struct Journals {
    kube: Kubernetes,
    cluster: Name,
}

impl Journals {
    /// The journals of this cluster's jobs.
    pub fn new(kube: Kubernetes, cluster: Name) -> Self {
        Self { kube, cluster }
    }

    /// All of them.
    pub(crate) async fn all(&self) -> Result<Vec<Noted>, Error> {
        let selector = format!("{LABEL}={}", self.cluster.cluster);
        let place = (self.cluster.namespace.as_str(), config_maps());
        let maps = objects::list(&self.kube, place, &selector).await?;
        Ok(maps.iter().filter_map(read).collect())
    }

    /// That of one job.
    pub(crate) async fn of(&self, query: &JournalQuery) -> Result<Journal, WorldError> {
        let id = config_map(self.name_of(&query.owner));
        let found = objects::get(&self.kube, &self.cluster.namespace, &id).await;
        let found = found.map_err(world::of_job)?;
        if let Some(noted) = found.as_ref().and_then(read) {
            return Ok(Journal::Says(noted));
        }
        // A job that was not started by this owner may have one by its own id.
        let Some(job) = query.job.as_ref().filter(|job| !query.owner.has_started(job)) else {
            return Ok(Journal::Empty);
        };
        let all = self.all().await.map_err(world::of_job)?;
        let of_job = all.into_iter().find(|noted| noted.entry.job == *job);
        Ok(of_job.map_or(Journal::Empty, Journal::Says))
    }

    /// Writes an entry over what was read.
    pub(crate) async fn write(&self, note: &Note) -> Result<Effect, WorldError> {
        let Note { entry, over } = note;
        let name = match over {
            Some(noted) => noted.name.clone(),
            None => self.name_for(entry),
        };
        let body = self.body(&name, entry, over.as_ref().map(|noted| noted.version.as_str()));
        let maps = config_maps().collection(&self.cluster.namespace);
        let (method, path) = match over {
            Some(_) => (Method::PUT, format!("{maps}/{name}")),
            None => (Method::POST, maps),
        };
        match self.kube.request(objects::request(method, &path, Some(&body))).await {
            Ok(_) => Ok(Effect::Accepted),
            Err(error) if error.is_conflict() || error.is_not_found() => Ok(Effect::Outdated),
            Err(error) => Err(world::of_job(error)),
        }
    }

    /// Deletes an entry that is still what was read.
    pub(crate) async fn erase(&self, noted: &Noted) -> Result<Effect, WorldError> {
        let id = config_map(noted.name.clone());
        let preconditions = json!({ "resourceVersion": noted.version });
        let namespace = &self.cluster.namespace;
        match objects::delete(&self.kube, namespace, &id, &preconditions).await {
            Ok(Deleted::Gone) => Ok(Effect::Accepted),
            Ok(Deleted::IsAnother) => Ok(Effect::Outdated),
            Err(error) => Err(world::of_job(error)),
        }
    }

    /// Whether no pod of the cluster is left but those that end, so that no job can stay there.
    pub(crate) async fn cluster_is_gone(&self) -> Result<bool, WorldError> {
        let path = format!("/api/v1/namespaces/{}/pods", self.cluster.namespace);
        let answer = self.kube.request(objects::request(Method::GET, &path, None)).await;
        let answer = match answer {
            Err(error) if error.is_not_found() => return Ok(true),
            answer => answer.map_err(world::of_job)?,
        };
        let pods = answer["items"].as_array();
        Ok(!pods.into_iter().flatten().any(|pod| stays(pod, &self.cluster.cluster)))
    }

    /// How the cluster's JobManager stands, where it is ours.
    pub(crate) async fn standing(&self) -> Result<Option<Standing>, Error> {
        Ok(standing(&self.deployments().await?))
    }

    /// Whether the cluster was made for a job of its own.
    pub(crate) async fn is_own(&self) -> Result<bool, Error> {
        Ok(self.deployments().await?.iter().any(application::is_of_one))
    }

    async fn deployments(&self) -> Result<Vec<Value>, Error> {
        let selector = format!("{MANAGED_BY}={MANAGER},{CLUSTER}={}", self.cluster.cluster);
        let place = (self.cluster.namespace.as_str(), deployments());
        objects::list(&self.kube, place, &selector).await
    }

    fn name_of(&self, owner: &Owner) -> String {
        self.named(&ids::prefix(owner))
    }

    /// A job of nobody is known by its own id.
    fn name_for(&self, entry: &Entry) -> String {
        match Owner::parse(&entry.owner) {
            Some(owner) => self.name_of(&owner),
            None => self.named(entry.job.as_str()),
        }
    }

    fn named(&self, digits: &str) -> String {
        format!("{}-terraform-{}", self.cluster.cluster, &digits[..DIGITS])
    }

    fn body(&self, name: &str, entry: &Entry, version: Option<&str>) -> Value {
        let text = serde_json::to_string(entry).unwrap_or_default();
        let mut body = json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": name,
                "labels": { MANAGED_BY: MANAGER, LABEL: self.cluster.cluster },
            },
            "data": { KEY: text },
        });
        if let Some(version) = version {
            body["metadata"]["resourceVersion"] = json!(version);
        }
        body
    }
}

fn config_map(name: String) -> Id {
    Id::new("v1", "ConfigMap", name)
}

fn config_maps() -> Resource {
    RESOURCES[2]
}

fn deployments() -> Resource {
    RESOURCES[0]
}

/// What a `ConfigMap` says, if it is a journal.
fn read(map: &Value) -> Option<Noted> {
    let entry = serde_json::from_str(map["data"][KEY].as_str()?).ok()?;
    let metadata = &map["metadata"];
    let name = metadata["name"].as_str()?.to_owned();
    let version = metadata["resourceVersion"].as_str()?.to_owned();
    Some(Noted { entry, name, version })
}

/// Whether a pod is one of this cluster's, and not about to end.
fn stays(pod: &Value, cluster: &str) -> bool {
    let metadata = &pod["metadata"];
    let name = metadata["name"].as_str().unwrap_or_default();
    let rest = name.strip_prefix(cluster);
    rest.is_some_and(|rest| rest.starts_with('-')) && metadata.get("deletionTimestamp").is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pods_that_end_do_not_keep_a_deleted_cluster_and_its_jobs() {
        let pod = |name: &str| json!({ "metadata": { "name": name } });
        let ends = json!({ "metadata": { "name": "orders-x", "deletionTimestamp": "now" } });
        assert!(stays(&pod("orders-x"), "orders"));
        assert!(!stays(&ends, "orders"));
        assert!(!stays(&pod("ordersx"), "orders"));
    }
}
