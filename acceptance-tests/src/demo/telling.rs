//! How the demo speaks: one line for each step, with the seconds it has taken so far while it is
//! under way.

use crate::failure::Outcome;
use std::future::Future;
use std::io::{IsTerminal, Write, stdout};
use std::time::{Duration, Instant};
use tokio::select;

const TICK: Duration = Duration::from_millis(500);

/// Does `work`, telling `what` while it lasts and `what` with its result in the end.
pub(super) async fn step(what: &str, work: impl Future<Output = Outcome<String>>) -> Outcome {
    let start = Instant::now();
    let mut ticks = tokio::time::interval(TICK);
    let mut work = std::pin::pin!(work);
    let result = loop {
        select! {
            result = &mut work => break result,
            _ = ticks.tick() => progress(what, start),
        }
    };
    let result = result?;
    let mut out = stdout();
    let clear = if out.is_terminal() { "\r\x1b[K" } else { "" };
    writeln!(out, "{clear}{:>6.1} s  {what}: {result}", start.elapsed().as_secs_f64())?;
    Ok(())
}

/// A terminal shows the line again and again; a log only whole lines.
fn progress(what: &str, start: Instant) {
    let mut out = stdout();
    if out.is_terminal() {
        let _ = write!(out, "\r\x1b[K{:>6.1} s  {what} …", start.elapsed().as_secs_f64());
        let _ = out.flush();
    }
}
