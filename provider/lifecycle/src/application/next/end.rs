//! The job is as it should be: now its cluster.

use super::{
    Need, Next, Scene, perform, settle, start, stuck,
    view::{View, rendered},
    wait, word,
};
use crate::{
    application::{
        guard::Guard,
        problem::Problem,
        start::{Start, job_manager},
    },
    cluster::{
        self,
        goal::{Bring, Id, OnDestroy, Remove, is_workload},
        next::parts,
        observed::Reason,
        step::Step,
    },
    job::{
        self,
        goal::{OnDestroy as JobOnDestroy, Suspend, UpgradeMode},
        journal::{By, Entry, Follows, Manner, Phase},
        next::Outcome,
        report::{Left, Which},
        step::{Note, Step as JobStep},
    },
    json::at,
};

pub(super) fn done(scene: Scene<'_>, view: &View<'_>, mut outcome: Outcome) -> Need<Next> {
    match &scene.goal.job {
        job::Goal::Run(_) if matches!(outcome.state, Left::Running | Left::Finished) => {
            stands(scene, view)?;
        }
        job::Goal::Suspend(suspend) => {
            suspended(scene, view, (suspend, &outcome))?;
            if outcome.job.is_none() {
                // No JobManager is left that remembers it.
                outcome.job = view.entry().map(|entry| entry.job.clone());
                outcome.program = outcome.job.is_some().then_some(Which::Previous);
            }
        }
        job::Goal::Remove(remove) if remove.how != JobOnDestroy::KeepRunning => {
            given_up_start_is_noted(scene, view)?;
            removed(scene)?;
        }
        job::Goal::Run(_)
        | job::Goal::Remove(_)
        | job::Goal::TakeSavepoint(_)
        | job::Goal::DisposeSavepoint(_) => {}
    }
    Ok(Next::Done(Box::new(outcome)))
}

/// All objects are as they should be, under the JobManager that runs, whether its job does or has come
/// to its end.
fn stands(scene: Scene<'_>, view: &View<'_>) -> Need<()> {
    let Some(start) = view.start().cloned() else { return Ok(()) };
    let made = scene.desired(&start)?;
    let bring = &made.bring;
    parts::unhindered(bring, view.objects, scene.seen)?;
    stays(scene, view, bring)?;
    if scene.guards.stands(Guard::DryRunFirst) {
        parts::accepted((bring, &made.dry_run), scene.seen)?;
    }
    start::set_all(scene, view, bring, Some(&start))?;
    parts::prune(bring, view.objects)?;
    Ok(parts::ready(bring, scene.seen)?)
}

/// That what is applied does not end the JobManager's pod under the running job.
fn stays(scene: Scene<'_>, view: &View<'_>, bring: &Bring) -> Need<()> {
    if !scene.guards.stands(Guard::PodsStay) {
        return Ok(());
    }
    let Some(object) = job_manager(&bring.desired).map(Id::of) else { return Ok(()) };
    let in_pods = parts::differing_pods(bring, &object, view.objects);
    if in_pods.is_empty() {
        return Ok(());
    }
    let problem = cluster::Problem::NewPods { object, differing: in_pods };
    Err(Box::new(Next::Stuck(Problem::Cluster(problem))))
}

/// A suspended job leaves no JobManager that could run it.
fn suspended(
    scene: Scene<'_>,
    view: &View<'_>,
    (suspend, outcome): (&Suspend, &Outcome),
) -> Need<()> {
    if view.noted().is_none() && view.standing.is_none() {
        return Ok(());
    }
    let decides = view.entry().is_some_and(Entry::decides);
    if !decides {
        noted(scene, view, (suspend, outcome))?;
    }
    settle::permit_ends(scene, view)?;
    let workloads = || view.objects.iter().filter(|(id, _)| is_workload(&id.kind));
    let is_going = |live: &serde_json::Value| at(live, "/metadata/deletionTimestamp").is_some();
    if let Some((id, live)) = workloads().find(|(_, live)| !is_going(live)) {
        return perform(parts::delete(id, live));
    }
    if workloads().count() > 0 {
        return wait(Reason::ObjectsGo { left: workloads().count() });
    }
    if view.pods.is_empty() { Ok(()) } else { wait(Reason::PodsEnd { left: view.pods.len() }) }
}

/// What a suspended job goes on from is in the journal before its JobManager goes.
fn noted(scene: Scene<'_>, view: &View<'_>, (suspend, outcome): (&Suspend, &Outcome)) -> Need<()> {
    let job = outcome.job.clone().or_else(|| view.entry().map(|entry| entry.job.clone()));
    let path = outcome.last_savepoint_path.clone();
    let is_known = path.is_some() || suspend.stop.mode == UpgradeMode::Stateless;
    let Some(job) = job else { return Ok(()) };
    if !is_known && scene.guards.stands(Guard::PathBeforeEnd) {
        let reason = "its JobManager has forgotten what it has left".to_owned();
        return stuck(word::forgotten(scene, Some(job), reason));
    }
    let phase = Phase::Stopped { by: suspend.by, path };
    let before = view.entry();
    let entry = Entry {
        owner: suspend.owner.to_string(),
        follows: before.map_or(Follows::No, |entry| entry.follows),
        job,
        phase,
        stop: before.map_or_else(Manner::default, |entry| entry.stop.clone()),
    };
    let note = Note { entry, over: view.noted().cloned() };
    perform(Step::Job(Box::new(JobStep::Note(Box::new(note)))))
}

/// A start that has not happened leaves its job where it was: that is noted before nothing is left
/// that shows so.
fn given_up_start_is_noted(scene: Scene<'_>, view: &View<'_>) -> Need<()> {
    let Some(entry) = view.entry() else { return Ok(()) };
    let Phase::Starting { from, after: _ } = &entry.phase else { return Ok(()) };
    if view.standing.is_none() || scene.on_destroy() == Some(&JobOnDestroy::Cancel) {
        return Ok(());
    }
    let phase = Phase::Stopped { by: By::Job, path: from.clone() };
    let note = Note { entry: Entry { phase, ..entry.clone() }, over: view.noted().cloned() };
    perform(Step::Job(Box::new(JobStep::Note(Box::new(note)))))
}

/// Nothing of the cluster is left.
fn removed(scene: Scene<'_>) -> Need<()> {
    let start = Start::of_nothing(scene.goal.key());
    let desired = rendered(&scene.goal.desired, &start)?;
    let remove = Remove { name: scene.goal.name.clone(), desired, on_destroy: OnDestroy::Force };
    let next = parts::remove(&remove, scene.seen)?;
    if matches!(next, cluster::next::Next::Done(_)) {
        return Ok(());
    }
    Err(Box::<Next>::from(Box::new(next)))
}
