//! What is, as far as it was asked for: questions, answers, and what was done.
//!
//! An answer is kept as long as it cannot become untrue. Everything else is
//! forgotten after each step and each wait, and asked again.

use std::{collections::BTreeMap, fmt, time::Duration};

use flink::{JarId, JobId, TriggerId};

use crate::job::{
    goal::Program,
    guard::{Guard, Guards},
    ids::Owner,
    journal::Journal,
    lasting::Lasts,
    marks::Marks,
    report::{Remark, Which},
    step::{Effect, Launch, Step},
};

pub use crate::job::facts::*;

/// Something to know.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// How the cluster is configured.
    Cluster,
    /// All jobs that the JobManager remembers.
    Jobs,
    /// All jars on the cluster.
    Jars,
    /// The marks of a job.
    Marks(JobId),
    /// The checkpoints and savepoints of a job; may be stale.
    History(JobId),
    /// What is wrong with a job; may be stale.
    Trouble(JobId),
    /// What has become of an operation.
    Trigger(JobId, TriggerId),
    /// What lies in the storage.
    Disk(DiskQuery),
    /// Whether a directory can be written to.
    Writable(String),
    /// The operators that a program would have. Its `main()` runs.
    Operators(JarId, Box<Program>),
    /// What a savepoint or checkpoint holds.
    Contents(String),
    /// The vertices of a job, with what its checkpoint of this number has of each.
    Vertices(JobId, Option<u64>),
    /// The parallelism that a job may have and has.
    Requirements(JobId),
    /// What has become of the disposal with this request id.
    Disposal(String),
    /// What the journal of a job says.
    Journal(JournalQuery),
}

/// Whose journal is asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct JournalQuery {
    /// The owner of the job.
    pub owner: Owner,
    /// A job that is the owner's though its id does not say so.
    pub job: Option<JobId>,
}

/// The answer to the [`Question`] of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// How the cluster is configured.
    Cluster(Cluster),
    /// All jobs that the JobManager remembers.
    Jobs(Vec<Row>),
    /// All jars on the cluster.
    Jars(Vec<UploadedJar>),
    /// The marks; `None`: there are none, or no such job.
    Marks(Option<Marks>),
    /// The history; `None`: no such job.
    History(Option<History>),
    /// What is wrong; `None`: no such job.
    Trouble(Option<Trouble>),
    /// What has become of the operation.
    Trigger(TriggerState),
    /// What lies there.
    Disk(Disk),
    /// Whether it can.
    Writable(Writability),
    /// The operators.
    Operators(Operators),
    /// The contents.
    Contents(Contents),
    /// The vertices; `None`: no such job. Boxed for its size.
    Vertices(Option<Box<Vertices>>),
    /// The parallelism.
    Requirements(Requirements),
    /// What has become of the disposal.
    Disposal(DisposalState),
    /// What the journal says.
    Journal(Journal),
}

impl Answer {
    /// All jobs, if that is what was asked.
    pub fn into_jobs(self) -> Option<Vec<Row>> {
        if let Self::Jobs(rows) = self { Some(rows) } else { None }
    }
}

/// Why an operation waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A job stops with a savepoint.
    Stopping(JobId),
    /// A job is being cancelled.
    Ending(JobId),
    /// A job has ended, and Flink's caches may not yet have its last checkpoint.
    Settling(JobId),
    /// A job is not yet healthy enough for a savepoint.
    Recovering(JobId),
    /// A job was submitted and is not yet seen.
    Appearing(JobId),
    /// A job's tasks are coming up.
    Starting(JobId),
    /// A job must run for a while without a restart.
    Stabilising(JobId),
    /// A job must complete its first checkpoint.
    FirstCheckpoint(JobId),
    /// A job's newest checkpoint was replaced, and Flink's caches may not yet have the next.
    Replaced(JobId),
    /// A savepoint is being written.
    Savepoint(JobId),
    /// A savepoint is being deleted.
    Disposal,
    /// A job takes on another parallelism.
    Rescaling(JobId),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopping(job) => write!(f, "job {job} stops with a savepoint"),
            Self::Ending(job) => write!(f, "job {job} is being cancelled"),
            Self::Settling(job) => write!(f, "the last checkpoint of job {job} becomes known"),
            Self::Recovering(job) => write!(f, "job {job} recovers"),
            Self::Appearing(job) => write!(f, "job {job} appears"),
            Self::Starting(job) => write!(f, "the tasks of job {job} come up"),
            Self::Stabilising(job) => write!(f, "job {job} proves stable"),
            Self::FirstCheckpoint(job) => write!(f, "job {job} completes its first checkpoint"),
            Self::Replaced(job) => write!(f, "the newest checkpoint of job {job} becomes known"),
            Self::Savepoint(job) => write!(f, "the savepoint of job {job} is written"),
            Self::Disposal => f.write_str("the savepoint is deleted"),
            Self::Rescaling(job) => write!(f, "job {job} takes on its parallelism"),
        }
    }
}

