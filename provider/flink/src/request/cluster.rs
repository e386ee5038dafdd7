//! Questions about the cluster as a whole.

use super::Request;
use crate::response::cluster::{Config, ConfigurationEntries, Overview, TaskManagers};

/// The version, the refresh interval of the caches, and what is switched on.
pub fn config() -> Request<Config> {
    Request::get(&["config"])
}

/// Slots and counts of jobs.
pub fn overview() -> Request<Overview> {
    Request::get(&["overview"])
}

/// The JobManager's effective configuration.
pub fn configuration() -> Request<ConfigurationEntries> {
    Request::get(&["jobmanager", "config"])
}

/// The TaskManagers with their slots.
pub fn task_managers() -> Request<TaskManagers> {
    Request::get(&["taskmanagers"])
}
