//! A job is to be stopped, its state kept.

use flink::JobId;

use super::{
    Family, Kin, Need, Next, Outcome, note, source,
    state::{self, Kind, Newest, Places},
    stop::{self, Stopping},
};
use crate::job::{
    goal::{Fallback, Format, Suspend, UpgradeMode},
    observed::{Observed, Question},
    report::{Left, Remark, Which},
};

pub(super) fn suspend(goal: &Suspend, seen: &Observed) -> Need<Next> {
    let kin = Kin { owner: &goal.owner, recorded: goal.recorded.as_ref() };
    seen.together(vec![Question::Jobs, Question::Cluster, note::question(kin)])?;
    let family = Family::of(kin, seen.jobs()?);
    match family.running(seen)? {
        Some(job) => {
            let next = stop::stop(&stopping(goal), seen, job).unwrap_or_else(|next| *next);
            if matches!(next, Next::Do(..)) {
                journal(goal, kin).begins(seen, &job.id)?;
            }
            Ok(next)
        }
        None if family.ended.is_empty() && kin.recorded_job().is_none() => {
            Ok(Next::Done(suspended(&family, None, Vec::new())))
        }
        None => stopped(goal, kin, seen, &family),
    }
}

fn journal<'a>(goal: &'a Suspend, kin: Kin<'a>) -> note::Stop<'a> {
    note::Stop {
        kin,
        by: goal.by,
        savepoint_dir: goal.stop.savepoint_dir.as_deref(),
        native: goal.stop.format == Format::Native,
    }
}

fn stopping(goal: &Suspend) -> Stopping<'_> {
    Stopping {
        owner: &goal.owner,
        recorded: goal.recorded.as_ref(),
        mode: goal.stop.mode,
        savepoint_dir: goal.stop.savepoint_dir.as_deref(),
        format: goal.stop.format,
        drain: goal.stop.drain,
        fallback: Fallback::None,
        state_loss: goal.stop.state_loss,
    }
}

fn stopped(goal: &Suspend, kin: Kin<'_>, seen: &Observed, family: &Family<'_>) -> Need<Next> {
    if goal.stop.mode == UpgradeMode::Stateless {
        return Ok(Next::Done(suspended(family, None, Vec::new())));
    }
    let places = Places { savepoint_dir: goal.stop.savepoint_dir.as_deref(), checkpoint_dir: None };
    let found = family.head().map_or(Left::Missing, |job| source::left(job.state));
    let outcome = match state::newest(kin, places, seen, &[])? {
        Newest::At(durable) => {
            let path = Some(durable.path.clone());
            let mut remarks = Vec::new();
            if let Some(cause) = durable.stop_failure {
                remarks.push(Remark::StoppedWithFailure { path: durable.path, cause });
            } else if durable.kind != Kind::Last && goal.stop.mode == UpgradeMode::Savepoint {
                remarks.push(Remark::AlreadyEnded { found, newest: path.clone() });
            }
            note_end(goal, kin, seen, (family, durable.job.as_ref(), path.as_deref()))?;
            suspended(family, path, remarks)
        }
        Newest::Nowhere | Newest::Empty | Newest::GivenUp { .. } => {
            note_end(goal, kin, seen, (family, None, None))?;
            suspended(family, None, vec![Remark::AlreadyEnded { found, newest: None }])
        }
        Newest::NoTrace | Newest::CannotTell { .. } | Newest::EitherOf(..) => {
            suspended(family, None, vec![Remark::AlreadyEnded { found, newest: None }])
        }
    };
    Ok(Next::Done(outcome))
}

/// Notes where the newest of the jobs that are known goes on from.
fn note_end(
    goal: &Suspend,
    kin: Kin<'_>,
    seen: &Observed,
    (family, of, path): (&Family<'_>, Option<&JobId>, Option<&str>),
) -> Need<()> {
    let head = family.head().map(|job| &job.id);
    match head.or(of).or_else(|| kin.recorded_job()) {
        Some(job) => journal(goal, kin).ended(seen, job, path),
        None => Ok(()),
    }
}

fn suspended(family: &Family<'_>, path: Option<String>, remarks: Vec<Remark>) -> Outcome {
    let job = family.head().map(|job| job.id.clone());
    Outcome {
        state: Left::Suspended,
        program: job.is_some().then_some(Which::Previous),
        job,
        last_savepoint_path: path,
        restored_from: None,
        remarks,
    }
}
