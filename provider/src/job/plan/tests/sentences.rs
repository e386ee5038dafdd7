//! Every change of a job, and the sentence for it.

use terraform::model::Attr;

use super::{Edit, known, options, restore};
use crate::job::model::{Jar, Timeouts, Upgrade};

/// What differs (prior, planned, facts) and the sentence for it.
pub(super) const SENTENCES: &[(Edit, &str)] = &[
    (|_, _, _| {}, "nothing"),
    (|_, _, facts| facts.jar_sha256 = known("bb"), "stateful upgrade (savepoint): jar"),
    (
        |_, planned, facts| {
            facts.jar_sha256 = known("bb");
            planned.parallelism = Attr::Known(4);
        },
        "stateful upgrade (savepoint): jar, parallelism",
    ),
    (
        |_, planned, _| planned.args = Attr::Known(vec!["--x".to_owned()]),
        "stateful upgrade (savepoint): args",
    ),
    (|_, planned, _| planned.args = Attr::Known(vec![]), "nothing"),
    (
        |_, planned, _| planned.timeouts = Attr::Known(Timeouts::default()),
        "record timeouts (no restart)",
    ),
    (
        |_, planned, facts| {
            facts.jar_sha256 = known("bb");
            planned.upgrade_mode = known("last_state");
        },
        "stateful upgrade (last_state): jar",
    ),
    (
        |_, planned, facts| {
            facts.jar_sha256 = known("bb");
            planned.upgrade_mode = known("stateless");
        },
        "stateless restart — STATE WILL BE DISCARDED: jar",
    ),
    (
        |_, planned, facts| {
            facts.jar_sha256 = known("bb");
            planned.bounded = Attr::Known(true);
        },
        "stateful upgrade (savepoint): jar; if it has finished, it runs anew",
    ),
    (
        |_, planned, _| planned.parallelism = Attr::Known(8),
        "rescale 2→8 (in place where the scheduler is adaptive, else with a savepoint)",
    ),
    (
        |_, planned, _| planned.parallelism = Attr::Null,
        "rescale 2→default (in place where the scheduler is adaptive, else with a savepoint)",
    ),
    (
        |_, planned, _| {
            planned.jar = Attr::Known(Jar { path: known("build/orders.jar"), ..Jar::default() });
        },
        "record jar (no restart)",
    ),
    (
        |_, planned, _| {
            planned.jar = Attr::Known(Jar {
                path: known("orders.jar"),
                entry_class: known("com.acme.Job"),
                ..Jar::default()
            });
        },
        "stateful upgrade (savepoint): jar",
    ),
    (
        |_, planned, _| {
            planned.on_destroy = known("cancel");
            planned.upgrade =
                Attr::Known(Upgrade { drain: Attr::Known(true), ..Upgrade::default() });
        },
        "record upgrade, on_destroy (no restart)",
    ),
    (|_, planned, _| planned.upgrade_mode = known("stateless"), "record upgrade_mode (no restart)"),
    (|_, planned, _| planned.state = known("suspended"), "suspend with savepoint"),
    (
        |_, planned, _| {
            planned.state = known("suspended");
            planned.upgrade_mode = known("last_state");
        },
        "suspend keeping the newest checkpoint",
    ),
    (
        |_, planned, _| {
            planned.state = known("suspended");
            planned.upgrade_mode = known("stateless");
        },
        "suspend — STATE WILL BE DISCARDED",
    ),
    (|prior, _, _| prior.state = known("suspended"), "resume from savepoint"),
    (
        |prior, _, facts| {
            prior.state = known("suspended");
            facts.jar_sha256 = known("bb");
        },
        "resume from savepoint: jar",
    ),
    (
        |prior, planned, _| {
            prior.state = known("suspended");
            planned.upgrade_mode = known("stateless");
        },
        "resume without state — STATE WILL BE DISCARDED",
    ),
    (
        |prior, planned, facts| {
            prior.state = known("suspended");
            planned.state = known("suspended");
            facts.jar_sha256 = known("bb");
        },
        "record jar (no restart)",
    ),
    (
        |prior, planned, _| {
            prior.state = known("suspended");
            prior.job_id = Attr::Null;
            planned.restore = restore("none", None);
        },
        "create: starts empty",
    ),
    (
        |prior, _, _| prior.state = known("failed"),
        "restart from newest checkpoint or savepoint: job failed",
    ),
    (
        |prior, _, _| prior.state = known("missing"),
        "restart from newest checkpoint or savepoint: job missing",
    ),
    (
        |prior, _, facts| {
            prior.state = known("canceled");
            facts.jar_sha256 = known("bb");
        },
        "restart from newest checkpoint or savepoint: job canceled, jar",
    ),
    (
        |prior, planned, _| {
            prior.state = known("failed");
            planned.upgrade_mode = known("stateless");
        },
        "stateless restart — STATE WILL BE DISCARDED: job failed",
    ),
    (
        |prior, planned, _| {
            prior.state = known("failed");
            planned.restore = restore("none", None);
        },
        "restart without state — STATE WILL BE DISCARDED: restore",
    ),
    (
        |prior, planned, _| {
            prior.state = known("failed");
            planned.state = known("suspended");
        },
        "suspend keeping the newest checkpoint or savepoint: job failed",
    ),
    (
        |_, planned, facts| {
            planned.rest_url = known("http://other:8081");
            facts.origin = known("http://other:8081");
        },
        "move to http://other:8081 (savepoint)",
    ),
    (
        |_, planned, _| planned.rest_url = known("http://flink:8081/"),
        "record rest_url (no restart)",
    ),
    (
        |_, _, facts| facts.origin = known("http://other:8081"),
        "move to http://other:8081 (savepoint)",
    ),
    (
        |_, planned, facts| {
            facts.origin = known("http://other:8081");
            facts.jar_sha256 = known("bb");
            planned.name = known("sales");
        },
        "move to http://other:8081 (savepoint): name, jar",
    ),
    (|_, planned, _| planned.name = known("sales"), "rename to \"sales\" (savepoint)"),
    (
        |_, planned, _| planned.restore = restore("savepoint", Some("s3://b/sp-1")),
        "restart from s3://b/sp-1: restore",
    ),
    (|_, planned, _| planned.restore = restore("latest", None), "record restore (no restart)"),
    (|prior, _, _| prior.restore = restore("none", None), "record restore (no restart)"),
    (
        |_, planned, _| planned.restart_trigger = options(&[("at", "1")]),
        "stateful upgrade (savepoint): restart_trigger",
    ),
    (
        |prior, planned, _| {
            prior.restore = restore("none", None);
            planned.restore = restore("none", None);
            planned.restart_trigger = options(&[("at", "1")]);
        },
        "restart without state — STATE WILL BE DISCARDED: restart_trigger",
    ),
    (
        |prior, planned, facts| {
            prior.restore = restore("none", None);
            planned.restore = restore("none", None);
            facts.jar_sha256 = known("bb");
        },
        "stateful upgrade (savepoint): jar",
    ),
    (
        |prior, planned, _| {
            prior.flink_configuration = options(&[("execution.checkpointing.interval", "60s")]);
            planned.flink_configuration = options(&[("execution.checkpointing.interval", "1 min")]);
        },
        "nothing",
    ),
    (
        |prior, planned, _| {
            prior.flink_configuration = options(&[("execution.checkpointing.interval", "60s")]);
            planned.flink_configuration = options(&[("execution.checkpointing.interval", "30s")]);
        },
        "stateful upgrade (savepoint): flink_configuration",
    ),
    (
        |prior, planned, _| {
            prior.jar = Attr::Null;
            prior.jar_sha256 = Attr::Null;
            planned.args = Attr::Known(vec!["--x".to_owned()]);
        },
        "adopt: record jar, args (no restart)",
    ),
];
