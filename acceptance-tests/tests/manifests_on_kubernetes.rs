//! What `flink_manifests` renders is taken by a real API server and runs, as it is.

use acceptance_tests::kubernetes::{Cluster, ImageSpec, JVM_OPTIONS, Namespace};
use acceptance_tests::terraform::Workspace;
use acceptance_tests::{Failure, Outcome, fetch};
use serde_json::Value;
use std::time::Duration;

const MANIFESTS: &str = "data.flink_manifests.it";

/// Kubernetes pulls nothing and Flink starts in ten seconds, on a machine that has them.
const START: Duration = Duration::from_mins(3);

/// A credential with everything that a shell, YAML and a regular expression take for their own.
const TOKEN: &str = r#"p&"w\d ${HOME} $(id) `id` '#x: [a]*"#;

#[tokio::test]
async fn flink_1_18_runs_under_the_restricted_level_with_a_credential_from_a_secret() -> Outcome {
    // Its configuration file ends a value at "#".
    runs(fetch::FLINK_1_18, &TOKEN.replace('#', "")).await
}

#[tokio::test]
async fn flink_1_20_runs_under_the_restricted_level_with_a_credential_from_a_secret() -> Outcome {
    runs(fetch::FLINK_1_20, TOKEN).await
}

#[tokio::test]
async fn flink_2_0_runs_under_the_restricted_level_with_a_credential_from_a_secret() -> Outcome {
    runs(fetch::FLINK_2_0, TOKEN).await
}

#[tokio::test]
async fn flink_2_3_runs_under_the_restricted_level_with_a_credential_from_a_secret() -> Outcome {
    runs(fetch::FLINK_2_3, TOKEN).await
}

async fn runs(version: &str, token: &str) -> Outcome {
    let cluster = Cluster::shared().await?;
    let image = cluster.image(&ImageSpec::flink(version)).await?;
    let namespace = cluster.namespace("restricted").await?;
    let level = "pod-security.kubernetes.io/enforce=restricted";
    namespace.run(&["label", "namespace", namespace.name(), level]).await?;
    let literal = format!("--from-literal=token={token}");
    namespace.run(&["create", "secret", "generic", "store", &literal]).await?;

    let workspace = Workspace::new("http://127.0.0.1:1")?.enter(cluster.kubectl());
    workspace.configure(&described(&namespace, version, &image))?;
    workspace.apply().await?.expect(0)?;
    let yaml = workspace.attribute(MANIFESTS, "yaml").await?;
    workspace.apply().await?.expect(0)?;
    assert_eq!(workspace.attribute(MANIFESTS, "yaml").await?, yaml, "other bytes");
    assert!(!yaml.contains(token), "{yaml}");

    namespace.apply(&yaml).await?;
    namespace.ready("deployment", "orders-jobmanager", START).await?;
    namespace.ready("deployment", "orders-taskmanager", START).await?;
    let overview = namespace
        .until("a TaskManager", START, async || {
            let overview = namespace.ask("orders-rest", 8081, "/overview").await.ok()?;
            (overview["taskmanagers"] == 1).then_some(overview)
        })
        .await?;
    assert_eq!(overview["flink-version"], version);
    let configuration = namespace.ask("orders-rest", 8081, "/jobmanager/config").await?;
    assert_eq!(value(&configuration, "user.greeting")?, format!("<{token}>"));
    metrics_are_scraped(&namespace).await?;
    nothing_tells_the_credential(&namespace).await
}

/// Both processes answer Prometheus where their annotations say.
async fn metrics_are_scraped(namespace: &Namespace) -> Outcome {
    for (component, metric) in
        [("jobmanager", "flink_jobmanager_"), ("taskmanager", "flink_taskmanager_")]
    {
        let pods = namespace.list("pods", &format!("app=orders,component={component}")).await?;
        let pod = pods.first().map_or(&Value::Null, |pod| &pod["metadata"]);
        let port = pod["annotations"]["prometheus.io/port"].as_str().unwrap_or_default();
        let (of, name) = (namespace.name(), pod["name"].as_str().unwrap_or_default());
        let url = format!("/api/v1/namespaces/{of}/pods/{name}:{port}/proxy/metrics");
        let metrics = namespace.kubectl().raw(&url).await?;
        assert!(metrics.contains(metric), "{component}: {metrics}");
    }
    Ok(())
}

/// A cluster that cannot write to its image, with a plugin and a value from the environment.
fn described(namespace: &Namespace, version: &str, image: &str) -> String {
    let process = r#"cpu = 0.1, cpu_limit_factor = 10, memory = "1g", env_secrets = { TOKEN = { secret = "store", key = "token" } }"#;
    format!(
        r#"
data "flink_manifests" "it" {{
  name          = "orders"
  namespace     = "{}"
  flink_version = "{version}"
  image         = "{image}"
  plugins       = ["flink-python-{version}.jar"]
  job_manager   = {{ {process} }}
  task_manager  = {{ {process} }}
  pod_security  = {{ read_only_root_filesystem = true }}
  metrics       = {{ prometheus = {{}} }}
  flink_configuration = {{
    "env.java.opts.jobmanager"  = "{JVM_OPTIONS}"
    "env.java.opts.taskmanager" = "{JVM_OPTIONS}"
    "user.greeting"             = "<$${{TOKEN}}>"
  }}
}}
"#,
        namespace.name()
    )
}

/// One value of Flink's answer about its configuration.
fn value(configuration: &Value, key: &str) -> Outcome<String> {
    let entries = configuration.as_array().into_iter().flatten();
    let found =
        entries.filter(|entry| entry["key"] == key).find_map(|entry| entry["value"].as_str());
    found.map(str::to_owned).ok_or_else(|| Failure::new(format!("no {key} in {configuration}")))
}

