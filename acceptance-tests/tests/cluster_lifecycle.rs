//! A cluster and a job on it under real Terraform, on a real Kubernetes: one apply makes both, and
//! whatever changes, the job goes on from its state, and nothing is written twice or left out.

use acceptance_tests::counting::Counting;
use acceptance_tests::jars::Jar;
use acceptance_tests::kubernetes::{Cluster, ImageSpec, JVM_OPTIONS, Namespace};
use acceptance_tests::terraform::{Terraform, Workspace};
use acceptance_tests::{Failure, Outcome, fetch};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::time::Duration;

const CLUSTER: &str = "flink_cluster.it";
const JOB: &str = "flink_job.it";
const DRAINED: &str = "its jobs are stopped with savepoints and started again from them";

/// A namespace with a workspace whose provider takes everything from `KUBECONFIG`.
struct Setting {
    namespace: Namespace,
    workspace: Workspace,
    counting: Counting,
    image: String,
}

impl Setting {
    async fn new(subject: &str) -> Outcome<Self> {
        let cluster = Cluster::shared().await?;
        let image = cluster.image(&ImageSpec::flink(fetch::FLINK_1_20)).await?;
        let namespace = cluster.namespace(subject).await?;
        let workspace = Workspace::new("http://unused")?.enter(cluster.kubectl());
        workspace.write("provider.tf", PROVIDER)?;
        let counting = namespace.counting(subject, 2)?;
        Ok(Self { namespace, workspace, counting, image })
    }

    /// The cluster, with `more` lines of attributes, and the job on it.
    fn configure(&self, cluster: &str, (jar, job): (Jar, &str)) -> Outcome {
        let shared = self.namespace.shared_folder().display().to_string();
        let mut hcl = format!(
            r#"resource "flink_cluster" "it" {{
  namespace     = {:?}
  name          = "orders"
  flink_version = "1.20"
  image         = {:?}
  state = {{
    checkpoint_dir      = "file://{shared}/checkpoints"
    savepoint_dir       = "file://{shared}/savepoints"
    checkpoint_interval = "1s"
  }}
  flink_configuration = {{
    "env.java.opts.jobmanager"  = {JVM_OPTIONS:?}
    "env.java.opts.taskmanager" = {JVM_OPTIONS:?}
  }}
  job_manager = {{ cpu = 0.1 }}
  volumes = {{
    shared = {{
      host_path = {{ path = {shared:?} }}
      mounts    = [{{ path = {shared:?} }}]
    }}
  }}
"#,
            self.namespace.name(),
            self.image,
        );
        for line in cluster.lines() {
            writeln!(hcl, "  {line}")?;
        }
        hcl.push_str("}\n\n");
        let job = format!("cluster = flink_cluster.it.ref\n{job}");
        hcl.push_str(&self.counting.resource(jar, &[], &job)?);
        self.workspace.configure(&hcl)
    }

    /// The pods of one role, by uid.
    async fn pods(&self, role: &str) -> Outcome<BTreeSet<String>> {
        let pods = self.namespace.list("pods", &format!("app=orders,component={role}")).await?;
        let uid = |pod: &Value| pod["metadata"]["uid"].as_str().unwrap_or_default().to_owned();
        Ok(pods.iter().map(uid).collect())
    }

    /// The plans of cluster and job: actions, and the sentence of each.
    async fn planned(&self, address: &str) -> Outcome<(Value, String)> {
        let mut change = self.workspace.planned(address).await?;
        let sentence = change["after"]["planned_action"].as_str().unwrap_or_default().to_owned();
        Ok((change["actions"].take(), sentence))
    }
}

const PROVIDER: &str = r#"terraform {
  required_providers {
    flink = { source = "terraform-provider-flink/flink" }
  }
}

provider "flink" {}
"#;
const SMALL: &str = "task_manager = { cpu = 0.1, task_slots = 2 }";

