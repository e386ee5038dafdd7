//! Rules of the wait, each by the smallest story that would fool a wait without it. What whole
//! recordings show is in `tests/operator_timelines.rs`.

use std::time::Duration;

use serde_json::{Value as Json, json};

use super::{Asks, Goal, Want, wait};
use crate::operator::{Change, Kind, Proof, Seen};

/// What is in hand, in the words of the operator: lifecycle, JobManager, job, phase.
type Words = [&'static str; 4];

const UP: Words = ["STABLE", "READY", "RUNNING", "DEPLOYED"];
const COMING: Words = ["DEPLOYED", "DEPLOYING", "RECONCILING", "DEPLOYED"];
const STOPPING: Words = ["UPGRADING", "READY", "FINISHED", "UPGRADING"];

fn recorded(state: &str, mode: &str) -> String {
    json!({ "spec": { "job": { "state": state, "upgradeMode": mode } } }).to_string()
}

fn resource(
    (generation, observed): (i64, i64),
    [lifecycle, job_manager, job, phase]: Words,
) -> Json {
    let state = if phase == "UPGRADING" { "suspended" } else { "running" };
    json!({
        "kind": "FlinkDeployment",
        "metadata": { "name": "it", "uid": "1", "generation": generation, "finalizers": ["f"] },
        "spec": { "job": { "state": "running", "upgradeMode": "savepoint" } },
        "status": {
            "observedGeneration": observed,
            "lifecycleState": lifecycle,
            "jobManagerDeploymentStatus": job_manager,
            "jobStatus": { "jobId": format!("j{observed}"), "state": job, "upgradeSavepointPath": "s3://s/savepoint-1" },
            "reconciliationStatus": { "state": phase, "lastReconciledSpec": recorded(state, "savepoint") },
        },
    })
}

fn with(mut object: Json, path: &str, value: Json) -> Json {
    let (parent, key) = path.rsplit_once('/').expect("a path");
    object.pointer_mut(parent).expect("a parent")[key] = value;
    object
}

fn fault(object: Json, class: &str, message: &str, reason: &str) -> Json {
    let type_name = format!("org.apache.flink.kubernetes.operator.exception.{class}");
    let told = json!({ "type": type_name, "message": message, "additionalMetadata": { "reason": reason } });
    with(object, "/status/error", json!(told.to_string()))
}

fn event(reason: &str, message: &str, count: u64) -> Json {
    json!({
        "kind": "Event", "metadata": { "name": format!("{reason}.1") }, "reason": reason,
        "message": message, "count": count,
        "involvedObject": { "kind": "FlinkDeployment", "name": "it" },
    })
}

fn session_job(words: Words) -> Json {
    let job = resource((2, 2), words);
    with(with(job, "/kind", json!("FlinkSessionJob")), "/spec/deploymentName", json!("session"))
}

/// The old version runs; generation 2 is written at 10 s; then this is seen, in tenths of a second.
fn told_of(kind: Kind, story: &[(u64, Json)], now: u64) -> String {
    let at = |tenths: u64| Duration::from_millis(tenths * 100);
    let mut seen = Seen::nothing_of(kind, "it");
    let mut before = resource((1, 1), UP);
    before["kind"] = json!(kind.name());
    seen.learn(at(0), Change::Is, &before);
    for (tenths, object) in story {
        seen.learn(at(*tenths), Change::Is, object);
    }
    let goal = Goal { want: Want::Running, generation: 2, since: at(100), asks: Asks::Nobody };
    wait(&goal, &seen, at(now)).to_string()
}

fn told(story: &[(u64, Json)], now: u64) -> String {
    told_of(Kind::Deployment, story, now)
}

fn written() -> (u64, Json) {
    (100, resource((2, 1), UP))
}

#[test]
fn what_the_former_version_shows_is_not_believed() {
    assert_eq!(told(&[written()], 101), "the old job to stop");
    let lagging = |is: &str| {
        let condition = json!([{ "type": "Running", "status": is }]);
        with(resource((2, 2), UP), "/status/conditions", condition)
    };
    let story = |is| vec![written(), (120, resource((2, 2), STOPPING)), (300, lagging(is))];
    assert_eq!(told(&story("False"), 300), "the job to run");
    let done = "running, restored from the savepoint s3://s/savepoint-1";
    assert_eq!(told(&story("True"), 300), done);
}

#[test]
fn a_stable_status_without_a_jobmanager_is_no_end() {
    let lost = ["STABLE", "MISSING", "RECONCILING", "DEPLOYED"];
    let story = [written(), (120, resource((2, 2), COMING)), (200, resource((2, 2), lost))];
    assert_eq!(told(&story, 210), "the JobManager");
}

#[test]
fn a_version_that_was_brought_back_counts_when_it_runs() {
    let back =
        |job_manager, job| resource((2, 2), ["ROLLED_BACK", job_manager, job, "ROLLED_BACK"]);
    let rolling = ["ROLLING_BACK", "MISSING", "RECONCILING", "ROLLING_BACK"];
    let mut story =
        vec![written(), (120, resource((2, 2), COMING)), (400, resource((2, 2), rolling))];
    assert_eq!(told(&story, 410), "the former version to come back");
    story.push((420, back("DEPLOYING", "RECONCILING")));
    assert_eq!(told(&story, 430), "the former version to come back");
    story.push((600, back("READY", "RUNNING")));
    assert_eq!(told(&story, 600), "the former version runs again: the operator gives no reason");
}

#[test]
fn a_mount_that_comes_late_is_no_failure_and_one_that_never_comes_is() {
    let broken = ["DEPLOYED", "ERROR", "RECONCILING", "DEPLOYED"];
    let mount = "configmap pod-template-it not found";
    let failing =
        fault(resource((2, 2), broken), "DeploymentFailedException", mount, "FailedMount");
    let mut story = vec![written(), (120, failing)];
    assert_eq!(told(&story, 800), "the JobManager");
    assert_eq!(told(&story, 1100), format!("the JobManager does not come up: {mount}"));
    let text_that_stayed =
        fault(resource((2, 2), UP), "DeploymentFailedException", mount, "FailedMount");
    story.push((140, resource((2, 2), COMING)));
    story.push((300, text_that_stayed));
    assert!(told(&story, 301).starts_with("running, restored"), "{}", told(&story, 301));
}

#[test]
fn one_failed_sample_of_a_session_job_is_an_attempt_and_three_equal_failures_are_none() {
    let attempt = ["FAILED", "", "RECONCILING", "UPGRADING"];
    let failing = |count| {
        let mut event = event("Error", "missing.jar (No such file or directory)", count);
        event["involvedObject"]["kind"] = json!("FlinkSessionJob");
        event
    };
    let mut story = vec![(100, session_job(attempt)), (101, failing(1))];
    let of = |story: &[(u64, Json)], now| told_of(Kind::SessionJob, story, now);
    assert_eq!(of(&story, 102), "the operator to deploy it");
    story.push((120, failing(2)));
    story.push((140, failing(3)));
    let told = "the job cannot be started: missing.jar (No such file or directory)";
    assert_eq!(of(&story, 140), told);
    let ended = [(100, session_job(["FAILED", "", "FAILED", "DEPLOYED"]))];
    assert_eq!(of(&ended, 110), "the job to run");
    assert_eq!(of(&ended, 131), "the job has failed: ");
}

#[test]
fn a_job_that_restarts_on_its_way_up_has_to_settle() {
    let exception = |count| event("JobException", "sink is full", count);
    let mut story = vec![written(), (120, resource((2, 2), COMING)), (200, exception(1))];
    story.push((210, resource((2, 2), UP)));
    assert_eq!(told(&story, 211), "the job to run");
    assert!(told(&story, 241).starts_with("running"));
    story.push((220, exception(2)));
    assert_eq!(told(&story, 260), "the job to run");
    story.push((300, exception(5)));
    assert_eq!(told(&story, 300), "the job fails again and again: sink is full");
}

#[test]
fn a_refusal_that_was_there_before_must_come_again() {
    let refusing =
        |observed| fault(resource(observed, UP), "ValidationException", "no directory", "");
    let mut seen = Seen::nothing_of(Kind::Deployment, "it");
    let at = Duration::from_secs;
    seen.learn(at(0), Change::Is, &refusing((1, 0)));
    seen.learn(at(10), Change::Is, &refusing((2, 0)));
    let goal = Goal { want: Want::Running, generation: 2, since: at(10), asks: Asks::Nobody };
    assert_eq!(wait(&goal, &seen, at(11)).to_string(), "the old job to stop");
    for count in 1..=3 {
        seen.learn(at(11 + count), Change::Is, &event("ValidationError", "no directory", count));
    }
    assert_eq!(wait(&goal, &seen, at(15)).to_string(), "the operator refuses it: no directory");
    let story = [written(), (110, fault(resource((2, 1), UP), "ValidationException", "new", ""))];
    assert_eq!(told(&story, 110), "the operator refuses it: new");
}

#[test]
fn savepoints_that_fail_again_and_again_are_told_while_the_old_job_runs() {
    let failing = |count| event("SavepointError", "no space left", count);
    let mut story = vec![written(), (110, failing(1)), (120, failing(2))];
    assert_eq!(told(&story, 120), "the old job to stop; so far: no space left");
    story.push((130, failing(3)));
    assert_eq!(told(&story, 130), "no savepoint comes about: no space left");
}

#[test]
fn what_others_do_meanwhile_is_told() {
    let later = resource((3, 2), UP);
    assert_eq!(told(&[written(), (110, later)], 110), "somebody has changed it since");
    let other = with(resource((2, 1), UP), "/metadata/uid", json!("2"));
    assert_eq!(told(&[written(), (110, other)], 110), "somebody has deleted it");
    let deleted =
        with(resource((3, 1), UP), "/metadata/deletionTimestamp", json!("2026-01-01T00:00:00Z"));
    assert_eq!(told(&[written(), (110, deleted)], 110), "somebody has deleted it");
    let canceled = resource((2, 2), ["STABLE", "READY", "CANCELED", "DEPLOYED"]);
    assert_eq!(told(&[written(), (110, canceled)], 110), "somebody has cancelled the job");
}

#[test]
fn a_jobmanager_that_was_lost_since_is_not_the_one_that_is_said_to_be_ready() {
    let pod = |ready: bool| {
        json!({
            "kind": "Pod", "metadata": { "name": "it-7f68-x2" },
            "status": { "containerStatuses": [{ "ready": ready }] },
        })
    };
    let mut story = vec![written(), (120, resource((2, 2), UP)), (130, pod(false))];
    assert_eq!(told(&story, 131), "the JobManager");
    assert!(told(&story, 731).starts_with("running"), "the operator has nothing new to say");
    story.push((200, pod(true)));
    assert!(told(&story, 200).starts_with("running"));
}

#[test]
fn a_deployment_that_was_lost_comes_back_by_high_availability() {
    let (up, lost) = (resource((1, 1), UP), ["STABLE", "MISSING", "RECONCILING", "DEPLOYED"]);
    let mut seen = Seen::nothing_of(Kind::Deployment, "it");
    let at = Duration::from_secs;
    seen.learn(at(0), Change::Is, &up);
    seen.learn(at(11), Change::Is, &resource((1, 1), lost));
    seen.learn(at(12), Change::Is, &event("RecoverDeployment", "Recovering lost deployment", 1));
    let goal = Goal { want: Want::Running, generation: 1, since: at(10), asks: Asks::Nobody };
    assert_eq!(wait(&goal, &seen, at(13)).to_string(), "the JobManager");
    seen.learn(at(40), Change::Is, &up);
    let expected = "running, restored from the newest checkpoint known to high availability";
    assert_eq!(wait(&goal, &seen, at(40)).to_string(), expected);
}

#[test]
fn where_flink_can_be_asked_its_word_counts() {
    let at = Duration::from_secs;
    let goal = Goal { want: Want::Running, generation: 2, since: at(10), asks: Asks::Flink };
    let proof = |all_tasks_run, restored: Option<&str>| Proof {
        job: "j2".to_owned(),
        all_tasks_run,
        restored: restored.map(str::to_owned),
    };
    let told = |asked: u64, proof: Proof| {
        let mut seen = Seen::nothing_of(Kind::Deployment, "it");
        seen.learn(at(0), Change::Is, &resource((1, 1), UP));
        seen.learn(at(10), Change::Is, &resource((2, 1), UP));
        seen.learn(at(12), Change::Is, &resource((2, 2), STOPPING));
        seen.learn(at(30), Change::Is, &resource((2, 2), UP));
        seen.prove(at(asked), proof);
        wait(&goal, &seen, at(40)).to_string()
    };
    let tasks = "all of the job's tasks to run";
    let savepoint = Some("s3://s/savepoint-1");
    assert_eq!(told(29, proof(true, savepoint)), tasks, "asked before");
    assert_eq!(told(31, proof(false, savepoint)), tasks);
    let former = Proof { job: "j1".to_owned(), ..proof(true, savepoint) };
    assert_eq!(told(31, former), tasks, "of the former job");
    let done = "running, restored from the savepoint s3://s/savepoint-1";
    assert_eq!(told(31, proof(true, savepoint)), done);
    let fell_back =
        "running, restored from the checkpoint s3://c/chk-3, because no savepoint came about";
    assert_eq!(told(31, proof(true, Some("s3://c/chk-3"))), fell_back);
    assert_eq!(told(31, proof(true, None)), "it runs without the state at s3://s/savepoint-1");
}

#[test]
fn silence_is_an_operator_that_does_not_run() {
    assert_eq!(told(&[written()], 399), "the old job to stop");
    assert_eq!(told(&[written()], 400), "no operator takes it up");
    let taken_up = [written(), (101, event("SpecChanged", "UPGRADE change(s) detected", 1))];
    assert_eq!(told(&taken_up, 4000), "the old job to stop");
}

#[test]
fn what_was_restored_is_told_by_the_path() {
    let from = |mode: &str, path: Json| {
        let up = with(resource((2, 2), UP), "/status/jobStatus/upgradeSavepointPath", path);
        with(
            up,
            "/status/reconciliationStatus/lastReconciledSpec",
            json!(recorded("running", mode)),
        )
    };
    let story = |up| [written(), (120, resource((2, 2), STOPPING)), (300, up)];
    let fell_back = ", because no savepoint came about";
    for (mode, path, expected) in [
        (
            "savepoint",
            json!("s3://c/chk-6"),
            format!("running, restored from the checkpoint s3://c/chk-6{fell_back}"),
        ),
        (
            "last-state",
            json!("KUBERNETES_OPERATOR_LAST_STATE"),
            format!(
                "running, restored from the newest checkpoint known to high availability{fell_back}"
            ),
        ),
        ("savepoint", json!(null), "running, started empty".to_owned()),
        ("stateless", json!("s3://s/savepoint-1"), "running, started empty".to_owned()),
    ] {
        assert_eq!(told(&story(from(mode, path)), 300), expected, "{mode}");
    }
}
