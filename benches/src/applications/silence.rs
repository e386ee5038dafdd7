//! When a job writes, and for how long it does not.

use acceptance_tests::counting::Counting;
use acceptance_tests::{Failure, Outcome};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Much shorter than between two records of the job.
const PAUSE: Duration = Duration::from_millis(5);
/// How long the first record of a job may take.
const LIMIT: Duration = Duration::from_mins(3);

/// Watches what a job's file sink writes, record by record, until it is dropped.
pub(super) struct Silence {
    over: Arc<AtomicBool>,
    watching: JoinHandle<Duration>,
}

impl Silence {
    pub(super) fn of(counting: &Counting) -> Outcome<Self> {
        let (file, over) = (file(counting), Arc::new(AtomicBool::new(false)));
        let mut seen = written(&file)?;
        let told = Arc::clone(&over);
        let watching = thread::spawn(move || {
            let (mut longest, mut last) = (Duration::ZERO, Instant::now());
            while !told.load(Ordering::Relaxed) {
                if let Ok(now) = written(&file)
                    && now != seen
                {
                    longest = longest.max(last.elapsed());
                    (seen, last) = (now, Instant::now());
                }
                thread::sleep(PAUSE);
            }
            longest
        });
        Ok(Self { over, watching })
    }

    /// The longest time between two records since it began.
    pub(super) fn longest(self) -> Outcome<Duration> {
        self.over.store(true, Ordering::Relaxed);
        self.watching.join().map_err(|_| Failure::new("the watch of the output has panicked"))
    }
}

/// Waits for the next record.
pub(super) async fn ended(counting: &Counting) -> Outcome {
    let file = file(counting);
    let before = written(&file)?;
    acceptance_tests::poll::every(PAUSE, "a record", LIMIT, async || {
        written(&file).is_ok_and(|now| now != before).then_some(())
    })
    .await
}

fn file(counting: &Counting) -> PathBuf {
    counting.folder.join("lines.csv")
}

/// How much is written.
fn written(file: &Path) -> Outcome<u64> {
    match fs::metadata(file) {
        Ok(metadata) => Ok(metadata.len()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error.into()),
    }
}
