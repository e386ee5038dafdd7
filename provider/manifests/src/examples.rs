//! Descriptions that several tests start from.

use std::collections::BTreeMap;

use flink::Version;
use serde_json::json;

use crate::description::*;

/// Nothing but what has to be said.
pub(crate) fn minimal() -> Cluster {
    Cluster::session("flink", "orders", Version::new(1, 20, 1), "flink:1.20.1-java17")
}

/// A cluster that runs one program from its image.
pub(crate) fn application() -> Cluster {
    let mut cluster = minimal();
    cluster.kind = Kind::Application(Application {
        jar: "local:///opt/flink/usrlib/orders.jar".to_owned(),
        entry_class: Some("com.example.Orders".to_owned()),
        args: vec!["--from".to_owned(), "a;b $(HOME)".to_owned()],
        parallelism: Some(4),
        job_id: "5f1d0c0c3a5e00000000000000000001".to_owned(),
        restore: None,
    });
    cluster
}

/// The program of such a cluster, to alter.
pub(crate) fn program(cluster: &mut Cluster) -> &mut Application {
    match &mut cluster.kind {
        Kind::Session => panic!("not an application"),
        Kind::Application(application) => application,
    }
}

/// High availability on Kubernetes, with a second JobManager.
pub(crate) fn on_kubernetes() -> Cluster {
    let mut cluster = minimal();
    cluster.high_availability = Some(HighAvailability {
        r#type: HighAvailabilityType::Kubernetes,
        storage_dir: "s3://flink/ha".to_owned(),
        cluster_id: None,
    });
    cluster.job_manager.replicas = 2;
    cluster.service_account =
        ServiceAccount { name: "orders".to_owned(), create: true, annotations: BTreeMap::new() };
    cluster
}

/// High availability with ZooKeeper.
pub(crate) fn on_zookeeper() -> Cluster {
    let mut cluster = on_kubernetes();
    cluster.high_availability = Some(HighAvailability {
        r#type: HighAvailabilityType::ZooKeeper {
            quorum: "zookeeper.flink.svc:2181".to_owned(),
            path_root: Some("/flink".to_owned()),
        },
        storage_dir: "s3://flink/ha".to_owned(),
        cluster_id: Some("/orders".to_owned()),
    });
    cluster
}

/// Credentials from a Secret, plugins, and pods that cannot write to their image.
pub(crate) fn locked() -> Cluster {
    let mut cluster = minimal();
    cluster.flink_configuration =
        texts(&[("s3.secret-key", "${S3_SECRET_KEY}"), ("user.greeting", "<${GREETING}>")]);
    for process in [&mut cluster.job_manager.process, &mut cluster.task_manager.process] {
        let key = SecretKey { secret: "s3".to_owned(), key: "secret-key".to_owned() };
        process.env_secrets = [("S3_SECRET_KEY".to_owned(), key)].into();
        process.env = texts(&[("GREETING", "\"a\\b\" & ${S3_SECRET_KEY}")]);
    }
    cluster.plugins = vec!["flink-s3-fs-presto-1.20.1.jar".to_owned()];
    cluster.pod_security =
        Some(PodSecurity { read_only_root_filesystem: true, ..PodSecurity::default() });
    cluster
}

/// Every attribute set to something that is not its default.
pub(crate) fn everything() -> Cluster {
    let mut cluster = on_kubernetes();
    cluster.revision = 7;
    cluster.image.pull_policy = PullPolicy::Always;
    cluster.image.pull_secrets = vec!["registry".to_owned()];
    cluster.service_account.annotations =
        texts(&[("eks.amazonaws.com/role-arn", "arn:aws:iam::123456789012:role/flink")]);
    cluster.flink_configuration = texts(&[
        ("s3.access-key", "${S3_ACCESS_KEY}"),
        ("s3.secret-key", "${S3_SECRET_KEY}"),
        ("taskmanager.memory.managed.fraction", "0.5"),
    ]);
    cluster.scheduler = Some(Scheduler::Adaptive);
    cluster.state = State {
        backend: Some("rocksdb".to_owned()),
        checkpoint_dir: Some("s3://flink/checkpoints".to_owned()),
        savepoint_dir: Some("file:///savepoints".to_owned()),
        checkpoint_interval: Some("10s".to_owned()),
        checkpoint_mode: Some("EXACTLY_ONCE".to_owned()),
        incremental: Some(true),
        local_dir: Some("/rocksdb".to_owned()),
    };
    cluster.job_manager.process = process("2g");
    cluster.job_manager.process.disruption_budget =
        Some(DisruptionBudget::MinAvailable("1".to_owned()));
    cluster.task_manager = TaskManager {
        replicas: None,
        task_slots: Some(4),
        autoscaling: Some(Autoscaling { min: 2, max: 20, cpu: 70 }),
        process: process("4g"),
    };
    cluster.pod_template =
        Some(json!({ "spec": { "containers": [{ "name": "agent", "image": "agent:1" }] } }));
    cluster.volumes = volumes();
    cluster.hadoop_configuration = Some("hadoop".to_owned());
    cluster.log_configuration =
        texts(&[("log4j-console.properties", "monitorInterval = 30\nrootLogger.level = WARN\n")]);
    cluster.plugins = vec!["flink-s3-fs-presto-1.20.1.jar".to_owned()];
    cluster.rest = rest();
    cluster.network_policy = Some(NetworkPolicy {
        allow_rest_from: Some(vec![
            Peer { cidr: Some("10.0.0.0/8".to_owned()), ..Peer::default() },
            Peer { namespace_labels: texts(&[("team", "data")]), ..Peer::default() },
        ]),
        allow_metrics_from: Some(vec![Peer {
            pod_labels: texts(&[("app", "prometheus")]),
            ..Peer::default()
        }]),
        egress_ports: Some(vec![443, 9092]),
    });
    cluster.metrics = Some(Prometheus::default());
    cluster.pod_security =
        Some(PodSecurity { read_only_root_filesystem: true, ..PodSecurity::default() });
    cluster.labels = texts(&[("team", "payments")]);
    cluster.annotations = texts(&[("owner", "payments@example.com")]);
    cluster.record = Some("{\"image\":\"flink:1.20.1-java17\"}".to_owned());
    cluster
}

