//! The configuration that the client writes for the pods.

use flink::Version;
use flink::configuration::{Configuration, options};

use super::client::Entry;
use super::options::Reader;
use crate::Invalid;

/// Options of the client's machine that mean nothing in a pod.
const CLIENTS_OWN: [&str; 6] = [
    "kubernetes.config.file",
    "$internal.deployment.config-dir",
    "rest.bind-address",
    "jobmanager.bind-host",
    "taskmanager.bind-host",
    "taskmanager.host",
];

/// The option that names the cluster.
pub(super) const CLUSTER_ID: &str = "kubernetes.cluster-id";

/// What runs in the JobManager's pod.
pub(super) const ENTRY_CLASS: &str = "kubernetes.internal.jobmanager.entrypoint.class";

/// The longest name of a cluster.
const LONGEST: usize = 45;

/// Whether `JobManagers` elect a leader.
pub(super) fn is_highly_available(reader: &Reader<'_>) -> bool {
    reader
        .filled("high-availability.type")
        .is_some_and(|it| !["none", "standalone"].iter().any(|none| it.eq_ignore_ascii_case(none)))
}

/// The configuration with what the client adds, before what it takes away.
///
/// # Errors
/// Whatever Flink's client would refuse before it makes anything.
pub(super) fn with_additions(
    given: &Configuration,
    entry: Entry,
    version: Version,
) -> Result<Configuration, Vec<Invalid>> {
    let reader = Reader::new(given, version);
    let mut configuration = given.clone();
    let mut set = |key: &str, value: &str| configuration.insert(key.to_owned(), value.to_owned());
    let name = cluster_id(&reader);
    set("execution.target", entry.target());
    set(ENTRY_CLASS, entry.class());
    set("internal.cluster.execution-mode", "NORMAL");
    // With rest.bind-port unset Flink looks at rest.port, so that its 0 counts here.
    for (key, fixed) in
        [("blob.server.port", 6124), ("taskmanager.rpc.port", 6122), ("rest.bind-port", 8081)]
    {
        let default = if key == "rest.bind-port" { fixed } else { 0 };
        if reader.port(key, default) == 0 {
            set(key, &fixed.to_string());
        }
    }
    if is_highly_available(&reader) {
        set("high-availability.cluster-id", name);
        if reader.port("high-availability.jobmanager.port", 0) == 0 {
            set(
                "high-availability.jobmanager.port",
                reader.get("jobmanager.rpc.port").unwrap_or("6123"),
            );
        }
    } else {
        let namespace = namespace(&reader);
        set("jobmanager.rpc.address", &format!("{name}.{namespace}"));
    }
    check_replicas(&reader);
    let problems = reader.into_problems();
    if problems.is_empty() { Ok(configuration) } else { Err(problems) }
}

/// The namespace of all objects.
pub(super) fn namespace<'a>(reader: &Reader<'a>) -> &'a str {
    let namespace = reader.get("kubernetes.namespace").unwrap_or("default");
    if namespace.trim().is_empty() {
        reader.refuse("kubernetes.namespace", "The namespace is blank.");
    }
    namespace
}

fn cluster_id<'a>(reader: &Reader<'a>) -> &'a str {
    let name = reader.filled(CLUSTER_ID).unwrap_or_default();
    if name.is_empty() {
        reader.refuse(CLUSTER_ID, "A cluster needs a name.");
    } else if name.chars().count() > LONGEST {
        reader.refuse(
            CLUSTER_ID,
            format!(
                "{name:?} has {} characters. Flink takes at most {LONGEST}, because names of \
                 Services and pods are made from it.",
                name.chars().count()
            ),
        );
    }
    name
}

fn check_replicas(reader: &Reader<'_>) {
    const REPLICAS: &str = "kubernetes.jobmanager.replicas";
    let replicas = reader.int(REPLICAS, 1);
    if replicas < 1 {
        reader.refuse(REPLICAS, format!("{replicas} JobManagers: at least one is needed."));
    } else if replicas > 1 && !is_highly_available(reader) {
        reader.refuse(
            REPLICAS,
            format!(
                "{replicas} JobManagers need high availability: without it each would be a cluster \
                 of its own behind one Service. Set high-availability.type, or take one."
            ),
        );
    }
}

/// The configuration without what is the client's own.
pub(super) fn without_clients_own(
    configuration: &Configuration,
    version: Version,
) -> Configuration {
    let mut configuration = configuration.clone();
    let options = options::of(version);
    for key in CLIENTS_OWN {
        if configuration.remove(key).is_some() {
            continue;
        }
        let Some(option) = options.get(key) else { continue };
        let others = option.fallback.iter().chain(&option.deprecated);
        if let Some(other) = others.copied().find(|other| configuration.contains_key(*other)) {
            configuration.remove(other);
        }
    }
    configuration
}

/// The configuration without what the client adds by itself: what a user wrote.
pub(super) fn without_additions(effective: &Configuration, version: Version) -> Configuration {
    let mut configuration = effective.clone();
    let reader = Reader::new(effective, version);
    let name = cluster_id(&reader);
    let namespace = reader.get("kubernetes.namespace").unwrap_or("default");
    let rpc_port = reader.get("jobmanager.rpc.port").unwrap_or("6123");
    let added = [
        ("execution.target", reader.get("execution.target").unwrap_or_default().to_owned()),
        (ENTRY_CLASS, reader.get(ENTRY_CLASS).unwrap_or_default().to_owned()),
        ("internal.cluster.execution-mode", "NORMAL".to_owned()),
        ("blob.server.port", "6124".to_owned()),
        ("taskmanager.rpc.port", "6122".to_owned()),
        ("jobmanager.rpc.address", format!("{name}.{namespace}")),
        ("high-availability.cluster-id", name.to_owned()),
        ("high-availability.jobmanager.port", rpc_port.to_owned()),
    ];
    for (key, value) in added {
        if configuration.get(key) == Some(&value) {
            configuration.remove(key);
        }
    }
    configuration
}
