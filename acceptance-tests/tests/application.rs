//! A job with a cluster of its own under real Terraform, on a real Kubernetes: whatever changes or
//! is lost, it goes on from its state, and nothing is written twice or left out.

use acceptance_tests::counting::Counting;
use acceptance_tests::jars::Jar;
use acceptance_tests::kubernetes::ImageSpec;
use acceptance_tests::stage::{PROVIDER, Stage, TASK_MANAGER};
use acceptance_tests::terraform::Workspace;
use acceptance_tests::{Failure, Outcome, fetch, poll};
use std::fs;
use std::path::Path;
use std::time::Duration;

const JOB: &str = "flink_job.it";

/// A namespace with a workspace, and images of both versions of a job.
struct Setting {
    stage: Stage,
    workspace: Workspace,
    counting: Counting,
    strategy: &'static str,
    images: [String; 2],
}

impl Setting {
    async fn new(version: &'static str, strategy: &'static str) -> Outcome<Self> {
        let stage = Stage::new("application", version).await?;
        let cluster = stage.kubernetes();
        let spec =
            |jar: Jar| -> Outcome<ImageSpec> { Ok(ImageSpec::flink(version).job(&jar.path()?)) };
        let images = [cluster.image(&spec(Jar::V1)?).await?, cluster.image(&spec(Jar::V2)?).await?];
        let workspace = stage.workspace()?;
        let counting = stage.namespace.counting("orders", 2)?;
        Ok(Self { stage, workspace, counting, strategy, images })
    }

    fn configure(&self, image: &str, job: &str, cluster: &str) -> Outcome {
        self.workspace.configure(&self.application(image, job, cluster)?)
    }

    /// The job, with more lines of its own and of its cluster.
    fn application(&self, image: &str, job: &str, cluster: &str) -> Outcome<String> {
        self.stage.application(&self.counting, (self.strategy, image), job, cluster)
    }

    async fn sentence(&self) -> Outcome<String> {
        let change = self.workspace.planned(JOB).await?;
        Ok(change["after"]["planned_action"].as_str().unwrap_or_default().to_owned())
    }

    /// What somebody changes in its objects is in the next plan in words, and put right: in place, or
    /// in new pods where pods were changed.
    async fn is_put_right(&self, image: &str) -> Outcome {
        let (workspace, namespace) = (&self.workspace, &self.stage.namespace);
        self.configure(image, "", "")?;
        workspace.apply().await?.expect(0)?;
        let before = self.job_id().await?;
        namespace.delete("service", "orders-rest").await?;
        let sentence = self.sentence().await?;
        assert!(sentence.starts_with("in place: changed: "), "{sentence}");
        assert!(sentence.ends_with("orders-rest was deleted"), "{sentence}");
        workspace.apply().await?.expect(0)?;
        workspace.settled().await?;
        assert_eq!(self.job_id().await?, before, "nothing was restarted");
        if self.strategy == "native" {
            return Ok(());
        }
        // Lines that are not of a transaction are written again when a TaskManager is lost.
        self.counting.prove().await?;
        let patch = r#"{"spec":{"template":{"spec":{"containers":[{"name":"flink-main-container","resources":{"limits":{"cpu":"1900m"}}}]}}}}"#;
        namespace.run(&["patch", "deployment", "orders-taskmanager", "-p", patch]).await?;
        workspace.apply().await?.expect(1)?.said("is managed by \"kubectl-patch\"")?;
        let force = "provider \"flink\" {\n  force_conflicts = true\n}";
        workspace.write("provider.tf", &PROVIDER.replace("provider \"flink\" {}", force))?;
        let sentence = self.sentence().await?;
        assert!(sentence.starts_with("stateful upgrade (savepoint): changed: "), "{sentence}");
        workspace.apply().await?.expect(0)?;
        assert_ne!(self.job_id().await?, before);
        self.counting.wait_for_lines(30).await?;
        workspace.settled().await
    }

