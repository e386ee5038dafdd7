//! Check first, stop second: everything that can be known to fail is found
//! while the old job still runs.

use flink::JarId;

use super::{Need, fit, jars, stop, stuck};
use crate::job::{
    goal::{Fallback, Rollback, Run, UpgradeMode, Verify},
    observed::{Exit, Observed, Question, Row, Submission, Writability},
    problem::Problem,
    report::Remark,
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
    ask_at_once(goal, seen, &jar)?;
    can_be_written(goal, seen, job)?;
    match (goal.upgrade.verify, seen.cluster()?.exit) {
        (Verify::None, _) => Ok(Vec::new()),
        (Verify::DryRun, Exit::EndsJobs) => Ok(vec![Remark::DryRunSkipped]),
        (Verify::DryRun, Exit::Harmless) => {
            fit::judged(seen.operators(&jar, &goal.program)?, goal, seen, job)
        }
    }
}

/// Asks at once what the dry run needs; each answer takes Flink its time. What the newest
/// checkpoint holds is asked after it: meanwhile its successor would have taken its place.
fn ask_at_once(goal: &Run, seen: &Observed, jar: &JarId) -> Need<()> {
    if goal.upgrade.verify == Verify::None {
        return Ok(());
    }
    let mut questions = Vec::new();
    if seen.cluster()?.exit == Exit::Harmless {
        questions.push(Question::Operators(jar.clone(), Box::new(goal.program.clone())));
    }
    if goal.upgrade.mode == UpgradeMode::Savepoint && goal.upgrade.fallback == Fallback::None {
        let root = stop::savepoint_root(goal.upgrade.savepoint_dir.as_deref(), seen)?;
        questions.push(Question::Writable(root));
    }
    seen.together(questions)
}

/// Whether the JobManager, who writes a savepoint's metadata, can write to its
/// directory. That nobody can tell stops nothing.
fn can_be_written(goal: &Run, seen: &Observed, job: &Row) -> Need<()> {
    let is_asked = goal.upgrade.verify == Verify::DryRun
        && goal.upgrade.mode == UpgradeMode::Savepoint
        && goal.upgrade.fallback == Fallback::None;
    if !is_asked {
        return Ok(());
    }
    let directory = stop::savepoint_root(goal.upgrade.savepoint_dir.as_deref(), seen)?;
    match seen.writable(&directory)? {
        Writability::Refused { reason } => stuck(Problem::SavepointFailed {
            job: job.id.clone(),
            cause: reason.clone(),
            directory,
        }),
        Writability::Writable | Writability::CannotTell => Ok(()),
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
