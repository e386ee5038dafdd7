//! One run of Terraform: under way, and done.

use super::processes;
use crate::failure::{Failure, Outcome};
use crate::guard;
use std::process::{Command, Stdio};
use std::time::Duration;
use tokio::process::Child;

const LIMIT: Duration = Duration::from_mins(5);
const PROVIDER: &str = "terraform-provider-flink";

/// What Terraform said and how it ended.
#[derive(Debug)]
pub struct Run {
    /// The command line, for messages.
    pub command: String,
    /// The exit code; 137 when it was killed.
    pub status: i32,
    /// Standard output.
    pub output: String,
    /// Standard error.
    pub errors: String,
}

impl Run {
    /// The run, if it ended with `status`.
    ///
    /// # Errors
    /// It did not: everything it said.
    pub fn expect(self, status: i32) -> Outcome<Self> {
        if self.status == status {
            return Ok(self);
        }
        let Self { command, status: was, output, errors } = self;
        Err(Failure::new(format!("{command} ended with {was}, not {status}:\n{output}\n{errors}")))
    }

    /// What it said as flowing text: without frames and line breaks, so that a sentence can be
    /// looked for wherever Terraform wraps it.
    pub fn text(&self) -> String {
        let said = format!("{}\n{}", self.output, self.errors);
        let bare: String = said
            .chars()
            .map(|character| if "│╷╵".contains(character) { ' ' } else { character })
            .collect();
        bare.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Where it said that the state of a job is which a cluster has stopped; `job` is its id, or what
    /// names whose it is.
    ///
    /// # Errors
    /// It said nothing of the kind: everything it said.
    pub fn told_path(&self, job: &str) -> Outcome<String> {
        let text = self.text();
        let told = text.split_once(&format!("job {job} was stopped")).map(|(_, after)| after);
        let path = told.and_then(|after| after.split_once("All its state is in "));
        let path = path.and_then(|(_, path)| path.split_once(". "));
        path.map(|(path, _)| path.to_owned())
            .ok_or_else(|| Failure::new(format!("no path of {job} in:\n{text}")))
    }

    /// The run, if it said `sentence`.
    ///
    /// # Errors
    /// It did not: everything it said.
    pub fn said(self, sentence: &str) -> Outcome<Self> {
        if self.text().contains(sentence) {
            return Ok(self);
        }
        let Self { command, status, output, errors } = self;
        Err(Failure::new(format!(
            "{command} ({status}) did not say {sentence:?}:\n{output}\n{errors}"
        )))
    }
}

/// A Terraform under way. It cannot outlive the test: see [`crate::guard`].
#[derive(Debug)]
pub struct Running {
    child: Child,
    group: Group,
    command: String,
}

/// The process group of a Terraform and its providers, killed when dropped.
#[derive(Debug)]
struct Group(u32);

impl Drop for Group {
    fn drop(&mut self) {
        guard::kill_group(self.0);
    }
}

impl Running {
    pub(super) fn start(mut command: Command, arguments: &[&str]) -> Outcome<Self> {
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = tokio::process::Command::from(command).spawn()?;
        let group = Group(child.id().ok_or_else(|| Failure::new("Terraform ended at once"))?);
        Ok(Self { child, group, command: format!("terraform {}", arguments.join(" ")) })
    }

    /// The provider processes that it has started and that still live.
    pub fn providers(&self) -> Vec<u32> {
        processes::descendants(self.group.0, PROVIDER)
    }

    /// SIGKILL for its providers; gives how many there were.
    pub fn kill_providers(&self) -> usize {
        self.providers().into_iter().filter(|pid| processes::end(*pid)).count()
    }

    /// SIGKILL for Terraform and its providers at once.
    pub fn kill_all(&self) {
        guard::kill_group(self.group.0);
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// It did not end in five minutes; it is killed then.
    pub async fn end(self) -> Outcome<Run> {
        let Self { mut child, group, command } = self;
        // Held open: at its end the guard kills the group.
        let pipe = child.stdin.take();
        let ended = tokio::time::timeout(LIMIT, child.wait_with_output()).await;
        drop((pipe, group));
        let Ok(output) = ended else {
            return Err(Failure::new(format!("{command} did not end within {LIMIT:?}")));
        };
        let output = output?;
        Ok(Run {
            command,
            status: output.status.code().unwrap_or(-1),
            output: String::from_utf8_lossy(&output.stdout).into_owned(),
            errors: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }
}
