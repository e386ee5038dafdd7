//! The scenarios of the Flink Kubernetes Operator's own end-to-end tests (`e2e-tests/*.sh`) that no
//! other suite tells as a whole, each under the script's name without `test_`.
//!
//! | script | where |
//! |---|---|
//! | `test_application_operations` | here |
//! | `test_application_kubernetes_ha` | `application`, with high availability |
//! | `test_sessionjob_operations` | `cluster_lifecycle`, `savepoint`; what is cut short: `carry_over` |
//! | `test_sessionjob_kubernetes_ha` | here |
//! | `test_multi_sessionjob` | here |
//! | `test_snapshot` | `savepoint`; suspended and resumed: `application` |
//! | `test_batch_job` | here |
//! | `test_flink_operator_ha` | `application_long`: who applies is killed |
//!
//! The operator's autoscaler, its logging, its dynamic configuration and its blue and green
//! deployments are its own.

use acceptance_tests::counting::Counting;
use acceptance_tests::jars::Jar;
use acceptance_tests::kubernetes::ImageSpec;
use acceptance_tests::stage::Stage;
use acceptance_tests::{Outcome, fetch, poll};
use std::collections::BTreeSet;
use std::time::Duration;

const JOB: &str = "flink_job.it";
const LIMIT: Duration = Duration::from_mins(2);

/// A namespace, and an image with the job.
async fn prepared(subject: &str) -> Outcome<(Stage, String)> {
    let stage = Stage::new(subject, fetch::FLINK_1_20).await?;
    let image = ImageSpec::flink(fetch::FLINK_1_20).job(&Jar::V1.path()?);
    let image = stage.kubernetes().image(&image).await?;
    Ok((stage, image))
}

fn available(stage: &Stage) -> String {
    let shared = stage.namespace.shared_folder().display().to_string();
    format!("high_availability = {{ type = \"kubernetes\", storage_dir = \"file://{shared}/ha\" }}")
}

