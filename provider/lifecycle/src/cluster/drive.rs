//! Turns between looking, deciding and doing, until there is a report.
//!
//! Nothing is decided here but when to give up: at the end of the time given,
//! when the user asks to stop, and when nobody answers any more.

use std::{future::Future, time::Duration};

use futures_util::future::join_all;
use tokio::time::{self, Instant};

use crate::{
    cluster::{
        goal::{Goal, Name},
        next::{self, Next, Outcome},
        observed::{Observed, Question, Reason},
        problem::Problem,
        report::{Remark, Report},
        step::Step,
        world::{World, WorldError},
    },
    job::Limits,
};

/// The first pause between two looks, and the longest: pods take seconds.
const PAUSES: (Duration, Duration) = (Duration::from_millis(40), Duration::from_millis(300));
/// How long nobody may answer before the first answer, and after it.
const SILENCE: (Duration, Duration) = (Duration::from_secs(10), Duration::from_mins(2));
/// How often is told what is being waited for.
const TOLD_EVERY: Duration = Duration::from_secs(10);

/// Brings a cluster from what is to what should be.
///
/// # Guarantees
/// Whatever the end, the report says how things are. An operation that was
/// cut short is taken up by the next one with the same goal.
pub async fn drive<W: World>(goal: &Goal, world: &W, limits: &Limits) -> Report {
    drive_from(Observed::new(), goal, world, limits).await
}

/// The same, from what is already observed.
pub(crate) async fn drive_from<W: World>(
    mut seen: Observed,
    goal: &Goal,
    world: &W,
    limits: &Limits,
) -> Report {
    let decide = |seen: &Observed| next::next(goal, seen);
    let mind = Mind { name: goal.name(), decide: &decide, granted: |_| Duration::ZERO };
    match turn(&mut seen, mind, world, limits).await {
        Ok(outcome) => report(outcome, seen.remarks(), None),
        Err(problem) => report(next::truth(goal, &seen), seen.remarks(), Some(problem)),
    }
}

/// What decides, in one operation.
#[derive(Clone, Copy)]
pub(crate) struct Mind<'a> {
    /// The cluster that it is about.
    pub(crate) name: &'a Name,
    /// What comes next.
    pub(crate) decide: &'a (dyn Fn(&Observed) -> Next + Sync + 'a),
    /// Until when it may go on, be the time given over or not.
    pub(crate) granted: fn(&Observed) -> Duration,
}

/// Turns until what decides comes to an end, or nobody answers, or time is over.
pub(crate) async fn turn<W: World>(
    seen: &mut Observed,
    mind: Mind<'_>,
    world: &W,
    limits: &Limits,
) -> Result<Outcome, Problem> {
    let began = Instant::now();
    let run = Run {
        mind,
        world,
        limits,
        began,
        seen,
        pause: PAUSES.0,
        silent_since: began,
        silence: None,
        has_answered: false,
        told: (String::new(), began),
    };
    run.reach_the_end().await
}

fn report(outcome: Outcome, before: &[Remark], problem: Option<Problem>) -> Report {
    let Outcome { left, revision, remarks } = outcome;
    let mut all = before.to_vec();
    all.extend(remarks.into_iter().filter(|remark| !before.contains(remark)));
    Report { left, revision, remarks: all, problem }
}

struct Run<'a, W> {
    mind: Mind<'a>,
    world: &'a W,
    limits: &'a Limits,
    began: Instant,
    seen: &'a mut Observed,
    pause: Duration,
    silent_since: Instant,
    /// What was answered last while nobody answers.
    silence: Option<WorldError>,
    has_answered: bool,
    /// What was told last, and when.
    told: (String, Instant),
}

