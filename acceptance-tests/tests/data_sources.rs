//! The data sources, asked of a cluster where the truth is known.

use acceptance_tests::Outcome;
use acceptance_tests::counting::Counting;
use acceptance_tests::flink::Cluster;
use acceptance_tests::jars::Jar;
use acceptance_tests::terraform::Workspace;

const DATA: &str = r#"
data "flink_cluster" "it" {}

data "flink_job" "it" {
  name       = flink_job.it.name
  depends_on = [flink_savepoint.it]
}

data "flink_jobs" "it" {
  name       = flink_job.it.name
  depends_on = [flink_savepoint.it]
}

data "flink_savepoints" "it" {
  job        = flink_job.it.id
  depends_on = [flink_savepoint.it]
}

resource "flink_savepoint" "it" {
  job = flink_job.it.id
}
"#;

#[tokio::test]
async fn they_tell_what_is() -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "data")?;
    workspace.configure(&format!("{}{DATA}", counting.resource(Jar::V1, &[], "")?))?;
    workspace.apply().await?.expect(0)?;
    let id = workspace.attribute("flink_job.it", "job_id").await?;
    let path = workspace.attribute("flink_savepoint.it", "path").await?;

    let seen = workspace.attributes("data.flink_cluster.it").await?;
    assert_eq!(seen["version"], "1.20.5");
    assert_eq!((&seen["task_managers"], &seen["slots_total"]), (&2.into(), &16.into()));

    let seen = workspace.attributes("data.flink_job.it").await?;
    assert_eq!((&seen["job_id"], &seen["status"]), (&id.clone().into(), &"RUNNING".into()));
    assert_eq!(seen["parallelism"], 2);
    assert_eq!(seen["vertices"].as_array().map(Vec::len), Some(2));
    assert!(seen["root_cause"].is_null());
    assert_eq!(seen["latest_savepoint"]["path"], path.as_str());

    let seen = workspace.attributes("data.flink_jobs.it").await?;
    assert_eq!(seen["jobs"][0]["job_id"], id.as_str());
    assert_eq!(seen["jobs"].as_array().map(Vec::len), Some(1));

    let seen = workspace.attributes("data.flink_savepoints.it").await?;
    let rows = seen["savepoints"].as_array().cloned().unwrap_or_default();
    let row = rows.iter().find(|row| row["path"] == path.as_str()).cloned().unwrap_or_default();
    assert_eq!(row["kind"], "savepoint", "{rows:?}");
    let operators = row["operators"].as_array().map_or(0, Vec::len);
    assert!(operators >= 3, "numbers, count and transactions hold state: {row}");

    workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn a_failed_job_is_shown_with_its_root_cause() -> Outcome {
    let cluster = Cluster::shared().await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(cluster, "data-failed")?;
    let id = counting.run(&cluster.rest()?, &[]).await?;
    counting.wait_for_lines(10).await?;
    counting.ask("fail-now", "")?;
    cluster.rest()?.wait_for_state(&id, "RESTARTING").await?;
    workspace.configure(&format!("data \"flink_job\" \"it\" {{ job_id = {id:?} }}\n"))?;
    // Flink's own view of a job's failures is up to three seconds old.
    let failures = async || {
        workspace.apply().await.ok()?;
        let seen = workspace.attributes("data.flink_job.it").await.ok()?;
        seen["root_cause"]
            .as_str()
            .filter(|cause| cause.contains("injected: fail-now"))
            .map(str::to_owned)
    };
    let limit = std::time::Duration::from_secs(30);
    acceptance_tests::poll::until("the root cause", limit, failures).await?;
    cluster.rest()?.cancel(&id).await?;
    Ok(())
}
