//! From attributes to the description that everything is rendered from: every default resolved,
//! nothing unknown. Pure.

mod network;
mod process;
mod volume;

use std::collections::BTreeMap;

use lifecycle::flink::Version;
use manifests::description::{
    Cluster, HighAvailability, HighAvailabilityType, Image, PodSecurity, Prometheus, PullPolicy,
    Scheduler, ServiceAccount, State, Strategy,
};
use terraform::{
    meaning,
    model::{Attr, Model},
};

use super::model::{self, ClusterSpec};

/// The description of a cluster at a revision; `None` while it depends on unknown values, or where
/// a value that the schema demands is missing or was refused.
pub fn described(spec: &ClusterSpec, revision: u64) -> Option<Cluster> {
    if !spec.encode().is_wholly_known() {
        return None;
    }
    let version = spec.flink_version.known()?.parse::<Version>().ok()?;
    let bare = Cluster::session(
        spec.namespace.known().map_or("default", String::as_str),
        spec.name.known()?,
        version,
        spec.image.known()?,
    );
    Some(Cluster {
        strategy: strategy(spec),
        revision,
        image: image(spec),
        service_account: service_account(spec),
        flink_configuration: map(&spec.flink_configuration),
        scheduler: spec.scheduler.known().and_then(|word| scheduler(word)),
        high_availability: spec.high_availability.known().and_then(high_availability),
        state: spec.state.known().map(state).unwrap_or_default(),
        job_manager: process::job_manager(&spec.job_manager),
        task_manager: process::task_manager(&spec.task_manager),
        pod_template: yaml(&spec.pod_template),
        volumes: volume::volumes(&spec.volumes),
        hadoop_configuration: text(&spec.hadoop_configuration),
        log_configuration: map(&spec.log_configuration),
        plugins: list(&spec.plugins),
        rest: network::rest(&spec.rest),
        network_policy: spec.network_policy.known().map(network::policy),
        metrics: spec
            .metrics
            .known()
            .and_then(|metrics| metrics.prometheus.known())
            .map(prometheus),
        pod_security: pod_security(&spec.pod_security),
        labels: map(&spec.labels),
        annotations: map(&spec.annotations),
        ..bare
    })
}

/// The strategy that the attributes name.
pub fn strategy(spec: &ClusterSpec) -> Strategy {
    match spec.strategy.known().map(String::as_str) {
        Some("native") => Strategy::Native,
        Some(_) | None => Strategy::Standalone,
    }
}

fn image(spec: &ClusterSpec) -> Image {
    let named = Image::named(spec.image.known().map_or("", String::as_str));
    Image {
        pull_policy: match spec.image_pull_policy.known().map(String::as_str) {
            Some("always") => PullPolicy::Always,
            Some("never") => PullPolicy::Never,
            Some("if_not_present") => PullPolicy::IfNotPresent,
            Some(_) | None => named.pull_policy,
        },
        pull_secrets: list(&spec.image_pull_secrets),
        ..named
    }
}

fn service_account(spec: &ClusterSpec) -> ServiceAccount {
    let usual = ServiceAccount::default();
    let Some(wanted) = spec.service_account.known() else { return usual };
    let model::ServiceAccount { name, create, annotations } = wanted;
    let create = is(*create);
    let otherwise = if create { text(&spec.name).unwrap_or_default() } else { usual.name };
    ServiceAccount { name: text(name).unwrap_or(otherwise), create, annotations: map(annotations) }
}

fn scheduler(word: &str) -> Option<Scheduler> {
    match word {
        "default" => Some(Scheduler::Default),
        "adaptive" => Some(Scheduler::Adaptive),
        "reactive" => Some(Scheduler::Reactive),
        _ => None,
    }
}

