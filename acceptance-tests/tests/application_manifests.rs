//! What `flink_manifests` makes of a program, and what it says of one that cannot run. Nothing is
//! asked for either: no API server is there.

use acceptance_tests::diagnostics;
use acceptance_tests::terraform::Workspace;
use acceptance_tests::{Failure, Outcome};
use serde_json::Value;
use std::fmt::Write;

const ID: &str = "0000000000000000000000000000a001";
const SAVEPOINT: &str = "s3://flink/savepoints/savepoint-1";

const PROGRAM: &str = r#"jar = "local:///opt/flink/usrlib/orders.jar", job_id = ID"#;

/// A program on every kind of cluster, and a cluster without one.
const ALL: &str = r#"
locals {
  clusters = { for it in setproduct(["1.18", "1.20", "2.0", "2.3"], ["standalone", "native"]) :
    join(" ", it) => { version = it[0], strategy = it[1] }
  }
}

data "flink_manifests" "it" {
  for_each        = local.clusters
  name            = "orders"
  namespace       = "flink"
  strategy        = each.value.strategy
  flink_version   = each.value.version
  image           = "registry.example/orders:1"
  service_account = { create = true }
  application = {
    jar         = "local:///opt/flink/usrlib/orders.jar"
    entry_class = "com.example.Orders"
    args        = ["--topic", "an order", "--flag=\"quoted\"; x"]
    parallelism = 3
    job_id      = "ID"
    restore     = { path = "SAVEPOINT" }
  }
}

data "flink_manifests" "session" {
  name          = "orders"
  namespace     = "flink"
  flink_version = "2.3"
  image         = "registry.example/orders:1"
}
"#;

#[tokio::test]
async fn every_version_and_strategy_gets_its_program_whole() -> Outcome {
    let workspace = workspace()?;
    workspace.configure(&ALL.replace("SAVEPOINT", SAVEPOINT).replace("ID", ID))?;
    workspace.apply().await?.expect(0)?;
    for version in ["1.18", "1.20", "2.0", "2.3"] {
        for strategy in ["standalone", "native"] {
            let address = format!("data.flink_manifests.it[\"{version} {strategy}\"]");
            let it = workspace.attributes(&address).await?;
            assert_eq!(it["id"], "flink/orders");
            assert_eq!(
                it["flink_configuration_effective"]["parallelism.default"], "3",
                "{address}"
            );
            is_whole(&address, &it)?;
            let has_workers = it["objects"].get("Deployment/orders-taskmanager").is_some();
            assert_eq!(has_workers, strategy == "standalone", "{address}");
        }
    }
    let session = workspace.attribute("data.flink_manifests.session", "yaml").await?;
    assert!(!session.contains("permit"), "{session}");
    Ok(())
}

/// The objects say what runs, from which state, under which id and with whose permit.
fn is_whole(address: &str, it: &Value) -> Outcome {
    let permit = it["objects"]["ConfigMap/flink-permit-orders"].as_str().unwrap_or_default();
    assert!(permit.contains(ID), "{address}: {permit}");
    let yaml = it["yaml"].as_str().ok_or_else(|| Failure::new(format!("no yaml: {it}")))?;
    for said in [ID, SAVEPOINT, "com.example.Orders", "FLINK_JOB_PERMIT", "--topic", "an order"] {
        assert!(yaml.contains(said), "{address} lacks {said}: {yaml}");
    }
    Ok(())
}

#[tokio::test]
async fn a_program_that_cannot_run_is_refused_with_the_way_out() -> Outcome {
    let standalone = "strategy = \"standalone\"";
    let mut all = String::new();
    let workspace = workspace()?;
    for (name, cluster, program) in [
        ("a file of this machine", standalone, r#"jar = "build/orders.jar", job_id = ID"#),
        (
            "a jar that this version does not fetch",
            r#"flink_version = "1.18""#,
            r#"jar = "https://repo.example/orders.jar", job_id = ID"#,
        ),
        (
            "an id that is none",
            standalone,
            r#"jar = "local:///opt/flink/usrlib/orders.jar", job_id = "orders-1""#,
        ),
        (
            "no subtask",
            standalone,
            r#"jar = "local:///opt/flink/usrlib/orders.jar", job_id = ID, parallelism = 0"#,
        ),
        (
            "a savepoint handed over",
            standalone,
            r#"jar = "local:///opt/flink/usrlib/orders.jar", job_id = ID, restore = { path = "s3://flink/1", claim_mode = "claim" }"#,
        ),
        (
            "a key of Flink's own client",
            r#"flink_configuration = { "$internal.application.main" = "com.example.Orders" }"#,
            PROGRAM,
        ),
        (
            "an argument that would be replaced",
            "strategy = \"native\"\nflink_configuration = { \"s3.secret-key\" = \"$${KEY}\" }",
            r#"jar = "local:///opt/flink/usrlib/orders.jar", job_id = ID, args = ["$${HOME}"]"#,
        ),
    ] {
        workspace.configure(&described(cluster, program))?;
        let run = workspace.plan().await?.expect(1)?;
        writeln!(all, "{name}\n{}\n", diagnostics::told_of_pods(&run, &[]))?;
    }
    insta::assert_snapshot!("refused", all);
    Ok(())
}

#[tokio::test]
async fn what_a_lost_jobmanager_does_without_high_availability_is_said() -> Outcome {
    let workspace = workspace()?;
    workspace.configure(&described("", PROGRAM))?;
    let plan = workspace.plan().await?.expect(0)?;
    plan.said("begins the job again from the beginning")?;
    let available = r#"high_availability = { type = "kubernetes", storage_dir = "s3://flink/ha" }
  service_account = { create = true }
  plugins = ["flink-s3-fs-presto-1.20.5.jar"]"#;
    workspace.configure(&described(available, PROGRAM))?;
    let plan = workspace.plan().await?.expect(0)?;
    assert!(!plan.text().contains("begins the job again"), "{}", plan.text());
    Ok(())
}

fn workspace() -> Outcome<Workspace> {
    Workspace::new("http://127.0.0.1:1")
}

/// A cluster with more attributes, and the program that it runs.
fn described(cluster: &str, program: &str) -> String {
    let version = if cluster.contains("flink_version") { "" } else { r#"flink_version = "1.20""# };
    let program = program.replace("= ID", &format!("= \"{ID}\""));
    format!(
        r#"
data "flink_manifests" "it" {{
  name        = "orders"
  image       = "registry.example/orders:1.20.5"
  application = {{ {program} }}
  {version}
  {cluster}
}}
"#
    )
}
