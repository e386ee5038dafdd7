//! There is to be no job.

use super::{
    Family, Kin, Need, Next, Outcome, note, perform, source,
    state::{self, Kind, Newest, Places},
    stop::{self, Stopping},
    wait,
};
use crate::job::{
    goal::{Drain, Fallback, Format, OnDestroy, Remove, StateLoss, UpgradeMode},
    journal::By,
    observed::{JobState, Observed, Question, Reason, Row},
    report::{Left, Remark},
    step::{Because, Step},
};

pub(super) fn remove(goal: &Remove, seen: &Observed) -> Need<Next> {
    let kin = Kin { owner: &goal.owner, recorded: goal.recorded.as_ref() };
    if goal.how == OnDestroy::KeepRunning {
        note::nothing(kin, seen)?;
        return Ok(gone(None, vec![Remark::KeptRunning]));
    }
    seen.together(vec![Question::Jobs, Question::Cluster, note::question(kin)])?;
    let family = Family::of(kin, seen.jobs()?);
    match (family.alive.first(), &goal.how) {
        (Some(job), OnDestroy::Savepoint { savepoint_dir, format, drain }) => {
            let how = (savepoint_dir.as_deref(), *format, *drain);
            let next = stop::stop(&stopping(goal, how), seen, job).unwrap_or_else(|next| *next);
            if matches!(next, Next::Do(..)) {
                journal(kin, how).begins(seen, &job.id)?;
            }
            Ok(next)
        }
        (Some(job), OnDestroy::Cancel | OnDestroy::KeepRunning) => cancel(seen, job),
        (None, OnDestroy::Savepoint { savepoint_dir, format, drain }) => {
            let how = (savepoint_dir.as_deref(), *format, *drain);
            last_state(kin, seen, &family, how)
        }
        (None, OnDestroy::Cancel | OnDestroy::KeepRunning) => {
            note::gone(kin, seen)?;
            Ok(gone(None, Vec::new()))
        }
    }
}

type How<'a> = (Option<&'a str>, Format, Drain);

fn journal<'a>(kin: Kin<'a>, (savepoint_dir, format, _): How<'a>) -> note::Stop<'a> {
    note::Stop { kin, by: By::Job, savepoint_dir, native: format == Format::Native }
}

fn stopping<'a>(goal: &'a Remove, (savepoint_dir, format, drain): How<'a>) -> Stopping<'a> {
    Stopping {
        owner: &goal.owner,
        recorded: goal.recorded.as_ref(),
        mode: UpgradeMode::Savepoint,
        savepoint_dir,
        format,
        drain,
        fallback: Fallback::None,
        state_loss: StateLoss::Accept,
    }
}

fn cancel(seen: &Observed, job: &Row) -> Need<Next> {
    let reason = Reason::Ending(job.id.clone());
    let was_asked = seen.performed().iter().any(
        |done| matches!(&done.step, Step::Cancel { job: cancelled, .. } if *cancelled == job.id),
    );
    if was_asked || job.state == JobState::Cancelling {
        return wait(reason);
    }
    perform(Step::Cancel { job: job.id.clone(), because: Because::Unwanted })
}

/// Where the job can go on from, for what is said; nothing waits for that.
fn last_state(kin: Kin<'_>, seen: &Observed, family: &Family<'_>, how: How<'_>) -> Need<Next> {
    let savepoint_dir = how.0;
    let noted = note::entry(kin, seen)?.filter(|noted| noted.entry.decides());
    let Some(head) = family.head() else {
        if let Some(path) = noted.and_then(|noted| noted.entry.path()) {
            return Ok(gone(Some(path.to_owned()), Vec::new()));
        }
        let known = kin.recorded.and_then(|recorded| recorded.last_savepoint_path.clone());
        return Ok(gone(known, Vec::new()));
    };
    let places = Places { savepoint_dir, checkpoint_dir: None };
    let Newest::At(durable) = state::newest(kin, places, seen, &[])? else {
        let found = source::left(head.state);
        note::gone(kin, seen)?;
        return Ok(gone(None, vec![Remark::AlreadyEnded { found, newest: None }]));
    };
    journal(kin, how).ended(seen, &head.id, Some(&durable.path))?;
    let path = Some(durable.path.clone());
    let remarks = match (durable.stop_failure, durable.kind) {
        (Some(cause), _) => vec![Remark::StoppedWithFailure { path: durable.path, cause }],
        (None, Kind::Last) => Vec::new(),
        (None, Kind::Snapshot | Kind::Inherited | Kind::Recorded) => {
            let found = source::left(head.state);
            vec![Remark::AlreadyEnded { found, newest: path.clone() }]
        }
    };
    Ok(gone(path, remarks))
}

fn gone(path: Option<String>, remarks: Vec<Remark>) -> Next {
    Next::Done(Outcome {
        state: Left::Missing,
        job: None,
        program: None,
        last_savepoint_path: path,
        restored_from: None,
        remarks,
    })
}
