//! Terraform and the provider in a pod of the cluster, as a pipeline runs them: as the pod's service
//! account, with nothing that says where Kubernetes is but the pod itself.

use crate::setting::{APPLY, Account, PLAN, Setting};
use acceptance_tests::terraform::Terraform;
use acceptance_tests::{Failure, Outcome, fetch, folders};
use serde_json::{Value, json};
use std::process::Command;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_mins(5);
const IN_CLUSTER: &str = "in_cluster = true";
const POD: &str = "pipeline";

impl Setting {
    /// The nightly check as a job of Kubernetes.
    pub(crate) async fn plans_in_a_pod(&self) -> Outcome {
        self.reach(IN_CLUSTER, "auto")?;
        let plan = ["plan", "-detailed-exitcode", "-no-color", "-input=false"];
        self.in_a_pod(PLAN, &plan, 0).await?;
        self.act_as(APPLY, "service_proxy")
    }

    /// What is written to state by a pod is what everybody else goes on from.
    pub(crate) async fn applies_in_a_pod(&self) -> Outcome {
        self.reach(IN_CLUSTER, "auto")?;
        let apply = ["apply", "-auto-approve", "-no-color", "-input=false"];
        let said = self.in_a_pod(APPLY, &apply, 0).await?;
        if !said.contains("1 changed") {
            return Err(Failure::new(format!("nothing was changed:\n{said}")));
        }
        self.act_as(APPLY, "service_proxy")?;
        self.workspace.plan().await?.expect(0).map(drop)
    }

    /// Runs Terraform in a pod of this account until it ends with `status`; what it said.
    async fn in_a_pod(&self, account: Account, arguments: &[&str], status: i64) -> Outcome<String> {
        let pod = self.pod(account, arguments)?;
        self.namespace.apply(&pod.to_string()).await?;
        let ended = async || {
            let pod = self.namespace.get("pod", POD).await.ok()?;
            pod["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"].as_i64()
        };
        let was = self.namespace.until("the end of Terraform in a pod", PATIENCE, ended).await?;
        let said = self.namespace.run(&["logs", POD]).await?;
        self.namespace.delete("pod", POD).await?;
        if was != status {
            return Err(Failure::new(format!("{arguments:?} ended with {was}:\n{said}")));
        }
        Ok(said)
    }

    /// The pod sees this machine's programs, the provider and the workspace where they are here.
    fn pod(&self, (account, _): Account, arguments: &[&str]) -> Outcome<Value> {
        let ask = ["-c", "import sys; print(sys.base_prefix)"];
        let python = Command::new("python3").args(ask).output()?.stdout;
        let python = String::from_utf8_lossy(&python).trim().to_owned();
        let workspace = self.workspace.path().display().to_string();
        let path = |path: std::path::PathBuf| path.display().to_string();
        let mut seen = vec!["/usr".to_owned(), workspace.clone()];
        seen.extend([python.clone(), path(folders::repository()), path(folders::target())]);
        seen.sort_unstable();
        seen.dedup();
        let volumes = seen.iter().enumerate();
        let volumes: Vec<Value> = volumes
            .map(|(index, path)| json!({ "name": format!("v{index}"), "hostPath": { "path": path } }))
            .collect();
        let mounts = seen.iter().enumerate();
        let mounts: Vec<Value> = mounts
            .map(|(index, path)| json!({ "name": format!("v{index}"), "mountPath": path }))
            .collect();
        let terraform = Terraform::library(fetch::TERRAFORM_1_15)?.command_line();
        let line = format!("exec {terraform} {}", arguments.join(" "));
        let variables = [
            ("PATH", format!("{python}/bin:/usr/bin:/bin")),
            ("TF_CLI_CONFIG_FILE", format!("{workspace}/cli.tfrc")),
            ("TF_IN_AUTOMATION", "1".to_owned()),
            ("CHECKPOINT_DISABLE", "1".to_owned()),
        ];
        let variables = variables.map(|(name, value)| json!({ "name": name, "value": value }));
        Ok(json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": { "name": POD },
            "spec": {
                "serviceAccountName": account,
                "restartPolicy": "Never",
                "volumes": volumes,
                "containers": [{
                    "name": "terraform",
                    "image": self.image,
                    "command": ["sh", "-c", line],
                    "workingDir": workspace,
                    "env": variables,
                    "volumeMounts": mounts,
                }],
            },
        }))
    }
}
