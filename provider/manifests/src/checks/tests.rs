//! What is said about descriptions that are wrong, and where.

mod application;

use flink::Version;
use serde_json::json;

use crate::description::*;
use crate::examples::{minimal, on_kubernetes, on_zookeeper, texts};
use crate::{Cluster, render};

/// The attribute, words of the text, and what is done to the smallest cluster.
type Case = (&'static str, &'static str, fn(&mut Cluster));

const INVALID: &[Case] = &[
    ("name", "has 46 characters", |it| it.name = "a".repeat(46)),
    ("name", "lower-case letter", |it| it.name = "1orders".to_owned()),
    ("name", "hyphen at its end", |it| it.name = "orders-".to_owned()),
    ("name", "lower-case letter", |it| it.name = "Orders".to_owned()),
    ("namespace", "not the name of a namespace", |it| it.namespace = "a.b".to_owned()),
    ("flink_version", "1.18 to 1.20 and 2.x", |it| it.flink_version = Version::new(1, 17, 2)),
    ("flink_version", "1.18 to 1.20 and 2.x", |it| it.flink_version = Version::new(1, 21, 0)),
    ("flink_version", "1.18 to 1.20 and 2.x", |it| it.flink_version = Version::new(3, 0, 0)),
    ("image", "not the name of an image", |it| it.image.name = String::new()),
    ("job_manager.replicas", "without high availability", |it| it.job_manager.replicas = 2),
    ("job_manager.replicas", "at least one", |it| it.job_manager.replicas = 0),
    ("job_manager.cpu", "positive", |it| it.job_manager.process.cpu = Some(0.0)),
    ("task_manager.memory_limit_factor", "0.9 is less than 1", |it| {
        it.task_manager.process.memory_limit_factor = Some(0.9);
    }),
    ("task_manager.task_slots", "at least one slot", |it| it.task_manager.task_slots = Some(0)),
    ("task_manager.memory", "", |it| it.task_manager.process.memory = Some("100m".to_owned())),
    ("flink_configuration.taskmanager.memory.flink.size", "", |it| {
        it.flink_configuration
            .insert("taskmanager.memory.flink.size".to_owned(), "100m".to_owned());
    }),
    ("task_manager.replicas", "autoscaler decides", |it| {
        it.task_manager.replicas = Some(2);
        it.scheduler = Some(Scheduler::Adaptive);
        it.task_manager.autoscaling = Some(Autoscaling { min: 1, max: 2, cpu: 50 });
    }),
    ("task_manager.autoscaling", "scheduler = \"adaptive\"", |it| {
        it.task_manager.autoscaling = Some(Autoscaling { min: 1, max: 2, cpu: 50 });
    }),
    ("task_manager.autoscaling.max", "fewer than the fewest", |it| {
        it.scheduler = Some(Scheduler::Adaptive);
        it.task_manager.autoscaling = Some(Autoscaling { min: 3, max: 2, cpu: 50 });
    }),
    ("scheduler", "application clusters only", |it| it.scheduler = Some(Scheduler::Reactive)),
    ("task_manager.replicas", "strategy native", |it| {
        it.strategy = Strategy::Native;
        it.task_manager.replicas = Some(2);
    }),
    ("task_manager.disruption_budget", "as a number", |it| {
        it.strategy = Strategy::Native;
        it.task_manager.process.disruption_budget =
            Some(DisruptionBudget::MaxUnavailable("1".to_owned()));
    }),
    ("high_availability.cluster_id", "name of the cluster", |it| {
        *it = on_kubernetes();
        it.strategy = Strategy::Native;
        it.high_availability.as_mut().unwrap().cluster_id = Some("/x".to_owned());
    }),
    ("task_manager.probes", "has no checks", |it| {
        it.strategy = Strategy::Native;
        it.task_manager.process.probes.liveness = None;
    }),
    ("job_manager.disruption_budget", "neither a number", |it| {
        it.job_manager.process.disruption_budget =
            Some(DisruptionBudget::MinAvailable("half".to_owned()));
    }),
    ("rest.node_port", "node_port or load_balancer", |it| it.rest.node_port = Some(30000)),
    ("rest.port", "port 0", |it| it.rest.port = 0),
    ("rest.load_balancer_source_ranges", "type load_balancer", |it| {
        it.rest.load_balancer_source_ranges = vec!["10.0.0.0/8".to_owned()];
    }),
    ("rest.load_balancer_source_ranges", "CIDR", |it| {
        it.rest.service_type = ServiceType::LoadBalancer;
        it.rest.load_balancer_source_ranges = vec!["10.0.0.0/33".to_owned()];
    }),
    ("rest.ingress.host", "not a host name", |it| {
        it.rest.ingress =
            Some(Ingress { host: Some("https://a".to_owned()), ..Ingress::default() });
    }),
    ("rest.ingress.path", "start with a slash", |it| {
        it.rest.ingress = Some(Ingress { path: "flink".to_owned(), ..Ingress::default() });
    }),
    ("metrics.prometheus.port", "not free", |it| {
        it.metrics = Some(Prometheus { port: 8081, annotations: true });
    }),
    ("flink_configuration.metrics.reporters", "leaves out \"prom\"", |it| {
        it.metrics = Some(Prometheus::default());
        it.flink_configuration.insert("metrics.reporters".to_owned(), "slf4j".to_owned());
    }),
    ("network_policy.allow_rest_from", "everyone", |it| {
        it.network_policy = Some(NetworkPolicy {
            allow_rest_from: Some(vec![Peer::default()]),
            ..Default::default()
        });
    }),
    ("volumes.Data", "name of a volume", |it| volume(it, "Data", "/data")),
    ("volumes.data", "has to be absolute", |it| volume(it, "data", "data")),
    ("volumes.data", "provider itself mounts", |it| volume(it, "data", "/opt/flink/conf/")),
    ("volumes.data", "mounted nowhere", |it| {
        volume(it, "data", "/data");
        it.volumes.get_mut("data").unwrap().mounts.clear();
    }),
    ("volumes.two", "both mounted at /data", |it| {
        volume(it, "one", "/data");
        volume(it, "two", "/data/");
    }),
    ("volumes", "stands twice", |it| {
        volume(it, "data", "/data");
        it.pod_template =
            Some(json!({ "spec": { "volumes": [{ "name": "data", "emptyDir": {} }] } }));
    }),
    ("pod_template", "stands twice", |it| {
        it.pod_template = Some(json!({ "spec": { "containers": [
            { "name": "flink-main-container", "ports": [{ "name": "rest", "containerPort": 9999 }] }] } }));
    }),
    ("job_manager.env", "stands twice", |it| {
        it.job_manager.process.env = texts(&[("_POD_IP_ADDRESS", "1.2.3.4")]);
    }),
    ("job_manager.env_secrets.A", "env and by env_secrets", |it| {
        it.job_manager.process.env = texts(&[("A", "1")]);
        it.job_manager.process.env_secrets =
            [("A".to_owned(), SecretKey { secret: "s".to_owned(), key: "k".to_owned() })].into();
    }),
    ("task_manager.env.1A", "name of an environment variable", |it| {
        it.task_manager.process.env = texts(&[("1A", "1")]);
    }),
    ("pod_template", "This is a Deployment.", |it| {
        it.pod_template = Some(json!({ "kind": "Deployment" }));
    }),
    ("task_manager.pod_template", "`containers` of a pod is a list of maps", |it| {
        it.task_manager.process.pod_template = Some(json!({ "spec": { "containers": ["a"] } }));
    }),
    ("pod_template", "call it \"flink-main-container\"", |it| {
        it.pod_template = Some(json!({ "spec": { "containers": [{ "name": "jobmanager" }] } }));
    }),
    ("task_manager.pod_template", "call it \"flink-main-container\"", |it| {
        it.task_manager.process.pod_template =
            Some(json!({ "spec": { "containers": [{ "name": "tm" }] } }));
    }),
    ("plugins", "jar in the image's", |it| it.plugins = vec!["s3".to_owned()]),
    ("log_configuration.config.yaml", "name of a logging file", |it| {
        it.log_configuration = texts(&[("config.yaml", "")]);
    }),
    ("state.checkpoint_dir", "each pod's own", |it| {
        it.state.checkpoint_dir = Some("file:///c".to_owned());
    }),
    ("state.savepoint_dir", "each pod's own in the taskmanager", |it| {
        volume(it, "data", "/s");
        it.volumes.get_mut("data").unwrap().mounts[0].on = On::JobManager;
        it.state.savepoint_dir = Some("/s/orders".to_owned());
    }),
    ("flink_configuration.state.checkpoints.dir", "each pod's own", |it| {
        it.flink_configuration = texts(&[("state.checkpoints.dir", "file:/c")]);
    }),
    ("flink_configuration.state.backend", "state.backend sets", |it| {
        it.state.backend = Some("rocksdb".to_owned());
        it.flink_configuration = texts(&[("state.backend", "rocksdb")]);
    }),
    ("flink_configuration.jobmanager.memory.process.size", "job_manager.memory sets", |it| {
        it.job_manager.process.memory = Some("2g".to_owned());
        it.flink_configuration = texts(&[("jobmanager.memory.process.size", "2g")]);
    }),
    ("flink_configuration.state.checkpoints.dir", "", |it| {
        it.flink_configuration = texts(&[
            ("state.checkpoints.dir", "s3://a"),
            ("execution.checkpointing.dir", "s3://b"),
        ]);
    }),
    ("flink_configuration.kubernetes.cluster-id", "name and namespace", |it| {
        it.flink_configuration = texts(&[("kubernetes.cluster-id", "x")]);
    }),
    ("flink_configuration.rest.port", "listens on 8081", |it| {
        it.flink_configuration = texts(&[("rest.port", "80")]);
    }),
    ("flink_configuration.taskmanager.numberOfTaskSlots", "", |it| {
        it.flink_configuration = texts(&[("taskmanager.numberOfTaskSlots", "many")]);
    }),
];

