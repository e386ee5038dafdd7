//! The harness by itself: that the real things start, die and prove what the other tests rely on.

use acceptance_tests::counting::Counting;
use acceptance_tests::flink::{Cluster, Setup};
use acceptance_tests::jars::Jar;
use acceptance_tests::terraform::{Terraform, Workspace};
use acceptance_tests::{Failure, Outcome, fetch, output, poll};
use serde_json::json;
use std::fs;
use std::time::Duration;

#[tokio::test]
async fn a_killed_task_manager_doubles_lines_of_the_file_sink_but_no_transaction() -> Outcome {
    // The only one, so that it is one on which the job runs.
    let mut cluster = Cluster::start(Setup { task_managers: 1, ..Setup::default() }).await?;
    let rest = cluster.rest()?;
    let counting = Counting::on(&cluster, "failover")?;
    let id = counting.run(&rest, &["--payload", "65536", "--keys", "64"]).await?;
    counting.wait_for_lines(100).await?;
    let restored = || async { rest.get(&format!("/jobs/{id}/checkpoints")).await };
    assert_eq!(restored().await?["counts"]["restored"], 0);

    assert!(cluster.kill_task_manager());
    cluster.start_task_manager()?;
    counting.wait_for_lines(300).await?;
    let seen = || async {
        let counts = restored().await.ok()?["counts"].take();
        counts["restored"].as_u64().filter(|count| *count > 0)
    };
    poll::until("the job was restored", Duration::from_secs(30), seen).await?;

    counting.prove_transactions().await?;
    assert!(output::exactly_once(&counting.lines()?, counting.splits).is_err());
    Ok(())
}

#[tokio::test]
async fn two_jobs_from_one_savepoint_are_caught() -> Outcome {
    let cluster = Cluster::start(Setup::default()).await?;
    let rest = cluster.rest()?;
    let counting = Counting::on(&cluster, "doubled")?;
    let id = counting.run(&rest, &[]).await?;
    counting.wait_for_lines(50).await?;
    let target = cluster.folder().join("savepoints");
    let body = json!({ "target-directory": target, "cancel-job": false });
    rest.post(&format!("/jobs/{id}/savepoints"), &body).await?;
    counting.wait_for_lines(50).await?;
    counting.prove().await?;

    let savepoint = fs::read_dir(target)?.next().ok_or_else(|| Failure::new("no savepoint"))??;
    let path = savepoint.path().display().to_string();
    rest.run(&Jar::V1.path()?, &counting.arguments(&[]), &path).await?;
    counting.wait_for_lines(100).await?;
    assert!(counting.prove_transactions().await.is_err());
    Ok(())
}

#[tokio::test]
async fn terraform_runs_on_the_path_and_out_of_the_library() -> Outcome {
    for terraform in [Terraform::usual()?, Terraform::library(fetch::TERRAFORM_1_6)?] {
        let workspace = Workspace::of(terraform, "http://127.0.0.1:1")?;
        fs::remove_file(workspace.path().join("provider.tf"))?;
        workspace.configure("resource \"terraform_data\" \"it\" { input = 1 }\n")?;
        workspace.plan().await?.expect(2)?;
        workspace.apply().await?.expect(0)?.said("1 added")?;
        assert_eq!(workspace.attributes("terraform_data.it").await?["input"], 1);
        workspace.settled().await?;
    }
    Ok(())
}
