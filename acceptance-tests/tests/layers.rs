//! Which crate may know which: the arrows of the architecture, compared with Cargo's own word.

use acceptance_tests::{Failure, Outcome, folders};
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

/// Every dependency of one member of the workspace on another, as `from -> to`.
const ARROWS: [&str; 12] = [
    "acceptance-tests -> proto",
    "acceptance-tests -> terraform",
    "benches -> acceptance-tests",
    "benches -> lifecycle",
    "lifecycle -> flink",
    "lifecycle -> manifests",
    "manifests -> flink",
    "terraform -> proto",
    "terraform -> terraform-derive",
    "terraform-provider-flink -> lifecycle",
    "terraform-provider-flink -> manifests",
    "terraform-provider-flink -> terraform",
];

#[test]
fn no_crate_knows_more_than_the_architecture_allows() -> Outcome {
    let allowed: BTreeSet<String> = ARROWS.map(str::to_owned).into();
    let forbidden: Vec<String> = arrows(&metadata()?).difference(&allowed).cloned().collect();
    assert_eq!(forbidden, Vec::<String>::new());
    Ok(())
}

#[test]
fn the_framework_and_flinks_rest_api_know_nothing_of_each_other() -> Outcome {
    let arrows = arrows(&metadata()?);
    for forbidden in [
        "terraform -> flink",
        "flink -> terraform",
        "flink -> manifests",
        "lifecycle -> terraform",
        "manifests -> lifecycle",
        "proto -> terraform",
    ] {
        assert!(!arrows.contains(forbidden), "{forbidden}");
    }
    Ok(())
}

fn metadata() -> Outcome<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(folders::repository())
        .output()?;
    if !output.status.success() {
        return Err(Failure::new(String::from_utf8_lossy(&output.stderr)));
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Normal and build dependencies that are given by path; those of tests do not reach the binary.
fn arrows(metadata: &Value) -> BTreeSet<String> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages
        .flat_map(|package| {
            let dependencies = package["dependencies"].as_array().into_iter().flatten();
            dependencies
                .filter(|dependency| dependency["path"].is_string() && dependency["kind"] != "dev")
                .map(|dependency| {
                    format!("{} -> {}", text(&package["name"]), text(&dependency["name"]))
                })
        })
        .collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