/// The last part of the time given, in which no start is waited for any more.
const LATE: Duration = Duration::from_secs(10);

/// What was answered, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    answer: Answer,
    at: Duration,
}

/// A step that was performed, with its effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Performed {
    /// The step.
    pub step: Step,
    /// Its effect.
    pub effect: Effect,
    /// When.
    pub at: Duration,
}

/// Everything that a decision may stand on.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// Time since this operation began.
    pub elapsed: Duration,
    /// The time given to it; `None`: as long as it takes.
    pub given: Option<Duration>,
    facts: BTreeMap<Question, Told>,
    ended_seen: BTreeMap<JobId, Duration>,
    last_rows: Option<Vec<Row>>,
    waiting: Option<(Reason, Duration)>,
    performed: Vec<Performed>,
    remarks: Vec<Remark>,
    is_to_begin_empty: bool,
    remembers_ended: bool,
    guards: Guards,
}

impl Observed {
    /// Nothing is known yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, with one guard off: for the proof that every guard is needed.
    #[cfg(test)]
    pub(crate) fn without(guard: Option<Guard>) -> Self {
        Self { guards: Guards::without(guard), ..Self::default() }
    }

    /// Whether a guard stands. Always, but for the proof that it is needed.
    pub(crate) fn guards(&self, guard: Guard) -> bool {
        self.guards.stands(guard)
    }

    /// Takes in an answer.
    pub fn learn(&mut self, question: Question, answer: Answer) {
        if let Answer::Jobs(rows) = &answer {
            for row in rows.iter().filter(|row| row.state.has_ended()) {
                self.ended_seen.entry(row.id.clone()).or_insert(self.elapsed);
            }
            self.last_rows = Some(rows.clone());
        }
        self.facts.insert(question, Told { answer, at: self.elapsed });
    }

    /// Takes in that a step was performed, and forgets what it may have changed.
    pub fn record(&mut self, step: Step, effect: Effect, remarks: Vec<Remark>) {
        for remark in remarks {
            if !self.remarks.contains(&remark) {
                self.remarks.push(remark);
            }
        }
        self.follow_jars(&step, &effect);
        if step.changes_journal() {
            self.facts.retain(|question, _| !matches!(question, Question::Journal(_)));
        }
        let leaves_jobs_alone = matches!(step, Step::DeleteJar(_));
        self.performed.push(Performed { step, effect, at: self.elapsed });
        self.waiting = None;
        if !leaves_jobs_alone {
            self.forget();
        }
    }

    /// Takes in a step that came to this effect by other means than performing
    /// it: nothing is forgotten.
    pub(crate) fn assume(&mut self, step: Step, effect: Effect) {
        self.performed.push(Performed { step, effect, at: self.elapsed });
    }

    /// Takes in that the start which the journal tells of was decided to begin with nothing, when
    /// what was there before could still be told.
    pub(crate) fn assume_beginning_empty(&mut self) {
        self.is_to_begin_empty = true;
    }

    /// Whether that is so.
    pub(crate) fn is_to_begin_empty(&self) -> bool {
        self.is_to_begin_empty
    }

    /// Takes in that Flink remembers for ever which jobs have ended here, so that their ids are
    /// used up.
    pub(crate) fn assume_remembering_ended(&mut self) {
        self.remembers_ended = true;
    }

    /// Whether that is so.
    pub(crate) fn remembers_ended(&self) -> bool {
        self.remembers_ended
    }

