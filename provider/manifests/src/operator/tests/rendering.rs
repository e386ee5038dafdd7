//! Whole resources as YAML, and the recorded ones from a description.

use flink::Version;
use serde_json::{Value, json};

use super::*;
use crate::description::{
    Autoscaling, ClaimMode, Image, Restore, Role, Scheduler, ServiceAccount, Volume, VolumeSource,
};
use crate::examples::program;

/// The objects as a user reads them, after what there is to say about them.
fn page(cluster: &Cluster, settings: &Settings) -> String {
    let rendered = rendered(cluster, settings);
    let warnings: Vec<String> =
        rendered.warnings.iter().map(|warning| format!("# {warning}\n")).collect();
    warnings.concat() + &crate::yaml(&rendered.objects)
}

#[test]
fn a_session() {
    let mut cluster = examples::minimal();
    cluster.strategy = Strategy::Native;
    insta::assert_snapshot!(page(&cluster, &Settings::default()));
}

#[test]
fn everything() {
    insta::assert_snapshot!(page(&super::everything(), &Settings::default()));
}

#[test]
fn an_application() {
    let mut cluster = application();
    program(&mut cluster).restore = Some(Restore {
        path: "s3://flink/savepoints/savepoint-1".to_owned(),
        allow_non_restored_state: true,
        claim_mode: ClaimMode::Claim,
    });
    let upgrade = Upgrade {
        mode: UpgradeMode::LastState,
        state: JobState::Suspended,
        redeploy_nonce: Some(2),
    };
    let settings = Settings { upgrade, restart_nonce: Some(3), ..Settings::default() };
    insta::assert_snapshot!(page(&cluster, &settings));
}

#[test]
fn an_application_that_an_autoscaler_scales() {
    let mut cluster = application();
    cluster.strategy = Strategy::Standalone;
    cluster.scheduler = Some(Scheduler::Reactive);
    cluster.task_manager.autoscaling = Some(Autoscaling { min: 2, max: 8, cpu: 70 });
    program(&mut cluster).parallelism = None;
    insta::assert_snapshot!(page(&cluster, &Settings::default()));
}

#[test]
fn a_session_job_and_its_savepoint() {
    let (job, warnings) = session_job(&session_job_of("orders"), &Settings::default()).unwrap();
    assert_eq!(warnings, []);
    insta::assert_snapshot!(crate::yaml(&[job, snapshot(&savepoint())]));
}

#[test]
fn what_else_a_snapshot_is() {
    let adopted = Taken::Adopted { path: "s3://a/savepoint-1".to_owned(), dispose_on_delete: true };
    let of = |taken, kind| snapshot(&Snapshot { kind, taken, ..savepoint() }).body["spec"].clone();
    assert_eq!(
        of(adopted, JobKind::Application),
        json!({
            "backoffLimit": 3,
            "jobReference": { "kind": "FlinkDeployment", "name": "payments" },
            "savepoint": { "path": "s3://a/savepoint-1", "disposeOnDelete": true, "alreadyExists": true },
        })
    );
    assert_eq!(of(Taken::Checkpoint, JobKind::SessionJob)["checkpoint"], json!({}));
}

/// The description of what the recorded resources say.
fn described(name: &str) -> Cluster {
    let mut cluster = Cluster::session("flink-op", name, Version::new(1, 20, 1), "flink:1.20.1");
    cluster.image = Image::named("flink:1.20.1");
    cluster.strategy = Strategy::Native;
    cluster.pod_security = None;
    cluster.service_account =
        ServiceAccount { name: "flink".to_owned(), ..ServiceAccount::default() };
    let source =
        VolumeSource::PersistentVolumeClaim { claim: "flink-data".to_owned(), read_only: false };
    let mount = crate::description::Mount {
        path: "/flink-data".to_owned(),
        sub_path: None,
        read_only: false,
        on: crate::description::On::Both,
    };
    cluster.volumes = [("data".to_owned(), Volume { source, mounts: vec![mount] })].into();
    cluster.state.checkpoint_dir = Some("file:///flink-data/checkpoints".to_owned());
    cluster.state.savepoint_dir = Some("file:///flink-data/savepoints".to_owned());
    cluster.state.checkpoint_interval = Some("2s".to_owned());
    cluster.task_manager.task_slots = Some(2);
    let recorded = recorded(name);
    for role in Role::ALL {
        let resource = &recorded["spec"][field(role)]["resource"];
        let process = match role {
            Role::JobManager => &mut cluster.job_manager.process,
            Role::TaskManager => &mut cluster.task_manager.process,
        };
        process.cpu = resource["cpu"].as_f64();
        process.memory = resource["memory"].as_str().map(str::to_owned);
        let factor = format!("kubernetes.{}.cpu.limit-factor", role.component());
        let factor = &recorded["spec"]["flinkConfiguration"][factor];
        process.cpu_limit_factor = factor.as_str().and_then(|it| it.parse().ok());
        let options = format!("env.java.opts.{}", role.component());
        let value = recorded["spec"]["flinkConfiguration"][&options].as_str().unwrap();
        cluster.flink_configuration.insert(options, value.to_owned());
    }
    cluster
}

