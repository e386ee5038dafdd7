//! The pod of one process: the user's template, and Flink's rules for what is put into it.

use flink::configuration::Configuration;
use serde_json::{Value, json};

use super::container;
use crate::configuration::{self, Memory};
use crate::description::{Process, PullPolicy, Role, ServiceAccount};
use crate::template::{self, Pod, Resources};
use crate::{Cluster, names, parts};

/// A Deployment's pod template.
pub(super) fn template(
    cluster: &Cluster,
    role: Role,
    flink_configuration: &Configuration,
    memory: &Memory,
) -> Value {
    let starts_with_script = parts::start::is_needed(cluster, flink_configuration);
    let process = cluster.process(role);
    let written = template::over(cluster.pod_template.as_ref(), process.pod_template.as_ref());
    let mut pod = Pod::from_template(written.as_ref());
    metadata(cluster, role, &mut pod);
    account(&cluster.service_account, &mut pod);
    image(cluster, &mut pod);
    let secrets = cluster.image.pull_secrets.iter().map(|name| json!({ "name": name }));
    pod.append("imagePullSecrets", secrets);
    pod.node_selector(&process.node_selector);
    pod.append("tolerations", process.tolerations.iter().map(parts::pod::toleration));
    pod.resources(&resources(process, role, memory));
    container::complete(cluster, role, starts_with_script, &mut pod);
    configuration_files(cluster, &mut pod);
    artifacts(cluster, role, flink_configuration, &mut pod);
    parts::pod::complete(cluster, role, starts_with_script, &mut pod);
    pod.into_template()
}

fn metadata(cluster: &Cluster, role: Role, pod: &mut Pod) {
    pod.labels(&cluster.process(role).labels);
    pod.labels(&names::selector(cluster, role.component())).labels(&names::ours(cluster));
    pod.annotations(&parts::pod::annotations(cluster, role));
    let revision = [(names::REVISION.to_owned(), cluster.revision.to_string())];
    pod.annotations(&revision.into());
}

/// An attribute that is left at its default gives way to the template.
fn account(account: &ServiceAccount, pod: &mut Pod) {
    if *account == ServiceAccount::default() {
        pod.set_unless("serviceAccountName", json!(account.name));
    } else {
        pod.set("serviceAccountName", json!(account.name));
    }
}

fn image(cluster: &Cluster, pod: &mut Pod) {
    pod.main_set("image", json!(cluster.image.name));
    let policy = json!(cluster.image.pull_policy.word());
    match cluster.image.pull_policy {
        PullPolicy::IfNotPresent => pod.main_set_unless("imagePullPolicy", policy),
        PullPolicy::Always | PullPolicy::Never => pod.main_set("imagePullPolicy", policy),
    };
}

/// CPU and memory: Flink's process size, and limits that are a multiple of the request.
fn resources(process: &Process, role: Role, memory: &Memory) -> Resources {
    let (cpu, mebibytes) = match role {
        Role::JobManager => (1.0, memory.job_manager.pod_mebibytes()),
        Role::TaskManager => (memory.task_manager.cpu, memory.task_manager.pod_mebibytes()),
    };
    let cpu = process.cpu.unwrap_or(cpu);
    let limit = process.memory_limit_factor.map_or(mebibytes, |factor| times(mebibytes, factor));
    Resources {
        cpu: cores(cpu),
        cpu_limit: cores(cpu * process.cpu_limit_factor.unwrap_or(1.0)),
        memory: format!("{mebibytes}Mi"),
        memory_limit: format!("{limit}Mi"),
    }
}

/// Truncated, as Flink does it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "mebibytes of a pod are far below 2^52, factors are checked to be positive"
)]
const fn times(mebibytes: u64, factor: f64) -> u64 {
    (mebibytes as f64 * factor) as u64
}

/// The way Kubernetes writes CPU itself: whole cores, or thousandths.
fn cores(cpu: f64) -> String {
    let thousandths = (cpu * 1000.0).round();
    if thousandths % 1000.0 == 0.0 {
        format!("{}", thousandths / 1000.0)
    } else {
        format!("{thousandths}m")
    }
}

/// The configuration and logging files.
fn configuration_files(cluster: &Cluster, pod: &mut Pod) {
    let volume = json!({ "name": "flink-config-volume", "configMap": { "name": names::configuration(cluster) } });
    pod.append("volumes", [volume]);
    pod.main_append(
        "volumeMounts",
        [json!({ "name": "flink-config-volume", "mountPath": "/opt/flink/conf" })],
    );
}

/// Where the JobManager puts a jar that it fetches.
fn artifacts(cluster: &Cluster, role: Role, flink_configuration: &Configuration, pod: &mut Pod) {
    let directory = configuration::artifacts(cluster, flink_configuration);
    let Some(directory) = directory.filter(|_| role == Role::JobManager) else { return };
    pod.append("volumes", [json!({ "name": "user-artifacts-volume", "emptyDir": {} })]);
    let mount = json!({ "name": "user-artifacts-volume", "mountPath": directory });
    pod.main_append("volumeMounts", [mount]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_cpu_as_kubernetes_does() {
        for (cpu, text) in
            [(1.0, "1"), (0.5, "500m"), (2.25, "2250m"), (0.1 + 0.2, "300m"), (16.0, "16")]
        {
            assert_eq!(cores(cpu), text);
        }
    }

    #[test]
    fn truncates_a_memory_limit() {
        assert_eq!(times(1600, 1.0), 1600);
        assert_eq!(times(1728, 1.25), 2160);
        assert_eq!(times(1001, 1.5), 1501);
    }
}
