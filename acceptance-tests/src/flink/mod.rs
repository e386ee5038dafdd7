//! A real session cluster on loopback: one JobManager, some `TaskManagers`, ZooKeeper if asked for.
//!
//! Started by plain `java`, without Flink's scripts: those take half a minute to compute what stands
//! in `java.rs`. Every process can be killed and started again at the same ports.

mod configuration;
mod java;
mod rest;

pub use configuration::{HighAvailability, Setup};
pub use rest::{Job, Rest};

use crate::failure::{Failure, Outcome, last_lines};
use crate::folders;
use crate::guard::Guarded;
use crate::poll;
use configuration::Ports;
use java::Java;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::OnceCell;

const START: Duration = Duration::from_mins(4);
/// How long the logs of a cluster are kept.
const KEPT: Duration = Duration::from_hours(2);

/// A running cluster; dropped, all its processes are killed.
#[derive(Debug)]
pub struct Cluster {
    setup: Setup,
    folder: PathBuf,
    ports: Ports,
    java: Java,
    zookeeper: Option<Guarded>,
    job_manager: Option<Guarded>,
    task_managers: Vec<Guarded>,
}

impl Cluster {
    /// Starts a cluster and waits until all its slots are there.
    pub async fn start(setup: Setup) -> Outcome<Self> {
        fs::create_dir_all(folders::clusters())?;
        sweep(&folders::clusters());
        let prefix = format!("{}-", setup.version);
        let folder =
            tempfile::Builder::new().prefix(&prefix).tempdir_in(folders::clusters())?.keep();
        let ports = Ports::free()?;
        configuration::write(&setup, &folder, &ports)?;
        let java = Java::new(&setup.version, &folder)?;
        let mut cluster = Self {
            setup,
            folder,
            ports,
            java,
            zookeeper: None,
            job_manager: None,
            task_managers: Vec::new(),
        };
        cluster.start_zookeeper()?;
        cluster.start_job_manager()?;
        for _ in 0..cluster.setup.task_managers {
            cluster.start_task_manager()?;
        }
        cluster.wait_until_ready().await?;
        Ok(cluster)
    }

    /// The cluster that the tests of one binary share; started by the first that asks, killed when
    /// the binary ends. Only for tests that kill nothing and need no options.
    pub async fn shared() -> Outcome<&'static Self> {
        static SHARED: OnceCell<Cluster> = OnceCell::const_new();
        SHARED.get_or_try_init(|| Self::start(Setup::default())).await
    }

    /// The JobManager's REST endpoint.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.rest)
    }

    /// A client for it that decides nothing. Made anew for each test: it belongs to one runtime.
    pub fn rest(&self) -> Outcome<Rest> {
        Rest::new(self.url())
    }

    /// Where the processes log and keep their state.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn start_zookeeper(&mut self) -> Outcome {
        if self.setup.high_availability == HighAvailability::ZooKeeper {
            self.zookeeper = Some(self.java.zookeeper()?);
        }
        Ok(())
    }

    /// Starts the JobManager at the same ports as before; does not wait for it.
    pub fn start_job_manager(&mut self) -> Outcome {
        self.job_manager = Some(self.java.job_manager()?);
        Ok(())
    }

    /// Starts one more TaskManager; does not wait for it.
    pub fn start_task_manager(&mut self) -> Outcome {
        self.task_managers.push(self.java.task_manager(self.setup.slots)?);
        Ok(())
    }

    /// SIGKILL for the JobManager.
    pub fn kill_job_manager(&mut self) {
        self.job_manager = None;
    }

    /// SIGKILL for the TaskManager that was started last; `false` when there is none.
    pub fn kill_task_manager(&mut self) -> bool {
        self.task_managers.pop().is_some()
    }

    /// Waits until REST answers and all slots of the running `TaskManagers` are registered, or a
    /// process has ended.
    pub async fn wait_until_ready(&mut self) -> Outcome {
        let rest = self.rest()?;
        let slots = self.setup.slots * self.task_managers.len();
        let waited = poll::until("REST and all slots", START, || {
            let mut processes = self.job_manager.iter_mut().chain(&mut self.task_managers);
            let ended = processes.any(Guarded::has_ended);
            let rest = &rest;
            async move {
                let seen = async || rest.overview().await.ok()?.get("slots-total")?.as_u64();
                if ended { Some(false) } else { (seen().await? >= slots as u64).then_some(true) }
            }
        });
        match waited.await {
            Ok(true) => Ok(()),
            Ok(false) => Err(self.unready("a process has ended")),
            Err(Failure { .. }) => Err(self.unready(&format!("not within {START:?}"))),
        }
    }

    fn unready(&self, why: &str) -> Failure {
        let mut text = format!("Flink {} did not come up: {why}", self.setup.version);
        for entry in fs::read_dir(self.folder.join("logs")).into_iter().flatten().flatten() {
            let log = fs::read_to_string(entry.path()).unwrap_or_default();
            let _ = write!(text, "\n{}:\n{}", entry.path().display(), last_lines(&log, 10));
        }
        Failure::new(text)
    }
}

/// Removes what earlier runs left, but for the last hours: somebody may be reading why one failed.
fn sweep(clusters: &Path) {
    for entry in fs::read_dir(clusters).into_iter().flatten().flatten() {
        let changed = entry.metadata().and_then(|metadata| metadata.modified());
        let is_old = changed.is_ok_and(|changed| changed.elapsed().is_ok_and(|age| age > KEPT));
        if is_old {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
