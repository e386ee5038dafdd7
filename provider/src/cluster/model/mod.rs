//! The attributes of `flink_cluster`: schema, decoder, encoder and documentation.
//!
//! [`ClusterSpec`] describes a cluster and has the names of [`manifests::Cluster`], so that the path
//! of what is wrong with a description is the path in the user's configuration. The data source
//! `flink_manifests` has the same. [`ClusterOwn`] says how a resource goes through its life.
//!
//! Defaults that are only resolved when a description is made stand in `manifests` and in the text
//! of their attribute; they are not written into the state.

mod network;
mod pods;
mod process;
mod volume;

use std::collections::BTreeMap;

use terraform::{
    meaning,
    model::{Attr, Joined, Model},
    validate,
};

pub use network::{Ingress, IngressTls, NetworkPolicy, Peer, Rest, RestTls};
pub use pods::{HighAvailability, Metrics, PodSecurity, Prometheus, ServiceAccount, State};
pub use process::{
    Autoscaling, DisruptionBudget, EnvFrom, JobManager, JobManagerOwn, Probe, Probes, Process,
    SecretKey, TaskManager, TaskManagerOwn, Toleration, TopologySpread,
};
pub use volume::{
    ConfigMapVolume, EmptyDir, Ephemeral, HostPath, Mount, PersistentVolumeClaim, SecretVolume,
    Volume,
};

use super::validate as cluster_validate;

/// A Flink cluster on Kubernetes, as a resource.
pub type ClusterModel = Joined<ClusterSpec, ClusterOwn>;

/// What describes a Flink cluster.
#[derive(Clone, Debug, Default, PartialEq, Model)]
pub struct ClusterSpec {
    /// Name of the cluster: a DNS label of at most 45 characters that starts with a letter. All its objects carry it. Another name is another cluster: the old one is drained and removed, and the new one starts without its jobs unless these move first (`create_before_destroy`).
    #[attr(required, on_change = "replace", validate = [validate::dns_label])]
    pub name: Attr<String>,
    /// Namespace of the cluster, which must exist. Default: `kubernetes.namespace` of the provider, else `default`. Another namespace is another cluster.
    #[attr(optional, computed, modifier = UseStateForUnknown, on_change = "replace", validate = [cluster_validate::namespace])]
    pub namespace: Attr<String>,
    /// Who makes the pods: with `standalone` (default) Kubernetes keeps a fixed number of TaskManagers; with `native` Flink itself asks for TaskManagers as its jobs need them, exactly as `kubernetes-session.sh` sets it up. A change restarts the cluster.
    #[attr(optional, computed, default = "standalone", one_of = ["standalone", "native"], on_change = "upgrade")]
    pub strategy: Attr<String>,
    /// Version of Flink in the image, `1.18` to `2.3`, with or without the bug-fix number. Configuration keys, file formats and JVM options follow it. A change restarts the cluster.
    #[attr(required, on_change = "upgrade", validate = [cluster_validate::flink_version])]
    pub flink_version: Attr<String>,
    /// Image of JobManager and TaskManagers, for example `flink:1.20.1-java17`. A tag that moves is not noticed; a digest (`…@sha256:…`) always says what runs. A change restarts the cluster.
    #[attr(required, on_change = "upgrade", validate = [validate::non_empty])]
    pub image: Attr<String>,
    /// When a node pulls the image: `always`, `if_not_present` (default) or `never`. A change restarts the cluster.
    #[attr(optional, one_of = ["always", "if_not_present", "never"], on_change = "upgrade")]
    pub image_pull_policy: Attr<String>,
    /// Secrets of the cluster's namespace with the login of a private registry. A change restarts the cluster.
    #[attr(optional, on_change = "upgrade")]
    pub image_pull_secrets: Attr<Vec<String>>,
    /// Who the pods are to Kubernetes (default: the namespace's account `default`). High availability with Kubernetes and the strategy `native` need rights, which `create` gives. A change restarts the cluster.
    #[attr(optional, on_change = "upgrade")]
    pub service_account: Attr<ServiceAccount>,
    /// Flink's options, for example `taskmanager.network.memory.max = "1g"`. Unknown keys are a warning, wrong types an error, at plan. `${NAME}` in a value is replaced in the pod by the environment variable, which may come from a Secret: the value itself is stored in plain text in the state and in a ConfigMap. A change restarts the cluster, unless its keys are read by nobody but the next job.
    #[attr(optional, same = crate::job::validate::same_options, on_change = "upgrade")]
    pub flink_configuration: Attr<BTreeMap<String, String>>,
    /// How slots are given to jobs: `default` waits for all that a job asks for; `adaptive` starts with what there is and lets `flink_job` rescale in place; `reactive` makes a job as wide as there are TaskManagers (application clusters only). Default: Flink's. A change restarts the cluster.
    #[attr(optional, one_of = ["default", "adaptive", "reactive"], on_change = "upgrade")]
    pub scheduler: Attr<String>,
    /// Lets jobs survive the loss of the JobManager. Without it a new JobManager knows no jobs, and the next plan starts them again from their newest state. A change restarts the cluster.
    #[attr(optional, on_change = "upgrade")]
    pub high_availability: Attr<HighAvailability>,
    /// Where state is kept while jobs run and where checkpoints and savepoints go. A change restarts the cluster.
    #[attr(optional, on_change = "upgrade")]
    pub state: Attr<State>,
    /// The JobManager and its pod. A change restarts the cluster, but for the disruption budget.
    #[attr(optional, on_change = "upgrade")]
    pub job_manager: Attr<JobManager>,
    /// The TaskManagers and their pods. A change restarts the cluster, but for `replicas`, `autoscaling` and the disruption budget.
    #[attr(optional, on_change = "upgrade")]
    pub task_manager: Attr<TaskManager>,
    /// A pod as YAML that JobManager and TaskManagers start from; what Flink needs is added to its container `flink-main-container`. A change restarts the cluster.
    #[attr(optional, same = meaning::yaml, on_change = "upgrade", validate = [cluster_validate::yaml])]
    pub pod_template: Attr<String>,
    /// Volumes by name, with where they are mounted in Flink's container. A change restarts the cluster.
    #[attr(optional, on_change = "upgrade")]
    pub volumes: Attr<BTreeMap<String, Volume>>,
    /// A ConfigMap with `core-site.xml` and `hdfs-site.xml`, for HDFS. A change restarts the cluster.
    #[attr(optional, on_change = "upgrade")]
    pub hadoop_configuration: Attr<String>,
    /// Logging files by name, for example `log4j-console.properties`, in place of the provider's. What Flink watches itself (Log4j's `monitorInterval`) takes effect without a restart.
    #[attr(optional, on_change = "in_place")]
    pub log_configuration: Attr<BTreeMap<String, String>>,
    /// Jars of the image's `opt/` to enable as plugins, for example `flink-s3-fs-presto-1.20.1.jar`. A change restarts the cluster.
    #[attr(optional, on_change = "upgrade")]
    pub plugins: Attr<Vec<String>>,
    /// How the REST API and web interface are reached. A change is made in place, but for `tls`.
    #[attr(optional, on_change = "in_place")]
    pub rest: Attr<Rest>,
    /// Who may connect to the pods, and where these may connect to (default: no policy). A change is made in place.
    #[attr(optional, on_change = "in_place")]
    pub network_policy: Attr<NetworkPolicy>,
    /// Metrics of JobManager and TaskManagers (default: none). A change restarts the cluster.
    #[attr(optional, on_change = "upgrade")]
    pub metrics: Attr<Metrics>,
    /// What the pods must not do. Default: what the Pod Security level `restricted` demands. A change restarts the cluster.
    #[attr(optional, on_change = "upgrade")]
    pub pod_security: Attr<PodSecurity>,
    /// Labels of all objects of the cluster, not of its pods. A change is made in place.
    #[attr(optional, on_change = "in_place")]
    pub labels: Attr<BTreeMap<String, String>>,
    /// Annotations of all objects of the cluster, not of its pods. A change is made in place.
    #[attr(optional, on_change = "in_place")]
    pub annotations: Attr<BTreeMap<String, String>>,
}

