//! What comes next for an application: the decision, and nothing else.
//!
//! ```text
//! job::next says        what that is here
//! look                  asked of the JobManager where its word counts, else known
//! stop, cancel          dry run ─▶ permit away ─▶ the step
//! start                 journal ─▶ halt ─▶ old pods end ─▶ objects ─▶ JobManager
//! wait                  wait, and look at the pods
//! done                  objects as they should be; or the cluster's end
//! stuck                 permit back, where the job goes on
//! ```

mod end;
mod known;
mod reach;
mod revive;
mod scout;
mod settle;
mod silent;
mod start;
mod view;
mod word;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use crate::{
    application::{
        goal::Goal,
        guard::Guards,
        problem::Problem,
        report::Report,
        start::{Start, given_up, is_job_manager},
    },
    cluster::{
        self,
        goal::{Bring, Id},
        observed::{Observed, Question, Reason},
        step::Step,
    },
    job::{
        self,
        journal::Phase,
        next::{Next as JobNext, Outcome},
        report::Which,
        step::Step as JobStep,
    },
};
use scout::Scout;
use view::View;

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Ask these, then decide again.
    Look(Vec<Question>),
    /// Perform this, then look again. The remarks are true once it is performed.
    Do(Box<Step>, Vec<cluster::Remark>),
    /// Wait a little, then look again.
    Wait(Reason),
    /// The goal is reached.
    Done(Box<Outcome>),
    /// The goal cannot be reached from here.
    Stuck(Problem),
}

/// Something needed for a decision, or what comes next because it is missing.
type Need<T> = Result<T, Box<Next>>;

impl From<Box<cluster::next::Next>> for Box<Next> {
    fn from(next: Box<cluster::next::Next>) -> Self {
        Self::new(match *next {
            cluster::next::Next::Look(questions) => Next::Look(questions),
            cluster::next::Next::Do(step, remarks) => Next::Do(step, remarks),
            cluster::next::Next::Wait(reason) => Next::Wait(reason),
            cluster::next::Next::Stuck(problem) => Next::Stuck(Problem::Cluster(problem)),
            cluster::next::Next::Done(outcome) => {
                let reason = format!("an end in the middle: {outcome:?}");
                Next::Stuck(Problem::Cluster(cluster::Problem::Unexpected { reason }))
            }
        })
    }
}

/// What is the same for every decision of an operation.
#[derive(Debug)]
pub(crate) struct Fixed {
    /// Under what its job is observed.
    key: flink::JobId,
    /// What is asked first: the objects of any version, before the others. Or why a version cannot
    /// be rendered.
    first: Result<[Question; 4], String>,
    /// The job's journal.
    journal: job::observed::Question,
    /// What was rendered so far: a start is decided on many times.
    made: Mutex<Vec<Arc<Made>>>,
    /// What looks into the version that is to come, or why nothing can; made when it is needed.
    scout: OnceLock<Result<Scout, String>>,
}

/// A version with the JobManager that does a start.
#[derive(Debug)]
struct Made {
    which: Which,
    start: Start,
    bring: Bring,
    /// What is asked to try it.
    dry_run: Question,
}

impl Fixed {
    pub(crate) fn of(goal: &Goal) -> Self {
        let journal = view::journal_query(goal);
        let asked_of_it = Question::Job(journal.clone());
        let first = ids(goal)
            .map(|ids| [Question::Objects(ids), Question::Pods, Question::Overview, asked_of_it]);
        Self { key: goal.key(), first, journal, made: Mutex::default(), scout: OnceLock::new() }
    }

    /// What looks into the version that is to come.
    fn scout(&self, goal: &Goal) -> &Result<Scout, String> {
        self.scout.get_or_init(|| goal.desired.rendering.scout().map(Scout::of))
    }
}

impl Scene<'_> {
    /// A version with the JobManager that does this start.
    fn made(self, which: Which, start: &Start) -> Need<Arc<Made>> {
        let mut all = self.fixed.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = all.iter().find(|made| made.which == which && made.start == *start) {
            return Ok(Arc::clone(made));
        }
        let Some(version) = self.goal.version(which) else {
            return view::unexpected("the version to go back to is not known".to_owned());
        };
        let bring = self.bring(view::rendered(version, start)?);
        let dry_run = cluster::next::parts::dry_run(&bring);
        let made = Arc::new(Made { which, start: start.clone(), bring, dry_run });
        all.push(Arc::clone(&made));
        Ok(made)
    }

    /// The recorded or desired version with the JobManager that does this start.
    fn desired(self, start: &Start) -> Need<Arc<Made>> {
        self.made(Which::Desired, start)
    }
}

