//! The goal that each plan comes to, with every default in it.

use super::*;
use crate::job::{
    action::Reason,
    model::{Jar, Timeouts},
};

fn text(text: &str) -> Attr<String> {
    Attr::Known(text.to_owned())
}

fn owner() -> Owner {
    Owner::new("http://flink:8081", "orders")
}

fn jar() -> goal::Jar {
    goal::Jar { sha256: "aa".to_owned(), file: None }
}

fn job() -> JobModel {
    JobModel {
        name: text("orders"),
        jar: Attr::Known(Jar { entry_class: text("com.acme.Orders"), ..Jar::default() }),
        args: Attr::Known(vec!["--x".to_owned()]),
        parallelism: Attr::Known(3),
        ..JobModel::default()
    }
}

fn change(action: Action) -> Change {
    Change { action, attributes: vec![], cluster: vec![], bounded: false }
}

fn goal_of(planned: &JobModel, action: Action) -> Run {
    run(owner(), planned, jar(), None, &change(action))
}

#[test]
fn what_is_not_set_has_the_default_that_the_documentation_says() {
    let goal = goal_of(&job(), Action::Create(Start::Latest));
    assert_eq!(goal.upgrade, goal::Upgrade::default());
    assert_eq!(
        (goal.start, goal.bounded, goal.claim),
        (StartFrom::Newest, Bounded::No, Claim::NoClaim)
    );
    assert_eq!(goal.non_restored_state, NonRestoredState::Refuse);
    assert_eq!((goal.state_loss, goal.follows), (StateLoss::Accept, Follows::No));
}

#[test]
fn the_program_is_what_the_attributes_say_under_the_job_s_name() {
    let Program { jar: _, entry_class, args, parallelism, configuration, start_key } =
        goal_of(&job(), Action::Create(Start::Latest)).program;
    assert_eq!(entry_class.as_deref(), Some("com.acme.Orders"));
    assert_eq!((args, parallelism), (vec!["--x".to_owned()], Some(3)));
    assert_eq!(configuration.get("pipeline.name").map(String::as_str), Some("orders"));
    assert_eq!(start_key, "");
}

#[test]
fn each_action_has_its_intent_and_its_start() {
    let path = || "s3://b/sp".to_owned();
    for (action, intent, start) in [
        (Action::Create(Start::Latest), Intent::Keep, StartFrom::Newest),
        (Action::Create(Start::From(path())), Intent::Keep, StartFrom::Path(path())),
        (Action::Create(Start::Empty), Intent::Keep, StartFrom::Nothing),
        (Action::Restart(Reason::Upgrade, Carry::Savepoint), Intent::Replace, StartFrom::Newest),
        (Action::Restart(Reason::Upgrade, Carry::Discard), Intent::Replace, StartFrom::Nothing),
        (
            Action::Rescale { from: None, to: Some(3), otherwise: Carry::Savepoint },
            Intent::Rescale,
            StartFrom::Newest,
        ),
        (Action::Resume(Carry::LastState), Intent::Replace, StartFrom::Newest),
        (Action::Resume(Carry::Discard), Intent::Replace, StartFrom::Nothing),
        (Action::Restore(Start::From(path())), Intent::Replace, StartFrom::Path(path())),
        (Action::Restore(Start::Empty), Intent::Replace, StartFrom::Nothing),
        (
            Action::Repair { found: "failed".to_owned(), carry: Carry::Savepoint },
            Intent::Keep,
            StartFrom::Newest,
        ),
    ] {
        let goal = goal_of(&job(), action.clone());
        assert_eq!((goal.intent, goal.start), (intent, start), "{action:?}");
    }
    let repaired = Action::Repair { found: "failed".to_owned(), carry: Carry::Savepoint };
    let changed = Change { attributes: vec!["jar"], ..change(repaired) };
    assert_eq!(run(owner(), &job(), jar(), None, &changed).intent, Intent::Replace);
}

#[test]
fn how_an_upgrade_is_carried_out_is_taken_over_word_for_word() {
    let upgrade = Upgrade {
        savepoint_dir: text("s3://b/sp"),
        format: text("native"),
        drain: Attr::Known(true),
        verify: text("none"),
        rollback: text("required"),
        fallback: text("last_checkpoint"),
        stable_for: text("1m30s"),
        require_checkpoint: Attr::Known(true),
    };
    let job = JobModel { upgrade: Attr::Known(upgrade), upgrade_mode: text("last_state"), ..job() };
    let expected = goal::Upgrade {
        mode: goal::UpgradeMode::LastState,
        savepoint_dir: Some("s3://b/sp".to_owned()),
        format: Format::Native,
        drain: Drain::Yes,
        verify: Verify::None,
        rollback: Rollback::Required,
        fallback: Fallback::LastCheckpoint,
        stable_for: Duration::from_secs(90),
        proof: Proof::Checkpoint,
        ..goal::Upgrade::default()
    };
    assert_eq!(goal_of(&job, Action::Create(Start::Latest)).upgrade, expected);
}

