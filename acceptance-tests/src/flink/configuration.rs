//! What a cluster is configured with: pure text, written once before the first process starts.

use crate::failure::{Failure, Outcome};
use crate::fetch;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::net::TcpListener;
use std::ops::Range;
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How the cluster remembers its jobs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HighAvailability {
    /// In the JobManager's memory alone.
    #[default]
    None,
    /// In the ZooKeeper that flink-dist carries.
    ZooKeeper,
}

/// The cluster that a test wants.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Flink's version.
    pub version: String,
    /// How many `TaskManagers`.
    pub task_managers: usize,
    /// Slots of each.
    pub slots: usize,
    /// Whether jobs survive a JobManager.
    pub high_availability: HighAvailability,
    /// Options that win over the harness's own; an empty one takes the harness's away.
    pub options: BTreeMap<String, String>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            version: fetch::FLINK_1_20.to_owned(),
            task_managers: 2,
            slots: 8,
            high_availability: HighAvailability::None,
            options: BTreeMap::new(),
        }
    }
}

impl Setup {
    /// The default cluster of another version.
    pub fn of(version: &str) -> Self {
        Self { version: version.to_owned(), ..Self::default() }
    }

    /// With one more option.
    #[must_use]
    pub fn option(mut self, key: &str, value: &str) -> Self {
        self.options.insert(key.to_owned(), value.to_owned());
        self
    }
}

/// The ports of a cluster, the same over every restart of its processes.
#[derive(Debug)]
pub(super) struct Ports {
    pub(super) rest: u16,
    rpc: u16,
    blobs: u16,
    zookeeper: u16,
}

/// Below the ports that the kernel gives to whoever asks for any: between the look here and the start of
/// the process, which takes seconds, nobody is given one of these.
const ASSIGNED: Range<u16> = 10_000..32_000;

impl Ports {
    /// Four ports that nobody listens on, and that no other cluster of these tests is given.
    pub(super) fn free() -> Outcome<Self> {
        let mut free = candidates().filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
        let mut next = || free.next().ok_or_else(|| Failure::new("no port is free"));
        Ok(Self { rest: next()?, rpc: next()?, blobs: next()?, zookeeper: next()? })
    }
}

/// Each port once, beginning where neither this process nor one that was started beside it has been.
fn candidates() -> impl Iterator<Item = u16> {
    static GIVEN: AtomicUsize = AtomicUsize::new(0);
    let first = process::id() as usize * 64;
    (0..ASSIGNED.len()).filter_map(move |_| {
        let given = GIVEN.fetch_add(1, Ordering::Relaxed);
        ASSIGNED.clone().nth((first + given) % ASSIGNED.len())
    })
}

/// Lays out `conf`, `logs` and the data folders below `folder`.
pub(super) fn write(setup: &Setup, folder: &Path, ports: &Ports) -> Outcome {
    for name in ["conf", "logs", "tmp", "zookeeper"] {
        fs::create_dir_all(folder.join(name))?;
    }
    let conf = folder.join("conf");
    fs::write(conf.join(file_name(&setup.version)), flink(setup, folder, ports))?;
    fs::write(conf.join("log4j.properties"), LOG4J)?;
    fs::write(conf.join("zoo.cfg"), zookeeper(folder, ports))?;
    Ok(())
}

/// Flink 1.18 reads only the old file, Flink 2 only the new one; both understand flat keys.
fn file_name(version: &str) -> &'static str {
    if version.starts_with("1.18") { "flink-conf.yaml" } else { "config.yaml" }
}

fn flink(setup: &Setup, folder: &Path, ports: &Ports) -> String {
    let mut options = common(folder, ports);
    if setup.high_availability == HighAvailability::ZooKeeper {
        options.extend(high_availability(folder, ports));
    }
    options.extend(setup.options.clone());
    options.retain(|_, value| !value.is_empty());
    options.iter().fold(String::new(), |mut text, (key, value)| {
        let _ = writeln!(text, "{key}: {value}");
        text
    })
}

/// Fast heartbeats and restarts, so that what a test breaks is noticed in seconds.
fn common(folder: &Path, ports: &Ports) -> BTreeMap<String, String> {
    let data = format!("file://{}", folder.display());
    let temporary = folder.join("tmp").display().to_string();
    [
        ("rest.address", "127.0.0.1".to_owned()),
        ("rest.bind-address", "127.0.0.1".to_owned()),
        ("rest.port", ports.rest.to_string()),
        ("jobmanager.rpc.address", "127.0.0.1".to_owned()),
        ("jobmanager.bind-host", "127.0.0.1".to_owned()),
        ("jobmanager.rpc.port", ports.rpc.to_string()),
        ("taskmanager.host", "127.0.0.1".to_owned()),
        ("taskmanager.bind-host", "127.0.0.1".to_owned()),
        ("blob.server.port", ports.blobs.to_string()),
        ("io.tmp.dirs", temporary),
        ("parallelism.default", "2".to_owned()),
        ("state.checkpoints.dir", format!("{data}/checkpoints")),
        ("state.savepoints.dir", format!("{data}/savepoints")),
        ("execution.checkpointing.interval", "1000ms".to_owned()),
        ("heartbeat.interval", "2000".to_owned()),
        ("heartbeat.timeout", "10000".to_owned()),
        // Ten seconds by default, after which a process ends: too few where much else runs.
        ("pekko.startup-timeout", "100s".to_owned()),
        ("restart-strategy.type", "fixed-delay".to_owned()),
        ("restart-strategy.fixed-delay.attempts", "10000".to_owned()),
        ("restart-strategy.fixed-delay.delay", "1s".to_owned()),
        ("slot.request.timeout", "10000".to_owned()),
        ("cluster.intercept-user-system-exit", "THROW".to_owned()),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), value))
    .collect()
}

fn high_availability(folder: &Path, ports: &Ports) -> BTreeMap<String, String> {
    [
        ("high-availability.type", "zookeeper".to_owned()),
        ("high-availability.zookeeper.quorum", format!("127.0.0.1:{}", ports.zookeeper)),
        ("high-availability.storageDir", format!("file://{}/ha", folder.display())),
        ("high-availability.jobmanager.port", ports.rpc.to_string()),
        ("high-availability.zookeeper.client.session-timeout", "4000".to_owned()),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), value))
    .collect()
}

fn zookeeper(folder: &Path, ports: &Ports) -> String {
    format!(
        "tickTime=1000\ndataDir={}/zookeeper\nclientPort={}\nclientPortAddress=127.0.0.1\n\
         admin.enableServer=false\n",
        folder.display(),
        ports.zookeeper
    )
}

const LOG4J: &str = "\
rootLogger.level = INFO
rootLogger.appenderRef.file.ref = File
appender.file.name = File
appender.file.type = FILE
appender.file.append = true
appender.file.fileName = ${sys:log.file}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %-60c %x - %m%n
";

#[cfg(test)]
mod tests {
    use super::{Ports, Setup, flink};
    use std::path::Path;

    #[test]
    fn a_tests_own_option_wins() {
        let setup =
            Setup::default().option("parallelism.default", "7").option("blob.server.port", "");
        let ports = Ports { rest: 1, rpc: 2, blobs: 3, zookeeper: 4 };
        let text = flink(&setup, Path::new("/c"), &ports);
        assert!(text.contains("parallelism.default: 7\n"));
        assert!(!text.contains("parallelism.default: 2"));
        assert!(!text.contains("blob.server.port"));
    }
}
