//! What is said about programs that cannot be run.

use flink::Version;

use super::Case;
use crate::description::*;
use crate::examples::{application, on_kubernetes, program, texts};
use crate::{Cluster, render};

fn restored(claim_mode: ClaimMode) -> Restore {
    let path = "s3://bucket/savepoint-1".to_owned();
    Restore { path, allow_non_restored_state: false, claim_mode }
}

const INVALID: &[Case] = &[
    ("jar", "a file of this machine", |it| program(it).jar = "target/orders.jar".to_owned()),
    ("jar", "a file of this machine", |it| program(it).jar = "/opt/orders.jar".to_owned()),
    ("jar", "a file of this machine", |it| program(it).jar = "file:///opt/orders.jar".to_owned()),
    ("jar", "a file of this machine", |it| program(it).jar = String::new()),
    ("jar", "absolute path", |it| program(it).jar = "local://orders.jar".to_owned()),
    ("jar", "from its image only", |it| {
        it.flink_version = Version::new(1, 18, 1);
        it.image.name = "orders:1".to_owned();
        program(it).jar = "s3://bucket/orders.jar".to_owned();
    }),
    ("jar", "raw-http-enabled", |it| program(it).jar = "http://store/orders.jar".to_owned()),
    ("jar", "%2C", |it| program(it).jar = "s3://bucket/a,b.jar".to_owned()),
    ("parallelism", "at least 1", |it| program(it).parallelism = Some(0)),
    ("parallelism", "has no effect", |it| it.scheduler = Some(Scheduler::Reactive)),
    ("scheduler", "strategy standalone only", |it| {
        it.strategy = Strategy::Native;
        it.scheduler = Some(Scheduler::Reactive);
        program(it).parallelism = None;
    }),
    ("restore.claim_mode", "strategy = \"native\"", |it| {
        program(it).restore = Some(restored(ClaimMode::Claim));
    }),
    ("restore.claim_mode", "strategy = \"native\"", |it| {
        program(it).restore = Some(restored(ClaimMode::Legacy));
    }),
    ("args", "read the environment", |it| {
        it.strategy = Strategy::Native;
        it.flink_configuration = texts(&[("s3.access-key", "${KEY}")]);
        it.job_manager.process.env = texts(&[("KEY", "1")]);
        it.task_manager.process.env = texts(&[("KEY", "1")]);
        program(it).args = vec!["--key=${KEY}".to_owned()];
    }),
    ("args", "", |it| {
        it.strategy = Strategy::Native;
        it.flink_version = Version::new(1, 18, 1);
        it.image.name = "orders:1".to_owned();
        program(it).args = vec!["a #1".to_owned()];
    }),
    ("flink_configuration.parallelism.default", "parallelism sets", |it| {
        it.flink_configuration = texts(&[("parallelism.default", "2")]);
    }),
    ("flink_configuration.$internal.anything", "Flink's own client", |it| {
        it.flink_configuration = texts(&[("$internal.anything", "x")]);
    }),
    ("flink_configuration.execution.state-recovery.path", "The attribute restore", |it| {
        it.flink_configuration = texts(&[("execution.state-recovery.path", "s3://bucket/1")]);
    }),
    ("flink_configuration.pipeline.jars", "The attribute jar", |it| {
        it.flink_configuration = texts(&[("pipeline.jars", "local:///a.jar")]);
    }),
    ("flink_configuration.execution.shutdown-on-application-finish", "begun once more", |it| {
        it.flink_configuration = texts(&[("execution.shutdown-on-application-finish", "true")]);
    }),
];

#[test]
fn what_cannot_be_run_is_refused_at_its_attribute_with_the_way_out() {
    for (path, words, change) in INVALID {
        let mut cluster = application();
        change(&mut cluster);
        let invalid = render(&cluster).expect_err(path);
        let said: Vec<String> = invalid.iter().map(ToString::to_string).collect();
        let expected = |it: &String| it.starts_with(&format!("{path}: ")) && it.contains(words);
        assert!(said.iter().any(expected), "{path} ({words}): {said:#?}");
        assert!(invalid.iter().all(|it| it.path.join(".") == *path), "{path}: {said:#?}");
        assert_eq!(said.len(), 1, "{path}, once: {said:#?}");
    }
}

#[test]
fn what_flink_can_do_is_taken() {
    let taken: [fn(&mut Cluster); 5] = [
        |it| program(it).jar = "https://store/orders.jar".to_owned(),
        |it| {
            program(it).jar = "http://store/orders.jar".to_owned();
            it.flink_configuration = texts(&[("user.artifacts.raw-http-enabled", "true")]);
        },
        |it| {
            it.strategy = Strategy::Native;
            program(it).restore = Some(restored(ClaimMode::Claim));
        },
        |it| {
            it.strategy = Strategy::Native;
            program(it).args = vec!["${date}".to_owned()];
        },
        |it| {
            it.scheduler = Some(Scheduler::Reactive);
            program(it).parallelism = None;
        },
    ];
    for (index, change) in taken.iter().enumerate() {
        let mut cluster = application();
        change(&mut cluster);
        render(&cluster).unwrap_or_else(|invalid| panic!("{index}: {invalid:#?}"));
    }
}

#[test]
fn a_job_that_would_begin_again_is_told_unless_high_availability_remembers_it() {
    let warned = |cluster: &Cluster| -> Vec<String> {
        render(cluster).unwrap().warnings.iter().map(ToString::to_string).collect()
    };
    let mut cluster = application();
    cluster.plugins = vec!["flink-s3-fs-presto-1.20.1.jar".to_owned()];
    assert!(warned(&cluster)[0].contains("from the beginning"), "{:?}", warned(&cluster));
    program(&mut cluster).restore = Some(restored(ClaimMode::NoClaim));
    assert!(warned(&cluster)[0].contains("from s3://bucket/savepoint-1"));
    cluster.high_availability = on_kubernetes().high_availability;
    cluster.service_account = on_kubernetes().service_account;
    assert_eq!(warned(&cluster), Vec::<String>::new());
}
