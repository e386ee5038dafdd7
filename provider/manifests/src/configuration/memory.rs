//! The memory of both processes, as Flink divides it.

use flink::configuration::Configuration;
use flink::memory;

use super::path_of;
use crate::{Cluster, Invalid};

/// What the pods of both processes need.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Memory {
    /// The JobManager's.
    pub(crate) job_manager: memory::JobManager,
    /// A TaskManager's.
    pub(crate) task_manager: memory::TaskManager,
}

/// The memory that follows from a whole configuration.
///
/// # Errors
/// Sizes that do not add up, at the attribute that is most likely meant.
pub(crate) fn of(cluster: &Cluster, configuration: &Configuration) -> Result<Memory, Vec<Invalid>> {
    let version = cluster.flink_version;
    let job_manager = memory::job_manager(configuration, version);
    let task_manager = memory::task_manager(configuration, version);
    match (job_manager, task_manager) {
        (Ok(job_manager), Ok(task_manager)) => Ok(Memory { job_manager, task_manager }),
        (job_manager, task_manager) => {
            let first = job_manager.err().map(|error| invalid(cluster, "job_manager", &error));
            let second = task_manager.err().map(|error| invalid(cluster, "task_manager", &error));
            Err(first.into_iter().chain(second).collect())
        }
    }
}

/// The error at the attribute that is written: a key of the error, or else the process.
fn invalid(cluster: &Cluster, process: &str, error: &memory::Error) -> Invalid {
    let paths = error.keys().into_iter().map(|key| path_of(cluster, key));
    let is_written = |path: &Vec<String>| match path.as_slice() {
        [_, key] if path.first().is_some_and(|first| first == super::ATTRIBUTE) => {
            cluster.flink_configuration.contains_key(key)
        }
        _ => true,
    };
    let path = paths.into_iter().find(is_written);
    let path = path.unwrap_or_else(|| vec![process.to_owned(), "memory".to_owned()]);
    Invalid { path, text: error.to_string() }
}
