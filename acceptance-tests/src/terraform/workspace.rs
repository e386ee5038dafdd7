//! A folder of HCL that Terraform is run on. No `init` is needed: `dev_overrides` says where the
//! provider is.

use super::command::Terraform;
use super::run::{Run, Running};
use crate::failure::{Failure, Outcome};
use crate::folders;
use crate::kubernetes::Kubectl;
use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const NO_COLOR: &str = "-no-color";
const NO_INPUT: &str = "-input=false";

/// A working folder with its state; gone when dropped.
#[derive(Debug)]
pub struct Workspace {
    folder: TempDir,
    terraform: Terraform,
    entrance: Option<PathBuf>,
    variables: BTreeMap<String, OsString>,
}

impl Workspace {
    /// An empty folder for the usual Terraform, with the provider pointed at `url`.
    pub fn new(url: &str) -> Outcome<Self> {
        Self::of(Terraform::usual()?, url)
    }

    /// An empty folder for a given Terraform.
    pub fn of(terraform: Terraform, url: &str) -> Outcome<Self> {
        let workspace = Self {
            folder: tempfile::tempdir()?,
            terraform,
            entrance: None,
            variables: BTreeMap::new(),
        };
        let provider = folders::provider();
        if !provider.is_file() {
            return Err(Failure::new(format!(
                "the provider is not built: no {}",
                provider.display()
            )));
        }
        let plugins = workspace.path().join("plugins");
        fs::create_dir(&plugins)?;
        symlink(provider, plugins.join("terraform-provider-flink"))?;
        workspace.write("cli.tfrc", &cli_configuration(&plugins))?;
        workspace.write("provider.tf", &provider_block(url))?;
        Ok(workspace)
    }

    /// Runs Terraform and the provider where the cluster's pods and Services are reachable, as
    /// kubectl's user (`KUBECONFIG`).
    #[must_use]
    pub fn enter(mut self, kubectl: &Kubectl) -> Self {
        self.entrance = kubectl.entrance().map(Path::to_path_buf);
        self.variable("KUBECONFIG", kubectl.kubeconfig())
    }

    /// Sets an environment variable for Terraform and the provider.
    #[must_use]
    pub fn variable(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.insert(name.to_owned(), value.into());
        self
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file into it.
    pub fn write(&self, name: &str, content: &str) -> Outcome {
        Ok(fs::write(self.path().join(name), content)?)
    }

    /// Makes `hcl` the whole configuration beside the provider's.
    pub fn configure(&self, hcl: &str) -> Outcome {
        self.write("main.tf", hcl)
    }

    /// Starts Terraform with any arguments.
    pub fn start(&self, arguments: &[&str]) -> Outcome<Running> {
        let mut command = self.terraform.command(self.entrance.as_deref());
        command
            .envs(&self.variables)
            .current_dir(self.path())
            .env("TF_CLI_CONFIG_FILE", self.path().join("cli.tfrc"))
            .env("TF_IN_AUTOMATION", "1")
            .env("CHECKPOINT_DISABLE", "1");
        Running::start(command, arguments)
    }

    /// Runs Terraform to its end.
    pub async fn run(&self, arguments: &[&str]) -> Outcome<Run> {
        self.start(arguments)?.end().await
    }

    /// `plan -detailed-exitcode`: 0 nothing to do, 1 error, 2 changes.
    pub async fn plan(&self) -> Outcome<Run> {
        self.run(&["plan", "-detailed-exitcode", NO_COLOR, NO_INPUT]).await
    }

    /// The plan of `address` as JSON: `actions`, `before`, `after`, `after_unknown`.
    pub async fn planned(&self, address: &str) -> Outcome<Value> {
        self.run(&["plan", "-out=plan.bin", NO_COLOR, NO_INPUT]).await?.expect(0)?;
        let shown = self.run(&["show", "-json", "plan.bin"]).await?.expect(0)?;
        let mut plan: Value = serde_json::from_str(&shown.output)?;
        let changes =
            plan["resource_changes"].as_array_mut().map(std::mem::take).unwrap_or_default();
        let mut found = changes.into_iter().find(|change| change["address"] == address);
        found
            .as_mut()
            .map(|change| change["change"].take())
            .ok_or_else(|| Failure::new(format!("{address} is not in the plan")))
    }

    /// Starts `apply`, to be killed on its way.
    pub fn start_apply(&self) -> Outcome<Running> {
        self.start(&["apply", "-auto-approve", NO_COLOR, NO_INPUT])
    }

    /// `apply`.
    pub async fn apply(&self) -> Outcome<Run> {
        self.start_apply()?.end().await
    }

    /// `destroy`.
    pub async fn destroy(&self) -> Outcome<Run> {
        self.run(&["destroy", "-auto-approve", NO_COLOR, NO_INPUT]).await
    }

    /// `import`.
    pub async fn import(&self, address: &str, id: &str) -> Outcome<Run> {
        self.run(&["import", NO_COLOR, NO_INPUT, address, id]).await
    }

    /// The attributes of `address` in the state; null when it is not there.
    pub async fn attributes(&self, address: &str) -> Outcome<Value> {
        let shown = self.run(&["show", "-json"]).await?.expect(0)?;
        let state: Value = serde_json::from_str(&shown.output)?;
        let resources = state["values"]["root_module"]["resources"].as_array();
        let found = resources.into_iter().flatten().find(|resource| resource["address"] == address);
        Ok(found.map_or(Value::Null, |resource| resource["values"].clone()))
    }

    /// One attribute of `address` in the state, as text.
    pub async fn attribute(&self, address: &str, name: &str) -> Outcome<String> {
        let attributes = self.attributes(address).await?;
        attributes[name]
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| Failure::new(format!("{address} has no text {name}: {attributes}")))
    }

    /// The plan is empty, twice in a row.
    pub async fn settled(&self) -> Outcome {
        self.plan().await?.expect(0)?;
        self.plan().await?.expect(0)?;
        Ok(())
    }

    /// Takes away a lock that a killed Terraform left.
    pub fn unlock(&self) {
        let _ = fs::remove_file(self.lock());
    }

    fn lock(&self) -> PathBuf {
        self.path().join(".terraform.tfstate.lock.info")
    }
}

fn cli_configuration(plugins: &Path) -> String {
    format!(
        "provider_installation {{\n  dev_overrides {{ \"terraform-provider-flink/flink\" = \"{}\" }}\n}}\n",
        plugins.display()
    )
}

fn provider_block(url: &str) -> String {
    format!(
        "terraform {{\n  required_providers {{\n    flink = {{ source = \"terraform-provider-flink/flink\" }}\n  }}\n}}\n\n\
         provider \"flink\" {{\n  rest = {{ url = {url:?} }}\n}}\n"
    )
}
