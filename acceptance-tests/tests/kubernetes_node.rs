//! The Kubernetes that the other suites run on is a whole one, and leaves nothing behind.

use acceptance_tests::jars::Jar;
use acceptance_tests::kubernetes::{Cluster, ImageSpec, JVM_OPTIONS, Namespace, Server, VERSIONS};
use acceptance_tests::terraform::Workspace;
use acceptance_tests::{Failure, Outcome, fetch, poll};
use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
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
    if cluster.kubectl().entrance().is_some() {
        terraform_reaches_the_service(cluster, &namespace).await?;
    }
    Ok(())
}

/// Inside a node Services have their addresses, and the provider runs inside.
async fn terraform_reaches_the_service(cluster: &Cluster, namespace: &Namespace) -> Outcome {
    let service = namespace.get("service", "jobmanager").await?;
    let address = service["spec"]["clusterIP"].as_str().unwrap_or_default();
    let workspace = Workspace::new(&format!("http://{address}:8081"))?.enter(cluster.kubectl());
    workspace.configure("data \"flink_cluster\" \"it\" {}\n")?;
    workspace.apply().await?.expect(0)?;
    let seen = workspace.attributes("data.flink_cluster.it").await?;
    assert_eq!((&seen["version"], &seen["slots_total"]), (&"1.20.5".into(), &2.into()));
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

/// A second node runs beside the first, and its starter is killed: what it made is gone, what the
/// first made is not.
#[tokio::test]
async fn a_killed_run_leaves_nothing_and_harms_no_other() -> Outcome {
    let Some(cluster) = ours().await? else { return Ok(()) };
    let (mut other, home) = other_run(&[])?;
    let pods = "--raw=/api/v1/namespaces/default/pods";
    let seen = Command::new(home.join("enter"))
        .args(["kubectl", "get", pods])
        .env("KUBECONFIG", home.join("pki/admin.kubeconfig"))
        .output()?;
    assert!(seen.status.success(), "{}", String::from_utf8_lossy(&seen.stderr));
    assert!(!traces(&home)?.is_empty());

    other.kill()?;
    other.wait()?;
    let gone = poll::until("nothing of the killed run", START, async || {
        traces(&home).ok().filter(Vec::is_empty)
    });
    if let Err(failure) = gone.await {
        return Err(Failure::new(format!("{failure:?}: {:#?}", traces(&home)?)));
    }
    cluster.kubectl().run(&["get", pods]).await?;
    Ok(())
}

/// As on a busy machine: the node is there long before its holder has looked for its first process.
#[tokio::test]
async fn a_node_that_is_there_before_it_was_looked_for_comes_up() -> Outcome {
    let Some(_) = ours().await? else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let slow = folder.path().join("find");
    let script =
        "#!/bin/sh\ncase $* in *cgroup.procs*) sleep 1 ;; esac\nexec /usr/bin/find \"$@\"\n";
    fs::write(&slow, script)?;
    fs::set_permissions(&slow, fs::Permissions::from_mode(0o755))?;
    let path = env::var("PATH")?;
    let (mut other, _) = other_run(&[("PATH", format!("{}:{path}", folder.path().display()))])?;
    other.kill()?;
    other.wait()?;
    Ok(())
}

/// `make kubernetes` with nobody at its shell, and the folder of its node.
fn other_run(environment: &[(&str, String)]) -> Outcome<(Child, PathBuf)> {
    let mut other = Command::new(env!("CARGO_BIN_EXE_kubernetes"))
        .env_remove("FLINK_TEST_KUBECONFIG")
        .envs(environment.iter().cloned())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let lines = other.stdout.take().map(BufReader::new).into_iter().flat_map(BufRead::lines);
    for line in lines {
        if let Some((_, kubeconfig)) = line?.split_once("KUBECONFIG=") {
            let home = Path::new(kubeconfig).ancestors().nth(2);
            let home = home.ok_or_else(|| Failure::new("a kubeconfig in no folder"))?;
            return Ok((other, home.to_path_buf()));
        }
    }
    Err(Failure::new("the other run made no node"))
}

/// Processes, cgroups, mounts and files of the node in folder `home`, but for its logs.
fn traces(home: &Path) -> Outcome<Vec<String>> {
    let name = home.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut traces = Vec::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        let file = |name: &str| fs::read(entry.path().join(name)).unwrap_or_default();
        let text = [file("cmdline"), file("cgroup"), file("mounts")].concat();
        if String::from_utf8_lossy(&text).contains(&name) {
            traces.push(format!("{}: {}", entry.path().display(), String::from_utf8_lossy(&text)));
        }
    }
    let groups = Command::new("find")
        .args(["/sys/fs/cgroup", "-type", "d", "-name", &format!("*{name}*")])
        .output()?;
    traces.extend(String::from_utf8_lossy(&groups.stdout).lines().map(str::to_owned));
    for entry in fs::read_dir(home)?.flatten() {
        if entry.file_name() != "log" {
            traces.push(entry.path().display().to_string());
        }
    }
    Ok(traces)
}

