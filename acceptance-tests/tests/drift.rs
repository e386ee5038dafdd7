//! What `terraform plan -detailed-exitcode` says of a job that is no longer as it was: 0 when
//! nothing is wrong, 2 when an apply has something to mend.

use acceptance_tests::counting::Counting;
use acceptance_tests::flink::{Cluster, Setup};
use acceptance_tests::jars::Jar;
use acceptance_tests::terraform::Workspace;
use acceptance_tests::{Outcome, poll};
use serde_json::{Value, json};
use std::fs;
use std::time::Duration;

const JOB: &str = "flink_job.it";

#[tokio::test]
async fn a_healthy_job_is_no_difference_even_without_its_jar() -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "healthy")?;
    let jar = Jar::V1.rebuilt("nightly", workspace.path())?;
    let configuration = counting.resource(Jar::V1, &[], "")?;
    let kept = Jar::V1.path()?.display().to_string();
    workspace.configure(&configuration.replace(&kept, &jar.display().to_string()))?;
    workspace.apply().await?.expect(0)?;
    workspace.settled().await?;

    fs::remove_file(jar)?;
    workspace.plan().await?.expect(0)?.said("taken to be unchanged")?;
    workspace.settled().await?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn a_cancelled_job_is_repaired_from_its_newest_retained_state() -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "cancelled")?;
    workspace.configure(&counting.resource(Jar::V1, &[], "")?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    cluster.rest()?.cancel(&workspace.attribute(JOB, "job_id").await?).await?;

    workspace.plan().await?.expect(2)?.said("state = \"canceled\" -> \"running\"")?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    counting.prove_transactions().await?;
    workspace.settled().await?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn a_humans_stop_with_a_savepoint_is_the_state_that_a_repair_starts_from() -> Outcome {
    let cluster = Cluster::shared().await?;
    let rest = cluster.rest()?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "stopped")?;
    workspace.configure(&counting.resource(Jar::V1, &[], "")?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    let id = workspace.attribute(JOB, "job_id").await?;
    let target = cluster.folder().join("by-hand");
    rest.post(&format!("/jobs/{id}/stop"), &json!({ "targetDirectory": target })).await?;
    rest.wait_for_state(&id, "FINISHED").await?;

    workspace.plan().await?.expect(2)?;
    workspace.apply().await?.expect(0)?;
    assert!(workspace.attribute(JOB, "restored_from").await?.contains("by-hand"));
    counting.wait_for_lines(30).await?;
    counting.prove().await?;
    workspace.settled().await?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn a_failed_job_shows_its_root_cause_and_is_repaired() -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "failed")?;
    let no_restart = "flink_configuration = { \"restart-strategy.type\" = \"none\" }";
    workspace.configure(&counting.resource(Jar::V1, &[], no_restart)?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    counting.ask("fail-now", "")?;
    cluster.rest()?.wait_for_state(&workspace.attribute(JOB, "job_id").await?, "FAILED").await?;
    counting.forgive("fail-now")?;

    let plan = workspace.plan().await?.expect(2)?;
    plan.said("state = \"failed\" -> \"running\"")?.said("injected: fail-now")?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    counting.prove_transactions().await?;
    workspace.settled().await?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn a_restarting_job_is_a_warning_and_no_difference() -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "restarting")?;
    let slow = "flink_configuration = { \"restart-strategy.fixed-delay.delay\" = \"600s\" }";
    workspace.configure(&counting.resource(Jar::V1, &[], slow)?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    counting.ask("fail-now", "")?;
    let id = workspace.attribute(JOB, "job_id").await?;
    cluster.rest()?.wait_for_state(&id, "RESTARTING").await?;

    workspace.plan().await?.expect(0)?.said("Warning")?.said("RESTARTING")?;
    workspace.configure("")?;
    cluster.rest()?.cancel(&id).await?;
    workspace.apply().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn a_job_that_its_job_manager_has_forgotten_is_missing() -> Outcome {
    let mut cluster = Cluster::start(Setup::default()).await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(&cluster, "missing")?;
    workspace.configure(&counting.resource(Jar::V1, &[], "")?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    cluster.kill_job_manager();
    workspace.plan().await?.expect(1)?.said("reach")?;
    let usual = fs::read_to_string(workspace.path().join("provider.tf"))?;
    let warning = "provider \"flink\" {\n  on_unreachable = \"warn\"";
    workspace.write("provider.tf", &usual.replace("provider \"flink\" {", warning))?;
    workspace
        .plan()
        .await?
        .expect(0)?
        .said("its JobManager cannot be reached")?
        .said("The job is assumed to be as recorded")?;
    workspace.write("provider.tf", &usual)?;
    assert_eq!(workspace.attribute(JOB, "state").await?, "running");
    cluster.start_job_manager()?;
    cluster.wait_until_ready().await?;

    workspace.plan().await?.expect(2)?.said("state = \"missing\" -> \"running\"")?;
    Ok(())
}

#[tokio::test]
async fn another_live_parallelism_is_a_difference() -> Outcome {
    let setup = Setup::default().option("jobmanager.scheduler", "adaptive");
    let cluster = Cluster::start(setup).await?;
    let rest = cluster.rest()?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(&cluster, "parallelism")?;
    workspace.configure(&counting.resource(Jar::V1, &[], "")?)?;
    workspace.apply().await?.expect(0)?;
    workspace.settled().await?;
    let id = workspace.attribute(JOB, "job_id").await?;
    let path = format!("/jobs/{id}/resource-requirements");
    let mut requirements = rest.get(&path).await?;
    for vertex in requirements.as_object_mut().into_iter().flat_map(|all| all.values_mut()) {
        vertex["parallelism"]["upperBound"] = Value::from(4);
    }
    rest.put(&path, &requirements).await?;
    let limit = Duration::from_mins(1);
    poll::until("twice as many tasks", limit, async || {
        let jobs = rest.live(&counting.name).await.ok()?;
        jobs.iter().any(|job| job.tasks == 8 && job.all_tasks_run).then_some(())
    })
    .await?;

    workspace.plan().await?.expect(2)?.said("parallelism = 4 -> 2")?;
    workspace.apply().await?.expect(0)?;
    workspace.settled().await?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}
