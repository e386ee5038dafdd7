//! Flink's configuration in a `FlinkDeployment`.

use flink::configuration::{Configuration, options};

use super::autoscaler::Autoscaler;
use super::settings::Settings;
use crate::configuration;
use crate::description::{ClaimMode, Kind, Role, Strategy};
use crate::native::entries;
use crate::{Cluster, Invalid, Warning};

/// What the operator is told of Flink's configuration.
#[derive(Debug)]
pub(super) struct Told {
    /// What Flink reads, but for what the operator adds.
    pub(super) whole: Configuration,
    /// The part of it that no field of the spec says.
    pub(super) written: Configuration,
    /// What works and may surprise.
    pub(super) warnings: Vec<Warning>,
}

/// The configuration of a description.
///
/// # Errors
/// As with strategy native, whose options the operator hands on.
pub(super) fn of(cluster: &Cluster, settings: &Settings) -> Result<Told, Vec<Invalid>> {
    let cluster = as_native(cluster);
    let (_, warnings) = configuration::effective(&cluster)?;
    // How the one job of an application begins and ends is the operator's business.
    let session = Cluster { kind: Kind::Session, ..cluster.clone() };
    let (mut whole, _) = configuration::effective(&session)?;
    if let Some(application) = cluster.application() {
        let mode = application.restore.as_ref().map(|it| it.claim_mode).unwrap_or_default();
        claim(&cluster, mode, &mut whole);
    }
    let mut written = whole.clone();
    let options = entries(&cluster, &whole);
    for role in Role::ALL {
        let size = process_size(role);
        if written.remove(&size).is_some() {
            written.remove(&cpu_key(role));
        }
    }
    written.extend(
        options.into_iter().filter(|it| is_handed_on(&it.key, &whole)).map(|it| (it.key, it.value)),
    );
    written.extend(settings.autoscaler.iter().flat_map(Autoscaler::keys));
    if cluster.application().is_some() {
        written.remove(PARALLELISM);
    }
    Ok(Told { whole, written, warnings })
}

/// The same cluster for what both modes of the operator leave to Flink's own options.
pub(super) fn as_native(cluster: &Cluster) -> Cluster {
    Cluster { strategy: Strategy::Native, ..cluster.clone() }
}

/// The parallelism of a job that names none. The operator writes it.
pub(super) const PARALLELISM: &str = "parallelism.default";

/// The key of a process' whole memory, which is a field of the spec.
pub(super) fn process_size(role: Role) -> String {
    format!("{}.memory.process.size", role.component())
}

fn cpu_key(role: Role) -> String {
    format!("kubernetes.{}.cpu.amount", role.component())
}

/// Whether an option of Flink's client has no field in the spec. The attributes
/// of pods are in the templates, which both modes of the operator read.
fn is_handed_on(key: &str, whole: &Configuration) -> bool {
    let mut cpu = Role::ALL.into_iter().filter(|role| !whole.contains_key(&process_size(*role)));
    key.ends_with(".limit-factor")
        || key.starts_with("kubernetes.rest-service.")
        || key.starts_with("rest.")
        || key == "kubernetes.container.image.pull-secrets"
        || key == "kubernetes.entry.path"
        || cpu.any(|role| key == cpu_key(role))
}

/// Who owns the savepoint that an application starts from; Flink's default is the user.
fn claim(cluster: &Cluster, mode: ClaimMode, configuration: &mut Configuration) {
    const KEYS: [&str; 2] =
        ["execution.state-recovery.claim-mode", "execution.savepoint-restore-mode"];
    if mode != ClaimMode::NoClaim {
        let options = options::of(cluster.flink_version);
        let key = KEYS.into_iter().find_map(|key| options.get(key));
        configuration.extend(key.map(|option| (option.key.to_owned(), mode.word().to_owned())));
    }
}
