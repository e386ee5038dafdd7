//! What a cluster can be told to be, seen on a real Kubernetes in one life: under the level
//! `restricted`, with REST over TLS, a network policy, volumes of every kind, a credential from a
//! Secret, high availability of both kinds, and the drain of a node.

mod faults;
mod setting;

use acceptance_tests::Outcome;
use acceptance_tests::jars::Jar;
use setting::{JOB, SECRET, Setting};

/// Two JobManagers, of which one leads: nobody but they know which.
const ZOOKEEPER: &str = r#"high_availability = {
  type             = "zookeeper"
  zookeeper_quorum = "zookeeper:2181"
  storage_dir      = "file://SHARED/ha"
}
job_manager = {
  PROCESS
  replicas = 2
}"#;
/// Two of which everybody may read who leads.
const KUBERNETES: &str = r#"high_availability = { type = "kubernetes", storage_dir = "file://SHARED/ha" }
service_account   = { create = true }
job_manager = {
  PROCESS
  replicas          = 2
  disruption_budget = { min_available = "1" }
}"#;

#[tokio::test]
async fn a_cluster_is_all_that_it_can_be_told_to_be() -> Outcome {
    let it = Setting::new().await?;
    let workspace = &it.workspace;
    it.way("service_proxy")?;
    it.configure(ZOOKEEPER, Jar::V1)?;
    let told = workspace.apply().await?.expect(0)?;
    told.said("the provider is locked out of this cluster")?;
    it.counting.wait_for_lines(10).await?;
    workspace.settled().await?;
    assert!(it.namespace.ask("http:orders-rest", 8081, "/overview").await.is_err(), "no TLS");
    it.pods_are_as_described().await?;
    it.nobody_tells_the_secret().await?;

    // The JobManager is killed: ZooKeeper knows its jobs.
    let job = workspace.attribute(JOB, "job_id").await?;
    it.kill_the_leader().await?;
    it.runs_on(&job).await?;

    // Another kind of high availability, another program, another way: all in one apply.
    it.way("port_forward")?;
    it.configure(KUBERNETES, Jar::V2)?;
    workspace.apply().await?.expect(0)?;
    assert!(workspace.attribute(JOB, "restored_from").await?.contains("savepoint"));
    let job = workspace.attribute(JOB, "job_id").await?;
    it.counting.wait_for_lines(10).await?;
    it.kill_the_leader().await?;
    it.runs_on(&job).await?;

    it.drain_the_node().await?;
    it.runs_on(&job).await?;

    workspace.destroy().await?.expect(0)?;
    it.counting.prove_transactions().await?;
    assert_eq!(it.left().await?, "");
    Ok(())
}

impl Setting {
    /// What Kubernetes was told has arrived in the containers.
    async fn pods_are_as_described(&self) -> Outcome {
        for (role, script, expected) in [
            ("jobmanager", "cat /secrets/key /settings/mode", "very secret fast"),
            ("jobmanager", "cat /scratch/made-by", "init"),
            ("taskmanager", "ls $HADOOP_CONF_DIR", "core-site.xml"),
            ("taskmanager", "ls plugins/flink-python-2.3.0", "flink-python-2.3.0.jar"),
        ] {
            let said = self.inside(role, script).await?;
            assert!(said.contains(expected), "{role}: {script}: {said}");
        }
        let budgeted = self.namespace.get("poddisruptionbudget", "orders-taskmanager").await?;
        assert_eq!(budgeted["spec"]["maxUnavailable"], 1);
        let pods = self.namespace.list("pods", "app=orders,component=taskmanager").await?;
        let spec = &pods[0]["spec"];
        assert_eq!(spec["topologySpreadConstraints"][0]["topologyKey"], "kubernetes.io/hostname");
        let volumes = spec["volumes"].as_array().into_iter().flatten();
        let limits: Vec<&str> =
            volumes.filter_map(|volume| volume["emptyDir"]["sizeLimit"].as_str()).collect();
        assert!(limits.contains(&"50Mi"), "{spec}");
        let policies = self.namespace.list("networkpolicies", "app=orders").await?;
        assert_eq!(policies.len(), 1, "{policies:?}");
        Ok(())
    }

    /// Flink has it, and neither an object, nor a log, nor Terraform's state does.
    async fn nobody_tells_the_secret(&self) -> Outcome {
        let entries = self.flink("/jobmanager/config").await?;
        let mut greetings = entries.as_array().into_iter().flatten();
        let greeting = greetings.find(|entry| entry["key"] == "user.greeting");
        assert_eq!(greeting.map(|entry| &entry["value"]), Some(&format!("<{SECRET}>").into()));
        let objects = ["get", "configmaps,deployments,pods,services", "-o", "yaml"];
        let objects = self.namespace.run(&objects).await?;
        assert!(!objects.contains(SECRET), "{objects}");
        let state = std::fs::read_to_string(self.workspace.path().join("terraform.tfstate"))?;
        assert!(!state.contains(SECRET), "{state}");
        Ok(())
    }
}
