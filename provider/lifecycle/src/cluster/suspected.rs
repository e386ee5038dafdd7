//! What looks wrong in an operation, and since when.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// All that looks wrong, by the keys of [`super::health::Suspicion`].
#[derive(Clone, Debug, Default)]
pub(super) struct Suspected {
    since: BTreeMap<String, Duration>,
    /// What was wrong with pods at the first look.
    before: Option<BTreeSet<String>>,
}

impl Suspected {
    /// Takes in what is wrong with pods now.
    pub(super) fn of_pods(&mut self, keys: BTreeSet<String>, now: Duration) {
        self.before.get_or_insert_with(|| keys.clone());
        self.keep("pod", keys, now);
    }

    /// Takes in which workloads cannot have pods now.
    pub(super) fn of_workloads(&mut self, keys: BTreeSet<String>, now: Duration) {
        self.keep("workload", keys, now);
    }

    /// Keeps the time at which each suspicion first stood.
    fn keep(&mut self, about: &str, keys: BTreeSet<String>, now: Duration) {
        self.since.retain(|key, _| !key.starts_with(about) || keys.contains(key));
        for key in keys {
            self.since.entry(key).or_insert(now);
        }
    }

    /// Since when a suspicion stands.
    pub(super) fn since(&self, key: &str) -> Option<Duration> {
        self.since.get(key).copied()
    }

    /// Whether it stood when this operation first looked at the pods.
    pub(super) fn before(&self, key: &str) -> bool {
        self.before.as_ref().is_some_and(|before| before.contains(key))
    }
}
