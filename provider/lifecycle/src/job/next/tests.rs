//! Single decisions, as tables: what was seen, and what comes next.

use std::time::Duration;

use flink::{JarId, JobId, OperatorId, scout::OperatorState};

use super::{Next, jars, next};
use crate::job::{
    goal::Goal,
    ids::{self, Operation},
    journal::Journal,
    model::Flink,
    observed::{
        Answer, Contents, Disk, Found, History, JobState, JournalQuery, Observed, Operators,
        Question, Reason, Row, Snapshot, SnapshotKind, TriggerState, Trouble, UploadedJar,
        Writability,
    },
    problem::Problem,
    recorded::{Recorded, RecordedState},
    step::{Because, Step},
    tests::{create, owner, program, replace, suspend},
};

fn job() -> JobId {
    ids::successor(&owner(), None, 0)
}

fn journal(job: Option<JobId>) -> Question {
    Question::Journal(JournalQuery { owner: owner(), job })
}

fn recorded() -> Recorded {
    Recorded {
        job: Some(job()),
        state: RecordedState::Running,
        program: Some(program("v1")),
        last_savepoint_path: None,
        restored_from: Some("file:/s/savepoint-1".to_owned()),
    }
}

/// A cluster with our job in this state, whose stop was not yet asked for.
fn seen(state: JobState, tasks_up: u32) -> Observed {
    let (name, tasks) = ("x".to_owned(), 2);
    let row = Row { id: job(), name, state, started: 1, ended: None, tasks, tasks_up };
    let mut seen = Observed::new();
    seen.learn(Question::Jobs, Answer::Jobs(vec![row]));
    seen.learn(Question::Cluster, Answer::Cluster(Flink::cluster()));
    seen.learn(journal(Some(job())), Answer::Journal(Journal::NotKept));
    let stop = ids::trigger(&job(), &Operation::Stop, 0);
    seen.learn(Question::Trigger(job(), stop), Answer::Trigger(TriggerState::NotFound));
    seen
}

#[test]
fn what_is_needed_and_not_known_is_asked_for() {
    let goals: [(Goal, Option<JobId>); 2] =
        [(create("v1"), None), (suspend(&recorded()), Some(job()))];
    for (goal, job) in goals {
        let first = vec![Question::Jobs, Question::Cluster, journal(job)];
        assert_eq!(next(&goal, &Observed::new()), Next::Look(first));
    }
}

#[test]
fn a_job_is_stopped_when_it_is_up_and_waited_for_when_it_is_not() {
    let stop = |state, tasks_up| next(&suspend(&recorded()), &seen(state, tasks_up));
    assert!(matches!(stop(JobState::Running, 2), Next::Do(Step::Stop(_), _)));
    for (state, tasks_up) in [(JobState::Running, 1), (JobState::Restarting, 0)] {
        assert_eq!(stop(state, tasks_up), Next::Wait(Reason::Recovering(job())), "{state:?}");
    }
    assert_eq!(stop(JobState::Cancelling, 0), Next::Wait(Reason::Ending(job())));
}

/// What comes next for a job that has been down for this long.
fn down(seconds: u64, history: History, failures: u32) -> Next {
    let mut seen = seen(JobState::Restarting, 0);
    let (rows, cluster) = (Question::Jobs, Question::Cluster);
    let kept = [rows, cluster].map(|question| {
        let answer = seen.answer(&question).expect("it was learnt").clone();
        (question, answer)
    });
    let stop = Question::Trigger(job(), ids::trigger(&job(), &Operation::Stop, 0));
    seen.wait(Reason::Recovering(job()));
    seen.elapsed += Duration::from_secs(seconds);
    for (question, answer) in kept {
        seen.learn(question, answer);
    }
    seen.learn(stop, Answer::Trigger(TriggerState::NotFound));
    let trouble = Trouble { cause: Some("boom".to_owned()), failures, no_slots: false };
    seen.learn(Question::Trouble(job()), Answer::Trouble(Some(trouble)));
    seen.learn(Question::History(job()), Answer::History(Some(history)));
    seen.learn(Question::Marks(job()), Answer::Marks(None));
    next(&suspend(&recorded()), &seen)
}

#[test]
fn only_a_job_without_state_of_its_own_is_cancelled_without_a_savepoint() {
    let restored = |path: &str| History { restored: Some(path.to_owned()), ..History::default() };
    let unchanged = restored("file:///s/savepoint-1");
    let waits = Next::Wait(Reason::Recovering(job()));
    let never_up = Step::Cancel { job: job(), because: Because::NeverUp };
    let cancels = Next::Do(never_up, Vec::new());
    for (seconds, history, failures, expected) in [
        (1, unchanged.clone(), 3, &waits),
        (6, unchanged.clone(), 3, &cancels),
        (6, unchanged.clone(), 0, &waits),
        (61, unchanged.clone(), 0, &cancels),
        (6, restored("file:/c/other/chk-3"), 3, &waits),
        (6, History { completed_count: 1, ..unchanged.clone() }, 3, &waits),
        (6, History::default(), 3, &waits),
        (6, History { retained: true, periodic: true, ..History::default() }, 3, &cancels),
    ] {
        let told = format!("{seconds} s, {failures} failures, {history:?}");
        assert_eq!(down(seconds, history, failures), *expected, "{told}");
    }
    let next = down(61, History { completed_count: 1, ..unchanged }, 3);
    assert!(matches!(next, Next::Stuck(Problem::NotHealthy { .. })), "{next:?}");
}

