//! The one table of what restarts a cluster and what does not.

use std::fmt;

use crate::description::Cluster;

/// What differs between two descriptions of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// What only new pods can take up.
    pub restarts: Vec<Cause>,
    /// What the running pods do not notice.
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

/// What differs, `revision` and `record` left out: they follow from the rest.
pub fn between(old: &Cluster, new: &Cluster) -> Change {
    let mut change = Change::default();
    if old.image.name != new.image.name {
        change.restarts.push(Cause { path: vec!["image".to_owned()] });
    }
    change
}
