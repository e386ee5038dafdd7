//! A job goes to another cluster, or is made again.

use crate::{FOLLOWS, JOB, Player, is_left};
use acceptance_tests::jars::Jar;
use acceptance_tests::stage::Stage;
use acceptance_tests::{Outcome, fetch};
use std::path::Path;

#[tokio::test]
async fn a_job_goes_with_its_cluster_to_another_name_and_by_itself_to_another_place() -> Outcome {
    let stage = Stage::new("moves", fetch::FLINK_1_20).await?;
    let counting = stage.counting("mover")?;
    let workspace = stage.workspace()?;
    let player = Player { workspace: &workspace, counting: &counting };
    let configure = |name: &str, cluster: &str, job: &str, rest: &str| {
        let cluster = stage.cluster("it", name, cluster)?;
        workspace
            .configure(&format!("{cluster}\n{}\n{rest}", stage.job(&counting, "it", Jar::V1, job)?))
    };
    configure("one", "", FOLLOWS, "")?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(20).await?;

    // The cluster is destroyed first, then made under its other name: the job goes on there.
    configure("two", "", FOLLOWS, "")?;
    workspace.apply().await?.expect(0)?;
    is_left(&stage, "one", &[]).await?;
    let from = workspace.attribute(JOB, "restored_from").await?;
    assert!(from.contains("savepoint"), "{from}");
    player.goes_on_from(&from).await?;

    // Made first, destroyed afterwards: the job moves live.
    configure("three", "lifecycle {\n  create_before_destroy = true\n}", FOLLOWS, "")?;
    workspace.apply().await?.expect(0)?;
    is_left(&stage, "two", &[]).await?;
    let from = workspace.attribute(JOB, "restored_from").await?;
    player.goes_on_from(&from).await?;
    assert_eq!(stage.names("three").await?, ["mover"]);

    // By its address, and back.
    let service = stage.namespace.get("service", "three-rest").await?;
    let url = format!("http://{}:8081", service["spec"]["clusterIP"].as_str().unwrap_or_default());
    configure("three", "", &format!("rest_url = {url:?}"), "")?;
    workspace.apply().await?.expect(0)?;
    let id = workspace.attribute(JOB, "id").await?;
    assert_eq!(id, format!("{url}#mover"));
    player.goes_on_from(&workspace.attribute(JOB, "restored_from").await?).await?;
    assert_eq!(stage.names("three").await?, ["mover"]);
    configure("three", "", FOLLOWS, "")?;
    workspace.apply().await?.expect(0)?;
    player.goes_on_from(&workspace.attribute(JOB, "restored_from").await?).await?;
    assert_eq!(stage.names("three").await?, ["mover"]);

    // A savepoint of it.
    let savepoint = "resource \"flink_savepoint\" \"it\" {\n  job = flink_job.it.id\n}\n";
    configure("three", "", FOLLOWS, savepoint)?;
    workspace.apply().await?.expect(0)?;
    let path = workspace.attribute("flink_savepoint.it", "path").await?;
    assert!(Path::new(path.trim_start_matches("file:")).join("_metadata").is_file(), "{path}");
    configure("three", "", FOLLOWS, "")?;
    workspace.apply().await?.expect(0)?;

    // Destroyed and made again: it goes on from its last savepoint.
    let target = format!("-target={JOB}");
    let arguments = ["destroy", "-auto-approve", "-no-color", "-input=false", &target];
    let run = workspace.run(&arguments).await?.expect(0)?;
    assert_eq!(stage.names("three").await?, Vec::<String>::new());
    workspace.plan().await?.expect(2)?;
    workspace.apply().await?.expect(0)?;
    let from = workspace.attribute(JOB, "restored_from").await?;
    run.said(&from)?;
    player.goes_on_from(&from).await?;
    workspace.destroy().await?.expect(0)?;
    is_left(&stage, "three", &["mover"]).await?;
    counting.prove().await
}