/// How a cluster goes through its life.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct ClusterOwn {
    /// `namespace/name`.
    #[attr(computed)]
    pub id: Attr<String>,
    /// `namespace/name#number`, for `cluster` of a `flink_job` that is to follow this cluster. The number goes up with each change that restarts the cluster and carries its jobs over, so that their plans say so. A plan knows it, unless an attribute that restarts the cluster is itself known only after apply.
    #[attr(computed)]
    pub r#ref: Attr<String>,
    /// Restarts of the cluster so far, those that leave `ref` alone included; its pods carry it. 0 while the pods are still those that Flink's own client made before the cluster was imported.
    #[attr(computed)]
    pub revision: Attr<i64>,
    /// URL of the REST API within Kubernetes, for example `http://orders-rest.flink:8081`.
    #[attr(computed)]
    pub rest_url: Attr<String>,
    /// What happens to the jobs when a change restarts the cluster. `drain` (default): jobs that follow it (their `cluster` is its `ref`) are stopped with savepoints and started again from them; if any other job runs, nothing is changed. `drain_all`: all others are stopped with savepoints, too, and stay stopped. `recover`: nothing is stopped; high availability brings the jobs back from their newest checkpoints.
    #[attr(optional, computed, default = "drain", one_of = ["drain", "drain_all", "recover"], on_change = "in_place")]
    pub on_update: Attr<String>,
    /// What happens to jobs that still run on destroy. `drain` (default): jobs that follow the cluster are stopped with savepoints; if any other job runs, nothing is removed. `drain_all`: all are stopped with savepoints. `force`: none; **what they did since their newest checkpoints is lost**.
    #[attr(optional, computed, default = "drain", one_of = ["drain", "drain_all", "force"], on_change = "in_place")]
    pub on_destroy: Attr<String>,
    /// How long the provider waits for each operation.
    #[attr(optional, on_change = "in_place")]
    pub timeouts: Attr<Timeouts>,
    /// What this apply does to the cluster and its jobs, for example `restart (drain): image; its jobs are stopped with savepoints and started again from them`. After an apply, what the last one did.
    #[attr(computed)]
    pub planned_action: Attr<String>,
    /// `ready`, or in words what a refresh has found wrong, for example `missing` or `changed: Service orders-rest was deleted`; the next apply mends it.
    #[attr(computed)]
    pub status: Attr<String>,
}

/// How long to wait, as durations such as `90s`, `15m`, `1h30m`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct Timeouts {
    /// Until a new cluster is ready. Default `10m`.
    #[attr(optional, same = meaning::duration, validate = [validate::duration])]
    pub create: Attr<String>,
    /// For every change, the savepoints of the jobs included. Default `30m`.
    #[attr(optional, same = meaning::duration, validate = [validate::duration])]
    pub update: Attr<String>,
    /// For the removal, the savepoints of the jobs included. Default `15m`.
    #[attr(optional, same = meaning::duration, validate = [validate::duration])]
    pub delete: Attr<String>,
}

/// What identifies a cluster for an import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct ClusterIdentity {
    /// Its namespace.
    #[attr(required)]
    pub namespace: Attr<String>,
    /// Its name.
    #[attr(required)]
    pub name: Attr<String>,
}
