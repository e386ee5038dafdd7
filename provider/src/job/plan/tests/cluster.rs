//! What happens to a job when its cluster changes, or another one is named.

use super::{super::*, Edit, facts, job, known};

fn on_cluster(job: &mut JobModel, reference: &str) {
    job.cluster = known(reference);
    job.id = known("flink/eu/orders");
}

/// A job on `flink/eu#1`, and what differs (prior, planned, facts) from that.
fn change(edit: Edit) -> Option<Change> {
    let mut prior = job();
    on_cluster(&mut prior, "flink/eu#1");
    let mut planned = prior.clone();
    let mut facts = Facts { origin: known("flink/eu"), ..facts() };
    edit(&mut prior, &mut planned, &mut facts);
    decide(Some(&prior), &planned, &facts)
}

const SENTENCES: &[(Edit, &str)] = &[
    (|_, _, _| {}, "nothing"),
    (
        |_, planned, _| planned.cluster = known("flink/eu#2"),
        "carry over (savepoint) to revision 2 of its cluster",
    ),
    (
        |_, planned, facts| {
            planned.cluster = known("flink/eu#2");
            planned.parallelism = Attr::Known(4);
            facts.jar_sha256 = known("bb");
        },
        "carry over (savepoint) to revision 2 of its cluster, then upgrade: jar, parallelism; checked after the stop",
    ),
    (
        |_, planned, facts| {
            planned.cluster = known("flink/eu#2");
            planned.upgrade_mode = known("stateless");
            facts.jar_sha256 = known("bb");
        },
        "carry over (savepoint) to revision 2 of its cluster, then stateless restart — STATE WILL BE DISCARDED: jar; checked after the stop",
    ),
    (
        |_, planned, _| {
            planned.cluster = known("flink/eu#2");
            planned.upgrade_mode = known("stateless");
        },
        "carry over (savepoint) to revision 2 of its cluster",
    ),
    (|_, planned, _| planned.cluster = known("flink/eu"), "record cluster (no restart)"),
    (|prior, _, _| prior.cluster = known("flink/eu"), "record cluster (no restart)"),
    (
        |_, planned, facts| {
            planned.cluster = known("flink/us#1");
            facts.origin = known("flink/us");
        },
        "move to flink/us (savepoint)",
    ),
    (
        |_, planned, facts| {
            planned.cluster = Attr::Null;
            planned.rest_url = known("http://flink:8081");
            facts.origin = known("http://flink:8081");
        },
        "move to http://flink:8081 (savepoint)",
    ),
    (
        |prior, _, _| {
            prior.cluster = Attr::Null;
            prior.rest_url = known("http://flink:8081");
            prior.id = known("http://flink:8081#orders");
        },
        "move to flink/eu (savepoint)",
    ),
    (
        |prior, planned, _| {
            prior.state = known("suspended");
            planned.state = known("suspended");
            planned.cluster = known("flink/eu#2");
        },
        "record cluster (no restart)",
    ),
    (
        |prior, planned, _| {
            prior.state = known("missing");
            planned.cluster = known("flink/eu#2");
        },
        "restart from newest checkpoint or savepoint: job missing, cluster",
    ),
];

#[test]
fn a_job_follows_its_cluster_and_says_so() {
    for (edit, sentence) in SENTENCES {
        let change = change(*edit).expect("all is known");
        assert_eq!(change.to_string(), *sentence);
        assert_eq!(
            change.action.discards(),
            sentence.contains("STATE WILL BE DISCARDED"),
            "{sentence}"
        );
    }
}

#[test]
fn a_cluster_that_is_not_known_yet_leaves_everything_open() {
    let open = change(|_, planned, facts| {
        planned.cluster = Attr::Unknown;
        facts.origin = Attr::Unknown;
    });
    assert_eq!(open, None);
}

#[test]
fn the_id_of_a_job_on_a_cluster_has_no_revision() {
    assert_eq!(id(&known("flink/eu"), &known("orders")), known("flink/eu/orders"));
}
