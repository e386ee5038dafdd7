use super::{Owned, Problem, Severity, check};
use crate::Version;
use crate::configuration::Configuration;

fn configuration(pairs: &[(&str, &str)]) -> Configuration {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// The findings as `severity key: text`.
fn told(version: &str, pairs: &[(&str, &str)]) -> Vec<String> {
    let version: Version = version.parse().expect("a version");
    let owned = [
        Owned { key: "kubernetes.cluster-id", instead: "Set name." },
        Owned { key: "kubernetes.internal.", instead: "Leave it out." },
    ];
    let findings = check(&configuration(pairs), version, &owned);
    findings.iter().map(|it| format!("{:?} {it}", it.severity)).collect()
}

fn nothing(version: &str, pairs: &[(&str, &str)]) {
    assert_eq!(told(version, pairs), Vec::<String>::new());
}

#[test]
fn an_unknown_key_is_a_warning_with_the_nearest_name() {
    assert_eq!(
        told("1.20.5", &[("state.backend.incremnetal", "true"), ("my.own.thing", "1")]),
        [
            "Warning Flink 1.20.5 has no option \"my.own.thing\" and would ignore it.",
            "Warning Flink 1.20.5 has no option \"state.backend.incremnetal\" and would ignore \
             it. Did you mean \"state.backend.incremental\"?",
        ]
    );
}

#[test]
fn the_words_of_a_key_in_another_order_are_recognized() {
    assert_eq!(
        told("2.3.0", &[("kubernetes.taskmanager.pod-template-file", "/t.yaml")]),
        [
            "Warning Flink 2.3.0 has no option \"kubernetes.taskmanager.pod-template-file\" and would \
          ignore it. Did you mean \"kubernetes.pod-template-file.taskmanager\"?"
        ]
    );
}

#[test]
fn names_that_flink_takes_freely_are_not_unknown() {
    let free = [
        ("metrics.reporter.prom.factory.class", "x"),
        ("metrics.reporter.prom.port", "9249"),
        ("containerized.master.env.A_B", "x"),
        ("external-resource.gpu.amount", "2"),
        ("external-resource.gpu.param.discovery-script.path", "x"),
        ("s3.endpoint", "http://x"),
        ("fs.s3a.path.style.access", "true"),
        ("presto.s3.x", "y"),
        ("flink.hadoop.dfs.replication", "3"),
        ("kubernetes.operator.periodic.savepoint.interval", "6h"),
        ("job.autoscaler.enabled", "true"),
        ("state.backend.rocksdb.something.new", "1"),
        ("env.java.opts.jobmanager", "-Dx=y"),
        ("kubernetes.jobmanager.labels.team", "x"),
        ("table.exec.state.ttl", "1 h"),
        ("python.fn-execution.bundle.size", "1000"),
    ];
    for version in ["1.18.1", "1.19.0", "1.20.5", "2.0.0", "2.3.0"] {
        nothing(version, &free);
    }
}

#[test]
fn a_slip_below_a_free_prefix_is_found_all_the_same() {
    assert_eq!(
        told("2.3.0", &[("state.backend.rocksdb.memory.managd", "true")]),
        ["Warning Flink 2.3.0 has no option \"state.backend.rocksdb.memory.managd\" and would \
          ignore it. Did you mean \"state.backend.rocksdb.memory.managed\"?"]
    );
}

#[test]
fn a_value_of_the_wrong_kind_is_an_error_with_what_is_accepted() {
    let wrong = [
        ("execution.checkpointing.interval", "1h30m"),
        ("parallelism.default", "two"),
        ("taskmanager.memory.process.size", "1.5g"),
        ("kubernetes.rest-service.exposed.type", "Cluster"),
        ("kubernetes.jobmanager.labels", "a"),
        ("metrics.reporter.prom.interval", "soon"),
        ("taskmanager.memory.managed.fraction", "40%"),
        ("web.submit.enable", "yes"),
        ("kubernetes.jobmanager.tolerations", "a;b"),
    ];
    assert_eq!(
        told("1.18.1", &wrong),
        [
            "Error \"1h30m\" is no value for \"execution.checkpointing.interval\". Flink 1.18.1 \
             takes a duration: a whole number and one unit of d, h, min, s, ms, µs, ns, such as \
             90 s; without a unit it is milliseconds.",
            "Error \"a\" is no value for \"kubernetes.jobmanager.labels\". Flink 1.18.1 takes a \
             map: key:value,key:value, in quotes where a text holds ':' or ','.",
            "Error \"a;b\" is no value for \"kubernetes.jobmanager.tolerations\". Flink 1.18.1 \
             takes a list of maps: key:value,key:value;key:value.",
            "Error \"Cluster\" is no value for \"kubernetes.rest-service.exposed.type\". Flink \
             1.18.1 takes one of ClusterIP, NodePort, LoadBalancer, Headless_ClusterIP.",
            "Error \"soon\" is no value for \"metrics.reporter.prom.interval\". Flink 1.18.1 \
             takes a duration: a whole number and one unit of d, h, min, s, ms, µs, ns, such as \
             90 s; without a unit it is milliseconds.",
            "Error \"two\" is no value for \"parallelism.default\". Flink 1.18.1 takes a whole \
             number.",
            "Error \"40%\" is no value for \"taskmanager.memory.managed.fraction\". Flink 1.18.1 \
             takes a number, such as 0.4.",
            "Error \"1.5g\" is no value for \"taskmanager.memory.process.size\". Flink 1.18.1 \
             takes a memory size: a whole number and a binary unit of b, k, m, g, t, such as \
             1536m; without a unit it is bytes.",
            "Error \"yes\" is no value for \"web.submit.enable\". Flink 1.18.1 takes true or \
             false.",
        ]
    );
}

#[test]
fn a_value_that_the_container_completes_is_not_looked_at() {
    nothing("1.20.5", &[("taskmanager.memory.process.size", "${SIZE}m")]);
}

#[test]
fn a_secret_never_stands_in_a_finding() {
    let told = told("2.3.0", &[("kubernetes.env.secretKeyRef", "pass;word")]);
    assert_eq!(
        told,
        ["Error The value is no value for \"kubernetes.env.secretKeyRef\". Flink 2.3.0 takes a \
          list of maps: key:value,key:value;key:value."]
    );
}

#[test]
fn renamed_options_are_told_by_version() {
    let key = [("state.checkpoints.dir", "file:/c")];
    nothing("1.18.1", &key);
    let hint = "Hint \"state.checkpoints.dir\" is the old name of \
                \"execution.checkpointing.dir\". Both work; use the new one.";
    assert_eq!(told("1.20.0", &key), [hint]);
    assert_eq!(told("2.3.0", &key), [hint]);
    assert_eq!(
        told("1.19.1", &[("execution.checkpointing.dir", "file:/c")]),
        ["Warning Flink 1.19.3 does not have the option \"execution.checkpointing.dir\" yet and \
          would ignore it; 1.20.5 has it. Until then it is \"state.checkpoints.dir\"."]
    );
}

#[test]
fn removed_options_are_told_with_what_took_their_place() {
    assert_eq!(
        told("2.0.1", &[("taskmanager.heap.size", "1g"), ("state.backend.async", "true")]),
        [
            "Warning Flink 2.0.2 no longer has the option \"state.backend.async\" and would \
             ignore it; 1.20.5 still had it. Nothing takes its place: remove it.",
            "Warning Flink 2.0.2 no longer has the option \"taskmanager.heap.size\" and would \
             ignore it; 1.20.5 still had it. Set \"taskmanager.memory.process.size\" instead.",
        ]
    );
    assert_eq!(
        told("1.20.5", &[("taskmanager.heap.size", "1g")]),
        ["Hint \"taskmanager.heap.size\" is deprecated. Use \"taskmanager.memory.process.size\"."]
    );
}

#[test]
fn two_spellings_with_two_values_are_an_error() {
    let both = [("state.backend", "rocksdb"), ("state.backend.type", "hashmap")];
    let error = "Error \"state.backend\" and \"state.backend.type\" are one option \
                 (\"state.backend.type\") with two different values. Flink reads \
                 \"state.backend.type\" and would ignore this one: remove either.";
    let hint = "Hint \"state.backend\" is the old name of \"state.backend.type\". Both work; use the new one.";
    assert_eq!(told("1.18.1", &both), [error, hint]);
    assert_eq!(told("2.3.0", &both), [error, hint]);
    let same = [("taskmanager.memory.size", "1g"), ("taskmanager.memory.managed.size", "1024m")];
    assert_eq!(told("1.20.5", &same).len(), 1, "equal values are no contradiction");
    nothing(
        "1.20.5",
        &[("kubernetes.service-account", "a"), ("kubernetes.jobmanager.service-account", "b")],
    );
}

#[test]
fn keys_that_are_not_the_users_are_errors() {
    assert_eq!(
        told(
            "1.20.5",
            &[
                ("$internal.application.main", "x"),
                ("kubernetes.cluster-id", "x"),
                ("kubernetes.internal.jobmanager.entrypoint.class", "x"),
            ]
        ),
        [
            "Error \"$internal.application.main\" is an internal option of Flink, set by Flink \
             itself. Remove it.",
            "Error \"kubernetes.cluster-id\" is set by the provider. Set name.",
            "Error \"kubernetes.internal.jobmanager.entrypoint.class\" is set by the provider. \
             Leave it out.",
        ]
    );
}

#[test]
fn an_unknown_version_is_answered_by_the_nearest() {
    let findings = check(&configuration(&[("no.such.key", "1")]), Version::new(2, 9, 0), &[]);
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!(finding.severity, Severity::Warning);
    let version = Version::new(2, 3, 0);
    assert_eq!(finding.problem, Problem::Unknown { nearest: None, version });
}
