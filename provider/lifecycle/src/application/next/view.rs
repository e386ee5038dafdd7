//! A job as it is on a cluster of its own: what its JobManager says where that
//! counts, and else what is known without it.

use serde_json::Value;

use super::{
    Need, Next, Scene, known, revive, scout, silent, stuck, wait_for_job,
    word::{self, Word},
};
use crate::{
    application::{
        goal::{Goal, Version, owner},
        problem::Problem,
        start::{self, Start, is_job_manager},
    },
    cluster::{
        self,
        goal::{Bring, Desired, HighAvailability, OnUpdate},
        health,
        observed::{Answer, Objects},
        step::{Effect, Step},
    },
    job::{
        self,
        goal::OnDestroy,
        journal::{By, Entry, Journal, Noted, Phase},
        next::Next as JobNext,
        observed::{
            Answer as JobAnswer, Cluster, Exit, JournalQuery, Observed as JobObserved,
            Question as JobQuestion, Row, Submission,
        },
        problem::{Failure, Problem as JobProblem},
        step::{Effect as JobEffect, Step as JobStep},
    },
};

/// The JobManager's Deployment, as it stands.
#[derive(Debug)]
pub(super) struct Standing<'a> {
    pub(super) live: &'a Value,
    /// The start that it does.
    pub(super) start: Option<Start>,
}

impl Standing<'_> {
    /// Whether it has no pods, and makes none.
    pub(super) fn is_halted(&self) -> bool {
        health::replicas(self.live) == 0
    }
}

/// A job as it is on a cluster of its own.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) job: JobObserved,
    pub(super) objects: &'a Objects,
    pub(super) pods: &'a [Value],
    pub(super) standing: Option<Standing<'a>>,
    /// The journal, as it is written.
    pub(super) journal: &'a Journal,
    pub(super) word: Word,
}

/// A version with the JobManager that does this start.
pub(super) fn rendered(version: &Version, start: &Start) -> Need<Desired> {
    match version.rendering.render(start) {
        Ok(mut desired) => {
            start::write(&mut desired, start);
            Ok(desired)
        }
        Err(reason) => unexpected(reason),
    }
}

pub(super) fn unexpected<T>(reason: String) -> Need<T> {
    Err(Box::new(Next::Stuck(Problem::Cluster(cluster::Problem::Unexpected { reason }))))
}

impl<'a> Scene<'a> {
    /// A cluster that stands like this.
    pub(super) fn bring(self, desired: Desired) -> Bring {
        Bring {
            name: self.goal.name.clone(),
            desired,
            known: self.goal.known,
            on_update: OnUpdate::Ended,
            conflicts: self.goal.conflicts,
            manager: self.goal.manager.clone(),
        }
    }

    /// Whether this operation has written that it starts this job.
    pub(super) fn has_noted(self, job: &flink::JobId) -> bool {
        self.noted_at(job).is_some()
    }

    /// When this operation has written that it starts this job.
    pub(super) fn noted_at(self, job: &flink::JobId) -> Option<usize> {
        let is_note = |step: &Step| {
            let Step::Job(step) = step else { return false };
            matches!(step.as_ref(), JobStep::Note(note)
                if note.entry.job == *job && matches!(note.entry.phase, Phase::Starting { .. }))
        };
        let accepted = Effect::Job(JobEffect::Accepted);
        self.seen.performed().iter().position(|done| is_note(&done.step) && done.effect == accepted)
    }

    /// How the job is to end, if it is.
    pub(super) fn on_destroy(self) -> Option<&'a OnDestroy> {
        match &self.goal.job {
            job::Goal::Remove(remove) => Some(&remove.how),
            job::Goal::Run(_)
            | job::Goal::Suspend(_)
            | job::Goal::TakeSavepoint(_)
            | job::Goal::DisposeSavepoint(_) => None,
        }
    }
}

/// Whose journal is asked for.
pub(super) fn journal_query(goal: &Goal) -> JobQuestion {
    let job = goal.recorded().and_then(|recorded| recorded.job.clone());
    JobQuestion::Journal(JournalQuery { owner: owner(&goal.name), job })
}

/// What the journal was seen to say.
pub(super) fn journal_answer(scene: Scene<'_>) -> Option<&Journal> {
    match scene.seen.jobs().answer(&scene.fixed.journal) {
        Some(JobAnswer::Journal(journal)) => Some(journal),
        Some(_) | None => None,
    }
}

