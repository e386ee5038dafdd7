//! Jobs with high availability of their own, through what takes its time: a JobManager that another
//! takes over from, an API server that is away for a minute, an owner who begins anew.

use acceptance_tests::counting::Counting;
use acceptance_tests::jars::Jar;
use acceptance_tests::kubernetes::{ImageSpec, Server};
use acceptance_tests::stage::{Stage, TASK_MANAGER};
use acceptance_tests::terraform::Workspace;
use acceptance_tests::{Failure, Outcome, fetch, poll, zookeeper};
use std::time::Duration;

const JOB: &str = "flink_job.it";
const LIMIT: Duration = Duration::from_mins(2);
/// How long the API server is away: four times as long as a JobManager stays leader without it.
const AWAY: Duration = Duration::from_mins(1);

/// Where what must outlive a JobManager is kept.
const ON_KUBERNETES: &str = "type = \"kubernetes\"";

/// A job with a cluster of its own, and high availability.
struct Setting {
    stage: Stage,
    workspace: Workspace,
    counting: Counting,
    image: String,
    kept: String,
}

impl Setting {
    async fn new(subject: &str, version: &'static str) -> Outcome<Self> {
        let stage = Stage::new(subject, version).await?;
        let image = ImageSpec::flink(version).job(&Jar::V1.path()?);
        let image = stage.kubernetes().image(&image).await?;
        let (workspace, counting) = (stage.workspace()?, stage.namespace.counting("orders", 2)?);
        let kept = ON_KUBERNETES.to_owned();
        Ok(Self { stage, workspace, counting, image, kept })
    }

    /// The job with more lines of its own, so many JobManagers, and another version in each round.
    fn configure(&self, job: &str, (job_managers, round): (u32, u32)) -> Outcome {
        let shared = self.stage.namespace.shared_folder().display().to_string();
        let slots = "task_slots = 2";
        let more = format!("{slots}, env = {{ ROUND = \"{round}\" }}");
        let task_manager = TASK_MANAGER.replacen(slots, &more, 1);
        let kept = &self.kept;
        let cluster = format!(
            "high_availability = {{ {kept}, storage_dir = \"file://{shared}/ha\" }}\n{task_manager}"
        );
        let own = ("standalone", self.image.as_str());
        let hcl = self.stage.application(&self.counting, own, job, &cluster)?;
        let replicas = format!("job_manager = {{ replicas = {job_managers}, ");
        let hcl = hcl.replacen("job_manager = { ", &replicas, 1);
        if !hcl.contains(&replicas) || !hcl.contains("ROUND") {
            return Err(Failure::new(format!("not as the stage writes it: {hcl}")));
        }
        self.workspace.configure(&hcl)
    }

    async fn goes_on(&self, job: &str) -> Outcome {
        self.counting.wait_for_lines(30).await?;
        self.workspace.settled().await?;
        assert_eq!(self.workspace.attribute(JOB, "job_id").await?, job);
        Ok(())
    }

    /// The pod whose address Flink has written down as its leader's.
    async fn leader(&self) -> Outcome<String> {
        let namespace = &self.stage.namespace;
        let find = async || {
            let map = ["get", "configmap", "orders-cluster-config-map", "-o", "json"];
            let map = namespace.run(&map).await.ok()?;
            let pods = ["get", "pod", "-l", "app=orders,component=jobmanager", "-o"];
            let addresses =
                "jsonpath={range .items[*]}{.metadata.name} {.status.podIP}{\"\\n\"}{end}";
            let pods = namespace.run(&[&pods[..], &[addresses]].concat()).await.ok()?;
            let leads = |line: &&str| {
                line.split_once(' ').is_some_and(|(_, address)| {
                    !address.is_empty() && map.contains(&format!("//{address}:"))
                        || map.contains(&format!("@{address}:"))
                })
            };
            let leader = pods.lines().find(leads)?;
            leader.split(' ').next().map(str::to_owned)
        };
        poll::until("a leader", LIMIT, find).await
    }
}

