//! Whose word on an application's job counts, and what nobody can tell.

use super::{
    Need, Scene, revive, silent, stuck,
    view::{self, Standing, View},
};
use crate::{
    application::guard::Guard,
    cluster::observed::Overview,
    job::{
        self,
        goal::{OnDestroy, StartFrom},
        journal::{Entry, Journal, Phase},
        problem::Problem as JobProblem,
    },
};

/// Whose word on the job counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// The JobManager's.
    JobManager,
    /// Nobody's but the journal's.
    Journal,
}

impl Scene<'_> {
    /// Whether what a job starts from was chosen by whoever wants it now.
    fn is_chosen(self, entry: Option<&Entry>) -> bool {
        let job::Goal::Run(run) = &self.goal.job else { return false };
        let recorded = self.goal.recorded().and_then(|recorded| recorded.job.as_ref());
        let is_recorded = |entry: &Entry| recorded.is_none_or(|recorded| *recorded == entry.job);
        let has_acted = !entry.is_none_or(is_recorded);
        match run.start {
            StartFrom::Newest => false,
            StartFrom::Path(_) | StartFrom::Carried { .. } | StartFrom::Nothing => !has_acted,
        }
    }
}

/// Whether the journal says that nothing runs, whatever else stands: a job was
/// stopped, and the start of the next has not happened.
pub(super) fn journal_decides(scene: Scene<'_>, view: &View<'_>) -> bool {
    let Some(entry) = view.entry() else { return false };
    let waits = |standing: &Standing<'_>| {
        let is_its = standing.start.as_ref().is_some_and(|start| start.job == entry.job);
        standing.is_halted() || !is_its
    };
    match &entry.phase {
        Phase::Stopped { .. } => true,
        Phase::Starting { .. } => match &view.standing {
            Some(standing) => waits(standing),
            // Its JobManager was there before this was noted: somebody has deleted it.
            None => !scene.guards.stands(Guard::GoneIsStuck),
        },
        Phase::Running | Phase::Stopping { .. } => false,
    }
}

pub(super) fn word(scene: Scene<'_>, view: &View<'_>, is_over: bool) -> Need<Word> {
    if is_over && scene.guards.stands(Guard::JournalBeforeWord) {
        return Ok(Word::Journal);
    }
    if scene.on_destroy() == Some(&OnDestroy::KeepRunning) {
        return Ok(Word::Journal);
    }
    let stands = view.standing.as_ref().is_some_and(|standing| !standing.is_halted());
    match scene.seen.overview()? {
        Overview::Told { .. } if stands => Ok(Word::JobManager),
        Overview::Silent { .. } if stands && scene.on_destroy() == Some(&OnDestroy::Cancel) => {
            Ok(Word::Journal)
        }
        Overview::Silent { .. } if stands => silent::silent(scene, view),
        Overview::Told { .. } | Overview::Silent { .. } => gone(scene, view),
    }
}

/// There is no JobManager, and the journal does not say what was its last.
fn gone(scene: Scene<'_>, view: &View<'_>) -> Need<Word> {
    let Some(entry) = view.entry() else { return Ok(Word::Journal) };
    let is_given_up = match scene.on_destroy() {
        Some(OnDestroy::Cancel | OnDestroy::KeepRunning) => true,
        Some(OnDestroy::Savepoint { .. }) | None => scene.is_chosen(Some(entry)),
    };
    if is_given_up {
        return Ok(Word::Journal);
    }
    revive::revived(scene, view, entry)?;
    if scene.on_destroy().is_some() {
        return Ok(Word::Journal);
    }
    let reason = "its JobManager is gone, and did not say what it has left".to_owned();
    stuck(forgotten(scene, Some(entry.job.clone()), reason))
}

/// Nobody knows what a job goes on from.
pub(super) fn forgotten(scene: Scene<'_>, job: Option<flink::JobId>, reason: String) -> JobProblem {
    let noted = match view::journal_answer(scene) {
        Some(Journal::Says(noted)) => noted.entry.known_path().map(str::to_owned),
        Some(Journal::NotKept | Journal::Empty) | None => None,
    };
    let recorded = || {
        let recorded = scene.goal.recorded()?;
        recorded.last_savepoint_path.clone().or_else(|| recorded.restored_from.clone())
    };
    JobProblem::Forgotten {
        job,
        directory: scene.goal.desired.rendering.directories().savepoints,
        older: noted.or_else(recorded),
        reason,
    }
}

/// Whether what the job starts from is chosen, so that nobody need be asked.
pub(super) fn is_chosen(scene: Scene<'_>, view: &View<'_>) -> bool {
    scene.is_chosen(view.entry())
}