/// A savepoint on demand changes nothing; with `last_state`, another parallelism goes on from the
/// newest checkpoint, and the slots that are no longer needed are free.
#[tokio::test]
async fn application_operations() -> Outcome {
    let (stage, image) = prepared("operations").await?;
    let (workspace, counting) = (stage.workspace()?, stage.namespace.counting("orders", 2)?);
    let hcl = |parallelism: usize| -> Outcome<String> {
        let last_state = "upgrade_mode = \"last_state\"";
        let own = ("standalone", image.as_str());
        let hcl = stage.application(&counting, own, last_state, &available(&stage))?;
        Ok(hcl.replace("parallelism = 2", &format!("parallelism = {parallelism}")))
    };
    workspace.configure(&hcl(2)?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    let job = workspace.attribute(JOB, "job_id").await?;

    let savepoint = "resource \"flink_savepoint\" \"it\" {\n  job = flink_job.it.id\n}\n";
    workspace.configure(&format!("{}\n{savepoint}", hcl(2)?))?;
    workspace.apply().await?.expect(0)?;
    let path = workspace.attribute("flink_savepoint.it", "path").await?;
    assert!(path.contains("savepoint-"), "{path}");
    assert_eq!(workspace.attribute(JOB, "job_id").await?, job);

    workspace.configure(&format!("{}\n{savepoint}", hcl(1)?))?;
    let change = workspace.planned(JOB).await?;
    assert_eq!(change["after"]["planned_action"], "stateful upgrade (last_state): parallelism");
    workspace.apply().await?.expect(0)?;
    let from = workspace.attribute(JOB, "restored_from").await?;
    assert!(from.contains("/chk-"), "{from}");
    counting.wait_for_lines(30).await?;
    let overview = stage.ask("orders", "/overview").await?;
    assert_eq!((&overview["slots-total"], &overview["slots-available"]), (&2.into(), &1.into()));
    workspace.settled().await?;
    workspace.destroy().await?.expect(0)?;
    counting.prove_transactions().await
}

/// A batch job that has ended is as it should be, what a running job would not notice does not run it
/// again, and its changed program does: from nothing.
#[tokio::test]
async fn batch_job() -> Outcome {
    let (stage, image) = prepared("batch").await?;
    let (workspace, counting) = (stage.workspace()?, stage.namespace.counting("orders", 2)?);
    let configure = |generation: &str, cluster: &str| -> Outcome {
        let own = ("standalone", image.as_str());
        let hcl = stage.application(&counting, own, "bounded = true", cluster)?;
        let bounded = format!(
            "= [\"--bound\", \"100\", \"--rate\", \"50\", \"--generation\", \"{generation}\", "
        );
        workspace.configure(&hcl.replacen("= [", &bounded, 1))
    };
    let of = |generation: &str| -> Outcome<BTreeSet<u64>> {
        let lines = counting.committed()?.into_iter();
        let all: Vec<u64> =
            lines.filter(|line| line.generation == generation).map(|line| line.sequence).collect();
        let each: BTreeSet<u64> = all.iter().copied().collect();
        assert_eq!(each.len(), all.len(), "twice: {all:?}");
        Ok(each)
    };
    let written = async |generation: &str| {
        let all = async || (of(generation).ok()?.len() == 100).then_some(());
        poll::until("all its lines", LIMIT, all).await
    };
    configure("g0", "")?;
    workspace.apply().await?.expect(0)?;
    written("g0").await?;
    workspace.settled().await?;
    let job = workspace.attribute(JOB, "job_id").await?;

    let team = "labels = { team = \"a\" }";
    configure("g0", team)?;
    workspace.apply().await?.expect(0)?;
    workspace.settled().await?;
    assert_eq!(workspace.attribute(JOB, "job_id").await?, job);
    assert_eq!(counting.committed()?.len(), 100);

    configure("g1", team)?;
    let change = workspace.planned(JOB).await?;
    let action = change["after"]["planned_action"].as_str().unwrap_or_default();
    assert!(action.contains("if it has finished, it runs anew"), "{action}");
    workspace.apply().await?.expect(0)?;
    written("g1").await?;
    assert_eq!(of("g0")?, of("g1")?);
    workspace.settled().await?;
    assert_ne!(workspace.attribute(JOB, "job_id").await?, job);

    workspace.destroy().await?.expect(0)?;
    assert_eq!(stage.objects("orders").await?, "");
    Ok(())
}

/// Clusters and jobs of the same names in two namespaces, in one state.
#[tokio::test]
async fn multi_sessionjob() -> Outcome {
    let stages = [
        Stage::new("one", fetch::FLINK_1_20).await?,
        Stage::new("other", fetch::FLINK_1_20).await?,
    ];
    let labels = ["one", "other"];
    let workspace = stages[0].workspace()?;
    let jobs: Vec<Counting> =
        stages.iter().map(|stage| stage.counting("orders")).collect::<Outcome<_>>()?;
    let mut hcl = String::new();
    for ((stage, counting), label) in stages.iter().zip(&jobs).zip(labels) {
        hcl += &stage.cluster(label, "session", "")?;
        hcl += &stage.job(
            counting,
            label,
            Jar::V1,
            &format!("cluster = flink_cluster.{label}.ref"),
        )?;
    }
    workspace.configure(&hcl)?;
    workspace.apply().await?.expect(0)?;
    for (stage, counting) in stages.iter().zip(&jobs) {
        stage.until_run("session", &["orders"]).await?;
        counting.wait_for_lines(20).await?;
    }
    workspace.settled().await?;
    workspace.destroy().await?.expect(0)?;
    for counting in &jobs {
        counting.prove().await?;
    }
    Ok(())
}

/// The JobManager of a session cluster dies: its job comes back by itself, and no plan takes that for
/// a difference.
#[tokio::test]
async fn sessionjob_kubernetes_ha() -> Outcome {
    let stage = Stage::new("available", fetch::FLINK_1_20).await?;
    let (workspace, counting) = (stage.workspace()?, stage.counting("orders")?);
    let more = format!("service_account = {{ create = true }}\n{}", available(&stage));
    let cluster = stage.cluster("it", "session", &more)?;
    let job = stage.job(&counting, "it", Jar::V1, "cluster = flink_cluster.it.ref")?;
    workspace.configure(&format!("{cluster}\n{job}"))?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(20).await?;
    let before = stage.jobs("session").await?;

    stage.end_job_manager("session").await?;
    workspace.plan().await?.expect(0)?;
    counting.wait_for_lines(20).await?;
    assert_eq!(stage.jobs("session").await?, before);
    workspace.settled().await?;
    workspace.destroy().await?.expect(0)?;
    counting.prove_transactions().await
}
