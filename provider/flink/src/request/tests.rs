use std::collections::BTreeMap;
use std::path::PathBuf;

use super::checkpoints::{Drain, Savepoint, SavepointFormat};
use super::jars::{Program, Restore, RestoreMode};
use super::*;
use crate::response::jobs::{ParallelismBounds, ResourceRequirements, VertexRequirements};
use crate::{JarId, JobId, TriggerId, VertexId};

fn job() -> JobId {
    JobId::from_bytes([0xaa; 16])
}

fn trigger() -> TriggerId {
    TriggerId::from_bytes([0xbb; 16])
}

const JOB: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const TRIGGER: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

/// Compares a request, as data, with its method, path, query and body.
fn check<A>(request: &Request<A>, expected: &str) {
    let expected = expected.replace("{job}", JOB).replace("{trigger}", TRIGGER);
    assert_eq!(format!("{request:?}"), expected);
}

#[test]
fn reads_name_what_they_read() {
    check(&cluster::config(), "GET /config");
    check(&cluster::overview(), "GET /overview");
    check(&cluster::configuration(), "GET /jobmanager/config");
    check(&cluster::task_managers(), "GET /taskmanagers");
    check(&jars::list(), "GET /jars");
    check(&jobs::list(), "GET /jobs");
    check(&jobs::overview(), "GET /jobs/overview");
    check(&jobs::status(&job()), "GET /jobs/{job}/status");
    check(&jobs::details(&job()), "GET /jobs/{job}");
    check(&jobs::plan(&job()), "GET /jobs/{job}/plan");
    check(&jobs::config(&job()), "GET /jobs/{job}/config");
    check(&jobs::exceptions(&job(), 5), "GET /jobs/{job}/exceptions?maxExceptions=5");
    check(&jobs::execution_result(&job()), "GET /jobs/{job}/execution-result");
    check(&jobs::resource_requirements(&job()), "GET /jobs/{job}/resource-requirements");
    check(&checkpoints::list(&job()), "GET /jobs/{job}/checkpoints");
    check(&checkpoints::details(&job(), 7), "GET /jobs/{job}/checkpoints/details/7");
    check(&checkpoints::config(&job()), "GET /jobs/{job}/checkpoints/config");
    check(
        &checkpoints::trigger_status(&job(), &trigger()),
        "GET /jobs/{job}/checkpoints/{trigger}",
    );
    check(
        &checkpoints::savepoint_status(&job(), &trigger()),
        "GET /jobs/{job}/savepoints/{trigger}",
    );
    check(&checkpoints::disposal_status(&trigger()), "GET /savepoint-disposal/{trigger}");
}

#[test]
fn only_reads_may_be_repeated() {
    assert_eq!(jobs::overview().effect(), Effect::Reads);
    assert_eq!(jobs::cancel(&job()).effect(), Effect::Changes);
    assert_eq!(jars::delete(&JarId::new("x.jar")).effect(), Effect::Changes);
    assert_eq!(jars::plan(&JarId::new("x.jar"), &Program::default()).effect(), Effect::Changes);
    assert_eq!(checkpoints::dispose("file:/x").effect(), Effect::Changes);
}

#[test]
fn what_runs_main_is_given_time() {
    let (jar, program) = (JarId::new("x.jar"), Program::default());
    assert_eq!(jars::plan(&jar, &program).pace(), Pace::RunsMain);
    assert_eq!(jars::run(&jar, &job(), &program, None).pace(), Pace::RunsMain);
    assert_eq!(jars::upload("x.jar", PathBuf::new()).pace(), Pace::Transfers);
    assert_eq!(jobs::status(&job()).pace(), Pace::Prompt);
}

#[test]
fn a_submission_sends_only_what_every_version_knows() {
    let program = Program {
        entry_class: Some("com.acme.Job".to_owned()),
        args: vec!["--rate".to_owned(), "5".to_owned()],
        parallelism: Some(4),
        flink_configuration: BTreeMap::from([("a".to_owned(), "b".to_owned())]),
    };
    let restore = Restore {
        path: "s3://b/sp-1".to_owned(),
        allow_non_restored_state: false,
        mode: RestoreMode::NoClaim,
    };
    check(
        &jars::run(&JarId::new("1_x.jar"), &job(), &program, Some(&restore)),
        r#"POST /jars/1_x.jar/run {"allowNonRestoredState":false,"entryClass":"com.acme.Job","flinkConfiguration":{"a":"b"},"jobId":"{job}","parallelism":4,"programArgsList":["--rate","5"],"restoreMode":"NO_CLAIM","savepointPath":"s3://b/sp-1"}"#,
    );
}

