//! Strategy native is Flink's own: its programs attach to our cluster and stop it, and what they
//! made can be taken over, with all that runs on it.

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
const JOB: &str = "flink_job.it";
const PROVIDER: &str = r#"terraform {
  required_providers {
    flink = { source = "terraform-provider-flink/flink" }
  }
}

provider "flink" {}
"#;

/// A JVM of Flink's client takes its time on a machine that is full.
const LIMIT: Duration = Duration::from_mins(3);

/// A namespace with a pod that Flink's client runs in, and the image of all pods.
struct Ground {
    namespace: Namespace,
    workspace: Workspace,
    image: String,
}

impl Ground {
    async fn new(subject: &str) -> Outcome<Self> {
        let cluster = Cluster::shared().await?;
        let image = cluster.image(&ImageSpec::flink(fetch::FLINK_1_20)).await?;
        let namespace = cluster.namespace(subject).await?;
        let workspace = Workspace::new("http://unused")?.enter(cluster.kubectl());
        workspace.write("provider.tf", PROVIDER)?;
        let ground = Self { namespace, workspace, image };
        ground.namespace.apply(&ground.client_pod()).await?;
        ground
            .namespace
            .until("the client's pod", LIMIT, async || {
                let pod = ground.namespace.get("pod", "client").await.ok()?;
                (pod["status"]["phase"] == "Running").then_some(())
            })
            .await?;
        Ok(ground)
    }

    fn shared(&self) -> String {
        self.namespace.shared_folder().display().to_string()
    }

    /// A job that counts, with folders of its own.
    fn counting(&self, name: &str) -> Outcome<Counting> {
        self.namespace.counting(name, 2)
    }

    /// What a program of Flink says, run in the client's pod; `CLUSTER` stands for the options that
    /// name the cluster.
    async fn client(&self, cluster: &str, program: &str) -> Outcome<String> {
        let of = format!(
            "-Dkubernetes.cluster-id={cluster} -Dkubernetes.namespace={}",
            self.namespace.name()
        );
        let command = format!("cd /opt/flink && {} 2>&1", program.replace("CLUSTER", &of));
        self.namespace.run(&["exec", "client", "--", "bash", "-c", &command]).await
    }

    /// The pods of a cluster's JobManager, by uid.
    async fn job_managers(&self, cluster: &str) -> Outcome<BTreeSet<String>> {
        let selector = format!("app={cluster},component=jobmanager");
        let pods = self.namespace.list("pods", &selector).await?;
        let uid = |pod: &Value| pod["metadata"]["uid"].as_str().unwrap_or_default().to_owned();
        Ok(pods.iter().map(uid).collect())
    }

    /// Nothing of a cluster's own is left: Kubernetes removes what the Deployment owned.
    async fn gone(&self, name: &str) -> Outcome {
        let selector = format!("app={name},type=flink-native-kubernetes");
        self.namespace
            .until("nothing of the cluster", LIMIT, async || {
                let kinds = "deployments,services,configmaps,pods";
                self.namespace.list(kinds, &selector).await.ok()?.is_empty().then_some(())
            })
            .await
    }

    async fn sentence(&self, address: &str) -> Outcome<String> {
        let change = self.workspace.planned(address).await?;
        Ok(change["after"]["planned_action"].as_str().unwrap_or_default().to_owned())
    }

    fn client_pod(&self) -> String {
        let (namespace, image, shared) = (self.namespace.name(), &self.image, self.shared());
        format!(
            "apiVersion: v1
kind: ServiceAccount
metadata: {{name: client}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {{name: client}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}}
subjects: [{{kind: ServiceAccount, name: client, namespace: {namespace}}}]
---
apiVersion: v1
kind: Pod
metadata: {{name: client}}
spec:
  serviceAccountName: client
  terminationGracePeriodSeconds: 0
  containers:
  - name: client
    image: {image}
    command: [sleep, infinity]
    volumeMounts: [{{name: shared, mountPath: {shared}}}]
  volumes: [{{name: shared, hostPath: {{path: {shared}}}}}]
"
        )
    }
}

