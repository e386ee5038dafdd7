//! The folders that images are made of, each made once and kept.

use super::archive::sha256;
use crate::failure::{Failure, Outcome};
use crate::{fetch, folders};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One layer: its files, and a key that changes with them.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) key: String,
    pub(super) folder: PathBuf,
}

impl Layer {
    fn once(name: &str, fingerprint: &str, make: impl FnOnce(&Path) -> Outcome) -> Outcome<Self> {
        let key = format!("image-{name}-{}", &sha256(fingerprint.as_bytes())[..12]);
        // A temporary folder is its maker's alone, a layer everybody's: hence one within.
        let folder = fetch::once(&key, |folder| {
            let files = folder.join("files");
            fs::create_dir(&files)?;
            make(&files)
        })?;
        Ok(Self { key, folder: folder.join("files") })
    }
}

fn scripts() -> PathBuf {
    folders::repository().join("acceptance-tests/kubernetes/image")
}

/// This machine's own shell, tools and Java.
pub(super) fn base() -> Outcome<Layer> {
    let script = scripts().join("base");
    let java = Command::new("java").arg("-version").output()?;
    let fingerprint = format!("{}{java:?}", fs::read_to_string(&script)?);
    Layer::once("base", &fingerprint, |folder| fetch::succeed(Command::new(&script).arg(folder)))
}

/// One version of Flink in `/opt/flink`.
pub(super) fn flink(version: &str) -> Outcome<Layer> {
    let entry_point = scripts().join("docker-entrypoint.sh");
    let script = scripts().join("flink");
    let fingerprint =
        format!("{}{}", fs::read_to_string(&entry_point)?, fs::read_to_string(&script)?);
    let distribution = fetch::flink_distribution(version)?;
    let libraries = fetch::flink(version)?;
    Layer::once(&format!("flink-{version}"), &fingerprint, |folder| {
        fetch::succeed(Command::new(&script).arg(&distribution).arg(&libraries).arg(folder))
    })
}

/// One program at the root.
pub(super) fn program(path: &Path) -> Outcome<Layer> {
    let name = path.file_name().ok_or_else(|| Failure::new("a program without a name"))?;
    let fingerprint = sha256(&fs::read(path)?);
    Layer::once(&name.to_string_lossy(), &fingerprint, |folder| {
        fs::copy(path, folder.join(name))?;
        fetch::succeed(Command::new("chmod").arg("755").arg(folder.join(name)))
    })
}

/// Some files, each at an absolute path.
pub(super) fn files(files: &[(String, PathBuf)]) -> Outcome<Layer> {
    Layer::once("files", &fingerprint_of_files(files)?, |folder| {
        for (path, source) in files {
            let place = folder.join(path.trim_start_matches('/'));
            let owner = ["-o", "9999", "-g", "9999", "-m", "644"];
            fetch::succeed(Command::new("install").arg("-D").args(owner).arg(source).arg(place))?;
        }
        // Folders of an upper layer have the last word about who may write to them.
        let flink = folder.join("opt/flink");
        if flink.exists() {
            fetch::succeed(Command::new("chown").args(["-R", "9999:9999"]).arg(&flink))?;
        }
        Ok(())
    })
}

/// A short name for what the files are and where they go.
pub(super) fn fingerprint_of_files(files: &[(String, PathBuf)]) -> Outcome<String> {
    let mut text = String::new();
    for (path, source) in files {
        let _ = writeln!(text, "{path} {}", sha256(&fs::read(source)?));
    }
    Ok(sha256(text.as_bytes())[..10].to_owned())
}
