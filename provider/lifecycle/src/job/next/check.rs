//! Check first, stop second: everything that can be known to fail is found
//! while the old job still runs.

use std::collections::BTreeMap;

use flink::{
    JarId, OperatorId,
    fit::{self, Lost, MaxParallelismChanged, TooWide, Verdict},
    scout::{self, NewVertex, OperatorState},
};

use super::{Need, jars, stop, storage, stuck, wait};
use crate::job::{
    goal::{Fallback, NonRestoredState, Rollback, Run, StartFrom, UpgradeMode, Verify},
    guard::Guard,
    observed::{
        Contents, Exit, Observed, Operators, Question, Reason, Row, Submission, Writability,
    },
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
    ask_the_scout(goal, seen, &jar)?;
    can_be_written(goal, seen, job)?;
    match (goal.upgrade.verify, seen.cluster()?.exit) {
        (Verify::None, _) => Ok(Vec::new()),
        (Verify::DryRun, Exit::EndsJobs) => Ok(vec![Remark::DryRunSkipped]),
        (Verify::DryRun, Exit::Harmless) => {
            tried(seen.operators(&jar, &goal.program)?, goal, seen, job)
        }
    }
}

/// Asks at once what the dry run needs.
fn ask_the_scout(goal: &Run, seen: &Observed, jar: &JarId) -> Need<()> {
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

fn tried(operators: &Operators, goal: &Run, seen: &Observed, job: &Row) -> Need<Vec<Remark>> {
    match operators {
        Operators::ProgramFailed { cause } => stuck(Problem::ProgramFailed {
            cause: cause.clone(),
            old: OldJob::Runs(job.id.clone()),
        }),
        Operators::CannotTell { reason } => Ok(vec![Remark::FitUnknown { reason: reason.clone() }]),
        Operators::Told(vertices) => match state_to_fit(goal, seen, job)? {
            None => Ok(Vec::new()),
            Some(state) => fits(vertices, goal, seen, state),
        },
    }
}

/// What the new program's operators are held against.
enum ToFit<'a> {
    /// This state, at this path.
    State(&'a [OperatorState], String),
    /// Nobody can tell, for this reason.
    CannotTell(String),
}

/// A state of the kind that the new job would start from.
fn state_to_fit<'a>(goal: &Run, seen: &'a Observed, job: &Row) -> Need<Option<ToFit<'a>>> {
    match &goal.start {
        StartFrom::Path(path) | StartFrom::Carried { path, .. } => chosen(seen, path).map(Some),
        StartFrom::Nothing => Ok(None),
        StartFrom::Newest if goal.upgrade.mode == UpgradeMode::Stateless => Ok(None),
        StartFrom::Newest => of_running(goal, seen, job).map(Some),
    }
}

/// The running job's newest checkpoint; before its first, what it was started from.
fn of_running<'a>(goal: &Run, seen: &'a Observed, job: &Row) -> Need<ToFit<'a>> {
    let history = seen.history(&job.id)?.as_ref();
    let completed = history.and_then(|history| history.completed.as_ref());
    if let Some(path) = completed.and_then(|snapshot| snapshot.path.as_deref()) {
        return newest(seen, job, path);
    }
    let restored = history.and_then(|history| history.restored.as_deref());
    let recorded = goal.recorded.as_ref().and_then(|known| known.restored_from.as_deref());
    let Some(path) = restored.or(recorded) else {
        return Ok(ToFit::CannotTell("the job has completed no checkpoint yet".to_owned()));
    };
    Ok(match seen.contents(path)? {
        Contents::Told(held) => ToFit::State(held, path.to_owned()),
        Contents::CannotTell { reason } => ToFit::CannotTell(reason.clone()),
        Contents::Absent => ToFit::CannotTell(format!("there is nothing at {path} any more")),
    })
}

/// What is not there cannot be started from: known before anything stops.
fn chosen<'a>(seen: &'a Observed, path: &str) -> Need<ToFit<'a>> {
    match seen.contents(path)? {
        Contents::Told(held) => Ok(ToFit::State(held, path.to_owned())),
        Contents::CannotTell { reason } => Ok(ToFit::CannotTell(reason.clone())),
        Contents::Absent => stuck(Problem::RestoreRefused {
            path: path.to_owned(),
            cause: "there is nothing at this path".to_owned(),
        }),
    }
}

