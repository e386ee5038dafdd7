//! The short cycle of a job under the oldest and the newest Terraform to be had.

use acceptance_tests::counting::Counting;
use acceptance_tests::flink::Cluster;
use acceptance_tests::jars::Jar;
use acceptance_tests::terraform::{Terraform, Workspace};
use acceptance_tests::{Outcome, fetch};
use std::fs;

const JOB: &str = "flink_job.it";

#[tokio::test]
async fn terraform_1_6() -> Outcome {
    cycle(fetch::TERRAFORM_1_6).await
}

#[tokio::test]
async fn terraform_1_15() -> Outcome {
    cycle(fetch::TERRAFORM_1_15).await
}

/// Create, upgrade, drift, import, destroy.
async fn cycle(version: &str) -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::of(Terraform::library(version)?, &cluster.url())?;
    let counting = Counting::on(cluster, "terraform")?;
    workspace.configure(&counting.resource(Jar::V1, &[], "")?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    workspace.settled().await?;

    workspace.configure(&counting.resource(Jar::V2, &[], "")?)?;
    workspace.plan().await?.expect(2)?.said("stateful upgrade (savepoint): jar")?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    counting.prove().await?;

    let id = workspace.attribute(JOB, "id").await?;
    fs::remove_file(workspace.path().join("terraform.tfstate"))?;
    workspace.import(JOB, &id).await?.expect(0)?;
    workspace.settled().await?;

    cluster.rest()?.cancel(&workspace.attribute(JOB, "job_id").await?).await?;
    workspace.plan().await?.expect(2)?;
    workspace.apply().await?.expect(0)?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}
