//! How things are when a goal was not reached, as far as it is known.

use super::{Family, Kin, Outcome, source};
use crate::job::{
    goal::{Goal, Intent},
    observed::{Answer, Observed, TriggerFailure, TriggerState},
    recorded::Recorded,
    report::{Left, Which},
    step::{Because, Step},
};

/// The best that is known: from the last look at the jobs, and from what
/// this operation has done.
pub(crate) fn truth(goal: &Goal, seen: &Observed) -> Outcome {
    let (kin, intent) = match goal {
        Goal::Run(run) => (Kin { owner: &run.owner, recorded: run.recorded.as_ref() }, run.intent),
        Goal::Suspend(one) => {
            (Kin { owner: &one.owner, recorded: one.recorded.as_ref() }, Intent::Keep)
        }
        Goal::Remove(one) => {
            (Kin { owner: &one.owner, recorded: one.recorded.as_ref() }, Intent::Keep)
        }
        Goal::TakeSavepoint(_) | Goal::DisposeSavepoint(_) => return unknown(None),
    };
    let Some(rows) = seen.last_rows() else { return unknown(kin.recorded) };
    let family = Family::of(kin, rows);
    let stopped_at = stopped_at(seen);
    let Some(head) = family.head() else {
        let state = if stopped_at.is_some() { Left::Suspended } else { Left::Missing };
        return Outcome { state, last_savepoint_path: stopped_at, ..unknown(kin.recorded) }
            .or_recorded(kin.recorded);
    };
    let is_recorded = kin.recorded_job() == Some(&head.id);
    let program = seen.launched(&head.id).or_else(|| {
        let previous = intent != Intent::Keep && is_recorded;
        Some(if previous { Which::Previous } else { Which::Desired })
    });
    let restored_from = match seen.launches().rfind(|(launch, _)| launch.id == head.id) {
        Some((launch, _)) => launch.marks.restored_from.clone(),
        None => kin.recorded.filter(|_| is_recorded).and_then(|known| known.restored_from.clone()),
    };
    let ended = head.state.has_ended();
    let state =
        if ended && stopped_at.is_some() { Left::Suspended } else { source::left(head.state) };
    Outcome {
        state,
        job: Some(head.id.clone()),
        program,
        last_savepoint_path: stopped_at,
        restored_from,
        remarks: Vec::new(),
    }
    .or_recorded(kin.recorded)
}

impl Outcome {
    fn or_recorded(mut self, recorded: Option<&Recorded>) -> Self {
        let known = recorded.and_then(|known| known.last_savepoint_path.clone());
        self.last_savepoint_path = self.last_savepoint_path.or(known);
        self
    }
}

fn unknown(recorded: Option<&Recorded>) -> Outcome {
    Outcome {
        state: Left::Unknown,
        job: recorded.and_then(|known| known.job.clone()),
        program: recorded.map(|_| Which::Previous),
        last_savepoint_path: recorded.and_then(|known| known.last_savepoint_path.clone()),
        restored_from: recorded.and_then(|known| known.restored_from.clone()),
        remarks: Vec::new(),
    }
}

/// The path that a job of ours was stopped with, if this operation knows one:
/// from the stop itself, or from the start that went on from it.
fn stopped_at(seen: &Observed) -> Option<String> {
    let by_stop = seen.answers().find_map(|(_, answer)| stop_path(answer));
    let cancelled = seen
        .performed()
        .iter()
        .any(|done| matches!(&done.step, Step::Cancel { because: Because::LastState, .. }));
    let by_start = || {
        let launch = seen.launches().next_back().filter(|_| cancelled)?.0;
        launch.marks.restored_from.clone()
    };
    by_stop.or_else(by_start)
}

fn stop_path(answer: &Answer) -> Option<String> {
    if let Answer::Trigger(
        TriggerState::Completed(path)
        | TriggerState::Failed(TriggerFailure::WhileStopping { path, .. }),
    ) = answer
    {
        return Some(path.clone());
    }
    None
}