/// What comes next for an upgrade whose job's newest known checkpoint is gone.
fn replaced(answers: &[(Question, Answer)]) -> Next {
    let mut seen = seen(JobState::Running, 2);
    let goal = replace("v2", &recorded());
    for (question, answer) in answers {
        seen.learn(question.clone(), answer.clone());
    }
    let mut looks = 0;
    loop {
        let Next::Look(questions) = next(&goal, &seen) else { return next(&goal, &seen) };
        looks += 1;
        assert!(looks < 20, "{questions:?}");
        for question in questions {
            let Some(answer) = usual(&question) else { return Next::Look(vec![question]) };
            seen.learn(question, answer);
        }
    }
}

/// What is answered beside the point of the table.
fn usual(question: &Question) -> Option<Answer> {
    let history = History {
        completed: Some(Snapshot {
            id: 7,
            path: Some(format!("file:/c/{}/chk-7", job())),
            kind: SnapshotKind::Checkpoint,
            triggered: 1,
            discarded: false,
        }),
        ..History::default()
    };
    let jar =
        || UploadedJar { id: JarId::new("1"), name: jars::name(&owner(), &program("v2").jar) };
    Some(match question {
        Question::Jars => Answer::Jars(vec![jar()]),
        Question::Operators(..) => Answer::Operators(Operators::Told(Vec::new())),
        Question::Writable(_) => Answer::Writable(Writability::Writable),
        Question::History(_) => Answer::History(Some(history)),
        Question::Contents(path) if path.ends_with("chk-7") => Answer::Contents(Contents::Absent),
        Question::Trigger(..) => Answer::Trigger(TriggerState::NotFound),
        Question::Journal(_) => Answer::Journal(Journal::NotKept),
        Question::Cluster
        | Question::Jobs
        | Question::Marks(_)
        | Question::Trouble(_)
        | Question::Disk(_)
        | Question::Contents(_)
        | Question::Vertices(..)
        | Question::Requirements(_)
        | Question::Disposal(_) => return None,
    })
}

#[test]
fn a_checkpoint_that_was_replaced_meanwhile_does_not_hide_whether_the_state_fits() {
    let Next::Look(asked) = replaced(&[]) else { panic!("the storage is asked") };
    let [disk @ Question::Disk(query)] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(query.checkpoints.as_deref(), Some("file:/c"));
    let successor = format!("file:/c/{}/chk-8", job());
    let found = Found { path: successor.clone(), job: Some(job()), written: 2 };
    let told = (disk.clone(), Answer::Disk(Disk::Told(vec![found])));
    let lost = OperatorState {
        operator: OperatorId::from_bytes([1; 16]),
        name: Some("count".to_owned()),
        parallelism: 2,
        max_parallelism: 128,
        bytes: 10,
        has_state: true,
    };
    let held = (Question::Contents(successor), Answer::Contents(Contents::Told(vec![lost])));
    assert!(matches!(
        replaced(&[told, held]),
        Next::Stuck(Problem::StateDoesNotFit { operators, path })
            if operators[0].name.as_deref() == Some("count") && path.ends_with("chk-8")
    ));
    let blind = Answer::Disk(Disk::CannotTell { reason: "x".to_owned() });
    assert_eq!(replaced(&[(disk.clone(), blind)]), Next::Wait(Reason::Replaced(job())));
}

#[test]
fn a_checkpoint_that_is_deleted_before_its_successor_is_told_is_not_taken_for_none() {
    let Some(Answer::History(Some(mut history))) = usual(&Question::History(job())) else {
        panic!("a history")
    };
    let newest = history.completed.as_mut().expect("a checkpoint");
    (newest.path, newest.discarded) = (None, true);
    history.restored = Some("file:/s/savepoint-1".to_owned());
    let told = (Question::History(job()), Answer::History(Some(history)));
    assert_eq!(replaced(&[told]), Next::Wait(Reason::Replaced(job())));
}

#[test]
fn before_its_first_checkpoint_a_job_s_state_is_what_it_was_started_from() {
    let history = (Question::History(job()), Answer::History(Some(History::default())));
    let asked = Next::Look(vec![Question::Contents("file:/s/savepoint-1".to_owned())]);
    assert_eq!(replaced(&[history]), asked);
}