    /// The list of jars after a step. It is not asked for again: Flink opens every jar to list it.
    fn follow_jars(&mut self, step: &Step, effect: &Effect) {
        let known = self.facts.get_mut(&Question::Jars);
        let Some(Told { answer: Answer::Jars(known), .. }) = known else { return };
        if let (Step::UploadJar { name, .. }, Effect::Uploaded(id)) = (step, effect) {
            known.push(UploadedJar { id: id.clone(), name: name.clone() });
        } else if let (Step::DeleteJar(id), Effect::Accepted) = (step, effect) {
            known.retain(|jar| jar.id != *id);
        } else if step.changes_jars(effect) {
            self.facts.remove(&Question::Jars);
        }
    }

    /// Takes in that a wait begins or goes on, and forgets what may change
    /// meanwhile. Gives the questions that are worth asking again at once.
    pub fn wait(&mut self, reason: Reason) -> Vec<Question> {
        if self.waiting.as_ref().is_none_or(|(current, _)| *current != reason) {
            self.waiting = Some((reason, self.elapsed));
        }
        self.forget()
    }

    /// Forgets everything that can become untrue, and gives its questions.
    pub fn forget(&mut self) -> Vec<Question> {
        let (guards, ended) = (self.guards, &self.ended_seen);
        let had_ended = |job: &JobId, told: &Told| {
            !guards.stands(Guard::StopEndsWithItsJob)
                || ended.get(job).is_some_and(|ended| *ended <= told.at)
        };
        let kept = |question: &Question, told: &Told| match Lasts::of(question, &told.answer) {
            Lasts::Always => true,
            Lasts::OnceEnded(job) => had_ended(job, told),
            Lasts::No => false,
        };
        let forgotten = self.facts.extract_if(.., |question, told| !kept(question, told));
        forgotten.map(|(question, _)| question).collect()
    }

    /// How long this reason to wait has held without interruption.
    pub fn held(&self, reason: &Reason) -> Duration {
        match &self.waiting {
            Some((current, since)) if current == reason => self.elapsed.saturating_sub(*since),
            Some(_) | None => Duration::ZERO,
        }
    }

    /// Whether so little of the time given is left that what has not come up
    /// by now counts as not coming up, so that it can still be told why.
    pub fn is_late(&self) -> bool {
        let reserve = |given: Duration| (given / 5).min(LATE);
        self.given.is_some_and(|given| self.elapsed + reserve(given) >= given)
    }

    /// What is being waited for.
    pub fn waiting(&self) -> Option<&Reason> {
        self.waiting.as_ref().map(|(reason, _)| reason)
    }

    /// The answer to a question, if it was asked.
    pub fn answer(&self, question: &Question) -> Option<&Answer> {
        self.facts.get(question).map(|told| &told.answer)
    }

    /// All answers that are still held to be true.
    pub fn answers(&self) -> impl Iterator<Item = (&Question, &Answer)> {
        self.facts.iter().map(|(question, told)| (question, &told.answer))
    }

    /// How long a job had certainly ended when the question was answered.
    pub fn ended_before(&self, job: &JobId, question: &Question) -> Option<Duration> {
        let ended = self.ended_seen.get(job)?;
        self.facts.get(question).map(|told| told.at.saturating_sub(*ended))
    }

    /// The jobs as they were seen last, fresh or not.
    pub fn last_rows(&self) -> Option<&[Row]> {
        self.last_rows.as_deref()
    }

    /// The steps of this operation, in order.
    pub fn performed(&self) -> &[Performed] {
        &self.performed
    }

    /// What the steps of this operation gave to remark.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// The starts of this operation, in order.
    pub fn launches(&self) -> impl DoubleEndedIterator<Item = (&Launch, &Performed)> {
        self.performed.iter().filter_map(|done| Some((done.step.launch()?, done)))
    }

    /// Which program this operation started under an id; the last one, as a start that Flink
    /// refused leaves the id to the next.
    pub fn launched(&self, job: &JobId) -> Option<Which> {
        self.launches().rfind(|(launch, _)| launch.id == *job).map(|(launch, _)| launch.which)
    }

    /// Whether this operation has asked for the operation with this trigger id.
    pub fn has_triggered(&self, trigger: &TriggerId) -> bool {
        self.performed.iter().any(|done| done.step.trigger() == Some(trigger))
    }
}