#[test]
fn state_that_must_not_be_lost_may_still_begin_empty_where_that_is_said() {
    let guarded = JobModel { prevent_state_loss: Attr::Known(true), ..job() };
    for (action, expected) in [
        (Action::Create(Start::Latest), StateLoss::Prevent),
        (Action::Create(Start::Empty), StateLoss::Accept),
        (Action::Restore(Start::Empty), StateLoss::Prevent),
    ] {
        assert_eq!(goal_of(&guarded, action.clone()).state_loss, expected, "{action:?}");
    }
}

#[test]
fn what_restore_says_of_files_holds_for_every_start() {
    for (claim, expected) in
        [("claim", Claim::Claim), ("legacy", Claim::Legacy), ("no_claim", Claim::NoClaim)]
    {
        let restore = Restore {
            claim_mode: text(claim),
            allow_non_restored_state: Attr::Known(true),
            ..Restore::default()
        };
        let job = JobModel { restore: Attr::Known(restore), ..job() };
        let goal = goal_of(&job, Action::Restart(Reason::Upgrade, Carry::Savepoint));
        assert_eq!((goal.claim, goal.non_restored_state), (expected, NonRestoredState::Allow));
    }
}

#[test]
fn an_equal_program_is_another_start_when_it_is_asked_to_start_elsewhere() {
    let restore = |from: &str, path: &str| {
        let path = if path.is_empty() { Attr::Null } else { text(path) };
        Attr::Known(Restore { from: text(from), path, ..Restore::default() })
    };
    let trigger = |value: &str| Attr::Known(BTreeMap::from([("at".to_owned(), value.to_owned())]));
    let jobs = [
        job(),
        JobModel { restore: restore("savepoint", "s3://b/1"), ..job() },
        JobModel { restore: restore("savepoint", "s3://b/2"), ..job() },
        JobModel { restore: restore("none", ""), ..job() },
        JobModel { restart_trigger: trigger("1"), ..job() },
        JobModel { restart_trigger: trigger("2"), ..job() },
    ];
    let mut keys: Vec<String> = jobs.iter().map(start_key).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), jobs.len());
    let latest = JobModel { restore: restore("latest", ""), ..job() };
    assert_eq!(start_key(&latest), "", "latest asks for nothing");
}

#[test]
fn a_destroy_works_from_attributes_alone() {
    for (how, expected) in [
        (text("cancel"), OnDestroy::Cancel),
        (text("keep_running"), OnDestroy::KeepRunning),
        (
            Attr::Null,
            OnDestroy::Savepoint {
                savepoint_dir: None,
                format: Format::Canonical,
                drain: Drain::No,
            },
        ),
    ] {
        let prior = JobModel { on_destroy: how, job_id: text(&"a".repeat(32)), ..job() };
        let Goal::Remove(goal) = remove(owner(), &prior) else { panic!("a removal") };
        assert_eq!(goal.how, expected);
        let recorded = goal.recorded.expect("what is recorded");
        assert_eq!(recorded.job.map(|id| id.to_string()), Some("a".repeat(32)));
        assert_eq!(recorded.program, None, "nothing is known of a jar");
    }
}

#[test]
fn what_is_recorded_is_read_by_its_word() {
    for (state, expected) in [
        ("running", RecordedState::Running),
        ("suspended", RecordedState::Suspended),
        ("failed", RecordedState::Ended),
        ("canceled", RecordedState::Ended),
        ("finished", RecordedState::Ended),
        ("missing", RecordedState::Ended),
    ] {
        let prior = JobModel { state: text(state), ..job() };
        assert_eq!(recorded(&prior, None).state, expected, "{state}");
    }
}

#[test]
fn the_time_given_is_what_is_written_else_the_default() {
    let timeouts = Timeouts { create: text("90s"), update: Attr::Null, delete: text("1h") };
    let job = JobModel { timeouts: Attr::Known(timeouts), ..job() };
    for (operation, minutes) in
        [(Operation::Create, 1.5), (Operation::Update, 30.0), (Operation::Delete, 60.0)]
    {
        assert_eq!(timeout(&job, operation), Duration::from_secs_f64(minutes * 60.0));
    }
    assert_eq!(timeout(&JobModel::default(), Operation::Create), Duration::from_mins(15));
}
