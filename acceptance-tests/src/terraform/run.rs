//! One run of Terraform: under way, and done.

use super::processes;
use crate::failure::{Failure, Outcome};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::{Child, Command};

const LIMIT: Duration = Duration::from_mins(5);
const PROVIDER: &str = "terraform-provider-flink";

/// What Terraform said and how it ended.
#[derive(Debug)]
pub struct Run {
    /// The command line, for messages.
    pub command: String,
    /// The exit code; -1 when a signal ended it.
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

/// A Terraform under way, in a process group of its own; dropped, it is killed with its provider.
#[derive(Debug)]
pub struct Running {
    child: Child,
    command: String,
}

impl Running {
    pub(super) fn start(mut command: Command) -> Outcome<Self> {
        let text = format!("{:?}", command.as_std());
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        Ok(Self { child, command: text })
    }

    /// The provider processes that it has started and that still live.
    pub fn providers(&self) -> Vec<u32> {
        self.child.id().map_or_else(Vec::new, |pid| processes::descendants(pid, PROVIDER))
    }

    /// SIGKILL for its providers; gives how many there were.
    pub fn kill_providers(&self) -> usize {
        self.providers().into_iter().filter(|pid| processes::end(*pid)).count()
    }

    /// SIGKILL for Terraform and its providers at once, Terraform first: it must not be able to
    /// write down that its provider is gone.
    pub fn kill_all(&self) {
        let providers = self.providers();
        if let Some(pid) = self.child.id() {
            processes::end(pid);
        }
        for provider in providers {
            processes::end(provider);
        }
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// It did not end in five minutes; it is killed then.
    pub async fn end(self) -> Outcome<Run> {
        let Self { child, command } = self;
        let ended = tokio::time::timeout(LIMIT, child.wait_with_output()).await;
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
