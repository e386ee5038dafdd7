//! A namespace of Kubernetes with what tests of clusters and their jobs play with: Terraform
//! configurations that share it, counting jobs, and looks at what runs there.

use crate::counting::Counting;
use crate::failure::{Failure, Outcome};
use crate::gate::{Gate, Tell};
use crate::jars::Jar;
use crate::kubernetes::{Cluster, Door, ImageSpec, JVM_OPTIONS, Kubeconfig, Namespace};
use crate::terraform::Workspace;
use rustls::crypto::aws_lc_rs;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

/// The provider as it is found in a namespace: everything comes from `KUBECONFIG`.
pub const PROVIDER: &str = r#"terraform {
  required_providers {
    flink = { source = "terraform-provider-flink/flink" }
  }
}

provider "flink" {}
"#;

/// The TaskManagers of a job with a cluster of its own.
pub const TASK_MANAGER: &str =
    "task_manager = { cpu = 0.1, cpu_limit_factor = 20, task_slots = 2 }";
/// How long pods may take on a machine that has other things to do.
const LIMIT: Duration = Duration::from_mins(3);
const ENDED: [&str; 3] = ["FINISHED", "CANCELED", "FAILED"];
/// The label of a job's journal.
const JOURNAL: &str = "flink.terraform-provider/journal";

/// A namespace, and the image of the clusters in it.
#[derive(Debug)]
pub struct Stage {
    /// The namespace.
    pub namespace: Namespace,
    cluster: &'static Cluster,
    image: String,
    version: &'static str,
}

/// A job that runs, as its JobManager shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runs {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A way to the API server that a gate stands in.
#[derive(Debug)]
pub struct Way<E> {
    /// The gate.
    pub gate: Gate<E>,
    /// The kubeconfig of whoever comes this way.
    pub kubeconfig: Kubeconfig,
    /// Closed when dropped.
    _door: Option<Door>,
}

impl<E> Way<E> {
    /// A folder for Terraform, which comes this way.
    pub fn workspace(&self) -> Outcome<Workspace> {
        let workspace = Workspace::new("http://unused")?;
        workspace.write("provider.tf", PROVIDER)?;
        let path = workspace.path().join("kubeconfig");
        self.kubeconfig.write(&path)?;
        Ok(workspace.variable("KUBECONFIG", path))
    }
}

impl Stage {
    /// A new namespace of the cluster that the tests of one binary share.
    pub async fn new(subject: &str, version: &'static str) -> Outcome<Self> {
        let cluster = Cluster::shared().await?;
        let image = cluster.image(&ImageSpec::flink(version)).await?;
        let namespace = cluster.namespace(subject).await?;
        Ok(Self { namespace, cluster, image, version })
    }

    /// A folder for Terraform, which runs where the cluster's addresses are reachable.
    pub fn workspace(&self) -> Outcome<Workspace> {
        let workspace = Workspace::new("http://unused")?.enter(self.cluster.kubectl());
        workspace.write("provider.tf", PROVIDER)?;
        Ok(workspace)
    }

    /// The cluster that the namespace is of.
    pub fn kubernetes(&self) -> &'static Cluster {
        self.cluster
    }

    /// A job that counts in one split, with folders that pods reach.
    pub fn counting(&self, name: &str) -> Outcome<Counting> {
        self.namespace.counting(name, 1)
    }

    /// The resource `flink_cluster.<label>`, small, with `more` lines of attributes.
    pub fn cluster(&self, label: &str, name: &str, more: &str) -> Outcome<String> {
        let minor = self.version.rsplit_once('.').map_or(self.version, |(minor, _)| minor);
        let mut hcl = format!(
            r#"resource "flink_cluster" "{label}" {{
  namespace     = {:?}
  name          = {name:?}
  flink_version = {minor:?}
  image         = {:?}
  task_manager = {{ cpu = 0.1, cpu_limit_factor = 20, task_slots = 6 }}
{}"#,
            self.namespace.name(),
            self.image,
            self.small(),
        );
        for line in more.lines() {
            writeln!(hcl, "  {line}")?;
        }
        hcl.push_str("}\n");
        Ok(hcl)
    }

    /// The attributes that all clusters have here: little memory and work, and state in a folder that
    /// pods and tests share.
    pub fn small(&self) -> String {
        let shared = self.shared();
        format!(
            r#"  state = {{
    checkpoint_dir      = "file://{shared}/checkpoints"
    savepoint_dir       = "file://{shared}/savepoints"
    checkpoint_interval = "1s"
  }}
  flink_configuration = {{
    "env.java.opts.jobmanager"  = {JVM_OPTIONS:?}
    "env.java.opts.taskmanager" = {JVM_OPTIONS:?}
  }}
  job_manager = {{ cpu = 0.1, cpu_limit_factor = 20 }}
  volumes = {{
    shared = {{
      host_path = {{ path = {shared:?} }}
      mounts    = [{{ path = {shared:?} }}]
    }}
  }}
