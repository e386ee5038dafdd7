//! What looks wrong in an operation, and since when.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// How long the kubelet takes to try a container again that could not be made, at most.
const HEEDED: Duration = Duration::from_secs(15);

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

    /// Takes in what is wrong with scouts now.
    pub(super) fn of_scouts(&mut self, keys: BTreeSet<String>, now: Duration) {
        self.keep("scout", keys, now);
    }

    /// Keeps the time at which each suspicion first stood.
    fn keep(&mut self, about: &str, keys: BTreeSet<String>, now: Duration) {
        self.since.retain(|key, _| !key.starts_with(about) || keys.contains(key));
        for key in keys {
            self.since.entry(key).or_insert(now);
        }
    }

    /// Takes in that what pods may have waited for is there: they are told within this time.
    pub(super) fn heeded(&mut self, now: Duration) {
        self.since.values_mut().for_each(|since| *since = now + HEEDED);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A container that could not be made for want of a key is tried again some seconds after the key
    /// has come: what stood before is no proof then.
    #[test]
    fn what_pods_have_waited_for_takes_its_time_to_be_noticed() {
        let second = Duration::from_secs;
        let mut suspected = Suspected::default();
        suspected.of_pods(BTreeSet::from(["pod a".to_owned()]), second(1));
        suspected.heeded(second(5));
        suspected.of_pods(BTreeSet::from(["pod a".to_owned(), "pod b".to_owned()]), second(6));
        assert_eq!(suspected.since("pod a"), Some(second(20)));
        assert_eq!(suspected.since("pod b"), Some(second(6)));
    }
}
