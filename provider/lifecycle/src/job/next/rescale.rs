//! A running job is to have another parallelism, in place where that can be.

use super::{Need, Next, Outcome, perform, replace, wait};
use crate::job::{
    goal::Run,
    observed::{Observed, Reason, Requirements, Row, Vertex},
    report::{Left, Remark, Which},
    step::Step,
};

pub(super) fn rescale(goal: &Run, seen: &Observed, job: &Row) -> Need<Next> {
    let by_restart = |reason: &str| {
        let remark = Remark::RescaledByRestart { reason: reason.to_owned() };
        replace::replace(goal, seen, job, vec![remark])
    };
    let Some(parallelism) = goal.program.parallelism else {
        return by_restart("the cluster's default parallelism applies at a start only");
    };
    match seen.requirements(&job.id)? {
        Requirements::Fixed { reason } => by_restart(reason),
        Requirements::Adaptive(vertices) => in_place(goal, seen, job, (vertices, parallelism)),
    }
}

fn in_place(
    goal: &Run,
    seen: &Observed,
    job: &Row,
    (vertices, parallelism): (&[Vertex], u32),
) -> Need<Next> {
    let target = |vertex: &Vertex| parallelism.min(vertex.maximum);
    if vertices.iter().any(|vertex| vertex.wanted != target(vertex)) {
        return perform(Step::Rescale { job: job.id.clone(), parallelism });
    }
    let running = vertices.iter().map(|vertex| vertex.running).max().unwrap_or_default();
    let is_reached = vertices.iter().all(|vertex| vertex.running == target(vertex));
    let reason = Reason::Rescaling(job.id.clone());
    if !is_reached && seen.held(&reason) < goal.upgrade.slots_within {
        return wait(reason);
    }
    let fewer = Remark::FewerSlots { running, wanted: parallelism };
    let recorded = goal.recorded.as_ref();
    Ok(Next::Done(Outcome {
        state: Left::Running,
        job: Some(job.id.clone()),
        program: Some(Which::Desired),
        last_savepoint_path: recorded.and_then(|known| known.last_savepoint_path.clone()),
        restored_from: recorded.and_then(|known| known.restored_from.clone()),
        remarks: if is_reached { Vec::new() } else { vec![fewer] },
    }))
}