/// An image that may have any plugin enabled.
const OWN_IMAGE: &str = "registry.example/flink:1.20.1";

const WARNINGS: &[Case] = &[
    ("flink_version", "newer than this provider", |it| it.flink_version = Version::new(2, 99, 0)),
    ("flink_version", "says Flink 1.20 and flink_version says 2.0", |it| {
        it.flink_version = Version::new(2, 0, 0);
    }),
    ("image", "has the tag \"latest\"", |it| {
        it.image.name = "registry:5000/flink:latest".to_owned();
    }),
    ("image", "no tag, which means \"latest\"", |it| it.image.name = "registry:5000/it".to_owned()),
    ("plugins", "is of Flink 1.20.2, the image of 1.20.1", |it| {
        it.plugins = vec!["flink-s3-fs-presto-1.20.2.jar".to_owned()];
    }),
    ("plugins", "is of Flink 2.0.1, the image of 1.20.", |it| {
        it.image.name = "registry/orders:7".to_owned();
        it.plugins = vec!["flink-gs-fs-hadoop-2.0.1.jar".to_owned()];
    }),
    ("state.checkpoint_dir", "starts with \"flink-s3-fs-\"", |it| {
        it.state.checkpoint_dir = Some("s3://flink/checkpoints".to_owned());
        it.plugins = vec!["flink-gs-fs-hadoop-1.20.1.jar".to_owned()];
    }),
    ("flink_configuration.state.savepoints.dir", "starts with \"flink-azure-fs-\"", |it| {
        it.image.name = "docker.io/library/flink:1.20.1".to_owned();
        it.flink_configuration =
            texts(&[("state.savepoints.dir", "abfss://flink@store.dfs.core.windows.net/s")]);
    }),
    ("high_availability.storage_dir", "starts with \"flink-s3-fs-\"", |it| *it = on_kubernetes()),
    ("job_manager.replicas", "nobody outside knows which one leads", |it| {
        *it = on_zookeeper();
        it.high_availability.as_mut().unwrap().cluster_id = None;
        it.image.name = "registry.example/flink:2.3.0".to_owned();
        it.strategy = Strategy::Native;
        it.flink_version = Version::new(2, 3, 0);
        it.job_manager.replicas = 2;
    }),
    ("service_account", "keeps ConfigMaps", |it| {
        *it = on_kubernetes();
        it.image.name = OWN_IMAGE.to_owned();
        it.service_account = ServiceAccount::default();
    }),
    ("network_policy.allow_rest_from", "locked out", |it| {
        it.network_policy =
            Some(NetworkPolicy { allow_rest_from: Some(Vec::new()), ..Default::default() });
    }),
    ("network_policy.egress_ports", "Kubernetes API", |it| {
        *it = on_kubernetes();
        it.image.name = OWN_IMAGE.to_owned();
        it.network_policy =
            Some(NetworkPolicy { egress_ports: Some(vec![9092]), ..Default::default() });
    }),
    ("job_manager.disruption_budget", "lets no pod go", |it| {
        it.job_manager.process.disruption_budget =
            Some(DisruptionBudget::MinAvailable("1".to_owned()));
    }),
    ("pod_template", "agent run beside it", |it| {
        it.pod_template =
            Some(json!({ "spec": { "containers": [{ "name": "agent", "image": "a" }] } }));
    }),
    ("flink_configuration.s3.access-key", "variable KEY", |it| {
        it.flink_configuration = texts(&[("s3.access-key", "${KEY}")]);
        it.job_manager.process.env = texts(&[("KEY", "1")]);
    }),
    ("flink_configuration.s3.secret-key", "would stand in a ConfigMap", |it| {
        it.flink_configuration = texts(&[("s3.secret-key", "topsecret")]);
    }),
    ("flink_configuration.kubernetes.jobmanager.cpu.amount", "has no effect", |it| {
        it.flink_configuration = texts(&[("kubernetes.jobmanager.cpu.amount", "2.0")]);
    }),
    ("flink_configuration.paralelism.default", "", |it| {
        it.flink_configuration = texts(&[("paralelism.default", "2")]);
    }),
];

