//! The sentence of every change, and which computed attributes it leaves alone.

use std::collections::BTreeMap;

use terraform::model::Attr;

use super::*;
use crate::job::model::{Jar, Timeouts, Upgrade};

#[path = "cluster.rs"]
mod cluster;

fn known(text: &str) -> Attr<String> {
    Attr::Known(text.to_owned())
}

fn options(pairs: &[(&str, &str)]) -> Attr<BTreeMap<String, String>> {
    let pairs = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    Attr::Known(pairs.collect())
}

/// A job as an apply leaves it.
fn job() -> JobModel {
    JobModel {
        id: known("http://flink:8081#orders"),
        name: known("orders"),
        jar: Attr::Known(Jar { path: known("orders.jar"), ..Jar::default() }),
        parallelism: Attr::Known(2),
        state: known("running"),
        upgrade_mode: known("savepoint"),
        on_destroy: known("savepoint"),
        prevent_state_loss: Attr::Known(false),
        bounded: Attr::Known(false),
        planned_action: known("create"),
        job_id: known("00000000000000000000000000000001"),
        jar_sha256: known("aa"),
        ..JobModel::default()
    }
}

fn facts() -> Facts {
    Facts { origin: known("http://flink:8081"), jar_sha256: known("aa") }
}

fn restore(from: &str, path: Option<&str>) -> Attr<Restore> {
    Attr::Known(Restore {
        from: known(from),
        path: path.map(str::to_owned).into(),
        ..Restore::default()
    })
}

type Edit = fn(&mut JobModel, &mut JobModel, &mut Facts);

/// What differs (prior, planned, facts) and the sentence for it.
const SENTENCES: &[(Edit, &str)] = &[
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

#[test]
fn every_change_has_its_sentence() {
    for (number, (edit, sentence)) in SENTENCES.iter().enumerate() {
        let (mut prior, mut planned, mut facts) = (job(), job(), facts());
        edit(&mut prior, &mut planned, &mut facts);
        let change = decide(Some(&prior), &planned, &facts).expect("everything is known");
        assert_eq!(change.to_string(), *sentence, "row {number}");
    }
}

#[test]
fn state_is_named_as_discarded_exactly_when_it_is() {
    for (edit, _) in SENTENCES {
        let (mut prior, mut planned, mut facts) = (job(), job(), facts());
        edit(&mut prior, &mut planned, &mut facts);
        let change = decide(Some(&prior), &planned, &facts).expect("everything is known");
        let said = change.to_string().contains("STATE WILL BE DISCARDED");
        assert_eq!(said, change.action.discards(), "{change}");
    }
}

#[test]
fn a_planned_object_planned_again_is_the_same() {
    for (edit, _) in SENTENCES {
        let (mut prior, mut planned, mut facts) = (job(), job(), facts());
        edit(&mut prior, &mut planned, &mut facts);
        let change = decide(Some(&prior), &planned, &facts);
        let first = fill(Some(&prior), planned.clone(), &facts, change.as_ref());
        let second =
            fill(Some(&prior), planned, &facts, decide(Some(&prior), &first, &facts).as_ref());
        assert_eq!(first, second);
    }
}

#[test]
fn a_first_start_says_what_it_begins_with() {
    let cases = [
        (Attr::Null, "running", "create"),
        (restore("latest", None), "running", "create"),
        (restore("none", None), "running", "create: starts empty"),
        (restore("savepoint", Some("s3://b/sp")), "running", "create: starts from s3://b/sp"),
        (Attr::Null, "suspended", "create suspended: nothing is started"),
    ];
    for (restore, state, sentence) in cases {
        let planned = JobModel { restore, state: known(state), ..job() };
        let change = decide(None, &planned, &facts()).expect("everything is known");
        assert_eq!(change.to_string(), sentence);
    }
}

#[test]
fn nothing_is_touched_when_nothing_changes() {
    let planned = JobModel { planned_action: Attr::Unknown, job_id: Attr::Unknown, ..job() };
    let change = decide(Some(&job()), &planned, &facts());
    assert_eq!(fill(Some(&job()), planned, &facts(), change.as_ref()), job());
}

#[test]
fn a_change_that_restarts_nothing_keeps_what_is_known_of_the_job() {
    let planned = JobModel { on_destroy: known("cancel"), job_id: Attr::Unknown, ..job() };
    let change = decide(Some(&job()), &planned, &facts());
    let filled = fill(Some(&job()), planned, &facts(), change.as_ref());
    assert_eq!(filled.job_id, job().job_id);
    assert_eq!(filled.restored_from, Attr::Null);
    assert_eq!(filled.planned_action, known("record on_destroy (no restart)"));
}

#[test]
fn a_suspend_leaves_the_job_id_and_gives_another_savepoint() {
    let planned = JobModel { state: known("suspended"), ..job() };
    let change = decide(Some(&job()), &planned, &facts());
    let filled = fill(Some(&job()), planned, &facts(), change.as_ref());
    assert_eq!(filled.job_id, job().job_id);
    assert_eq!(filled.last_savepoint_path, Attr::Unknown);
}

#[test]
fn an_action_that_hangs_on_unknown_values_is_unknown() {
    let edits: [Edit; 6] = [
        |_, planned, _| planned.args = Attr::Unknown,
        |_, planned, _| planned.name = Attr::Unknown,
        |_, planned, _| planned.restore = Attr::Unknown,
        |_, planned, _| {
            planned.jar = Attr::Known(Jar { path: Attr::Unknown, ..Jar::default() });
        },
        |_, planned, facts| {
            planned.rest_url = Attr::Unknown;
            facts.origin = Attr::Unknown;
        },
        |_, planned, facts| {
            planned.on_destroy = known("cancel");
            facts.origin = Attr::Unknown;
        },
    ];
    for (number, edit) in edits.iter().enumerate() {
        let (mut prior, mut planned, mut facts) = (job(), job(), facts());
        edit(&mut prior, &mut planned, &mut facts);
        assert_eq!(decide(Some(&prior), &planned, &facts), None, "row {number}");
        let filled = fill(Some(&prior), planned, &facts, None);
        assert_eq!(filled.planned_action, Attr::Unknown);
        assert_eq!(filled.job_id, Attr::Unknown);
    }
}

#[test]
fn an_unknown_origin_alone_changes_nothing() {
    let facts = Facts { origin: Attr::Unknown, ..facts() };
    let change = decide(Some(&job()), &job(), &facts);
    assert_eq!(fill(Some(&job()), job(), &facts, change.as_ref()), job());
}

#[test]
fn a_jar_of_unknown_content_is_an_upgrade_already_at_plan() {
    let facts = Facts { jar_sha256: Attr::Unknown, ..facts() };
    let change = decide(Some(&job()), &job(), &facts).expect("only the content is open");
    assert_eq!(change.to_string(), "stateful upgrade (savepoint): jar");
}