/// The newest checkpoint may be replaced between two questions, and Flink's
/// answer be as old as its cache: then its successor is looked for on disk,
/// and else waited for until the cache must have it.
fn newest<'a>(seen: &'a Observed, job: &Row, path: &str) -> Need<ToFit<'a>> {
    match seen.contents(path)? {
        Contents::Told(held) => return Ok(ToFit::State(held, path.to_owned())),
        Contents::CannotTell { reason } => return Ok(ToFit::CannotTell(reason.clone())),
        Contents::Absent => {}
    }
    if let Some(successor) = storage::newest_checkpoint(seen, job, path)?
        && let Contents::Told(held) = seen.contents(&successor)?
    {
        return Ok(ToFit::State(held, successor));
    }
    let reason = Reason::Replaced(job.id.clone());
    if seen.held(&reason) < 2 * seen.cluster()?.refresh_interval {
        return wait(reason);
    }
    Ok(ToFit::CannotTell(format!("there is nothing at {path}")))
}

fn fits(
    vertices: &[NewVertex],
    goal: &Run,
    seen: &Observed,
    state: ToFit<'_>,
) -> Need<Vec<Remark>> {
    let (held, path) = match state {
        ToFit::State(held, path) => (held, path),
        ToFit::CannotTell(reason) => return Ok(vec![Remark::FitUnknown { reason }]),
    };
    if !seen.guards(Guard::FitBeforeStop) {
        return Ok(Vec::new());
    }
    match fit::judge(held, vertices, &BTreeMap::new()).verdict {
        Verdict::Fits => Ok(Vec::new()),
        Verdict::CannotTell(reason) => Ok(vec![Remark::FitUnknown { reason }]),
        Verdict::Refused(lost) => without_operator(goal, seen, lost, path),
        Verdict::TooWide(vertices) => too_wide(vertices),
        Verdict::MaxParallelismChanged(vertices) => max_parallelism_changed(vertices),
    }
}

fn without_operator(
    goal: &Run,
    seen: &Observed,
    lost: Vec<Lost>,
    path: String,
) -> Need<Vec<Remark>> {
    let names = old_names(goal, seen)?;
    let with_name = |Lost { operator, name, bytes }: Lost| {
        let name = name.or_else(|| names.get(&operator).cloned());
        Operator { id: operator.to_string(), name, bytes }
    };
    let operators = lost.into_iter().map(with_name).collect();
    match goal.non_restored_state {
        NonRestoredState::Allow => Ok(vec![Remark::StateDropped { operators }]),
        NonRestoredState::Refuse => stuck(Problem::StateDoesNotFit { operators, path }),
    }
}

/// The names of the old program's operators, which no state has before 2.x.
fn old_names(goal: &Run, seen: &Observed) -> Need<BTreeMap<OperatorId, String>> {
    let recorded = goal.recorded.as_ref().and_then(|recorded| recorded.program.as_ref());
    let Some(program) = recorded else { return Ok(BTreeMap::new()) };
    let Some(jar) = jars::found(&goal.owner, &program.jar, seen)? else {
        return Ok(BTreeMap::new());
    };
    match seen.operators(&jar, program)? {
        Operators::Told(vertices) => Ok(scout::names(vertices)),
        Operators::ProgramFailed { .. } | Operators::CannotTell { .. } => Ok(BTreeMap::new()),
    }
}

fn too_wide<T>(vertices: Vec<TooWide>) -> Need<T> {
    let narrowest = vertices.into_iter().min_by_key(|vertex| vertex.recorded_max_parallelism);
    let TooWide { vertex, parallelism, recorded_max_parallelism } =
        narrowest.expect("the verdict names at least one vertex");
    let (wanted, maximum) = (number(parallelism), number(recorded_max_parallelism));
    stuck(Problem::ParallelismTooHigh { wanted, maximum, vertex })
}

fn max_parallelism_changed<T>(vertices: Vec<MaxParallelismChanged>) -> Need<T> {
    let MaxParallelismChanged { vertex, set, recorded } =
        vertices.into_iter().next().expect("the verdict names at least one vertex");
    let (set, recorded) = (number(set), number(recorded));
    stuck(Problem::MaxParallelismChanged { set, recorded, vertex })
}

fn number(parallelism: i64) -> u32 {
    u32::try_from(parallelism).unwrap_or_default()
}
