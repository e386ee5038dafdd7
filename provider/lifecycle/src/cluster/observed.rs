//! What is, as far as it was asked for, and what was done.

use std::{collections::BTreeMap, fmt, sync::OnceLock, time::Duration};

use crate::{
    cluster::{
        guard::{Guard, Guards},
        health,
        report::Remark,
        step::{Apply, Effect, Step},
        suspected::Suspected,
    },
    job::{self, journal::Noted},
};
use flink::JobId;

pub use super::question::{Answer, Event, Objects, Overview, Question, Refusal};

/// Why an operation waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Jobs stop.
    Jobs(Vec<(JobId, job::observed::Reason)>),
    /// Pods end.
    PodsEnd {
        /// How many are left.
        left: usize,
    },
    /// Objects go.
    ObjectsGo {
        /// How many are left.
        left: usize,
    },
    /// Pods come up: how many have, and what the others are at.
    Rollout {
        /// In words.
        progress: String,
    },
    /// The JobManager is to answer.
    Answer,
    /// The version that is to come is looked into before the old one stops.
    Scout {
        /// What its pod is at.
        progress: String,
    },
    /// TaskManagers are to register.
    Registration {
        /// How many have.
        registered: u32,
        /// How many are to.
        wanted: u32,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Jobs(jobs) => {
                let texts: Vec<String> =
                    jobs.iter().map(|(_, reason)| reason.to_string()).collect();
                f.write_str(&texts.join("; "))
            }
            Self::PodsEnd { left } => write!(f, "{left} old pods end"),
            Self::ObjectsGo { left } => write!(f, "{left} objects go"),
            Self::Rollout { progress } => f.write_str(progress),
            Self::Answer => f.write_str("the JobManager answers"),
            Self::Scout { progress } => {
                write!(f, "the new version is looked into before the old one stops: {progress}")
            }
            Self::Registration { registered, wanted } => {
                write!(f, "{registered} of {wanted} TaskManagers have registered")
            }
        }
    }
}

/// A step that was performed, with its effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Performed {
    /// The step.
    pub step: Step,
    /// Its effect.
    pub effect: Effect,
    /// When, in the time of this operation.
    pub at: Duration,
}

