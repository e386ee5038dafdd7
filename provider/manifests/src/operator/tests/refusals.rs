//! Descriptions that the operator cannot have.

use super::*;
use crate::description::{Autoscaling, ClaimMode, Restore, Scheduler};
use crate::examples::{program, texts};

/// The attribute, and an edit of what the operator takes.
type Edit<T> = (&'static str, fn(&mut T));

const REFUSED: &[Edit<Cluster>] = &[
    ("rest.node_port", |it| {
        it.rest.service_type = crate::description::ServiceType::NodePort;
        it.rest.node_port = Some(30081);
    }),
    ("rest.labels", |it| it.rest.labels = texts(&[("a", "b")])),
    ("log_configuration.log4j.properties", |it| {
        it.log_configuration = texts(&[("log4j.properties", "x")]);
    }),
    ("state.checkpoint_dir", |it| it.state.checkpoint_dir = None),
    ("state.savepoint_dir", |it| it.state.savepoint_dir = None),
    ("state.savepoint_dir", |it| it.state.savepoint_dir = Some("s3://${BUCKET}/a".to_owned())),
    ("flink_configuration.kubernetes.cluster-id", |it| {
        it.flink_configuration = texts(&[("kubernetes.cluster-id", "a")]);
    }),
    ("flink_configuration.execution.shutdown-on-application-finish", |it| {
        it.flink_configuration = texts(&[("execution.shutdown-on-application-finish", "true")]);
    }),
    ("task_manager.replicas", |it| it.task_manager.replicas = Some(1)),
    ("parallelism", |it| {
        it.strategy = Strategy::Standalone;
        it.task_manager.replicas = Some(1);
    }),
    ("parallelism", |it| {
        program(it).parallelism = None;
        it.flink_configuration = texts(&[("parallelism.default", "0")]);
    }),
    ("task_manager.autoscaling", |it| {
        it.strategy = Strategy::Standalone;
        it.scheduler = Some(Scheduler::Adaptive);
        it.task_manager.autoscaling = Some(Autoscaling { min: 1, max: 2, cpu: 50 });
    }),
    ("task_manager.autoscaling", |it| {
        it.task_manager.autoscaling = Some(Autoscaling { min: 1, max: 2, cpu: 50 });
    }),
    ("high_availability.cluster_id", |it| {
        *it =
            Cluster { kind: it.kind.clone(), state: it.state.clone(), ..examples::on_kubernetes() };
        it.high_availability.as_mut().unwrap().cluster_id = Some("/orders".to_owned());
    }),
    ("job_manager.probes", |it| {
        it.strategy = Strategy::Standalone;
        it.job_manager.process.probes.liveness = None;
    }),
    ("flink_configuration.s3.access-key", |it| {
        it.strategy = Strategy::Standalone;
        it.flink_configuration = texts(&[("s3.access-key", "${S3_ACCESS_KEY}")]);
        it.job_manager.process.env = texts(&[("S3_ACCESS_KEY", "a")]);
        it.task_manager.process.env = texts(&[("S3_ACCESS_KEY", "a")]);
    }),
    ("jar", |it| program(it).jar = "/home/me/orders.jar".to_owned()),
];

#[test]
fn each_is_told_at_its_attribute() {
    assert!(render(&application(), &Settings::default()).is_ok());
    for (path, edit) in REFUSED {
        let mut cluster = application();
        edit(&mut cluster);
        let problems = render(&cluster, &Settings::default()).unwrap_err();
        assert_eq!(paths(&problems), [*path], "{problems:?}");
    }
}

#[test]
fn a_mode_needs_what_it_goes_on_from() {
    let mut cluster = application();
    cluster.state.savepoint_dir = None;
    let with = |mode| {
        let upgrade = Upgrade { mode, ..Upgrade::default() };
        Settings { upgrade, ..Settings::default() }
    };
    assert!(render(&cluster, &with(UpgradeMode::LastState)).is_ok());
    cluster.state.checkpoint_dir = None;
    assert!(render(&cluster, &with(UpgradeMode::Stateless)).is_ok());
    let problems = render(&cluster, &with(UpgradeMode::LastState)).unwrap_err();
    assert_eq!(paths(&problems), ["state.checkpoint_dir"]);
    let upgrade = Upgrade { redeploy_nonce: Some(1), ..Upgrade::default() };
    let settings = Settings { upgrade, ..Settings::default() };
    assert_eq!(paths(&render(&application(), &settings).unwrap_err()), ["restore.path"]);
}

#[test]
fn overrides_that_cannot_be_laid_over_a_spec_are_refused() {
    for (text, path) in [
        ("[a]", "operator.spec_overrides"),
        ("flinkConfiguration: a", "operator.spec_overrides.flinkConfiguration"),
        (
            "flinkConfiguration: { kubernetes: { cluster-id: a } }",
            "operator.spec_overrides.flinkConfiguration.kubernetes.cluster-id",
        ),
    ] {
        assert_eq!(
            paths(&render(&application(), &overriding(text)).unwrap_err()),
            [path],
            "{text}"
        );
    }
}

#[test]
fn session_jobs_too() {
    let refused: [Edit<SessionJob>; 5] = [
        ("name", |it| it.name = "Payments".to_owned()),
        ("cluster", |it| it.cluster = String::new()),
        ("parallelism", |it| it.program.parallelism = Some(0)),
        ("jar", |it| it.program.jar = "local:///opt/flink/usrlib/a.jar".to_owned()),
        ("restore.claim_mode", |it| {
            it.program.restore = Some(Restore {
                path: "s3://a".to_owned(),
                allow_non_restored_state: false,
                claim_mode: ClaimMode::Claim,
            });
        }),
    ];
    for (path, edit) in refused {
        let mut job = session_job_of("orders");
        edit(&mut job);
        let problems = session_job(&job, &Settings::default()).unwrap_err();
        assert_eq!(paths(&problems), [path], "{problems:?}");
    }
}

#[test]
fn what_the_operator_has_to_reach_is_said() {
    let mut cluster = application();
    cluster.network_policy = Some(crate::description::NetworkPolicy {
        allow_rest_from: Some(Vec::new()),
        ..crate::description::NetworkPolicy::default()
    });
    let warnings = rendered(&cluster, &Settings::default()).warnings;
    let of_operator = warnings.iter().filter(|it| it.text.starts_with("The operator"));
    let paths: Vec<String> = of_operator.map(|it| it.path.join(".")).collect();
    assert_eq!(paths, ["network_policy.allow_rest_from"]);
}

#[test]
fn an_autoscaler_needs_numbers_that_fit() {
    let refused: [Edit<Autoscaler>; 5] = [
        ("operator.autoscaler.min_parallelism", |it| it.min_parallelism = Some(0)),
        ("operator.autoscaler.max_parallelism", |it| {
            it.min_parallelism = Some(3);
            it.max_parallelism = Some(2);
        }),
        ("operator.autoscaler.target_utilization", |it| it.target_utilization = Some(70.0)),
        ("operator.autoscaler.target_utilization", |it| it.target_utilization = Some(f64::NAN)),
        ("operator.autoscaler.metrics_window", |it| it.metrics_window = Some("often".to_owned())),
    ];
    for (path, edit) in refused {
        let mut autoscaler = Autoscaler::default();
        edit(&mut autoscaler);
        let settings = Settings { autoscaler: Some(autoscaler), ..Settings::default() };
        assert_eq!(paths(&render(&application(), &settings).unwrap_err()), [path]);
        assert_eq!(paths(&session_job(&session_job_of("orders"), &settings).unwrap_err()), [path]);
    }
    let settings = Settings { autoscaler: Some(Autoscaler::default()), ..Settings::default() };
    let mut cluster = application();
    cluster.flink_configuration = texts(&[("job.autoscaler.enabled", "false")]);
    let problems = render(&cluster, &settings).unwrap_err();
    assert_eq!(paths(&problems), ["flink_configuration.job.autoscaler.enabled"]);
    let mut scaled = application();
    scaled.strategy = Strategy::Standalone;
    scaled.scheduler = Some(Scheduler::Reactive);
    scaled.task_manager.autoscaling = Some(Autoscaling { min: 1, max: 2, cpu: 50 });
    program(&mut scaled).parallelism = None;
    assert_eq!(paths(&render(&scaled, &settings).unwrap_err()), ["task_manager.autoscaling"]);
}
