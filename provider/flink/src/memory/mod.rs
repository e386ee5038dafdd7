//! How Flink divides the memory of a process, byte for byte.
//!
//! ```text
//! process = flink + metaspace + overhead
//! flink   = heap + off-heap                                              (JobManager)
//! flink   = (framework + task) × (heap + off-heap) + managed + network   (TaskManager)
//! ```
//!
//! What is set decides where the computation starts, the first that applies: the inner parts (the
//! heap; the task heap and the managed memory), the total of Flink, the total of the process. Rules
//! of `JobManagerProcessUtils` and `TaskExecutorProcessUtils` as Flink's client applies them for
//! Kubernetes; compared with Flink's own answers in `tests/memory.rs`.

mod amount;
mod error;
mod flink_job_manager;
mod flink_task_manager;
mod process;
mod reader;

pub use amount::{Part, Source};
pub use error::Error;
pub use flink_task_manager::task_manager_cpu;

use crate::Version;
use crate::configuration::Configuration;
use reader::Reader;

const MEBIBYTE: u64 = 1 << 20;

/// The memory of a JobManager, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobManager {
    /// The JVM's heap.
    pub heap: u64,
    /// Direct and native memory.
    pub off_heap: u64,
    /// The JVM's metaspace.
    pub metaspace: u64,
    /// What the JVM needs besides, such as stacks.
    pub overhead: u64,
    /// Whether the JVM is told to keep direct memory within `off_heap`.
    pub limits_direct_memory: bool,
}

/// The memory of a TaskManager, in bytes, and what it offers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TaskManager {
    /// Heap of the framework.
    pub framework_heap: u64,
    /// Heap of the jobs.
    pub task_heap: u64,
    /// Managed memory: state of RocksDB, sorting, Python.
    pub managed: u64,
    /// Direct and native memory of the framework.
    pub framework_off_heap: u64,
    /// Direct and native memory of the jobs.
    pub task_off_heap: u64,
    /// Buffers between tasks.
    pub network: u64,
    /// The JVM's metaspace.
    pub metaspace: u64,
    /// What the JVM needs besides, such as stacks.
    pub overhead: u64,
    /// Cores: `taskmanager.cpu.cores`, or one for each slot.
    pub cpu: f64,
    /// Slots, as set; Flink refuses what is not positive only where it counts the cores by it.
    pub slots: i32,
}

impl JobManager {
    /// The total of Flink.
    pub fn flink(&self) -> u64 {
        self.heap + self.off_heap
    }

    /// The total of the process.
    pub fn process(&self) -> u64 {
        self.flink() + self.metaspace + self.overhead
    }

    /// What the container asks for: whole MiB, the rest is cut off.
    pub fn pod_mebibytes(&self) -> u64 {
        self.process() / MEBIBYTE
    }

    /// The options of the JVM, as Flink's start scripts make them.
    pub fn jvm_arguments(&self) -> String {
        let heap = self.heap;
        let direct = format!(" -XX:MaxDirectMemorySize={}", self.off_heap);
        let direct = if self.limits_direct_memory { direct } else { String::new() };
        format!("-Xmx{heap} -Xms{heap}{direct} -XX:MaxMetaspaceSize={}", self.metaspace)
    }
}

impl TaskManager {
    /// The total of Flink.
    pub fn flink(&self) -> u64 {
        self.framework_heap
            + self.task_heap
            + self.managed
            + self.framework_off_heap
            + self.task_off_heap
            + self.network
    }

    /// The total of the process.
    pub fn process(&self) -> u64 {
        self.flink() + self.metaspace + self.overhead
    }

    /// What the container asks for: whole MiB, the rest is cut off.
    pub fn pod_mebibytes(&self) -> u64 {
        self.process() / MEBIBYTE
    }

    /// The options of the JVM, as Flink's start scripts make them.
    pub fn jvm_arguments(&self) -> String {
        let heap = self.framework_heap + self.task_heap;
        let direct = self.framework_off_heap + self.task_off_heap + self.network;
        format!(
            "-Xmx{heap} -Xms{heap} -XX:MaxDirectMemorySize={direct} -XX:MaxMetaspaceSize={}",
            self.metaspace
        )
    }
}

/// The memory of a JobManager.
///
/// # Errors
/// Where Flink would refuse the configuration; nothing set at all is refused too
/// ([`defaults::complete`](crate::configuration::defaults::complete) sets it).
pub fn job_manager(configuration: &Configuration, version: Version) -> Result<JobManager, Error> {
    let configuration = process::JOB_MANAGER.with_legacy_heap(configuration, version)?;
    let reader = Reader::new(&configuration, version);
    flink_job_manager::derive(&reader)
}

/// The memory of a TaskManager.
///
/// # Errors
/// As of [`job_manager`]; also where slots or cores are not positive.
pub fn task_manager(configuration: &Configuration, version: Version) -> Result<TaskManager, Error> {
    let configuration = process::TASK_MANAGER.with_legacy_heap(configuration, version)?;
    let reader = Reader::new(&configuration, version);
    flink_task_manager::derive(&reader)
}

#[cfg(test)]
mod tests;
