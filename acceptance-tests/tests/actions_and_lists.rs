//! Actions and list resources, which Terraform has from 1.14 on.

use acceptance_tests::counting::Counting;
use acceptance_tests::flink::Cluster;
use acceptance_tests::jars::Jar;
use acceptance_tests::terraform::{Run, Terraform, Workspace};
use acceptance_tests::{Outcome, fetch};

const JOB: &str = "flink_job.it";

/// A running job, and every action on it.
async fn with_actions(counting: &Counting, workspace: &Workspace) -> Outcome {
    let actions = ["flink_savepoint_trigger", "flink_job_restart", "flink_job_cancel"]
        .map(|kind| format!("action {kind:?} \"it\" {{\n  config {{ job = {JOB}.id }}\n}}\n"));
    let job = counting.resource(Jar::V1, &[], "")?;
    workspace.configure(&format!("{job}\n{}", actions.concat()))?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    Ok(())
}

async fn invoke(workspace: &Workspace, kind: &str) -> Outcome<Run> {
    let action = format!("-invoke=action.{kind}.it");
    workspace
        .run(&["apply", "-auto-approve", "-no-color", "-input=false", &action])
        .await?
        .expect(0)
}

#[tokio::test]
async fn actions_do_what_they_say_and_leave_a_true_state() -> Outcome {
    let cluster = Cluster::shared().await?;
    let newest = Terraform::library(fetch::TERRAFORM_1_15)?;
    let workspace = Workspace::of(newest, &cluster.url())?;
    let counting = Counting::on(cluster, "actions")?;
    with_actions(&counting, &workspace).await?;

    invoke(&workspace, "flink_savepoint_trigger").await?.said("savepoint-")?;
    workspace.settled().await?;

    let before = workspace.attribute(JOB, "job_id").await?;
    invoke(&workspace, "flink_job_restart").await?;
    workspace.settled().await?;
    workspace.run(&["apply", "-refresh-only", "-auto-approve", "-no-color"]).await?.expect(0)?;
    assert_ne!(workspace.attribute(JOB, "job_id").await?, before);
    counting.wait_for_lines(30).await?;
    counting.prove().await?;

    invoke(&workspace, "flink_job_cancel").await?;
    workspace.plan().await?.expect(2)?.said("job canceled")?;
    workspace.apply().await?.expect(0)?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn a_query_lists_jobs_and_savepoints() -> Outcome {
    let cluster = Cluster::shared().await?;
    let newest = Terraform::library(fetch::TERRAFORM_1_15)?;
    let workspace = Workspace::of(newest, &cluster.url())?;
    let counting = Counting::on(cluster, "listed")?;
    workspace.configure(&counting.resource(Jar::V1, &[], "")?)?;
    workspace.apply().await?.expect(0)?;
    let id = workspace.attribute(JOB, "id").await?;
    let (_, name) = id.split_once('#').expect("an id is <origin>#<name>");
    let query = format!(
        "list \"flink_job\" \"all\" {{\n  provider = flink\n}}\n\
         list \"flink_savepoint\" \"its\" {{\n  provider = flink\n  config {{ job = {id:?} }}\n}}\n"
    );
    workspace.write("all.tfquery.hcl", &query)?;
    workspace.run(&["query", "-no-color"]).await?.expect(0)?.said(name)?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}
