//! What becomes of jobs when their cluster is destroyed, recovers them itself, or gets another
//! strategy: under real Terraform on a real Kubernetes.

use acceptance_tests::counting::Counting;
use acceptance_tests::jars::Jar;
use acceptance_tests::stage::Stage;
use acceptance_tests::terraform::Workspace;
use acceptance_tests::{Outcome, fetch};

const CLUSTER: &str = "flink_cluster.it";
const JOB: &str = "flink_job.it";
const FOLLOWS: &str = "cluster = flink_cluster.it.ref";

/// Nothing of a cluster exists but the journals of these jobs.
async fn is_left(stage: &Stage, cluster: &str, journals: &[&str]) -> Outcome {
    assert_eq!(stage.objects(cluster).await?, "", "of {cluster}");
    let left: Vec<String> = stage.journals(cluster).await?.into_keys().collect();
    assert_eq!(left, journals, "of {cluster}");
    Ok(())
}

/// A job in a configuration of its own, which follows a cluster that another one makes.
async fn lodger<'a>(
    stage: &Stage,
    workspace: &'a Workspace,
    counting: &Counting,
) -> Outcome<&'a Workspace> {
    let cluster = format!("cluster = \"{}/orders#1\"", stage.namespace.name());
    workspace.configure(&stage.job(counting, "it", Jar::V1, &cluster)?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(20).await?;
    Ok(workspace)
}

#[tokio::test]
async fn a_destroyed_cluster_leaves_the_journals_of_jobs_that_nobody_started_again() -> Outcome {
    let stage = Stage::new("ends", fetch::FLINK_1_20).await?;
    let (counting, stranger) = (stage.counting("lodger")?, stage.counting("stranger")?);
    let (home, lodging) = (stage.workspace()?, stage.workspace()?);
    let configure = |more: &str| home.configure(&stage.cluster("it", "orders", more)?);
    configure("")?;
    home.apply().await?.expect(0)?;
    let lodging = lodger(&stage, &lodging, &counting).await?;
    let id = stage.submit("orders", &stranger, "").await?;
    stage.until_run("orders", &["lodger", "stranger"]).await?;
    let before = stage.jobs("orders").await?;

    // A job of nobody's: nothing is stopped or removed.
    home.destroy().await?.expect(1)?.said(&format!("do not follow it: \"stranger\" ({id})"))?;
    assert_eq!(stage.jobs("orders").await?, before);
    home.plan().await?.expect(0)?;

    // Both are stopped with savepoints; the lodger goes on once there is a cluster again.
    configure("on_destroy = \"drain_all\"")?;
    home.apply().await?.expect(0)?;
    stranger.wait_for_lines(10).await?;
    let run = home.destroy().await?.expect(0)?;
    let path = run.told_path(&id)?;
    is_left(&stage, "orders", &[id.as_str(), "lodger"]).await?;
    let drained = stage.drained("orders", "lodger").await?;
    lodging.plan().await?.expect(2)?;
    configure("on_destroy = \"force\"")?;
    home.apply().await?.expect(0)?;
    lodging.apply().await?.expect(0)?;
    assert_eq!(lodging.attribute(JOB, "restored_from").await?, drained);
    stage.submit("orders", &stranger, &path).await?;
    for counting in [&counting, &stranger] {
        counting.wait_for_lines(20).await?;
        counting.prove().await?;
    }

    // Nobody is asked: the lodger goes on from its newest checkpoint.
    home.destroy().await?.expect(0)?;
    is_left(&stage, "orders", &[id.as_str(), "lodger"]).await?;
    lodging.plan().await?.expect(2)?;
    configure("")?;
    home.apply().await?.expect(0)?;
    lodging.apply().await?.expect(0)?;
    let from = lodging.attribute(JOB, "restored_from").await?;
    assert!(from.contains("/chk-"), "{from}");
    counting.wait_for_lines(20).await?;
    counting.prove_transactions().await?;
    lodging.plan().await?.expect(0)?;
    lodging.destroy().await?.expect(0)?;
    home.destroy().await?.expect(0)?;
    counting.prove_transactions().await
}

#[tokio::test]
async fn jobs_recover_with_high_availability_and_are_carried_to_another_strategy() -> Outcome {
    let stage = Stage::new("recover", fetch::FLINK_1_20).await?;
    let counting = stage.counting("steady")?;
    let workspace = stage.workspace()?;
    let shared = stage.namespace.shared_folder().display().to_string();
    let configure = |jar: Jar, more: &str| {
        let available = format!(
            "service_account = {{ create = true }}\nhigh_availability = {{\n  type        = \"kubernetes\"\n  storage_dir = \"file://{shared}/ha\"\n}}\n{more}"
        );
        let cluster = stage.cluster("it", "orders", &available)?;
        let job = stage.job(&counting, "it", jar, FOLLOWS)?;
        workspace.configure(&format!("{cluster}\n{job}"))
    };
    configure(Jar::V1, "")?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(20).await?;
    let job = workspace.attribute(JOB, "job_id").await?;

    // Nothing is stopped: the same job comes back by itself, and its plan is empty.
    configure(Jar::V1, "on_update = \"recover\"\nscheduler = \"adaptive\"")?;
    let plan = workspace.plan().await?.expect(2)?;
    plan.said("restart (recover): scheduler")?.said("1 to change")?;
    workspace.apply().await?.expect(0)?;
    stage.until_run("orders", &["steady"]).await?;
    assert_eq!(workspace.attribute(JOB, "job_id").await?, job);
    assert_eq!(stage.jobs("orders").await?[0].id, job);
    let reference = format!("{}/orders#1", stage.namespace.name());
    assert_eq!(workspace.attribute(CLUSTER, "ref").await?, reference);
    counting.wait_for_lines(20).await?;
    counting.prove_transactions().await?;
    workspace.settled().await?;

    // Another strategy, and back: the job is carried over each time, and changed in the same stop.
    for (strategy, jar) in [("native", Jar::V2), ("standalone", Jar::V2)] {
        configure(jar, &format!("strategy = {strategy:?}\nscheduler = \"adaptive\""))?;
        let run = workspace.apply().await?.expect(0)?;
        let path = run.told_path(&format!("{}/orders/steady", stage.namespace.name()))?;
        assert_eq!(workspace.attribute(JOB, "restored_from").await?, path);
        counting.wait_for_lines(20).await?;
        counting.prove_transactions().await?;
        workspace.settled().await?;
        assert_eq!(stage.names("orders").await?, ["steady"]);
    }
    workspace.destroy().await?.expect(0)?;
    is_left(&stage, "orders", &["steady"]).await?;
    counting.prove_transactions().await
}