fn as_application(mut cluster: Cluster) -> Cluster {
    let job = &recorded(&cluster.name)["spec"]["job"];
    cluster.high_availability = Some(crate::description::HighAvailability {
        r#type: crate::description::HighAvailabilityType::Kubernetes,
        storage_dir: "file:///flink-data/ha".to_owned(),
        cluster_id: None,
    });
    cluster.kind = crate::description::Kind::Application(program_of(job));
    cluster
}

fn program_of(job: &Value) -> Application {
    Application {
        jar: job["jarURI"].as_str().unwrap().to_owned(),
        entry_class: job["entryClass"].as_str().map(str::to_owned),
        args: job["args"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it.as_str().unwrap().to_owned())
            .collect(),
        parallelism: job["parallelism"].as_u64().map(|it| it.try_into().unwrap()),
        ..Application::default()
    }
}

/// A template for each process in place of one for both, and `10.0` for `10`.
const DIFFERING: [&str; 6] = [
    "spec.flinkConfiguration.kubernetes.jobmanager.cpu.limit-factor",
    "spec.flinkConfiguration.kubernetes.taskmanager.cpu.limit-factor",
    "spec.jobManager.podTemplate",
    "spec.podTemplate.spec.containers",
    "spec.podTemplate.spec.volumes",
    "spec.taskManager.podTemplate",
];

/// What a person wrote for a real operator and what a description gives differ in
/// nothing but what is ours: labels, the way templates and numbers are written, and Java's options.
#[test]
fn gives_what_people_wrote_for_a_real_operator() {
    let standalone = Cluster { strategy: Strategy::Standalone, ..described("stand") };
    let clusters =
        [described("sessl"), as_application(described("app1")), as_application(standalone)];
    for cluster in clusters {
        let live = recorded(&cluster.name);
        let found = drift(&resource(&cluster, &Settings::default()), &live, false);
        let differing: Vec<String> = found
            .iter()
            .map(|it| it.path.join("."))
            .filter(|path| path.starts_with("spec.") && !path.ends_with("env.java.opts.all"))
            .collect();
        assert_eq!(differing, DIFFERING, "{}", cluster.name);
    }
    let live = recorded("sl1");
    let mut job = session_job_of("sessl");
    job.flink_configuration.clear();
    job.program = program_of(&live["spec"]["job"]);
    let (job, warnings) = session_job(&job, &Settings::default()).unwrap();
    assert_eq!(job.body["spec"], live["spec"]);
    assert!(warnings.iter().any(|warning| warning.path == ["jar"]), "{warnings:?}");
}

#[test]
fn overrides_are_laid_over_last() {
    let cluster = application();
    let settings = overriding(
        "flinkConfiguration: { taskmanager: { numberOfTaskSlots: 4 }, pipeline.classpaths: [a, b], \
           execution.checkpointing.interval: null, kubernetes.operator.savepoint.history.max.count: 3 }\n\
         job: { parallelism: 8 }\n\
         ingress: { template: '{{name}}.flink.example.com' }\n\
         jobManager: { podTemplate: { spec: { containers: [{ name: flink-main-container, tty: true }, { name: side, image: side:1 }] } } }\n",
    );
    let mut cluster = cluster;
    cluster.state.checkpoint_interval = Some("10s".to_owned());
    let rendered = rendered(&cluster, &settings);
    let resource = rendered.objects.iter().find(|it| it.kind == DEPLOYMENT).unwrap();
    let spec = &resource.body["spec"];
    let configuration = &spec["flinkConfiguration"];
    assert_eq!(configuration["taskmanager.numberOfTaskSlots"], "4");
    assert_eq!(configuration["pipeline.classpaths"], "a;b");
    assert_eq!(configuration["kubernetes.operator.savepoint.history.max.count"], "3");
    assert_eq!(configuration.get("execution.checkpointing.interval"), None);
    assert_eq!(rendered.configuration["taskmanager.numberOfTaskSlots"], "4");
    assert_eq!(spec["job"]["parallelism"], 8);
    assert_eq!(spec["job"]["jarURI"], "local:///opt/flink/usrlib/orders.jar");
    assert_eq!(spec["ingress"]["template"], "{{name}}.flink.example.com");
    let containers = spec["jobManager"]["podTemplate"]["spec"]["containers"].as_array().unwrap();
    let names: Vec<&str> = containers.iter().filter_map(|it| it["name"].as_str()).collect();
    assert_eq!(names, ["flink-main-container", "side"]);
    assert_eq!(containers[0]["tty"], true);
}

