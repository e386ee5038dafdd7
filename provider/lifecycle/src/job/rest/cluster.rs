//! How the cluster is configured.

use std::time::Duration;

use flink::{
    request,
    response::cluster::{Config, ConfigurationEntries, Overview},
};

use super::{Rest, failure};
use crate::job::{
    observed::{Cluster, Exit, Submission},
    world::WorldError,
};

/// Where savepoints go, in the spelling of 1.20 and of before.
const SAVEPOINT_KEYS: [&str; 2] = ["execution.checkpointing.savepoint-dir", "state.savepoints.dir"];
/// Where checkpoints go, in the spelling of 1.20 and of before.
const CHECKPOINT_KEYS: [&str; 2] = ["execution.checkpointing.dir", "state.checkpoints.dir"];
/// Whether there is high availability, in the spelling of 1.17 and of before.
const AVAILABILITY_KEYS: [&str; 2] = ["high-availability.type", "high-availability"];
/// What happens on `System.exit`; without it, the process ends.
const EXIT_KEY: &str = "cluster.intercept-user-system-exit";

impl Rest {
    pub(super) async fn cluster(&self) -> Result<Cluster, WorldError> {
        let (config, overview) = (request::cluster::config(), request::cluster::overview());
        let (config, configuration, overview) = tokio::join!(
            self.client.send_once(&config),
            self.configuration(),
            self.read(&overview)
        );
        match config {
            Ok(config) => Ok(cluster(&config, configuration?, overview?)),
            Err(error) if self.is_gone(&error).await? => Ok(gone()),
            Err(error) => Err(failure::world(error)),
        }
    }
}

/// A cluster of which nothing is left.
fn gone() -> Cluster {
    Cluster {
        version: String::new(),
        refresh_interval: Duration::ZERO,
        savepoint_root: None,
        checkpoint_root: None,
        exit: Exit::Harmless,
        submission: Submission::Disabled,
        slots: 0,
    }
}

fn cluster(config: &Config, configuration: &ConfigurationEntries, overview: Overview) -> Cluster {
    let submission =
        if config.features.web_submit { Submission::Enabled } else { Submission::Disabled };
    Cluster {
        version: config.flink_version.clone(),
        refresh_interval: config.refresh_interval(),
        savepoint_root: first(configuration, &SAVEPOINT_KEYS),
        checkpoint_root: first(configuration, &CHECKPOINT_KEYS),
        exit: exit(configuration),
        submission,
        slots: overview.slots_total,
    }
}

fn first(configuration: &ConfigurationEntries, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| configuration.get(key)).map(ToOwned::to_owned)
}

/// With high availability the jobs outlive the JobManager.
fn exit(configuration: &ConfigurationEntries) -> Exit {
    let is_set = |key: &str, none: &str| {
        configuration.get(key).is_some_and(|value| !value.eq_ignore_ascii_case(none))
    };
    let is_available = AVAILABILITY_KEYS.iter().any(|key| is_set(key, "none"));
    if is_available || is_set(EXIT_KEY, "disabled") { Exit::Harmless } else { Exit::EndsJobs }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    fn configuration(pairs: &[(&str, &str)]) -> ConfigurationEntries {
        let entries = pairs.iter().map(|(key, value)| json!({"key": key, "value": value}));
        from_value(entries.collect()).expect("entries")
    }

    #[test]
    fn a_main_that_exits_is_harmless_only_where_flink_catches_it_or_recovers() {
        for (pairs, expected) in [
            (&[][..], Exit::EndsJobs),
            (&[(EXIT_KEY, "DISABLED")], Exit::EndsJobs),
            (&[(EXIT_KEY, "THROW")], Exit::Harmless),
            (&[(EXIT_KEY, "LOG")], Exit::Harmless),
            (&[("high-availability", "NONE")], Exit::EndsJobs),
            (&[("high-availability.type", "zookeeper")], Exit::Harmless),
        ] {
            assert_eq!(exit(&configuration(pairs)), expected, "{pairs:?}");
        }
    }

    #[test]
    fn directories_are_known_in_both_spellings() {
        for (pairs, savepoints, checkpoints) in [
            (&[][..], None, None),
            (&[("state.savepoints.dir", "s3://old")], Some("s3://old"), None),
            (
                &[
                    ("state.savepoints.dir", "s3://old"),
                    ("execution.checkpointing.savepoint-dir", "s3://new"),
                    ("state.checkpoints.dir", "s3://chk"),
                ],
                Some("s3://new"),
                Some("s3://chk"),
            ),
        ] {
            let configuration = configuration(pairs);
            assert_eq!(first(&configuration, &SAVEPOINT_KEYS).as_deref(), savepoints, "{pairs:?}");
            assert_eq!(first(&configuration, &CHECKPOINT_KEYS).as_deref(), checkpoints);
        }
    }
}
