//! Check first, stop second: everything that can be known to fail is found
//! while the old job still runs.

use super::{Need, jars, stop, stuck};
use crate::{
    goal::{NonRestoredState, Rollback, Run, StartFrom, UpgradeMode, Verify},
    guard::Guard,
    observed::{Contents, Exit, HeldState, NewOperator, Observed, Operators, Row, Submission},
    problem::{OldJob, Problem},
    report::{Operator, Remark},
};

/// Passes when nothing speaks against stopping the job for the new program.
pub(super) fn before_stop(goal: &Run, seen: &Observed, job: &Row) -> Need<Vec<Remark>> {
    if seen.cluster()?.submission == Submission::Disabled {
        return stuck(Problem::SubmissionDisabled);
    }
    if goal.upgrade.mode == UpgradeMode::Savepoint {
        stop::savepoint_root(goal.upgrade.savepoint_dir.as_deref(), seen)?;
    }
    let jar = jars::on_cluster(&goal.owner, &goal.program.jar, seen)?;
    can_roll_back(goal, seen)?;
    match (goal.upgrade.verify, seen.cluster()?.exit) {
        (Verify::None, _) => Ok(Vec::new()),
        (Verify::DryRun, Exit::EndsJobs) => Ok(vec![Remark::DryRunSkipped]),
        (Verify::DryRun, Exit::Harmless) => {
            tried(seen.operators(&jar, &goal.program)?, goal, seen, job)
        }
    }
}

fn can_roll_back(goal: &Run, seen: &Observed) -> Need<()> {
    if goal.upgrade.rollback != Rollback::Required {
        return Ok(());
    }
    let recorded = goal.recorded.as_ref().and_then(|recorded| recorded.program.as_ref());
    let reason = match recorded {
        None => "the program that runs is not known",
        Some(program) if !jars::is_at_hand(&goal.owner, &program.jar, seen)? => {
            "the jar that runs is no longer on the cluster"
        }
        Some(_) => return Ok(()),
    };
    stuck(Problem::RollbackImpossible { reason: reason.to_owned() })
}

fn tried(operators: &Operators, goal: &Run, seen: &Observed, job: &Row) -> Need<Vec<Remark>> {
    match operators {
        Operators::ProgramFailed { cause } => stuck(Problem::ProgramFailed {
            cause: cause.clone(),
            old: OldJob::Runs(job.id.clone()),
        }),
        Operators::CannotTell { reason } => {
            Ok(vec![Remark::FitUnknown { reason: reason.clone() }])
        }
        Operators::Told(operators) => match state_to_fit(goal, seen, job)? {
            None => Ok(Vec::new()),
            Some(path) => fits(operators, goal, seen, &path),
        },
    }
}

/// A state of the kind that the new job would start from.
fn state_to_fit(goal: &Run, seen: &Observed, job: &Row) -> Need<Option<String>> {
    match &goal.start {
        StartFrom::Path(path) | StartFrom::Carried { path, .. } => Ok(Some(path.clone())),
        StartFrom::Nothing => Ok(None),
        StartFrom::Newest if goal.upgrade.mode == UpgradeMode::Stateless => Ok(None),
        StartFrom::Newest => {
            let history = seen.history(&job.id)?.as_ref();
            let completed = history.and_then(|history| history.completed.as_ref());
            Ok(completed.and_then(|snapshot| snapshot.path.clone()))
        }
    }
}

fn fits(
    operators: &[NewOperator],
    goal: &Run,
    seen: &Observed,
    path: &str,
) -> Need<Vec<Remark>> {
    let held = match seen.contents(path)? {
        Contents::Told(held) => held,
        Contents::CannotTell { reason } => {
            return Ok(vec![Remark::FitUnknown { reason: reason.clone() }]);
        }
    };
    if !seen.guards(Guard::FitBeforeStop) {
        return Ok(Vec::new());
    }
    let lost = without_operator(held, operators);
    let may_drop = goal.non_restored_state == NonRestoredState::Allow;
    if !lost.is_empty() && !may_drop {
        return stuck(Problem::StateDoesNotFit { operators: lost, path: path.to_owned() });
    }
    spreads(held, goal.program.parallelism)?;
    let dropped = (!lost.is_empty()).then_some(Remark::StateDropped { operators: lost });
    Ok(dropped.into_iter().collect())
}

/// Flink's own rule: state must find its operator under one of its ids;
/// operators that hold nothing do not count.
fn without_operator(held: &[HeldState], operators: &[NewOperator]) -> Vec<Operator> {
    let finds = |state: &HeldState| {
        let ids = operators.iter().flat_map(|operator| &operator.ids);
        ids.into_iter().any(|id| id.as_str() == state.operator.id)
    };
    let lost = held.iter().filter(|state| state.operator.bytes > 0 && !finds(state));
    lost.map(|state| state.operator.clone()).collect()
}

fn spreads(held: &[HeldState], parallelism: Option<u32>) -> Need<()> {
    let Some(wanted) = parallelism else { return Ok(()) };
    let limit = held
        .iter()
        .filter(|state| state.operator.bytes > 0 && state.max_parallelism > 0)
        .min_by_key(|state| state.max_parallelism);
    match limit {
        Some(state) if wanted > state.max_parallelism => stuck(Problem::ParallelismTooHigh {
            wanted,
            maximum: state.max_parallelism,
            operator: state.operator.clone(),
        }),
        Some(_) | None => Ok(()),
    }
}