/// The names of all objects of any version.
fn ids(goal: &Goal) -> Result<BTreeSet<Id>, String> {
    let start = Start::of_nothing(goal.key());
    let mut ids = BTreeSet::new();
    for version in std::iter::once(&goal.desired).chain(&goal.previous) {
        ids.extend(version.rendering.render(&start)?.objects.iter().map(Id::of));
    }
    Ok(ids)
}

/// What a decision is about.
#[derive(Clone, Copy, Debug)]
struct Scene<'a> {
    goal: &'a Goal,
    seen: &'a Observed,
    fixed: &'a Fixed,
    guards: Guards,
}

/// Decides what comes next.
pub(crate) fn next(goal: &Goal, seen: &Observed, (fixed, guards): (&Fixed, Guards)) -> Next {
    decide(Scene { goal, seen, fixed, guards }).unwrap_or_else(|next| *next)
}

fn decide(scene: Scene<'_>) -> Need<Next> {
    let mut view = view::view(scene)?;
    let next = view.job_next(scene)?;
    translate(scene, &view, next)
}

/// What the decision on a job is to its application.
fn translate(scene: Scene<'_>, view: &View<'_>, next: JobNext) -> Need<Next> {
    match next {
        JobNext::Look(questions) => {
            Ok(Next::Look(questions.into_iter().map(Question::Job).collect()))
        }
        JobNext::Do(step @ (JobStep::FirstStart(_) | JobStep::StartFrom { .. }), remarks) => {
            Ok(start::start(scene, view, &step, of_job(scene, remarks)))
        }
        JobNext::Do(step @ (JobStep::Stop(_) | JobStep::Cancel { .. }), remarks) => {
            settle::before_stop(scene, view, &step)?;
            Ok(Next::Do(Box::new(Step::Job(Box::new(step))), of_job(scene, remarks)))
        }
        JobNext::Do(JobStep::Note(note), remarks)
            if matches!(note.entry.phase, Phase::Stopping { .. }) =>
        {
            settle::accepted(scene, view)?;
            Ok(Next::Do(Box::new(Step::Job(Box::new(JobStep::Note(note)))), of_job(scene, remarks)))
        }
        JobNext::Do(JobStep::Note(note), remarks)
            if matches!(note.entry.phase, Phase::Starting { .. }) =>
        {
            start::stands_first(scene, view, &note.entry)?;
            Ok(Next::Do(Box::new(Step::Job(Box::new(JobStep::Note(note)))), of_job(scene, remarks)))
        }
        JobNext::Do(
            step @ (JobStep::UploadJar { .. }
            | JobStep::DeleteJar(_)
            | JobStep::Savepoint(_)
            | JobStep::Rescale { .. }
            | JobStep::Dispose { .. }
            | JobStep::Note(_)
            | JobStep::EraseNote(_)),
            remarks,
        ) => Ok(Next::Do(Box::new(Step::Job(Box::new(step))), of_job(scene, remarks))),
        JobNext::Wait(reason) => silent::waiting(scene, view, reason),
        JobNext::Done(outcome) => end::done(scene, view, outcome),
        JobNext::Stuck(problem) => {
            settle::permit_comes_back(scene, view)?;
            stuck(problem)
        }
    }
}

/// How things are when a goal was not reached, as far as it is known.
pub(crate) fn truth(goal: &Goal, seen: &Observed, fixed: &Fixed) -> Outcome {
    let scene = Scene { goal, seen, fixed, guards: Guards::default() };
    let mut job = seen.job(&fixed.key).clone();
    known::assume_starts(scene, &mut job);
    let mut truth = job::next::truth(&goal.job, &job);
    let journal = view::journal_answer(scene);
    if let Some(job::journal::Journal::Says(noted)) = journal
        && let Some(path) = noted.entry.path()
    {
        truth.state = job::report::Left::Suspended;
        truth.last_savepoint_path = Some(path.to_owned());
    }
    truth
}

