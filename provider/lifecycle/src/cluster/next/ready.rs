//! Waiting until a cluster is ready, or certain not to become so.

use serde_json::Value;

use super::{Need, stuck, wait};
use crate::cluster::{
    goal::{Bring, Id, REVISION, revision, role},
    health::{self, Ask, Suspicion, Trouble},
    observed::{Event, Objects, Observed, Overview, Question, Reason},
    problem::Problem,
};
use crate::json::at;

/// What is in the way until all pods are ready, the JobManager answers, and
/// the TaskManagers have registered.
pub(super) fn ready(goal: &Bring, seen: &Observed) -> Need<()> {
    let ids = goal.desired.workloads().map(Id::of).collect();
    seen.together(&[Question::Pods, Question::Overview, Question::Workloads(ids)])?;
    let objects = seen.workloads(&goal.desired)?;
    let workloads = || goal.desired.workloads().filter_map(|one| objects.get(&Id::of(one)));
    healthy(goal, objects, seen)?;
    let standing = workloads().count() == goal.desired.workloads().count();
    if !standing || !workloads().all(health::is_rolled_out) {
        let progress = health::progress(workloads(), seen.pods()?);
        return wait(Reason::Rollout { progress });
    }
    let is_task_manager = |live: &&Value| role(live) == "taskmanager";
    let wanted = workloads().filter(is_task_manager).map(health::replicas).sum::<u64>();
    let wanted = u32::try_from(wanted).unwrap_or(u32::MAX);
    match seen.overview()? {
        Overview::Silent { .. } => wait(Reason::Answer),
        Overview::Told { task_managers } if *task_managers < wanted => {
            wait(Reason::Registration { registered: *task_managers, wanted })
        }
        Overview::Told { .. } => Ok(()),
    }
}

/// That nothing is certain to keep the pods from coming up.
pub(super) fn healthy(goal: &Bring, objects: &Objects, seen: &Observed) -> Need<()> {
    all_healthy(&of_now(goal, objects), seen)
}

/// That nothing is certain to keep the pods of these workloads from coming up that have this
/// revision.
pub(super) fn all_healthy(workloads: &[(Option<&str>, &Value)], seen: &Observed) -> Need<()> {
    for suspicion in workloads.iter().filter_map(|(_, live)| health::not_created(live)) {
        certain(suspicion, seen)?;
    }
    let is_new = |pod: &&Value| is_among(pod, workloads);
    for suspicion in seen.pods()?.iter().filter(is_new).flat_map(health::suspects) {
        certain(suspicion, seen)?;
    }
    Ok(())
}

/// Our workloads, each with the revision that its pods are to have.
fn of_now<'a>(goal: &'a Bring, objects: &'a Objects) -> Vec<(Option<&'a str>, &'a Value)> {
    let of_now = |one: &'a manifests::Object| {
        let live = objects.get(&Id::of(one))?;
        Some((revision(&one.body), live))
    };
    goal.desired.workloads().filter_map(of_now).collect()
}

fn is_among(pod: &Value, workloads: &[(Option<&str>, &Value)]) -> bool {
    let annotations = at(pod, "/metadata/annotations");
    let of = annotations.and_then(|all| all.get(REVISION)).and_then(Value::as_str);
    workloads.iter().any(|(revision, live)| of == *revision && health::is_of(pod, live))
}

/// The pods that our workloads made, of the revision that is to come up.
pub(super) fn of_revision<'a>(
    goal: &Bring,
    objects: &Objects,
    pods: &'a [Value],
) -> Vec<&'a Value> {
    let workloads = of_now(goal, objects);
    pods.iter().filter(|pod| is_among(pod, &workloads)).collect()
}

/// Ends the wait where what looks wrong is certain.
pub(super) fn certain(suspicion: Suspicion, seen: &Observed) -> Need<()> {
    let Suspicion { key, grace, mut ailment, ask } = suspicion;
    if seen.suspected(&key) < grace {
        return Ok(());
    }
    let pod = ailment.pod.clone().unwrap_or_default();
    match ask {
        Ask::Nothing => {}
        Ask::Log => {
            let log = seen.log(&pod, container(&ailment.trouble))?;
            ailment.log = health::telling(log);
        }
        Ask::Node => {
            if seen.events(&pod)?.iter().any(health::brings_a_node) {
                return Ok(());
            }
        }
        Ask::Volume => match missing_volume(seen.events(&pod)?) {
            Some(message) => ailment.trouble = Trouble::Mount { message },
            None => return Ok(()),
        },
    }
    stuck(Problem::Ailing(Box::new(ailment)))
}

fn missing_volume(events: &[Event]) -> Option<String> {
    let missing = events.iter().rfind(|event| health::misses_a_volume(event));
    missing.map(|event| event.message.clone())
}

fn container(trouble: &Trouble) -> &str {
    match trouble {
        Trouble::CrashLoop { container, .. }
        | Trouble::Ended { container, .. }
        | Trouble::OutOfMemory { container, .. } => container,
        Trouble::Image { .. }
        | Trouble::Configuration { .. }
        | Trouble::Unschedulable { .. }
        | Trouble::Mount { .. }
        | Trouble::NotCreated { .. } => "",
    }
}
