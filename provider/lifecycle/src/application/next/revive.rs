//! An application whose JobManager was deleted, and whose job stands in the data
//! of high availability: under the same start it is recovered from there, as
//! after any loss of a JobManager.

use super::{Need, Scene, start, stuck, view::View, wait, word};
use crate::{
    application::{
        goal::owner,
        start::{Restore, Start},
    },
    cluster::{goal::HighAvailability, health, next::parts, observed::Reason},
    job::{
        self, Recorded,
        goal::{Claim, NonRestoredState, OnDestroy},
        journal::{Entry, Phase},
        marks::{self, Marks},
        report::Which,
    },
};

/// Brings the JobManager back that ran the job of this entry, where Flink itself
/// can tell what that goes on from. Nothing is done where it cannot.
pub(super) fn revived(scene: Scene<'_>, view: &View<'_>, entry: &Entry) -> Need<()> {
    let Some(start) = start_of(scene, view, entry) else { return Ok(()) };
    let which = if scene.goal.previous.is_some() { Which::Previous } else { Which::Desired };
    let made = scene.made(which, &start)?;
    let bring = &made.bring;
    if bring.desired.high_availability != HighAvailability::Kubernetes {
        return Ok(());
    }
    let waiting = parts::jobs_of(scene.seen.high_availability_data()?);
    if !waiting.iter().any(|job| *job == entry.job.as_str()) {
        return Ok(());
    }
    let left = view.pods.iter().filter(|pod| health::component(pod) == "jobmanager").count();
    if left > 0 {
        return wait(Reason::PodsEnd { left });
    }
    parts::unhindered(bring, view.objects, scene.seen)?;
    parts::accepted((bring, &made.dry_run), scene.seen)?;
    start::set_all(scene, view, bring, None)?;
    wait(Reason::Answer)
}

/// That a JobManager which answers without its job may still come to it. One with high availability
/// has its job at once, unless that had come to its end when the JobManager before died: then nobody
/// remembers with what. Of a start that somebody else has noted, it is not known whether it ran at all,
/// and in ZooKeeper nobody looks but Flink: there it counts when the time given is nearly over.
pub(super) fn is_kept(scene: Scene<'_>, view: &View<'_>, start: &Start) -> Need<()> {
    let Some(entry) = view.entry().filter(|entry| entry.job == start.job) else { return Ok(()) };
    let is_late = scene.seen.jobs().is_late();
    let has_run = match &entry.phase {
        Phase::Running | Phase::Stopping { .. } => true,
        Phase::Starting { .. } => is_late && !scene.has_noted(&start.job),
        Phase::Stopped { .. } => false,
    };
    if !has_run || scene.on_destroy() == Some(&OnDestroy::Cancel) {
        return Ok(());
    }
    let made = scene.made(start.which(scene.goal), start)?;
    let may_come = match made.bring.desired.high_availability {
        HighAvailability::None => true,
        HighAvailability::Kubernetes => parts::jobs_of(scene.seen.high_availability_data()?)
            .iter()
            .any(|job| *job == start.job.as_str()),
        HighAvailability::Elsewhere => !is_late,
    };
    if may_come {
        return Ok(());
    }
    let reason = "it had come to its end when its JobManager died, and the next one does not know with what savepoint".to_owned();
    stuck(word::forgotten(scene, Some(start.job.clone()), reason))
}

/// The start that the recorded job was. A checkpoint in the data goes before
/// what it began with.
fn start_of(scene: Scene<'_>, view: &View<'_>, entry: &Entry) -> Option<Start> {
    let recorded = scene.goal.recorded()?;
    let is_recorded = recorded.job.as_ref() == Some(&entry.job);
    // One that was to be stopped, and is still in the data, was not.
    let has_run = matches!(entry.phase, Phase::Running | Phase::Stopping { .. });
    if view.standing.is_some() || !is_recorded || !has_run {
        return None;
    }
    let Recorded { program, restored_from, .. } = recorded;
    let marks = Marks {
        owner: owner(&scene.goal.name).to_string(),
        fingerprint: marks::fingerprint(program.as_ref()?),
        predecessor: None,
        restored_from: restored_from.clone(),
    };
    let non_restored_state = match &scene.goal.job {
        job::Goal::Run(run) => run.non_restored_state,
        job::Goal::Suspend(_)
        | job::Goal::Remove(_)
        | job::Goal::TakeSavepoint(_)
        | job::Goal::DisposeSavepoint(_) => NonRestoredState::Refuse,
    };
    let restore = restored_from.clone().map(|path| Restore {
        path,
        non_restored_state,
        claim: Claim::NoClaim,
    });
    Some(Start { job: entry.job.clone(), marks, restore })
}
