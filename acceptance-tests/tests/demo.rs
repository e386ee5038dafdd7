//! The walk of `make demo`, interrupted: whoever presses Ctrl-C has nothing left running.

use acceptance_tests::{Failure, Outcome, poll};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::fs;
use std::process::{self, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

const LIMIT: Duration = Duration::from_mins(5);
/// Whatever the demo starts inherits this variable, in whichever process group it runs.
const MARK: &str = "STARTED_BY_THE_DEMO_OF";

/// The command lines of the processes that carry the mark.
fn marked() -> Vec<String> {
    let mark = format!("{MARK}={}", process::id()).into_bytes();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let carrying = processes.filter(|entry| {
        let environment = fs::read(entry.path().join("environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|variable| variable == mark)
    });
    let lines = carrying.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " ")).collect()
}

/// The demo in a process group of its own, as a shell starts it.
fn start() -> Outcome<(Child, Pid)> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_demo"));
    command.env(MARK, process::id().to_string()).process_group(0).kill_on_drop(true);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let id = child.id().and_then(|id| i32::try_from(id).ok());
    let id = id.ok_or_else(|| Failure::new("the demo ended at once"))?;
    Ok((child, Pid::from_raw(id)))
}

/// Reads what the demo tells until a line has this text.
async fn told(child: &mut Child, text: &str) -> Outcome {
    let output = child.stdout.take().ok_or_else(|| Failure::new("no output"))?;
    let mut lines = BufReader::new(output).lines();
    while let Some(line) = lines.next_line().await? {
        if line.contains(text) {
            // Kept open, or the demo could not go on telling.
            child.stdout = Some(lines.into_inner().into_inner());
            return Ok(());
        }
    }
    Err(Failure::new(format!("the demo ended without telling: {text}")))
}

#[tokio::test]
async fn ctrl_c_leaves_nothing_running() -> Outcome {
    let (mut child, group) = start()?;
    let late = |_| Failure::new("the demo hangs");
    tokio::time::timeout(LIMIT, told(&mut child, "start a session cluster"))
        .await
        .map_err(late)??;
    let terraform = || marked().iter().any(|line| line.contains("terraform-provider-flink"));
    poll::until("Terraform with the provider", LIMIT, async || terraform().then_some(())).await?;
    let running = marked();
    assert!(running.iter().any(|line| line.contains("StandaloneSession")), "{running:#?}");

    // As a terminal does it: to all of the foreground group at once.
    killpg(group, Signal::SIGINT).map_err(|error| Failure::new(error.to_string()))?;
    let ended = tokio::time::timeout(LIMIT, child.wait()).await.map_err(late)??;
    assert!(!ended.success(), "whoever interrupts it is not told that all is well");
    let gone = async || marked().is_empty().then_some(());
    poll::until("the end of every process", LIMIT, gone).await
}
