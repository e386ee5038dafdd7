//! Jobs on clusters that the real Helm made, with the chart of our examples.

use acceptance_tests::counting::Counting;
use acceptance_tests::jars::Jar;
use acceptance_tests::kubernetes::{Cluster, ImageSpec, JVM_OPTIONS, Namespace};
use acceptance_tests::terraform::Workspace;
use acceptance_tests::{Failure, Outcome, fetch, folders};
use serde_json::json;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

const START: Duration = Duration::from_mins(3);
const PROVIDER: &str = r#"terraform {
  required_providers {
    flink = { source = "terraform-provider-flink/flink" }
  }
}

provider "flink" {}
"#;

struct Setting {
    cluster: &'static Cluster,
    namespace: Namespace,
    workspace: Workspace,
    counting: Counting,
}

impl Setting {
    async fn new(subject: &str) -> Outcome<Self> {
        let cluster = Cluster::shared().await?;
        let namespace = cluster.namespace(subject).await?;
        let workspace = Workspace::new("http://unused")?.enter(cluster.kubectl());
        workspace.write("provider.tf", PROVIDER)?;
        let counting = namespace.counting(subject, 2)?;
        Ok(Self { cluster, namespace, workspace, counting })
    }

    /// `helm install` or `upgrade` of the chart, with these values.
    fn helm(&self, release: &str, image: &str, arguments: &[String]) -> Outcome {
        let shared = self.namespace.shared_folder();
        let values = json!({
            "image": image,
            "folder": shared,
            "jobManager": { "args": arguments },
            "taskManager": { "slots": 4 },
            "configuration": {
                "env.java.opts.jobmanager": JVM_OPTIONS,
                "env.java.opts.taskmanager": JVM_OPTIONS,
                "execution.checkpointing.interval": "1s",
                "parallelism.default": 2,
                "state.checkpoints.dir": format!("file://{}/checkpoints", shared.display()),
                "state.savepoints.dir": format!("file://{}/savepoints", shared.display()),
            },
        });
        let file = self.workspace.path().join(format!("{release}.json"));
        fs::write(&file, values.to_string())?;
        let chart = folders::repository().join("examples/helm/flink-session");
        let mut command = self.cluster.command(helm()?);
        for folder in ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"] {
            command.env(folder, self.workspace.path().join("helm"));
        }
        command.args(["upgrade", "--install", "--namespace", self.namespace.name(), "--values"]);
        fetch::succeed(command.arg(file).arg(release).arg(chart))
    }

    async fn is_ready(&self, release: &str) -> Outcome {
        for role in ["jobmanager", "taskmanager"] {
            self.namespace.ready("deployment", &format!("{release}-{role}"), START).await?;
        }
        Ok(())
    }

    fn at(&self, release: &str) -> String {
        format!("{}/{release}", self.namespace.name())
    }
}

/// The real Helm; built by whoever asks first.
fn helm() -> Outcome<PathBuf> {
    let script = folders::repository().join("tools/helm/build");
    let output = Command::new(script).arg(folders::target()).output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::new(format!("Helm could not be built:\n{said}")));
    }
    Ok(PathBuf::from(String::from_utf8(output.stdout)?.trim()).join("helm"))
}

#[tokio::test]
async fn a_job_lives_on_a_session_cluster_of_helms() -> Outcome {
    let it = Setting::new("session").await?;
    let image = it.cluster.image(&ImageSpec::flink(fetch::FLINK_1_20)).await?;
    let session = ["jobmanager".to_owned()];
    it.helm("orders", &image, &session)?;
    it.is_ready("orders").await?;

    let (workspace, at) = (&it.workspace, it.at("orders"));
    let seen = format!("data \"flink_cluster\" \"it\" {{\n  cluster = {at:?}\n}}\n");
    let configure = |jar: Jar| -> Outcome {
        let job = it.counting.resource(jar, &[], &format!("cluster = {at:?}"))?;
        workspace.configure(&format!("{job}{seen}"))
    };
    configure(Jar::V1)?;
    workspace.apply().await?.expect(0)?;
    it.counting.wait_for_lines(20).await?;
    workspace.apply().await?.expect(0)?;
    let cluster = workspace.attributes("data.flink_cluster.it").await?;
    assert_eq!((&cluster["version"], &cluster["slots_total"]), (&"1.20.5".into(), &4.into()));
    workspace.settled().await?;

    configure(Jar::V2)?;
    workspace.apply().await?.expect(0)?;
    assert!(workspace.attribute("flink_job.it", "restored_from").await?.contains("savepoint"));
    it.counting.wait_for_lines(20).await?;
    it.counting.prove().await?;

    // An upgrade of the release that changes nothing leaves the job alone.
    let before = workspace.attribute("flink_job.it", "job_id").await?;
    it.helm("orders", &image, &session)?;
    workspace.settled().await?;
    assert_eq!(workspace.attribute("flink_job.it", "job_id").await?, before);
    workspace.destroy().await?.expect(0)?;
    it.counting.prove().await
}

#[tokio::test]
async fn an_application_cluster_of_helms_is_looked_at_and_takes_savepoints_and_no_jobs() -> Outcome
{
    let it = Setting::new("application").await?;
    let image =
        it.cluster.image(&ImageSpec::flink(fetch::FLINK_1_20).job(&Jar::V1.path()?)).await?;
    let mut arguments = vec!["standalone-job".to_owned()];
    arguments.extend(it.counting.arguments(&[]));
    it.helm("orders", &image, &arguments)?;
    it.is_ready("orders").await?;
    it.counting.wait_for_lines(20).await?;

    let (workspace, at) = (&it.workspace, it.at("orders"));
    let jobs = format!("data \"flink_jobs\" \"it\" {{\n  cluster = {at:?}\n}}\n");
    workspace.configure(&jobs)?;
    workspace.apply().await?.expect(0)?;
    let found = workspace.attributes("data.flink_jobs.it").await?;
    let job = &found["jobs"][0];
    assert_eq!(job["name"], "application", "{found}");
    let id = job["job_id"].as_str().unwrap_or_default();

    let savepoint =
        format!("{jobs}resource \"flink_savepoint\" \"it\" {{\n  job = \"{at}/{id}\"\n}}\n");
    workspace.configure(&savepoint)?;
    workspace.apply().await?.expect(0)?;
    let path = workspace.attribute("flink_savepoint.it", "path").await?;
    assert!(path.contains("/savepoints/"), "{path}");
    workspace.settled().await?;

    let other = it.counting.resource(Jar::V1, &[], &format!("cluster = {at:?}"))?;
    workspace.configure(&format!("{savepoint}{other}"))?;
    let refused = workspace.apply().await?.expect(1)?;
    refused.said("its cluster takes no jars")?.said("it is an application cluster")?;
    assert!(workspace.attributes("flink_job.it").await?.is_null());
    it.counting.wait_for_lines(20).await?;
    it.counting.prove().await
}
