//! A scout is made, object by object, and comes up; or it is certain that it will not.

use std::time::Duration;

use manifests::{Object, names::MAIN_CONTAINER};
use serde_json::{Value, json};

use super::Scout;
use crate::{
    application::{
        next::{Need, Next, Scene, perform, view::View, wait},
        problem::Problem,
    },
    cluster::{
        self,
        goal::Id,
        health::{self, Ailment, Trouble, text},
        next::{is_ours, parts},
        observed::{Answer, Objects, Question, Reason, Refusal},
        step::{Apply, Effect, Purpose, Step},
    },
    json::at,
};

/// The annotation of the first object: what all of them were made from.
const MADE_FROM: &str = "flink.terraform-provider/made-from";
/// How long it may take to come up, an image being pulled, or half of the time given: then the old version
/// stops without having been held against it.
const COMES_UP: Duration = Duration::from_mins(5);
/// Passes when the scout is ready; or says why there will be none.
pub(super) fn comes_up(scene: Scene<'_>, view: &View<'_>, scout: &Scout) -> Need<Option<String>> {
    let Some(job_manager) = view.standing.as_ref().map(|standing| standing.live) else {
        return Ok(Some("no JobManager stands".to_owned()));
    };
    let live = scene.seen.only(&scout.ids)?;
    if let Some((id, _)) = live.iter().find(|(_, one)| !is_ours(&scene.goal.name, one)) {
        return Ok(Some(format!("{id} is somebody else's")));
    }
    only_its_own(scene, scout, live)?;
    for (index, object) in scout.objects.iter().enumerate() {
        let id = Id::of(object);
        if live.contains_key(&id) {
            continue;
        }
        if let Some((effect, _)) = applied(scene, &id) {
            return not_there(&id, effect).map(Some);
        }
        let owner = if index == 0 { job_manager } else { &live[&scout.first] };
        let body = owned(object, owner, (index == 0).then_some(&scout.made_from));
        let apply = Apply { id, body, force: false, purpose: Purpose::Scout };
        return perform(Step::Apply(Box::new(apply)));
    }
    let pod = live.iter().find(|(id, _)| id.kind == "Pod");
    match pod {
        Some((id, pod)) => is_ready(scene, id, pod),
        None => Ok(Some("it has no pod".to_owned())),
    }
}

/// What an operation has left that was cut off goes first, unless it is the very same.
fn only_its_own(scene: Scene<'_>, scout: &Scout, live: &Objects) -> Need<()> {
    let first = live.get(&scout.first);
    let is_other = |one: &Value| {
        let made_from = at(one, "/metadata/annotations").and_then(|all| all.get(MADE_FROM));
        made_from.and_then(Value::as_str) != Some(&scout.made_from)
    };
    let has_ended = live
        .iter()
        .any(|(id, pod)| id.kind == "Pod" && ended(pod).is_some() && applied(scene, id).is_none());
    let owner = first.map(|one| text(one, "/metadata/uid"));
    for (id, one) in live {
        let is_first = *id == scout.first;
        let belongs = is_first || owner == Some(text(one, "/metadata/ownerReferences/0/uid"));
        let is_old = if is_first { is_other(one) || has_ended } else { !belongs };
        if at(one, "/metadata/deletionTimestamp").is_some() {
            return wait(Reason::Scout { progress: format!("an older {id} goes") });
        }
        if is_old {
            return perform(parts::delete(id, one));
        }
    }
    Ok(())
}

/// What this operation's making of an object came to, and when.
fn applied<'a>(scene: Scene<'a>, id: &Id) -> Option<(&'a Effect, Duration)> {
    let is_it = |step: &Step| matches!(step, Step::Apply(apply) if apply.id == *id && apply.purpose == Purpose::Scout);
    let done = scene.seen.performed().iter().find(|done| is_it(&done.step))?;
    Some((&done.effect, done.at))
}

/// Why an object is not there that this operation has made. A right that is missing is told before
/// anything stops.
fn not_there(id: &Id, effect: &Effect) -> Need<String> {
    let Effect::Refused(refusal) = effect else {
        return Ok(format!("{id} was made and is gone again"));
    };
    let reason = match refusal {
        Refusal::Forbidden { verb, resource, reason } => {
            let (verb, resource, reason) = (verb.clone(), resource.clone(), reason.clone());
            let problem = cluster::Problem::Forbidden { verb, resource, reason };
            return Err(Box::new(Next::Stuck(Problem::Cluster(problem))));
        }
        Refusal::Invalid { reason, fields: _ } => reason,
        Refusal::Conflicts(_) => "somebody else has an object of that name",
        Refusal::NamespaceMissing => "there is no such namespace",
        Refusal::NamespaceTerminating => "the namespace is being deleted",
    };
    Ok(format!("{id} could not be made: {reason}"))
}

/// The object, to go with its owner.
fn owned(object: &Object, owner: &Value, made_from: Option<&String>) -> Value {
    let mut body = object.body.clone();
    body["metadata"]["ownerReferences"] = json!([{
        "apiVersion": owner["apiVersion"], "kind": owner["kind"],
        "name": owner["metadata"]["name"], "uid": owner["metadata"]["uid"],
    }]);
    if let Some(made_from) = made_from {
        body["metadata"]["annotations"][MADE_FROM] = json!(made_from);
    }
    body
}

