//! The Kubernetes that the other suites run on is a whole one, and leaves nothing behind.

use acceptance_tests::kubernetes::{Cluster, ImageSpec, JVM_OPTIONS, Namespace};
use acceptance_tests::{Outcome, fetch};
use std::time::Duration;

const START: Duration = Duration::from_mins(2);

#[tokio::test]
async fn a_session_cluster_answers_through_the_api_server() -> Outcome {
    let cluster = Cluster::shared().await?;
    let image = cluster.image(&ImageSpec::flink(fetch::FLINK_1_20)).await?;
    let namespace = cluster.namespace("session").await?;
    namespace.apply(&session(&image)).await?;
    namespace.ready("deployment", "jobmanager", START).await?;
    let overview = namespace
        .until("the TaskManager", START, async || {
            let overview = namespace.ask("jobmanager", 8081, "/overview").await.ok()?;
            (overview["slots-total"] == 2).then_some(overview)
        })
        .await?;
    assert_eq!(overview["flink-version"], fetch::FLINK_1_20);
    Ok(())
}

#[tokio::test]
async fn a_pod_that_takes_too_much_memory_is_said_to_have_been_killed_for_it() -> Outcome {
    let cluster = Cluster::shared().await?;
    let image = cluster.image(&ImageSpec::flink(fetch::FLINK_1_20)).await?;
    let namespace = cluster.namespace("hungry").await?;
    namespace.apply(&hungry(&image)).await?;
    let killed = namespace
        .until("the pod to be killed", START, async || terminated(&namespace).await)
        .await?;
    assert_eq!(killed, "OOMKilled");
    Ok(())
}

async fn terminated(namespace: &Namespace) -> Option<String> {
    let pod = namespace.find("pod", "hungry").await.ok()??;
    let state = &pod["status"]["containerStatuses"][0]["state"]["terminated"];
    state["reason"].as_str().map(str::to_owned)
}

fn hungry(image: &str) -> String {
    format!(
        "apiVersion: v1
kind: Pod
metadata: {{name: hungry}}
spec:
  restartPolicy: Never
  containers:
  - name: main
    image: {image}
    command: [bash, -c, 'tail /dev/zero']
    resources: {{limits: {{memory: 32Mi}}}}
"
    )
}

/// A JobManager and a TaskManager as plain as they can be.
fn session(image: &str) -> String {
    let properties = format!(
        "jobmanager.rpc.address: jobmanager
      taskmanager.numberOfTaskSlots: 2
      taskmanager.memory.process.size: 1g
      jobmanager.memory.process.size: 1g
      env.java.opts.jobmanager: {JVM_OPTIONS}
      env.java.opts.taskmanager: {JVM_OPTIONS}"
    );
    let workload = |name: &str| {
        format!(
            "apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  selector: {{matchLabels: {{component: {name}}}}}
  template:
    metadata: {{labels: {{component: {name}}}}}
    spec:
      containers:
      - name: main
        image: {image}
        args: [{name}]
        env:
        - name: JOB_MANAGER_RPC_ADDRESS
          value: jobmanager
        - name: FLINK_PROPERTIES
          value: |
            {}
---
",
            properties.replace("\n      ", "\n            ")
        )
    };
    let service = "apiVersion: v1
kind: Service
metadata: {name: jobmanager}
spec:
  selector: {component: jobmanager}
  ports: [{name: rpc, port: 6123}, {name: blobs, port: 6124}, {name: rest, port: 8081}]
";
    format!("{}{}{service}", workload("jobmanager"), workload("taskmanager"))
}