"#
        )
    }

    /// The resource `flink_job.it`, a job with a cluster of its own of this strategy and image, whose
    /// jar the image has; with more lines of its own and of its cluster.
    pub fn application(
        &self,
        counting: &Counting,
        (strategy, image): (&str, &str),
        job: &str,
        cluster: &str,
    ) -> Outcome<String> {
        let mut hcl = format!(
            r#"resource "flink_job" "it" {{
  name        = {:?}
  parallelism = {}
  jar         = {{ uri = "local:///opt/flink/usrlib/app.jar" }}
  args        = {:?}
"#,
            counting.name,
            counting.splits,
            counting.arguments(&[])
        );
        for line in job.lines() {
            writeln!(hcl, "  {line}")?;
        }
        let task_manager = if cluster.contains("task_manager") { "" } else { TASK_MANAGER };
        write!(
            hcl,
            r"
  application = {{
    namespace       = {:?}
    strategy        = {strategy:?}
    flink_version   = {:?}
    image           = {image:?}
    service_account = {{ create = true }}
{}
    {task_manager}
    {cluster}
  }}
}}
",
            self.namespace.name(),
            self.version,
            self.small(),
        )?;
        Ok(hcl)
    }

    /// Kills the pods of a cluster's JobManager at once.
    pub async fn end_job_manager(&self, cluster: &str) -> Outcome {
        let pods = format!("component=jobmanager,app={cluster}");
        let now = ["delete", "pod", "-l", &pods, "--force", "--grace-period=0"];
        self.namespace.run(&now).await.map(|_| ())
    }

    /// The resource `flink_job.<label>` with `more` lines of attributes, its cluster among them.
    pub fn job(&self, counting: &Counting, label: &str, jar: Jar, more: &str) -> Outcome<String> {
        let hcl = counting.resource(jar, &[], more)?;
        Ok(hcl.replacen("\"it\"", &format!("{label:?}"), 1))
    }

    /// What the Service of a cluster answers to a GET.
    pub async fn ask(&self, cluster: &str, path: &str) -> Outcome<Value> {
        self.namespace.ask(&format!("{cluster}-rest"), 8081, path).await
    }

    /// The jobs that run on a cluster, by name.
    pub async fn jobs(&self, cluster: &str) -> Outcome<Vec<Runs>> {
        let overview = self.ask(cluster, "/jobs/overview").await?;
        let text = |job: &Value, key: &str| job[key].as_str().unwrap_or_default().to_owned();
        let all = overview["jobs"].as_array().into_iter().flatten();
        let live = all.filter(|job| !ENDED.contains(&job["state"].as_str().unwrap_or_default()));
        let mut jobs: Vec<Runs> =
            live.map(|job| Runs { id: text(job, "jid"), name: text(job, "name") }).collect();
        jobs.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        Ok(jobs)
    }

    /// Their names.
    pub async fn names(&self, cluster: &str) -> Outcome<Vec<String>> {
        Ok(self.jobs(cluster).await?.into_iter().map(|job| job.name).collect())
    }

    /// What the journals of a cluster's jobs say, by the job's name.
    pub async fn journals(&self, cluster: &str) -> Outcome<BTreeMap<String, Value>> {
        let maps = self.namespace.list("configmaps", &format!("{JOURNAL}={cluster}")).await?;
        let entries = maps.iter().filter_map(|map| map["data"]["entry.json"].as_str());
        let entries = entries.map(serde_json::from_str::<Value>).collect::<Result<Vec<_>, _>>()?;
        let name = |entry: &Value| {
            let owner = entry["owner"].as_str().unwrap_or_default();
            owner.rsplit('/').next().unwrap_or_default().to_owned()
        };
        Ok(entries.into_iter().map(|entry| (name(&entry), entry)).collect())
    }

    /// The path that a job goes on from that its cluster has stopped.
    ///
    /// # Errors
    /// Its journal does not say so.
    pub async fn drained(&self, cluster: &str, job: &str) -> Outcome<String> {
        let journals = self.journals(cluster).await?;
        let stopped = journals.get(job).map(|entry| &entry["phase"]["stopped"]);
        let by_cluster = stopped.filter(|stopped| stopped["by"] == "cluster");
        let path = by_cluster.and_then(|stopped| stopped["path"].as_str());
        let told = || format!("the cluster has not stopped {job}: {:?}", journals.get(job));
        path.map(str::to_owned).ok_or_else(|| Failure::new(told()))
    }

    /// Everything of a cluster's that exists, but its journals, by kind and name.
    pub async fn objects(&self, cluster: &str) -> Outcome<String> {
        let kinds = "all,configmaps,serviceaccounts,roles,rolebindings,poddisruptionbudgets,\
                     ingresses,networkpolicies,horizontalpodautoscalers";
        let ours = format!("flink.terraform-provider/cluster={cluster}");
        let flinks = format!("app={cluster}");
        let marked = self.namespace.run(&["get", kinds, "-o", "name", "-l", &ours]).await?;
        let made = self.namespace.run(&["get", kinds, "-o", "name", "-l", &flinks]).await?;
        Ok(marked + &made)
    }

    /// Starts a job that no Terraform knows, from `savepoint` if it is not empty; gives its id.
    pub async fn submit(
        &self,
        cluster: &str,
        counting: &Counting,
        savepoint: &str,
    ) -> Outcome<String> {
        let service = self.namespace.get("service", &format!("{cluster}-rest")).await?;
        let address = service["spec"]["clusterIP"].as_str().unwrap_or_default();
        let jar = Jar::V1.path()?;
        let file = format!("jarfile=@{};type=application/x-java-archive", jar.display());
        let uploaded = self.curl(address, "/jars/upload", &["-F", &file]).await?;
        let path = uploaded["filename"].as_str().unwrap_or_default();
        let id = Path::new(path).file_name().unwrap_or_default().to_string_lossy();
        let arguments = counting.arguments(&[]);
        let mut body = json!({ "programArgsList": arguments, "parallelism": counting.splits });
        if !savepoint.is_empty() {
            body["savepointPath"] = json!(savepoint);
        }
        let (body, path) = (body.to_string(), format!("/jars/{id}/run"));
        let json = "Content-Type: application/json";
        let started = self.curl(address, &path, &["-H", json, "-d", &body]).await?;
        let job = started["jobid"].as_str();
        job.map(str::to_owned).ok_or_else(|| Failure::new(format!("not started: {started}")))
    }

    async fn curl(&self, address: &str, path: &str, arguments: &[&str]) -> Outcome<Value> {
        let mut command = tokio::process::Command::from(self.cluster.command("curl"));
        command.args(["-sS", "--max-time", "120"]).args(arguments);
        let output = command.arg(format!("http://{address}:8081{path}")).output().await?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        serde_json::from_str(&said)
            .map_err(|_| Failure::new(format!("{said}{}", String::from_utf8_lossy(&output.stderr))))
    }

    /// Waits until exactly these jobs run.
    pub async fn until_run(&self, cluster: &str, names: &[&str]) -> Outcome {
        let what = format!("{names:?} run on {cluster}");
        self.namespace
            .until(&what, LIMIT, async || (self.names(cluster).await.ok()? == names).then_some(()))
            .await
    }

    /// A gate before the API server, and the kubeconfig of somebody who comes by way of it and may do
    /// everything in the namespace.
    pub async fn gate<E>(&self, tell: Tell<E>) -> Outcome<Way<E>>
    where
        E: Copy + PartialEq + Send + 'static,
    {
        let namespace = &self.namespace;
        let account = format!("--serviceaccount={}:robot", namespace.name());
        namespace.run(&["create", "serviceaccount", "robot"]).await?;
        let role = ["create", "rolebinding", "robot", "--clusterrole=cluster-admin", &account];
        namespace.run(&role).await?;
        let robot = namespace.service_account("robot").await?;
        let door = self.cluster.door()?;
        let upstream = door.as_ref().map_or_else(|| self.cluster.kubeconfig(), Door::kubeconfig);
        // Fails when another test has already set it, which is as good.
        let _ = aws_lc_rs::default_provider().install_default();
        let authority = reqwest::Certificate::from_pem(upstream.authority()?.as_bytes())?;
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([authority]).build()?;
        let gate = Gate::before(upstream.server()?.to_owned(), client, tell).await?;
        let kubeconfig = robot.at(&gate.url());
        Ok(Way { gate, kubeconfig, _door: door })
    }

    fn shared(&self) -> String {
        self.namespace.shared_folder().display().to_string()
    }
}
