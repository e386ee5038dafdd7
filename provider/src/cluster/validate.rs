//! Rules on what a user writes for a cluster, checked before anything is planned.
//!
//! What can be told from one description (names, configuration keys, memory sums, mounts) is told
//! by `manifests`; here is what a description cannot hold. Unknown values are skipped: they are
//! checked again when they are known.

use std::collections::BTreeMap;

use lifecycle::flink::Version;
use terraform::{
    diagnostics::{Diagnostic, Diagnostics},
    meaning,
    model::Attr,
    path::Path,
    validate::matches,
    value::{Number, Value},
};

use super::model::{
    ClusterModel, ClusterSpec, DisruptionBudget, EnvFrom, HighAvailability, Process, RestTls,
    Volume,
};

/// A name that Kubernetes takes for a namespace.
pub fn namespace(value: &Value, path: &Path, out: &mut Diagnostics) {
    let inner = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
    let form = |text: &str| {
        (1..=63).contains(&text.len())
            && !text.starts_with('-')
            && !text.ends_with('-')
            && text.bytes().all(inner)
    };
    let told = (
        "be the name of a namespace",
        "Allowed: 1 to 63 lower-case letters, digits and \"-\", neither first nor last. Example: \"flink\".",
    );
    matches(form, told, value, path, out);
}

/// A version of Flink that this provider knows.
pub fn flink_version(value: &Value, path: &Path, out: &mut Diagnostics) {
    let known = |text: &str| {
        let line = text.parse().map(|Version { major, minor, patch: _ }| (major, minor));
        line.is_ok_and(|line| {
            ((1, 18)..=(1, 20)).contains(&line) || ((2, 0)..=(2, 3)).contains(&line)
        })
    };
    let told = (
        "be a version of Flink from 1.18 to 2.3",
        "Configuration keys and file formats differ from version to version. Examples: \"1.20\", \"2.0.2\".",
    );
    matches(known, told, value, path, out);
}

/// One YAML document.
pub fn yaml(value: &Value, path: &Path, out: &mut Diagnostics) {
    let told = (
        "be one YAML document",
        "Tags, aliases and keys that are not texts are not taken. yamlencode() writes such a document.",
    );
    matches(|text| meaning::parse_yaml(text).is_some(), told, value, path, out);
}

/// A quantity of Kubernetes.
pub fn quantity(value: &Value, path: &Path, out: &mut Diagnostics) {
    let told = ("be a quantity", "Examples: \"10Gi\", \"500M\".");
    matches(|text| meaning::parse_quantity(text).is_some_and(|it| it > 0), told, value, path, out);
}

/// A number of pods, or a percentage.
pub fn count_or_percent(value: &Value, path: &Path, out: &mut Diagnostics) {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let form = |text: &str| digits(text.strip_suffix('%').unwrap_or(text));
    let told = ("be a number of pods or a percentage", "Examples: \"1\", \"50%\".");
    matches(form, told, value, path, out);
}

/// An absolute path in a container or on a node.
pub fn absolute_path(value: &Value, path: &Path, out: &mut Diagnostics) {
    let told = ("be an absolute path without \":\"", "Example: \"/opt/flink/usrlib\".");
    matches(|text| text.starts_with('/') && !text.contains(':'), told, value, path, out);
}

/// The mode of a file in octal.
pub fn file_mode(value: &Value, path: &Path, out: &mut Diagnostics) {
    let form = |text: &str| u32::from_str_radix(text, 8).is_ok_and(|mode| mode <= 0o777);
    matches(form, ("be the mode of a file in octal", "Example: \"0440\"."), value, path, out);
}

/// More than nothing.
pub fn above_zero(value: &Value, path: &Path, out: &mut Diagnostics) {
    least(value, path, |number| number > 0.0, "be above 0", out);
}

/// One, or more.
pub fn at_least_one(value: &Value, path: &Path, out: &mut Diagnostics) {
    least(value, path, |number| number >= 1.0, "be at least 1", out);
}

fn least(
    value: &Value,
    path: &Path,
    allowed: impl Fn(f64) -> bool,
    must: &str,
    out: &mut Diagnostics,
) {
    let Value::Number(number) = value else { return };
    if !allowed(number.to_f64()) {
        let summary = format!("\"{path}\" must {must}");
        out.push(Diagnostic::error(summary, format!("Given: {number}.")).at(path.clone()));
    }
}

/// Ports.
pub fn ports(value: &Value, path: &Path, out: &mut Diagnostics) {
    let Value::Sequence(ports) = value else { return };
    let is_port = |port: &Value| matches!(port, Value::Number(Number::Integer(1..=65_535)));
    for (index, port) in ports.iter().enumerate() {
        if matches!(port, Value::Number(_)) && !is_port(port) {
            let path = path.index(index);
            let summary = format!("\"{path}\" must be a port");
            out.push(Diagnostic::error(summary, "Allowed: 1 to 65535.").at(path));
        }
    }
}

/// Rules over several attributes of a cluster.
pub fn cluster(config: &ClusterModel) -> Diagnostics {
    let mut found = spec(&config.shared);
    found.extend(recover(config));
    found
}

