//! The configuration that Flink reads: the user's, the typed attributes as keys
//! of the version, and what the deployment itself decides.

mod application;
mod memory;
mod owned;
mod typed;
mod variables;

use flink::configuration::options::{self, Options};
use flink::configuration::{self, Configuration, Severity, defaults, file};

pub(crate) use application::{FETCHES, artifacts};
pub(crate) use memory::{Memory, of as memory};
pub use owned::keys as owned_keys;
pub(crate) use typed::{TLS_DIRECTORY, TLS_PASSWORD};
use typed::{Typed, entries};
pub(crate) use variables::{has_variable, variables};

use crate::description::{HighAvailabilityType, Strategy};
use crate::{Cluster, Invalid, Warning, parts};

/// The name of the attribute that holds the user's keys.
pub(crate) const ATTRIBUTE: &str = "flink_configuration";

/// The configuration of a cluster, `${NAME}` not yet replaced.
///
/// For strategy native the keys that Flink's own client adds are not in it.
///
/// # Errors
/// Keys that are the provider's, that a typed attribute sets as well, that are
/// set under two spellings with two values, or whose value Flink cannot read.
pub(crate) fn effective(cluster: &Cluster) -> Result<(Configuration, Vec<Warning>), Vec<Invalid>> {
    let options = options::of(cluster.flink_version);
    let typed = entries(cluster, &options);
    let (mut invalid, warnings) = findings(cluster);
    invalid.extend(typed.iter().filter_map(|entry| conflict(cluster, &options, entry)));
    if !invalid.is_empty() {
        return Err(invalid);
    }
    let mut configuration = cluster.flink_configuration.clone();
    configuration.extend(typed.into_iter().map(|entry| (entry.key, entry.value)));
    match cluster.strategy {
        Strategy::Standalone => configuration.extend(standalone(cluster)),
        Strategy::Native => {}
    }
    configuration.extend(application::owned(cluster, &options));
    if let Some((key, value)) = unless_set(cluster)
        && options.read(&configuration, key).is_none()
    {
        let key = options.get(key).map_or(key, |option| option.key);
        configuration.insert(key.to_owned(), value.to_owned());
    }
    defaults::complete(&mut configuration, cluster.flink_version);
    Ok((configuration, warnings))
}

/// What the configuration says unless the user does.
///
/// A standalone session cluster does not end with a program that calls `System.exit`: so new versions
/// of its jobs can be tried before the old ones stop. A native one is configured as Flink's own client
/// would, or what that has made could not be imported.
fn unless_set(cluster: &Cluster) -> Option<(&'static str, &'static str)> {
    match (cluster.application(), cluster.strategy) {
        (Some(_), _) => Some(application::RETAINED),
        (None, Strategy::Standalone) => Some(("cluster.intercept-user-system-exit", "THROW")),
        (None, Strategy::Native) => None,
    }
}

/// What `flink::configuration::check` says about the user's keys; a newer name
/// of a key that still works is not worth a word at each plan.
fn findings(cluster: &Cluster) -> (Vec<Invalid>, Vec<Warning>) {
    let mut invalid = Vec::new();
    let mut warnings = Vec::new();
    for finding in configuration::check(
        &cluster.flink_configuration,
        cluster.flink_version,
        &owned_keys(cluster),
    ) {
        let path = [ATTRIBUTE, &finding.key];
        match finding.severity {
            Severity::Error => invalid.push(Invalid::at(&path, finding.to_string())),
            Severity::Warning => warnings.push(Warning::at(&path, finding.to_string())),
            Severity::Hint => {}
        }
    }
    (invalid, warnings)
}

/// A typed attribute and the user's key for the same option.
fn conflict(cluster: &Cluster, options: &Options, entry: &Typed) -> Option<Invalid> {
    let spelled = match options.get(&entry.key) {
        Some(_) => {
            options.read(&cluster.flink_configuration, &entry.key).map(|(key, _)| key.to_owned())
        }
        None => cluster.flink_configuration.contains_key(&entry.key).then(|| entry.key.clone()),
    };
    let key = spelled?;
    let attribute = entry.path.join(".");
    Some(Invalid::at(
        &[ATTRIBUTE, &key],
        format!(
            "The key {key:?} is the option that the attribute {attribute} sets, and both are written. \
             Flink would see one of them. Remove the key, or the attribute."
        ),
    ))
}

/// What the objects of strategy standalone decide.
fn standalone(cluster: &Cluster) -> Configuration {
    let mut own = Configuration::from([
        ("blob.server.port".to_owned(), parts::services::BLOB_PORT.to_string()),
        ("jobmanager.rpc.port".to_owned(), parts::services::RPC_PORT.to_string()),
        ("rest.port".to_owned(), parts::services::REST_PORT.to_string()),
        ("taskmanager.rpc.port".to_owned(), parts::services::TASK_MANAGER_RPC_PORT.to_string()),
    ]);
    match &cluster.high_availability {
        None => {
            own.insert(
                "jobmanager.rpc.address".to_owned(),
                format!("{}.{}", cluster.name, cluster.namespace),
            );
        }
        Some(high_availability) => {
            own.insert("high-availability.cluster-id".to_owned(), cluster_id(cluster));
            own.insert(
                "high-availability.jobmanager.port".to_owned(),
                parts::services::RPC_PORT.to_string(),
            );
            if high_availability.r#type == HighAvailabilityType::Kubernetes {
                own.insert("kubernetes.cluster-id".to_owned(), cluster.name.clone());
                own.insert("kubernetes.namespace".to_owned(), cluster.namespace.clone());
            }
        }
    }
    own
}

/// Unique below a quorum and a storage directory that several namespaces share.
fn cluster_id(cluster: &Cluster) -> String {
    let own = cluster.high_availability.as_ref().and_then(|it| it.cluster_id.clone());
    own.unwrap_or_else(|| format!("/{}/{}", cluster.namespace, cluster.name))
}

/// The attribute that a key comes from, as a path: a typed one, or the user's map.
pub(crate) fn path_of(cluster: &Cluster, key: &str) -> Vec<String> {
    let options = options::of(cluster.flink_version);
    let typed = entries(cluster, &options).into_iter().find(|entry| entry.key == key);
    let path = typed.map(|entry| entry.path.iter().map(|&part| part.to_owned()).collect());
    path.unwrap_or_else(|| vec![ATTRIBUTE.to_owned(), key.to_owned()])
}

/// The file with the configuration, as the ConfigMap of both strategies holds it: name and text.
///
/// # Errors
/// Values that the version's file format cannot hold.
pub(crate) fn config_file(
    cluster: &Cluster,
    configuration: &Configuration,
) -> Result<(&'static str, String), Vec<Invalid>> {
    let version = cluster.flink_version;
    let text = file::render(configuration, version);
    text.map(|text| (file::name(version), text)).map_err(|errors| {
        let invalid = |error: file::NotRenderable| Invalid {
            path: path_of(cluster, &error.key),
            text: error.to_string(),
        };
        errors.into_iter().map(invalid).collect()
    })
}