/// Passes when its JobManager answers Kubernetes; or says why it never will.
fn is_ready(scene: Scene<'_>, id: &Id, pod: &Value) -> Need<Option<String>> {
    let by_kubernetes = text(pod, "/status/reason");
    if ended(pod).is_some() && !by_kubernetes.is_empty() {
        return Ok(Some(format!("{id} was ended by Kubernetes: {by_kubernetes}")));
    }
    if let Some(ailment) = ailment(scene, pod)? {
        return match ailment.trouble {
            Trouble::Unschedulable { .. } | Trouble::NotCreated { .. } => {
                Ok(Some(ailment.to_string()))
            }
            // Held by the JobManager that runs, mostly.
            Trouble::Mount { ref message } if !message.contains("not found") => {
                Ok(Some(ailment.to_string()))
            }
            Trouble::Image { .. }
            | Trouble::Configuration { .. }
            | Trouble::CrashLoop { .. }
            | Trouble::Ended { .. }
            | Trouble::OutOfMemory { .. }
            | Trouble::Mount { .. } => {
                Err(Box::new(Next::Stuck(Problem::Scout(Box::new(ailment)))))
            }
        };
    }
    let conditions = at(pod, "/status/conditions").and_then(Value::as_array);
    let mut conditions = conditions.into_iter().flatten();
    if conditions.any(|one| one["type"] == "Ready" && one["status"] == "True") {
        return Ok(None);
    }
    let progress = format!("{id} is {}", phase(pod));
    let since = applied(scene, id).map_or(Duration::ZERO, |(_, at)| at);
    let patience = scene.seen.jobs().given.map_or(COMES_UP, |given| COMES_UP.min(given / 2));
    if scene.seen.elapsed.saturating_sub(since) < patience {
        return wait(Reason::Scout { progress });
    }
    Ok(Some(format!("{progress} after {} s", patience.as_secs())))
}

fn phase(pod: &Value) -> String {
    let waiting = job_manager(pod).and_then(|container| at(container, "/state/waiting/reason"));
    match (text(pod, "/status/phase"), waiting.and_then(Value::as_str)) {
        ("", _) => "Pending".to_owned(),
        (phase, Some(reason)) => format!("{phase} ({reason})"),
        (phase, None) => phase.to_owned(),
    }
}

/// What is certain to keep it from coming up.
fn ailment(scene: Scene<'_>, pod: &Value) -> Need<Option<Ailment>> {
    let Some(trouble) = ended(pod) else { return Ok(parts::ailing_scout(pod, scene.seen)?) };
    let name = text(pod, "/metadata/name").to_owned();
    let container = MAIN_CONTAINER.to_owned();
    let log = Question::Log { pod: name.clone(), container, previous: false };
    let Some(Answer::Log(lines)) = scene.seen.answer(&log) else {
        return Err(Box::new(Next::Look(vec![log])));
    };
    Ok(Some(Ailment {
        workload: "jobmanager".to_owned(),
        pod: Some(name),
        trouble,
        log: health::telling(lines),
    }))
}

/// What the container of the JobManager is at; others may be beside it.
fn job_manager(pod: &Value) -> Option<&Value> {
    let all = at(pod, "/status/containerStatuses")?.as_array()?;
    all.iter().find(|container| container["name"] == MAIN_CONTAINER)
}

/// What has become of a JobManager that will not run again, though what is beside it may.
fn ended(pod: &Value) -> Option<Trouble> {
    let terminated = job_manager(pod).and_then(|container| at(container, "/state/terminated"));
    let is_over = matches!(text(pod, "/status/phase"), "Failed" | "Succeeded");
    if !is_over && terminated.is_none() {
        return None;
    }
    let container = MAIN_CONTAINER.to_owned();
    if terminated.is_some_and(|state| state["reason"] == "OOMKilled") {
        let limit = health::memory_limit(pod, MAIN_CONTAINER);
        return Some(Trouble::OutOfMemory { container, limit });
    }
    let exit_code = terminated.and_then(|state| state["exitCode"].as_i64()).unwrap_or_default();
    Some(Trouble::Ended { container, exit_code })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pod goes on as long as any of its containers does.
    #[test]
    fn a_jobmanager_has_ended_though_a_sidecar_runs() {
        let container = |name: &str, state: Value| json!({ "name": name, "state": state });
        let pod = |phase: &str, state: Value| {
            let beside = container("a-sidecar", json!({ "running": {} }));
            let all = [beside, container(MAIN_CONTAINER, state)];
            json!({ "status": { "phase": phase, "containerStatuses": all } })
        };
        let terminated = json!({ "terminated": { "exitCode": 2 } });
        let code = |exit_code| Trouble::Ended { container: MAIN_CONTAINER.to_owned(), exit_code };
        assert_eq!(ended(&pod("Running", json!({ "running": {} }))), None);
        assert_eq!(ended(&pod("Running", terminated.clone())), Some(code(2)));
        assert_eq!(ended(&pod("Failed", terminated)), Some(code(2)));
        assert_eq!(ended(&json!({ "status": { "phase": "Failed" } })), Some(code(0)));
        let killed = json!({ "terminated": { "exitCode": 137, "reason": "OOMKilled" } });
        let killed = ended(&pod("Failed", killed));
        assert!(matches!(killed, Some(Trouble::OutOfMemory { .. })), "{killed:?}");
        let waits = json!({ "waiting": { "reason": "PodInitializing" } });
        assert_eq!(phase(&pod("Pending", waits)), "Pending (PodInitializing)");
    }
}
