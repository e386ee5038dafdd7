//! A job's life under real Terraform: its state goes on through every change, and nothing is
//! written twice or left out.

use acceptance_tests::Outcome;
use acceptance_tests::counting::Counting;
use acceptance_tests::flink::{Cluster, Setup};
use acceptance_tests::jars::Jar;
use acceptance_tests::terraform::Workspace;

const JOB: &str = "flink_job.it";

#[tokio::test]
async fn a_new_jar_goes_on_where_the_old_one_stopped() -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "upgrade")?;
    workspace.configure(&counting.resource(Jar::V1, &["--generation", "old"], "")?)?;
    workspace.plan().await?.expect(2)?.said("planned_action = \"create")?;
    workspace.apply().await?.expect(0)?;
    let first = workspace.attribute(JOB, "job_id").await?;
    assert_eq!(cluster.rest()?.wait_until_running(&counting.name).await?.id, first);
    workspace.settled().await?;
    counting.wait_for_lines(50).await?;

    workspace.configure(&counting.resource(Jar::V2, &["--generation", "new"], "")?)?;
    let planned = workspace.planned(JOB).await?;
    assert_eq!(planned["actions"], serde_json::json!(["update"]));
    assert_eq!(planned["after"]["planned_action"], "stateful upgrade (savepoint): jar, args");
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(50).await?;

    let savepoint = workspace.attribute(JOB, "last_savepoint_path").await?;
    assert_eq!(workspace.attribute(JOB, "restored_from").await?, savepoint);
    assert_ne!(workspace.attribute(JOB, "job_id").await?, first);
    assert_eq!(cluster.rest()?.live(&counting.name).await?.len(), 1);
    let generations = counting.lines()?.into_iter().map(|line| line.generation);
    assert_eq!(generations.collect::<std::collections::BTreeSet<_>>().len(), 2);
    counting.prove().await?;
    workspace.settled().await?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn a_suspended_job_resumes_from_its_savepoint() -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "suspend")?;
    workspace.configure(&counting.resource(Jar::V1, &[], "")?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;

    workspace.configure(&counting.resource(Jar::V1, &[], "state = \"suspended\"")?)?;
    workspace.plan().await?.expect(2)?.said("suspend")?;
    workspace.apply().await?.expect(0)?;
    assert!(cluster.rest()?.live(&counting.name).await?.is_empty());
    workspace.settled().await?;
    let savepoint = workspace.attribute(JOB, "last_savepoint_path").await?;

    workspace.configure(&counting.resource(Jar::V1, &[], "")?)?;
    workspace.plan().await?.expect(2)?.said("resume")?;
    workspace.apply().await?.expect(0)?;
    assert_eq!(workspace.attribute(JOB, "restored_from").await?, savepoint);
    counting.wait_for_lines(30).await?;
    counting.prove().await?;
    workspace.settled().await?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn a_destroyed_job_is_created_again_from_its_last_savepoint() -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "tombstone")?;
    let configuration = counting.resource(Jar::V1, &[], "")?;
    workspace.configure(&configuration)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;

    workspace.destroy().await?.expect(0)?.said("savepoint")?;
    assert!(cluster.rest()?.live(&counting.name).await?.is_empty());

    workspace.apply().await?.expect(0)?;
    assert!(workspace.attribute(JOB, "restored_from").await?.contains("savepoint"));
    counting.wait_for_lines(30).await?;
    counting.prove().await?;
    workspace.settled().await?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn another_parallelism_restarts_a_job_that_cannot_rescale_in_place() -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "rescale")?;
    workspace.configure(&counting.resource(Jar::V1, &["--payload", "65536"], "")?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(50).await?;

    workspace.configure(&counting.resource(
        Jar::V1,
        &["--payload", "65536"],
        "parallelism = 3",
    )?)?;
    workspace.plan().await?.expect(2)?.said("parallelism")?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(50).await?;
    counting.prove().await?;
    workspace.settled().await?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn an_adaptive_cluster_rescales_in_place() -> Outcome {
    let setup = Setup::default().option("jobmanager.scheduler", "adaptive");
    let cluster = Cluster::start(setup).await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(&cluster, "adaptive")?;
    workspace.configure(&counting.resource(Jar::V1, &[], "")?)?;
    workspace.apply().await?.expect(0)?;
    let id = workspace.attribute(JOB, "job_id").await?;
    counting.wait_for_lines(30).await?;

    workspace.configure(&counting.resource(Jar::V1, &[], "parallelism = 3")?)?;
    workspace.apply().await?.expect(0)?;
    assert_eq!(workspace.attribute(JOB, "job_id").await?, id);
    counting.wait_for_lines(30).await?;
    counting.prove_transactions().await?;
    workspace.settled().await?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn last_state_goes_on_from_the_newest_checkpoint() -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "last-state")?;
    let mode = "upgrade_mode = \"last_state\"";
    workspace.configure(&counting.resource(Jar::V1, &["--generation", "old"], mode)?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;

    workspace.configure(&counting.resource(Jar::V1, &["--generation", "new"], mode)?)?;
    workspace.plan().await?.expect(2)?.said("last_state")?;
    workspace.apply().await?.expect(0)?;
    assert!(workspace.attribute(JOB, "restored_from").await?.contains("/chk-"));
    counting.wait_for_lines(30).await?;
    counting.prove_transactions().await?;
    workspace.settled().await?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn a_stateless_upgrade_says_that_the_state_will_be_discarded() -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "stateless")?;
    let mode = "upgrade_mode = \"stateless\"";
    workspace.configure(&counting.resource(Jar::V1, &["--generation", "old"], mode)?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;

    let guarded = format!("{mode}\nprevent_state_loss = true");
    workspace.configure(&counting.resource(Jar::V1, &["--generation", "new"], &guarded)?)?;
    workspace.plan().await?.expect(1)?.said("contradict each other")?;

    workspace.configure(&counting.resource(Jar::V1, &["--generation", "new"], mode)?)?;
    workspace.plan().await?.expect(2)?.said("STATE WILL BE DISCARDED")?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    let restarted = counting.lines()?.into_iter().find(|line| line.generation == "new");
    assert_eq!(restarted.map(|line| line.count), Some(1));
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn a_renamed_job_keeps_its_state() -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::new(&cluster.url())?;
    let mut counting = Counting::on(cluster, "rename")?;
    workspace.configure(&counting.resource(Jar::V1, &[], "")?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    let old = counting.name.clone();

    counting.name = format!("{old}-renamed");
    workspace.configure(&counting.resource(Jar::V1, &[], "")?)?;
    let planned = workspace.planned(JOB).await?;
    assert_eq!(planned["actions"], serde_json::json!(["update"]));
    workspace.apply().await?.expect(0)?;
    assert!(cluster.rest()?.live(&old).await?.is_empty());
    counting.wait_for_lines(30).await?;
    counting.prove().await?;
    workspace.settled().await?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn a_job_moves_to_another_cluster_with_its_state() -> Outcome {
    let cluster = Cluster::shared().await?;
    let other = Cluster::start(Setup { task_managers: 1, ..Setup::default() }).await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "move")?;
    workspace.configure(&counting.resource(Jar::V1, &[], "")?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;

    let there = format!("rest_url = {:?}", other.url());
    workspace.configure(&counting.resource(Jar::V1, &[], &there)?)?;
    let planned = workspace.planned(JOB).await?;
    assert_eq!(planned["actions"], serde_json::json!(["update"]));
    workspace.apply().await?.expect(0)?;
    assert!(cluster.rest()?.live(&counting.name).await?.is_empty());
    assert_eq!(other.rest()?.live(&counting.name).await?.len(), 1);
    counting.wait_for_lines(30).await?;
    counting.prove().await?;
    workspace.settled().await?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn a_bounded_job_that_has_finished_is_no_difference() -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "bounded")?;
    let arguments = ["--bound", "100", "--rate", "50"];
    workspace.configure(&counting.resource(Jar::V1, &arguments, "bounded = true")?)?;
    workspace.apply().await?.expect(0)?;
    let id = workspace.attribute(JOB, "job_id").await?;
    cluster.rest()?.wait_for_state(&id, "FINISHED").await?;
    workspace.settled().await?;
    assert_eq!(counting.committed()?.len(), 100);
    workspace.destroy().await?.expect(0)?;
    Ok(())
}
