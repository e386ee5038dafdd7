//! A cluster and what it takes to ask and tell it, from the session.

use lifecycle::{
    cluster::{Name, goal::Conflicts},
    kubernetes::Cluster as World,
};

use super::{goal::Settings, looks::Looks};
use crate::{job_manager::JobManager, session::Session};
use std::sync::Arc;

/// A cluster, reached through Kubernetes.
pub(crate) struct Place<'a> {
    /// Which.
    pub(crate) name: Name,
    /// What asks and tells it.
    pub(crate) world: World,
    /// What its provider says of all clusters.
    pub(crate) settings: Settings,
    /// Its JobManager, as its jobs see it.
    pub(crate) job_manager: Arc<JobManager>,
    /// The looks that are shared with other clusters.
    pub(crate) looks: &'a Looks,
}

impl<'a> Place<'a> {
    /// The cluster of this name. Nothing is opened yet.
    pub(crate) fn of(session: &'a Session, name: Name) -> Self {
        let job_manager = session.on_cluster(&name.namespace, &name.cluster);
        let client = job_manager.reader().clone();
        let manager = session.field_manager();
        let scout = session.scout_of(&name.namespace, &name.cluster);
        let world = World::new(session.kubernetes().clone(), name.clone(), manager, client);
        let world = world.with_scout(scout);
        let conflicts =
            if session.force_conflicts() { Conflicts::Force } else { Conflicts::Refuse };
        let (labels, manager) = (session.default_labels().clone(), manager.to_owned());
        let settings = Settings { labels, conflicts, manager };
        Self { name, world, settings, job_manager, looks: &session.looks }
    }

    /// Makes the next looks at the cluster and its jobs new ones.
    pub(crate) async fn forget(&self) {
        self.looks.forget(&self.name.namespace);
        self.job_manager.forget_jobs().await;
    }
}
