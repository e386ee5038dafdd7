//! What others do to a cluster: the plan of the next night tells it in words, an apply puts it right
//! and the job goes on from its state; and what happens by itself every day is nothing to tell.

use acceptance_tests::counting::Counting;
use acceptance_tests::jars::Jar;
use acceptance_tests::kubernetes::{Cluster, ImageSpec, JVM_OPTIONS, Namespace};
use acceptance_tests::terraform::Workspace;
use acceptance_tests::{Failure, Outcome, fetch};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

const CLUSTER: &str = "flink_cluster.it";
const LIMIT: Duration = Duration::from_mins(3);
/// What the provider logs.
const LOG: &str = "provider.log";
/// What others changed is taken back.
const PROVIDER: &str = r#"terraform {
  required_providers {
    flink = { source = "terraform-provider-flink/flink" }
  }
}

provider "flink" {
  force_conflicts = true
}
"#;

/// A namespace with a workspace, and the job of its cluster.
struct Night {
    namespace: Namespace,
    workspace: Workspace,
    counting: Counting,
    image: String,
}

impl Night {
    async fn new(subject: &str) -> Outcome<Self> {
        let cluster = Cluster::shared().await?;
        let image = cluster.image(&ImageSpec::flink(fetch::FLINK_1_20)).await?;
        let namespace = cluster.namespace(subject).await?;
        let workspace = Workspace::new("http://unused")?.enter(cluster.kubectl());
        let log = workspace.path().join(LOG);
        let workspace = workspace.variable("TF_LOG_PROVIDER", "INFO").variable("TF_LOG_PATH", log);
        workspace.write("provider.tf", PROVIDER)?;
        let counting = namespace.counting(subject, 2)?;
        Ok(Self { namespace, workspace, counting, image })
    }

    /// The cluster, with `more` lines of attributes.
    fn cluster(&self, more: &str) -> String {
        let (namespace, image) = (self.namespace.name(), &self.image);
        let shared = self.namespace.shared_folder().display();
        format!(
            r#"resource "flink_cluster" "it" {{
  namespace     = {namespace:?}
  name          = "orders"
  flink_version = "1.20"
  image         = {image:?}
  state = {{
    checkpoint_dir      = "file://{shared}/checkpoints"
    savepoint_dir       = "file://{shared}/savepoints"
    checkpoint_interval = "1s"
  }}
  flink_configuration = {{
    "env.java.opts.jobmanager"  = {JVM_OPTIONS:?}
    "env.java.opts.taskmanager" = {JVM_OPTIONS:?}
  }}
  job_manager = {{ cpu = 0.1, memory = "1g" }}
  volumes = {{
    shared = {{
      host_path = {{ path = "{shared}" }}
      mounts    = [{{ path = "{shared}" }}]
    }}
  }}
  {more}
}}

"#
        )
    }

    fn job(&self) -> Outcome<String> {
        self.counting.resource(Jar::V1, &[], "cluster = flink_cluster.it.ref")
    }

    /// While pods came up the provider's log said how many were there.
    fn progress_was_told(&self) -> Outcome {
        let log = fs::read_to_string(self.workspace.path().join(LOG))?;
        let told = log.contains("orders-jobmanager: 0 of 1 pods are ready");
        told.then_some(())
            .ok_or_else(|| Failure::new(format!("nobody told how far it was:\n{log}")))
    }

    /// The plan tells `words`, and an apply puts it right.
    async fn put_right(&self, words: &str) -> Outcome {
        self.workspace.plan().await?.expect(2)?.said(words)?;
        self.workspace.apply().await?.expect(0)?;
        self.counting.wait_for_lines(10).await?;
        self.workspace.settled().await
    }

    /// The same where a JobManager that still comes up has lost the job: a plan sees that only when
    /// it can be asked again.
    async fn put_right_and_its_job(&self, words: &str) -> Outcome {
        self.workspace.plan().await?.expect(2)?.said(words)?;
        self.workspace.apply().await?.expect(0)?;
        if self.workspace.plan().await?.expect(0).is_err() {
            self.workspace.plan().await?.expect(2)?.said("flink_job.it will be updated")?;
            self.workspace.apply().await?.expect(0)?;
        }
        self.counting.wait_for_lines(10).await?;
        self.workspace.settled().await
    }

    /// The pods of one role, by uid.
    async fn pods(&self, role: &str) -> Outcome<BTreeSet<String>> {
        let pods = self.namespace.list("pods", &format!("app=orders,component={role}")).await?;
        let uid = |pod: &Value| pod["metadata"]["uid"].as_str().unwrap_or_default().to_owned();
        Ok(pods.iter().map(uid).collect())
    }

    /// Waits until a look at an object shows what is expected.
    async fn until(&self, kind: &str, name: &str, path: &str, expected: &Value) -> Outcome {
        let what = format!("{expected} at {path} of {kind} {name}");
        self.namespace
            .until(&what, LIMIT, async || {
                let object = self.namespace.get(kind, name).await.ok()?;
                (object.pointer(path) == Some(expected)).then_some(())
            })
            .await
    }
}

