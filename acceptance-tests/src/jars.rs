//! The Java test jobs, compiled once for each state of their sources.

use crate::failure::Outcome;
use crate::fetch;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A program that tests submit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jar {
    /// Counts by key.
    V1,
    /// Counts by key, and has one stateful operator more.
    V2,
    /// Version 1 whose counting operator has another uid.
    ChangedUid,
    /// The classes without a main class in the manifest.
    NoMain,
}

impl Jar {
    fn file(self) -> &'static str {
        match self {
            Self::V1 => "count-v1.jar",
            Self::V2 => "count-v2.jar",
            Self::ChangedUid => "count-changed-uid.jar",
            Self::NoMain => "count-no-main.jar",
        }
    }

    /// The jar's path; compiles the jobs if their sources are new.
    pub fn path(self) -> Outcome<PathBuf> {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("flink-jobs");
        let lib = fetch::flink(fetch::FLINK_1_20)?;
        let folder = fetch::once(&format!("flink-jobs-{}", fingerprint(&project)?), |folder| {
            fetch::succeed(Command::new(project.join("build.sh")).arg(&lib).arg(folder))
        })?;
        Ok(folder.join(self.file()))
    }

    /// The same program in a jar with other bytes: its archive carries `comment`.
    pub fn rebuilt(self, comment: &str, folder: &Path) -> Outcome<PathBuf> {
        let mut bytes = fs::read(self.path()?)?;
        // The last two bytes of an archive without a comment say that it has none.
        bytes.truncate(bytes.len() - 2);
        bytes.extend(u16::try_from(comment.len())?.to_le_bytes());
        bytes.extend(comment.as_bytes());
        let path = folder.join(self.file());
        fs::write(&path, bytes)?;
        Ok(path)
    }
}

/// A name for the sources and the script that compiles them.
fn fingerprint(project: &Path) -> Outcome<String> {
    let mut files = vec![project.join("build.sh")];
    for entry in fs::read_dir(project.join("src/jobs"))? {
        files.push(entry?.path());
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(fs::read(file)?);
    }
    Ok(hash.finalize().iter().take(6).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}
