//! The sentences of a job with a cluster of its own.

use super::*;
use crate::{
    cluster::model::{TaskManager, TaskManagerOwn},
    job::application::example::{self, spec},
};

fn application() -> JobModel {
    let JobModel { jar, application, .. } = example::job();
    JobModel { id: known("flink/orders"), jar, jar_sha256: Attr::Null, application, ..job() }
}

fn facts() -> Facts {
    Facts { origin: known("flink/orders"), jar_sha256: Attr::Null }
}

fn replicas(job: &mut JobModel) {
    let own = TaskManagerOwn { replicas: Attr::Known(3), ..TaskManagerOwn::default() };
    spec(job).task_manager = Attr::Known(TaskManager { own, ..TaskManager::default() });
}

type Change = fn(&mut JobModel);

const SENTENCES: &[(Change, &str)] = &[
    (|_| {}, "nothing"),
    (|job| spec(job).image = known("orders:2"), "stateful upgrade (savepoint): image"),
    (
        |job| {
            spec(job).image = known("orders:2");
            job.args = Attr::Known(vec!["--x".to_owned()]);
        },
        "stateful upgrade (savepoint): image, args",
    ),
    (
        |job| {
            spec(job).flink_version = known("2.0");
            spec(job).strategy = known("native");
        },
        "stateful upgrade (savepoint): strategy, flink_version",
    ),
    (|job| job.parallelism = Attr::Known(4), "stateful upgrade (savepoint): parallelism"),
    (replicas, "in place: task_manager.replicas"),
    (
        |job| {
            replicas(job);
            spec(job).image = known("orders:2");
        },
        "stateful upgrade (savepoint): image",
    ),
    (|job| job.on_destroy = known("cancel"), "record on_destroy (no restart)"),
    (
        |job| {
            replicas(job);
            job.on_destroy = known("cancel");
        },
        "in place: task_manager.replicas, on_destroy",
    ),
    (
        |job| {
            job.upgrade_mode = known("last_state");
            spec(job).image = known("orders:2");
        },
        "stateful upgrade (last_state): image",
    ),
    (
        |job| {
            job.upgrade_mode = known("stateless");
            spec(job).image = known("orders:2");
        },
        "stateless restart — STATE WILL BE DISCARDED: image",
    ),
    (|job| job.state = known("suspended"), "suspend with savepoint"),
];

#[test]
fn a_job_with_a_cluster_of_its_own_says_what_of_it_causes_what() {
    for (change, sentence) in SENTENCES {
        let (prior, mut planned) = (application(), application());
        change(&mut planned);
        let said = decide(Some(&prior), &planned, &facts()).expect("all is known").to_string();
        assert_eq!(said, *sentence);
    }
}

#[test]
fn what_has_ended_is_started_again_in_a_cluster_of_its_own() {
    let prior = JobModel { state: known("missing"), ..application() };
    let change = decide(Some(&prior), &application(), &facts()).expect("all is known");
    assert_eq!(change.to_string(), "restart from newest checkpoint or savepoint: job missing");
}

#[test]
fn its_id_is_its_clusters_name() {
    let filled = fill(None, JobModel { id: Attr::Unknown, ..application() }, &facts(), None);
    assert_eq!(filled.id, known("flink/orders"));
    assert_eq!(origin_of(&filled), Some("flink/orders"));
}

#[test]
fn an_image_that_is_not_known_yet_leaves_the_sentence_open() {
    let mut planned = application();
    spec(&mut planned).image = Attr::Unknown;
    assert_eq!(decide(Some(&application()), &planned, &facts()), None);
}

/// Nobody here reads what lies there, so that the address is all that tells one from another.
#[test]
fn a_jar_at_another_address_is_an_upgrade_of_a_cluster_of_its_own() {
    let mut planned = application();
    let jar = |uri| Attr::Known(Jar { uri, ..Jar::default() });
    planned.jar = jar(known("s3://flink/orders-2.jar"));
    let said = decide(Some(&application()), &planned, &facts()).expect("all is known").to_string();
    assert_eq!(said, "stateful upgrade (savepoint): jar");
    planned.args = Attr::Known(vec!["--x".to_owned()]);
    let said = decide(Some(&application()), &planned, &facts()).expect("all is known").to_string();
    assert_eq!(said, "stateful upgrade (savepoint): jar, args");
    planned.jar = jar(Attr::Unknown);
    assert_eq!(decide(Some(&application()), &planned, &facts()), None);
    // On a cluster that others share the provider fetches it, and its content decides.
    let elsewhere = JobModel { jar: jar(known("https://example.com/orders.jar")), ..job() };
    let said = decide(Some(&job()), &elsewhere, &super::facts()).expect("all is known").to_string();
    assert_eq!(said, "record jar (no restart)");
}

#[test]
fn a_move_to_a_cluster_of_its_own_keeps_the_state() {
    let prior = job();
    let change = decide(Some(&prior), &application(), &facts()).expect("all is known");
    let said = change.to_string();
    assert!(said.starts_with("move to flink/orders (savepoint)"), "{said}");
}

/// A night's drift: what somebody has changed in its objects.
#[test]
fn what_was_changed_in_the_cluster_is_put_right_and_never_under_the_job() {
    let gone = "changed: Service orders-rest was deleted";
    let pods = "changed: spec.nodeName of the pods of Deployment orders-jobmanager was changed";
    for (found, image, sentence) in [
        (gone, "orders:1", format!("in place: {gone}")),
        (pods, "orders:1", format!("stateful upgrade (savepoint): {pods}")),
        (gone, "orders:2", "stateful upgrade (savepoint): image".to_owned()),
        (pods, "orders:2", format!("stateful upgrade (savepoint): {pods}, image")),
        ("ready", "orders:1", "nothing".to_owned()),
    ] {
        let prior = JobModel { cluster_status: known(found), ..application() };
        let mut planned = application();
        spec(&mut planned).image = known(image);
        let change = decide(Some(&prior), &planned, &facts()).expect("all is known");
        assert_eq!(change.to_string(), sentence);
        let filled = fill(Some(&prior), planned, &facts(), Some(&change));
        assert_eq!(filled.cluster_status, known("ready"));
    }
}

#[test]
fn a_cluster_that_does_not_stand_has_no_status() {
    let status = |job| fill(None, job, &facts(), None).cluster_status;
    assert_eq!(status(application()), known("ready"));
    assert_eq!(status(JobModel { state: known("suspended"), ..application() }), Attr::Null);
    assert_eq!(status(JobModel { application: Attr::Unknown, ..application() }), Attr::Unknown);
    assert_eq!(status(job()), Attr::Null);
}
