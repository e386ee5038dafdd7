//! There is to be no such cluster.

use serde_json::Value;

use super::{Need, Next, Outcome, bring, drain, look, ours, perform, stopped, stuck, wait};
use crate::cluster::{
    goal::{HighAvailability, Id, OnDestroy, Remove, is_workload},
    guard::Guard,
    health::text,
    observed::{Objects, Observed, Question, Reason},
    problem::Problem,
    report::{Left, Remark},
};
use crate::job::journal::Noted;
use crate::json::at;

/// What the keys begin with under which Flink keeps a job that has not ended.
const JOBS: [&str; 3] = ["jobGraph-", "executionPlan-", "application-"];

pub(super) fn remove(goal: &Remove, seen: &Observed) -> Need<Next> {
    seen.together(&[look::objects_of(&goal.desired), Question::Pods])?;
    let objects = seen.objects(&goal.desired)?;
    let ours = ours(goal, objects, seen);
    let workload = ours.iter().find(|(id, _)| is_workload(&id.kind));
    if workload.is_some() {
        end_jobs(goal, &ours, seen)?;
    }
    let deletable = |(_, live): &&(&Id, &Value)| !is_going(live);
    let next = workload.filter(deletable).or_else(|| ours.iter().find(deletable));
    if let Some((id, live)) = next {
        return perform(bring::delete(id, live));
    }
    if !ours.is_empty() {
        return wait(Reason::ObjectsGo { left: ours.len() });
    }
    let pods = seen.pods()?;
    if !pods.is_empty() {
        return wait(Reason::PodsEnd { left: pods.len() });
    }
    let mut remarks = data_of_high_availability(goal, seen)?;
    remarks.extend(stopped(seen.journals()?));
    Ok(Next::Done(Outcome { left: Left::Missing, revision: None, remarks }))
}

fn is_going(live: &Value) -> bool {
    at(live, "/metadata/deletionTimestamp").is_some()
}

/// What of this cluster is ours: what carries its marks, and what was
/// recorded as ours (imported) and is nobody else's.
fn ours<'a>(goal: &Remove, objects: &'a Objects, seen: &Observed) -> Vec<(&'a Id, &'a Value)> {
    let is_recorded = |id: &Id| goal.desired.objects.iter().any(|object| Id::of(object) == *id);
    objects
        .iter()
        .filter(|(id, live)| {
            ours::is_ours(&goal.name, live)
                || (is_recorded(id) && ours::is_nobodys(live))
                || !seen.guards(Guard::OnlyOurs)
        })
        .collect()
}

/// What becomes of the jobs before their JobManager goes.
fn end_jobs(goal: &Remove, ours: &[(&Id, &Value)], seen: &Observed) -> Need<()> {
    let scope = match goal.on_destroy {
        OnDestroy::Force => return Ok(()),
        OnDestroy::Drain => drain::Scope::Followers,
        OnDestroy::DrainAll => drain::Scope::All,
    };
    if !seen.guards(Guard::JobsEndFirst) {
        return Ok(());
    }
    if drain::job_manager_runs(seen)? {
        return drain::drain(&goal.name, scope, seen);
    }
    let was_ready = ours.iter().any(|(_, live)| ours::has_been_ready(live) && !is_going(live));
    let jobs = match goal.desired.high_availability {
        HighAvailability::Kubernetes => waiting(seen.high_availability_data()?, seen.journals()?),
        HighAvailability::None | HighAvailability::Elsewhere => Vec::new(),
    };
    let unknown = goal.desired.high_availability == HighAvailability::Elsewhere && was_ready;
    if jobs.is_empty() && !unknown { Ok(()) } else { stuck(Problem::JobsWait { jobs }) }
}

/// The jobs that would recover from this data, and that no journal says are stopped: Flink takes its
/// time to forget one that has ended, and its JobManager may be gone before.
fn waiting(data: &[Value], journals: &[Noted]) -> Vec<String> {
    let is_stopped = |job: &String| {
        journals.iter().any(|noted| noted.entry.job.as_str() == job && noted.entry.decides())
    };
    jobs_of(data).into_iter().filter(|job| !is_stopped(job)).collect()
}

/// The jobs that would recover from this data.
pub(super) fn jobs_of(data: &[Value]) -> Vec<String> {
    let keys = data.iter().filter_map(|map| map["data"].as_object()).flat_map(|data| data.keys());
    let job =
        |key: &String| JOBS.iter().find_map(|prefix| key.strip_prefix(prefix)).map(str::to_owned);
    keys.filter_map(job).collect()
}

/// Deletes the data of high availability, unless a job would recover from it.
fn data_of_high_availability(goal: &Remove, seen: &Observed) -> Need<Vec<Remark>> {
    if goal.desired.high_availability != HighAvailability::Kubernetes {
        return Ok(Vec::new());
    }
    let data = seen.high_availability_data()?;
    let name = |map: &Value| text(map, "/metadata/name").to_owned();
    if !waiting(data, seen.journals()?).is_empty() && seen.guards(Guard::DataWhileNeeded) {
        let config_maps = data.iter().map(name).collect();
        return Ok(vec![Remark::KeptHighAvailabilityData { config_maps }]);
    }
    match data.iter().find(|map| !is_going(map)) {
        Some(map) => perform(bring::delete(&Id::new("v1", "ConfigMap", name(map)), map)),
        None => Ok(Vec::new()),
    }
}
