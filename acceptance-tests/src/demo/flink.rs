//! A job's life over `examples/walkthrough`, on a session cluster on loopback.

use super::story::{self, Story, sentence};
use super::telling::Telling;
use crate::counting::Counting;
use crate::failure::{Failure, Outcome};
use crate::fetch;
use crate::flink::{Cluster, Setup};
use crate::terraform::Workspace;
use std::cell::OnceCell;

/// Walks the walk.
///
/// # Errors
/// Something did not go as promised.
pub async fn walk() -> Outcome {
    let telling = Telling::default();
    let fetch = format!("fetch Flink {} and compile the program", fetch::FLINK_1_20);
    telling.step(&fetch, story::prepare()).await?;
    let started = OnceCell::new();
    let start = async {
        let cluster = Cluster::start(Setup::default()).await?;
        let url = cluster.url();
        let _ = started.set(cluster);
        Ok(format!("1 JobManager, 2 TaskManagers at {url}"))
    };
    telling.step("start a session cluster on loopback", start).await?;
    let cluster = started.get().ok_or_else(|| Failure::new("no cluster"))?;
    let demo = Demo::new(cluster)?;
    let story = &demo.story;
    story.step("terraform apply: create job v1", story.create()).await?;
    story.step("terraform apply: take a savepoint", demo.savepoint()).await?;
    story.step("new jar, terraform plan", story.plan_upgrade()).await?;
    story.step("terraform apply: upgrade to v2", story.go_on()).await?;
    story.step("read the output", story.prove()).await?;
    story.step("cancel the job behind Terraform's back, terraform plan", demo.drift()).await?;
    story.step("terraform apply: repair", demo.repair()).await?;
    story.step("terraform destroy", story.destroy()).await
}

struct Demo<'a> {
    cluster: &'a Cluster,
    story: Story,
}

impl<'a> Demo<'a> {
    fn new(cluster: &'a Cluster) -> Outcome<Self> {
        let workspace = Workspace::new(&cluster.url())?;
        let counting = Counting { name: "count".to_owned(), ..Counting::on(cluster, "demo")? };
        let demo = Self { cluster, story: Story::of("walkthrough", workspace, counting)? };
        demo.set(false)?;
        Ok(demo)
    }

    fn set(&self, take_savepoint: bool) -> Outcome {
        let (url, output) = (self.cluster.url(), self.story.counting.folder.display());
        self.story.set(&format!(
            "rest_url = {url:?}\noutput = \"{output}\"\ntake_savepoint = {take_savepoint}\n"
        ))
    }

    async fn savepoint(&self) -> Outcome<String> {
        self.set(true)?;
        self.story.workspace.apply().await?.expect(0)?;
        self.story.workspace.attribute("flink_savepoint.kept[0]", "path").await
    }

    async fn drift(&self) -> Outcome<String> {
        self.cluster.rest()?.cancel(&self.story.job().await?).await?;
        let line = sentence(&self.story.workspace.plan().await?.expect(2)?, "state ");
        Ok(format!("exit code 2, {line}"))
    }

    async fn repair(&self) -> Outcome<String> {
        let told = self.story.go_on().await?;
        self.story.counting.prove_transactions().await?;
        self.story.workspace.settled().await?;
        Ok(format!("{told}, and the plan is empty again"))
    }
}