#[tokio::test]
async fn what_others_break_is_told_and_put_right_with_the_jobs_state() -> Outcome {
    let it = Night::new("night").await?;
    let task_managers = "task_manager = { cpu = 0.1, task_slots = 2, replicas = 1 }";
    it.workspace.configure(&(it.cluster(task_managers) + &it.job()?))?;
    it.workspace.apply().await?.expect(0)?;
    it.progress_was_told()?;
    it.counting.wait_for_lines(10).await?;

    // Another port is another entry of the list, which the API server would refuse beside ours.
    let job_managers = it.pods("jobmanager").await?;
    let port =
        json!([{ "op": "replace", "path": "/spec/ports/0/port", "value": 9090 }]).to_string();
    it.namespace.run(&["patch", "service", "orders-rest", "--type=json", "-p", &port]).await?;
    it.put_right("rest.port").await?;
    let service = it.namespace.get("service", "orders-rest").await?;
    assert_eq!(service.pointer("/spec/ports/0/port"), Some(&json!(8081)));
    assert_eq!(service.pointer("/spec/ports/1"), None);

    it.namespace.delete("deployment", "orders-taskmanager").await?;
    it.put_right("Deployment orders-taskmanager was deleted").await?;
    assert_eq!(it.pods("jobmanager").await?, job_managers);

    // Whoever edits the pods ends the jobs; what puts them right does not end them again.
    let limits = ["set", "resources", "deployment", "orders-jobmanager", "--limits=memory=1500Mi"];
    it.namespace.run(&limits).await?;
    it.namespace.ready("deployment", "orders-jobmanager", LIMIT).await?;
    it.put_right("of the pods of Deployment orders-jobmanager was changed").await?;

    // A JobManager that cannot read its configuration.
    let broken = json!({ "data": { "config.yaml": "jobmanager: {" } });
    it.namespace.patch("configmap", "flink-config-orders", &broken).await?;
    it.namespace.run(&["delete", "pod", "-l", "app=orders,component=jobmanager"]).await?;
    it.namespace
        .until("a crash loop", LIMIT, async || {
            let pods = it.namespace.list("pods", "app=orders,component=jobmanager").await.ok()?;
            let status = pods.first()?.pointer("/status/containerStatuses/0/state/waiting/reason");
            (status? == "CrashLoopBackOff").then_some(())
        })
        .await?;
    it.workspace.plan().await?.expect(2)?.said("ConfigMap flink-config-orders was changed")?;
    it.put_right_and_its_job("the container flink-main-container crashed").await?;

    let ours = ["-l", "flink.terraform-provider/cluster=orders", "--wait=true"];
    let delete = ["delete", "deployments,services,configmaps"];
    it.namespace.run(&[&delete[..], &ours[..]].concat()).await?;
    it.put_right("create again: missing").await?;
    it.counting.prove_transactions().await?;
    it.workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn what_happens_by_itself_is_nothing_to_tell() -> Outcome {
    let it = Night::new("day").await?;
    // An autoscaler of ours gives what it has to give without any measurement: the minimum.
    let scaled = "scheduler = \"adaptive\"
  task_manager = {
    cpu               = 0.1
    task_slots        = 2
    autoscaling       = { min = 2, max = 3, cpu = 80 }
    disruption_budget = { max_unavailable = \"1\" }
  }";
    it.workspace.configure(&it.cluster(scaled))?;
    it.workspace.apply().await?.expect(0)?;
    it.until("deployment", "orders-taskmanager", "/status/readyReplicas", &json!(2)).await?;
    it.workspace.settled().await?;

    // A drain takes one pod at a time, and another comes.
    let before = it.pods("taskmanager").await?;
    evicted_under_our_budget(&it).await?;
    it.workspace.settled().await?;
    assert_eq!(it.pods("taskmanager").await?.intersection(&before).count(), 1);
    it.namespace.run(&["delete", "pod", "-l", "app=orders,component=taskmanager"]).await?;
    it.workspace.settled().await?;

    // A foreign scaler decides where we say nothing, also while we change something else.
    let foreign = "scheduler = \"adaptive\"\ntask_manager = { cpu = 0.1, task_slots = 2 }";
    it.workspace.configure(&it.cluster(foreign))?;
    it.workspace.apply().await?.expect(0)?;
    it.workspace.settled().await?;
    it.namespace.run(&["scale", "deployment", "orders-taskmanager", "--replicas=1"]).await?;
    it.until("deployment", "orders-taskmanager", "/status/replicas", &json!(1)).await?;
    it.workspace.settled().await?;
    it.namespace.run(&["scale", "deployment", "orders-taskmanager", "--replicas=3"]).await?;
    it.workspace.settled().await?;
    let labels = format!("{foreign}\nlabels = {{ team = \"orders\" }}");
    it.workspace.configure(&it.cluster(&labels))?;
    it.workspace.apply().await?.expect(0)?;
    it.workspace.settled().await?;
    let deployment = it.namespace.get("deployment", "orders-taskmanager").await?;
    assert_eq!(deployment["spec"]["replicas"], 3);
    assert_eq!(deployment["metadata"]["labels"]["team"], "orders");
    assert_eq!(it.workspace.attribute(CLUSTER, "status").await?, "ready");
    while_nobody_answers_it_is_as_recorded(&it).await?;
    imported_elsewhere(&it).await?;
    it.workspace.destroy().await?.expect(0)?;
    Ok(())
}

/// Evicts a TaskManager as a drain does, by leave of our budget.
async fn evicted_under_our_budget(it: &Night) -> Outcome {
    let budget = ("poddisruptionbudget", "orders-taskmanager");
    it.until(budget.0, budget.1, "/status/expectedPods", &json!(2)).await?;
    it.until(budget.0, budget.1, "/status/disruptionsAllowed", &json!(1)).await?;
    let pods = it.namespace.list("pods", "app=orders,component=taskmanager").await?;
    let name = pods[0]["metadata"]["name"].as_str().unwrap_or_default();
    let namespace = it.namespace.name();
    let eviction = json!({
        "apiVersion": "policy/v1", "kind": "Eviction",
        "metadata": { "name": name, "namespace": namespace },
    });
    let path = format!("/api/v1/namespaces/{namespace}/pods/{name}/eviction");
    let arguments = ["create", "--raw", &path, "-f", "-"];
    it.namespace.kubectl().feed(&arguments, &eviction.to_string()).await?;
    it.until("deployment", "orders-taskmanager", "/status/readyReplicas", &json!(2)).await
}

/// Nobody answers: an error, or a warning and an empty plan for whoever wants that.
async fn while_nobody_answers_it_is_as_recorded(it: &Night) -> Outcome {
    let path = it.workspace.path().join("unreachable");
    let kubeconfig = Cluster::shared().await?.kubeconfig().clone();
    kubeconfig.at("https://127.0.0.1:1").write(&path)?;
    let unreachable = format!(
        "force_conflicts = true\n  kubernetes = {{ config_path = {:?} }}",
        path.display().to_string()
    );
    let with = |settings: &str| {
        it.workspace.write("provider.tf", &PROVIDER.replace("force_conflicts = true", settings))
    };
    with(&unreachable)?;
    it.workspace.plan().await?.expect(1)?;
    with(&format!("{unreachable}\n  on_unreachable = \"warn\""))?;
    let run = it.workspace.plan().await?.expect(0)?;
    run.said("The cluster is assumed to be as recorded (on_unreachable = \"warn\").")?;
    it.workspace.write("provider.tf", PROVIDER)?;
    it.workspace.settled().await
}

/// Terraform writes the configuration of a cluster that another machine's Terraform has made, and
/// plans nothing.
async fn imported_elsewhere(it: &Night) -> Outcome {
    let elsewhere = Workspace::new("http://unused")?.enter(Cluster::shared().await?.kubectl());
    elsewhere.write("provider.tf", PROVIDER)?;
    let id = format!("{}/orders", it.namespace.name());
    elsewhere.configure(&format!("import {{\n  to = {CLUSTER}\n  id = \"{id}\"\n}}\n"))?;
    elsewhere.run(&["plan", "-generate-config-out=generated.tf"]).await?.expect(0)?;
    assert_eq!(elsewhere.planned(CLUSTER).await?["actions"], json!(["no-op"]));
    elsewhere.apply().await?.expect(0)?;
    elsewhere.settled().await
}
