//! What a job is, for a refresh: the state that is recorded unless Flink says
//! otherwise, and no question that the overview has answered.

use super::{Family, Kin, Need};
use crate::job::{
    observed::{History, JobState, Observed, Requirements, Row, SnapshotKind, Vertex},
    read::{Live, LiveState},
    recorded::RecordedState,
};

/// What the job of these kin is now. `tasks` is how many it had when it was
/// last changed by us; `None` where that is not known.
pub(crate) fn live(kin: Kin<'_>, tasks: Option<u32>, seen: &Observed) -> Need<Live> {
    let family = Family::of(kin, seen.jobs()?);
    let recorded = |row: &&&Row| kin.recorded_job() == Some(&row.id);
    let alive = family.alive.iter().find(recorded).or_else(|| family.alive.first());
    match alive {
        Some(job) if job.is_up() => running(kin, tasks, seen, job),
        Some(job) => transient(seen, job),
        None => ended(kin, seen, &family),
    }
}

fn running(kin: Kin<'_>, tasks: Option<u32>, seen: &Observed, job: &Row) -> Need<Live> {
    let is_other = tasks.is_some_and(|tasks| tasks != job.tasks);
    let parallelism = if is_other { rescaled(kin, seen, job)? } else { None };
    Ok(Live { parallelism, tasks: Some(job.tasks), ..bare(job, LiveState::Running) })
}

/// The parallelism that somebody else has asked for; `None` where it is ours.
///
/// Only a scheduler that adapts lets it change under the same job id, and
/// there what is asked for counts, not what the slots allow at the moment.
fn rescaled(kin: Kin<'_>, seen: &Observed, job: &Row) -> Need<Option<u32>> {
    let program = kin.recorded.and_then(|recorded| recorded.program.as_ref());
    let Some(ours) = program.and_then(|program| program.parallelism) else {
        return Ok(None);
    };
    let Requirements::Adaptive(vertices) = seen.requirements(&job.id)? else {
        return Ok(None);
    };
    let is_ours = |vertex: &Vertex| vertex.wanted == ours.min(vertex.maximum.max(1));
    let wanted = vertices.iter().map(|vertex| vertex.wanted).max();
    Ok(wanted.filter(|_| !vertices.iter().all(is_ours)))
}

fn transient(seen: &Observed, job: &Row) -> Need<Live> {
    let cause = cause(seen, job)?;
    let state = match job.state {
        JobState::Running => format!("RUNNING with {} of {} tasks up", job.tasks_up, job.tasks),
        JobState::Initializing
        | JobState::Created
        | JobState::Failing
        | JobState::Failed
        | JobState::Cancelling
        | JobState::Canceled
        | JobState::Finished
        | JobState::Restarting
        | JobState::Suspended
        | JobState::Reconciling
        | JobState::Unknown => job.state.as_str().to_owned(),
    };
    Ok(Live { cause, ..bare(job, LiveState::Transient { state }) })
}

fn ended(kin: Kin<'_>, seen: &Observed, family: &Family<'_>) -> Need<Live> {
    let ran = family.ended.iter().find(|job| !job.never_ran());
    let head = ran.or_else(|| family.ended.first()).copied();
    let is_recorded = head.is_none_or(|job| kin.recorded_job() == Some(&job.id));
    let was = kin.recorded.map(|recorded| recorded.state);
    if was == Some(RecordedState::Suspended) && is_recorded {
        return Ok(without_job(kin, LiveState::Suspended));
    }
    match head {
        Some(job) => of_ended(seen, job),
        None => Ok(without_job(kin, LiveState::Missing)),
    }
}

fn of_ended(seen: &Observed, job: &Row) -> Need<Live> {
    let history = seen.history(&job.id)?.as_ref();
    let newest = history.and_then(newest);
    let cause = if job.state == JobState::Failed { cause(seen, job)? } else { None };
    let state = match job.state {
        JobState::Failed => LiveState::Failed,
        JobState::Canceled => LiveState::Canceled,
        JobState::Finished if history.is_some_and(was_stopped) => LiveState::Suspended,
        JobState::Finished
        | JobState::Initializing
        | JobState::Created
        | JobState::Running
        | JobState::Failing
        | JobState::Cancelling
        | JobState::Restarting
        | JobState::Suspended
        | JobState::Reconciling
        | JobState::Unknown => LiveState::Finished,
    };
    Ok(Live { cause, newest, ..bare(job, state) })
}

fn was_stopped(history: &History) -> bool {
    let kind = history.savepoint.as_ref().map(|savepoint| savepoint.kind);
    kind == Some(SnapshotKind::StopSavepoint)
}

fn newest(history: &History) -> Option<String> {
    let all = [&history.completed, &history.savepoint].into_iter().flatten();
    let newest = all.filter(|snapshot| snapshot.path.is_some()).max_by_key(|snapshot| snapshot.id);
    newest.and_then(|snapshot| snapshot.path.clone())
}

fn cause(seen: &Observed, job: &Row) -> Need<Option<String>> {
    Ok(seen.trouble(&job.id)?.as_ref().and_then(|trouble| trouble.cause.clone()))
}

fn bare(job: &Row, state: LiveState) -> Live {
    Live {
        job: Some(job.id.clone()),
        state,
        parallelism: None,
        tasks: None,
        cause: None,
        newest: None,
    }
}

fn without_job(kin: Kin<'_>, state: LiveState) -> Live {
    let job = kin.recorded_job().cloned();
    Live { job, state, parallelism: None, tasks: None, cause: None, newest: None }
}

#[cfg(test)]
mod tests {
    use flink::JobId;