    /// Deleted behind Terraform's back without high availability, nobody can tell its newest state:
    /// nothing is started from an older one, and the user can say which.
    async fn comes_back_after_its_deletion(&self, image: &str) -> Outcome {
        let job = self.job_id().await?;
        let deployment = if self.strategy == "native" { "orders" } else { "orders-jobmanager" };
        self.stage.namespace.delete("deployment", deployment).await?;
        self.workspace.plan().await?.expect(2)?.said("has no JobManager that knows it")?;
        let run = self.workspace.apply().await?.expect(1)?;
        run.said("its newest state is not known")?.said("Nothing was started")?;

        let checkpoints = self.stage.namespace.shared_folder().join("checkpoints").join(job);
        let newest = newest(&checkpoints)?;
        let restore = format!("restore = {{ from = \"savepoint\", path = \"file://{newest}\" }}");
        self.configure(image, &restore, "")?;
        self.workspace.apply().await?.expect(0)?;
        let from = self.workspace.attribute(JOB, "restored_from").await?;
        assert!(from.ends_with(&newest), "{from}");
        self.counting.wait_for_lines(30).await?;
        self.workspace.settled().await
    }

    /// Terraform forgets it, and is told of it again by the name of its cluster. What was changed in place
    /// before does not make a later change in place an upgrade.
    async fn is_imported(&self, image: &str, cluster: &str) -> Outcome {
        let (workspace, job) = (&self.workspace, self.job_id().await?);
        let reached = format!("{cluster}\nrest = {{ service_type = \"node_port\" }}");
        self.configure(image, "", &reached)?;
        assert_eq!(self.sentence().await?, "in place: rest.service_type");
        workspace.apply().await?.expect(0)?;
        let place = format!("{}/orders", self.stage.namespace.name());
        workspace.run(&["state", "rm", JOB]).await?.expect(0)?;
        for (id, code) in [(format!("{place}/payments"), 1), (place, 0)] {
            let import = ["import", "-no-color", "-input=false", JOB, &id];
            workspace.run(&import).await?.expect(code)?;
        }
        workspace.settled().await?;
        self.configure(image, "", cluster)?;
        assert_eq!(self.sentence().await?, "in place: rest.service_type");
        workspace.apply().await?.expect(0)?;
        assert_eq!(self.job_id().await?, job, "nothing was restarted");
        workspace.settled().await
    }

    async fn job_id(&self) -> Outcome<String> {
        self.workspace.attribute(JOB, "job_id").await
    }
}

#[tokio::test]
async fn flink_1_20_standalone_goes_on_whatever_changes() -> Outcome {
    goes_on(fetch::FLINK_1_20, "standalone").await
}

#[tokio::test]
async fn flink_2_3_native_goes_on_whatever_changes() -> Outcome {
    goes_on(fetch::FLINK_2_3, "native").await
}

async fn goes_on(version: &'static str, strategy: &'static str) -> Outcome {
    let it = Setting::new(version, strategy).await?;
    let [first, second] = &it.images;
    let (workspace, counting) = (&it.workspace, &it.counting);
    it.configure(first, "", "")?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    workspace.settled().await?;
    let id = format!("{}/orders", it.stage.namespace.name());
    assert_eq!(workspace.attribute(JOB, "id").await?, id);

    it.configure(second, "", "")?;
    assert_eq!(it.sentence().await?, "stateful upgrade (savepoint): image");
    workspace.apply().await?.expect(0)?;
    assert!(workspace.attribute(JOB, "restored_from").await?.contains("savepoint"));
    counting.wait_for_lines(30).await?;
    workspace.settled().await?;

    let before = it.job_id().await?;
    if strategy == "standalone" {
        let more = TASK_MANAGER.replace("{ ", "{ replicas = 2, ");
        it.configure(second, "", &more)?;
        assert_eq!(it.sentence().await?, "in place: task_manager.replicas");
        workspace.apply().await?.expect(0)?;
        it.configure(second, "", "")?;
        workspace.apply().await?.expect(0)?;
    }
    it.configure(second, "", "labels = { team = \"a\" }")?;
    assert_eq!(it.sentence().await?, "in place: labels");
    workspace.apply().await?.expect(0)?;
    assert_eq!(it.job_id().await?, before, "nothing was restarted");

    it.is_put_right(second).await?;

    // The version that it was suspended with is not the one that it goes on with.
    let other = TASK_MANAGER.replace("{ ", "{ env = { A = \"1\" }, ");
    it.configure(second, "state = \"suspended\"", &other)?;
    workspace.apply().await?.expect(0)?;
    workspace.settled().await?;
    it.configure(second, "", &other)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    it.configure(second, "", "")?;
    assert_eq!(it.sentence().await?, "stateful upgrade (savepoint): task_manager.env");
    workspace.apply().await?.expect(0)?;
    assert!(workspace.attribute(JOB, "restored_from").await?.contains("savepoint"));
    counting.wait_for_lines(30).await?;

    // What cannot come up is taken back, and the plan offers it again.
    it.configure("registry.example/nowhere:1", "", "")?;
    workspace.apply().await?.expect(1)?;
    counting.wait_for_lines(30).await?;
    assert_eq!(it.sentence().await?, "stateful upgrade (savepoint): image");

    it.configure(second, "", "")?;
    workspace.settled().await?;

    it.comes_back_after_its_deletion(second).await?;

    workspace.destroy().await?.expect(0)?.said("savepoint")?;
    counting.prove_transactions().await?;
    let left = it.stage.namespace.run(&[
        "get",
        "all,configmaps",
        "-l",
        "flink.terraform-provider/cluster",
    ]);
    assert_eq!(left.await?, "");
    Ok(())
}

