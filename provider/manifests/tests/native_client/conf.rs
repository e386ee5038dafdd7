//! The configuration folders that the recorded clients had.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use flink::Version;
use flink::configuration::{Configuration, defaults, file};

use manifests::native::{self, Files};

use crate::cases::Case;

/// The name of the configuration file, and what it says.
pub(crate) fn file(case: &Case) -> (&'static str, Configuration) {
    let name = if case.conf == "legacy" && case.version < Version::new(2, 0, 0) {
        file::FLINK_CONF
    } else {
        file::name(case.version)
    };
    let sizes = [
        ("jobmanager.memory.process.size", defaults::JOB_MANAGER_PROCESS_SIZE),
        ("taskmanager.memory.process.size", defaults::TASK_MANAGER_PROCESS_SIZE),
    ];
    let pairs: Vec<(&str, &str)> = match case.conf.as_str() {
        "nomem" => vec![("parallelism.default", "1")],
        "dist" => sizes.into_iter().chain(distribution(case.version)).collect(),
        _ => sizes.to_vec(),
    };
    (name, pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect())
}

/// Files of the client's machine as they were recorded: Hadoop's and Kerberos'.
pub(crate) fn machine(case: &Case) -> Files {
    let mut files = Files::default();
    for request in case.written() {
        let body = &request.body;
        let name = body["metadata"]["name"].as_str().unwrap_or_default();
        let data: BTreeMap<String, String> =
            serde_json::from_value(body["data"].clone()).unwrap_or_default();
        let first = data.values().next().cloned();
        if name.starts_with("hadoop-config-") {
            files.hadoop = data;
        } else if name.starts_with("kerberos-keytab-") {
            files.keytab =
                first.and_then(|it| BASE64.decode(it.as_bytes()).ok()).map(native::KeyTab);
        } else if name.starts_with("kerberos-krb5conf-") {
            files.krb5 = first;
        }
    }
    files
}

/// What the distribution's own file says besides the sizes.
fn distribution(version: Version) -> Vec<(&'static str, &'static str)> {
    let mut pairs = vec![
        ("jobmanager.rpc.address", "localhost"),
        ("jobmanager.rpc.port", "6123"),
        ("jobmanager.bind-host", "localhost"),
        ("jobmanager.execution.failover-strategy", "region"),
        ("taskmanager.bind-host", "localhost"),
        ("taskmanager.host", "localhost"),
        ("taskmanager.numberOfTaskSlots", "1"),
        ("parallelism.default", "1"),
        ("rest.address", "localhost"),
        ("rest.bind-address", "localhost"),
    ];
    if version >= Version::new(1, 18, 0) {
        pairs.push(("env.java.opts.all", defaults::java_options(version)));
    }
    pairs
}

/// The other files of the folder: the logging files as they were recorded, for
/// their texts are the client's input, and some that a client must not ship.
pub(crate) fn others(case: &Case) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let decoys = ["zoo.cfg", "masters", "notes.txt"];
    let not_yet_shipped = ["log4j-cli.properties", "log4j-session.properties", "logback.xml"];
    files.extend(decoys.map(|name| (name.to_owned(), "not for the pods".to_owned())));
    if case.version < Version::new(2, 1, 0) {
        files.extend(not_yet_shipped.map(|name| (name.to_owned(), "not yet".to_owned())));
    }
    for request in case.written() {
        let Some(data) = request.body.get("data").and_then(|it| it.as_object()) else { continue };
        let is_configuration =
            data.contains_key(file::CONFIG) || data.contains_key(file::FLINK_CONF);
        if is_configuration {
            files.extend(
                data.iter()
                    .filter(|(name, _)| ![file::CONFIG, file::FLINK_CONF].contains(&name.as_str()))
                    .filter_map(|(name, text)| Some((name.clone(), text.as_str()?.to_owned()))),
            );
        }
    }
    files
}