/// Everything that a decision may stand on.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// Time since this operation began.
    pub elapsed: Duration,
    facts: Vec<(Question, Answer)>,
    /// What is known of jobs in general, and of each that is being stopped.
    job: job::observed::Observed,
    jobs: BTreeMap<JobId, job::observed::Observed>,
    suspected: Suspected,
    last_objects: Option<Objects>,
    /// Whether a step was begun since the objects were seen last.
    acted: bool,
    last_journals: Vec<Noted>,
    waiting: Option<(Reason, Duration)>,
    performed: Vec<Performed>,
    remarks: Vec<Remark>,
    guards: Guards,
    /// What the goal of this operation applies: it is the same for every decision.
    all: OnceLock<Vec<Apply>>,
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

    /// Sets the time, for this and for what is known of the jobs.
    pub fn at(&mut self, elapsed: Duration) {
        self.elapsed = elapsed;
        self.job.elapsed = elapsed;
        self.jobs.values_mut().for_each(|job| job.elapsed = elapsed);
    }

    /// Sets the time given to this operation, for what is known of the jobs.
    pub(crate) fn give(&mut self, time: Duration) {
        self.job.given = Some(time);
    }

    /// Takes in an answer.
    pub fn learn(&mut self, question: Question, answer: Answer) {
        if let (Question::Job(question), Answer::Job(answer)) = (&question, &answer) {
            self.job.learn(question.clone(), answer.clone());
            for job in self.jobs.values_mut() {
                job.learn(question.clone(), answer.clone());
            }
            return;
        }
        match &answer {
            Answer::Pods(pods) => self.suspected.of_pods(health::suspicions(pods), self.elapsed),
            Answer::Objects(objects) => {
                let creation = objects.values().filter_map(health::not_created);
                let creation = creation.map(|one| one.key).collect();
                self.suspected.of_workloads(creation, self.elapsed);
                if matches!(question, Question::Workloads(_)) {
                    self.suspected.of_scouts(health::suspicions_of_scouts(objects), self.elapsed);
                }
                if matches!(question, Question::Objects(_)) {
                    self.last_objects = Some(objects.clone());
                    self.acted = false;
                }
            }
            Answer::Journals(journals) => self.last_journals.clone_from(journals),
            Answer::DryRun(_)
            | Answer::Overview(_)
            | Answer::Events(_)
            | Answer::Log(_)
            | Answer::HighAvailabilityData(_)
            | Answer::Scout(_)
            | Answer::Job(_) => {}
        }
        self.facts.retain(|(known, _)| *known != question);
        self.facts.push((question, answer));
    }

    /// All that the goal of this operation applies, made once.
    pub(crate) fn all(&self, make: impl FnOnce() -> Vec<Apply>) -> &[Apply] {
        self.all.get_or_init(make)
    }

    /// How long a suspicion has stood.
    pub fn suspected(&self, key: &str) -> Duration {
        let since = self.suspected.since(key);
        since.map_or(Duration::ZERO, |since| self.elapsed.saturating_sub(since))
    }

    /// Whether a suspicion stood when this operation first looked at the pods.
    pub fn suspected_before(&self, key: &str) -> bool {
        self.suspected.before(key)
    }

    /// Takes in that a step is begun, whose effect may stay unknown.
    pub fn act(&mut self) {
        self.acted = true;
    }

    /// Whether a step was begun since the objects were seen last.
    pub fn has_acted(&self) -> bool {
        self.acted
    }

    /// Takes in that a step was performed, and forgets what it may have changed.
    pub fn record(&mut self, step: Step, effect: Effect, remarks: Vec<Remark>) {
        for remark in remarks {
            if !self.remarks.contains(&remark) {
                self.remarks.push(remark);
            }
        }
        if let (Step::Job(step), Effect::Job(effect)) = (&step, &effect) {
            for job in std::iter::once(&mut self.job).chain(self.jobs.values_mut()) {
                job.record(step.as_ref().clone(), effect.clone(), Vec::new());
            }
        }
        if matches!(step, Step::TakeOver(_)) {
            // What was in the way may not be any more.
            self.facts.retain(|(question, _)| !matches!(question, Question::DryRun(_)));
        }
        if matches!(&step, Step::Apply(apply) if apply.id.kind == "ConfigMap") {
            self.suspected.heeded(self.elapsed);
        }
        self.performed.push(Performed { step, effect, at: self.elapsed });
        self.waiting = None;
        self.forget();
    }

    /// Takes in that a wait begins or goes on, and forgets what may change
    /// meanwhile. Gives the questions that are worth asking again at once.
    pub fn wait(&mut self, reason: Reason) -> Vec<Question> {
        if let Reason::Jobs(jobs) = &reason {
            for (job, reason) in jobs {
                let known = &self.job;
                self.jobs.entry(job.clone()).or_insert_with(|| known.clone()).wait(reason.clone());
            }
        }
        // While others do what was begun, what we have made stays as it is.
        let objects_go = matches!(reason, Reason::ObjectsGo { .. });
        let stays =
            |(question, _): &mut (Question, Answer)| matches!(question, Question::Objects(_));
        let kept: Vec<(Question, Answer)> =
            if objects_go { Vec::new() } else { self.facts.extract_if(.., stays).collect() };
        if self.waiting.as_ref().is_none_or(|(current, _)| *current != reason) {
            self.waiting = Some((reason, self.elapsed));
        }
        let forgotten = self.forget();
        self.facts.extend(kept);
        forgotten
    }

    /// Forgets everything that can become untrue, and gives its questions.
    pub fn forget(&mut self) -> Vec<Question> {
        let mut forgotten: Vec<Question> = self
            .facts
            .extract_if(.., |(question, answer)| !stays_true(question, answer))
            .map(|(question, _)| question)
            .collect();
        for job in self.jobs.values_mut() {
            job.forget();
        }
        forgotten.extend(self.job.forget().into_iter().map(Question::Job));
        forgotten
    }

    /// How long the wait has held whose kind is that of this reason.
    pub fn held(&self, reason: &Reason) -> Duration {
        match &self.waiting {
            Some((current, since)) if current == reason => self.elapsed.saturating_sub(*since),
            Some(_) | None => Duration::ZERO,
        }
    }

    /// What is being waited for.
    pub fn waiting(&self) -> Option<&Reason> {
        self.waiting.as_ref().map(|(reason, _)| reason)
    }

    /// The answer to a question, if it was asked.
    pub fn answer(&self, question: &Question) -> Option<&Answer> {
        self.facts.iter().find(|(known, _)| known == question).map(|(_, answer)| answer)
    }

    /// Whether a scout has answered anything in this operation.
    pub(crate) fn has_heard_a_scout(&self) -> bool {
        self.facts.iter().any(|(_, answer)| matches!(answer, Answer::Scout(Ok(_))))
    }

    /// What the API server was seen to say of all this.
    pub(crate) fn dry_run_of(&self, all: &[Apply]) -> Option<&Answer> {
        let is_it = |known: &Question| matches!(known, Question::DryRun(known) if known == all);
        self.facts.iter().find(|(known, _)| is_it(known)).map(|(_, answer)| answer)
    }

    /// What is known of a job.
    pub fn job(&self, job: &JobId) -> &job::observed::Observed {
        self.jobs.get(job).unwrap_or(&self.job)
    }

    /// What is known of jobs in general.
    pub fn jobs(&self) -> &job::observed::Observed {
        &self.job
    }

    /// The objects as they were seen last, fresh or not.
    pub fn last_objects(&self) -> Option<&Objects> {
        self.last_objects.as_ref()
    }

    /// The journals as they were seen last, fresh or not.
    pub fn last_journals(&self) -> &[Noted] {
        &self.last_journals
    }

    /// The steps of this operation, in order.
    pub fn performed(&self) -> &[Performed] {
        &self.performed
    }

    /// What the steps of this operation gave to remark.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }
}

/// Whether an answer can never become untrue while the operation lasts.
fn stays_true(question: &Question, answer: &Answer) -> bool {
    match question {
        Question::DryRun(_) | Question::Log { .. } => true,
        Question::Scout(question) => {
            matches!(answer, Answer::Scout(Ok(told)) if question.always_has(told))
        }
        Question::Objects(_)
        | Question::Workloads(_)
        | Question::Pods
        | Question::Overview
        | Question::Events { .. }
        | Question::Journals
        | Question::HighAvailabilityData
        | Question::Job(_) => false,
    }
}
