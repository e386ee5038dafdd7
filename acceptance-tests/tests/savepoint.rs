//! `flink_savepoint`: taken on create, kept on destroy unless asked, something a job can start from.

use acceptance_tests::counting::Counting;
use acceptance_tests::flink::Cluster;
use acceptance_tests::jars::Jar;
use acceptance_tests::terraform::Workspace;
use acceptance_tests::{Failure, Outcome};
use std::path::PathBuf;

const JOB: &str = "flink_job.it";
const SAVEPOINT: &str = "flink_savepoint.it";

fn savepoint(more: &str) -> String {
    format!("resource \"flink_savepoint\" \"it\" {{\n  job = flink_job.it.id\n  {more}\n}}\n")
}

/// The directory of a savepoint, if it is whole.
fn on_disk(path: &str) -> PathBuf {
    let folder = path.trim_start_matches("file:");
    PathBuf::from(format!("/{}", folder.trim_start_matches('/'))).join("_metadata")
}

#[tokio::test]
async fn a_savepoint_is_taken_while_the_job_runs_on_and_outlives_its_resource() -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "savepoint")?;
    let job = counting.resource(Jar::V1, &[], "")?;
    workspace.configure(&format!("{job}{}", savepoint("")))?;
    workspace.apply().await?.expect(0)?;
    let path = workspace.attribute(SAVEPOINT, "path").await?;
    assert_eq!(workspace.attribute(SAVEPOINT, "id").await?, path);
    assert!(on_disk(&path).exists(), "{path}");
    workspace.settled().await?;
    counting.wait_for_lines(30).await?;
    counting.prove().await?;

    workspace.configure(&job)?;
    workspace.apply().await?.expect(0)?;
    assert!(on_disk(&path).exists(), "{path}");
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn a_savepoint_is_disposed_of_where_that_is_asked_for() -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "disposed")?;
    let job = counting.resource(Jar::V1, &[], "")?;
    workspace.configure(&format!("{job}{}", savepoint("dispose_on_destroy = true")))?;
    workspace.apply().await?.expect(0)?;
    let path = workspace.attribute(SAVEPOINT, "path").await?;
    assert!(on_disk(&path).exists(), "{path}");

    workspace.configure(&job)?;
    workspace.apply().await?.expect(0)?;
    assert!(!on_disk(&path).exists(), "{path}");
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn a_savepoint_that_was_disposed_of_is_taken_anew_when_it_is_asked_for_again() -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "again")?;
    let job = counting.resource(Jar::V1, &[], "")?;
    workspace.configure(&format!("{job}{}", savepoint("dispose_on_destroy = true")))?;
    workspace.apply().await?.expect(0)?;
    let first = workspace.attribute(SAVEPOINT, "path").await?;

    // Flink still remembers the first, and answers the same request with it.
    let replace = ["apply", "-replace", SAVEPOINT, "-auto-approve", "-no-color", "-input=false"];
    workspace.run(&replace).await?.expect(0)?;
    let second = workspace.attribute(SAVEPOINT, "path").await?;
    assert!(!on_disk(&first).exists() && on_disk(&second).exists(), "{first} {second}");
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn an_existing_savepoint_is_adopted_and_a_job_starts_from_it() -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "adopted")?;
    workspace.configure(&counting.resource(Jar::V1, &[], "")?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    let destroyed = workspace.destroy().await?.expect(0)?.text();
    let path = destroyed
        .split(|letter: char| letter.is_whitespace() || ",\"()".contains(letter))
        .map(|word| word.trim_end_matches(['.', ';', ':']))
        .find(|word| on_disk(word).exists())
        .ok_or_else(|| Failure::new(format!("no savepoint is named: {destroyed}")))?
        .to_owned();

    let restore = format!("restore = {{ from = \"savepoint\", path = {path:?} }}");
    let job = counting.resource(Jar::V1, &[], &restore)?;
    workspace.configure(&format!("{job}{}", savepoint(&format!("path = {path:?}"))))?;
    workspace.apply().await?.expect(0)?;
    assert_eq!(workspace.attribute(SAVEPOINT, "path").await?, path);
    assert_eq!(workspace.attribute(JOB, "restored_from").await?, path);
    counting.wait_for_lines(30).await?;
    counting.prove().await?;
    workspace.settled().await?;
    workspace.destroy().await?.expect(0)?;
    assert!(on_disk(&path).exists(), "{path}");
    Ok(())
}
