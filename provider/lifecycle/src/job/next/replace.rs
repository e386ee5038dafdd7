//! A running job is to be replaced: checked, then stopped.

use super::{
    Need, Next, check, note,
    stop::{self, Stopping},
};
use crate::job::{
    goal::{Format, Run, StateLoss, UpgradeMode},
    ids::Operation,
    journal::By,
    observed::{Observed, Row, TriggerState},
    report::Remark,
};

/// What comes next until the job has ended.
pub(super) fn replace(
    goal: &Run,
    seen: &Observed,
    job: &Row,
    mut remarks: Vec<Remark>,
) -> Need<Next> {
    if !is_stopping(seen, job)? {
        remarks.extend(check::before_stop(goal, seen, job)?);
    }
    let next = stop::stop(&stopping(goal), seen, job).unwrap_or_else(|next| *next);
    if matches!(next, Next::Do(..)) {
        journal(goal).begins(seen, &job.id)?;
    }
    Ok(with_remarks(next, remarks))
}

fn journal(goal: &Run) -> note::Stop<'_> {
    note::Stop {
        kin: super::run::kin(goal),
        by: By::Job,
        savepoint_dir: goal.upgrade.savepoint_dir.as_deref(),
        native: goal.upgrade.format == Format::Native,
    }
}

/// A stop that is under way can no longer be prevented by a check.
fn is_stopping(seen: &Observed, job: &Row) -> Need<bool> {
    let attempt = stop::attempt(seen, &job.id, &Operation::Stop)?;
    Ok(matches!(attempt.state, TriggerState::InProgress | TriggerState::Completed(_)))
}

fn stopping(goal: &Run) -> Stopping<'_> {
    Stopping {
        owner: &goal.owner,
        recorded: goal.recorded.as_ref(),
        mode: goal.upgrade.mode,
        savepoint_dir: goal.upgrade.savepoint_dir.as_deref(),
        format: goal.upgrade.format,
        drain: goal.upgrade.drain,
        fallback: goal.upgrade.fallback,
        state_loss: match goal.upgrade.mode {
            UpgradeMode::Stateless => goal.state_loss,
            UpgradeMode::Savepoint | UpgradeMode::LastState => StateLoss::Accept,
        },
    }
}

fn with_remarks(next: Next, remarks: Vec<Remark>) -> Next {
    match next {
        Next::Do(step, own) => Next::Do(step, remarks.into_iter().chain(own).collect()),
        Next::Look(_) | Next::Wait(_) | Next::Done(_) | Next::Stuck(_) => next,
    }
}