#[tokio::test]
async fn servers_can_be_stopped_killed_and_started_again() -> Outcome {
    let why = "its servers are killed";
    let Some(cluster) = Cluster::of_our_own("servers that stop", why).await? else {
        return Ok(());
    };
    let node = cluster.node()?;
    let answers = async || {
        let asked = cluster.kubectl().run(&["get", "--raw", "/api/v1/namespaces/default"]);
        // Whoever asks a stopped server waits for ever.
        tokio::time::timeout(Duration::from_secs(3), asked).await.ok()?.ok()
    };
    assert!(answers().await.is_some());

    node.stop_server(Server::ApiServer).await?;
    assert!(answers().await.is_none());
    node.continue_server(Server::ApiServer).await?;
    poll::until("the API server", START, answers).await?;

    node.kill_server(Server::Etcd);
    assert!(answers().await.is_none());
    node.start_server(Server::Etcd)?;
    poll::until("etcd", START, answers).await?;
    Ok(())
}

/// Who has the door reaches the API server, and nothing else of the node.
#[tokio::test]
async fn from_outside_there_is_the_api_server_alone() -> Outcome {
    let Some(cluster) = ours().await? else { return Ok(()) };
    let door = cluster.door()?.ok_or_else(|| Failure::new("a node has a door"))?;
    let folder = tempfile::tempdir()?;
    let nodes = ["get", "nodes", "-o", "name", "--request-timeout=5s"];
    let administrator = door.kubectl(door.kubeconfig(), &folder.path().join("outside"))?;
    assert_eq!(administrator.run(&nodes).await?, "node/node1\n");
    let inside = door.kubectl(cluster.kubeconfig(), &folder.path().join("inside"))?;
    assert!(inside.run(&nodes).await.is_err());

    let stranger = door.lead(cluster.user("jane", "strangers")?)?;
    let stranger = door.kubectl(&stranger, &folder.path().join("stranger"))?;
    let refused = stranger.run(&nodes).await.map_err(|failure| format!("{failure:?}"));
    let refused = refused.err().unwrap_or_default();
    assert!(refused.contains("User \"jane\" cannot list resource \"nodes\""), "{refused}");
    Ok(())
}

/// A node, not any other cluster: for tests of it that do it no harm.
async fn ours() -> Outcome<Option<&'static Cluster>> {
    let shared = Cluster::shared().await?;
    if shared.node().is_ok() {
        return Ok(Some(shared));
    }
    Cluster::of_our_own("a test of the node", "it is about that node").await.map(|_| None)
}

/// As anybody's pod with the public image's name, entry point and user.
#[tokio::test]
async fn every_version_of_flink_has_its_image() -> Outcome {
    let cluster = Cluster::shared().await?;
    let namespace = cluster.namespace("images").await?;
    for version in VERSIONS {
        let image = cluster.image(&ImageSpec::flink(version)).await?;
        let name = format!("v{}", version.replace('.', "-"));
        namespace.apply(&once(&name, &image, "flink --version")).await?;
    }
    let with_job = ImageSpec::flink(fetch::FLINK_1_20).job(&Jar::V1.path()?);
    let image = cluster.image(&with_job).await?;
    let look = "id -u; ls usrlib plugins/flink-python-1.20.5";
    namespace.apply(&once("with-job", &image, look)).await?;

    for version in VERSIONS {
        let name = format!("v{}", version.replace('.', "-"));
        let said = said(&namespace, &name).await?;
        assert!(said.contains(&format!("Version: {version},")), "{said}");
    }
    let said = said(&namespace, "with-job").await?;
    for part in ["9999\n", "app.jar\n", "flink-python-1.20.5.jar\n"] {
        assert!(said.contains(part), "{said}");
    }
    Ok(())
}

/// What a pod logged that ran to its end.
async fn said(namespace: &Namespace, pod: &str) -> Outcome<String> {
    let ended = namespace
        .until(&format!("the end of {pod}"), START, async || {
            let pod = namespace.find("pod", pod).await.ok()??;
            let phase = pod["status"]["phase"].as_str()?.to_owned();
            ["Succeeded", "Failed"].contains(&phase.as_str()).then_some(phase)
        })
        .await?;
    assert_eq!(ended, "Succeeded", "{}", namespace.diagnosis().await);
    namespace.run(&["logs", pod]).await
}

fn once(name: &str, image: &str, script: &str) -> String {
    let version = image.rsplit(':').next().unwrap_or_default();
    let plugin = format!("flink-python-{version}.jar");
    format!(
        "apiVersion: v1
kind: Pod
metadata: {{name: {name}}}
spec:
  restartPolicy: Never
  containers:
  - name: main
    image: {image}
    args: [bash, -c, '{script}']
    env:
    - {{name: ENABLE_BUILT_IN_PLUGINS, value: {plugin}}}
    - {{name: JVM_ARGS, value: '{JVM_OPTIONS}'}}
"
    )
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
