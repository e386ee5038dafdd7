//! The JobManager is killed: with high availability its jobs come back by themselves, without it
//! they are found again by what they left on disk. Neither loses or doubles a record.

use acceptance_tests::Outcome;
use acceptance_tests::counting::Counting;
use acceptance_tests::flink::{Cluster, HighAvailability, Setup};
use acceptance_tests::gate::{Effect, Gate, Moment};
use acceptance_tests::jars::Jar;
use acceptance_tests::terraform::Workspace;

const JOB: &str = "flink_job.it";

fn highly_available() -> Setup {
    Setup { high_availability: HighAvailability::ZooKeeper, ..Setup::default() }
}

#[tokio::test]
async fn with_high_availability_a_restarted_job_manager_is_no_difference() -> Outcome {
    let mut cluster = Cluster::start(highly_available()).await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(&cluster, "recovered")?;
    workspace.configure(&counting.resource(Jar::V1, &[], "")?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    cluster.kill_job_manager();
    cluster.start_job_manager()?;
    cluster.wait_until_ready().await?;
    cluster.rest()?.wait_until_running(&counting.name).await?;

    workspace.settled().await?;
    workspace.configure(&counting.resource(Jar::V1, &["--generation", "new"], "")?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    counting.prove_transactions().await?;
    workspace.settled().await?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn with_high_availability_an_upgrade_survives_its_job_manager() -> Outcome {
    for (effect, moment) in [(Effect::Stop, Moment::After), (Effect::Run, Moment::After)] {
        upgrade_through_death(highly_available(), effect, moment).await?;
    }
    Ok(())
}

#[tokio::test]
async fn without_high_availability_an_upgrade_finds_its_savepoint_on_disk() -> Outcome {
    upgrade_through_death(Setup::default(), Effect::Run, Moment::Before).await
}

/// Kills the JobManager at one request of an upgrade and starts it again; the next apply ends it.
async fn upgrade_through_death(setup: Setup, effect: Effect, moment: Moment) -> Outcome {
    let mut cluster = Cluster::start(setup).await?;
    let gate = Gate::open(cluster.url()).await?;
    let workspace = Workspace::new(&gate.url())?;
    let counting = Counting::on(&cluster, "death")?;
    workspace.configure(&counting.resource(Jar::V1, &["--generation", "old"], "")?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;

    workspace.configure(&counting.resource(
        Jar::V1,
        &["--generation", "new"],
        "timeouts = { update = \"90s\" }",
    )?)?;
    gate.arm(effect, moment);
    let running = workspace.start_apply()?;
    gate.sprung().await;
    cluster.kill_job_manager();
    gate.release();
    cluster.start_job_manager()?;
    cluster.wait_until_ready().await?;
    // It may get through by itself or give up; both are honest.
    running.end().await?;

    workspace.apply().await?.expect(0)?;
    assert_eq!(cluster.rest()?.live(&counting.name).await?.len(), 1);
    assert!(!workspace.attribute(JOB, "restored_from").await?.is_empty());
    counting.wait_for_lines(30).await?;
    counting.prove_transactions().await?;
    workspace.settled().await?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}
