//! What leads to a JobManager that stands: without it nobody reaches the job, to stop it or to know
//! what it has left.

use super::{Need, Scene, perform, view::View};
use crate::cluster::{goal::Id, next::parts, step::Step};

/// Makes again what somebody has deleted of what leads to the JobManager. It leads to whatever runs:
/// nothing is started or ended by it.
pub(super) fn restored(scene: Scene<'_>, view: &View<'_>) -> Need<()> {
    let Some(start) = view.start() else { return Ok(()) };
    let made = scene.made(start.which(scene.goal), start)?;
    let services = made.bring.desired.objects.iter().filter(|object| object.kind == "Service");
    match services.into_iter().find(|object| !view.objects.contains_key(&Id::of(object))) {
        Some(service) => {
            parts::unhindered(&made.bring, view.objects, scene.seen)?;
            perform(Step::Apply(Box::new(parts::set(&made.bring, service, view.objects))))
        }
        None => Ok(()),
    }
}