    use super::*;
    use crate::job::{
        goal::{Jar, Program},
        ids::{self, Owner},
        next::Next,
        observed::{Answer, Question, Snapshot, Trouble},
        recorded::Recorded,
    };

    fn owner() -> Owner {
        Owner::new("http://flink:8081", "orders")
    }

    fn job() -> JobId {
        ids::successor(&owner(), None, 0)
    }

    fn recorded(state: RecordedState) -> Recorded {
        let program = Program {
            jar: Jar { sha256: "s".to_owned(), file: None },
            entry_class: None,
            args: Vec::new(),
            parallelism: Some(2),
            configuration: [].into(),
            start_key: String::new(),
        };
        Recorded {
            job: Some(job()),
            state,
            program: Some(program),
            last_savepoint_path: None,
            restored_from: None,
        }
    }

    fn row(id: JobId, state: JobState, tasks_up: u32) -> Row {
        Row { id, name: "x".to_owned(), state, started: 1, ended: None, tasks: 4, tasks_up }
    }

    fn seen(rows: Vec<Row>) -> Observed {
        let mut seen = Observed::new();
        seen.learn(Question::Jobs, Answer::Jobs(rows));
        seen
    }

    fn read(state: RecordedState, tasks: Option<u32>, seen: &Observed) -> Need<Live> {
        let (owner, recorded) = (owner(), recorded(state));
        live(Kin { owner: &owner, recorded: Some(&recorded) }, tasks, seen)
    }

    fn asks(answer: Need<Live>) -> Vec<Question> {
        let next = *answer.expect_err("a question");
        let Next::Look(questions) = next else { panic!("{next:?}") };
        questions
    }

    #[test]
    fn what_is_as_recorded_costs_no_further_call() {
        let up = seen(vec![row(job(), JobState::Running, 4)]);
        let live = read(RecordedState::Running, Some(4), &up).expect("an answer");
        assert_eq!((live.state, live.parallelism), (LiveState::Running, None));
        for rows in [vec![], vec![row(job(), JobState::Finished, 0)]] {
            let live = read(RecordedState::Suspended, None, &seen(rows)).expect("an answer");
            assert_eq!(live.state, LiveState::Suspended);
        }
        let live = read(RecordedState::Running, None, &seen(vec![])).expect("an answer");
        assert_eq!(live.state, LiveState::Missing);
    }

    #[test]
    fn a_suspended_job_that_someone_started_again_is_seen() {
        let next = ids::successor(&owner(), Some(&job()), 0);
        let live = read(
            RecordedState::Suspended,
            None,
            &seen(vec![row(next.clone(), JobState::Running, 4)]),
        );
        let live = live.expect("an answer");
        assert_eq!((live.job, live.state), (Some(next), LiveState::Running));
    }

    #[test]
    fn another_number_of_tasks_asks_for_the_parallelism() {
        let mut seen = seen(vec![row(job(), JobState::Running, 4)]);
        let question = Question::Requirements(job());
        assert_eq!(
            asks(read(RecordedState::Running, Some(8), &seen)),
            std::slice::from_ref(&question)
        );
        let vertex = |wanted, maximum| Vertex {
            id: flink::VertexId::from_bytes([1; 16]),
            wanted,
            running: 1,
            maximum,
        };
        for (vertices, expected) in [
            (vec![vertex(2, 128), vertex(1, 1)], None),
            (vec![vertex(4, 128), vertex(1, 1)], Some(4)),
        ] {
            seen.learn(question.clone(), Answer::Requirements(Requirements::Adaptive(vertices)));
            let live = read(RecordedState::Running, Some(8), &seen).expect("an answer");
            assert_eq!(live.parallelism, expected);
        }
    }

    #[test]
    fn a_job_in_between_is_explained() {
        let mut seen = seen(vec![row(job(), JobState::Restarting, 0)]);
        assert_eq!(asks(read(RecordedState::Running, None, &seen)), [Question::Trouble(job())]);
        let trouble = Trouble { cause: Some("boom".to_owned()), ..Trouble::default() };
        seen.learn(Question::Trouble(job()), Answer::Trouble(Some(trouble)));
        let live = read(RecordedState::Running, None, &seen).expect("an answer");
        assert_eq!(live.state, LiveState::Transient { state: "RESTARTING".to_owned() });
        assert_eq!(live.cause.as_deref(), Some("boom"));
    }

    #[test]
    fn a_finished_job_is_suspended_if_it_was_stopped_with_a_savepoint() {
        let history = |kind| History {
            savepoint: Some(Snapshot {
                id: 3,
                path: Some("file:/s".to_owned()),
                kind,
                triggered: 1,
                discarded: false,
            }),
            ..History::default()
        };
        for (kind, state) in [
            (SnapshotKind::StopSavepoint, LiveState::Suspended),
            (SnapshotKind::Savepoint, LiveState::Finished),
        ] {
            let mut seen = seen(vec![row(job(), JobState::Finished, 0)]);
            seen.learn(Question::History(job()), Answer::History(Some(history(kind))));
            let live = read(RecordedState::Running, None, &seen).expect("an answer");
            assert_eq!((live.state, live.newest.as_deref()), (state, Some("file:/s")));
        }
    }

    #[test]
    fn a_start_that_never_ran_is_not_what_has_become_of_the_job() {
        let refused = Row {
            tasks: 0,
            started: 9,
            ..row(ids::successor(&owner(), Some(&job()), 0), JobState::Failed, 0)
        };
        let mut seen = seen(vec![refused, row(job(), JobState::Canceled, 0)]);
        seen.learn(Question::History(job()), Answer::History(None));
        let live = read(RecordedState::Running, None, &seen).expect("an answer");
        assert_eq!((live.job, live.state), (Some(job()), LiveState::Canceled));
    }
}
