//! What a plan can see to be wrong with a cluster, in the words and at the line that Terraform shows.
//! Nothing is asked for it: no API server is there, and `plan` would say so.

use acceptance_tests::Outcome;
use acceptance_tests::diagnostics;
use acceptance_tests::terraform::{Run, Workspace};
use std::collections::BTreeMap;
use std::fmt::Write;

const PROVIDER: &str = r#"terraform {
  required_providers {
    flink = { source = "terraform-provider-flink/flink" }
  }
}

provider "flink" {
  kubernetes = { host = "https://127.0.0.1:1", token = "none" }
}
"#;

/// A volume that all pods share, mounted there.
fn volume(path: &str) -> String {
    format!(
        "{{ persistent_volume_claim = {{ claim = \"data\" }}, mounts = [{{ path = \"{path}\" }}] }}"
    )
}

/// A cluster that could be made but for these attributes.
fn described(attributes: &[(&str, &str)]) -> Outcome<String> {
    let usual =
        [("name", "\"orders\""), ("flink_version", "\"1.20\""), ("image", "\"flink:1.20.5\"")];
    let all: BTreeMap<&str, &str> = usual.iter().chain(attributes).copied().collect();
    let mut hcl = "resource \"flink_cluster\" \"it\" {\n".to_owned();
    for (name, value) in all {
        writeln!(hcl, "  {name} = {value}")?;
    }
    hcl.push_str("}\n");
    Ok(hcl)
}

/// The plan of each, under its name.
async fn told(cases: &[(&str, &[(&str, &str)])], status: i32) -> Outcome<String> {
    let workspace = Workspace::new("http://unused")?;
    workspace.write("provider.tf", PROVIDER)?;
    let mut all = String::new();
    for (name, attributes) in cases {
        workspace.configure(&described(attributes)?)?;
        let run: Run = workspace.plan().await?.expect(status)?;
        writeln!(all, "{name}\n{}\n", diagnostics::told_of_pods(&run, &[]))?;
    }
    Ok(all)
}

#[tokio::test]
async fn what_cannot_be_made_is_refused_at_its_line_and_with_its_numbers() -> Outcome {
    let two = format!("{{ one = {}, two = {} }}", volume("/data"), volume("/data/"));
    let long = format!("\"{}\"", "a".repeat(46));
    let sum = "{ memory = \"1g\", task_slots = 2 }";
    let managed = "{ \"taskmanager.memory.managed.size\" = \"900m\" }";
    let options = |key: &str, value: &str| format!("{{ \"{key}\" = \"{value}\" }}");
    let both =
        "{ \"state.checkpoints.dir\" = \"s3://a\", \"execution.checkpointing.dir\" = \"s3://b\" }";
    let template = "yamlencode({ spec = { containers = [{ name = \"jobmanager\" }] } })";
    let (slots, port) =
        (options("taskmanager.numberOfTaskSlots", "many"), options("rest.port", "80"));
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("a name that is none", &[("name", "\"Orders\"")]),
        ("a name that is too long", &[("name", &long)]),
        ("an unknown version", &[("flink_version", "\"1.17\"")]),
        ("mounted twice", &[("volumes", &two)]),
        ("a template without the main container", &[("pod_template", template)]),
        ("both spellings", &[("flink_configuration", both)]),
        ("the provider's own key", &[("flink_configuration", &port)]),
        ("a wrong type", &[("flink_configuration", &slots)]),
        ("a sum of memory", &[("task_manager", sum), ("flink_configuration", managed)]),
        ("JobManagers that stand by", &[("job_manager", "{ replicas = 2 }")]),
        (
            "a directory of each pod's own",
            &[("state", "{ savepoint_dir = \"file:///savepoints\" }")],
        ),
    ];
    insta::assert_snapshot!("refused", told(cases, 1).await?);
    Ok(())
}

#[tokio::test]
async fn what_may_surprise_is_a_warning_and_the_plan_goes_on() -> Outcome {
    let unknown = "{ \"state.backend.incremnetal\" = \"true\" }";
    let secret = "{ \"s3.secret-key\" = \"topsecret\" }";
    let store = "{ checkpoint_dir = \"s3://flink/checkpoints\" }";
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("an unknown key", &[("flink_configuration", unknown)]),
        ("a secret in plain text", &[("flink_configuration", secret)]),
        ("another version in the tag", &[("flink_version", "\"2.0\"")]),
        ("a tag that moves", &[("image", "\"registry.example/flink:latest\"")]),
        ("a store without its plugin", &[("state", store)]),
        ("a plugin of another version", &[("plugins", "[\"flink-s3-fs-presto-1.18.1.jar\"]")]),
        ("the provider locked out", &[("network_policy", "{ allow_rest_from = [] }")]),
    ];
    let told = told(cases, 2).await?;
    // Once, in the line of the configuration that Terraform shows.
    assert_eq!(told.matches("topsecret").count(), 1, "{told}");
    insta::assert_snapshot!("surprising", told);
    Ok(())
}