fn volume(cluster: &mut Cluster, name: &str, path: &str) {
    let source =
        VolumeSource::PersistentVolumeClaim { claim: "claim".to_owned(), read_only: false };
    let mount = Mount { path: path.to_owned(), sub_path: None, read_only: false, on: On::Both };
    cluster.volumes.insert(name.to_owned(), Volume { source, mounts: vec![mount] });
}

#[test]
fn what_is_wrong_is_refused_at_its_attribute() {
    for (path, words, change) in INVALID {
        let mut cluster = minimal();
        change(&mut cluster);
        let invalid = render(&cluster).expect_err(path);
        let said: Vec<(String, &str)> =
            invalid.iter().map(|it| (it.path.join("."), it.text.as_str())).collect();
        assert!(said.iter().all(|(at, _)| at == path), "{path}: {said:#?}");
        assert!(said.iter().any(|(_, text)| text.contains(words)), "{path}: {said:#?}");
    }
}

#[test]
fn what_may_surprise_is_said_at_its_attribute() {
    for (path, words, change) in WARNINGS {
        let mut cluster = minimal();
        change(&mut cluster);
        let rendered = render(&cluster).unwrap_or_else(|invalid| panic!("{path}: {invalid:#?}"));
        let said: Vec<(String, &str)> =
            rendered.warnings.iter().map(|it| (it.path.join("."), it.text.as_str())).collect();
        assert!(said.iter().all(|(at, _)| at == path), "{path}: {said:#?}");
        assert!(said.iter().any(|(_, text)| text.contains(words)), "{path}: {said:#?}");
    }
}

