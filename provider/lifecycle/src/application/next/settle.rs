//! Before a job stops, and when it goes on after all.

use std::sync::Arc;

use manifests::Object;
use serde_json::{Value, json};

use super::{Made, Need, Scene, perform, view::View, word::Word};
use crate::{
    application::{guard::Guard, start::Start},
    cluster::{goal::Id, next::parts, step::Step},
    job::{self, goal::Intent, step::Step as JobStep},
};

/// That the API server would take what comes instead of the job.
pub(super) fn accepted(scene: Scene<'_>, view: &View<'_>) -> Need<()> {
    let is_replaced = match &scene.goal.job {
        job::Goal::Run(run) => run.intent != Intent::Keep,
        job::Goal::Suspend(_)
        | job::Goal::Remove(_)
        | job::Goal::TakeSavepoint(_)
        | job::Goal::DisposeSavepoint(_) => false,
    };
    if !is_replaced || !scene.guards.stands(Guard::DryRunFirst) {
        return Ok(());
    }
    let start = Start::of_nothing(scene.goal.key());
    let made = scene.desired(&start)?;
    parts::unhindered(&made.bring, view.objects, scene.seen)?;
    Ok(parts::accepted((&made.bring, &made.dry_run), scene.seen)?)
}

/// Passes when the job may be stopped.
pub(super) fn before_stop(scene: Scene<'_>, view: &View<'_>, step: &JobStep) -> Need<()> {
    if step.rolls_back().is_none() {
        accepted(scene, view)?;
    }
    if scene.guards.stands(Guard::PermitEndsFirst) { permit_ends(scene, view) } else { Ok(()) }
}

/// Takes away the permit of the JobManager to run `main()` once more.
pub(super) fn permit_ends(scene: Scene<'_>, view: &View<'_>) -> Need<()> {
    let Some((made, mut permit)) = permit(scene, view)? else { return Ok(()) };
    if !is_given(view, &permit) {
        return Ok(());
    }
    permit.body["data"] = json!({});
    perform(Step::Apply(Box::new(parts::set(&made.bring, &permit, view.objects))))
}

/// A job that goes on may start again when its JobManager dies.
pub(super) fn permit_comes_back(scene: Scene<'_>, view: &View<'_>) -> Need<()> {
    let goes_on = view.word == Word::JobManager && view.alive().is_some();
    if !goes_on || !scene.guards.stands(Guard::PermitComesBack) {
        return Ok(());
    }
    permit_is_given(scene, view)
}

/// Whether the JobManager that stands may run `main()`.
pub(super) fn has_permit(scene: Scene<'_>, view: &View<'_>) -> Need<bool> {
    Ok(permit(scene, view)?.is_none_or(|(_, permit)| is_given(view, &permit)))
}

/// Gives the JobManager that stands its permit, where it has none.
pub(super) fn permit_is_given(scene: Scene<'_>, view: &View<'_>) -> Need<()> {
    match permit(scene, view)? {
        Some((made, permit)) if !is_given(view, &permit) => {
            perform(Step::Apply(Box::new(parts::set(&made.bring, &permit, view.objects))))
        }
        Some(_) | None => Ok(()),
    }
}

/// The permit of the start that stands.
fn permit(scene: Scene<'_>, view: &View<'_>) -> Need<Option<(Arc<Made>, Object)>> {
    let Some(start) = view.start().cloned() else { return Ok(None) };
    let made = scene.desired(&start)?;
    let name = format!("flink-permit-{}", scene.goal.name.cluster);
    let is_permit = |object: &&Object| object.kind == "ConfigMap" && object.name == name;
    let permit = made.bring.desired.objects.iter().find(is_permit).cloned();
    Ok(permit.map(|permit| (made, permit)))
}

fn is_given(view: &View<'_>, permit: &Object) -> bool {
    let live = view.objects.get(&Id::of(permit)).and_then(|live| live["data"].as_object());
    let keys = permit.body["data"].as_object();
    let has = |key: &String| live.is_some_and(|live| live.contains_key(key));
    keys.into_iter().flat_map(serde_json::Map::<String, Value>::keys).any(has)
}