/// Our cluster, with `more` lines of attributes, and the job on it.
fn ours(ground: &Ground, counting: &Counting, more: &str) -> Outcome<String> {
    let (namespace, image, shared) = (ground.namespace.name(), &ground.image, ground.shared());
    let cluster = format!(
        r#"resource "flink_cluster" "it" {{
  namespace       = {namespace:?}
  name            = "orders"
  strategy        = "native"
  flink_version   = "1.20"
  image           = {image:?}
  service_account = {{ create = true }}
  state = {{
    checkpoint_dir      = "file://{shared}/checkpoints"
    savepoint_dir       = "file://{shared}/savepoints"
    checkpoint_interval = "1s"
  }}
  flink_configuration = {{
    "env.java.opts.jobmanager"  = {JVM_OPTIONS:?}
    "env.java.opts.taskmanager" = {JVM_OPTIONS:?}
  }}
  job_manager  = {{ cpu = 0.1 }}
  task_manager = {{ cpu = 0.1, task_slots = 2 }}
  volumes = {{
    shared = {{
      host_path = {{ path = {shared:?} }}
      mounts    = [{{ path = {shared:?} }}]
    }}
  }}
  {more}
}}

"#
    );
    let job = counting.resource(Jar::V1, &[], "cluster = flink_cluster.it.ref")?;
    Ok(cluster + &job)
}

#[tokio::test]
async fn flinks_own_programs_use_our_cluster_and_what_they_stop_comes_back() -> Outcome {
    let it = Ground::new("native").await?;
    let (workspace, counting) = (&it.workspace, it.counting("count")?);
    workspace.configure(&ours(&it, &counting, "")?)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(20).await?;
    workspace.settled().await?;

    run_and_stop_by_hand(&it).await?;

    let before = it.job_managers("orders").await?;
    let more = "labels = { team = \"orders\" }\nrest = { service_type = \"node_port\" }";
    workspace.configure(&ours(&it, &counting, more)?)?;
    let sentence = it.sentence(CLUSTER).await?;
    assert!(sentence.starts_with("in place: "), "{sentence}");
    workspace.apply().await?.expect(0)?;
    workspace.settled().await?;
    assert_eq!(it.job_managers("orders").await?, before);

    workspace.configure(&ours(&it, &counting, "scheduler = \"adaptive\"")?)?;
    assert_eq!(it.sentence(JOB).await?, "carry over (savepoint) to revision 2 of its cluster");
    workspace.apply().await?.expect(0)?.said("was stopped because its cluster changes")?;
    counting.wait_for_lines(20).await?;
    workspace.settled().await?;
    assert!(before.is_disjoint(&it.job_managers("orders").await?));
    counting.prove().await?;

    let stop = "(sleep 3; echo stop) | bin/kubernetes-session.sh CLUSTER -Dexecution.attached=true";
    it.client("orders", stop).await?;
    it.gone("orders").await?;
    workspace.plan().await?.expect(2)?.said("create again: missing")?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(20).await?;
    workspace.settled().await?;
    counting.prove_transactions().await?;
    workspace.destroy().await?.expect(0)?;
    it.gone("orders").await
}

/// `flink list`, `run` and `stop` on the cluster `orders`, beside a job of Terraform's.
async fn run_and_stop_by_hand(it: &Ground) -> Outcome {
    let manual = it.counting("manual")?;
    let jar = it.namespace.shared_folder().join("manual.jar");
    fs::copy(Jar::V1.path()?, &jar)?;
    let arguments = manual.arguments(&[]).join(" ");
    let run = format!(
        "bin/flink run -d -p 2 -t kubernetes-session CLUSTER -Dexecution.checkpointing.interval=1s {} {arguments}",
        jar.display()
    );
    it.client("orders", &run).await?;
    // Its TaskManager is made now.
    it.namespace
        .until("the job that was run by hand", LIMIT, async || {
            let overview = it.namespace.ask("orders-rest", 8081, "/jobs/overview").await.ok()?;
            let jobs = overview["jobs"].as_array()?.iter();
            let is_it = |job: &&Value| job["name"] == "manual" && job["tasks"]["running"] != 0;
            jobs.clone().find(is_it).map(drop)
        })
        .await?;
    manual.wait_for_lines(5).await?;
    let listed = it.client("orders", "bin/flink list -t kubernetes-session CLUSTER").await?;
    for name in ["count", "manual"] {
        assert!(listed.contains(&format!(": {name} (RUNNING)")), "{listed}");
    }
    let id = listed
        .lines()
        .find(|line| line.contains(": manual "))
        .and_then(|line| line.split(" : ").nth(1));
    let id = id.ok_or_else(|| Failure::new(listed.clone()))?;
    let stop = format!(
        "bin/flink stop -t kubernetes-session CLUSTER --savepointPath file://{}/by-hand {id}",
        it.shared()
    );
    let stopped = it.client("orders", &stop).await?;
    assert!(stopped.contains("Savepoint completed"), "{stopped}");
    manual.prove().await
}

