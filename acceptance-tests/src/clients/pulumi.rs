//! Real Pulumi on a program in YAML, with the built provider put in through the bridge.
//!
//! Everything it keeps (its home, the stack's state, the program) lies in one temporary folder: a
//! Pulumi that was killed leaves locks and pending operations there.

use super::session;
use super::tools;
use crate::failure::{Failure, Outcome};
use crate::folders;
use crate::terraform::Run;
use serde_json::Value as Json;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Any version: what counts is that it is given once here and once in the program.
const BRIDGE: &str = "v1.1.0";
const HEAD: &str = "name: jobs\nruntime: yaml\n";

/// The exit code of a preview that found changes where none were expected.
pub const CHANGES: i32 = 7;

/// A stack with its program; gone when dropped.
#[derive(Debug)]
pub struct Pulumi {
    folder: TempDir,
    program: PathBuf,
}

impl Pulumi {
    /// An empty stack that knows the provider as package `flink`.
    pub async fn new() -> Outcome<Self> {
        let stack = Self { folder: tempfile::tempdir()?, program: tools::pulumi()? };
        for folder in ["home", "state", "program/provider"] {
            fs::create_dir_all(stack.folder.path().join(folder))?;
        }
        let provider = stack.path().join("provider/terraform-provider-flink");
        symlink(folders::provider(), provider)?;
        stack.write("Pulumi.yaml", HEAD)?;
        stack.add_provider().await?;
        stack.run(&["stack", "init", "test"]).await?.expect(0)?;
        Ok(stack)
    }

    async fn add_provider(&self) -> Outcome {
        let bridge = tools::bridge()?.display().to_string();
        let install = ["plugin", "install", "resource", "terraform-provider", BRIDGE, "--file"];
        self.run(&[&install[..], &[&bridge]].concat()).await?.expect(0)?;
        // Not directly in the program's folder: the bridge would look for it on the path.
        let add = ["package", "add", "terraform-provider", "./provider/terraform-provider-flink"];
        self.run(&add).await?.expect(0)?;
        Ok(())
    }

    /// The program's folder.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("program")
    }

    /// Where the bridge writes down every call that it makes to the provider, one JSON to a line.
    pub fn recording(&self) -> PathBuf {
        self.folder.path().join("calls.jsonl")
    }

    fn write(&self, name: &str, content: &str) -> Outcome {
        Ok(fs::write(self.path().join(name), content)?)
    }

    /// Makes `resources` (YAML or JSON) all that the program declares.
    pub fn declare(&self, resources: &Json) -> Outcome {
        let head = fs::read_to_string(self.path().join("Pulumi.yaml"))?;
        let head = head.split("\nresources:").next().unwrap_or_default().trim_end();
        self.write("Pulumi.yaml", &format!("{head}\nresources: {resources}\n"))
    }

    /// Runs Pulumi to its end, and with it whatever it started.
    pub async fn run(&self, arguments: &[&str]) -> Outcome<Run> {
        let mut command = Command::new(&self.program);
        command.args(arguments).arg("--non-interactive").current_dir(self.path());
        command.envs(environment(self.folder.path()));
        command.env("PULUMI_TF_DEBUG_GRPC", self.recording());
        session::run(&command).await
    }

    /// `preview`: 0 nothing to do, [`CHANGES`] otherwise, 1 error.
    pub async fn preview(&self) -> Outcome<Run> {
        self.run(&["preview", "--diff", "--refresh", "--expect-no-changes"]).await
    }

    /// `up`, after a refresh.
    pub async fn up(&self) -> Outcome<Run> {
        self.run(&["up", "--yes", "--skip-preview", "--refresh"]).await
    }

    /// `destroy`, without a refresh: the bridge then destroys from what it has kept alone.
    pub async fn destroy(&self) -> Outcome<Run> {
        self.run(&["destroy", "--yes", "--skip-preview"]).await
    }

    /// `import` of what is declared nowhere yet, under an explicit provider of the stack.
    pub async fn import(&self, of: &str, name: &str, id: &str) -> Outcome<Run> {
        let provider = self.urn("provider").await?;
        let provider = format!("provider={provider}");
        let import = ["import", of, name, id, "--provider", &provider];
        let options = ["--yes", "--skip-preview", "--protect=false", "--generate-code=false"];
        self.run(&[&import[..], &options].concat()).await
    }

    /// What the stack keeps of the resource called `name`; null when there is none.
    pub async fn outputs(&self, name: &str) -> Outcome<Json> {
        Ok(self.resource(name).await?["outputs"].take())
    }

    async fn urn(&self, name: &str) -> Outcome<String> {
        let resource = self.resource(name).await?;
        let urn = resource["urn"].as_str();
        urn.map(str::to_owned).ok_or_else(|| Failure::new(format!("no {name} in the stack")))
    }

    async fn resource(&self, name: &str) -> Outcome<Json> {
        let exported = self.run(&["stack", "export"]).await?.expect(0)?;
        let mut stack: Json = serde_json::from_str(&exported.output)?;
        let resources = stack["deployment"]["resources"].as_array_mut();
        let ending = format!("::{name}");
        let mut all = resources.map(std::mem::take).unwrap_or_default().into_iter();
        let found = all.find(|it| it["urn"].as_str().is_some_and(|urn| urn.ends_with(&ending)));
        Ok(found.unwrap_or_default())
    }
}

/// Nothing from outside, nothing of the user's.
fn environment(folder: &Path) -> [(&'static str, String); 10] {
    let path = |name: &str| folder.join(name).display().to_string();
    let yes = || "true".to_owned();
    [
        ("HOME", path("home")),
        ("PULUMI_HOME", path("home")),
        ("PULUMI_BACKEND_URL", format!("file://{}", path("state"))),
        ("PULUMI_CONFIG_PASSPHRASE", "test".to_owned()),
        ("PULUMI_CREDENTIAL_STORE", "plaintext".to_owned()),
        ("PULUMI_SKIP_UPDATE_CHECK", yes()),
        ("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", yes()),
        ("PULUMI_DISABLE_REGISTRY_RESOLVE", yes()),
        ("PULUMI_IGNORE_AMBIENT_PLUGINS", yes()),
        ("NO_COLOR", "1".to_owned()),
    ]
}
