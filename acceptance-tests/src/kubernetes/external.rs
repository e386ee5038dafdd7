//! Any other cluster, as `FLINK_TEST_KUBECONFIG` names it: kind, k3d, minikube, a real one.

use super::Kubeconfig;
use super::image::{self, ImageSpec};
use super::kubectl::Kubectl;
use crate::failure::{Failure, Outcome};
use crate::fetch;
use serde_json::json;
use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const KUBECONFIG: &str = "FLINK_TEST_KUBECONFIG";
/// What loads an archive into the cluster, the archive's path to be added; `kind load image-archive`.
const LOADER: &str = "FLINK_TEST_IMAGE_LOADER";
/// A folder that is the same here and on the cluster's only node; kind calls it `extraMounts`.
const SHARED: &str = "FLINK_TEST_SHARED_FOLDER";

/// A cluster that was there before the tests.
#[derive(Debug)]
pub(super) struct External {
    folder: TempDir,
    kubeconfig: Kubeconfig,
    kubectl: Kubectl,
}

impl External {
    /// The kubeconfig that is asked for, if any.
    pub(super) fn asked_for() -> Option<PathBuf> {
        env::var_os(KUBECONFIG).filter(|path| !path.is_empty()).map(PathBuf::from)
    }

    pub(super) async fn of(path: &Path) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let theirs = Kubectl::new(None, PathBuf::from("kubectl"), path.to_path_buf());
        let document = theirs.json(&["config", "view", "--raw", "--minify", "--flatten"]).await?;
        let kubeconfig = Kubeconfig::of(document);
        let kubectl = theirs.with(&kubeconfig, &folder.path().join("kubeconfig"))?;
        kubectl.raw("/readyz").await?;
        Ok(Self { folder, kubeconfig, kubectl })
    }

    pub(super) fn kubectl(&self) -> &Kubectl {
        &self.kubectl
    }

    pub(super) fn kubeconfig(&self) -> &Kubeconfig {
        &self.kubeconfig
    }

    /// The user of the kubeconfig acts as another one.
    pub(super) fn user(&self, name: &str, group: &str) -> Kubeconfig {
        let mut user = self.kubeconfig.user().clone();
        user["as"] = json!(name);
        user["as-groups"] = json!([group]);
        self.kubeconfig.clone().with_user(user)
    }

    /// Loads an image the way that is asked for; without one the cluster must have it already.
    pub(super) fn image(&self, spec: &ImageSpec) -> Outcome {
        let name = spec.name()?;
        let Some(loader) = env::var(LOADER).ok().filter(|loader| !loader.is_empty()) else {
            if spec.is_plain() {
                return Ok(());
            }
            return Err(Failure::new(format!(
                "{name} is the tests' own image: {LOADER} has to say how the cluster loads an archive"
            )));
        };
        let file = format!("{}.tar", name.replace(['/', ':'], "-"));
        let archive = self.folder.path().join(file);
        image::archive(spec, &archive)?;
        let mut words = loader.split_whitespace();
        let mut command = Command::new(words.next().unwrap_or_default());
        fetch::succeed(command.args(words).arg(&archive))?;
        Ok(fs::remove_file(archive)?)
    }

    /// A folder with the same path here and for pods that mount it by hostPath.
    pub(super) fn shared() -> Outcome<PathBuf> {
        let folder = env::var_os(SHARED).map_or_else(|| "/tmp/flink-tests".into(), PathBuf::from);
        fs::create_dir_all(&folder)?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o777))?;
        Ok(folder)
    }
}