/// One of two JobManagers leads; when its pod goes, the other goes on with the job, and neither a plan
/// nor an upgrade takes notice of who leads.
#[tokio::test]
async fn another_jobmanager_takes_over() -> Outcome {
    let it = Setting::new("leaders", fetch::FLINK_2_3).await?;
    it.configure("", (2, 0))?;
    it.workspace.apply().await?.expect(0)?;
    it.counting.wait_for_lines(30).await?;
    let job = it.workspace.attribute(JOB, "job_id").await?;
    for _ in 0..2 {
        let leader = it.leader().await?;
        let now = ["delete", "pod", &leader, "--force", "--grace-period=0"];
        it.stage.namespace.run(&now).await?;
        it.workspace.plan().await?.expect(0)?;
        it.goes_on(&job).await?;
        assert_ne!(it.leader().await?, leader);
    }
    it.configure("", (2, 1))?;
    it.workspace.apply().await?.expect(0)?;
    assert!(it.workspace.attribute(JOB, "restored_from").await?.contains("savepoint-"));
    it.counting.wait_for_lines(30).await?;
    it.workspace.destroy().await?.expect(0)?;
    it.counting.prove_transactions().await
}

/// Nobody can renew a lease, and nobody can be asked: the job goes on afterwards, and an apply that was
/// under way ends right or says what to do.
#[tokio::test]
async fn the_api_server_is_away_for_a_minute() -> Outcome {
    let it = Setting::new("away", fetch::FLINK_1_20).await?;
    let kubernetes = it.stage.kubernetes();
    let Ok(node) = kubernetes.node() else {
        eprintln!("SKIPPED: the servers of another cluster are not ours to stop");
        return Ok(());
    };
    it.configure("", (1, 0))?;
    it.workspace.apply().await?.expect(0)?;
    it.counting.wait_for_lines(30).await?;
    let job = it.workspace.attribute(JOB, "job_id").await?;
    let back = async || {
        tokio::time::sleep(AWAY).await;
        node.continue_server(Server::ApiServer).await?;
        let ready = async || kubernetes.kubectl().raw("/readyz").await.ok();
        poll::until("the API server", LIMIT, ready).await.map(|_| ())
    };

    node.stop_server(Server::ApiServer).await?;
    back().await?;
    it.goes_on(&job).await?;

    it.configure("", (1, 1))?;
    let apply = it.workspace.start_apply()?;
    tokio::time::sleep(Duration::from_secs(8)).await;
    node.stop_server(Server::ApiServer).await?;
    back().await?;
    let told = apply.end().await?;
    eprintln!("the apply that was under way: {told:?}");
    it.workspace.apply().await?.expect(0)?;
    it.counting.wait_for_lines(30).await?;
    it.workspace.settled().await?;
    it.workspace.destroy().await?.expect(0)?;
    it.counting.prove_transactions().await
}

/// What no ConfigMap tells, ZooKeeper does: the job comes back under its id, and is upgraded from its
/// savepoint.
#[tokio::test]
async fn in_zookeeper_a_job_goes_on() -> Outcome {
    let mut it = Setting::new("keeper", fetch::FLINK_1_20).await?;
    zookeeper::start(&it.stage.namespace, &it.image).await?;
    it.kept = format!("type = \"zookeeper\", zookeeper_quorum = {:?}", zookeeper::QUORUM);
    it.configure("", (1, 0))?;
    it.workspace.apply().await?.expect(0)?;
    it.counting.wait_for_lines(30).await?;
    let job = it.workspace.attribute(JOB, "job_id").await?;
    it.stage.end_job_manager("orders").await?;
    it.workspace.plan().await?.expect(0)?;
    it.goes_on(&job).await?;

    it.configure("", (1, 1))?;
    it.workspace.apply().await?.expect(0)?;
    assert!(it.workspace.attribute(JOB, "restored_from").await?.contains("savepoint-"));
    let job = it.workspace.attribute(JOB, "job_id").await?;
    it.stage.end_job_manager("orders").await?;
    it.goes_on(&job).await?;
    it.workspace.destroy().await?.expect(0)?;
    it.counting.prove_transactions().await
}

/// What has ended is remembered by its id for ever, beside the data of high availability: who is made
/// anew under the same name is another job. It did not run: it had the id of the first.
#[tokio::test]
async fn a_job_that_was_cancelled_and_destroyed_is_made_anew() -> Outcome {
    let it = Setting::new("anew", fetch::FLINK_1_20).await?;
    it.configure("on_destroy = \"cancel\"", (1, 0))?;
    let mut jobs = Vec::new();
    for _ in 0..3 {
        it.workspace.apply().await?.expect(0)?;
        jobs.push(it.workspace.attribute(JOB, "job_id").await?);
        it.workspace.settled().await?;
        it.workspace.destroy().await?.expect(0)?;
        assert_eq!(it.stage.objects("orders").await?, "", "{jobs:?}");
    }
    jobs.sort();
    jobs.dedup();
    assert_eq!(jobs.len(), 3, "{jobs:?}");
    Ok(())
}