fn high_availability(wanted: &model::HighAvailability) -> Option<HighAvailability> {
    let model::HighAvailability {
        r#type,
        storage_dir,
        cluster_id,
        zookeeper_quorum,
        zookeeper_path_root,
    } = wanted;
    let r#type = match r#type.known()?.as_str() {
        "zookeeper" => HighAvailabilityType::ZooKeeper {
            quorum: text(zookeeper_quorum).unwrap_or_default(),
            path_root: text(zookeeper_path_root),
        },
        _ => HighAvailabilityType::Kubernetes,
    };
    let (storage_dir, cluster_id) = (text(storage_dir)?, text(cluster_id));
    Some(HighAvailability { r#type, storage_dir, cluster_id })
}

fn state(wanted: &model::State) -> State {
    let model::State {
        backend,
        checkpoint_dir,
        savepoint_dir,
        checkpoint_interval,
        checkpoint_mode,
        incremental,
        local_dir,
    } = wanted;
    State {
        backend: text(backend),
        checkpoint_dir: text(checkpoint_dir),
        savepoint_dir: text(savepoint_dir),
        checkpoint_interval: text(checkpoint_interval),
        checkpoint_mode: text(checkpoint_mode).map(|word| word.to_ascii_uppercase()),
        incremental: incremental.known().copied(),
        local_dir: text(local_dir),
    }
}

fn prometheus(wanted: &model::Prometheus) -> Prometheus {
    let usual = Prometheus::default();
    let model::Prometheus { port, annotations } = wanted;
    Prometheus {
        port: number(port).unwrap_or(usual.port),
        annotations: annotations.known().copied().unwrap_or(usual.annotations),
    }
}

fn pod_security(wanted: &Attr<model::PodSecurity>) -> Option<PodSecurity> {
    let usual = PodSecurity::default();
    let Some(wanted) = wanted.known() else { return Some(usual) };
    let model::PodSecurity {
        enabled,
        run_as_non_root,
        run_as_user,
        run_as_group,
        fs_group,
        seccomp_profile,
        allow_privilege_escalation,
        drop_capabilities,
        read_only_root_filesystem,
    } = wanted;
    let truth = |attribute: &Attr<bool>, usual| attribute.known().copied().unwrap_or(usual);
    let id = |attribute: &Attr<i64>, usual: Option<i64>| match attribute.known() {
        Some(-1) => None,
        Some(id) => Some(*id),
        None => usual,
    };
    (*enabled != Attr::Known(false)).then(|| PodSecurity {
        run_as_non_root: truth(run_as_non_root, usual.run_as_non_root),
        run_as_user: id(run_as_user, usual.run_as_user),
        run_as_group: id(run_as_group, usual.run_as_group),
        fs_group: id(fs_group, usual.fs_group),
        seccomp_profile: match seccomp_profile.known().map(String::as_str) {
            Some("unset") => None,
            Some(word) => Some(pascal(word)),
            None => usual.seccomp_profile,
        },
        allow_privilege_escalation: truth(
            allow_privilege_escalation,
            usual.allow_privilege_escalation,
        ),
        drop_capabilities: truth(drop_capabilities, usual.drop_capabilities),
        read_only_root_filesystem: truth(
            read_only_root_filesystem,
            usual.read_only_root_filesystem,
        ),
    })
}

/// The word of Kubernetes for one of ours: `read_write_once` is `ReadWriteOnce`.
fn pascal(word: &str) -> String {
    let part = |part: &str| {
        let mut letters = part.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    word.split('_').map(part).collect()
}

fn text(attribute: &Attr<String>) -> Option<String> {
    attribute.known().cloned()
}

fn list(attribute: &Attr<Vec<String>>) -> Vec<String> {
    attribute.known().cloned().unwrap_or_default()
}

fn map(attribute: &Attr<BTreeMap<String, String>>) -> BTreeMap<String, String> {
    attribute.known().cloned().unwrap_or_default()
}

fn list_of<W, T>(attribute: &Attr<Vec<W>>, into: impl Fn(&W) -> T) -> Vec<T> {
    attribute.known().into_iter().flatten().map(into).collect()
}

fn is(attribute: Attr<bool>) -> bool {
    attribute == Attr::Known(true)
}

/// A number within the bounds that the schema has checked.
fn number<N: TryFrom<i64>>(attribute: &Attr<i64>) -> Option<N> {
    attribute.known().and_then(|number| N::try_from(*number).ok())
}

/// A document; what is none was refused when the configuration was validated.
fn yaml(attribute: &Attr<String>) -> Option<serde_json::Value> {
    attribute.known().and_then(|text| meaning::parse_yaml(text))
}

#[cfg(test)]
mod tests;
