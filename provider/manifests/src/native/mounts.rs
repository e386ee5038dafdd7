//! What options mount into the pods: Secrets, claims, Hadoop's and Kerberos' files.

use data_encoding::BASE64;
use serde_json::{Value, json};

use super::inputs::{Files, HADOOP};
use super::options::Reader;
use super::version::Traits;
use crate::template::Pod;

const HADOOP_DIRECTORY: &str = "/opt/hadoop/conf";
const HADOOP_VOLUME: &str = "hadoop-config-volume";
const KEYTAB_DIRECTORY: &str = "/opt/kerberos/kerberos-keytab";
/// What the file of Kerberos is called in the pods, whatever it is called elsewhere.
const KRB5_FILE: &str = "krb5.conf";

/// Claims by name, each with its place.
const CLAIMS: &str = "kubernetes.persistent-volume-claims";

/// The longest name of a volume.
const LONGEST_VOLUME: usize = 63;

/// A volume of the pod, and its place in the main container.
fn mount(pod: &mut Pod, name: &str, source: (&str, Value), place: Value) {
    let (field, source) = source;
    pod.append("volumes", [json!({ "name": name, field: source })]);
    let mut place = place;
    place["name"] = json!(name);
    pod.main_append("volumeMounts", [place]);
}

/// `kubernetes.secrets`: each Secret as a directory.
pub(super) fn secrets(pod: &mut Pod, reader: &Reader<'_>) {
    for (secret, path) in reader.map("kubernetes.secrets") {
        let source = ("secret", json!({ "secretName": secret }));
        mount(pod, &format!("{secret}-volume"), source, json!({ "mountPath": path }));
    }
}

/// `kubernetes.persistent-volume-claims`: each claim as a directory, since 2.3.
pub(super) fn claims(pod: &mut Pod, reader: &Reader<'_>, traits: Traits) {
    if !traits.mounts_claims {
        return;
    }
    let read_only = reader.boolean("kubernetes.persistent-volume-claim-read-only", false);
    let claims = reader.map(CLAIMS);
    let mut paths = std::collections::BTreeSet::new();
    for (claim, path) in &claims {
        if !path.starts_with('/') {
            reader.refuse(CLAIMS, format!("{path:?} of the claim {claim} is no absolute path."));
        }
        if !paths.insert(path) {
            reader.refuse(CLAIMS, format!("{path} is named for more than one claim."));
        }
        let name = volume_of(claim);
        let taken = pod.get("volumes").and_then(Value::as_array).is_some_and(|volumes| {
            volumes.iter().any(|volume| volume.get("name") == Some(&json!(name)))
        });
        if taken || !is_subdomain(claim) {
            reader.refuse(
                CLAIMS,
                format!("The claim {claim:?} is no name of Kubernetes, or its volume {name} is there already."),
            );
        }
        let source =
            ("persistentVolumeClaim", json!({ "claimName": claim, "readOnly": read_only }));
        mount(pod, &name, source, json!({ "mountPath": path, "readOnly": read_only }));
    }
}

/// The volume of a claim: `<claim>-pvc` with `-` for `.`; one that is too long
/// is cut, and a hash of the claim tells it from others.
fn volume_of(claim: &str) -> String {
    const SUFFIX: &str = "-pvc";
    const HASH: usize = 6;
    let base = claim.replace('.', "-");
    if base.len() + SUFFIX.len() <= LONGEST_VOLUME {
        return format!("{base}{SUFFIX}");
    }
    let cut: String = base.chars().take(LONGEST_VOLUME - HASH - SUFFIX.len()).collect();
    format!("{}-{:05x}{SUFFIX}", cut.trim_end_matches('-'), java_hash(claim) & 0xF_FFFF)
}

/// `String.hashCode` of Java.
pub(super) fn java_hash(text: &str) -> i32 {
    text.encode_utf16().fold(0i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(unit.into()))
}

/// Whether a text is a DNS-1123 subdomain, as Flink checks it.
fn is_subdomain(text: &str) -> bool {
    let is_end = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit();
    (1..=253).contains(&text.len())
        && text.starts_with(is_end)
        && text.ends_with(is_end)
        && text.chars().all(|it| is_end(it) || it == '-' || it == '.')
}

