//! The provider under OpenTofu and under Pulumi with its bridge: the same life, the same faults.
//!
//! Both keep less than Terraform does: Pulumi forgets what a failed create or update answers, and
//! destroys without private data.

use acceptance_tests::clients::Stack;
use acceptance_tests::counting::Counting;
use acceptance_tests::flink::Cluster;
use acceptance_tests::jars::Jar;
use acceptance_tests::{Outcome, folders};
use serde_json::{Value, json};
use std::fs;

fn job(counting: &Counting, jar: Jar, arguments: &[&str]) -> Outcome<Value> {
    Ok(json!({
        "name": counting.name,
        "jar": { "path": jar.path()? },
        "args": counting.arguments(arguments),
        "parallelism": counting.splits,
    }))
}

/// `job` with one more attribute.
fn with(mut job: Value, attribute: &str, value: Value) -> Value {
    job[attribute] = value;
    job
}

#[tokio::test]
async fn a_jobs_state_goes_on_through_upgrade_drift_and_repair() -> Outcome {
    let cluster = Cluster::shared().await?;
    let rest = cluster.rest()?;
    for stack in Stack::of_each_client(&cluster.url()).await? {
        let counting = Counting::on(cluster, "life")?;
        stack.declare(&job(&counting, Jar::V1, &["--generation", "old"])?)?;
        assert!(stack.differs().await?);
        stack.apply().await?.expect(0)?;
        let first = stack.attribute("job_id").await?;
        assert_eq!(rest.wait_until_running(&counting.name).await?.id, first);
        stack.settled().await?;
        counting.wait_for_lines(50).await?;

        stack.declare(&job(&counting, Jar::V2, &["--generation", "new"])?)?;
        stack.apply().await?.expect(0)?;
        let second = stack.attribute("job_id").await?;
        assert_ne!(second, first);
        let savepoint = stack.attribute("last_savepoint_path").await?;
        assert_eq!(stack.attribute("restored_from").await?, savepoint);
        counting.wait_for_lines(50).await?;
        counting.prove().await?;
        stack.settled().await?;

        rest.cancel(&second).await?;
        assert!(stack.differs().await?);
        stack.apply().await?.expect(0)?;
        assert!(stack.attribute("restored_from").await?.contains("/chk-"));
        assert_eq!(rest.live(&counting.name).await?.len(), 1);
        counting.wait_for_lines(50).await?;
        stack.settled().await?;

        stack.destroy().await?.expect(0)?;
        assert!(rest.live(&counting.name).await?.is_empty());
        counting.prove_transactions().await?;
        if let Some(recording) = stack.recording() {
            fs::copy(recording, folders::target().join("bridge-calls.jsonl"))?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_create_that_fails_leaves_nothing_and_can_be_repeated() -> Outcome {
    let cluster = Cluster::shared().await?;
    let rest = cluster.rest()?;
    for stack in Stack::of_each_client(&cluster.url()).await? {
        let counting = Counting::on(cluster, "create")?;
        let good = job(&counting, Jar::V1, &[])?;
        let mut bad = good.clone();
        bad["jar"]["entry_class"] = json!("jobs.Missing");
        stack.declare(&bad)?;
        stack.apply().await?.expect(1)?.said("jobs.Missing")?;
        assert!(rest.live(&counting.name).await?.is_empty());

        stack.declare(&good)?;
        stack.apply().await?.expect(0)?;
        counting.wait_for_lines(30).await?;
        stack.settled().await?;
        counting.prove().await?;
        stack.destroy().await?.expect(0)?;
    }
    Ok(())
}

#[tokio::test]
async fn a_create_that_fails_half_way_finds_its_own_job_again() -> Outcome {
    let cluster = Cluster::shared().await?;
    let rest = cluster.rest()?;
    for stack in Stack::of_each_client(&cluster.url()).await? {
        let counting = Counting::on(cluster, "adopt")?;
        let slow = job(&counting, Jar::V1, &["--mainSleep", "12000"])?;
        let unchecked = with(slow, "upgrade", json!({ "verify": "none" }));
        stack.declare(&with(unchecked.clone(), "timeouts", json!({ "create": "6s" })))?;
        stack.apply().await?.expect(1)?.said(&counting.name)?;

        let started = rest.wait_until_running(&counting.name).await?;
        stack.declare(&unchecked)?;
        stack.apply().await?.expect(0)?;
        assert_eq!(stack.attribute("job_id").await?, started.id);
        counting.wait_for_lines(30).await?;
        counting.prove().await?;
        stack.settled().await?;
        stack.destroy().await?.expect(0)?;
    }
    Ok(())
}

#[tokio::test]
async fn an_update_that_fails_leaves_the_old_job_running() -> Outcome {
    let cluster = Cluster::shared().await?;
    let rest = cluster.rest()?;
    for stack in Stack::of_each_client(&cluster.url()).await? {
        let counting = Counting::on(cluster, "update")?;
        stack.declare(&job(&counting, Jar::V1, &["--generation", "old"])?)?;
        stack.apply().await?.expect(0)?;
        let first = stack.attribute("job_id").await?;
        counting.wait_for_lines(30).await?;

        let good = job(&counting, Jar::V2, &["--generation", "new"])?;
        let mut bad_class = good.clone();
        bad_class["jar"]["entry_class"] = json!("jobs.Missing");
        let unwritable = json!({ "savepoint_dir": "file:///proc/savepoints" });
        for (bad, cause) in [
            (bad_class, "jobs.Missing"),
            (with(good.clone(), "upgrade", unwritable), "/proc/savepoints"),
        ] {
            stack.declare(&bad)?;
            stack.apply().await?.expect(1)?.said(cause)?;
            assert_eq!(rest.wait_until_running(&counting.name).await?.id, first);
            assert!(stack.differs().await?);
        }

        stack.declare(&good)?;
        stack.apply().await?.expect(0)?;
        assert_ne!(stack.attribute("job_id").await?, first);
        counting.wait_for_lines(30).await?;
        stack.settled().await?;
        stack.destroy().await?.expect(0)?;
        counting.prove_transactions().await?;
    }
    Ok(())
}

#[tokio::test]
async fn an_imported_job_is_planned_empty_and_destroyed_with_a_savepoint() -> Outcome {
    let cluster = Cluster::shared().await?;
    let rest = cluster.rest()?;
    let others = Stack::of_each_client(&cluster.url()).await?;
    for (owner, stack) in Stack::of_each_client(&cluster.url()).await?.into_iter().zip(others) {
        let counting = Counting::on(cluster, "import")?;
        let job = job(&counting, Jar::V1, &[])?;
        owner.declare(&job)?;
        owner.apply().await?.expect(0)?;
        let id = owner.attribute("id").await?;
        counting.wait_for_lines(30).await?;

        stack.declare(&job)?;
        stack.import(&id).await?.expect(0)?;
        stack.declare(&job)?;
        stack.settled().await?;
        assert_eq!(stack.attribute("job_id").await?, owner.attribute("job_id").await?);
        stack.destroy().await?.expect(0)?;
        assert!(rest.live(&counting.name).await?.is_empty());
        counting.prove().await?;
    }
    Ok(())
}
