//! What the cluster lives through.

use super::setting::{CLUSTER, JOB, Setting};
use acceptance_tests::{Failure, Outcome};
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

const LIMIT: Duration = Duration::from_mins(4);

impl Setting {
    /// What the JobManager answers, by way of the API server.
    pub(crate) async fn flink(&self, path: &str) -> Outcome<Value> {
        self.namespace.ask("https:orders-rest", 8081, path).await
    }

    /// What a script in a pod of one role says.
    pub(crate) async fn inside(&self, role: &str, script: &str) -> Outcome<String> {
        let deployment = format!("deployment/orders-{role}");
        let main = "--container=flink-main-container";
        self.namespace.run(&["exec", &deployment, main, "--", "bash", "-c", script]).await
    }

    /// The uids and names of one role's pods.
    async fn pods(&self, role: &str) -> Outcome<BTreeSet<(String, String)>> {
        let pods = self.namespace.list("pods", &format!("app=orders,component={role}")).await?;
        let text = |pod: &Value, key| pod["metadata"][key].as_str().unwrap_or_default().to_owned();
        Ok(pods.iter().map(|pod| (text(pod, "uid"), text(pod, "name"))).collect())
    }

    /// Kills the JobManager whose log says that it leads.
    pub(crate) async fn kill_the_leader(&self) -> Outcome {
        let mut leader = None;
        for (_, name) in self.pods("jobmanager").await? {
            let log = self.namespace.run(&["logs", &name, "-c", "flink-main-container"]).await?;
            if log.contains("granted leadership") {
                leader = Some(name);
            }
        }
        let leader = leader.ok_or_else(|| Failure::new("no JobManager leads"))?;
        let kill = ["delete", "pod", &leader, "--grace-period=0", "--force", "--wait=true"];
        self.namespace.run(&kill).await?;
        self.namespace.ready("deployment", "orders-jobmanager", LIMIT).await.map(drop)
    }

    /// The same job goes on by itself, and there is nothing to plan.
    pub(crate) async fn runs_on(&self, job: &str) -> Outcome {
        self.namespace
            .until("the job", LIMIT, async || {
                let seen = self.flink(&format!("/jobs/{job}")).await.ok()?;
                (seen["state"] == "RUNNING").then_some(())
            })
            .await?;
        self.counting.wait_for_lines(10).await?;
        self.counting.prove_transactions().await?;
        self.workspace.settled().await?;
        assert_eq!(self.workspace.attribute(JOB, "job_id").await?, job);
        Ok(())
    }

    /// `kubectl drain`, to its end: one TaskManager after the other, by leave of our budget. While
    /// the only node takes no pods the second has to stay and a plan tells why; that the pods are
    /// others afterwards is nothing to tell.
    pub(crate) async fn drain_the_node(&self) -> Outcome {
        let before = self.pods("taskmanager").await?;
        let pods = self.namespace.list("pods", "app=orders,component=taskmanager").await?;
        let node = pods[0]["spec"]["nodeName"].as_str().unwrap_or_default().to_owned();
        let mut drain = Command::from(self.namespace.kubectl().command("kubectl"));
        // A drain takes pods of every namespace.
        let selector = format!("--pod-selector=drained={}", self.namespace.name());
        drain.args(["drain", &node, &selector, "--delete-emptydir-data", "--timeout=240s"]);
        let drain = drain.kill_on_drop(true).stdin(Stdio::null()).output();
        let drained = tokio::spawn(drain);
        let waits = async || {
            let pods =
                self.namespace.list("pods", "app=orders,component=taskmanager").await.ok()?;
            pods.iter().any(|pod| pod["status"]["phase"] == "Pending").then_some(())
        };
        let seen = self.namespace.until("a TaskManager without a node", LIMIT, waits).await;
        let pods = self.namespace.list("pods", "app=orders,component=taskmanager").await;
        let stays = |pod: &&Value| {
            pod["metadata"]["deletionTimestamp"].is_null() && pod["status"]["phase"] == "Running"
        };
        let stays = pods.iter().flatten().filter(stays).count();
        let planned = self.workspace.plan().await;
        self.namespace.kubectl().run(&["uncordon", &node]).await?;
        seen?;
        assert_eq!(stays, 1, "the budget lets one go at a time");
        planned?.expect(2)?.said("no node takes it")?;
        let said = drained.await??;
        assert!(said.status.success(), "{said:?}");
        self.namespace.ready("deployment", "orders-taskmanager", LIMIT).await?;
        assert!(self.pods("taskmanager").await?.is_disjoint(&before));
        assert_eq!(self.workspace.attribute(CLUSTER, "status").await?, "ready");
        Ok(())
    }

    /// What is left of the cluster after its end.
    pub(crate) async fn left(&self) -> Outcome<String> {
        let name = self.namespace.name();
        self.namespace.kubectl().run(&["delete", "persistentvolume", name, "--wait=false"]).await?;
        let kinds = "deployments,services,roles,rolebindings,networkpolicies,poddisruptionbudgets";
        let ours = "flink.terraform-provider/cluster=orders";
        self.namespace.run(&["get", kinds, "-o", "name", "-l", ours]).await
    }
}
