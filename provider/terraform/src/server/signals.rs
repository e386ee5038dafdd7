//! What may end the process, and what must not.
//!
//! Ctrl-C reaches the client and its providers alike. The client then asks the provider to stop
//! and still wants answers, so a provider under a client does not end by it.

use std::{io, os::unix::process::parent_id, time::Duration};

use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

use super::Mode;

/// How often it is looked whether the client still lives.
const PARENT_LOOK: Duration = Duration::from_millis(500);

/// Why the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The client is done.
    Shutdown,
    /// Someone asked the process itself: SIGTERM, or SIGINT where a person started it.
    Signal,
    /// The client died and has not told.
    Orphaned,
}

/// Caught signals: from its making on, none of them ends the process by itself.
#[derive(Debug)]
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    parent: u32,
}

impl Signals {
    /// Catches signals and remembers who started the process.
    pub(super) fn catch() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            parent: parent_id(),
        })
    }

    /// Waits for a reason to end.
    pub(super) async fn end(mut self, mode: Mode, shutdown: &CancellationToken) -> End {
        match mode {
            Mode::Plugin => tokio::select! {
                () = shutdown.cancelled() => End::Shutdown,
                _ = self.terminate.recv() => End::Signal,
                () = orphaned(self.parent) => End::Orphaned,
            },
            Mode::Debug => tokio::select! {
                () = shutdown.cancelled() => End::Shutdown,
                _ = self.terminate.recv() => End::Signal,
                _ = self.interrupt.recv() => End::Signal,
            },
        }
    }
}

/// Looks at the parent again and again. The kernel's own signal for this follows the *thread*
/// that started the process, and a client's threads come and go.
async fn orphaned(parent: u32) {
    let mut looks = interval(PARENT_LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while parent_id() == parent {
        looks.tick().await;
    }
}