/// Rules over several of the attributes that describe a cluster.
pub fn spec(spec: &ClusterSpec) -> Diagnostics {
    let mut found = Diagnostics::new();
    found.extend(spec.high_availability.known().and_then(quorum));
    for (name, process) in [
        ("job_manager", spec.job_manager.known().map(|manager| &manager.shared)),
        ("task_manager", spec.task_manager.known().map(|manager| &manager.shared)),
    ] {
        found.extend(
            process.into_iter().flat_map(|found| self::process(&Path::attribute(name), found)),
        );
    }
    let volumes = spec.volumes.known().into_iter().flatten();
    found.extend(volumes.filter_map(|(name, found)| volume(name, found)));
    let tls = spec.rest.known().and_then(|rest| rest.tls.known());
    found.extend(tls.and_then(keystore));
    found
}

fn quorum(wanted: &HighAvailability) -> Option<Diagnostic> {
    let zookeeper = wanted.r#type.known().is_some_and(|word| word == "zookeeper");
    (zookeeper && wanted.zookeeper_quorum.is_null()).then(|| {
        let detail = "With type = \"zookeeper\" Flink has to know where ZooKeeper is. Set high_availability.zookeeper_quorum, for example \"zookeeper.flink:2181\".";
        Diagnostic::error("No ZooKeeper is named", detail).at(Path::attribute("high_availability"))
    })
}

fn process(at: &Path, process: &Process) -> Vec<Diagnostic> {
    let sources = process.env_from.known().into_iter().flatten().enumerate();
    let wrong = sources.filter_map(|(index, source)| {
        let EnvFrom { secret, config_map } = source;
        let path = at.child("env_from").index(index);
        exactly_one(&[("secret", secret.is_null()), ("config_map", config_map.is_null())], path)
    });
    let budget = process.disruption_budget.known().and_then(|budget| {
        let DisruptionBudget { min_available, max_unavailable } = budget;
        let sides = [
            ("min_available", min_available.is_null()),
            ("max_unavailable", max_unavailable.is_null()),
        ];
        exactly_one(&sides, at.child("disruption_budget"))
    });
    wrong.chain(budget).collect()
}

fn volume(name: &str, volume: &Volume) -> Option<Diagnostic> {
    let Volume {
        mounts: _,
        persistent_volume_claim,
        ephemeral,
        host_path,
        empty_dir,
        secret,
        config_map,
    } = volume;
    let kinds = [
        ("persistent_volume_claim", persistent_volume_claim.is_null()),
        ("ephemeral", ephemeral.is_null()),
        ("host_path", host_path.is_null()),
        ("empty_dir", empty_dir.is_null()),
        ("secret", secret.is_null()),
        ("config_map", config_map.is_null()),
    ];
    exactly_one(&kinds, Path::attribute("volumes").key(name))
}

/// Exactly one of the attributes (name, whether it is null) is set.
fn exactly_one(attributes: &[(&str, bool)], path: Path) -> Option<Diagnostic> {
    let set: Vec<&str> =
        attributes.iter().filter(|(_, null)| !null).map(|(name, _)| *name).collect();
    let all = attributes.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let (summary, detail) = match set.as_slice() {
        [_] => return None,
        [] => ("Missing configuration argument", format!("\"{path}\" needs one of {all}.")),
        several => (
            "Conflicting configuration arguments",
            format!("\"{path}\" has {}, and they exclude each other.", several.join(" and ")),
        ),
    };
    Some(Diagnostic::error(summary, detail).at(path))
}

fn keystore(tls: &RestTls) -> Option<Diagnostic> {
    let RestTls { secret: _, keystore, truststore, password, client_authentication: _ } = tls;
    let at = Path::attribute("rest").child("tls");
    if !keystore.is_null() && password.is_null() {
        let detail = "Set rest.tls.password to the Secret and its key that hold the password of the keystore.";
        return Some(Diagnostic::error("A keystore needs its password", detail).at(at));
    }
    let alone = keystore.is_null() && !(truststore.is_null() && password.is_null());
    alone.then(|| {
        let detail = "rest.tls.truststore and rest.tls.password belong to rest.tls.keystore. Set it, or remove them: tls.crt, tls.key and ca.crt of the Secret have no password.";
        Diagnostic::error("A password without a keystore", detail).at(at)
    })
}

fn recover(config: &ClusterModel) -> Option<Diagnostic> {
    let recovers = config.own.on_update.known().is_some_and(|word| word == "recover");
    let keys = ["high-availability.type", "high-availability"];
    let by_key =
        |options: &BTreeMap<String, String>| keys.iter().any(|key| options.contains_key(*key));
    let elsewhere = match &config.shared.flink_configuration {
        Attr::Known(options) => by_key(options),
        Attr::Null => false,
        Attr::Unknown => true,
    };
    (recovers && config.shared.high_availability.is_null() && !elsewhere).then(|| {
        let detail = "on_update = \"recover\" leaves it to high availability to bring the jobs back, and there is none: they would be lost with the JobManager. Set high_availability, or on_update = \"drain\".";
        Diagnostic::error("Nothing to recover jobs from", detail).at(Path::attribute("on_update"))
    })
}

#[cfg(test)]
mod tests;
