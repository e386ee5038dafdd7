//! What a cluster is to be, fully resolved: what both strategies render from.
//!
//! Nothing here is unknown and no `None` stands for "a default of ours": the
//! defaults are in the `Default` implementations and in [`Cluster::session`].
//! `None` means that Kubernetes, Flink or the user's `flink_configuration`
//! decides. The names of the fields are the names of the attributes, so that
//! the path of an [`crate::Invalid`] is the path in the user's configuration.

mod access;
mod application;
mod image;
mod network;
mod process;
mod role;
mod storage;

use std::collections::BTreeMap;

pub use access::{PodSecurity, ServiceAccount};
pub use application::{Application, ClaimMode, Restore};
pub use image::{Image, PullPolicy};
pub use network::{
    Ingress, IngressTls, NetworkPolicy, Peer, Rest, RestTls, RestTlsSource, ServiceType,
};
pub use process::{
    Autoscaling, DisruptionBudget, EnvFrom, JobManager, Probe, Probes, Process, SecretKey,
    TaskManager, Toleration, TopologySpread,
};
pub use role::Role;
pub use storage::{
    HighAvailability, HighAvailabilityType, Keys, Mount, On, State, Volume, VolumeSource,
};

/// A Flink cluster on Kubernetes.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// The namespace; it has to exist.
    pub namespace: String,
    /// The cluster id: a DNS label of at most 45 characters that starts with a letter.
    pub name: String,
    /// What runs on it.
    pub kind: Kind,
    /// How it is deployed.
    pub strategy: Strategy,
    /// The restarts of the cluster so far, beginning with 1. Pods carry it.
    /// 0: the pods are those that Flink's own client made, and stay as it made them.
    pub revision: u64,
    /// The version of Flink in the image; spellings of keys, the name of the
    /// configuration file and the JVM's options follow it.
    pub flink_version: flink::Version,
    /// The image of both processes.
    pub image: Image,
    /// Who the pods are to Kubernetes.
    pub service_account: ServiceAccount,
    /// Flink's configuration as the user wrote it; `${NAME}` in a value is
    /// replaced in the pod by the container's environment variable.
    pub flink_configuration: BTreeMap<String, String>,
    /// `jobmanager.scheduler`, or reactive mode.
    pub scheduler: Option<Scheduler>,
    /// Where a JobManager's successor finds the jobs; without it they are lost with it.
    pub high_availability: Option<HighAvailability>,
    /// State backend, checkpoints and savepoints.
    pub state: State,
    /// The JobManager.
    pub job_manager: JobManager,
    /// The TaskManagers.
    pub task_manager: TaskManager,
    /// A pod that both processes start from; a process' own one is merged over it.
    pub pod_template: Option<serde_json::Value>,
    /// Volumes by name, with where they are mounted.
    pub volumes: BTreeMap<String, Volume>,
    /// The ConfigMap that has `core-site.xml` and `hdfs-site.xml`.
    pub hadoop_configuration: Option<String>,
    /// Logging files by name (`log4j-console.properties`, `logback-console.xml`, …),
    /// in place of ours.
    pub log_configuration: BTreeMap<String, String>,
    /// Jars of the image's `opt/` to enable as plugins, for example `flink-s3-fs-presto-1.20.1.jar`.
    pub plugins: Vec<String>,
    /// How the REST API is reached.
    pub rest: Rest,
    /// Who may connect to the pods.
    pub network_policy: Option<NetworkPolicy>,
    /// Metrics for Prometheus.
    pub metrics: Option<Prometheus>,
    /// What the pods must not do; `None` leaves the pods' security contexts to
    /// the templates.
    pub pod_security: Option<PodSecurity>,
    /// Labels of all objects, not of the pods.
    pub labels: BTreeMap<String, String>,
    /// Annotations of all objects, not of the pods.
    pub annotations: BTreeMap<String, String>,
    /// What an import reads back: text that the JobManager's Deployment carries
    /// as the annotation [`crate::names::RECORD`]. No secrets.
    pub record: Option<String>,
}

impl Cluster {
    /// A session cluster with our defaults: one JobManager, one TaskManager with
    /// one slot, a REST Service within the Kubernetes cluster, pods that the
    /// `restricted` Pod Security level admits.
    pub fn session(
        namespace: &str,
        name: &str,
        flink_version: flink::Version,
        image: &str,
    ) -> Self {
        Self {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            kind: Kind::Session,
            strategy: Strategy::Standalone,
            revision: 1,
            flink_version,
            image: Image::named(image),
            service_account: ServiceAccount::default(),
            flink_configuration: BTreeMap::new(),
            scheduler: None,
            high_availability: None,
            state: State::default(),
            job_manager: JobManager::default(),
            task_manager: TaskManager::default(),
            pod_template: None,
            volumes: BTreeMap::new(),
            hadoop_configuration: None,
            log_configuration: BTreeMap::new(),
            plugins: Vec::new(),
            rest: Rest::default(),
            network_policy: None,
            metrics: None,
            pod_security: Some(PodSecurity::default()),
            labels: BTreeMap::new(),
            annotations: BTreeMap::new(),
            record: None,
        }
    }

    /// The program of an application cluster.
    pub const fn application(&self) -> Option<&Application> {
        match &self.kind {
            Kind::Session => None,
            Kind::Application(application) => Some(application),
        }
    }
}

/// What a cluster is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Jobs are submitted to it through REST and share it.
    Session,
    /// It runs one program, and is that job's own.
    Application(Application),
}

/// Who makes the pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// Kubernetes does, from Deployments of JobManager and TaskManagers.
    Standalone,
    /// Flink does: the JobManager creates TaskManager pods as jobs need them.
    Native,
}

/// What decides how many slots a job gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheduler {
    /// Jobs wait for all slots of their parallelism.
    Default,
    /// Jobs run with the slots that there are, up to their parallelism, and
    /// are rescaled when there are more.
    Adaptive,
    /// Adaptive, and the parallelism is whatever the TaskManagers offer. Flink
    /// has it for standalone application clusters only.
    Reactive,
}

/// The Prometheus reporter of both processes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prometheus {
    /// The port that each pod answers `/metrics` on.
    pub port: u16,
    /// Whether the pods carry `prometheus.io/scrape`, `/port` and `/path`.
    pub annotations: bool,
}

impl Default for Prometheus {
    fn default() -> Self {
        Self { port: 9249, annotations: true }
    }
}
