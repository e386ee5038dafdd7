//! A namespace on a node, and how it is reached from outside: by the API server alone.

use acceptance_tests::counting::Counting;
use acceptance_tests::flink::Rest;
use acceptance_tests::kubernetes::{Cluster, Door, ImageSpec, Kubeconfig, Kubectl, Namespace};
use acceptance_tests::{Failure, Outcome, fetch};
use serde_json::{Value as Json, json};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// The version of Flink that is measured.
pub(crate) const FLINK: &str = fetch::FLINK_1_20;
/// How long anything may take.
const LIMIT: Duration = Duration::from_mins(3);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(50);
/// A pod has to be gone before the next round, or it would slow it.
const PODS: &str = "app,component";

/// Where clusters are made. Dropped in the order of its fields: the node last.
pub(crate) struct Ground {
    pub(crate) namespace: Namespace,
    pub(crate) image: String,
    /// kubectl outside, as the account that may do everything in the namespace.
    pub(crate) kubectl: Kubectl,
    kubeconfig: Kubeconfig,
    folder: TempDir,
    _door: Option<Door>,
    cluster: Cluster,
}

impl Ground {
    pub(crate) async fn new() -> Outcome<Self> {
        let cluster = Cluster::start().await?;
        let image = cluster.image(&ImageSpec::flink(FLINK)).await?;
        let namespace = cluster.namespace("bench").await?;
        namespace.run(&["create", "serviceaccount", "flink"]).await?;
        let account = format!("--serviceaccount={}:flink", namespace.name());
        namespace.run(&["create", "rolebinding", "flink", "--clusterrole=admin", &account]).await?;
        let inside = namespace.service_account("flink").await?;
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("kubeconfig");
        let door = cluster.door()?;
        let (kubeconfig, kubectl) = if let Some(door) = &door {
            let outside = door.lead(inside)?;
            let kubectl = door.kubectl(&outside, &path)?;
            (outside, kubectl)
        } else {
            let kubectl = cluster.kubectl().with(&inside, &path)?;
            (inside, kubectl)
        };
        Ok(Self { namespace, image, kubectl, kubeconfig, folder, _door: door, cluster })
    }

    /// An image with the program of a job in it.
    pub(crate) async fn image_with(&self, jar: &Path) -> Outcome<String> {
        self.cluster.image(&ImageSpec::flink(FLINK).job(jar)).await
    }

    /// A job with folders that pods reach.
    pub(crate) fn counting(&self, name: &str) -> Outcome<Counting> {
        let folder = self.namespace.shared_folder().join(name);
        for folder in [&folder, &folder.join("control")] {
            fs::create_dir(folder)?;
            fs::set_permissions(folder, fs::Permissions::from_mode(0o777))?;
        }
        Ok(Counting { name: name.to_owned(), folder, splits: 2 })
    }

    /// Where savepoints go.
    pub(crate) fn savepoints(&self) -> String {
        format!("file://{}/savepoints", self.namespace.shared_folder().display())
    }

    /// The kubeconfig of the account, for programs outside.
    pub(crate) fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("kubeconfig")
    }

    /// The provider's configuration.
    pub(crate) fn provider(&self) -> Json {
        json!({ "kubernetes": { "config_path": self.kubeconfig() }, "access": "service_proxy" })
    }

    /// The REST API of a cluster through the API server, over one kept-alive connection.
    pub(crate) fn rest(&self, cluster: &str) -> Outcome<Rest> {
        Rest::through(&self.kubeconfig, self.namespace.name(), &format!("{cluster}-rest"))
    }

    /// Waits until the JobManager answers, and has so many TaskManagers.
    pub(crate) async fn answers(&self, cluster: &str, task_managers: u64) -> Outcome {
        let rest = self.rest(cluster)?;
        let is_there = async || {
            let overview = rest.overview().await.ok()?;
            (overview["taskmanagers"].as_u64()? >= task_managers).then_some(())
        };
        acceptance_tests::poll::every(PAUSE, "the JobManager answers", LIMIT, is_there).await
    }

    /// Waits until no pod of any cluster is left.
    pub(crate) async fn until_empty(&self) -> Outcome {
        self.namespace
            .until("no pod is left", LIMIT, async || {
                self.namespace.list("pods", PODS).await.ok()?.is_empty().then_some(())
            })
            .await
    }

    /// The attributes of a `flink_cluster`, as all the clusters here have them, with `more` of its own.
    pub(crate) fn cluster(&self, name: &str, more: &Json) -> Outcome<Json> {
        let shared = self.namespace.shared_folder();
        let options = acceptance_tests::kubernetes::JVM_OPTIONS;
        let mut cluster = json!({
            "namespace": self.namespace.name(),
            "name": name,
            "flink_version": "1.20",
            "image": self.image,
            "flink_configuration": {
                "env.java.opts.jobmanager": options,
                "env.java.opts.taskmanager": options,
            },
            "state": {
                "checkpoint_dir": format!("file://{}/checkpoints", shared.display()),
                "savepoint_dir": self.savepoints(),
            },
            "job_manager": { "cpu": 0.1, "cpu_limit_factor": 20 },
            "task_manager": { "cpu": 0.1, "cpu_limit_factor": 20, "task_slots": 8 },
            "volumes": { "shared": {
                "host_path": { "path": shared },
                "mounts": [{ "path": shared }],
            } },
        });
        let more = more.as_object().ok_or_else(|| Failure::new("no attributes"))?;
        for (key, value) in more {
            cluster[key] = value.clone();
        }
        Ok(cluster)
    }
}
