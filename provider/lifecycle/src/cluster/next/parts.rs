//! What the cluster of an application has in common with any other: its
//! objects are tried, applied, waited for and removed in the same way.

use manifests::Object;
use serde_json::Value;

use super::{Need, Next, body, books, bring, ours, ready, remove};
use crate::cluster::{
    goal::{Bring, Id, Remove, revision},
    health::{self, Ailment},
    observed::{Answer, Objects, Observed, Question},
    problem::Problem,
    step::Apply,
};

/// That nothing of others is in the way, and nothing was refused.
pub(crate) fn unhindered(goal: &Bring, objects: &Objects, seen: &Observed) -> Need<()> {
    ours::nothing_of_others(goal, objects, seen)?;
    bring::performed(goal, seen)?;
    books::take_over(goal, objects)
}

/// What is asked to know whether the API server would take all of it.
pub(crate) fn dry_run(goal: &Bring) -> Question {
    Question::DryRun(body::all(goal))
}

/// That the API server would take all of it, by [`dry_run`].
pub(crate) fn accepted((goal, dry_run): (&Bring, &Question), seen: &Observed) -> Need<()> {
    match seen.answer(dry_run) {
        Some(Answer::DryRun(refused)) => bring::accepted(goal, refused),
        Some(_) | None => Err(Box::new(Next::Look(vec![dry_run.clone()]))),
    }
}

/// Ends the pods of other revisions, and removes what is not rendered.
pub(crate) fn old_pods_end(goal: &Bring, objects: &Objects, seen: &Observed) -> Need<()> {
    bring::restart(goal, objects, seen)
}

/// Deletes what is ours and not rendered any more.
pub(crate) fn prune(goal: &Bring, objects: &Objects) -> Need<()> {
    bring::prune(goal, objects)
}

/// What differs between the pods that a workload makes and those that are rendered.
pub(crate) fn differing_pods(goal: &Bring, id: &Id, objects: &Objects) -> Vec<String> {
    bring::differing_pods(goal, id, objects)
}

/// An object as it should be.
pub(crate) fn set(goal: &Bring, object: &Object, objects: &Objects) -> Apply {
    body::set(goal, object, objects)
}

/// A workload of this revision that has no pods.
pub(crate) fn halt(goal: &Bring, object: &Object, objects: &Objects) -> Apply {
    body::halt(goal, object, objects)
}

/// What is certain to keep the pods of these workloads from coming up.
pub(crate) fn ailing<'a>(
    workloads: impl Iterator<Item = &'a Value>,
    seen: &Observed,
) -> Need<Option<Ailment>> {
    let workloads: Vec<_> = workloads.map(|live| (revision(live), live)).collect();
    match ready::all_healthy(&workloads, seen).map_err(|next| *next) {
        Ok(()) => Ok(None),
        Err(Next::Stuck(Problem::Ailing(ailment))) => Ok(Some(*ailment)),
        Err(next) => Err(Box::new(next)),
    }
}

/// What is certain to keep a pod from coming up that no workload makes.
pub(crate) fn ailing_scout(pod: &Value, seen: &Observed) -> Need<Option<Ailment>> {
    for suspicion in health::suspects(pod).into_iter().map(health::of_scout) {
        match ready::certain(suspicion, seen).map_err(|next| *next) {
            Ok(()) => {}
            Err(Next::Stuck(Problem::Ailing(ailment))) => return Ok(Some(*ailment)),
            Err(next) => return Err(Box::new(next)),
        }
    }
    Ok(None)
}

/// Waits until all is ready, or certain not to become so.
pub(crate) fn ready(goal: &Bring, seen: &Observed) -> Need<()> {
    ready::ready(goal, seen)
}

/// What comes next until nothing is left of a cluster.
pub(crate) fn remove(goal: &Remove, seen: &Observed) -> Need<Next> {
    remove::remove(goal, seen)
}

/// The jobs that would recover from this data of high availability.
pub(crate) fn jobs_of(data: &[Value]) -> Vec<String> {
    remove::jobs_of(data)
}

/// Deletes this very object.
pub(crate) fn delete(id: &Id, live: &Value) -> crate::cluster::step::Step {
    bring::delete(id, live)
}
