//! The pod templates of both processes.

use serde_json::{Value, json};

use crate::description::{Kind, Role};
use crate::template::{self, Pod};
use crate::{Cluster, names, parts};

/// The user's templates and the attributes that have no field in the spec, of one process.
///
/// A template for each process and none for both: the operator merges the two
/// by position in their lists, and here they are merged by name.
pub(super) fn template(cluster: &Cluster, role: Role, starts_with_script: bool) -> Value {
    let process = cluster.process(role);
    let written = template::over(cluster.pod_template.as_ref(), process.pod_template.as_ref());
    let mut pod = Pod::from_template(written.as_ref());
    pod.labels(&process.labels).labels(&names::ours(cluster));
    pod.annotations(&parts::pod::annotations(cluster, role));
    pod.node_selector(&process.node_selector);
    pod.append("tolerations", process.tolerations.iter().map(parts::pod::toleration));
    let env = process.env.iter();
    pod.main_append("env", env.map(|(name, value)| json!({ "name": name, "value": value })));
    parts::pod::complete(&without_permit(cluster), role, starts_with_script, &mut pod);
    pod.into_template()
}

/// The operator itself remembers that a job has ended, and draws the job's id: a
/// permit for one that we chose would keep the JobManager from starting.
fn without_permit(cluster: &Cluster) -> Cluster {
    Cluster { kind: Kind::Session, ..cluster.clone() }
}