fn process(memory: &str) -> Process {
    Process {
        cpu: Some(1.5),
        memory: Some(memory.to_owned()),
        cpu_limit_factor: Some(2.0),
        memory_limit_factor: Some(1.25),
        ephemeral_storage: Some("10Gi".to_owned()),
        env: texts(&[("OTEL_SERVICE_NAME", "orders")]),
        env_secrets: ["S3_ACCESS_KEY", "S3_SECRET_KEY"]
            .map(|name| {
                (name.to_owned(), SecretKey { secret: "s3".to_owned(), key: name.to_lowercase() })
            })
            .into(),
        env_from: vec![
            EnvFrom::Secret("more".to_owned()),
            EnvFrom::ConfigMap("settings".to_owned()),
        ],
        node_selector: texts(&[("pool", "flink")]),
        tolerations: vec![Toleration {
            key: Some("flink".to_owned()),
            operator: Some("Exists".to_owned()),
            effect: Some("NoExecute".to_owned()),
            toleration_seconds: Some(60),
            value: None,
        }],
        affinity: Some(json!({ "nodeAffinity": {} })),
        topology_spread: vec![TopologySpread {
            topology_key: "topology.kubernetes.io/zone".to_owned(),
            max_skew: 1,
            when_unsatisfiable: "ScheduleAnyway".to_owned(),
        }],
        priority_class: Some("high".to_owned()),
        labels: texts(&[("version", "1")]),
        annotations: texts(&[("sidecar.istio.io/inject", "false")]),
        pod_template: Some(json!({ "spec": { "containers": [
            { "name": "flink-main-container", "lifecycle": { "preStop": { "exec": { "command": ["true"] } } } }] } })),
        probes: Probes { liveness: None, ..Probes::default() },
        termination_grace_period: Some(45),
        disruption_budget: Some(DisruptionBudget::MaxUnavailable("25%".to_owned())),
    }
}

fn volumes() -> BTreeMap<String, Volume> {
    let mount =
        |path: &str, on| Mount { path: path.to_owned(), sub_path: None, read_only: false, on };
    let keys = |name: &str| Keys {
        name: name.to_owned(),
        items: texts(&[("ca.pem", "ca.pem")]),
        default_mode: Some(0o440),
        optional: true,
    };
    let sources = [
        ("savepoints", mount("/savepoints", On::Both), claim()),
        (
            "rocksdb",
            mount("/rocksdb", On::TaskManager),
            VolumeSource::Ephemeral {
                storage_class: Some("local-ssd".to_owned()),
                size: "100Gi".to_owned(),
                access_modes: vec!["ReadWriteOnce".to_owned()],
            },
        ),
        (
            "nvme",
            mount("/nvme", On::TaskManager),
            VolumeSource::HostPath {
                path: "/mnt/nvme".to_owned(),
                r#type: Some("DirectoryOrCreate".to_owned()),
            },
        ),
        (
            "scratch",
            mount("/tmp", On::Both),
            VolumeSource::EmptyDir { size_limit: Some("5Gi".to_owned()), medium: None },
        ),
        ("secrets", mount("/etc/secrets", On::JobManager), VolumeSource::Secret(keys("keys"))),
        (
            "settings",
            Mount {
                sub_path: Some("ca.pem".to_owned()),
                read_only: true,
                ..mount("/etc/ca.pem", On::Both)
            },
            VolumeSource::ConfigMap(keys("settings")),
        ),
    ];
    sources
        .map(|(name, mount, source)| (name.to_owned(), Volume { source, mounts: vec![mount] }))
        .into()
}

fn claim() -> VolumeSource {
    VolumeSource::PersistentVolumeClaim { claim: "savepoints".to_owned(), read_only: false }
}

fn rest() -> Rest {
    Rest {
        service_type: ServiceType::LoadBalancer,
        port: 80,
        node_port: Some(30081),
        annotations: texts(&[("service.beta.kubernetes.io/aws-load-balancer-internal", "true")]),
        labels: texts(&[("exposed", "yes")]),
        load_balancer_source_ranges: vec!["10.0.0.0/8".to_owned()],
        ingress: Some(Ingress {
            host: Some("flink.example.com".to_owned()),
            path: "/".to_owned(),
            class_name: Some("nginx".to_owned()),
            annotations: texts(&[("cert-manager.io/cluster-issuer", "letsencrypt")]),
            labels: texts(&[("exposed", "yes")]),
            tls: vec![IngressTls {
                secret_name: Some("flink-tls".to_owned()),
                hosts: vec!["flink.example.com".to_owned()],
            }],
        }),
        tls: Some(RestTls {
            secret: "rest-tls".to_owned(),
            source: RestTlsSource::Keystore {
                keystore: "keystore.p12".to_owned(),
                truststore: None,
                password: SecretKey { secret: "rest-tls".to_owned(), key: "password".to_owned() },
            },
            client_authentication: false,
        }),
    }
}

pub(crate) fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|&(key, text)| (key.to_owned(), text.to_owned())).collect()
}