/// Neither the objects, nor the arguments of a process, nor what the starting containers say.
async fn nothing_tells_the_credential(namespace: &Namespace) -> Outcome {
    let start = &TOKEN[..6];
    for component in ["jobmanager", "taskmanager"] {
        let deployment = format!("deployment/orders-{component}");
        let script =
            "tr '\\0' ' ' </proc/1/cmdline; touch /opt/flink/x 2>&1 && echo writable; true";
        let said = namespace.run(&["exec", &deployment, "--", "bash", "-c", script]).await?;
        assert!(said.contains("java") && !said.contains(start), "{said}");
        assert!(!said.contains("writable"), "the image can be written");
    }
    let objects = namespace.run(&["get", "configmaps,deployments,pods", "-o", "yaml"]).await?;
    assert!(!objects.contains(start), "{objects}");
    Ok(())
}

#[tokio::test]
async fn every_attribute_is_what_the_api_server_takes() -> Outcome {
    let cluster = Cluster::shared().await?;
    let namespace = cluster.namespace("everything").await?;
    let workspace = Workspace::new("http://127.0.0.1:1")?.enter(cluster.kubectl());
    workspace.configure(&EVERYTHING.replace("NAMESPACE", namespace.name()))?;
    workspace.apply().await?.expect(0)?;
    let yaml = workspace.attribute(MANIFESTS, "yaml").await?;
    let dry_run =
        ["-n", namespace.name(), "apply", "--dry-run=server", "--validate=strict", "-f", "-"];
    let taken = namespace.kubectl().feed(&dry_run, &yaml).await?;
    for kind in [
        "serviceaccount",
        "role",
        "rolebinding",
        "networkpolicy",
        "poddisruptionbudget",
        "configmap",
        "service",
        "deployment",
        "horizontalpodautoscaler",
        "ingress",
    ] {
        assert!(taken.contains(kind), "{kind}: {taken}");
    }
    Ok(())
}

const EVERYTHING: &str = r#"
data "flink_manifests" "it" {
  name                = "orders"
  namespace           = "NAMESPACE"
  flink_version       = "1.20.5"
  image               = "flink:1.20.5"
  image_pull_policy   = "always"
  image_pull_secrets  = ["registry"]
  service_account     = { create = true, annotations = { "eks.amazonaws.com/role-arn" = "arn:aws:iam::1:role/x" } }
  high_availability   = { type = "kubernetes", storage_dir = "s3://flink/ha" }
  scheduler           = "adaptive"
  state               = { backend = "rocksdb", checkpoint_dir = "s3://flink/c", incremental = true, local_dir = "/rocksdb" }
  flink_configuration = { "s3.secret-key" = "$${S3_SECRET_KEY}" }
  job_manager = {
    replicas          = 2
    cpu               = 0.5
    memory            = "2g"
    ephemeral_storage = "1Gi"
    env               = { OTEL_SERVICE_NAME = "orders" }
    env_secrets       = { S3_SECRET_KEY = { secret = "s3", key = "key" } }
    node_selector     = { pool = "flink" }
    tolerations       = [{ key = "flink", operator = "exists", effect = "no_execute", toleration_seconds = 60 }]
    affinity          = "nodeAffinity: {}"
    priority_class    = "high"
    pod_template      = "spec: {hostAliases: [{ip: 10.0.0.1, hostnames: [kafka]}]}"
    disruption_budget = { min_available = "1" }
  }
  task_manager = {
    task_slots           = 4
    cpu_limit_factor     = 2
    memory_limit_factor  = 1.25
    autoscaling          = { min = 1, max = 10, cpu = 70 }
    env_from             = [{ secret = "s3" }, { config_map = "settings" }]
    topology_spread      = [{ topology_key = "kubernetes.io/hostname", max_skew = 1, when_unsatisfiable = "schedule_anyway" }]
    labels               = { team = "payments" }
    annotations          = { "sidecar.istio.io/inject" = "false" }
    disruption_budget    = { max_unavailable = "50%" }
  }
  volumes = {
    savepoints = { mounts = [{ path = "/savepoints" }], persistent_volume_claim = { claim = "savepoints" } }
    rocksdb    = { mounts = [{ path = "/rocksdb", on = "task_manager" }], ephemeral = { size = "10Gi" } }
    nvme       = { mounts = [{ path = "/nvme", on = "task_manager" }], host_path = { path = "/mnt/nvme", type = "directory_or_create" } }
    scratch    = { mounts = [{ path = "/scratch" }], empty_dir = { size_limit = "5Gi" } }
    keys       = { mounts = [{ path = "/keys", read_only = true }], secret = { name = "keys", items = { "a.pem" = "a.pem" } } }
    settings   = { mounts = [{ path = "/settings.conf", sub_path = "a" }], config_map = { name = "settings", optional = true } }
  }
  hadoop_configuration = "hadoop"
  log_configuration    = { "log4j-console.properties" = "monitorInterval = 30\nrootLogger.level = WARN\n" }
  plugins              = ["flink-s3-fs-presto-1.20.5.jar"]
  rest = {
    service_type                = "load_balancer"
    node_port                   = 30981
    load_balancer_source_ranges = ["10.0.0.0/8"]
    ingress = { host = "flink.example.com", class_name = "nginx", tls = [{ secret_name = "tls", hosts = ["flink.example.com"] }] }
    tls     = { secret = "rest-tls" }
  }
  network_policy = { allow_rest_from = [{ cidr = "10.0.0.0/8" }, { namespace_labels = { team = "data" } }], egress_ports = [443, 9092] }
  metrics        = { prometheus = {} }
  labels         = { team = "payments" }
  annotations    = { owner = "payments@example.com" }
}
"#;
