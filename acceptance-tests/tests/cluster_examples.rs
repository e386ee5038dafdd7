//! The examples for Kubernetes run as they stand: every folder from `examples/kubernetes` on with a
//! `main.tf` is a case, whose variables are those of the walk-through.

use acceptance_tests::counting::Counting;
use acceptance_tests::jars::Jar;
use acceptance_tests::kubernetes::{Cluster, ImageSpec, JVM_OPTIONS};
use acceptance_tests::terraform::Workspace;
use acceptance_tests::{Failure, Outcome, fetch, folders};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

const LABEL: &str = "flink.terraform-provider/cluster";

/// The folders with an example, and what each is called.
fn examples() -> Outcome<Vec<(String, PathBuf)>> {
    let root = folders::repository().join("examples/kubernetes");
    let mut found = vec![("walk-through".to_owned(), root.clone())];
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        found.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
    }
    found.retain(|(_, folder)| folder.join("main.tf").is_file());
    found.sort();
    Ok(found)
}

#[tokio::test]
async fn every_example_runs_as_it_stands() -> Outcome {
    let examples = examples()?;
    assert!(examples.len() > 1, "{examples:?}");
    for (name, folder) in examples {
        let told = runs(&name, &folder.join("main.tf")).await;
        told.map_err(|failure| Failure::new(format!("example {name}: {failure:?}")))?;
    }
    Ok(())
}

/// One apply starts it, its plan is empty, and a destroy leaves nothing but a job's savepoint.
async fn runs(name: &str, example: &Path) -> Outcome {
    let cluster = Cluster::shared().await?;
    let image = cluster.image(&ImageSpec::flink(fetch::FLINK_1_20)).await?;
    let namespace = cluster.namespace(name).await?;
    let folder = namespace.shared_folder().to_path_buf();
    let counting = Counting { name: "count".to_owned(), folder, splits: 2 };
    let options = json!({
        "env.java.opts.jobmanager": JVM_OPTIONS, "env.java.opts.taskmanager": JVM_OPTIONS,
    });
    let workspace = Workspace::new("http://unused")?
        .enter(cluster.kubectl())
        .variable("TF_VAR_namespace", namespace.name())
        .variable("TF_VAR_image", image)
        .variable("TF_VAR_jar", Jar::V1.path()?)
        .variable("TF_VAR_folder", &counting.folder)
        .variable("TF_VAR_options", options.to_string());
    // The example names its own provider.
    fs::remove_file(workspace.path().join("provider.tf"))?;
    workspace.configure(&fs::read_to_string(example)?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(20).await?;
    workspace.settled().await?;
    workspace.destroy().await?.expect(0)?;
    let left = namespace.run(&["get", "all,configmaps", "-o", "name", "-l", LABEL]).await?;
    assert_eq!(left, "", "{name}");
    counting.prove().await
}
