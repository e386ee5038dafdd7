//! A model of Flink that forgets as Flink does, for tests.
//!
//! Time is tokio's, which the tests stop. A job handles one record each 10 ms
//! and completes a checkpoint each second; a *version* is the number of
//! records in a state. What must never happen is written down as it happens:
//! two running jobs of one owner, and a start from anything older than the
//! newest durable state.
//!
//! Sections (§, letters) are those of the recordings of Flink's REST API.

mod answers;
mod effects;
mod life;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
    time::Duration,
};

use flink::{JarId, JobId, TriggerId};
use tokio::{sync::Notify, time::Instant};

use crate::job::{
    goal::Program,
    journal::Noted,
    marks::Marks,
    observed::{Answer, Cluster, Exit, JobState, Question, Submission, TriggerState},
    step::{Effect, Step},
    world::{World, WorldError},
};

/// Where the model's savepoints and checkpoints go.
pub(crate) const SAVEPOINTS: &str = "file:/savepoints";
pub(crate) const CHECKPOINTS: &str = "file:/checkpoints";

/// What goes wrong when a program is started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fault {
    #[default]
    None,
    /// `main()` throws (§2 Jars: 400, nothing submitted).
    MainThrows,
    /// Its state does not fit (§2 Jars: 400, and a FAILED job keeps the id).
    DoesNotFit,
    /// It fails for good as soon as it runs.
    FailsAtOnce,
    /// It fails for good after its first checkpoint.
    FailsLater,
    /// It throws a second after each start, before its first checkpoint.
    Restarts,
    /// It never gets its slots (§3 d: RUNNING ↔ RESTARTING each second).
    NoSlots,
}

/// How a stop goes (§3 e).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum StopFault {
    #[default]
    None,
    /// The savepoint fails, the job goes on.
    SavepointFails,
    /// The savepoint is whole, then the job fails for good.
    JobFailsStopping,
}

/// A state on disk.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) job: JobId,
    pub(crate) version: u64,
    pub(crate) written: i64,
}

/// A job that the JobManager remembers.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) id: JobId,
    pub(crate) state: JobState,
    pub(crate) started: Duration,
    pub(crate) ended: Option<Duration>,
    /// The version that it recovers to while it has no checkpoint of its own.
    pub(crate) base: u64,
    /// A state that Flink was told to own.
    pub(crate) claimed: Option<String>,
    pub(crate) program: Program,
    pub(crate) marks: Marks,
    pub(crate) fault: Fault,
    pub(crate) version: u64,
    pub(crate) restored: Option<String>,
    pub(crate) checkpoint: Option<(u64, String, Duration)>,
    pub(crate) savepoint: Option<(u64, String, Duration)>,
    pub(crate) completed: u64,
    pub(crate) next_checkpoint: u64,
    pub(crate) parallelism: u32,
    pub(crate) never_ran: bool,
    /// What the caches still show (§1 Freshness): when it was read, and what.
    pub(crate) cached: BTreeMap<&'static str, (Duration, Answer)>,
}

/// A stop or savepoint under way.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) job: JobId,
    pub(crate) directory: String,
    pub(crate) is_stop: bool,
    pub(crate) done_at: Duration,
    pub(crate) fault: StopFault,
    pub(crate) state: TriggerState,
    pub(crate) finished_at: Option<Duration>,
}

/// A submission whose `main()` still runs.
#[derive(Clone, Debug)]
pub(crate) struct Underway {
    pub(crate) at: Duration,
    pub(crate) step: Step,
}

#[derive(Debug)]
pub(crate) struct Flink {
    pub(crate) began: Instant,
    pub(crate) now: Duration,
    pub(crate) jobs: BTreeMap<JobId, Job>,
    pub(crate) burnt: BTreeSet<JobId>,
    pub(crate) operations: BTreeMap<(JobId, TriggerId), Operation>,
    pub(crate) jars: Vec<(JarId, String)>,
    pub(crate) disk: BTreeMap<String, Stored>,
    /// What lies on the disk and nobody has to know of any more.
    pub(crate) unknown: BTreeSet<String>,
    pub(crate) submitting: Vec<Underway>,
    pub(crate) counter: u64,
    pub(crate) faults: BTreeMap<String, Fault>,
    pub(crate) next_stop: Vec<StopFault>,
    pub(crate) high_availability: bool,
    pub(crate) scout_is_blind: bool,
    pub(crate) adaptive: bool,
    /// Why nothing can be written, if so.
    pub(crate) unwritable: Option<String>,
    pub(crate) disposed: Vec<String>,
    /// Which jobs share their state: what their programs have before a colon.
    pub(crate) lineages: BTreeMap<JobId, String>,
    /// The journals by their owners; `None`: none are kept here.
    pub(crate) journals: Option<BTreeMap<String, Noted>>,
    pub(crate) violations: Vec<String>,
    pub(crate) effects: usize,
    /// The names of all questions that were asked.
    pub(crate) questions: Vec<&'static str>,
    /// Starts whose answer is lost, and which take effect later.
    pub(crate) unclear_starts: usize,
    /// Paths and emptiness that a test asks for; no violation.
    pub(crate) allowed_starts: Vec<Option<String>>,
}

