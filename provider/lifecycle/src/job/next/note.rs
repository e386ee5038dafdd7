//! Keeping a job's journal true, where there is one.

use flink::JobId;

use super::{Kin, Need, perform};
use crate::job::{
    goal::Run,
    guard::Guard,
    journal::{By, Entry, Follows, Journal, Manner, Noted, Phase},
    observed::{JournalQuery, Observed, Question},
    step::{Note, Step},
};

/// Whose journal is asked for.
pub(super) fn query(kin: Kin<'_>) -> JournalQuery {
    JournalQuery { owner: kin.owner.clone(), job: kin.recorded_job().cloned() }
}

/// The question for an owner's journal.
pub(super) fn question(kin: Kin<'_>) -> Question {
    Question::Journal(query(kin))
}

/// What the journal says, where it says something.
pub(super) fn entry<'a>(kin: Kin<'_>, seen: &'a Observed) -> Need<Option<&'a Noted>> {
    Ok(match seen.journal(&query(kin))? {
        Journal::Says(noted) => Some(noted),
        Journal::NotKept | Journal::Empty => None,
    })
}

/// That the job runs is in the journal, and how it is to be stopped.
pub(super) fn runs(goal: &Run, seen: &Observed, job: &JobId) -> Need<()> {
    let kin = super::run::kin(goal);
    says(kin, seen, entry_of(goal, job, Phase::Running))
}

/// That the path is used up is in the journal before a job starts from it; and
/// so is a job that follows its cluster, which stops nothing else.
pub(super) fn starts(
    goal: &Run,
    seen: &Observed,
    job: &JobId,
    (after, from): (Option<&JobId>, Option<&str>),
) -> Need<()> {
    let kin = super::run::kin(goal);
    let noted = entry(kin, seen)?.map(|noted| &noted.entry);
    if noted.is_some_and(Entry::is_of_a_stop) && seen.guards(Guard::PathIsUsedUpFirst) {
        let (from, after) = (from.map(str::to_owned), after.cloned());
        return says(kin, seen, entry_of(goal, job, Phase::Starting { from, after }));
    }
    let follows = noted.map_or(Follows::No, |entry| entry.follows);
    if follows != goal.follows && seen.guards(Guard::FollowerIsNotedFirst) {
        // What it starts from is told by Flink and storage, as if this were not noted.
        let phase = Phase::Starting { from: None, after: None };
        return says(kin, seen, entry_of(goal, job, phase));
    }
    Ok(())
}

fn entry_of(goal: &Run, job: &JobId, phase: Phase) -> Entry {
    let stop = Manner {
        savepoint_dir: goal.upgrade.savepoint_dir.clone(),
        native: goal.upgrade.format == crate::job::goal::Format::Native,
    };
    Entry { owner: goal.owner.to_string(), follows: goal.follows, job: job.clone(), phase, stop }
}

/// Whether this operation has noted a start that it has not tried yet.
pub(super) fn is_untried(seen: &Observed, job: &JobId) -> bool {
    let noted = |step: &Step| {
        matches!(step, Step::Note(note)
            if note.entry.job == *job && matches!(note.entry.phase, Phase::Starting { .. }))
    };
    seen.launched(job).is_none() && seen.performed().iter().any(|done| noted(&done.step))
}

/// How a job is about to be stopped, or was, for the journal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop<'a> {
    pub(super) kin: Kin<'a>,
    pub(super) by: By,
    pub(super) savepoint_dir: Option<&'a str>,
    pub(super) native: bool,
}

impl Stop<'_> {
    /// That a job is about to be stopped is in the journal before it is.
    pub(super) fn begins(&self, seen: &Observed, job: &JobId) -> Need<()> {
        if !seen.guards(Guard::JournalBeforeStop) {
            return Ok(());
        }
        self.says(seen, job, Phase::Stopping { by: self.by })
    }

    /// Where a stopped job goes on from is in the journal before anything else happens.
    pub(super) fn ended(&self, seen: &Observed, job: &JobId, path: Option<&str>) -> Need<()> {
        if !seen.guards(Guard::PathIsNoted) {
            return Ok(());
        }
        self.says(seen, job, Phase::Stopped { by: self.by, path: path.map(str::to_owned) })
    }

    /// What is known of a job beyond this stop stays.
    fn says(&self, seen: &Observed, job: &JobId, phase: Phase) -> Need<()> {
        let before = entry(self.kin, seen)?.map(|noted| &noted.entry);
        let stop =
            Manner { savepoint_dir: self.savepoint_dir.map(str::to_owned), native: self.native };
        let wanted = Entry {
            owner: self.kin.owner.to_string(),
            follows: before.map_or(Follows::No, |entry| entry.follows),
            job: job.clone(),
            phase,
            stop: before.map_or(stop, |entry| entry.stop.clone()),
        };
        says(self.kin, seen, wanted)
    }
}

/// That there is nothing to go on from is told by having no journal.
pub(super) fn nothing(kin: Kin<'_>, seen: &Observed) -> Need<()> {
    match entry(kin, seen)? {
        Some(noted) => perform(Step::EraseNote(Box::new(noted.clone()))),
        None => Ok(()),
    }
}

/// That a job is gone and has left nothing. Where Flink remembers for ever which ids have ended, the
/// last one stays noted, so that the next job of this owner gets another.
pub(super) fn gone(kin: Kin<'_>, seen: &Observed) -> Need<()> {
    let Some(noted) = entry(kin, seen)?.filter(|_| seen.remembers_ended()) else {
        return nothing(kin, seen);
    };
    let phase = Phase::Stopped { by: By::Job, path: None };
    says(kin, seen, Entry { phase, ..noted.entry.clone() })
}

/// The last job that this owner is known to have had, by the journal.
pub(super) fn last_job(kin: Kin<'_>, seen: &Observed) -> Need<Option<JobId>> {
    let noted = entry(kin, seen)?.and_then(|noted| match &noted.entry.phase {
        Phase::Stopped { .. } => Some(noted.entry.job.clone()),
        Phase::Starting { from: _, after } => after.clone(),
        Phase::Running | Phase::Stopping { .. } => None,
    });
    Ok(noted.filter(|job| kin.owner.has_started(job)))
}

fn says(kin: Kin<'_>, seen: &Observed, wanted: Entry) -> Need<()> {
    match seen.journal(&query(kin))? {
        Journal::NotKept => Ok(()),
        Journal::Says(noted) if noted.entry == wanted => Ok(()),
        Journal::Says(noted) => write(wanted, Some(noted.clone())),
        Journal::Empty => write(wanted, None),
    }
}

fn write<T>(entry: Entry, over: Option<Noted>) -> Need<T> {
    perform(Step::Note(Box::new(Note { entry, over })))
}