#[test]
fn the_parallelism_is_always_said() {
    let mut cluster = application();
    program(&mut cluster).parallelism = None;
    let of = |cluster: &Cluster| {
        resource(cluster, &Settings::default()).body["spec"]["job"].get("parallelism").cloned()
    };
    assert_eq!(of(&cluster), Some(json!(1)));
    cluster.flink_configuration.insert("parallelism.default".to_owned(), "3".to_owned());
    assert_eq!(of(&cluster), Some(json!(3)));
    let configuration =
        &resource(&cluster, &Settings::default()).body["spec"]["flinkConfiguration"];
    assert_eq!(configuration.get("parallelism.default"), None, "the operator writes it");
    cluster.strategy = Strategy::Standalone;
    cluster.task_manager.replicas = Some(2);
    assert_eq!(of(&cluster), None, "the slots of two TaskManagers decide it");
}

/// A cpu without a memory is refused by older operators, so that both go by Flink's own options.
#[test]
fn a_cpu_stands_where_the_memory_stands() {
    let mut cluster = application();
    cluster.job_manager.process.cpu = Some(0.5);
    let of = |cluster: &Cluster| resource(cluster, &Settings::default()).body["spec"].clone();
    let spec = of(&cluster);
    assert_eq!(spec["jobManager"]["resource"], json!({ "cpu": 0.5, "memory": "1600m" }));
    assert_eq!(spec["flinkConfiguration"].get("kubernetes.jobmanager.cpu.amount"), None);
    let sizes = examples::texts(&[("jobmanager.memory.flink.size", "1g")]);
    cluster.flink_configuration.extend(sizes);
    let spec = of(&cluster);
    assert_eq!(spec["jobManager"].get("resource"), None);
    assert_eq!(spec["flinkConfiguration"]["kubernetes.jobmanager.cpu.amount"], "0.5");
}

#[test]
fn no_permit_and_no_job_id_is_in_it() {
    let text = page(&application(), &Settings::default());
    for ours in ["flink-permit", "FLINK_JOB_PERMIT", "5f1d0c0c3a5e", "pipeline.job-id"] {
        assert!(!text.contains(ours), "{ours}:\n{text}");
    }
}

#[test]
fn the_autoscaler_is_keys_of_the_configuration() {
    let autoscaler = Autoscaler {
        dry_run: true,
        min_parallelism: Some(2),
        max_parallelism: Some(24),
        target_utilization: Some(0.6),
        stabilization_interval: Some("1 min".to_owned()),
        metrics_window: Some("5 min".to_owned()),
        restart_time: Some("2 min".to_owned()),
        catch_up_duration: Some("10 min".to_owned()),
    };
    let settings = Settings { autoscaler: Some(autoscaler), ..Settings::default() };
    let written = resource(&application(), &settings).body["spec"]["flinkConfiguration"].clone();
    let (job, _) = session_job(&session_job_of("orders"), &settings).unwrap();
    for configuration in [written, job.body["spec"]["flinkConfiguration"].clone()] {
        let keys = configuration.as_object().unwrap().iter();
        let keys: Vec<String> = keys
            .filter_map(|(key, value)| Some((key.strip_prefix("job.autoscaler.")?, value)))
            .map(|(key, value)| format!("{key}: {}", value.as_str().unwrap()))
            .collect();
        assert_eq!(
            keys,
            [
                "catch-up.duration: 10 min",
                "enabled: true",
                "metrics.window: 5 min",
                "restart.time: 2 min",
                "scaling.enabled: false",
                "stabilization.interval: 1 min",
                "target.utilization: 0.6",
                "vertex.max-parallelism: 24",
                "vertex.min-parallelism: 2",
            ]
        );
    }
}
