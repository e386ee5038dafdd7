//! A cluster is to stand as it is described.

use manifests::Object;
use serde_json::Value;

use super::{
    Need, Next, Outcome, body, books, drain, look, ours, perform, ready, stopped, stuck, wait,
};
use crate::cluster::{
    compare::{self, What},
    goal::{Bring, HighAvailability, Id, OnUpdate, is_workload, revision, role},
    guard::Guard,
    health::{self, Trouble, text},
    observed::{Objects, Observed, Question, Reason, Refusal},
    problem::Problem,
    report::{Left, Remark},
    step::{Effect, Purpose, Step},
};
use crate::json::at;

pub(super) fn bring(goal: &Bring, seen: &Observed) -> Need<Next> {
    let all = seen.all(|| body::all(goal));
    let dry_run = seen.dry_run(all);
    let first = [look::objects_of(&goal.desired), Question::Pods];
    if dry_run.is_err() {
        seen.together(&[&first[..], &[Question::DryRun(all.to_vec())]].concat())?;
    }
    seen.together(&first)?;
    let objects = seen.objects(&goal.desired)?;
    ours::check(goal, objects, seen)?;
    performed(goal, seen)?;
    books::take_over(goal, objects)?;
    if seen.guards(Guard::DryRunFirst) {
        accepted(goal, dry_run?)?;
    }
    restart(goal, objects, seen)?;
    apply(goal, objects, seen)?;
    prune(goal, objects)?;
    renew(goal, objects, seen)?;
    ready::ready(goal, seen)?;
    let journals = seen.journals()?;
    Ok(Next::Done(Outcome {
        left: Left::Ready,
        revision: goal.desired.workloads().find_map(|one| revision(&one.body)).map(str::to_owned),
        remarks: stopped(journals),
    }))
}

/// That the API server would take all of it.
pub(super) fn accepted(goal: &Bring, refused: &[(Id, Refusal)]) -> Need<()> {
    let mut conflicts = Vec::new();
    for (id, refusal) in refused {
        match refusal {
            Refusal::Conflicts(some) => conflicts.extend(some.iter().cloned()),
            Refusal::NamespaceMissing
            | Refusal::NamespaceTerminating
            | Refusal::Forbidden { .. }
            | Refusal::Invalid { .. } => return refuse(goal, id, refusal),
        }
    }
    if conflicts.is_empty() { Ok(()) } else { stuck(Problem::Conflicts { conflicts }) }
}

fn refuse<T>(goal: &Bring, id: &Id, refusal: &Refusal) -> Need<T> {
    let namespace = goal.name.namespace.clone();
    stuck(match refusal.clone() {
        Refusal::Conflicts(conflicts) => Problem::Conflicts { conflicts },
        Refusal::NamespaceMissing => Problem::NamespaceMissing { namespace },
        Refusal::NamespaceTerminating => Problem::NamespaceTerminating { namespace },
        Refusal::Forbidden { verb, resource, reason } => {
            Problem::Forbidden { verb, resource, reason }
        }
        Refusal::Invalid { reason, fields } => {
            Problem::Refused { object: id.clone(), reason, fields }
        }
    })
}

/// That nothing of this operation was refused when it came to it.
pub(super) fn performed(goal: &Bring, seen: &Observed) -> Need<()> {
    let Some(last) = seen.performed().last() else { return Ok(()) };
    match (&last.step, &last.effect) {
        (Step::Apply(apply), Effect::Refused(refusal)) if apply.purpose != Purpose::Scout => {
            refuse(goal, &apply.id, refusal)
        }
        (Step::TakeOver(step), Effect::Refused(refusal)) => refuse(goal, &step.id, refusal),
        _ => Ok(()),
    }
}

/// The workloads that stand with another revision, or should not stand.
fn outdated<'a>(goal: &'a Bring, objects: &'a Objects, seen: &Observed) -> Vec<Outdated<'a>> {
    let rendered = goal.desired.workloads().filter_map(|object| {
        let live = objects.get(&Id::of(object))?;
        let is_old = revision(live) != revision(&object.body)
            || (!is_halted(object, seen) && is_made_anew(goal, object, objects));
        is_old.then_some(Outdated::Changed(object))
    });
    let left = objects.iter().filter(|(id, live)| is_workload(&id.kind) && is_left(goal, id, live));
    rendered.chain(left.map(|(id, live)| Outdated::Left(id, live))).collect()
}

