//! A cluster and its job over `examples/kubernetes`, on a real Kubernetes.

use super::story::{self, JOB, Story, uid};
use super::telling::Telling;
use crate::counting::Counting;
use crate::failure::{Failure, Outcome};
use crate::fetch;
use crate::kubernetes::{Cluster, ImageSpec, JVM_OPTIONS, Namespace};
use crate::terraform::Workspace;
use serde_json::json;
use std::cell::OnceCell;
use std::collections::BTreeSet;

const CLUSTER: &str = "flink_cluster.count";
const RESTART: &str = "restart (drain): ";
const CARRY_OVER: &str = "carry over (savepoint) to revision 2 of its cluster";
/// What every object of ours carries.
const LABEL: &str = "flink.terraform-provider/cluster";

/// Walks the walk.
///
/// # Errors
/// Something did not go as promised.
pub async fn walk() -> Outcome {
    let telling = Telling::default();
    let version = fetch::FLINK_1_20;
    let fetch = format!("fetch Flink {version} and compile the program");
    telling.step(&fetch, story::prepare()).await?;
    let started = OnceCell::new();
    let start = async {
        let cluster = Cluster::start().await?;
        let image = cluster.image(&ImageSpec::flink(version)).await?;
        let told = format!("it takes pods and has the image {image}");
        let _ = started.set((cluster, image));
        Ok(told)
    };
    telling.step("start a Kubernetes node", start).await?;
    let (cluster, image) = started.get().ok_or_else(|| Failure::new("no cluster"))?;
    let demo = Demo::new(cluster, image.clone()).await?;
    let story = &demo.story;
    story.step("terraform apply: create the cluster and job v1", demo.create()).await?;
    story.step("new jar, terraform plan", story.plan_upgrade()).await?;
    story.step("terraform apply: upgrade to v2", demo.upgrade()).await?;
    story.step("read the output", story.prove()).await?;
    story.step("another option of the cluster, terraform plan", demo.plan_restart()).await?;
    story.step("terraform apply: restart it with its job", demo.restart()).await?;
    story.step("read the output", story.prove()).await?;
    story.step("kubectl delete service count-rest, terraform plan", demo.drift()).await?;
    story.step("terraform apply: repair", demo.repair()).await?;
    story.step("terraform destroy", demo.destroy()).await?;
    story.step("read the output", story.prove()).await
}

struct Demo {
    story: Story,
    image: String,
    namespace: Namespace,
}

impl Demo {
    async fn new(cluster: &Cluster, image: String) -> Outcome<Self> {
        let namespace = cluster.namespace("demo").await?;
        let folder = namespace.shared_folder().to_path_buf();
        let counting = Counting { name: "count".to_owned(), folder, splits: 2 };
        let workspace = Workspace::new("http://unused")?.enter(cluster.kubectl());
        let demo = Self { story: Story::of("kubernetes", workspace, counting)?, image, namespace };
        demo.set(&[])?;
        Ok(demo)
    }

    /// The example's variables, with options of Flink beside those that make it start quickly.
    fn set(&self, options: &[(&str, &str)]) -> Outcome {
        let quick = ["env.java.opts.jobmanager", "env.java.opts.taskmanager"];
        let quick = quick.map(|key| (key, JVM_OPTIONS));
        let options = quick.iter().chain(options);
        let options: Vec<String> =
            options.map(|(key, value)| format!("{key:?}={value:?}")).collect();
        let folder = self.story.counting.folder.display().to_string();
        self.story.set(&format!(
            "namespace = {:?}\nimage = {:?}\nfolder = {folder:?}\noptions = {{ {} }}\n",
            self.namespace.name(),
            self.image,
            options.join(", ")
        ))
    }

    async fn create(&self) -> Outcome<String> {
        let told = self.story.create().await?;
        let reference = self.story.workspace.attribute(CLUSTER, "ref").await?;
        Ok(format!("{reference} is ready, {told}"))
    }

    async fn upgrade(&self) -> Outcome<String> {
        let before = self.pods().await?;
        let told = self.story.go_on().await?;
        if self.pods().await? != before {
            return Err(Failure::new("the upgrade of a job changed the cluster's pods"));
        }
        Ok(format!("{told}, in the same pods"))
    }

    async fn plan_restart(&self) -> Outcome<String> {
        self.set(&[("rest.flamegraph.enabled", "true")])?;
        let cluster = self.story.planned_action(CLUSTER).await?;
        let job = self.story.planned_action(JOB).await?;
        if !cluster.starts_with(RESTART) || job != CARRY_OVER {
            return Err(Failure::new(format!("planned_action is {cluster:?} and {job:?}")));
        }
        Ok(format!("planned_action = {cluster:?}, the job's: {job:?}"))
    }

    async fn restart(&self) -> Outcome<String> {
        let before = self.pods().await?;
        let told = self.story.go_on().await?;
        if !self.pods().await?.is_disjoint(&before) {
            return Err(Failure::new("a pod of before the restart is still there"));
        }
        self.story.workspace.settled().await?;
        Ok(format!("{told}, in new pods, and the plan is empty"))
    }

    async fn drift(&self) -> Outcome<String> {
        self.namespace.delete("service", "count-rest").await?;
        let plan = self.story.workspace.plan().await?.expect(2)?;
        let words = "Service count-rest was deleted";
        plan.said(words)?;
        Ok(format!("exit code 2, {words:?}"))
    }

    async fn repair(&self) -> Outcome<String> {
        self.story.apply().await?;
        self.namespace.get("service", "count-rest").await?;
        self.story.workspace.settled().await?;
        Ok(format!("it is there, {} still runs, the plan is empty", self.story.job().await?))
    }

    async fn destroy(&self) -> Outcome<String> {
        let told = self.story.destroy().await?;
        let left =
            self.namespace.run(&["get", "all,configmaps", "-o", "name", "-l", LABEL]).await?;
        if !left.is_empty() {
            return Err(Failure::new(format!("the destroy left {left}")));
        }
        Ok(format!("{told}; Kubernetes has no object of the cluster any more"))
    }

    /// The pods that live, by uid.
    async fn pods(&self) -> Outcome<BTreeSet<String>> {
        let pods = self.namespace.list("pods", "app=count").await?;
        let lives = |pod: &&serde_json::Value| pod["metadata"]["deletionTimestamp"] == json!(null);
        Ok(pods.iter().filter(lives).map(uid).collect())
    }
}
