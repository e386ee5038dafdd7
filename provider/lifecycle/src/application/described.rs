//! The rendering of an application that is described as a cluster.

use std::collections::BTreeMap;

use manifests::{
    Invalid, Object,
    description::{ClaimMode, Kind, Restore as Restored},
};

use crate::{
    application::{
        goal::{Directories, Rendering},
        start::{Restore, Start},
    },
    cluster::goal::Desired,
    job::goal::{Claim, NonRestoredState},
};

/// Keys of the directory that savepoints go to by default, newest spelling first.
const SAVEPOINTS: [&str; 2] = ["execution.checkpointing.savepoint-dir", "state.savepoints.dir"];
/// Keys of the directory that checkpoints go to, newest spelling first.
const CHECKPOINTS: [&str; 2] = ["execution.checkpointing.dir", "state.checkpoints.dir"];
/// Why a program is not looked into that the image does not bring.
const FETCHED: &str = "the JobManager fetches the program's jar itself, and only one that the image brings (local://) is looked into beforehand";
/// Digits of a job's id that tell its pods from those of other starts.
const DIGITS: std::ops::Range<usize> = 12..27;

/// An application that is described as a cluster.
#[derive(Clone, Debug)]
pub struct Described {
    cluster: manifests::Cluster,
    configuration: BTreeMap<String, String>,
}

impl Described {
    /// The application `cluster`, whatever its start.
    ///
    /// # Errors
    /// What is described cannot be.
    pub fn new(cluster: manifests::Cluster) -> Result<Self, Vec<Invalid>> {
        let configuration = manifests::render(&cluster)?.configuration;
        Ok(Self { cluster, configuration })
    }

    fn of(&self, start: &Start) -> manifests::Cluster {
        let mut cluster = self.cluster.clone();
        cluster.revision = revision(start);
        cluster.flink_configuration = start.marks.attach(&cluster.flink_configuration);
        if let Kind::Application(application) = &mut cluster.kind {
            application.job_id = start.job.to_string();
            application.restore = start.restore.as_ref().map(restored);
        }
        cluster
    }
}

fn in_words(invalid: &[Invalid]) -> String {
    invalid.iter().map(|one| format!("{one:?}")).collect::<Vec<_>>().join("; ")
}

/// Each start has pods of its own.
fn revision(start: &Start) -> u64 {
    let digits = start.job.as_str().get(DIGITS).unwrap_or_default();
    u64::from_str_radix(digits, 16).unwrap_or_default().max(1)
}

fn restored(restore: &Restore) -> Restored {
    Restored {
        path: restore.path.clone(),
        allow_non_restored_state: restore.non_restored_state == NonRestoredState::Allow,
        claim_mode: match restore.claim {
            Claim::NoClaim => ClaimMode::NoClaim,
            Claim::Claim => ClaimMode::Claim,
            Claim::Legacy => ClaimMode::Legacy,
        },
    }
}

impl Rendering for Described {
    fn render(&self, start: &Start) -> Result<Desired, String> {
        let cluster = self.of(start);
        let rendered = manifests::render(&cluster).map_err(|invalid| in_words(&invalid))?;
        Ok(Desired::of(&cluster, &rendered))
    }

    fn scout(&self) -> Result<Vec<Object>, String> {
        let made = manifests::scout::scout(&self.cluster).map_err(|invalid| in_words(&invalid))?;
        made.ok_or_else(|| FETCHED.to_owned())
    }

    fn directories(&self) -> Directories {
        let value =
            |keys: [&str; 2]| keys.iter().find_map(|key| self.configuration.get(*key)).cloned();
        Directories { savepoints: value(SAVEPOINTS), checkpoints: value(CHECKPOINTS) }
    }
}