pub(super) fn view(scene: Scene<'_>) -> Need<View<'_>> {
    let seen = scene.seen;
    let first = match &scene.fixed.first {
        Ok(first) => first,
        Err(reason) => return unexpected(reason.clone()),
    };
    seen.together(first)?;
    let (Some(Answer::Objects(objects)), Some(journal)) =
        (seen.answer(&first[0]), journal_answer(scene))
    else {
        return Err(Box::new(Next::Look(first.to_vec())));
    };
    let live = objects.values().find(|live| is_job_manager(live));
    let standing = live.map(|live| Standing { live, start: start::read(live) });
    let mut view = View {
        job: seen.job(&scene.fixed.key).clone(),
        objects,
        pods: seen.pods()?,
        standing,
        journal,
        word: Word::Journal,
    };
    let is_over = word::journal_decides(scene, &view);
    view.word = word::word(scene, &view, is_over)?;
    view.learn(scene, is_over || silent::is_given_up(scene, &view)?)?;
    Ok(view)
}

impl View<'_> {
    /// The start that the JobManager that stands does.
    pub(super) fn start(&self) -> Option<&Start> {
        self.standing.as_ref()?.start.as_ref()
    }

    pub(super) fn noted(&self) -> Option<&Noted> {
        match self.journal {
            Journal::Says(noted) => Some(noted),
            Journal::Empty | Journal::NotKept => None,
        }
    }

    pub(super) fn entry(&self) -> Option<&Entry> {
        self.noted().map(|noted| &noted.entry)
    }

    /// Takes in what is known without asking.
    fn learn(&mut self, scene: Scene<'_>, is_over: bool) -> Need<()> {
        known::assume_starts(scene, &mut self.job);
        let made = scene.desired(&Start::of_nothing(scene.goal.key()))?;
        if made.bring.desired.high_availability != HighAvailability::None {
            self.job.assume_remembering_ended();
        }
        if is_over && self.entry().is_some_and(Entry::begins_empty) {
            self.job.assume_beginning_empty();
        }
        let journal = self.told_journal(scene, is_over);
        self.job.learn(scene.fixed.journal.clone(), JobAnswer::Journal(journal));
        match self.word {
            Word::Journal => {
                self.job.learn(JobQuestion::Jobs, JobAnswer::Jobs(Vec::new()));
                let cluster = known::configured(&scene.goal.desired.rendering.directories());
                self.job.learn(JobQuestion::Cluster, JobAnswer::Cluster(cluster));
                Ok(())
            }
            Word::JobManager => {
                if let Some(JobAnswer::Cluster(told)) = self.job.answer(&JobQuestion::Cluster) {
                    // To start is not to submit, and `main()` is tried elsewhere.
                    let (exit, submission) = (Exit::Harmless, Submission::Enabled);
                    let cluster = Cluster { exit, submission, ..told.clone() };
                    self.job.learn(JobQuestion::Cluster, JobAnswer::Cluster(cluster));
                }
                self.job_appears(scene)
            }
        }
    }

    /// A JobManager answers before its `main()` has come to a job.
    fn job_appears(&self, scene: Scene<'_>) -> Need<()> {
        let rows = scene.seen.rows()?;
        match self.start().cloned() {
            Some(start) if !rows.iter().any(|row| row.id == start.job) => {
                if word::is_chosen(scene, self) {
                    return Ok(());
                }
                silent::in_time(scene, self, &start)?;
                revive::is_kept(scene, self, &start)?;
                let reason = job::observed::Reason::Appearing(start.job);
                silent::healthy(scene, self)?;
                wait_for_job(scene, reason)
            }
            Some(_) | None => Ok(()),
        }
    }

    /// What the journal says, for whoever knows nothing of clusters: a start
    /// that has not happened leaves its job where it was.
    fn told_journal(&self, scene: Scene<'_>, is_over: bool) -> Journal {
        let Journal::Says(noted) = self.journal else { return self.journal.clone() };
        match &noted.entry.phase {
            Phase::Starting { from, after: _ } if is_over && !scene.has_noted(&noted.entry.job) => {
                let phase = Phase::Stopped { by: By::Job, path: from.clone() };
                let entry = Entry { phase, ..noted.entry.clone() };
                Journal::Says(Noted { entry, ..noted.clone() })
            }
            Phase::Running
            | Phase::Stopping { .. }
            | Phase::Stopped { .. }
            | Phase::Starting { .. } => self.journal.clone(),
        }
    }

    /// What comes next for the job.
    pub(super) fn job_next(&mut self, scene: Scene<'_>) -> Need<JobNext> {
        self.resolved(scene, |job| job::next::next(&scene.goal.job, job))
    }

    /// What comes next after a start of which the pods tell that it fails.
    pub(super) fn failed(
        &mut self,
        scene: Scene<'_>,
        (job, failure): (&flink::JobId, &Failure),
    ) -> Need<JobNext> {
        let job::Goal::Run(run) = &scene.goal.job else {
            let reason = failure.to_string();
            return stuck(JobProblem::Unexpected { reason });
        };
        self.resolved(scene, |seen| job::next::did_not_come_up(run, seen, (job, failure.clone())))
    }

    /// Answers what is known without asking, until something else is needed.
    fn resolved(
        &mut self,
        scene: Scene<'_>,
        decide: impl Fn(&JobObserved) -> JobNext,
    ) -> Need<JobNext> {
        loop {
            let JobNext::Look(questions) = decide(&self.job) else {
                return Ok(decide(&self.job));
            };
            let mut open = Vec::new();
            let mut for_a_scout = Vec::new();
            for question in questions {
                match self.known(scene, &question) {
                    Some(answer) => self.job.learn(question, answer),
                    None if scout::is_asked(scene, &question) => for_a_scout.push(question),
                    None => open.push(question),
                }
            }
            if !open.is_empty() {
                return Ok(JobNext::Look(open));
            }
            for (question, answer) in scout::answers(scene, self, for_a_scout)? {
                self.job.learn(question, answer);
            }
        }
    }

    /// Whether a job runs, or may.
    pub(super) fn alive(&self) -> Option<&Row> {
        let Some(JobAnswer::Jobs(rows)) = self.job.answer(&JobQuestion::Jobs) else { return None };
        rows.iter().find(|row| !row.state.has_ended())
    }
}
