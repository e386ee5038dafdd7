//! What each decision comes to.

use serde_json::json;

use super::{delete, done, pass, run, running, suspend, take, to_run, upgrade};
use crate::operator::application::model::{End, FAILS, FAILS_LATER, World};
use crate::operator::application::{
    Fallback, OnDelete, Origin, Phase, Problem, Remark, Run, Served, State, TakeOver,
};

fn problem(end: End) -> Problem {
    match end {
        End::Failed(problem) => problem,
        End::Done(record) => panic!("{record:?}"),
        End::Died => panic!("died"),
    }
}

fn newest(world: &World) -> Option<String> {
    let all = world.stored.iter();
    all.max_by_key(|(_, (_, far))| *far).map(|(path, _)| path.clone())
}

#[test]
fn an_upgrade_starts_from_exactly_the_savepoint_of_the_stop() {
    let mut world = running();
    let record = done(world.run(&upgrade("v2")));
    let path = record.restored_from.expect("a path");
    assert!(path.contains("savepoint"), "{path}");
    assert_eq!(world.starts.last(), Some(&path));
    assert_eq!(world.spec().map(|spec| &spec["job"]["initialSavepointPath"]), Some(&json!(path)));
    assert_eq!(record.remarks, []);
}

#[test]
fn what_is_as_it_should_be_is_left_alone() {
    let mut world = running();
    let (effects, starts) = (world.effects, world.starts.len());
    assert_eq!(done(world.run(&upgrade("v1"))).state, State::Running);
    assert_eq!((world.effects, world.starts.len()), (effects, starts));
}

#[test]
fn what_the_operator_ignores_is_written_in_place() {
    let mut world = running();
    let mut wanted = to_run("v1");
    wanted.version.body["spec"]["flinkConfiguration"]["kubernetes.operator.x"] = json!("1");
    let starts = world.starts.len();
    done(world.run(&run(wanted, Some("v1"))));
    assert_eq!(world.starts.len(), starts);
}

#[test]
fn what_the_api_server_refuses_changes_nothing() {
    let mut world = running();
    world.refuses = true;
    let effects = world.effects;
    let told = problem(world.run(&upgrade("v2")));
    assert_eq!(told, Problem::Refused("conflict with kubectl".to_owned()));
    assert_eq!((world.effects, world.image()), (effects, Some("v1")));
}

#[test]
fn one_that_is_not_ours_is_not_touched() {
    let mut world = running();
    world.journal = None;
    assert_eq!(problem(world.run(&run(to_run("v2"), None))), Problem::Exists);
}

#[test]
fn a_fall_back_is_told_with_its_age() {
    let mut world = running();
    world.falls_back = true;
    let record = done(world.run(&upgrade("v2")));
    let [Remark::NoSavepoint { from: Origin::Path(path), age: Some(1) }] = &record.remarks[..]
    else {
        panic!("{record:?}")
    };
    assert!(path.contains("/chk-"), "{path}");
}

#[test]
fn a_fall_back_that_is_refused_leaves_the_job_as_it_was() {
    let mut world = running();
    world.falls_back = true;
    let wanted = Run { fallback: Fallback::Refuse, ..to_run("v2") };
    let told = problem(world.run(&run(wanted, Some("v1"))));
    assert!(matches!(told, Problem::GivenUp { from: None, .. }), "{told:?}");
    assert_eq!(world.image(), Some("v1"));
}

#[test]
fn a_job_that_cannot_be_saved_goes_on() {
    let mut world = running();
    world.no_savepoints = true;
    let (told, starts) = (problem(world.run(&upgrade("v2"))), world.starts.len());
    assert!(matches!(told, Problem::GivenUp { from: None, .. }), "{told:?}");
    assert_eq!((world.image(), starts), (Some("v1"), 1));
    world.no_savepoints = false;
    done(world.run(&upgrade("v2")));
    assert_eq!((world.image(), world.violations.len()), (Some("v2"), 0));
}

#[test]
fn an_operator_without_a_nonce_resumes_from_what_it_was_stopped_with() {
    let mut world = running();
    let mut goal = upgrade("v2");
    goal.served = Served::Resume;
    let record = done(world.run(&goal));
    assert!(record.restored_from.is_some_and(|path| path.contains("savepoint")));
    assert!(world.spec().is_some_and(|spec| spec["job"].get("savepointRedeployNonce").is_none()));
    assert_eq!(world.violations, [""; 0]);
}

#[test]
fn an_operator_without_a_nonce_goes_back_by_what_it_remembers() {
    let mut world = running();
    let mut goal = upgrade(FAILS);
    goal.served = Served::Resume;
    let told = problem(world.run(&goal));
    assert!(matches!(told, Problem::GivenUp { from: Some(_), .. }), "{told:?}");
    assert_eq!((world.image(), world.violations.len()), (Some("v1"), 0));
}

