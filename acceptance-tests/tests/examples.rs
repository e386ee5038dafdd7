//! What users copy is valid, in the words of real Terraform: every folder of `examples/`, and every
//! whole block of the guides and of the README.

use acceptance_tests::terraform::{Terraform, Workspace};
use acceptance_tests::{Failure, Outcome, fetch, folders};
use std::fs;
use std::path::{Path, PathBuf};

/// Whole blocks begin with one of these; other text in a fence is a part of one.
const BLOCKS: [&str; 9] = [
    "terraform",
    "provider",
    "variable",
    "locals",
    "resource",
    "data",
    "output",
    "import",
    "check",
];
/// The pages that show an example word for word.
const PAGES: [(&str, &str); 2] =
    [("standalone.md", "kubernetes/main.tf"), ("native.md", "kubernetes/native/main.tf")];

const CLUSTER: &str = r#"
resource "flink_cluster" "orders" {
  name          = "orders"
  flink_version = "1.20"
  image         = "flink:1.20.1-java17"
}
"#;

const JOB: &str = r#"
resource "flink_job" "orders" {
  name = "orders"
  jar  = { path = "orders.jar" }
}
"#;

#[tokio::test]
async fn every_example_is_valid() -> Outcome {
    let root = folders::repository().join("examples");
    let folders = with_configurations(&root)?;
    assert!(folders.len() > 15, "{folders:?}");
    for folder in folders {
        let name = folder.strip_prefix(&root)?.display().to_string();
        let files: Vec<String> =
            configurations(&folder)?.iter().map(fs::read_to_string).collect::<Result<_, _>>()?;
        valid(&name, &files.join("\n")).await?;
    }
    Ok(())
}

#[tokio::test]
async fn every_query_is_valid() -> Outcome {
    let root = folders::repository().join("examples/list-resources");
    for folder in fs::read_dir(root)? {
        let query = fs::read_to_string(folder?.path().join("list-resource.tfquery.hcl"))?;
        let workspace =
            Workspace::of(Terraform::library(fetch::TERRAFORM_1_15)?, "http://127.0.0.1:1")?;
        workspace.configure("")?;
        for (query, code) in
            [(query.clone(), 0), (query.replace("config {", "config {\n no_such = 1"), 1)]
        {
            workspace.write("all.tfquery.hcl", &query)?;
            let run = workspace.run(&["validate", "-query", "-no-color"]).await?;
            run.expect(code)?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn every_block_of_a_guide_and_of_the_readme_is_valid() -> Outcome {
    let guides = fs::read_dir(folders::repository().join("docs/guides"))?;
    let mut pages: Vec<PathBuf> =
        guides.map(|guide| Ok(guide?.path())).collect::<Outcome<Vec<PathBuf>>>()?;
    pages.push(folders::repository().join("README.md"));
    for path in pages {
        let name = path.display().to_string();
        for (index, block) in blocks(&fs::read_to_string(&path)?).into_iter().enumerate() {
            valid(&format!("{name}, block {}", index + 1), &block).await?;
        }
    }
    Ok(())
}

#[test]
fn a_strategys_page_shows_the_example_that_the_tests_apply() -> Outcome {
    for (page, example) in PAGES {
        let root = folders::repository();
        let example = fs::read_to_string(root.join("examples").join(example))?;
        let page = fs::read_to_string(root.join("docs/guides").join(page))?;
        assert!(page.contains(&format!("```terraform\n{example}```\n")), "{page}");
    }
    Ok(())
}

/// `terraform validate`, beside a provider where the text has none and the files it reads.
async fn valid(name: &str, hcl: &str) -> Outcome {
    // Actions are newer than what may be on the path.
    let newest = Terraform::library(fetch::TERRAFORM_1_15)?;
    let workspace = Workspace::of(newest, "http://127.0.0.1:1")?;
    if hcl.contains("required_providers") || hcl.contains("provider \"flink\"") {
        let sources = "terraform {\n  required_providers {\n    flink = { source = \
                       \"terraform-provider-flink/flink\" }\n  }\n}\n";
        let sources = if hcl.contains("required_providers") { "" } else { sources };
        workspace.write("provider.tf", sources)?;
    }
    workspace.write("log4j-console.properties", "rootLogger.level = INFO\n")?;
    workspace.configure(&with_what_it_names(hcl))?;
    let run = workspace.run(&["validate", "-no-color"]).await?;
    run.expect(0).map(drop).map_err(|failure| Failure::new(format!("{name}: {failure:?}")))
}

/// Beside the job and the cluster that a part of a configuration is about.
fn with_what_it_names(hcl: &str) -> String {
    let mut whole = hcl.to_owned();
    for (kind, resource) in [("flink_job", JOB), ("flink_cluster", CLUSTER)] {
        let is_there = hcl.contains(&format!("resource \"{kind}\" \"orders\""));
        if hcl.contains(&format!("{kind}.orders")) && !is_there {
            whole.push_str(resource);
        }
    }
    whole
}

/// The folders below `root` that hold a configuration.
fn with_configurations(root: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    if !configurations(root)?.is_empty() {
        found.push(root.to_path_buf());
    }
    for entry in fs::read_dir(root)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(with_configurations(&path)?);
        }
    }
    found.sort();
    Ok(found)
}

fn configurations(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Outcome<_>>()?;
    let is_one = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "tf");
    Ok(entries.into_iter().filter(is_one).collect())
}

/// The fences of a page that hold whole blocks.
fn blocks(page: &str) -> Vec<String> {
    let fences = page.split("```terraform\n").skip(1);
    let texts = fences.filter_map(|rest| rest.split("```").next());
    let is_whole = |text: &&str| {
        let mut lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let first = lines.next().and_then(|line| line.split_whitespace().next());
        first.is_some_and(|word| BLOCKS.contains(&word))
    };
    texts.filter(is_whole).map(str::to_owned).collect()
}
