//! What a refresh and an apply write into the state, for everything that can be.

use lifecycle::{
    JobId,
    job::{Problem, Report, report::Which},
};

use super::*;

fn known(text: &str) -> Attr<String> {
    Attr::Known(text.to_owned())
}

fn job(state: &str) -> JobModel {
    JobModel {
        id: known("http://flink:8081#orders"),
        name: known("orders"),
        parallelism: Attr::Known(2),
        state: known(state),
        job_id: known("00000000000000000000000000000001"),
        planned_action: known("create"),
        last_savepoint_path: known("old"),
        jar_sha256: known("aa"),
        ..JobModel::default()
    }
}

fn planned() -> JobModel {
    JobModel {
        planned_action: known("stateful upgrade (savepoint): jar"),
        job_id: Attr::Unknown,
        last_savepoint_path: Attr::Unknown,
        restored_from: Attr::Unknown,
        jar_sha256: known("bb"),
        ..job("running")
    }
}

fn live(state: LiveState) -> Live {
    Live { job: None, state, parallelism: None, tasks: None, cause: None, newest: None }
}

fn second() -> JobId {
    "00000000000000000000000000000002".parse().expect("32 digits")
}

fn report(state: Left, program: Option<Which>, problem: Option<Problem>) -> Report {
    Report {
        state,
        job: Some(second()),
        program,
        last_savepoint_path: Some("new".to_owned()),
        restored_from: Some("new".to_owned()),
        remarks: vec![],
        problem,
    }
}

fn failure() -> Problem {
    Problem::NoSavepointDirectory
}

#[test]
fn what_is_wrong_is_a_difference_and_what_passes_is_none() {
    let passing = || LiveState::Transient { state: "RESTARTING".to_owned() };
    let cases = [
        ("running", LiveState::Running, "running"),
        ("suspended", LiveState::Running, "running"),
        ("running", passing(), "running"),
        ("suspended", passing(), "suspended"),
        ("failed", passing(), "failed"),
        ("running", LiveState::Suspended, "suspended"),
        ("running", LiveState::Failed, "failed"),
        ("running", LiveState::Canceled, "canceled"),
        ("running", LiveState::Finished, "finished"),
        ("running", LiveState::Missing, "missing"),
        ("suspended", LiveState::Missing, "suspended"),
        ("suspended", LiveState::Finished, "suspended"),
        ("suspended", LiveState::Canceled, "suspended"),
        ("suspended", LiveState::Failed, "failed"),
    ];
    for (recorded, found, read) in cases {
        let text = format!("{recorded}, {found:?}");
        assert_eq!(refreshed(job(recorded), &live(found)).state, known(read), "{text}");
    }
}

#[test]
fn a_bounded_job_that_has_finished_is_as_it_should_be() {
    let bounded = JobModel { bounded: Attr::Known(true), ..job("running") };
    assert_eq!(refreshed(bounded, &live(LiveState::Finished)).state, known("running"));
}

#[test]
fn another_parallelism_is_a_difference_only_where_one_is_set() {
    let rescaled = Live { parallelism: Some(8), ..live(LiveState::Running) };
    assert_eq!(refreshed(job("running"), &rescaled).parallelism, Attr::Known(8));
    let free = JobModel { parallelism: Attr::Null, ..job("running") };
    assert_eq!(refreshed(free, &rescaled).parallelism, Attr::Null);
}

#[test]
fn a_refresh_of_what_is_as_recorded_changes_nothing() {
    assert_eq!(refreshed(job("running"), &live(LiveState::Running)), job("running"));
}

#[test]
fn a_goal_that_is_reached_is_the_plan_with_its_gaps_filled() {
    let done = report(Left::Running, Some(Which::Desired), None);
    let state = applied(Some(&job("running")), planned(), "bb", &done).expect("a state");
    let expected = JobModel {
        job_id: known(second().as_str()),
        last_savepoint_path: known("new"),
        restored_from: known("new"),
        ..planned()
    };
    assert_eq!(state, expected);
}

#[test]
fn a_known_planned_value_is_kept_whatever_was_found() {
    let plan = JobModel { job_id: job("running").job_id, ..planned() };
    let done = report(Left::Finished, Some(Which::Desired), None);
    let state = applied(Some(&job("running")), plan.clone(), "bb", &done).expect("a state");
    assert_eq!((state.job_id, state.state), (plan.job_id, known("running")));
}

#[test]
fn an_upgrade_that_was_rolled_back_records_the_old_version_and_its_new_id() {
    let back = report(Left::Running, Some(Which::Previous), Some(failure()));
    let state = applied(Some(&job("running")), planned(), "bb", &back).expect("a state");
    let expected = JobModel {
        job_id: known(second().as_str()),
        last_savepoint_path: known("new"),
        restored_from: known("new"),
        ..job("running")
    };
    assert_eq!(state, expected);
}

#[test]
fn a_stop_without_a_start_is_recorded_as_suspended_with_its_path() {
    let stopped = report(Left::Suspended, None, Some(failure()));
    let state = applied(Some(&job("running")), planned(), "bb", &stopped).expect("a state");
    assert_eq!((state.state, state.jar_sha256), (known("suspended"), known("aa")));
    assert_eq!(state.last_savepoint_path, known("new"));
}

#[test]
fn a_failed_create_is_recorded_only_if_it_left_a_job() {
    let nothing = report(Left::Missing, None, Some(failure()));
    assert_eq!(applied(None, planned(), "bb", &nothing), None);
    let left = report(Left::Failed, Some(Which::Desired), Some(failure()));
    let state = applied(None, planned(), "bb", &left).expect("a job was left");
    assert_eq!((state.state, state.job_id), (known("failed"), known(second().as_str())));
}

#[test]
fn nothing_unknown_is_ever_recorded() {
    let open = JobModel { jar_sha256: Attr::Unknown, planned_action: Attr::Unknown, ..planned() };
    for problem in [None, Some(failure())] {
        for program in [None, Some(Which::Desired), Some(Which::Previous)] {
            for prior in [None, Some(job("running"))] {
                let done = report(Left::Unknown, program, problem.clone());
                let Some(state) = applied(prior.as_ref(), open.clone(), "bb", &done) else {
                    continue;
                };
                let values = [
                    &state.job_id,
                    &state.jar_sha256,
                    &state.planned_action,
                    &state.restored_from,
                    &state.last_savepoint_path,
                ];
                assert!(!values.into_iter().any(Attr::is_unknown), "{state:?}");
            }
        }
    }
}
