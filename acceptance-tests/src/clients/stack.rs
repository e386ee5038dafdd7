//! One job under a client that is not Terraform, so that a test is written once for all of them.

use super::names::{camel, camel_attributes};
use super::pulumi::{CHANGES, Pulumi};
use super::tools;
use crate::failure::{Failure, Outcome};
use crate::terraform::{Run, Terraform, Workspace};
use serde_json::{Value as Json, json};
use std::path::PathBuf;

const ADDRESS: &str = "flink_job.it";
const NAME: &str = "it";

/// The job `it`, and the client that keeps its state.
#[derive(Debug)]
pub enum Stack {
    /// OpenTofu.
    OpenTofu(Workspace),
    /// Pulumi, with the URL for the provider.
    Pulumi(Pulumi, String),
}

impl Stack {
    /// An empty one of each client, with the provider pointed at `url`.
    pub async fn of_each_client(url: &str) -> Outcome<[Self; 2]> {
        let tofu = Workspace::of(Terraform::Program(tools::tofu()?), url)?;
        let pulumi = Self::Pulumi(Pulumi::new().await?, url.to_owned());
        Ok([Self::OpenTofu(tofu), pulumi])
    }

    /// Makes a job with these attributes, by their names in the schema, all that is declared.
    pub fn declare(&self, attributes: &Json) -> Outcome {
        match self {
            Self::OpenTofu(workspace) => {
                let resources = json!({ "resource": { "flink_job": { NAME: attributes } } });
                workspace.write("main.tf.json", &resources.to_string())
            }
            Self::Pulumi(pulumi, url) => {
                let job = json!({
                    "type": "flink:Job",
                    "properties": camel_attributes(attributes),
                    "options": { "provider": "${provider}" },
                });
                pulumi.declare(&json!({ "provider": provider(url), NAME: job }))
            }
        }
    }

    /// Whether the client, after a refresh, would change anything.
    pub async fn differs(&self) -> Outcome<bool> {
        match self {
            Self::OpenTofu(workspace) => found_changes(workspace.plan().await?, 2),
            Self::Pulumi(pulumi, _) => found_changes(pulumi.preview().await?, CHANGES),
        }
    }

    /// Applies what is declared, after a refresh.
    pub async fn apply(&self) -> Outcome<Run> {
        match self {
            Self::OpenTofu(workspace) => workspace.apply().await,
            Self::Pulumi(pulumi, _) => pulumi.up().await,
        }
    }

    /// Destroys all.
    pub async fn destroy(&self) -> Outcome<Run> {
        match self {
            Self::OpenTofu(workspace) => workspace.destroy().await,
            Self::Pulumi(pulumi, _) => pulumi.destroy().await,
        }
    }

    /// Takes over a job that runs; it must not be in the state yet.
    pub async fn import(&self, id: &str) -> Outcome<Run> {
        match self {
            Self::OpenTofu(workspace) => workspace.import(ADDRESS, id).await,
            Self::Pulumi(pulumi, url) => {
                pulumi.declare(&json!({ "provider": provider(url) }))?;
                pulumi.up().await?.expect(0)?;
                pulumi.import("flink:index/job:Job", NAME, id).await
            }
        }
    }

    /// One attribute in the state, by its name in the schema.
    ///
    /// # Errors
    /// It is no text there.
    pub async fn attribute(&self, name: &str) -> Outcome<String> {
        let value = match self {
            Self::OpenTofu(workspace) => workspace.attributes(ADDRESS).await?[name].take(),
            Self::Pulumi(pulumi, _) => pulumi.outputs(NAME).await?[camel(name)].take(),
        };
        value.as_str().map(str::to_owned).ok_or_else(|| Failure::new(format!("{name} is {value}")))
    }

    /// Where the calls that the client made to the provider are written down, if they are.
    pub fn recording(&self) -> Option<PathBuf> {
        match self {
            Self::OpenTofu(_) => None,
            Self::Pulumi(pulumi, _) => Some(pulumi.recording()),
        }
    }

    /// The client plans nothing, twice in a row.
    pub async fn settled(&self) -> Outcome {
        for _ in 0..2 {
            if self.differs().await? {
                return Err(Failure::new(format!("{self:?} would change something")));
            }
        }
        Ok(())
    }
}

fn provider(url: &str) -> Json {
    json!({ "type": "pulumi:providers:flink", "properties": { "rest": { "url": url } } })
}

fn found_changes(run: Run, changes: i32) -> Outcome<bool> {
    match run.status {
        0 => Ok(false),
        status if status == changes => Ok(true),
        _ => run.expect(0).map(|_| false),
    }
}