#[test]
fn a_secret_never_stands_in_what_is_said() {
    let mut cluster = minimal();
    cluster.flink_configuration =
        texts(&[("s3.secret-key", "topsecret"), ("security.ssl.key-password", "a\nb #")]);
    let said = match render(&cluster) {
        Ok(rendered) => format!("{:?}", rendered.warnings),
        Err(invalid) => format!("{invalid:?}"),
    };
    assert!(!said.contains("topsecret") && !said.contains("a\\nb"), "{said}");
}

#[test]
fn a_local_directory_on_a_shared_volume_is_taken() {
    let mut cluster = minimal();
    volume(&mut cluster, "data", "/data");
    cluster.state.checkpoint_dir = Some("file:///data/checkpoints".to_owned());
    assert_eq!(render(&cluster).map(|rendered| rendered.warnings), Ok(vec![]));
}

#[test]
fn an_image_that_may_have_everything_in_it_is_taken() {
    for (image, plugin, directory) in [
        (OWN_IMAGE, None, "s3://flink/c"),
        ("flink@sha256:0", Some("flink-s3-fs-presto-1.20.9.jar"), "s3p://flink/c"),
        ("flink:1.20-java17", Some("flink-s3-fs-hadoop-1.20.3.jar"), "s3a://flink/c"),
        ("apache/flink:1.20.1", Some("flink-oss-fs-hadoop-1.20.1.jar"), "oss://flink/c"),
        ("flink:1.20.1", Some("company-fs.jar"), "hdfs://flink/c"),
    ] {
        let mut cluster = minimal();
        cluster.image.name = image.to_owned();
        cluster.plugins = plugin.into_iter().map(str::to_owned).collect();
        cluster.state.checkpoint_dir = Some(directory.to_owned());
        assert_eq!(render(&cluster).map(|it| it.warnings), Ok(vec![]), "{image} {directory}");
    }
}