/// What is to be asked before a job leaves its place for this cluster, so that what the API server
/// would not take is known while it still runs; `None`: nothing any more.
pub(crate) fn before_it_comes(
    goal: &Goal,
    seen: &Observed,
) -> Result<Option<Vec<Question>>, Problem> {
    let fixed = Fixed::of(goal);
    let scene = Scene { goal, seen, fixed: &fixed, guards: Guards::default() };
    let tried = scene.desired(&Start::of_nothing(goal.key()));
    let tried = tried
        .and_then(|made| Ok(cluster::next::parts::accepted((&made.bring, &made.dry_run), seen)?));
    match tried.map_err(|next| *next) {
        Ok(()) => Ok(None),
        Err(Next::Look(questions)) => Ok(Some(questions)),
        Err(Next::Stuck(problem)) => Err(problem),
        Err(other @ (Next::Do(..) | Next::Wait(_) | Next::Done(_))) => {
            let reason = format!("a trial that does something: {other:?}");
            Err(Problem::Cluster(cluster::Problem::Unexpected { reason }))
        }
    }
}

/// What comes next until nothing of this operation is left but what it was for.
pub(crate) fn tidied(goal: &Goal, seen: &Observed, fixed: &Fixed) -> cluster::next::Next {
    let scene = Scene { goal, seen, fixed, guards: Guards::default() };
    match scout::is_over(scene).map_err(|next| *next) {
        Err(Next::Look(questions)) => cluster::next::Next::Look(questions),
        Err(Next::Do(step, remarks)) => cluster::next::Next::Do(step, remarks),
        Ok(()) | Err(Next::Wait(_) | Next::Done(_) | Next::Stuck(_)) => {
            cluster::next::Next::Done(cluster::next::Outcome::unknown())
        }
    }
}

/// What is reported at the end of an operation.
pub(crate) fn report(
    goal: &Goal,
    seen: &Observed,
    ((fixed, guards), end): ((&Fixed, Guards), Result<(), cluster::Problem>),
) -> Report {
    let problem = match end {
        Err(problem) => Problem::Cluster(problem),
        Ok(()) => match next(goal, seen, (fixed, guards)) {
            Next::Done(outcome) => return Report::of(*outcome, seen.remarks(), None),
            Next::Stuck(problem) => problem,
            other @ (Next::Look(_) | Next::Do(..) | Next::Wait(_)) => {
                let reason = format!("an end that is none: {other:?}");
                Problem::Cluster(cluster::Problem::Unexpected { reason })
            }
        },
    };
    Report::of(truth(goal, seen, fixed), seen.remarks(), Some(problem))
}

fn of_job(scene: Scene<'_>, remarks: Vec<job::Remark>) -> Vec<cluster::Remark> {
    let job = scene.goal.name.cluster.clone();
    remarks.into_iter().map(|remark| cluster::Remark::Job { job: job.clone(), remark }).collect()
}

fn stuck<T>(problem: job::Problem) -> Need<T> {
    Err(Box::new(Next::Stuck(Problem::Job(problem))))
}

fn wait<T>(reason: Reason) -> Need<T> {
    Err(Box::new(Next::Wait(reason)))
}

fn perform<T>(step: Step) -> Need<T> {
    Err(Box::new(Next::Do(Box::new(step), Vec::new())))
}

/// Waits for something of the job.
fn wait_for_job<T>(scene: Scene<'_>, reason: job::observed::Reason) -> Need<T> {
    wait(Reason::Jobs(vec![(scene.fixed.key.clone(), reason)]))
}

/// When this operation began to go back to the version before.
pub(crate) fn rolled_back_at(seen: &Observed) -> Option<Duration> {
    let gives_up = |step: &Step| match step {
        Step::Job(step) => step.rolls_back().is_some(),
        step @ (Step::Apply(_)
        | Step::TakeOver(_)
        | Step::Delete { .. }
        | Step::DeletePod { .. }) => {
            job_manager_applied(step).is_some_and(|apply| given_up(&apply.body).is_some())
        }
    };
    seen.performed().iter().find(|done| gives_up(&done.step)).map(|done| done.at)
}

/// Whether this step applies a JobManager's Deployment, and with which body.
fn job_manager_applied(step: &Step) -> Option<&cluster::step::Apply> {
    match step {
        Step::Apply(apply) if is_job_manager(&apply.body) => Some(apply),
        Step::Apply(_)
        | Step::TakeOver(_)
        | Step::Delete { .. }
        | Step::DeletePod { .. }
        | Step::Job(_) => None,
    }
}
