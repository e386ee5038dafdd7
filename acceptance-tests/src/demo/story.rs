//! What both walks have: an example, the job that it declares, and what is told of it.

use super::telling::Telling;
use crate::counting::Counting;
use crate::failure::{Failure, Outcome};
use crate::jars::Jar;
use crate::terraform::{Run, Workspace};
use crate::{fetch, folders};
use serde_json::Value;
use std::fs;
use std::future::Future;
use std::path::PathBuf;

pub(super) const JOB: &str = "flink_job.count";
const UPGRADE: &str = "stateful upgrade (savepoint): jar";

/// An example under Terraform.
pub(super) struct Story {
    pub(super) workspace: Workspace,
    pub(super) counting: Counting,
    telling: Telling,
    jar: PathBuf,
    savepoints: PathBuf,
}

impl Story {
    /// The example `examples/<name>/main.tf`, whose job writes and keeps its savepoints in `counting`'s
    /// folder.
    pub(super) fn of(name: &str, workspace: Workspace, counting: Counting) -> Outcome<Self> {
        let example = folders::repository().join("examples").join(name).join("main.tf");
        // The example names its own provider; the workspace's block would be a second one.
        fs::remove_file(workspace.path().join("provider.tf"))?;
        workspace.configure(&fs::read_to_string(example)?)?;
        let log = workspace.path().join("provider.log");
        let workspace =
            workspace.variable("TF_LOG_PROVIDER", "INFO").variable("TF_LOG_PATH", log.clone());
        let (jar, savepoints) =
            (workspace.path().join("job.jar"), counting.folder.join("savepoints"));
        Ok(Self { workspace, counting, telling: Telling::with(log), jar, savepoints })
    }

    /// The example's variables: the program, and `more` lines.
    pub(super) fn set(&self, more: &str) -> Outcome {
        let jar = self.jar.display().to_string();
        self.workspace.write("terraform.tfvars", &format!("jar = {jar:?}\n{more}"))
    }

    /// Puts a program where the example takes it from.
    pub(super) fn build(&self, jar: Jar) -> Outcome {
        fs::copy(jar.path()?, &self.jar)?;
        Ok(())
    }

    /// One step of the walk.
    pub(super) async fn step(
        &self,
        what: &str,
        work: impl Future<Output = Outcome<String>>,
    ) -> Outcome {
        self.telling.step(what, work).await
    }

    /// Applies version 1; tells what runs.
    pub(super) async fn create(&self) -> Outcome<String> {
        self.build(Jar::V1)?;
        self.apply().await?;
        let lines = self.counting.committed()?.len();
        Ok(format!("{} runs and has counted {lines} records", self.job().await?))
    }

    /// Applies, and waits until the job has counted on.
    pub(super) async fn apply(&self) -> Outcome {
        self.workspace.apply().await?.expect(0)?;
        self.counting.wait_for_lines(100).await
    }

    /// Puts version 2 there; tells what the plan says to it.
    pub(super) async fn plan_upgrade(&self) -> Outcome<String> {
        self.build(Jar::V2)?;
        let action = self.planned_action(JOB).await?;
        if action != UPGRADE {
            return Err(Failure::new(format!("planned_action is {action:?}")));
        }
        Ok(format!("planned_action = {action:?}"))
    }

    /// What the plan says will happen to a resource.
    pub(super) async fn planned_action(&self, address: &str) -> Outcome<String> {
        let planned = self.workspace.planned(address).await?;
        let action = planned["after"]["planned_action"].as_str().map(str::to_owned);
        action.ok_or_else(|| Failure::new(format!("{address} has no planned_action: {planned}")))
    }

    /// Applies; tells what the job went on from.
    pub(super) async fn go_on(&self) -> Outcome<String> {
        self.apply().await?;
        let path = self.workspace.attribute(JOB, "restored_from").await?;
        Ok(format!("{} goes on from {path}", self.job().await?))
    }

    /// Proves by both sinks that nothing was lost or doubled.
    pub(super) async fn prove(&self) -> Outcome<String> {
        self.counting.prove().await?;
        let lines = self.counting.lines()?;
        let new = lines.iter().filter(|line| line.total.is_some()).count();
        Ok(format!("{} records, {new} of them by v2: every number once, no gap", lines.len()))
    }

    /// Destroys; tells the job's last savepoint.
    pub(super) async fn destroy(&self) -> Outcome<String> {
        let run = self.workspace.destroy().await?.expect(0)?;
        let place = self.savepoints.display().to_string();
        let text = run.text();
        // The plan names the savepoint before it; the warning at the end names the final one.
        let mut words = text.split_whitespace().filter(|word| word.contains(&place));
        let path = words.rfind(|word| word.contains("/savepoint-"));
        let path =
            path.ok_or_else(|| Failure::new(format!("no final savepoint is named: {text}")))?;
        let path = path.trim_matches(|letter: char| ",.;:\"()".contains(letter));
        Ok(format!("final savepoint {path}"))
    }

    /// Flink's id of the job.
    pub(super) async fn job(&self) -> Outcome<String> {
        self.workspace.attribute(JOB, "job_id").await
    }
}

/// Fetches and compiles what a walk needs, in a thread of its own, so that Ctrl-C is heard while it
/// downloads.
pub(super) async fn prepare() -> Outcome<String> {
    tokio::task::spawn_blocking(|| {
        fetch::flink(fetch::FLINK_1_20)?;
        Jar::V1.path()?;
        Ok("ready".to_owned())
    })
    .await?
}

/// The line of the plan that changes an attribute.
pub(super) fn sentence(run: &Run, attribute: &str) -> String {
    let mut lines = run.output.lines().map(str::trim);
    lines.find(|line| line.starts_with(&format!("~ {attribute}"))).unwrap_or_default().to_owned()
}

/// The text of an answer of kubectl's, or nothing.
pub(super) fn uid(object: &Value) -> String {
    object["metadata"]["uid"].as_str().unwrap_or_default().to_owned()
}
