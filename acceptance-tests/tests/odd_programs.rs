//! Programs whose `main()` does more than to build one job: it takes its time, or runs two.

use acceptance_tests::Outcome;
use acceptance_tests::counting::Counting;
use acceptance_tests::flink::{Cluster, Setup};
use acceptance_tests::jars::Jar;
use acceptance_tests::terraform::Workspace;

const JOB: &str = "flink_job.it";

#[tokio::test]
async fn a_main_that_takes_its_time_is_waited_for_and_submitted_once() -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "slow-main")?;
    let slow = ["--mainSleep", "8000"];
    workspace.configure(&counting.resource(Jar::V1, &slow, "")?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(20).await?;
    let of_this = async || {
        let mut jobs = cluster.rest()?.jobs().await?;
        jobs.retain(|job| job.name == counting.name);
        Ok::<_, acceptance_tests::Failure>(jobs)
    };
    assert_eq!(of_this().await?.len(), 1);

    let slower = [&slow[..], &["--generation", "new"]].concat();
    workspace.configure(&counting.resource(Jar::V1, &slower, "")?)?;
    workspace.apply().await?.expect(0)?;
    assert_eq!(of_this().await?.len(), 2, "the old one and the new one");
    counting.wait_for_lines(20).await?;
    counting.prove().await?;
    workspace.settled().await?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn a_main_that_outlasts_the_time_given_leaves_the_old_job_running() -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "slowest-main")?;
    let short = "timeouts = { update = \"15s\" }";
    workspace.configure(&counting.resource(Jar::V1, &[], short)?)?;
    workspace.apply().await?.expect(0)?;
    let id = workspace.attribute(JOB, "job_id").await?;

    workspace.configure(&counting.resource(Jar::V1, &["--mainSleep", "45000"], short)?)?;
    workspace.apply().await?.expect(1)?;
    let live = cluster.rest()?.live(&counting.name).await?;
    assert_eq!(live.iter().map(|job| &job.id).collect::<Vec<_>>(), [&id]);

    workspace.configure(&counting.resource(Jar::V1, &[], short)?)?;
    workspace.settled().await?;
    counting.wait_for_lines(20).await?;
    counting.prove().await?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

/// Flink gives every job of one submission the same id, so that the second is refused.
#[tokio::test]
async fn of_a_main_with_two_jobs_the_first_is_the_resource_and_the_only_one() -> Outcome {
    let cluster = Cluster::start(Setup::default()).await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(&cluster, "twice")?;
    workspace.configure(&counting.resource(Jar::V1, &["--twice"], "")?)?;
    workspace.apply().await?.expect(0)?;
    let jobs = cluster.rest()?.jobs().await?;
    let [only] = jobs.as_slice() else { panic!("{jobs:?}") };
    assert_eq!(only.id, workspace.attribute(JOB, "job_id").await?);
    assert_eq!(only.name, format!("{}-first", counting.name));
    workspace.settled().await?;
    workspace.destroy().await?.expect(0)?;
    cluster.rest()?.wait_for_state(&only.id, "FINISHED").await?;
    Ok(())
}
