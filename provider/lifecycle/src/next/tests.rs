//! Single decisions, as tables: what was seen, and what comes next.

use std::time::Duration;

use flink::JobId;

use super::{Next, next};
use crate::{
    goal::Goal,
    ids::{self, Operation},
    model::Flink,
    observed::{Answer, History, JobState, Observed, Question, Reason, Row, TriggerState, Trouble},
    recorded::{Recorded, RecordedState},
    step::{Because, Step},
    tests::{create, owner, program, suspend},
};

fn job() -> JobId {
    ids::successor(&owner(), None, 0)
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
    let stop = ids::trigger(&job(), &Operation::Stop, 0);
    seen.learn(Question::Trigger(job(), stop), Answer::Trigger(TriggerState::NotFound));
    seen
}

#[test]
fn what_is_needed_and_not_known_is_asked_for() {
    let first = [Question::Jobs, Question::Cluster];
    let goals: [Goal; 2] = [create("v1"), suspend(&recorded())];
    for goal in goals {
        assert_eq!(next(&goal, &Observed::new()), Next::Look(first.to_vec()));
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
    assert!(matches!(next, Next::Stuck(crate::Problem::NotHealthy { .. })), "{next:?}");
}
