//! The sentence of every change, and which computed attributes it leaves alone.

use std::collections::BTreeMap;

use terraform::model::Attr;

use super::*;
use crate::job::model::Jar;

mod application;
mod cluster;
mod sentences;

use sentences::SENTENCES;

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
