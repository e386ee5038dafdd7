//! A cluster that restarts carries its jobs over, under real Terraform on a real Kubernetes: whoever
//! applies what, and whatever fails between, each job goes on from exactly where it stopped.

mod alone;
mod kills;
mod moves;

use acceptance_tests::Outcome;
use acceptance_tests::counting::Counting;
use acceptance_tests::stage::Stage;
use acceptance_tests::terraform::Workspace;

const FOLLOWS: &str = "cluster = flink_cluster.it.ref";
/// The only job of a configuration.
const JOB: &str = "flink_job.it";

/// A job and the configuration that it stands in.
struct Player<'a> {
    workspace: &'a Workspace,
    counting: &'a Counting,
}

impl Player<'_> {
    /// It runs from exactly this path, and its plan is empty.
    async fn goes_on_from(&self, path: &str) -> Outcome {
        let from = self.workspace.attribute(JOB, "restored_from").await?;
        assert_eq!(from, path, "{}", self.counting.name);
        self.workspace.plan().await?.expect(0)?;
        self.counting.wait_for_lines(10).await?;
        self.counting.prove().await
    }
}

/// Nothing of a cluster exists but the journals of these jobs.
async fn is_left(stage: &Stage, cluster: &str, journals: &[&str]) -> Outcome {
    assert_eq!(stage.objects(cluster).await?, "", "of {cluster}");
    let left: Vec<String> = stage.journals(cluster).await?.into_keys().collect();
    assert_eq!(left, journals, "of {cluster}");
    Ok(())
}
