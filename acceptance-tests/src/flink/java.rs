//! The command lines of Flink's processes.
//!
//! Small heaps and the first compiler tier only: several clusters share two cores. The memory of a
//! TaskManager is given part by part, which is what Flink's scripts would compute.

use crate::failure::{Failure, Outcome};
use crate::fetch;
use crate::guard::Guarded;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Starts the processes of one cluster.
#[derive(Debug)]
pub(super) struct Java {
    class_path: String,
    folder: PathBuf,
    started: AtomicU32,
}

impl Java {
    pub(super) fn new(version: &str, folder: &Path) -> Outcome<Self> {
        let class_path = class_path(&fetch::flink(version)?)?;
        Ok(Self { class_path, folder: folder.to_path_buf(), started: AtomicU32::new(0) })
    }

    pub(super) fn zookeeper(&self) -> Outcome<Guarded> {
        let arguments =
            ["--zkConfigFile", &self.conf("zoo.cfg"), "--peerId", "1"].map(str::to_owned);
        self.start("zookeeper", &["-Xmx64m"], ZOOKEEPER, arguments.to_vec())
    }

    pub(super) fn job_manager(&self) -> Outcome<Guarded> {
        let arguments =
            ["--configDir", &self.conf(""), "--executionMode", "cluster"].map(str::to_owned);
        self.start(
            "jobmanager",
            &["-Xmx384m", "-XX:MaxMetaspaceSize=320m"],
            JOB_MANAGER,
            arguments.to_vec(),
        )
    }

    pub(super) fn task_manager(&self, slots: usize) -> Outcome<Guarded> {
        let mut arguments = vec!["--configDir".to_owned(), self.conf("")];
        let mut set =
            |key: &str, value: &str| arguments.extend(["-D".to_owned(), format!("{key}={value}")]);
        for (part, size) in TASK_MANAGER_MEMORY {
            set(&format!("taskmanager.memory.{part}"), size);
        }
        set("taskmanager.cpu.cores", "2.0");
        set("taskmanager.numberOfTaskSlots", &slots.to_string());
        let limits = ["-Xmx384m", "-XX:MaxMetaspaceSize=256m", "-XX:MaxDirectMemorySize=256m"];
        self.start("taskmanager", &limits, TASK_MANAGER, arguments)
    }

    fn conf(&self, file: &str) -> String {
        self.folder.join("conf").join(file).display().to_string()
    }

    fn start(
        &self,
        name: &str,
        limits: &[&str],
        class: &str,
        arguments: Vec<String>,
    ) -> Outcome<Guarded> {
        let number = self.started.fetch_add(1, Ordering::Relaxed);
        let log = self.folder.join(format!("logs/{number}-{name}.log"));
        let mut line: Vec<String> =
            limits.iter().chain(&COMMON).map(|option| (*option).to_owned()).collect();
        line.extend(
            OPENED.iter().map(|package| format!("--add-opens=java.base/{package}=ALL-UNNAMED")),
        );
        line.push(format!("-Djava.io.tmpdir={}", self.folder.join("tmp").display()));
        line.push(format!("-Dlog.file={}", log.display()));
        line.push(format!("-Dlog4j.configurationFile=file:{}", self.conf("log4j.properties")));
        line.extend(["-cp".to_owned(), self.class_path.clone(), class.to_owned()]);
        line.extend(arguments);
        Ok(Guarded::start("java", &line, &log.with_extension("out"))?)
    }
}

const ZOOKEEPER: &str = "org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer";
const JOB_MANAGER: &str = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint";
const TASK_MANAGER: &str = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner";

const COMMON: [&str; 3] = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"];

/// What Flink's own default options open for Java 17.
const OPENED: [&str; 10] = [
    "java.lang",
    "java.net",
    "java.io",
    "java.nio",
    "sun.nio.ch",
    "java.lang.reflect",
    "java.text",
    "java.time",
    "java.util",
    "java.util.concurrent",
];

const TASK_MANAGER_MEMORY: [(&str, &str); 10] = [
    ("task.heap.size", "256m"),
    ("task.off-heap.size", "0m"),
    ("framework.heap.size", "64m"),
    ("framework.off-heap.size", "64m"),
    ("managed.size", "32m"),
    ("network.min", "64m"),
    ("network.max", "64m"),
    ("jvm-metaspace.size", "256m"),
    ("jvm-overhead.min", "64m"),
    ("jvm-overhead.max", "64m"),
];

/// Flink without the table planner: fewer jars, a faster start.
fn class_path(lib: &Path) -> Outcome<String> {
    let mut jars = Vec::new();
    for entry in fs::read_dir(lib)? {
        let jar = entry?.path().display().to_string();
        if ["/flink-dist-", "/flink-runtime-", "/log4j-"].iter().any(|name| jar.contains(name)) {
            jars.push(jar);
        }
    }
    if jars.is_empty() {
        return Err(Failure::new(format!("no Flink in {}", lib.display())));
    }
    jars.sort();
    Ok(jars.join(":"))
}