/// Hadoop's configuration: a ConfigMap that exists, or one of the client's files.
///
/// The answer is the data of the ConfigMap to make.
pub(super) fn hadoop(
    pod: &mut Pod,
    reader: &Reader<'_>,
    files: &Files,
    cluster: &str,
) -> Option<Value> {
    if !reader.boolean("kubernetes.decorator.hadoop-conf-mount.enabled", true) {
        return None;
    }
    let own: Vec<_> =
        files.hadoop.iter().filter(|(name, _)| HADOOP.contains(&name.as_str())).collect();
    let existing = reader.filled("kubernetes.hadoop.conf.config-map.name");
    let source = match existing {
        Some(name) => json!({ "name": name.trim() }),
        None if own.is_empty() => return None,
        None => {
            let items: Vec<_> =
                own.iter().map(|(name, _)| json!({ "key": name, "path": name })).collect();
            json!({ "name": format!("hadoop-config-{cluster}"), "items": items })
        }
    };
    mount(pod, HADOOP_VOLUME, ("configMap", source), json!({ "mountPath": HADOOP_DIRECTORY }));
    pod.main_append("env", [json!({ "name": "HADOOP_CONF_DIR", "value": HADOOP_DIRECTORY })]);
    existing
        .is_none()
        .then(|| own.into_iter().map(|(name, text)| (name.clone(), json!(text))).collect())
}

/// The Secret and the ConfigMap to make for Kerberos, without metadata, and where
/// the key table is in the pods.
#[derive(Default)]
pub(super) struct Kerberos {
    pub(super) keytab: Option<Value>,
    pub(super) krb5: Option<Value>,
    pub(super) keytab_path: Option<String>,
}

/// Kerberos: the key table as a Secret, `krb5.conf` as a ConfigMap.
pub(super) fn kerberos(
    pod: &mut Pod,
    reader: &Reader<'_>,
    files: &Files,
    cluster: &str,
) -> Kerberos {
    let mut kerberos = Kerberos::default();
    if !reader.boolean("kubernetes.decorator.kerberos-mount.enabled", true) {
        return kerberos;
    }
    let keytab = reader.filled("security.kerberos.login.keytab");
    if let (Some(path), Some(_)) = (keytab, reader.filled("security.kerberos.login.principal")) {
        let source = ("secret", json!({ "secretName": format!("kerberos-keytab-{cluster}") }));
        mount(pod, "kerberos-keytab-volume", source, json!({ "mountPath": KEYTAB_DIRECTORY }));
        if let Some(content) = &files.keytab {
            let name = file_name(path);
            kerberos.keytab_path = Some(format!("{KEYTAB_DIRECTORY}/{name}"));
            kerberos.keytab = Some(json!({ name: BASE64.encode(&content.0) }));
        }
    }
    if let Some(path) = reader.filled("security.kerberos.krb5-conf.path") {
        let name = file_name(path);
        let source = json!({
            "name": format!("kerberos-krb5conf-{cluster}"),
            "items": [{ "key": name, "path": KRB5_FILE }],
        });
        let place = json!({ "mountPath": format!("/etc/{KRB5_FILE}"), "subPath": KRB5_FILE });
        mount(pod, "kerberos-krb5conf-volume", ("configMap", source), place);
        kerberos.krb5 = files.krb5.as_ref().map(|text| json!({ name: text }));
    }
    kerberos
}

fn file_name(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claims_volume_is_a_label() {
        let long = "a".repeat(70);
        for (claim, volume) in [
            ("data", "data-pvc".to_owned()),
            ("my.data", "my-data-pvc".to_owned()),
            (&long, format!("{}-{:05x}-pvc", "a".repeat(53), java_hash(&long) & 0xF_FFFF)),
        ] {
            let found = volume_of(claim);
            assert_eq!(found, volume, "{claim}");
            assert!(found.len() <= LONGEST_VOLUME, "{claim}");
        }
    }

    #[test]
    fn a_hash_is_javas() {
        // Values of java.lang.String.hashCode.
        for (text, hash) in [("", 0), ("a", 97), ("my-app", -1_061_206_400)] {
            assert_eq!(java_hash(text), hash, "{text:?}");
        }
    }
}
