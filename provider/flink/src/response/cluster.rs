//! Answers about the cluster as a whole.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use crate::Version;
use crate::version::NotAVersion;

/// `/config`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Config {
    /// The version as text.
    pub flink_version: String,
    /// Milliseconds for which cached answers may be old.
    #[serde(rename = "refresh-interval")]
    pub refresh_interval_ms: u64,
    /// What is switched on.
    #[serde(default)]
    pub features: Features,
}

impl Config {
    /// The version as numbers.
    pub fn version(&self) -> Result<Version, NotAVersion> {
        self.flink_version.parse()
    }

    /// How old the answers of `/jobs/:id`, `/exceptions` and `/checkpoints` may
    /// be.
    pub fn refresh_interval(&self) -> Duration {
        Duration::from_millis(self.refresh_interval_ms)
    }
}

/// What is switched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Features {
    /// Jars can be uploaded and run.
    pub web_submit: bool,
    /// The web interface offers to cancel jobs.
    pub web_cancel: bool,
}

impl Default for Features {
    fn default() -> Self {
        Self { web_submit: true, web_cancel: true }
    }
}

/// `/overview`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Overview {
    /// TaskManagers that the JobManager knows.
    pub taskmanagers: u32,
    /// All slots.
    pub slots_total: u32,
    /// Free slots.
    pub slots_available: u32,
    /// Jobs that run or restart.
    pub jobs_running: u32,
    /// Jobs that ended by themselves.
    pub jobs_finished: u32,
    /// Cancelled jobs.
    pub jobs_cancelled: u32,
    /// Failed jobs.
    pub jobs_failed: u32,
}

/// `/jobmanager/config`: the effective configuration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "Vec<Entry>")]
pub struct ConfigurationEntries(BTreeMap<String, String>);

#[derive(Deserialize)]
struct Entry {
    key: String,
    value: String,
}

impl From<Vec<Entry>> for ConfigurationEntries {
    fn from(entries: Vec<Entry>) -> Self {
        Self(entries.into_iter().map(|Entry { key, value }| (key, value)).collect())
    }
}

impl ConfigurationEntries {
    /// The value of `key`, when it is set.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// All that is set, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

/// `/taskmanagers`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TaskManagers {
    /// Each TaskManager.
    pub taskmanagers: Vec<TaskManager>,
}

/// One TaskManager.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskManager {
    /// Its id; on Kubernetes the name of its pod.
    pub id: String,
    /// All its slots.
    pub slots_number: u32,
    /// Its free slots.
    pub free_slots: u32,
}