#[tokio::test]
async fn with_high_availability_a_job_goes_on_whatever_dies() -> Outcome {
    let it = Setting::new(fetch::FLINK_2_3, "standalone").await?;
    let [first, second] = &it.images;
    let (workspace, counting, namespace) = (&it.workspace, &it.counting, &it.stage.namespace);
    let shared = namespace.shared_folder().display().to_string();
    let available = format!(
        "high_availability = {{ type = \"kubernetes\", storage_dir = \"file://{shared}/ha\" }}"
    );
    it.configure(first, "", &available)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    let job = it.job_id().await?;
    it.is_imported(first, &available).await?;

    // The job comes back by itself, and a plan does not take that for a difference.
    it.stage.end_job_manager("orders").await?;
    workspace.plan().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    workspace.settled().await?;
    assert_eq!(it.job_id().await?, job);

    it.configure(second, "", &available)?;
    workspace
        .write("other.tf", "resource \"flink_savepoint\" \"it\" {\n  job = flink_job.it.id\n}\n")?;
    workspace.apply().await?.expect(0)?;
    let path = workspace.attribute("flink_savepoint.it", "path").await?;
    assert!(Path::new(path.trim_start_matches("file:")).join("_metadata").is_file(), "{path}");
    workspace.write("other.tf", "")?;
    workspace.apply().await?.expect(0)?;
    assert!(workspace.attribute(JOB, "restored_from").await?.contains("savepoint"));
    counting.wait_for_lines(30).await?;

    // A version whose class is not there is taken back, with the reason.
    let jar = "jar = { uri = \"local:///opt/flink/usrlib/app.jar\", entry_class = \"no.Such\" }";
    let hcl = it.application(second, "", &available)?;
    let line = "jar         = { uri = \"local:///opt/flink/usrlib/app.jar\" }";
    assert!(hcl.contains(line), "{hcl}");
    workspace.configure(&hcl.replace(line, jar))?;
    assert_eq!(it.sentence().await?, "stateful upgrade (savepoint): jar");
    workspace.apply().await?.expect(1)?.said("no.Such")?;
    counting.wait_for_lines(30).await?;
    it.configure(second, "", &available)?;
    workspace.settled().await?;

    // All its pods, and then its Deployment: what it left stands in the data of high availability.
    namespace.run(&["delete", "pod", "-l", "app=orders", "--force", "--grace-period=0"]).await?;
    workspace.plan().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    namespace.delete("deployment", "orders-jobmanager").await?;
    workspace.plan().await?.expect(2)?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    workspace.settled().await?;

    workspace.destroy().await?.expect(0)?;
    assert_eq!(it.stage.objects("orders").await?, "");
    counting.prove_transactions().await
}