#[tokio::test]
async fn one_apply_makes_a_cluster_and_its_job_and_every_change_carries_it_on() -> Outcome {
    let it = Setting::new("life").await?;
    let workspace = &it.workspace;
    it.configure(SMALL, (Jar::V1, ""))?;
    let reference = format!("ref = \"{}/orders#1\"", it.namespace.name());
    workspace.plan().await?.expect(2)?.said("planned_action = \"create\"")?.said(&reference)?;
    workspace.apply().await?.expect(0)?;
    it.counting.wait_for_lines(30).await?;
    workspace.settled().await?;
    let id = format!("{}/orders/life", it.namespace.name());
    assert_eq!(workspace.attribute(JOB, "id").await?, id);

    it.configure(SMALL, (Jar::V2, ""))?;
    let before = (it.pods("jobmanager").await?, it.pods("taskmanager").await?);
    assert_eq!(it.planned(CLUSTER).await?, (json!(["no-op"]), "create".to_owned()));
    workspace.apply().await?.expect(0)?;
    it.counting.wait_for_lines(30).await?;
    assert_eq!(before, (it.pods("jobmanager").await?, it.pods("taskmanager").await?));

    let changed = format!("{SMALL}\nscheduler = \"adaptive\"");
    it.configure(&changed, (Jar::V2, ""))?;
    let restart = format!("restart (drain): scheduler; {DRAINED}");
    assert_eq!(it.planned(CLUSTER).await?, (json!(["update"]), restart));
    let carried = "carry over (savepoint) to revision 2 of its cluster".to_owned();
    assert_eq!(it.planned(JOB).await?, (json!(["update"]), carried));
    workspace.apply().await?.expect(0)?.said("was stopped because its cluster changes")?;
    assert!(workspace.attribute(JOB, "restored_from").await?.contains("savepoint"));
    it.counting.wait_for_lines(30).await?;
    workspace.settled().await?;
    assert!(before.0.is_disjoint(&it.pods("jobmanager").await?));

    it.counting.prove().await?;
    workspace.destroy().await?.expect(0)?;
    it.counting.prove().await?;
    let left =
        it.namespace.run(&["get", "all,configmaps", "-l", "flink.terraform-provider/cluster"]);
    assert_eq!(left.await?, "");
    Ok(())
}

#[tokio::test]
async fn what_needs_no_restart_leaves_the_pods_alone() -> Outcome {
    let it = Setting::new("inplace").await?;
    let workspace = &it.workspace;
    it.configure(&format!("{SMALL}\n{}", logging("before")), (Jar::V1, ""))?;
    workspace.apply().await?.expect(0)?;
    let (managers, workers) = (it.pods("jobmanager").await?, it.pods("taskmanager").await?);
    let wide = "task_manager = { cpu = 0.1, task_slots = 2, replicas = 2 }";
    let rest = "labels = { team = \"orders\" }\n\
                rest = { service_type = \"node_port\", ingress = { host = \"orders.example\" } }";
    let logging = logging("after");
    it.configure(&[wide, rest, &logging].join("\n"), (Jar::V1, ""))?;
    let sentence = it.planned(CLUSTER).await?.1;
    let causes = [
        "task_manager.replicas",
        "rest.service_type",
        "rest.ingress",
        "labels",
        "log_configuration",
    ];
    for cause in causes.into_iter().chain(["in place: "]) {
        if !sentence.contains(cause) {
            return Err(Failure::new(format!("no {cause} in {sentence}")));
        }
    }
    workspace.apply().await?.expect(0)?;
    workspace.settled().await?;
    assert_eq!(it.pods("jobmanager").await?, managers);
    assert!(it.pods("taskmanager").await?.is_superset(&workers));
    logs_the_new_way(&it).await?;
    takes_a_savepoint(&it).await?;

    // What is ours goes with its lines of the configuration; what others added stays.
    it.namespace.run(&["annotate", "service", "orders-rest", "team.example/pager=7"]).await?;
    it.namespace.run(&["create", "configmap", "orders-notes"]).await?;
    it.configure(&[wide, &logging].join("\n"), (Jar::V1, ""))?;
    workspace.apply().await?.expect(0)?;
    workspace.settled().await?;
    assert_eq!(it.namespace.list("ingresses", "").await?, Vec::<Value>::new());
    let service = it.namespace.get("service", "orders-rest").await?;
    assert_eq!(service["metadata"]["annotations"]["team.example/pager"], "7");
    assert_eq!(service["metadata"]["labels"].get("team"), None);
    it.namespace.get("configmap", "orders-notes").await?;
    assert_eq!(it.pods("jobmanager").await?, managers);
    it.counting.prove().await?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}

