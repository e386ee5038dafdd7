//! Identities that are derived, never drawn.
//!
//! ```text
//! job id      = hex(owner)[..12] + hex(owner, predecessor, attempt)[..20]
//! trigger id  = hex(job id, operation, attempt)[..32]
//! ```
//!
//! Flink refuses a second job with the id of a first, and answers a repeated
//! trigger with the first one's result: whoever repeats an operation after a
//! crash meets what the first attempt made. The first twelve digits are the
//! owner's, so that one `/jobs/overview` tells every job, ended ones too,
//! that a resource ever had there, without asking for each job's marks. What
//! the job *is* is not in its id: two applies of different content must meet.

use std::fmt;

use flink::{JobId, TriggerId};
use sha2::{Digest, Sha256};

/// Digits of a job id that stand for its owner.
const OWNER_DIGITS: usize = 12;
/// Digits of a flink id.
const ID_DIGITS: usize = 32;
/// Digits of the owner in the name of a directory or jar.
const LABEL_DIGITS: usize = 8;

/// Who a job belongs to: one resource on one JobManager.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owner {
    origin: String,
    name: String,
    /// The first digits of its hash: every decision asks for them.
    digits: [u8; OWNER_DIGITS],
}

impl Owner {
    /// The owner of the job `name` on the JobManager at `origin`
    /// ([`flink::Endpoint::origin`], or `namespace/cluster`).
    pub fn new(origin: impl Into<String>, name: impl Into<String>) -> Self {
        let (origin, name) = (origin.into(), name.into());
        let hash = digest(&[&displayed(&origin, &name)]);
        let mut digits = [b'0'; OWNER_DIGITS];
        digits.copy_from_slice(&hash.as_bytes()[..OWNER_DIGITS]);
        Self { origin, name, digits }
    }

    /// The owner that a text names, as it displays.
    pub fn parse(text: &str) -> Option<Self> {
        if text.contains("://") {
            let (origin, name) = text.split_once('#')?;
            return Some(Self::new(origin, name));
        }
        let mut parts = text.splitn(3, '/');
        let (namespace, cluster, name) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self::new(format!("{namespace}/{cluster}"), name))
    }

    /// Where the JobManager is.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The name of the resource.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `<name>-<8 digits>`: names directories and jars of this owner alone.
    ///
    /// Characters that a path or a file name could stumble over become `-`;
    /// the digits keep two such names apart.
    pub fn label(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
        let name: String = self.name.chars().map(plain).take(80).collect();
        format!("{name}-{}", &self.digits()[..LABEL_DIGITS])
    }

    /// Whether the job with this id was started by this owner.
    pub fn has_started(&self, job: &JobId) -> bool {
        job.as_str().starts_with(self.digits())
    }

    fn digits(&self) -> &str {
        std::str::from_utf8(&self.digits).unwrap_or_default()
    }
}

fn displayed(origin: &str, name: &str) -> String {
    let separator = if origin.contains("://") { '#' } else { '/' };
    format!("{origin}{separator}{name}")
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&displayed(&self.origin, &self.name))
    }
}

/// An operation on a job that Flink knows by a trigger id.
///
/// The kind is part of the id: Flink keeps stops and savepoints in one cache,
/// and a stop with a savepoint's id would be answered without stopping.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// Stop with savepoint, whoever wants it and why.
    Stop,
    /// A savepoint of a running job, told from others by this text.
    Savepoint(String),
}

impl Operation {
    fn text(&self) -> String {
        match self {
            Self::Stop => "stop".to_owned(),
            Self::Savepoint(key) => format!("savepoint {key}"),
        }
    }
}

/// The first digits of the ids of an owner's jobs.
pub fn prefix(owner: &Owner) -> String {
    owner.digits().to_owned()
}

/// The id of the job that comes after `predecessor`; the first of all without one.
///
/// `attempt` counts ids that turned out to be used up without being seen.
pub fn successor(owner: &Owner, predecessor: Option<&JobId>, attempt: u32) -> JobId {
    let predecessor = predecessor.map_or("none", JobId::as_str);
    let own = digest(&[&owner.to_string(), predecessor, &attempt.to_string()]);
    let digits = format!("{}{own}", owner.digits());
    digits[..ID_DIGITS].parse().expect("a digest has more than 32 hexadecimal digits")
}

/// The trigger id of an operation on a job.
pub fn trigger(job: &JobId, operation: &Operation, attempt: u32) -> TriggerId {
    let digits = digest(&[job.as_str(), &operation.text(), &attempt.to_string()]);
    digits[..ID_DIGITS].parse().expect("a digest has more than 32 hexadecimal digits")
}

/// The digits of texts that cannot run into each other.
pub(crate) fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_string());
        hash.update(":");
        hash.update(part);
    }
    hexadecimal(&hash.finalize())
}

/// Every decision derives ids: this is quick without an optimizer, too.
fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = Vec::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(DIGITS[usize::from(byte >> 4)]);
        text.push(DIGITS[usize::from(byte & 15)]);
    }
    String::from_utf8(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner() -> Owner {
        Owner::new("http://flink:8081", "orders")
    }

    #[test]
    fn the_same_input_gives_the_same_id_and_any_other_gives_another() {
        let first = successor(&owner(), None, 0);
        assert_eq!(first, successor(&owner(), None, 0));
        let others = [
            successor(&owner(), None, 1),
            successor(&owner(), Some(&first), 0),
            successor(&Owner::new("http://flink:8082", "orders"), None, 0),
            successor(&Owner::new("http://flink:8081", "order"), None, 0),
        ];
        for other in others {
            assert_ne!(first, other);
        }
    }

    #[test]
    fn the_owner_knows_its_jobs_by_their_ids() {
        let first = successor(&owner(), None, 0);
        assert!(owner().has_started(&first));
        assert!(owner().has_started(&successor(&owner(), Some(&first), 3)));
        assert!(!Owner::new("http://flink:8081", "others").has_started(&first));
    }

    #[test]
    fn a_stop_never_has_the_trigger_id_of_a_savepoint() {
        let job = successor(&owner(), None, 0);
        let stop = trigger(&job, &Operation::Stop, 0);
        assert_ne!(stop, trigger(&job, &Operation::Savepoint(String::new()), 0));
        assert_ne!(stop, trigger(&job, &Operation::Stop, 1));
        assert_eq!(stop, trigger(&job, &Operation::Stop, 0));
    }

    #[test]
    fn an_owner_is_read_back_as_it_displays() {
        for owner in [
            owner(),
            Owner::new("http://flink:8081/proxy", "a#b/c"),
            Owner::new("default/session", "orders"),
            Owner::new("default/session", "team/orders#2"),
        ] {
            assert_eq!(Owner::parse(&owner.to_string()), Some(owner));
        }
        assert_eq!(Owner::parse("orders"), None);
    }

    #[test]
    fn labels_are_safe_in_paths_and_stay_apart() {
        let slash = Owner::new("o", "team/orders").label();
        let dash = Owner::new("o", "team-orders").label();
        assert!(slash.starts_with("team-orders-"), "{slash}");
        assert_ne!(slash, dash);
    }
}
