//! The walk of `make demo` over `examples/walkthrough`: it shows what the provider promises and
//! fails where a promise is broken.

mod telling;

use crate::counting::Counting;
use crate::failure::{Failure, Outcome};
use crate::flink::{Cluster, Setup};
use crate::jars::Jar;
use crate::terraform::{Run, Workspace};
use crate::{fetch, folders};
use std::cell::OnceCell;
use std::fs;
use std::path::PathBuf;
use telling::step;

const JOB: &str = "flink_job.count";

/// Walks the walk.
///
/// # Errors
/// Something did not go as promised.
pub async fn walk() -> Outcome {
    let version = fetch::FLINK_1_20;
    step(&format!("fetch Flink {version} and compile the program"), prepare()).await?;
    let started = OnceCell::new();
    step("start a session cluster on loopback", async {
        let cluster = Cluster::start(Setup::default()).await?;
        let url = cluster.url();
        let _ = started.set(cluster);
        Ok(format!("1 JobManager, 2 TaskManagers at {url}"))
    })
    .await?;
    let cluster = started.get().ok_or_else(|| Failure::new("no cluster"))?;
    let demo = Demo::new(cluster)?;
    step("terraform apply: create job v1", demo.create()).await?;
    step("terraform apply: take a savepoint", demo.savepoint()).await?;
    step("new jar, terraform plan", demo.plan_upgrade()).await?;
    step("terraform apply: upgrade to v2", demo.upgrade()).await?;
    step("read the output", demo.prove()).await?;
    step("cancel the job behind Terraform's back, terraform plan", demo.drift()).await?;
    step("terraform apply: repair", demo.repair()).await?;
    step("terraform destroy", demo.destroy()).await
}

/// In a thread of its own, so that Ctrl-C is heard while it downloads.
async fn prepare() -> Outcome<String> {
    tokio::task::spawn_blocking(|| {
        fetch::flink(fetch::FLINK_1_20)?;
        Jar::V1.path()?;
        Ok("ready".to_owned())
    })
    .await?
}

struct Demo<'a> {
    cluster: &'a Cluster,
    workspace: Workspace,
    counting: Counting,
    jar: PathBuf,
}

impl<'a> Demo<'a> {
    fn new(cluster: &'a Cluster) -> Outcome<Self> {
        let workspace = Workspace::new(&cluster.url())?;
        let counting = Counting { name: "count".to_owned(), ..Counting::on(cluster, "demo")? };
        let jar = workspace.path().join("job.jar");
        let hcl = fs::read_to_string(folders::repository().join("examples/walkthrough/main.tf"))?;
        // The example names its own provider; the workspace's block would be a second one.
        fs::remove_file(workspace.path().join("provider.tf"))?;
        workspace.configure(&hcl)?;
        let demo = Self { cluster, workspace, counting, jar };
        demo.set(false)?;
        Ok(demo)
    }

    fn set(&self, take_savepoint: bool) -> Outcome {
        let (url, output) = (self.cluster.url(), self.counting.folder.display());
        let variables = format!(
            "rest_url = {url:?}\njar = {:?}\noutput = \"{output}\"\ntake_savepoint = {take_savepoint}\n",
            self.jar.display().to_string()
        );
        self.workspace.write("terraform.tfvars", &variables)
    }

    fn build(&self, jar: Jar) -> Outcome {
        fs::copy(jar.path()?, &self.jar)?;
        Ok(())
    }

    async fn create(&self) -> Outcome<String> {
        self.build(Jar::V1)?;
        self.workspace.apply().await?.expect(0)?;
        self.counting.wait_for_lines(100).await?;
        let lines = self.counting.committed()?.len();
        Ok(format!("{} runs and has counted {lines} records", self.job().await?))
    }

    async fn savepoint(&self) -> Outcome<String> {
        self.set(true)?;
        self.workspace.apply().await?.expect(0)?;
        self.workspace.attribute("flink_savepoint.kept[0]", "path").await
    }

    async fn plan_upgrade(&self) -> Outcome<String> {
        self.build(Jar::V2)?;
        let planned = self.workspace.planned(JOB).await?;
        let action = planned["after"]["planned_action"].as_str().unwrap_or_default();
        if action != "stateful upgrade (savepoint): jar" {
            return Err(Failure::new(format!("planned_action is {action:?}")));
        }
        Ok(format!("planned_action = {action:?}"))
    }

    async fn upgrade(&self) -> Outcome<String> {
        self.workspace.apply().await?.expect(0)?;
        self.counting.wait_for_lines(100).await?;
        let path = self.workspace.attribute(JOB, "restored_from").await?;
        Ok(format!("{} goes on from {path}", self.job().await?))
    }

    async fn prove(&self) -> Outcome<String> {
        self.counting.prove().await?;
        let lines = self.counting.lines()?;
        let new = lines.iter().filter(|line| line.total.is_some()).count();
        Ok(format!("{} records, {new} of them by v2: every number once, no gap", lines.len()))
    }

    async fn drift(&self) -> Outcome<String> {
        self.cluster.rest()?.cancel(&self.job().await?).await?;
        let line = sentence(&self.workspace.plan().await?.expect(2)?, "state ");
        Ok(format!("exit code 2, {line}"))
    }

    async fn repair(&self) -> Outcome<String> {
        self.workspace.apply().await?.expect(0)?;
        self.counting.wait_for_lines(100).await?;
        self.counting.prove_transactions().await?;
        self.workspace.settled().await?;
        let path = self.workspace.attribute(JOB, "restored_from").await?;
        Ok(format!("{} goes on from {path}, and the plan is empty again", self.job().await?))
    }

    async fn destroy(&self) -> Outcome<String> {
        let run = self.workspace.destroy().await?.expect(0)?;
        let place = format!("{}/savepoints", self.counting.folder.display());
        let text = run.text();
        // The plan names the savepoint before it; the warning at the end names the final one.
        let mut words = text.split_whitespace().filter(|word| word.contains(&place));
        let path = words.rfind(|word| word.contains("/savepoint-"));
        let path =
            path.ok_or_else(|| Failure::new(format!("no final savepoint is named: {text}")))?;
        Ok(format!(
            "final savepoint {}",
            path.trim_matches(|letter: char| ",.;:\"()".contains(letter))
        ))
    }

    async fn job(&self) -> Outcome<String> {
        self.workspace.attribute(JOB, "job_id").await
    }
}

/// The line of the plan that changes an attribute.
fn sentence(run: &Run, attribute: &str) -> String {
    let mut lines = run.output.lines().map(str::trim);
    lines.find(|line| line.starts_with(&format!("~ {attribute}"))).unwrap_or_default().to_owned()
}
