//! What a plan tells of the live job and its cluster before anything happens: warnings alone, and
//! never in the way of a plan.

use acceptance_tests::Outcome;
use acceptance_tests::counting::Counting;
use acceptance_tests::flink::{Cluster, Setup};
use acceptance_tests::jars::Jar;
use acceptance_tests::terraform::Workspace;

const JOB: &str = "flink_job.it";
const SLOTS: &str = "not enough free slots";

#[tokio::test]
async fn too_few_slots_are_foretold_with_numbers() -> Outcome {
    let cluster = Cluster::start(Setup { task_managers: 1, slots: 4, ..Setup::default() }).await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(&cluster, "slots")?;
    workspace.configure(&counting.resource(Jar::V1, &[], "parallelism = 5")?)?;
    let plan = workspace.plan().await?.expect(2)?;
    plan.said(SLOTS)?.said("needs 5 slots. The cluster has 4, of which 4 are free.")?;

    workspace.configure(&counting.resource(Jar::V1, &[], "parallelism = 3")?)?;
    let plan = workspace.plan().await?.expect(2)?;
    assert!(!plan.text().contains(SLOTS), "{}", plan.text());
    workspace.apply().await?.expect(0)?;
    workspace.settled().await?;

    // One is free, and three come back.
    workspace.configure(&counting.resource(Jar::V1, &[], "parallelism = 4")?)?;
    let plan = workspace.plan().await?.expect(2)?;
    assert!(!plan.text().contains(SLOTS), "{}", plan.text());
    workspace.configure(&counting.resource(Jar::V1, &[], "parallelism = 5")?)?;
    let plan = workspace.plan().await?.expect(2)?;
    plan.said("4, of which 1 are free, and the job itself gives back 3 when it stops")?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn a_finished_job_that_would_run_anew_is_told() -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "anew")?;
    let short = ["--bound", "40", "--rate", "1000"];
    workspace.configure(&counting.resource(Jar::V1, &short, "bounded = true")?)?;
    workspace.apply().await?.expect(0)?;
    let id = workspace.attribute(JOB, "job_id").await?;
    cluster.rest()?.wait_for_state(&id, "FINISHED").await?;
    workspace.settled().await?;

    let other = [&short[..], &["--generation", "new"]].concat();
    workspace.configure(&counting.resource(Jar::V1, &other, "bounded = true")?)?;
    workspace.plan().await?.expect(2)?.said("has finished and will run anew")?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn last_state_is_told_with_the_age_of_the_checkpoint() -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "age")?;
    let mode = "upgrade_mode = \"last_state\"";
    workspace.configure(&counting.resource(Jar::V1, &[], mode)?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    let plan = workspace.plan().await?.expect(0)?;
    assert!(!plan.text().contains("checkpoint"), "{}", plan.text());

    workspace.configure(&counting.resource(Jar::V1, &["--generation", "new"], mode)?)?;
    let plan = workspace.plan().await?.expect(2)?;
    plan.said("goes on from its newest completed checkpoint, which is")?.said(" s old now")?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn last_state_without_checkpoints_is_foretold_to_fail_and_does() -> Outcome {
    let setup = Setup::default().option("execution.checkpointing.interval", "");
    let cluster = Cluster::start(setup).await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(&cluster, "none")?;
    let mode = "upgrade_mode = \"last_state\"";
    workspace.configure(&counting.resource(Jar::V1, &[], mode)?)?;
    workspace.apply().await?.expect(0)?;
    let id = workspace.attribute(JOB, "job_id").await?;

    workspace.configure(&counting.resource(Jar::V1, &["--generation", "new"], mode)?)?;
    workspace.plan().await?.expect(2)?.said("checkpointing is disabled")?;
    workspace.apply().await?.expect(1)?;
    let jobs = cluster.rest()?.live(&counting.name).await?;
    assert_eq!(jobs.iter().map(|job| &job.id).collect::<Vec<_>>(), [&id]);
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn nobody_who_answers_is_nothing_to_tell_and_no_error() -> Outcome {
    let workspace = Workspace::new("http://127.0.0.1:1")?;
    let cluster = Cluster::shared().await?;
    let counting = Counting::on(cluster, "nobody")?;
    workspace.configure(&counting.resource(Jar::V1, &[], "parallelism = 100")?)?;
    let plan = workspace.plan().await?.expect(2)?;
    assert!(!plan.text().contains(SLOTS), "{}", plan.text());
    Ok(())
}