/// Whether applying a workload that has no revision, because Flink's own client made its pods,
/// would make new ones all the same: an import cannot always tell how they were made.
fn is_made_anew(goal: &Bring, object: &Object, objects: &Objects) -> bool {
    revision(&object.body).is_none() && !differing_pods(goal, &Id::of(object), objects).is_empty()
}

/// What differs between the pods that a workload makes and those that are rendered.
pub(super) fn differing_pods(goal: &Bring, id: &Id, objects: &Objects) -> Vec<String> {
    let in_the_pods = |difference: compare::Difference| match difference.what {
        What::Value { path, .. } if difference.object == *id => {
            (path.get(1)? == "template").then(|| path[2..].join("."))
        }
        What::Value { .. } | What::Missing | What::Left => None,
    };
    let all = compare::differences(&goal.name, &goal.desired, objects);
    all.into_iter().filter_map(in_the_pods).collect()
}

/// Whether this operation has ended its pods already.
fn is_halted(object: &Object, seen: &Observed) -> bool {
    let id = Id::of(object);
    seen.performed().iter().any(|done| {
        matches!(&done.step, Step::Apply(apply) if apply.id == id && apply.purpose == Purpose::Halt)
    })
}

/// A workload whose pods have to end before the new ones come.
#[derive(Debug)]
enum Outdated<'a> {
    /// It stays, with another revision.
    Changed(&'a Object),
    /// It is not rendered any more.
    Left(&'a Id, &'a Value),
}

impl Outdated<'_> {
    fn is_job_manager(&self) -> bool {
        let body = match self {
            Self::Changed(object) => &object.body,
            Self::Left(_, live) => live,
        };
        role(body) == "jobmanager"
    }
}

/// Whether an object is ours and not rendered any more.
fn is_left(goal: &Bring, id: &Id, live: &Value) -> bool {
    ours::is_ours(&goal.name, live)
        && goal.desired.objects.iter().all(|object| Id::of(object) != *id)
        && at(live, "/metadata/deletionTimestamp").is_none()
}

/// Ends the pods of the old revision, and before them their jobs.
pub(super) fn restart(goal: &Bring, objects: &Objects, seen: &Observed) -> Need<()> {
    let old = outdated(goal, objects, seen);
    if !old.is_empty() {
        let ends = old.iter().any(Outdated::is_job_manager);
        let remarks = if ends { carry_over(goal, seen)? } else { Vec::new() };
        let step = match &old[0] {
            Outdated::Changed(object) => Step::Apply(Box::new(body::halt(goal, object, objects))),
            Outdated::Left(id, live) => delete(id, live),
        };
        return Err(Box::new(Next::Do(Box::new(step), remarks)));
    }
    if goal.desired.workloads().any(|object| has_no_pods(object, objects)) {
        old_pods_end(goal, seen)?;
    }
    Ok(())
}

fn carry_over(goal: &Bring, seen: &Observed) -> Need<Vec<Remark>> {
    let recovers = goal.desired.high_availability != HighAvailability::None;
    let scope = match goal.on_update {
        OnUpdate::Recover if recovers => return Ok(Vec::new()),
        OnUpdate::Ended => return Ok(Vec::new()),
        OnUpdate::DrainAll => drain::Scope::All,
        OnUpdate::Drain | OnUpdate::Recover => drain::Scope::Followers,
    };
    if !seen.guards(Guard::JobsEndFirst) {
        return Ok(Vec::new());
    }
    if !drain::job_manager_runs(seen)? {
        return Ok(vec![Remark::JobsNotListed]);
    }
    drain::drain(&goal.name, scope, seen)?;
    Ok(Vec::new())
}

/// Whether a workload that is to have pods has none yet, or none any more.
fn has_no_pods(object: &Object, objects: &Objects) -> bool {
    let wants = at(&object.body, "/spec/replicas").is_none_or(|number| *number != 0);
    let live = objects.get(&Id::of(object));
    wants && live.is_none_or(|live| health::replicas(live) == 0)
}