/// A logging file that Flink watches itself; every line that is logged begins with `word`.
fn logging(word: &str) -> String {
    format!(
        "log_configuration = {{\n  \"log4j-console.properties\" = <<-EOT\n\
         monitorInterval = 1\n\
         rootLogger.level = INFO\n\
         rootLogger.appenderRef.console.ref = Console\n\
         appender.console.name = Console\n\
         appender.console.type = CONSOLE\n\
         appender.console.layout.type = PatternLayout\n\
         appender.console.layout.pattern = {word} %m%n\n\
         EOT\n}}"
    )
}

/// The JobManager has read its logging file again, without a restart.
async fn logs_the_new_way(it: &Setting) -> Outcome {
    let job_managers = ["-l", "app=orders,component=jobmanager"];
    // The kubelet brings a volume up to date when it next looks at the pod: now.
    it.namespace.run(&[&["annotate", "pods", "look=now"], &job_managers[..]].concat()).await?;
    let limit = Duration::from_mins(4);
    it.namespace
        .until("a line that is logged the new way", limit, async || {
            let log = [&["logs", "--tail=-1"], &job_managers[..]].concat();
            it.namespace
                .run(&log)
                .await
                .ok()?
                .lines()
                .any(|line| line.starts_with("after "))
                .then_some(())
        })
        .await
}

/// An action finds a job by its cluster and the id that Flink gave it.
async fn takes_a_savepoint(it: &Setting) -> Outcome {
    let newest = Terraform::library(fetch::TERRAFORM_1_15)?;
    let apart = Workspace::of(newest, "http://unused")?.enter(Cluster::shared().await?.kubectl());
    apart.write("provider.tf", PROVIDER)?;
    let job = it.workspace.attribute(JOB, "job_id").await?;
    apart.configure(&format!(
        "action \"flink_savepoint_trigger\" \"it\" {{\n  config {{\n    cluster = \"{}/orders\"\n    job = {job:?}\n  }}\n}}\n",
        it.namespace.name(),
    ))?;
    let invoke = "-invoke=action.flink_savepoint_trigger.it";
    let run = apart.run(&["apply", "-auto-approve", "-no-color", "-input=false", invoke]).await?;
    run.expect(0)?.said("savepoint-")?;
    Ok(())
}

#[tokio::test]
async fn what_others_change_is_in_the_next_plan_in_words() -> Outcome {
    let it = Setting::new("drift").await?;
    let workspace = &it.workspace;
    let one = "task_manager = { cpu = 0.1, task_slots = 2, replicas = 1 }";
    it.configure(one, (Jar::V1, ""))?;
    workspace.apply().await?.expect(0)?;

    it.namespace.run(&["scale", "deployment", "orders-taskmanager", "--replicas=2"]).await?;
    workspace.plan().await?.expect(2)?.said("task_manager.replicas 2 → 1")?;
    workspace.apply().await?.expect(1)?.said("is managed by \"kubectl\"")?;
    let forceful = PROVIDER.replace("{}", "{\n  force_conflicts = true\n}");
    workspace.write("provider.tf", &forceful)?;
    workspace.apply().await?.expect(0)?;
    workspace.settled().await?;

    it.namespace.delete("service", "orders-rest").await?;
    workspace.plan().await?.expect(2)?.said("Service orders-rest was deleted")?;
    workspace.apply().await?.expect(0)?;
    workspace.settled().await?;

    let imported = Workspace::new("http://unused")?.enter(Cluster::shared().await?.kubectl());
    imported.write("provider.tf", PROVIDER)?;
    imported.configure(&fs::read_to_string(workspace.path().join("main.tf"))?)?;
    let cluster = format!("{}/orders", it.namespace.name());
    imported.import(CLUSTER, &cluster).await?.expect(0)?;
    imported.import(JOB, &format!("{cluster}/drift")).await?.expect(0)?;
    imported.settled().await?;
    workspace.destroy().await?.expect(0)?;
    Ok(())
}