#[test]
fn a_version_that_does_not_come_up_is_rolled_back_from_the_savepoint() {
    let mut world = running();
    let told = problem(world.run(&upgrade(FAILS)));
    let Problem::GivenUp { from: Some(path), .. } = told else { panic!("{told:?}") };
    assert!(path.contains("savepoint"), "{path}");
    assert_eq!((world.image(), world.starts.last()), (Some("v1"), Some(&path)));
    // The next apply tries again, and what works goes on from what the old version has come to.
    done(world.run(&upgrade("v2")));
    assert_eq!((world.image(), world.violations.len()), (Some("v2"), 0));
}

#[test]
fn a_version_with_a_checkpoint_of_its_own_is_not_rolled_back() {
    let mut world = running();
    drop(world.run(&upgrade(FAILS_LATER)));
    pass(&mut world, 5);
    drop(world.run(&upgrade(FAILS_LATER)));
    assert_eq!((world.image() == Some("v1"), world.violations.len()), (false, 0));
}

#[test]
fn a_job_that_has_failed_comes_back_from_its_newest_checkpoint() {
    let mut world = running();
    world.fail_job();
    let newest = newest(&world);
    assert_eq!(done(world.run(&upgrade("v1"))).restored_from, newest);
}

#[test]
fn what_the_operator_has_forgotten_is_found() {
    let mut world = running();
    world.fail_job();
    world.forgets = true;
    let newest = newest(&world);
    assert_eq!(done(world.run(&upgrade("v2"))).restored_from, newest);
}

#[test]
fn a_lost_resource_comes_back_from_the_newest_state() {
    let mut world = running();
    world.lose();
    let newest = newest(&world);
    assert_eq!(done(world.run(&upgrade("v1"))).restored_from, newest);
}

#[test]
fn a_chosen_path_is_started_from_once() {
    let mut world = running();
    world.given_up = true;
    let goal = take("v1", TakeOver::From("s3://s/2/chk-3".to_owned()));
    let (first, starts) = (done(world.run(&goal)), world.starts.len());
    assert_eq!(first.restored_from.as_deref(), Some("s3://s/2/chk-3"));
    done(world.run(&goal));
    assert_eq!(world.starts.len(), starts);
}

#[test]
fn a_job_without_state_keeps_its_upgrade_mode() {
    let mut world = running();
    world.given_up = true;
    done(world.run(&take("v2", TakeOver::Stateless)));
    assert_eq!(world.starts.last().map(String::as_str), Some(""));
    assert_eq!(world.spec().map(|spec| &spec["job"]["upgradeMode"]), Some(&json!("savepoint")));
}

#[test]
fn a_suspended_job_is_told_with_its_savepoint() {
    let mut world = running();
    let record = done(world.run(&suspend()));
    assert!(record.path.is_some_and(|path| path.contains("savepoint")));
    assert_eq!(world.image(), None);
}

#[test]
fn a_deleted_job_leaves_its_savepoint_to_the_next_of_its_name() {
    let mut world = running();
    let record = done(world.run(&delete(OnDelete::Savepoint(Fallback::Checkpoint))));
    assert_eq!(record.state, State::Gone);
    let again = done(world.run(&run(to_run("v1"), None)));
    assert_eq!((again.restored_from.is_some(), again.restored_from), (true, record.path));
}

/// It was started from the state that had been given up: its start was decided on twice.
#[test]
fn a_cancelled_job_is_made_anew_from_nothing() {
    let mut world = running();
    done(world.run(&delete(OnDelete::Cancel)));
    world.given_up = true;
    assert_eq!(done(world.run(&run(to_run("v1"), None))).restored_from, None);
    assert_eq!(world.starts.last().map(String::as_str), Some(""));
}

#[test]
fn a_job_that_is_kept_goes_on() {
    let mut world = running();
    assert_eq!(done(world.run(&delete(OnDelete::Keep))).state, State::Kept);
    assert_eq!(world.image(), Some("v1"));
}

#[test]
fn a_delete_that_no_operator_carries_out_says_so_and_strips_nothing() {
    let mut world = running();
    world.is_down = true;
    assert_eq!(problem(world.run(&delete(OnDelete::Cancel))), Problem::Held);
    assert!(world.spec().is_some());
}

#[test]
fn somebody_elses_suspension_is_taken_over_with_what_it_left() {
    let mut world = running();
    world.edit(|spec| spec["job"]["state"] = json!("suspended"));
    pass(&mut world, 3);
    let record = done(world.run(&upgrade("v1")));
    assert!(record.restored_from.is_some_and(|path| path.contains("savepoint")));
}

#[test]
fn a_journal_outlives_its_writing() {
    let mut world = World::default();
    done(world.run(&run(to_run("v1"), None)));
    let entry = world.journal.expect("a journal").entry;
    let text = serde_json::to_string(&entry).expect("it is plain");
    assert_eq!(serde_json::from_str::<super::super::Entry>(&text).ok(), Some(entry.clone()));
    assert!(matches!(entry.phase, Phase::Running { .. }));
}