/// Waits for the pods of other revisions to end; those that the JobManager has
/// made are deleted once it is gone.
fn old_pods_end(goal: &Bring, seen: &Observed) -> Need<()> {
    if !seen.guards(Guard::OldPodsEndFirst) {
        return Ok(());
    }
    let pods = seen.pods()?;
    let wanted: Vec<&str> =
        goal.desired.workloads().filter_map(|one| revision(&one.body)).collect();
    let is_old = |pod: &&Value| {
        let annotations = at(pod, "/metadata/annotations");
        let revision = annotations.and_then(|all| all.get(crate::cluster::goal::REVISION));
        let phase = text(pod, "/status/phase");
        !matches!(phase, "Succeeded" | "Failed")
            && revision.and_then(Value::as_str).is_none_or(|revision| !wanted.contains(&revision))
    };
    let old: Vec<&Value> = pods.iter().filter(is_old).collect();
    if old.is_empty() {
        return Ok(());
    }
    let job_manager = old.iter().any(|pod| health::component(pod) == "jobmanager");
    let made_by_it = |pod: &&&Value| {
        text(pod, "/metadata/ownerReferences/0/kind") != "ReplicaSet"
            && at(pod, "/metadata/deletionTimestamp").is_none()
    };
    match old.iter().find(made_by_it).filter(|_| !job_manager) {
        Some(pod) => perform(delete_pod(pod)),
        None => wait(Reason::PodsEnd { left: old.len() }),
    }
}

/// Applies what this operation has not applied yet, in order.
fn apply(goal: &Bring, objects: &Objects, seen: &Observed) -> Need<()> {
    let is_set = |id: &Id| {
        seen.performed().iter().any(|done| {
            matches!(&done.step, Step::Apply(apply)
                if apply.id == *id && apply.purpose == Purpose::Set)
                && done.effect == Effect::Done
        })
    };
    match goal.desired.objects.iter().find(|object| !is_set(&Id::of(object))) {
        Some(object) => perform(Step::Apply(Box::new(body::set(goal, object, objects)))),
        None => Ok(()),
    }
}

/// Deletes what is ours and not rendered any more.
pub(super) fn prune(goal: &Bring, objects: &Objects) -> Need<()> {
    match objects.iter().find(|(id, live)| is_left(goal, id, live)) {
        Some((id, live)) => perform(delete(id, live)),
        None => Ok(()),
    }
}

/// Ends pods that were held back when this operation began: what made them fail may be put right
/// now, and Kubernetes would try them again only in minutes.
fn renew(goal: &Bring, objects: &Objects, seen: &Observed) -> Need<()> {
    let is_held = |pod: &&Value| {
        let suspects = health::suspects(pod);
        suspects
            .iter()
            .any(|it| is_held_back(&it.ailment.trouble) && seen.suspected_before(&it.key))
    };
    match ready::of_revision(goal, objects, seen.pods()?).into_iter().find(is_held) {
        Some(pod) => perform(delete_pod(pod)),
        None => Ok(()),
    }
}

/// Whether Kubernetes tries again by itself, later and later.
fn is_held_back(trouble: &Trouble) -> bool {
    match trouble {
        Trouble::Image { .. }
        | Trouble::Configuration { .. }
        | Trouble::CrashLoop { .. }
        | Trouble::OutOfMemory { .. } => true,
        Trouble::Unschedulable { .. }
        | Trouble::Ended { .. }
        | Trouble::Mount { .. }
        | Trouble::NotCreated { .. } => false,
    }
}

fn delete_pod(pod: &Value) -> Step {
    let text = |path| text(pod, path).to_owned();
    Step::DeletePod { name: text("/metadata/name"), uid: text("/metadata/uid") }
}

/// Deletes this very object.
pub(super) fn delete(id: &Id, live: &Value) -> Step {
    Step::Delete { id: id.clone(), uid: text(live, "/metadata/uid").to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cluster::tests;

    #[test]
    fn pods_of_flinks_client_are_new_ones_only_where_they_would_not_be_the_same() {
        let mut desired = tests::native("1");
        desired.objects.retain(|object| is_workload(object.kind));
        let body = &mut desired.objects[0].body;
        body["spec"]["template"]["metadata"]["annotations"] = json!({});
        body["spec"]["template"]["spec"] = json!({ "volumes": [{ "name": "a" }] });
        let id = Id::of(&desired.objects[0]);
        let mut live = desired.objects[0].body.clone();
        let goal = tests::bring(desired);
        let old = |live: &Value| {
            let objects = Objects::from([(id.clone(), live.clone())]);
            !outdated(&goal, &objects, &Observed::new()).is_empty()
        };
        assert!(!old(&live));
        live["spec"]["replicas"] = json!(5);
        assert!(!old(&live));
        live["spec"]["template"]["spec"]["volumes"] = json!([]);
        assert!(old(&live));
    }
}
