//! One look at a namespace that serves all clusters in it.

use tokio::sync::OnceCell;

use serde_json::Value;

use super::{
    Error, Kubernetes,
    objects::{self, KINDS, RESOURCES},
    world,
};
use crate::cluster::{
    Problem,
    goal::{CLUSTER, Desired, Id, MANAGED_BY, MANAGER, Name},
    observed::Objects,
};

/// The kinds that every cluster has.
const ALWAYS: [&str; 3] = ["Deployment", "Service", "ConfigMap"];

/// What of ours is in a namespace. Each kind is listed once, when it is first
/// needed, however many ask at the same time.
#[derive(Debug)]
pub struct Listing {
    kube: Kubernetes,
    namespace: String,
    kinds: [OnceCell<Vec<Value>>; KINDS],
}

impl Listing {
    /// A look at this namespace. Opens nothing yet.
    pub fn new(kube: Kubernetes, namespace: impl Into<String>) -> Self {
        Self { kube, namespace: namespace.into(), kinds: std::array::from_fn(|_| OnceCell::new()) }
    }

    /// The objects of a cluster: those that carry its label, of the kinds that
    /// it should have, and those of the right name that do not.
    ///
    /// # Errors
    /// The API server does not answer, or does not let us.
    pub async fn objects(&self, name: &Name, desired: &Desired) -> Result<Objects, Problem> {
        self.found(name, desired).await.map_err(|error| world::of_cluster(error).into())
    }

    async fn found(&self, name: &Name, desired: &Desired) -> Result<Objects, Error> {
        let mut found = Objects::new();
        for (index, resource) in RESOURCES.iter().enumerate() {
            let is_needed = ALWAYS.contains(&resource.kind)
                || desired.objects.iter().any(|object| object.kind == resource.kind);
            if !is_needed {
                continue;
            }
            for object in self.kind(index).await?.iter().filter(|object| is_of(name, object)) {
                found.insert(world::id_of(*resource, object), object.clone());
            }
        }
        for object in &desired.objects {
            let id = Id::of(object);
            if !found.contains_key(&id)
                && let Some(live) = objects::get(&self.kube, &self.namespace, &id).await?
            {
                found.insert(id, live);
            }
        }
        Ok(found)
    }

    async fn kind(&self, index: usize) -> Result<&Vec<Value>, Error> {
        let selector = format!("{MANAGED_BY}={MANAGER}");
        let place = (self.namespace.as_str(), RESOURCES[index]);
        let list = async || {
            let found = objects::list(&self.kube, place, &selector).await?;
            if RESOURCES[index].kind == "Service" {
                self.kube.has_listed(&self.namespace, &found);
            }
            Ok(found)
        };
        self.kinds[index].get_or_try_init(list).await
    }
}

fn is_of(name: &Name, object: &Value) -> bool {
    object["metadata"]["labels"][CLUSTER] == name.cluster.as_str()
}