#[test]
fn what_is_not_set_is_not_sent() {
    let (jar, program) = (JarId::new("1_x.jar"), Program::default());
    check(
        &jars::run(&jar, &job(), &program, None),
        r#"POST /jars/1_x.jar/run {"flinkConfiguration":{},"jobId":"{job}","programArgsList":[]}"#,
    );
    check(
        &jars::plan(&jar, &program),
        r#"POST /jars/1_x.jar/plan {"flinkConfiguration":{},"programArgsList":[]}"#,
    );
}

#[test]
fn restore_modes_are_spelt_as_flink_does() {
    for (mode, text) in [
        (RestoreMode::Claim, "CLAIM"),
        (RestoreMode::NoClaim, "NO_CLAIM"),
        (RestoreMode::Legacy, "LEGACY"),
    ] {
        let restore = Restore { path: "p".to_owned(), allow_non_restored_state: true, mode };
        let request = jars::run(&JarId::new("x.jar"), &job(), &Program::default(), Some(&restore));
        assert!(
            format!("{request:?}").contains(&format!("\"restoreMode\":\"{text}\"")),
            "{request:?}"
        );
    }
}

#[test]
fn jars_are_uploaded_and_deleted_by_name() {
    check(
        &jars::upload("h_x.jar", PathBuf::from("/b/x.jar")),
        r#"POST /jars/upload jar "h_x.jar" from /b/x.jar"#,
    );
    check(&jars::delete(&JarId::new("1_my job.jar")), "DELETE /jars/1_my job.jar");
}

#[test]
fn a_cancellation_says_so() {
    check(&jobs::cancel(&job()), "PATCH /jobs/{job}?mode=cancel");
}

#[test]
fn a_savepoint_and_a_stop_spell_the_directory_differently() {
    let savepoint = Savepoint {
        trigger: trigger(),
        target_directory: Some("file:/sp".to_owned()),
        format: Some(SavepointFormat::Native),
    };
    check(
        &checkpoints::savepoint(&job(), &savepoint),
        r#"POST /jobs/{job}/savepoints {"cancel-job":false,"formatType":"NATIVE","target-directory":"file:/sp","triggerId":"{trigger}"}"#,
    );
    check(
        &checkpoints::stop(&job(), &savepoint, Drain::No),
        r#"POST /jobs/{job}/stop {"drain":false,"formatType":"NATIVE","targetDirectory":"file:/sp","triggerId":"{trigger}"}"#,
    );
}

#[test]
fn a_stop_may_drain_and_leave_the_rest_to_the_cluster() {
    let savepoint = Savepoint { trigger: trigger(), target_directory: None, format: None };
    check(
        &checkpoints::stop(&job(), &savepoint, Drain::Yes),
        r#"POST /jobs/{job}/stop {"drain":true,"triggerId":"{trigger}"}"#,
    );
}

#[test]
fn a_checkpoint_is_taken_as_configured() {
    check(
        &checkpoints::trigger(&job(), &trigger()),
        r#"POST /jobs/{job}/checkpoints {"checkpointType":"CONFIGURED","triggerId":"{trigger}"}"#,
    );
}

#[test]
fn a_disposal_names_nothing_but_the_path() {
    check(
        &checkpoints::dispose("file:/sp/1"),
        r#"POST /savepoint-disposal {"savepoint-path":"file:/sp/1"}"#,
    );
}

#[test]
fn requirements_name_each_vertex() {
    let bounds = ParallelismBounds { lower_bound: 1, upper_bound: 8 };
    let vertex = VertexId::from_bytes([1; 16]);
    let requirements = ResourceRequirements(BTreeMap::from([(
        vertex,
        VertexRequirements { parallelism: bounds },
    )]));
    check(
        &jobs::set_resource_requirements(&job(), &requirements),
        r#"PUT /jobs/{job}/resource-requirements {"01010101010101010101010101010101":{"parallelism":{"lowerBound":1,"upperBound":8}}}"#,
    );
}

#[test]
fn a_call_has_every_segment_and_value_encoded() {
    let request: Request<Value> =
        Request::get(&["jars", "x_my job/1.jar"]).with_query("mode", "a&b");
    assert_eq!(request.call().path, "/jars/x_my%20job%2F1.jar?mode=a%26b");
}
