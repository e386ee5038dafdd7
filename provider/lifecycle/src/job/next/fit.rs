//! Whether the state of the job that runs will fit the new program, found
//! while it runs: by the operators where the scout sees them, else by vertices.

use std::collections::BTreeMap;

use flink::{
    OperatorId,
    fit::{self, Lost, MaxParallelismChanged, TooWide, Verdict, vertices},
    response::jars::{JobPlan, PlanNode},
    scout::{self, NewVertex, OperatorState},
};

use super::{Need, jars, storage, stuck, wait};
use crate::job::{
    goal::{NonRestoredState, Run, StartFrom, UpgradeMode},
    guard::Guard,
    observed::{Contents, Observed, Operators, Reason, Row, Snapshot},
    problem::{OldJob, Problem},
    report::{Operator, Remark},
};

/// What the new program's operators make of the state that it would start from.
pub(super) fn judged(
    operators: &Operators,
    goal: &Run,
    seen: &Observed,
    job: &Row,
) -> Need<Vec<Remark>> {
    match operators {
        Operators::ProgramFailed { cause } => stuck(Problem::ProgramFailed {
            cause: cause.clone(),
            old: OldJob::Runs(job.id.clone()),
        }),
        Operators::CannotTell { reason, plan } => match plan {
            Some(plan) => by_vertices(goal, seen, job, (plan, reason)),
            None => Ok(unknown(reason)),
        },
        Operators::Told(vertices) => match state_to_fit(goal, seen, job)? {
            None => Ok(Vec::new()),
            Some(ToFit::State(held, path)) => fits(vertices, goal, seen, (held, path)),
            Some(ToFit::CannotTell(reason)) => {
                by_vertices(goal, seen, job, (&plan(vertices), &reason))
            }
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

/// Whether the new job would start from the state of the one that runs.
fn goes_on(goal: &Run) -> bool {
    goal.start == StartFrom::Newest && goal.upgrade.mode != UpgradeMode::Stateless
}

fn completed<'a>(seen: &'a Observed, job: &Row) -> Need<Option<&'a Snapshot>> {
    let history = seen.history(&job.id)?.as_ref();
    Ok(history.and_then(|history| history.completed.as_ref()))
}

fn started_from(goal: &Run, seen: &Observed, job: &Row) -> Need<Option<String>> {
    let history = seen.history(&job.id)?.as_ref();
    let restored = history.and_then(|history| history.restored.clone());
    let recorded = goal.recorded.as_ref().and_then(|known| known.restored_from.clone());
    Ok(restored.or(recorded))
}

/// The running job's newest checkpoint; before its first, what it was started from.
fn of_running<'a>(goal: &Run, seen: &'a Observed, job: &Row) -> Need<ToFit<'a>> {
    match completed(seen, job)? {
        // It is deleted an instant before its successor is told.
        Some(Snapshot { discarded: true, .. }) => {
            return until_known(seen, job, "its newest checkpoint was deleted");
        }
        Some(Snapshot { path: Some(path), .. }) => return newest(seen, job, path),
        Some(Snapshot { path: None, .. }) | None => {}
    }
    let Some(path) = started_from(goal, seen, job)? else {
        return Ok(ToFit::CannotTell("the job has completed no checkpoint yet".to_owned()));
    };
    Ok(match seen.contents(&path)? {
        Contents::Told(held) => ToFit::State(held, path),
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
    until_known(seen, job, &format!("there is nothing at {path}"))
}

/// Waits for the newest checkpoint for as long as Flink's cache may hold an older answer.
fn until_known<'a>(seen: &Observed, job: &Row, blind: &str) -> Need<ToFit<'a>> {
    let reason = Reason::Replaced(job.id.clone());
    if seen.held(&reason) < 2 * seen.cluster()?.refresh_interval {
        return wait(reason);
    }
    Ok(ToFit::CannotTell(blind.to_owned()))
}

fn unknown(reason: &str) -> Vec<Remark> {
    vec![Remark::FitUnknown { reason: reason.to_owned() }]
}

/// Where the scout does not see operators or state, REST still tells of vertices: what certainly
/// does not fit is found. That all fits is not told by them, and stays a remark.
fn by_vertices(
    goal: &Run,
    seen: &Observed,
    job: &Row,
    (new, reason): (&JobPlan, &str),
) -> Need<Vec<Remark>> {
    if !goes_on(goal) || !seen.guards(Guard::VerticesWhereScoutIsBlind) {
        return Ok(unknown(reason));
    }
    let history = seen.history(&job.id)?.as_ref();
    let newest = history.and_then(|history| history.completed.as_ref());
    let Some(old) = seen.vertices(&job.id, newest.map(|newest| newest.id))? else {
        return Ok(unknown(reason));
    };
    match vertices::compare(old.checkpoint.as_ref(), &old.details, new).fit.verdict {
        Verdict::Fits => Ok(unknown(reason)),
        Verdict::CannotTell(doubt) => Ok(unknown(&doubt)),
        Verdict::Refused(lost) => {
            let path = newest.and_then(|newest| newest.path.clone()).unwrap_or_default();
            without_operator(goal, seen, lost, path)
        }
        Verdict::TooWide(vertices) => too_wide(vertices),
        Verdict::MaxParallelismChanged(vertices) => max_parallelism_changed(vertices),
    }
}

/// The plan that the scout has seen, as Flink tells plans.
fn plan(vertices: &[NewVertex]) -> JobPlan {
    let node = |vertex: &NewVertex| {
        let names = vertex.operators.iter().rev().map(|operator| operator.name.as_deref());
        let names: Option<Vec<&str>> = names.collect();
        let names = names.unwrap_or_else(|| vertex.name.split(" -> ").collect());
        let description = names.join("<br/>");
        PlanNode { id: vertex.id.clone(), parallelism: vertex.parallelism, description }
    };
    JobPlan { name: String::new(), nodes: vertices.iter().map(node).collect() }
}

fn fits(
    vertices: &[NewVertex],
    goal: &Run,
    seen: &Observed,
    (held, path): (&[OperatorState], String),
) -> Need<Vec<Remark>> {
    if !seen.guards(Guard::FitBeforeStop) {
        return Ok(Vec::new());
    }
    match fit::judge(held, vertices, &BTreeMap::new()).verdict {
        Verdict::Fits => Ok(Vec::new()),
        Verdict::CannotTell(reason) => Ok(unknown(&reason)),
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
