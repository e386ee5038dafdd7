//! What no upgrade can do without, by bare calls: the stop with a savepoint, and, once nothing of the
//! old pods is left, new ones by `kubectl apply` until they write.

use super::{described, silence};
use crate::ground::Ground;
use crate::upgrade::stop;
use acceptance_tests::Outcome;
use acceptance_tests::counting::Counting;
use acceptance_tests::flink::Rest;
use acceptance_tests::terraform::Workspace;
use serde_json::json;
use std::time::{Duration, Instant};

const NAME: &str = "bare";

/// A job with a cluster of its own that bare calls upgrade.
pub(super) struct Floor<'a> {
    pub(super) counting: Counting,
    ground: &'a Ground,
    image: &'a str,
    rest: Rest,
    workspace: Workspace,
    /// The objects of the version that runs.
    yaml: String,
    starts: usize,
}

impl<'a> Floor<'a> {
    pub(super) async fn start(ground: &'a Ground, image: &'a str) -> Outcome<Self> {
        let (counting, rest) = (ground.counting(NAME)?, ground.rest(NAME)?);
        let workspace = Workspace::new("http://127.0.0.1:1")?;
        let yaml = String::new();
        let mut floor = Self { counting, ground, image, rest, workspace, yaml, starts: 0 };
        floor.yaml = floor.rendered(usize::MAX, None).await?;
        floor.apply().await?;
        silence::ended(&floor.counting).await?;
        Ok(floor)
    }

    /// What the stop and the start take, without what lies between them.
    pub(super) async fn upgrade(&mut self, round: usize) -> Outcome<Duration> {
        let job = self.rest.wait_until_running(NAME).await?;
        let begin = Instant::now();
        let path = stop(&self.rest, &job.id, &self.ground.savepoints(), false).await?;
        let stopped = begin.elapsed();
        self.kubectl(&["delete", "-f", "-", "--wait=true"]).await?;
        self.until_gone().await?;
        self.yaml = self.rendered(round, Some(&path)).await?;
        let begin = Instant::now();
        self.apply().await?;
        silence::ended(&self.counting).await?;
        Ok(stopped + begin.elapsed())
    }

    async fn apply(&self) -> Outcome {
        self.kubectl(&["apply", "-f", "-"]).await
    }

    async fn kubectl(&self, what: &[&str]) -> Outcome {
        let in_namespace = ["-n", self.ground.namespace.name()];
        let line = [&in_namespace[..], what].concat();
        self.ground.kubectl.feed(&line, &self.yaml).await.map(drop)
    }

    async fn until_gone(&self) -> Outcome {
        let (namespace, pods) = (&self.ground.namespace, format!("app={NAME}"));
        namespace
            .until("the old pods are gone", Duration::from_mins(3), async || {
                namespace.list("pods", &pods).await.ok()?.is_empty().then_some(())
            })
            .await
    }

    /// What `flink_manifests` renders for the next start.
    async fn rendered(&mut self, round: usize, from: Option<&str>) -> Outcome<String> {
        self.starts += 1;
        let mut cluster = described(self.ground, (NAME, self.image, round))?;
        cluster["flink_configuration"]["pipeline.name"] = json!(NAME);
        cluster["application"] = json!({
            "jar": "local:///opt/flink/usrlib/app.jar",
            "args": self.counting.arguments(&[]),
            "parallelism": self.counting.splits,
            "job_id": format!("{:032x}", self.starts),
        });
        if let Some(path) = from {
            cluster["application"]["restore"] = json!({ "path": path });
        }
        let manifests = json!({ "data": { "flink_manifests": { "it": cluster } } });
        self.workspace.write("main.tf.json", &manifests.to_string())?;
        self.workspace.apply().await?.expect(0)?;
        self.workspace.attribute("data.flink_manifests.it", "yaml").await
    }
}
