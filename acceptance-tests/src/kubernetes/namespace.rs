//! One test's part of a cluster.

mod diagnosis;

use super::{Kubeconfig, Kubectl};
use crate::counting::Counting;
use crate::failure::{Failure, Outcome};
use crate::poll;
use serde_json::{Value, json};
use std::fs;
use std::future::Future;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

/// A look is a start of kubectl, which costs the pods a tenth of a second of a core.
const PAUSE: Duration = Duration::from_millis(300);
const DEFAULTS: Duration = Duration::from_secs(30);

/// A namespace; dropped, it is deleted with all that is in it.
#[derive(Debug)]
pub struct Namespace {
    name: String,
    kubectl: Kubectl,
    administrator: Kubeconfig,
    folder: PathBuf,
    logs: Option<PathBuf>,
}

impl Namespace {
    /// The namespace is called like the folder. `logs` is where the servers' are, if they are ours.
    pub(super) async fn make(
        kubectl: Kubectl,
        administrator: Kubeconfig,
        folder: PathBuf,
        logs: Option<PathBuf>,
    ) -> Outcome<Self> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let name = name.replace(['_', '.'], "-");
        kubectl.run(&["create", "namespace", &name]).await?;
        let namespace = Self { name, kubectl, administrator, folder, logs };
        // Pods that come before it are refused.
        namespace
            .until("the default service account", DEFAULTS, async || {
                namespace.find("serviceaccount", "default").await.ok().flatten()
            })
            .await?;
        Ok(namespace)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// kubectl as administrator; the namespace has to be given.
    pub fn kubectl(&self) -> &Kubectl {
        &self.kubectl
    }

    /// A folder that everybody may write to, with the same path here and, as a hostPath, in pods.
    pub fn shared_folder(&self) -> &Path {
        &self.folder
    }

    /// A job that counts in so many splits, with folders that its pods may write to.
    pub fn counting(&self, name: &str, splits: usize) -> Outcome<Counting> {
        let folder = self.folder.join(name);
        for folder in [&folder, &folder.join("control")] {
            fs::create_dir(folder)?;
            fs::set_permissions(folder, fs::Permissions::from_mode(0o777))?;
        }
        Ok(Counting { name: name.to_owned(), folder, splits })
    }

    /// Runs kubectl in the namespace.
    pub async fn run(&self, arguments: &[&str]) -> Outcome<String> {
        self.kubectl.run(&[&["-n", &self.name], arguments].concat()).await
    }

    /// `kubectl apply` of YAML or JSON documents.
    pub async fn apply(&self, manifests: &str) -> Outcome {
        self.kubectl.feed(&["-n", &self.name, "apply", "-f", "-"], manifests).await.map(drop)
    }

    /// An object.
    pub async fn get(&self, kind: &str, name: &str) -> Outcome<Value> {
        let found = self.find(kind, name).await?;
        found.ok_or_else(|| Failure::new(format!("no {kind} {name} in {}", self.name)))
    }

    /// An object, if it is there.
    pub async fn find(&self, kind: &str, name: &str) -> Outcome<Option<Value>> {
        let printed = self.run(&["get", kind, name, "--ignore-not-found", "-o", "json"]).await?;
        if printed.trim().is_empty() {
            return Ok(None);
        }
        Ok(Some(serde_json::from_str(&printed)?))
    }

    /// All objects of a kind with a label; of the whole kind when `selector` is empty.
    pub async fn list(&self, kind: &str, selector: &str) -> Outcome<Vec<Value>> {
        let printed = self.run(&["get", kind, "-l", selector, "-o", "json"]).await?;
        let mut list: Value = serde_json::from_str(&printed)?;
        Ok(list["items"].as_array_mut().map(std::mem::take).unwrap_or_default())
    }

    /// A JSON merge patch.
    pub async fn patch(&self, kind: &str, name: &str, patch: &Value) -> Outcome {
        let patch = patch.to_string();
        self.run(&["patch", kind, name, "--type=merge", "-p", &patch]).await.map(drop)
    }

    /// Deletes an object and waits until it is gone.
    pub async fn delete(&self, kind: &str, name: &str) -> Outcome {
        self.run(&["delete", kind, name, "--wait=true"]).await.map(drop)
    }

    /// What a Service answers to a GET, by way of the API server.
    pub async fn ask(&self, service: &str, port: u16, path: &str) -> Outcome<Value> {
        let namespace = &self.name;
        let path = path.trim_start_matches('/');
        let url = format!("/api/v1/namespaces/{namespace}/services/{service}:{port}/proxy/{path}");
        Ok(serde_json::from_str(&self.kubectl.raw(&url).await?)?)
    }

    /// A kubeconfig with a token of a service account in the namespace.
    pub async fn service_account(&self, name: &str) -> Outcome<Kubeconfig> {
        let token = self.run(&["create", "token", name, "--duration=2h"]).await?;
        Ok(self.administrator.clone().with_user(json!({ "token": token.trim() })))
    }

    /// Waits until `look` sees something.
    ///
    /// # Errors
    /// It did not: `what` was waited for, and how the pods are, what happened, what they logged.
    pub async fn until<T, F, L>(&self, what: &str, limit: Duration, look: L) -> Outcome<T>
    where
        L: FnMut() -> F,
        F: Future<Output = Option<T>>,
    {
        match poll::every(PAUSE, what, limit, look).await {
            Ok(seen) => Ok(seen),
            Err(failure) => Err(Failure::new(format!("{failure:?}\n{}", self.diagnosis().await))),
        }
    }

    /// Waits until all replicas of a Deployment or `StatefulSet`, which may still have to come, are
    /// of the newest kind and ready.
    ///
    /// # Errors
    /// They are not, with the same diagnosis as [`Self::until`].
    pub async fn ready(&self, kind: &str, name: &str, limit: Duration) -> Outcome<Value> {
        let what = format!("{kind} {name}");
        self.until(&what, limit, async || self.find(kind, name).await.ok().flatten()).await?;
        let limit = format!("--timeout={}s", limit.as_secs());
        let object = format!("{kind}/{name}");
        let arguments = ["rollout", "status", &object, "--watch", &limit];
        match self.run(&arguments).await {
            Ok(_) => self.get(kind, name).await,
            Err(failure) => Err(Failure::new(format!("{failure:?}\n{}", self.diagnosis().await))),
        }
    }

    /// How the pods are, what happened, and the end of what they logged.
    pub async fn diagnosis(&self) -> String {
        diagnosis::of(self).await
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // A test may have left the API server stopped.
        let mut command = self.kubectl.command("timeout");
        command.arg("20").arg(self.kubectl.program());
        command.args(["delete", "namespace", &self.name, "--wait=false", "--ignore-not-found"]);
        // The cluster may be gone already, with all that was in it.
        let _ = command.stdin(Stdio::null()).output();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
