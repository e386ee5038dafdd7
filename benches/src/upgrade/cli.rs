//! What people do today: `bin/flink stop`, then `bin/flink run` from the savepoint it names.

use acceptance_tests::counting::Counting;
use acceptance_tests::flink::{Cluster, Rest};
use acceptance_tests::{Failure, Outcome, fetch};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::process::Command;

/// A job that is upgraded by Flink's command line.
pub(super) struct CommandLine {
    pub(super) counting: Counting,
    rest: Rest,
    folder: PathBuf,
    program: PathBuf,
    address: String,
    job: String,
}

impl CommandLine {
    /// Starts the job.
    pub(super) async fn start(counting: Counting, cluster: &Cluster) -> Outcome<Self> {
        let rest = cluster.rest()?;
        let job = counting.run(&rest, &[]).await?;
        rest.wait_until_running(&counting.name).await?;
        let program = fetch::flink_distribution(fetch::FLINK_1_20)?.join("bin/flink");
        let address = cluster.url().replace("http://", "");
        Ok(Self { counting, rest, folder: cluster.folder().to_owned(), program, address, job })
    }

    /// From the first command until all tasks run.
    pub(super) async fn upgrade(&mut self, jar: &Path) -> Outcome<Duration> {
        let start = Instant::now();
        let savepoints = format!("file://{}/savepoints", self.folder.display());
        let stop = ["stop", "-m", &self.address, "-p", &savepoints, &self.job].map(str::to_owned);
        let savepoint = after(&self.flink(&stop).await?, "Path: ")?;
        let parallelism = self.counting.splits.to_string();
        let run = ["run", "-m", &self.address, "-d", "-s", &savepoint, "-p", &parallelism];
        let mut run = run.map(str::to_owned).to_vec();
        run.push(jar.display().to_string());
        run.extend(self.counting.arguments(&[]));
        self.job = after(&self.flink(&run).await?, "JobID ")?;
        self.rest.wait_until_running(&self.counting.name).await?;
        Ok(start.elapsed())
    }

    async fn flink(&self, arguments: &[String]) -> Outcome<String> {
        let mut command = Command::new(&self.program);
        command.args(arguments).kill_on_drop(true);
        command.env("FLINK_LOG_DIR", self.folder.join("logs"));
        let output = command.output().await?;
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        if output.status.success() { Ok(said) } else { Err(Failure::new(said)) }
    }
}

/// The word after `mark`.
fn after(text: &str, mark: &str) -> Outcome<String> {
    let rest = text.split_once(mark).and_then(|(_, rest)| rest.split_whitespace().next());
    rest.map(str::to_owned).ok_or_else(|| Failure::new(format!("no {mark:?} in {text}")))
}