#[tokio::test]
async fn a_job_moves_with_its_state_to_clusters_of_its_own_and_back() -> Outcome {
    let it = Setting::new(fetch::FLINK_1_20, "standalone").await?;
    let (stage, workspace) = (&it.stage, &it.workspace);
    let session = stage.cluster("session", "session", "")?;
    let moves = async |job: &str, to: &str| -> Outcome {
        workspace.configure(&format!("{session}\n{job}"))?;
        if !to.is_empty() {
            let sentence = it.sentence().await?;
            assert!(sentence.starts_with(&format!("move to {to} (savepoint)")), "{sentence}");
        }
        workspace.apply().await?.expect(0)?;
        it.counting.wait_for_lines(30).await?;
        workspace.settled().await
    };
    let on_session = "cluster = flink_cluster.session.ref";
    let shared = stage.job(&it.counting, "it", Jar::V1, on_session)?;
    let own = it.application(&it.images[0], "", "")?;
    let other = it.application(&it.images[0], "", "name = \"other\"")?;
    let place = |cluster: &str| format!("{}/{cluster}", stage.namespace.name());

    moves(&shared, "").await?;
    moves(&own, &place("orders")).await?;
    assert_eq!(stage.names("session").await?, Vec::<String>::new());
    assert_eq!(workspace.attribute(JOB, "id").await?, place("orders"));
    moves(&other, &place("other")).await?;
    assert_eq!(stage.objects("orders").await?, "");
    moves(&shared, &place("session")).await?;
    assert_eq!(stage.objects("other").await?, "");
    assert_eq!(stage.names("session").await?, ["orders"]);

    // Nothing ran twice on the way, and nothing was left out.
    workspace.destroy().await?.expect(0)?;
    it.counting.prove().await
}

#[tokio::test]
async fn flink_1_20_standalone_is_looked_into_before_it_is_stopped() -> Outcome {
    is_looked_into(fetch::FLINK_1_20, "standalone").await
}

#[tokio::test]
async fn flink_2_3_native_is_looked_into_before_it_is_stopped() -> Outcome {
    is_looked_into(fetch::FLINK_2_3, "native").await
}

/// Whatever is wrong with a new version is told while the old one runs, and does not touch it.
async fn is_looked_into(version: &'static str, strategy: &'static str) -> Outcome {
    const VERIFY: &str = "upgrade = { verify = \"dry_run\" }";
    let it = Setting::new(version, strategy).await?;
    let [first, second] = &it.images;
    let (workspace, counting) = (&it.workspace, &it.counting);
    let spec = ImageSpec::flink(version).job(&Jar::ChangedUid.path()?);
    let changed_uid = it.stage.kubernetes().image(&spec).await?;
    it.configure(first, VERIFY, "")?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(30).await?;
    let job = it.job_id().await?;

    let no_class =
        "jar = { uri = \"local:///opt/flink/usrlib/app.jar\", entry_class = \"no.Such\" }";
    let with_class = it.application(second, VERIFY, "")?;
    let with_class = with_class
        .replace("jar         = { uri = \"local:///opt/flink/usrlib/app.jar\" }", no_class);
    for (hcl, told) in [
        (it.application(&changed_uid, VERIFY, "")?, "its state does not fit the new program"),
        (it.application("registry.example/nowhere:1", VERIFY, "")?, "Nothing was stopped"),
        (with_class, "no.Such"),
    ] {
        workspace.configure(&hcl)?;
        workspace.apply().await?.expect(1)?.said(told)?;
        assert_eq!(it.job_id().await?, job, "{told}");
        counting.wait_for_lines(10).await?;
        // What looked into it goes with its first object, which Kubernetes sees a moment later.
        let gone = async || it.stage.objects("orders-scout").await.ok().filter(String::is_empty);
        poll::until("the scout goes", Duration::from_secs(10), gone).await?;
    }
    it.configure(first, VERIFY, "")?;
    workspace.settled().await?;
    let state = workspace.attributes(JOB).await?;
    assert!(state["last_savepoint_path"].is_null(), "nothing was stopped: {state}");

    it.configure(second, VERIFY, "")?;
    let run = workspace.apply().await?.expect(0)?;
    assert!(!run.output.contains("could not be told beforehand"), "{}", run.output);
    assert!(workspace.attribute(JOB, "restored_from").await?.contains("savepoint"));
    counting.wait_for_lines(30).await?;
    workspace.settled().await?;
    workspace.destroy().await?.expect(0)?;
    assert_eq!(it.stage.objects("orders").await?, "");
    counting.prove().await
}

/// The checkpoint with the highest number that is whole.
fn newest(checkpoints: &Path) -> Outcome<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(checkpoints)? {
        let path = entry?.path();
        let number = path.file_name().and_then(|name| name.to_str()?.strip_prefix("chk-"));
        let number: Option<u64> = number.and_then(|number| number.parse().ok());
        if path.join("_metadata").is_file() {
            found.extend(number.map(|number| (number, path)));
        }
    }
    let newest = found.into_iter().max().ok_or_else(|| Failure::new("no checkpoint"))?;
    Ok(newest.1.display().to_string())
}
