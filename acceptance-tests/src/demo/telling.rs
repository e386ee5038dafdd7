//! How the demo speaks: one line for each step, with the seconds it has taken so far, and what is
//! being waited for, while it is under way.

use crate::failure::Outcome;
use std::fs::File;
use std::future::Future;
use std::io::{IsTerminal, Read, Seek, SeekFrom, Write, stdout};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::select;

const TICK: Duration = Duration::from_millis(500);
/// What of a line is shown while it changes: one that wraps could not be taken back.
const WIDTH: usize = 100;
/// The end of the log in which the newest line is looked for.
const END: u64 = 4096;

/// Tells steps.
#[derive(Debug, Default)]
pub(super) struct Telling {
    /// What the provider logs.
    log: Option<PathBuf>,
}

impl Telling {
    /// Tells also what the provider says into this file while it waits.
    pub(super) fn with(log: PathBuf) -> Self {
        Self { log: Some(log) }
    }

    /// Does `work`, telling `what` while it lasts and `what` with its result in the end.
    pub(super) async fn step(
        &self,
        what: &str,
        work: impl Future<Output = Outcome<String>>,
    ) -> Outcome {
        let start = Instant::now();
        let mut ticks = tokio::time::interval(TICK);
        let mut work = std::pin::pin!(work);
        let result = loop {
            select! {
                result = &mut work => break result,
                _ = ticks.tick() => self.progress(what, start),
            }
        };
        let mut out = stdout();
        let clear = if out.is_terminal() { "\r\x1b[K" } else { "" };
        let result = result.inspect_err(|_| drop(write!(stdout(), "{clear}")))?;
        writeln!(out, "{clear}{:>6.1} s  {what}: {result}", start.elapsed().as_secs_f64())?;
        Ok(())
    }

    /// A terminal shows the line again and again; a log only whole lines.
    fn progress(&self, what: &str, start: Instant) {
        let mut out = stdout();
        if out.is_terminal() {
            let waiting = self.log.as_deref().and_then(waiting_for).unwrap_or_default();
            let line = format!("{:>6.1} s  {what} … {waiting}", start.elapsed().as_secs_f64());
            let line: String = line.chars().take(WIDTH).collect();
            let _ = write!(out, "\r\x1b[K{line}");
            let _ = out.flush();
        }
    }
}

/// What the provider waits for, if that is the last thing that it has logged.
fn waiting_for(log: &Path) -> Option<String> {
    let mut file = File::open(log).ok()?;
    let length = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(END))).ok()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).ok()?;
    waited(&String::from_utf8_lossy(&bytes))
}

fn waited(log: &str) -> Option<String> {
    let line = log.lines().rfind(|line| line.contains("[INFO]"))?;
    let (_, rest) = line.split_once("waiting_for=")?;
    let quoted = rest.strip_prefix('"').and_then(|rest| rest.split('"').next());
    quoted.or_else(|| rest.split_whitespace().next()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::waited;

    #[test]
    fn what_is_waited_for_is_the_last_thing_said() {
        let one = "T [INFO]  provider.flink: Waiting.: cluster=a/b waiting_for=\"1 of 2 pods\" @module=x\n";
        let word = "T [INFO]  provider.flink: Waiting.: waiting_for=pods\n";
        let step = "T [INFO]  provider.flink: Performing a step.: step=apply\n";
        assert_eq!(waited(one), Some("1 of 2 pods".to_owned()));
        assert_eq!(waited(&format!("{step}{word}")), Some("pods".to_owned()));
        assert_eq!(waited(&format!("{one}{step}")), None);
        assert_eq!(waited(""), None);
    }
}