/// A template whose volume both processes have.
fn template(ground: &Ground) -> String {
    let shared = ground.shared();
    format!(
        "# Of the operators.
apiVersion: v1
kind: Pod
metadata: {{name: flink}}
spec:
  containers:
  - name: flink-main-container
    volumeMounts: [{{name: shared, mountPath: {shared}}}]
  volumes: [{{name: shared, hostPath: {{path: {shared}}}}}]
"
    )
}

/// The cluster `theirs`, made by Flink's own script, up and answering.
async fn made_by_flink(it: &Ground) -> Outcome {
    let shared = it.shared();
    fs::write(it.namespace.shared_folder().join("template.yaml"), template(it))?;
    let start = format!(
        "bin/kubernetes-session.sh CLUSTER -Dkubernetes.container.image.ref={} \
         -Dkubernetes.service-account=client -Djobmanager.memory.process.size=1g \
         -Dkubernetes.jobmanager.cpu.amount=0.1 -Dkubernetes.taskmanager.cpu.amount=0.1 \
         -Dkubernetes.jobmanager.labels=team:streaming,stage:test \
         -Dkubernetes.pod-template-file.default={shared}/template.yaml \
         -Dtaskmanager.numberOfTaskSlots=2 -Dexecution.checkpointing.interval=1s \
         -Dstate.checkpoints.dir=file://{shared}/checkpoints \
         -Dstate.savepoints.dir=file://{shared}/savepoints",
        it.image
    );
    it.client("theirs", &start).await?;
    it.namespace
        .until("the JobManager of Flink's client", LIMIT, async || {
            it.namespace.ask("theirs-rest", 8081, "/overview").await.ok()
        })
        .await?;
    Ok(())
}

#[tokio::test]
async fn what_flinks_own_client_made_is_ours_after_its_import() -> Outcome {
    let it = Ground::new("foreign").await?;
    made_by_flink(&it).await?;
    let (workspace, counting) = (&it.workspace, it.counting("count")?);
    let id = format!("{}/theirs", it.namespace.name());
    workspace.configure(&format!("import {{\n  to = {CLUSTER}\n  id = \"{id}\"\n}}\n"))?;
    workspace.run(&["plan", "-generate-config-out=generated.tf"]).await?.expect(0)?;
    let plan = workspace.planned(CLUSTER).await?;
    assert_eq!(plan["actions"], json!(["no-op"]));
    workspace.apply().await?.expect(0)?;
    workspace.settled().await?;

    // A job of Terraform's on it, and a change that restarts nothing.
    let generated = fs::read_to_string(workspace.path().join("generated.tf"))?;
    let job = counting.resource(Jar::V1, &[], "cluster = flink_cluster.it.ref")?;
    workspace.configure(&job)?;
    let before = it.job_managers("theirs").await?;
    let changed = with(&generated, "labels", "{ owner = \"orders\" }")?;
    workspace.write("generated.tf", &changed)?;
    assert_eq!(it.sentence(CLUSTER).await?, "in place: labels");
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(20).await?;
    workspace.settled().await?;
    assert_eq!(it.job_managers("theirs").await?, before);
    let service = it.namespace.get("service", "theirs-rest").await?;
    assert_eq!(service["metadata"]["labels"]["owner"], "orders");

    // What Flink's client said and we do not any more is gone, and the job goes on.
    let fewer: Vec<&str> = changed.lines().filter(|line| !line.contains("stage")).collect();
    workspace.write("generated.tf", &fewer.join("\n"))?;
    assert_eq!(it.sentence(JOB).await?, "carry over (savepoint) to revision 2 of its cluster");
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(20).await?;
    workspace.settled().await?;
    let deployment = it.namespace.get("deployment", "theirs").await?;
    let labels = &deployment["spec"]["template"]["metadata"]["labels"];
    assert_eq!((&labels["team"], &labels["stage"]), (&json!("streaming"), &Value::Null));
    counting.prove().await?;
    workspace.destroy().await?.expect(0)?;
    it.gone("theirs").await
}

/// The configuration with another value of an attribute of the resource itself.
fn with(configuration: &str, attribute: &str, value: &str) -> Outcome<String> {
    let mut found = false;
    let lines = configuration.lines().map(|line| {
        let is_it = line.starts_with("  ")
            && line.trim_start().starts_with(&format!("{attribute} "))
            && !line.starts_with("   ");
        found |= is_it;
        if is_it { format!("  {attribute} = {value}") } else { line.to_owned() }
    });
    let changed = lines.collect::<Vec<_>>().join("\n");
    if found {
        Ok(changed)
    } else {
        Err(Failure::new(format!("no {attribute} in {configuration}")))
    }
}
