//! kubectl, and every other command that is run where the cluster is.

use super::Kubeconfig;
use crate::failure::{Failure, Outcome};
use serde_json::Value;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use tokio::io::AsyncWriteExt;

const LIMIT: Duration = Duration::from_mins(3);

/// Runs kubectl with the rights of one kubeconfig, where the cluster's addresses are reachable.
#[derive(Clone, Debug)]
pub struct Kubectl {
    /// The program that leads into the node; `None` where commands run as they are.
    entrance: Option<PathBuf>,
    program: PathBuf,
    kubeconfig: PathBuf,
}

impl Kubectl {
    pub(super) fn new(entrance: Option<PathBuf>, program: PathBuf, kubeconfig: PathBuf) -> Self {
        Self { entrance, program, kubeconfig }
    }

    /// The same for the user of another kubeconfig, which is written to `path`.
    pub fn with(&self, kubeconfig: &Kubeconfig, path: &Path) -> Outcome<Self> {
        kubeconfig.write(path)?;
        Ok(Self { kubeconfig: path.to_path_buf(), ..self.clone() })
    }

    /// The same from outside, where only a door leads in.
    pub(super) fn outside(&self) -> Self {
        Self { entrance: None, ..self.clone() }
    }

    /// kubectl itself.
    pub(super) fn program(&self) -> &Path {
        &self.program
    }

    /// The kubeconfig it uses.
    pub fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// The program to which a command line is handed so that it runs inside the node; `None` where
    /// it can run as it is.
    pub fn entrance(&self) -> Option<&Path> {
        self.entrance.as_deref()
    }

    /// A command where the cluster's addresses are reachable: the caller's own working folder and
    /// environment, `KUBECONFIG` set, kubectl first on the path.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = self.bare(program.as_ref());
        command.env("KUBECONFIG", &self.kubeconfig);
        command.env("KUBECACHEDIR", self.kubeconfig.with_extension("cache"));
        if let Some(folder) = self.program.parent().filter(|folder| folder.is_absolute()) {
            let mut path = OsString::from(folder);
            path.push(":");
            path.push(std::env::var_os("PATH").unwrap_or_default());
            command.env("PATH", path);
        }
        command
    }

    fn bare(&self, program: &OsStr) -> Command {
        match &self.entrance {
            None => Command::new(program),
            Some(entrance) => {
                let mut command = Command::new(entrance);
                command.arg(program);
                command
            }
        }
    }

    /// Runs kubectl; gives what it printed.
    ///
    /// # Errors
    /// It failed or did not end in three minutes; what it said on standard error.
    pub async fn run(&self, arguments: &[&str]) -> Outcome<String> {
        self.feed(arguments, "").await
    }

    /// The same with something to read.
    pub async fn feed(&self, arguments: &[&str], input: &str) -> Outcome<String> {
        let mut command = self.command(&self.program);
        command.args(arguments);
        run(command, input).await
    }

    /// Runs kubectl with `-o json`.
    pub async fn json(&self, arguments: &[&str]) -> Outcome<Value> {
        let printed = self.run(&[arguments, &["-o", "json"]].concat()).await?;
        Ok(serde_json::from_str(&printed)?)
    }

    /// An answer of the API server's to a GET of any path.
    pub async fn raw(&self, path: &str) -> Outcome<String> {
        self.run(&["get", "--raw", path]).await
    }
}

/// Runs a command to its end; gives its standard output.
///
/// # Errors
/// It did not end well, or not in three minutes: everything it said.
pub(super) async fn run(mut command: Command, input: &str) -> Outcome<String> {
    let line = format!("{command:?}");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = tokio::process::Command::from(command).kill_on_drop(true).spawn()?;
    if let Some(mut pipe) = child.stdin.take() {
        // A program that does not read everything has its own reasons, and tells them.
        let _ = pipe.write_all(input.as_bytes()).await;
    }
    let Ok(output) = tokio::time::timeout(LIMIT, child.wait_with_output()).await else {
        return Err(Failure::new(format!("{line} did not end within {LIMIT:?}")));
    };
    let output = output?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(said);
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(Failure::new(format!("{line} failed ({}):\n{said}{errors}", output.status)))
}
