//! One counting job of a test: its name, its folders, its HCL.
//!
//! Names and folders are new for each, so that tests share a cluster without meeting.

use crate::failure::{Failure, Outcome};
use crate::flink::{Cluster, Rest};
use crate::jars::Jar;
use crate::output::{self, Flaw, Line};
use crate::poll;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_mins(1);
/// How long a record may be in hand between the subtasks of a running job.
const IN_HAND: Duration = Duration::from_secs(10);

/// A job that counts, with a file sink and a transactional sink.
#[derive(Debug)]
pub struct Counting {
    /// The job's name in Terraform and in Flink.
    pub name: String,
    /// Where its outputs lie.
    pub folder: PathBuf,
    /// How many splits its source had at the first start.
    pub splits: usize,
}

impl Counting {
    /// A new one for the test called `subject`, with folders below the cluster's.
    pub fn on(cluster: &Cluster, subject: &str) -> Outcome<Self> {
        let jobs = cluster.folder().join("jobs");
        fs::create_dir_all(&jobs)?;
        let folder =
            tempfile::Builder::new().prefix(&format!("{subject}-")).tempdir_in(jobs)?.keep();
        fs::create_dir(folder.join("control"))?;
        let name = folder
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().to_lowercase());
        Ok(Self { name, folder, splits: 2 })
    }

    /// The arguments of the program; `more` come last and win.
    pub fn arguments(&self, more: &[&str]) -> Vec<String> {
        let path = |name: &str| self.folder.join(name).display().to_string();
        let mut arguments = vec![
            "--name".to_owned(),
            self.name.clone(),
            "--out".to_owned(),
            path("lines.csv"),
            "--committed".to_owned(),
            path("transactions"),
            "--control".to_owned(),
            path("control"),
        ];
        arguments.extend(more.iter().map(|argument| (*argument).to_owned()));
        arguments
    }

    /// The resource `flink_job.it`, with `more` lines of attributes.
    pub fn resource(&self, jar: Jar, arguments: &[&str], more: &str) -> Outcome<String> {
        let mut hcl = String::from("resource \"flink_job\" \"it\" {\n");
        writeln!(hcl, "  name = {:?}", self.name)?;
        writeln!(hcl, "  jar  = {{ path = {:?} }}", jar.path()?.display().to_string())?;
        writeln!(hcl, "  args = {:?}", self.arguments(arguments))?;
        if !more.contains("parallelism") {
            writeln!(hcl, "  parallelism = {}", self.splits)?;
        }
        for line in more.lines() {
            writeln!(hcl, "  {}", line.trim())?;
        }
        hcl.push_str("}\n");
        Ok(hcl)
    }

    /// What the file sink has written.
    pub fn lines(&self) -> Outcome<Vec<Line>> {
        Ok(output::file(&self.folder.join("lines.csv"))?)
    }

    /// What the transactional sink has committed.
    pub fn committed(&self) -> Outcome<Vec<Line>> {
        Ok(output::committed(&self.folder.join("transactions"))?)
    }

    /// Waits until `more` lines are committed than are now.
    pub async fn wait_for_lines(&self, more: usize) -> Outcome {
        let wanted = self.committed()?.len() + more;
        poll::until(&format!("{wanted} lines of {}", self.name), LIMIT, async || {
            (self.committed().ok()?.len() >= wanted).then_some(())
        })
        .await
    }

    /// Lays a file into the control folder: the job does from now on what it is called.
    pub fn ask(&self, fault: &str, content: &str) -> Outcome {
        Ok(fs::write(self.folder.join("control").join(fault), content)?)
    }

    /// Takes that file away again.
    pub fn forgive(&self, fault: &str) -> Outcome {
        Ok(fs::remove_file(self.folder.join("control").join(fault))?)
    }

    /// Proves exactly-once by the transactional sink. Every record before the last checkpoint is in
    /// it, whatever was killed, so this holds for any history without a wanted loss of state.
    pub async fn prove_transactions(&self) -> Outcome {
        self.proven("committed lines", || self.committed()).await
    }

    /// Proves exactly-once by both sinks. The file sink can prove it only when each stop was one with
    /// a savepoint.
    pub async fn prove(&self) -> Outcome {
        self.prove_transactions().await?;
        self.proven("lines", || self.lines()).await
    }

    /// A running job's subtasks write beside each other, so that what one has still in hand looks
    /// like a gap: only one that stays is one. What was doubled stays doubled.
    async fn proven(&self, what: &str, read: impl Fn() -> Outcome<Vec<Line>>) -> Outcome {
        let begin = Instant::now();
        loop {
            let flaw = match output::exactly_once(&read()?, self.splits) {
                Ok(()) => return Ok(()),
                Err(flaw) => flaw,
            };
            if matches!(flaw, Flaw::Doubled { .. }) || begin.elapsed() > IN_HAND {
                return Err(Failure::new(format!("{what} of {}: {flaw}", self.name)));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Starts the job behind Terraform's back; gives its id.
    pub async fn run(&self, rest: &Rest, arguments: &[&str]) -> Outcome<String> {
        rest.run(&Jar::V1.path()?, &self.arguments(arguments), "").await
    }
}