impl<W: World> Run<'_, W> {
    async fn reach_the_end(mut self) -> Result<Outcome, Problem> {
        loop {
            self.seen.at(self.began.elapsed());
            self.may_go_on()?;
            match (self.mind.decide)(self.seen) {
                Next::Look(questions) => self.look(questions).await?,
                Next::Do(step, remarks) => self.perform(*step, remarks).await?,
                Next::Wait(reason) => self.wait(reason).await?,
                Next::Done(outcome) => return Ok(outcome),
                Next::Stuck(problem) => return Err(problem),
            }
        }
    }

    fn may_go_on(&self) -> Result<(), Problem> {
        if self.limits.stop.is_cancelled() {
            return Err(Problem::Interrupted { waiting_for: self.in_hand() });
        }
        if self.began.elapsed() >= self.time_given() {
            return Err(self.timed_out());
        }
        Ok(())
    }

    /// The time given, and more where what was begun may not be cut short.
    fn time_given(&self) -> Duration {
        (self.mind.granted)(self.seen).max(self.limits.timeout)
    }

    /// Where nobody answered to the end, that is the truth, and not the wait.
    fn timed_out(&self) -> Problem {
        if let Some(silence) = self.silence.clone() {
            return silence.into();
        }
        Problem::TimedOut { after: self.limits.timeout, waiting_for: self.in_hand() }
    }

    fn in_hand(&self) -> String {
        let last = || self.seen.performed().last().map(|done| done.step.name().to_owned());
        let waiting = self.seen.waiting().map(ToString::to_string);
        waiting.or_else(last).unwrap_or_else(|| "looking at the cluster".to_owned())
    }

    async fn look(&mut self, questions: Vec<Question>) -> Result<(), Problem> {
        let answers = join_all(questions.iter().map(|question| self.world.ask(question)));
        let answers = self.in_time(answers).await?;
        self.seen.at(self.began.elapsed());
        for (question, answer) in questions.into_iter().zip(answers) {
            match answer {
                Ok(answer) => {
                    self.has_answered = true;
                    self.silent_since = Instant::now();
                    self.silence = None;
                    self.seen.learn(question, answer);
                }
                Err(error) => return self.endure(error).await,
            }
        }
        Ok(())
    }

    async fn perform(&mut self, step: Step, remarks: Vec<Remark>) -> Result<(), Problem> {
        tracing::info!(cluster = %self.mind.name, step = %step, "Performing a step.");
        self.seen.act();
        let effect = self.in_time(self.world.perform(&step)).await?;
        self.seen.at(self.began.elapsed());
        self.pause = PAUSES.0;
        match effect {
            Ok(effect) => {
                tracing::debug!(?effect, "The step's effect.");
                self.silence = None;
                self.seen.record(step, effect, remarks);
                Ok(())
            }
            Err(error) => {
                self.seen.forget();
                self.endure(error).await
            }
        }
    }

    /// Waits a little, then asks again what has been asked while waiting.
    async fn wait(&mut self, reason: Reason) -> Result<(), Problem> {
        self.tell(&reason);
        if self.seen.waiting() != Some(&reason) {
            self.pause = PAUSES.0;
        }
        let again = self.seen.wait(reason);
        self.rest().await;
        self.may_go_on()?;
        self.look(again).await
    }

    /// Tells what is waited for when that changes, and every now and then.
    fn tell(&mut self, reason: &Reason) {
        let text = reason.to_string();
        let (last, at) = &self.told;
        if *last != text || at.elapsed() >= TOLD_EVERY {
            tracing::info!(cluster = %self.mind.name, waiting_for = %text, "Waiting.");
            self.told = (text, Instant::now());
        }
    }

    async fn rest(&mut self) {
        let left = self.time_given().saturating_sub(self.began.elapsed());
        tokio::select! {
            () = time::sleep(self.pause.min(left)) => {}
            () = self.limits.stop.cancelled() => {}
        }
        self.pause = (self.pause * 3 / 2).min(PAUSES.1);
    }

    /// Bears silence for a while; anything else ends the operation.
    async fn endure(&mut self, error: WorldError) -> Result<(), Problem> {
        let bearable = if self.has_answered { SILENCE.1 } else { SILENCE.0 };
        match error {
            WorldError::Unreachable { .. } | WorldError::Silent { .. }
                if self.silent_since.elapsed() < bearable =>
            {
                tracing::debug!(%error, "There is no answer.");
                self.silence = Some(error);
                self.seen.forget();
                self.rest().await;
                Ok(())
            }
            WorldError::Unreachable { .. }
            | WorldError::Silent { .. }
            | WorldError::AccessDenied { .. }
            | WorldError::Forbidden { .. }
            | WorldError::Unexpected { .. } => Err(error.into()),
        }
    }

    /// Ends with the time given.
    async fn in_time<T>(&self, work: impl Future<Output = T>) -> Result<T, Problem> {
        let end = self.began + self.time_given();
        time::timeout_at(end, work).await.map_err(|_| self.timed_out())
    }
}
