//! Import: of a job that this provider submitted, and of one that somebody else did.

use acceptance_tests::Outcome;
use acceptance_tests::counting::Counting;
use acceptance_tests::flink::Cluster;
use acceptance_tests::jars::Jar;
use acceptance_tests::terraform::Workspace;
use std::fs;

const JOB: &str = "flink_job.it";

#[tokio::test]
async fn a_job_of_ours_plans_empty_after_its_import() -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "import-ours")?;
    workspace.configure(&counting.resource(Jar::V1, &[], "")?)?;
    workspace.apply().await?.expect(0)?;
    let id = workspace.attribute(JOB, "id").await?;
    assert_eq!(id, format!("{}#{}", cluster.url(), counting.name));
    let job_id = workspace.attribute(JOB, "job_id").await?;

    for imported in [id, format!("{}#{job_id}", cluster.url())] {
        fs::remove_file(workspace.path().join("terraform.tfstate"))?;
        workspace.import(JOB, &imported).await?.expect(0)?;
        assert_eq!(workspace.attribute(JOB, "job_id").await?, job_id);
        workspace.settled().await?;
    }
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn a_foreign_job_is_adopted_without_a_restart() -> Outcome {
    let cluster = Cluster::shared().await?;
    let rest = cluster.rest()?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "import-foreign")?;
    let id = counting.run(&rest, &[]).await?;
    rest.wait_until_running(&counting.name).await?;

    workspace.configure(&counting.resource(Jar::V1, &[], "")?)?;
    let imported = format!("{}#{}", cluster.url(), counting.name);
    workspace.import(JOB, &imported).await?.expect(0)?;
    workspace.plan().await?.expect(2)?.said("adopt")?;
    workspace.apply().await?.expect(0)?;
    assert_eq!(workspace.attribute(JOB, "job_id").await?, id);
    workspace.settled().await?;

    counting.wait_for_lines(30).await?;
    workspace.configure(&counting.resource(Jar::V1, &["--generation", "ours"], "")?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    counting.prove().await?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn a_job_that_is_not_there_cannot_be_imported() -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "import-nothing")?;
    workspace.configure(&counting.resource(Jar::V1, &[], "")?)?;
    let imported = format!("{}#{}", cluster.url(), counting.name);
    workspace.import(JOB, &imported).await?.expect(1)?.said(&counting.name)?;
    Ok(())
}
