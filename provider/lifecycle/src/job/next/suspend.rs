//! A job is to be stopped, its state kept.

use super::{
    Family, Kin, Need, Next, Outcome, source,
    state::{self, Kind, Newest, Places},
    stop::{self, Stopping},
};
use crate::job::{
    goal::{Fallback, Suspend, UpgradeMode},
    observed::{Observed, Question},
    report::{Left, Remark, Which},
};

pub(super) fn suspend(goal: &Suspend, seen: &Observed) -> Need<Next> {
    seen.together(vec![Question::Jobs, Question::Cluster])?;
    let kin = Kin { owner: &goal.owner, recorded: goal.recorded.as_ref() };
    let family = Family::of(kin, seen.jobs()?);
    match family.running(seen)? {
        Some(job) => stop::stop(&stopping(goal), seen, job),
        None if family.ended.is_empty() && kin.recorded_job().is_none() => {
            Ok(Next::Done(suspended(&family, None, Vec::new())))
        }
        None => stopped(goal, kin, seen, &family),
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
            suspended(family, path, remarks)
        }
        Newest::Nowhere
        | Newest::Empty
        | Newest::NoTrace
        | Newest::CannotTell { .. }
        | Newest::EitherOf(..) => {
            suspended(family, None, vec![Remark::AlreadyEnded { found, newest: None }])
        }
    };
    Ok(Next::Done(outcome))
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
