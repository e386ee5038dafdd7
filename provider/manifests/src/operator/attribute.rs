//! From a field of a resource to the attribute that says it.

use super::{DEPLOYMENT, SESSION_JOB, overrides};
use crate::configuration::path_of;
use crate::{Cluster, Object};

/// What a resource was rendered from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Attributes<'a> {
    /// The description of a cluster; a session job and a snapshot have none.
    pub cluster: Option<&'a Cluster>,
    /// The user's YAML over the spec.
    pub spec_overrides: Option<&'a serde_json::Value>,
}

/// The attribute of a field, as in [`crate::Invalid::path`]; the field itself where none says it.
pub fn attribute(object: &Object, field: &[String], attributes: &Attributes<'_>) -> Vec<String> {
    let field: Vec<&str> = field.iter().map(String::as_str).collect();
    let Some((&"spec", below)) = field.split_first() else { return owned(&field) };
    if is_overridden(below, attributes) {
        return owned(&[&overrides::ATTRIBUTE, below].concat());
    }
    if let ([first, key], Some(cluster)) = (below, attributes.cluster)
        && *first == overrides::CONFIGURATION
    {
        return path_of(cluster, key);
    }
    let path = match (object.kind, below) {
        (DEPLOYMENT, [first, rest @ ..]) => of_cluster(first, rest),
        (SESSION_JOB, ["deploymentName"]) => Some(vec!["cluster"]),
        (DEPLOYMENT | SESSION_JOB, _) => of_both(below),
        _ => None,
    };
    owned(&path.or_else(|| of_both(below)).unwrap_or(field))
}

fn owned(path: &[&str]) -> Vec<String> {
    path.iter().map(|&part| part.to_owned()).collect()
}

/// Whether the user wrote the field, or something above it that is no map.
fn is_overridden(below: &[&str], attributes: &Attributes<'_>) -> bool {
    let Some(mut at) = attributes.spec_overrides else { return false };
    if let (Some(map), [first, key]) = (at.get(overrides::CONFIGURATION), below)
        && *first == overrides::CONFIGURATION
    {
        return map.as_object().is_some_and(|map| overrides::flat(map).contains_key(*key));
    }
    for part in below {
        match at.get(part) {
            Some(inner) => at = inner,
            None => return at.is_array(),
        }
    }
    true
}

fn of_cluster<'a>(first: &'a str, rest: &[&'a str]) -> Option<Vec<&'a str>> {
    let role = match first {
        "jobManager" => "job_manager",
        "taskManager" => "task_manager",
        "image" => return Some(vec!["image"]),
        "imagePullPolicy" => return Some(vec!["image_pull_policy"]),
        "serviceAccount" => return Some(vec!["service_account", "name"]),
        "flinkVersion" => return Some(vec!["flink_version"]),
        "mode" => return Some(vec!["strategy"]),
        "logConfiguration" => return Some([&["log_configuration"], rest].concat()),
        _ => return None,
    };
    Some(match rest {
        ["replicas"] => vec![role, "replicas"],
        ["resource", what @ ("cpu" | "memory"), ..] => vec![role, what],
        _ => vec![role, "pod_template"],
    })
}

/// `spec.job` and the nonces.
fn of_both<'a>(below: &[&'a str]) -> Option<Vec<&'a str>> {
    Some(match below {
        ["job", "jarURI"] => vec!["jar"],
        ["job", "entryClass"] => vec!["jar", "entry_class"],
        ["job", "args", ..] => vec!["args"],
        ["job", "parallelism"] => vec!["parallelism"],
        ["job", "state"] => vec!["state"],
        ["job", "upgradeMode"] => vec!["upgrade_mode"],
        ["job", "initialSavepointPath"] => vec!["restore", "path"],
        ["job", "savepointRedeployNonce"] => vec!["restore"],
        ["job", "allowNonRestoredState"] => vec!["restore", "allow_non_restored_state"],
        ["restartNonce"] => vec!["restart_trigger"],
        [first, key] if *first == overrides::CONFIGURATION => {
            vec![crate::configuration::ATTRIBUTE, key]
        }
        _ => return None,
    })
}
