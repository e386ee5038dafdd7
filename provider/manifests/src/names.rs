//! What the objects of a cluster are called, and the labels that find them.

use std::collections::BTreeMap;

use crate::description::{Cluster, Strategy};

/// The longest name of a cluster: Flink's own limit.
pub const LONGEST: usize = 45;

/// The label that says who made an object.
pub const MANAGED_BY: &str = "app.kubernetes.io/managed-by";

/// Its value.
pub const US: &str = "terraform-provider-flink";

/// The label that says which cluster an object belongs to.
pub const CLUSTER: &str = "flink.terraform-provider/cluster";

/// The annotation of pods that says which restart they are of.
pub const REVISION: &str = "flink.terraform-provider/revision";

/// The annotation of the JobManager's Deployment that an import reads.
pub const RECORD: &str = "flink.terraform-provider/record";

/// The value of Flink's label `component` on a JobManager's pod.
pub const JOB_MANAGER: &str = "jobmanager";

/// The value of Flink's label `component` on a TaskManager's pod.
pub const TASK_MANAGER: &str = "taskmanager";

/// The name of the container that Flink runs in, in templates as in pods.
pub const MAIN_CONTAINER: &str = "flink-main-container";

/// The JobManager's Deployment: Flink's own client calls it like the cluster.
pub fn job_manager(cluster: &Cluster) -> String {
    match cluster.strategy {
        Strategy::Standalone => format!("{}-jobmanager", cluster.name),
        Strategy::Native => cluster.name.clone(),
    }
}

/// The TaskManagers' Deployment, with strategy standalone.
pub fn task_manager(cluster: &Cluster) -> String {
    format!("{}-taskmanager", cluster.name)
}

/// The ConfigMap with the configuration and logging files.
pub fn configuration(cluster: &Cluster) -> String {
    format!("flink-config-{}", cluster.name)
}

/// The ConfigMap with the script that starts a container.
pub fn start(cluster: &Cluster) -> String {
    format!("flink-start-{}", cluster.name)
}

/// The ConfigMap that lets an application's JobManager start: see [`crate::revoked_permit`].
pub fn permit(cluster: &Cluster) -> String {
    format!("flink-permit-{}", cluster.name)
}

/// The Role and the `RoleBinding` of the service account that we make.
pub fn role(cluster: &Cluster) -> String {
    format!("{}-flink", cluster.name)
}

/// The Service of the REST API.
pub fn rest(cluster: &Cluster) -> String {
    format!("{}-rest", cluster.name)
}

/// The labels that find the pods of one process (`component`).
pub fn selector(cluster: &Cluster, component: &str) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::from([
        ("app".to_owned(), cluster.name.clone()),
        ("component".to_owned(), component.to_owned()),
    ]);
    match cluster.strategy {
        Strategy::Standalone => {}
        Strategy::Native => {
            labels.insert("type".to_owned(), "flink-native-kubernetes".to_owned());
        }
    }
    labels
}

/// The labels that every object of ours carries.
pub fn ours(cluster: &Cluster) -> BTreeMap<String, String> {
    BTreeMap::from([
        (MANAGED_BY.to_owned(), US.to_owned()),
        (CLUSTER.to_owned(), cluster.name.clone()),
    ])
}