/// When the process dies, relative to an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Death {
    /// Before the request is sent.
    Before(usize),
    /// After it has taken effect, before its answer is read.
    After(usize),
    /// In the middle: it takes effect two seconds later.
    Amid(usize),
}

impl Death {
    /// The same, counted from the effects that came before.
    pub(crate) fn after(self, effects: usize) -> Self {
        match self {
            Self::Before(at) => Self::Before(effects + at),
            Self::After(at) => Self::After(effects + at),
            Self::Amid(at) => Self::Amid(effects + at),
        }
    }
}

/// The model behind the boundary of IO.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) flink: Mutex<Flink>,
    pub(crate) death: Mutex<Option<Death>>,
    pub(crate) died: Notify,
    pub(crate) twice: bool,
}

impl Model {
    pub(crate) fn new() -> Self {
        Self {
            flink: Mutex::new(Flink::new()),
            death: Mutex::new(None),
            died: Notify::new(),
            twice: false,
        }
    }

    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut Flink) -> T) -> T {
        let mut flink = self.flink.lock().expect("no test panics with the lock");
        flink.advance();
        look(&mut flink)
    }

    pub(crate) async fn die(&self) -> ! {
        self.died.notify_one();
        std::future::pending::<()>().await;
        unreachable!("pending never ends")
    }
}

impl Flink {
    fn new() -> Self {
        Self {
            began: Instant::now(),
            now: Duration::ZERO,
            jobs: BTreeMap::new(),
            burnt: BTreeSet::new(),
            operations: BTreeMap::new(),
            jars: Vec::new(),
            disk: BTreeMap::new(),
            submitting: Vec::new(),
            counter: 0,
            faults: BTreeMap::new(),
            next_stop: Vec::new(),
            high_availability: false,
            scout_is_blind: false,
            adaptive: false,
            unwritable: None,
            disposed: Vec::new(),
            lineages: BTreeMap::new(),
            journals: None,
            violations: Vec::new(),
            effects: 0,
            unclear_starts: 0,
            questions: Vec::new(),
            allowed_starts: Vec::new(),
            unknown: BTreeSet::new(),
        }
    }

    pub(crate) fn cluster() -> Cluster {
        Cluster {
            version: "1.20.5".to_owned(),
            refresh_interval: Duration::from_secs(3),
            savepoint_root: Some(SAVEPOINTS.to_owned()),
            checkpoint_root: Some(CHECKPOINTS.to_owned()),
            exit: Exit::Harmless,
            submission: Submission::Enabled,
            slots: 4,
        }
    }

    pub(crate) fn alive(&self) -> Vec<&Job> {
        self.jobs.values().filter(|job| !job.state.has_ended()).collect()
    }

    pub(crate) fn millis(at: Duration) -> i64 {
        i64::try_from(at.as_millis()).expect("a test is short")
    }
}

impl World for Model {
    async fn ask(&self, question: &Question) -> Result<Answer, WorldError> {
        tokio::time::sleep(Duration::from_millis(2)).await;
        Ok(self.with(|flink| {
            flink.questions.push(answers::name(question));
            flink.answer(question)
        }))
    }

    async fn perform(&self, step: &Step) -> Result<Effect, WorldError> {
        let number = self.with(|flink| {
            flink.effects += 1;
            flink.effects
        });
        let death = *self.death.lock().expect("no test panics with the lock");
        match death {
            Some(Death::Before(at)) if at == number => self.die().await,
            Some(Death::Amid(at)) if at == number => {
                self.with(|flink| flink.perform_later(step));
                self.die().await;
            }
            Some(Death::Before(_) | Death::Amid(_) | Death::After(_)) | None => {}
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
        let effect = self.with(|flink| flink.perform(step));
        if self.twice {
            self.with(|flink| flink.perform(step));
        }
        if death == Some(Death::After(number)) {
            self.die().await;
        }
        Ok(effect)
    }
}
