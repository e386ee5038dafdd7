//! What each change looks at, and what is told of what was seen.

use lifecycle::job::observed::{Snapshot, SnapshotKind};
use serde_json::{from_value, json};

use super::*;
use crate::job::action::{Reason, Start};

fn change(action: Action) -> Change {
    Change { action, attributes: vec![], cluster: vec![], bounded: false }
}

fn job(bounded: bool) -> JobModel {
    JobModel { parallelism: Attr::Known(8), bounded: Attr::Known(bounded), ..JobModel::default() }
}

#[test]
fn only_what_the_change_hangs_on_is_looked_at() {
    let slots = Some(8);
    let cases = [
        (Action::Nothing, true, Concerns::default()),
        (Action::Record, true, Concerns::default()),
        (Action::Adopt, true, Concerns::default()),
        (Action::CreateSuspended, true, Concerns::default()),
        (Action::Create(Start::Latest), true, Concerns { slots, ..Concerns::default() }),
        (
            Action::Restart(Reason::Upgrade, Carry::Savepoint),
            false,
            Concerns { slots, ..Concerns::default() },
        ),
        (
            Action::Restart(Reason::Upgrade, Carry::LastState),
            true,
            Concerns { slots, end: true, checkpoint: true },
        ),
        (
            Action::Rescale { from: Some(2), to: Some(8), otherwise: Carry::LastState },
            true,
            Concerns { slots, end: true, checkpoint: false },
        ),
        (Action::Suspend(Carry::Savepoint), true, Concerns::default()),
        (
            Action::Suspend(Carry::LastState),
            true,
            Concerns { checkpoint: true, ..Concerns::default() },
        ),
        (Action::Resume(Carry::LastState), true, Concerns { slots, ..Concerns::default() }),
    ];
    for (action, bounded, expected) in cases {
        let found = Concerns::of(&job(bounded), &change(action.clone()));
        assert_eq!(found, expected, "{action:?}");
        assert_eq!(found.are_none(), expected == Concerns::default());
    }
    let unset = JobModel { parallelism: Attr::Null, ..job(false) };
    assert!(Concerns::of(&unset, &change(Action::Create(Start::Empty))).are_none());
}

fn slots(free: u32, held: u32, supply: Supply) -> Slots {
    Slots { total: 16, free, held, supply }
}

#[test]
fn slots_that_are_free_or_become_so_count() {
    let concerns = Concerns { slots: Some(8), ..Concerns::default() };
    for (free, held, supply, suffice) in [
        (8, 0, Supply::Fixed, true),
        (7, 0, Supply::Fixed, false),
        (6, 2, Supply::Fixed, true),
        (5, 2, Supply::Adaptive, false),
        (0, 0, Supply::Elastic, true),
    ] {
        let slots = slots(free, held, supply);
        let seen = Seen { slots: Some(slots), ..Seen::default() };
        let expected =
            if suffice { vec![] } else { vec![Outlook::TooFewSlots { wanted: 8, slots }] };
        assert_eq!(outlook(concerns, &seen), expected, "{slots:?}");
    }
    assert_eq!(outlook(concerns, &Seen::default()), [], "nobody answered");
}

#[test]
fn where_flink_starts_task_managers_itself_there_are_never_too_few() {
    for (key, value, expected) in [
        ("jobmanager.scheduler", "Adaptive", Supply::Adaptive),
        ("scheduler-mode", "REACTIVE", Supply::Elastic),
        ("execution.target", "kubernetes-session", Supply::Elastic),
        (NATIVE_ENTRYPOINT, "x.KubernetesSessionClusterEntrypoint", Supply::Elastic),
        ("kubernetes.cluster-id", "standalone-with-high-availability", Supply::Fixed),
        ("execution.target", "remote", Supply::Fixed),
    ] {
        let entries = json!([{ "key": key, "value": value }]);
        let configuration: ConfigurationEntries = from_value(entries).expect("entries");
        assert_eq!(Supply::of(&configuration), expected, "{key}: {value}");
    }
}

fn live(state: LiveState) -> Live {
    Live { job: None, state, parallelism: None, tasks: None, cause: None, newest: None }
}

#[test]
fn a_finished_job_runs_anew_only_if_it_was_to_end() {
    for (state, end, expected) in [
        (LiveState::Finished, true, vec![Outlook::RunsAnew]),
        (LiveState::Finished, false, vec![]),
        (LiveState::Running, true, vec![]),
        (LiveState::Suspended, true, vec![]),
    ] {
        let seen = Seen { job: Some(live(state.clone())), ..Seen::default() };
        let concerns = Concerns { end, ..Concerns::default() };
        assert_eq!(outlook(concerns, &seen), expected, "{state:?}");
    }
}

#[test]
fn a_checkpoint_that_is_to_be_gone_on_from_is_told_with_its_age() {
    let snapshot = |path: Option<&str>| Snapshot {
        id: 7,
        path: path.map(str::to_owned),
        kind: SnapshotKind::Checkpoint,
        triggered: 1_000,
        discarded: false,
    };
    let newest = Some(snapshot(Some("file:/c/chk-7")));
    let from = |age: Option<u64>| Outlook::FromCheckpoint { age: age.map(Duration::from_millis) };
    for (completed, retained, periodic, now, expected) in [
        (newest.clone(), true, true, Some(13_500), from(Some(12_500))),
        (newest.clone(), true, false, None, from(None)),
        (newest.clone(), true, true, Some(10), from(None)),
        (newest, false, true, None, Outlook::NotRetained),
        (Some(snapshot(None)), true, true, None, Outlook::FirstCheckpoint),
        (None, true, true, None, Outlook::FirstCheckpoint),
        (None, false, true, None, Outlook::NotRetained),
        (None, true, false, None, Outlook::NoCheckpoints),
    ] {
        let history = History { completed, retained, periodic, ..History::default() };
        let running = Some(live(LiveState::Running));
        let concerns = Concerns { checkpoint: true, ..Concerns::default() };
        let seen = Seen { history: Some(history.clone()), job: running, now, slots: None };
        assert_eq!(outlook(concerns, &seen), [expected], "{history:?}");
        let ended = Seen { job: Some(live(LiveState::Canceled)), ..seen };
        assert_eq!(outlook(concerns, &ended), []);
    }
}
