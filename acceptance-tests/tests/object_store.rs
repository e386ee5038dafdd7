//! A job whose jar and state are in an object store, which it reaches with the keys of a Secret: the
//! example that users copy, taken through its life by real Terraform on a real Kubernetes.

use acceptance_tests::counting::Counting;
use acceptance_tests::jars::Jar;
use acceptance_tests::kubernetes::{Cluster, ImageSpec, JVM_OPTIONS, Namespace};
use acceptance_tests::object_store::ObjectStore;
use acceptance_tests::terraform::Workspace;
use acceptance_tests::{Failure, Outcome, fetch, folders};
use serde_json::json;
use std::fs;

const VERSION: &str = fetch::FLINK_2_3;
const JOB: &str = "flink_job.orders";
const EXAMPLE: &str = "examples/application/object-store/main.tf";

/// The example's folder, and what its variables are.
struct Setting {
    namespace: Namespace,
    store: ObjectStore,
    workspace: Workspace,
    counting: Counting,
    image: String,
    strategy: &'static str,
}

impl Setting {
    async fn new(strategy: &'static str) -> Outcome<Self> {
        let cluster = Cluster::shared().await?;
        let plugin = fetch::s3_plugin(VERSION)?;
        let image = cluster.image(&ImageSpec::flink(VERSION).optional(&plugin)).await?;
        let namespace = cluster.namespace("object-store").await?;
        let store = ObjectStore::start(&namespace, &image).await?;
        let workspace = Workspace::new("http://unused")?.enter(cluster.kubectl());
        // The example names its own provider.
        fs::remove_file(workspace.path().join("provider.tf"))?;
        let example = fs::read_to_string(folders::repository().join(EXAMPLE))?;
        workspace.configure(&example)?;
        let counting = namespace.counting("orders", 2)?;
        Ok(Self { namespace, store, workspace, counting, image, strategy })
    }

    fn wants(&self, jar: &str, generation: &str) -> Outcome {
        let variables = json!({
            "namespace": self.namespace.name(),
            "strategy": self.strategy,
            "image": self.image,
            "flink_version": VERSION,
            "bucket": ObjectStore::BUCKET,
            "endpoint": ObjectStore::endpoint(),
            "jar": jar,
            "args": self.counting.arguments(&["--generation", generation]),
            "options": {
                "env.java.opts.jobmanager": JVM_OPTIONS,
                "env.java.opts.taskmanager": JVM_OPTIONS,
            },
            "volumes": { "out": self.namespace.shared_folder() },
        });
        self.workspace.write("terraform.tfvars.json", &variables.to_string())
    }

    /// A savepoint of the job, whole.
    fn is_in_the_store(&self, savepoint: &str) -> Outcome {
        let metadata = self.store.object(savepoint)?.join("_metadata");
        assert!(metadata.is_file(), "{savepoint}: no {}", metadata.display());
        Ok(())
    }

    /// What a JobManager needs to take the job up is in the store, too.
    async fn comes_back_when_its_jobmanager_dies(&self) -> Outcome {
        let job = self.workspace.attribute(JOB, "job_id").await?;
        let pods = "app=orders,component=jobmanager";
        let now = ["delete", "pod", "-l", pods, "--force", "--grace-period=0"];
        self.namespace.run(&now).await?;
        self.counting.wait_for_lines(20).await?;
        self.workspace.settled().await?;
        assert_eq!(self.workspace.attribute(JOB, "job_id").await?, job);
        Ok(())
    }

    /// Nobody but the Secret says the key.
    async fn the_key_is_kept(&self) -> Outcome {
        let state = fs::read_to_string(self.workspace.path().join("terraform.tfstate"))?;
        let kinds = "configmaps,deployments,replicasets,pods";
        let objects = self.namespace.run(&["get", kinds, "-o", "yaml"]).await?;
        assert!(objects.contains("AWS_SECRET_ACCESS_KEY"), "{objects}");
        for told in [state, objects] {
            assert!(!told.contains(ObjectStore::KEY), "{told}");
        }
        Ok(())
    }
}

#[tokio::test]
async fn standalone_jar_and_state_are_in_an_object_store() -> Outcome {
    goes_on("standalone").await
}

#[tokio::test]
async fn native_jar_and_state_are_in_an_object_store() -> Outcome {
    goes_on("native").await
}

async fn goes_on(strategy: &'static str) -> Outcome {
    let it = Setting::new(strategy).await?;
    let (workspace, counting) = (&it.workspace, &it.counting);
    it.wants(&it.store.put(&Jar::V1.path()?, "orders-1.jar")?, "g1")?;
    workspace.apply().await?.expect(0)?;
    counting.wait_for_lines(20).await?;
    workspace.settled().await?;
    it.the_key_is_kept().await?;
    it.comes_back_when_its_jobmanager_dies().await?;

    it.wants(&it.store.put(&Jar::V2.path()?, "orders-2.jar")?, "g2")?;
    let planned = workspace.planned(JOB).await?;
    let sentence = planned["after"]["planned_action"].as_str().unwrap_or_default();
    assert_eq!(sentence, "stateful upgrade (savepoint): jar, args");
    workspace.apply().await?.expect(0)?;
    let from = workspace.attribute(JOB, "restored_from").await?;
    it.is_in_the_store(&from)?;
    counting.wait_for_lines(20).await?;
    let total = counting.committed()?.into_iter().filter(|line| line.total.is_some()).count();
    assert!(total > 0, "the second jar runs");
    workspace.settled().await?;

    let run = workspace.destroy().await?.expect(0)?;
    let said = run.text();
    let told = said.split_whitespace().map(|word| word.trim_matches(['"', '.', ',']));
    let mut savepoints = told.filter(|word| word.starts_with("s3://") && **word != from);
    let last = savepoints.find(|word| word.contains("/savepoint-"));
    it.is_in_the_store(last.ok_or_else(|| Failure::new(said.clone()))?)?;
    let left = "flink.terraform-provider/cluster=orders";
    let left = it.namespace.run(&["get", "all,configmaps", "-o", "name", "-l", left]).await?;
    assert_eq!(left, "");
    counting.prove_transactions().await
}
