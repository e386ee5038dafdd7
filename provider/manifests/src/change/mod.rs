//! The one table of what restarts a cluster and what does not.

mod process;
mod table;

use std::fmt;

use crate::description::Cluster;

/// What differs between two descriptions of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// What only new pods can take up.
    pub restarts: Vec<Cause>,
    /// What the running pods do not notice, or take up by themselves.
    pub in_place: Vec<Cause>,
}

/// One attribute or configuration key that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The attribute, as in [`crate::Invalid::path`].
    pub path: Vec<String>,
}

impl fmt::Display for Cause {
    /// The attribute as the user writes it: `task_manager.replicas`,
    /// `flink_configuration["state.backend.type"]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.path.iter().enumerate() {
            if part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
                write!(f, "{}{part}", if index == 0 { "" } else { "." })?;
            } else {
                write!(f, "[{part:?}]")?;
            }
        }
        Ok(())
    }
}

/// What differs, in the order of the attributes. `revision` and `record` are
/// left out: they follow from the rest.
pub fn between(old: &Cluster, new: &Cluster) -> Change {
    let mut change = Change::default();
    table::fill(old, new, &mut change);
    change
}

impl Change {
    /// An attribute that is part of the pods or of the configuration that they read at their start.
    fn restart<T: PartialEq + ?Sized>(&mut self, path: &[&str], old: &T, new: &T) {
        self.note(Effect::Restart, path, old, new);
    }

    /// An attribute that only objects beside the pods have.
    fn in_place<T: PartialEq + ?Sized>(&mut self, path: &[&str], old: &T, new: &T) {
        self.note(Effect::InPlace, path, old, new);
    }

    fn note<T: PartialEq + ?Sized>(&mut self, effect: Effect, path: &[&str], old: &T, new: &T) {
        if old == new {
            return;
        }
        let cause = Cause { path: path.iter().map(|&part| part.to_owned()).collect() };
        match effect {
            Effect::Restart => self.restarts.push(cause),
            Effect::InPlace => self.in_place.push(cause),
        }
    }
}

/// What a change of an attribute does to the pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// All pods become new.
    Restart,
    /// They stay.
    InPlace,
}

#[cfg(test)]
mod tests;
