//! The short cycle of a job on each Flink that the other tests do not run on.

use acceptance_tests::counting::Counting;
use acceptance_tests::flink::{Cluster, Setup};
use acceptance_tests::jars::Jar;
use acceptance_tests::terraform::Workspace;
use acceptance_tests::{Outcome, fetch};

const JOB: &str = "flink_job.it";

#[tokio::test]
async fn flink_1_18() -> Outcome {
    cycle(fetch::FLINK_1_18).await
}

#[tokio::test]
async fn flink_2_0() -> Outcome {
    cycle(fetch::FLINK_2_0).await
}

#[tokio::test]
async fn flink_2_3() -> Outcome {
    cycle(fetch::FLINK_2_3).await
}

/// Create, upgrade, a state that does not fit, repair, destroy.
async fn cycle(version: &str) -> Outcome {
    let cluster = Cluster::start(Setup { task_managers: 1, ..Setup::of(version) }).await?;
    let rest = cluster.rest()?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(&cluster, "cycle")?;
    workspace.configure(&counting.resource(Jar::V1, &[], "")?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    workspace.settled().await?;

    workspace.configure(&counting.resource(Jar::V2, &[], "")?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    counting.prove().await?;
    workspace.settled().await?;

    let id = workspace.attribute(JOB, "job_id").await?;
    workspace.configure(&counting.resource(Jar::ChangedUid, &[], "")?)?;
    workspace.apply().await?.expect(1)?.said("its state does not fit the new program")?;
    assert_eq!(rest.wait_until_running(&counting.name).await?.id, id);

    workspace.configure(&counting.resource(Jar::V2, &[], "")?)?;
    rest.cancel(&id).await?;
    workspace.plan().await?.expect(2)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    counting.prove_transactions().await?;
    workspace.settled().await?;
    workspace.destroy().await?.expect(0)?.said("savepoint")?;
    Ok(())
}
