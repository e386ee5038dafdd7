//! Turns between looking, deciding and doing, until there is a report.
//!
//! Nothing is decided here but when to give up: at the end of the time given,
//! when the user asks to stop, and when nobody answers any more.

use std::{future::Future, time::Duration};

use futures_util::future::join_all;
use tokio::time::{self, Instant};
use tokio_util::sync::CancellationToken;

use crate::job::{
    goal::Goal,
    next::{self, Next, Outcome},
    observed::{Observed, Question, Reason},
    problem::Problem,
    report::{Remark, Report},
    step::Step,
    world::{World, WorldError},
};

/// The first pause between two looks, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(20), Duration::from_millis(200));
/// The longest pause of an operation that has just begun: most stops and
/// starts are over by then, and a look costs Flink some 3 ms.
const EAGER: (Duration, Duration) = (Duration::from_secs(2), Duration::from_millis(40));
/// How long nobody may answer before the first answer, and after it: a
/// JobManager that restarts with high availability is back within 20 s.
const SILENCE: (Duration, Duration) = (Duration::from_secs(10), Duration::from_mins(2));
/// How long a rollback that was begun may take beyond the time given: cut
/// short, it would leave no job at all.
const ROLLBACK: Duration = Duration::from_mins(1);
/// How often is told what is being waited for.
const TOLD_EVERY: Duration = Duration::from_secs(10);

/// What bounds an operation.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The time given.
    pub timeout: Duration,
    /// Cancelled when the user wants it to stop: the step in hand is ended,
    /// and the truth answered.
    pub stop: CancellationToken,
}

impl Limits {
    /// This much time, and nobody who stops it.
    pub fn within(timeout: Duration) -> Self {
        Self { timeout, stop: CancellationToken::new() }
    }
}

/// Brings what is to what should be.
///
/// # Guarantees
/// Whatever the end, the report says how things are. An operation that was
/// cut short, by an error or by the death of the process, is taken up by the
/// next one with the same goal, also from the old record.
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
    let began = Instant::now();
    seen.given = Some(limits.timeout);
    let mut run = Run {
        goal,
        world,
        limits,
        began,
        seen,
        pause: PAUSES.0,
        silent_since: began,
        silence: None,
        has_answered: false,
        told: began,
    };
    match run.reach_the_end().await {
        Ok(outcome) => report(outcome, run.seen.remarks(), None),
        Err(problem) => {
            let truth = next::truth(goal, &run.seen);
            report(truth, run.seen.remarks(), Some(problem))
        }
    }
}

fn report(outcome: Outcome, before: &[Remark], problem: Option<Problem>) -> Report {
    let Outcome { state, job, program, last_savepoint_path, restored_from, remarks } = outcome;
    let mut all = before.to_vec();
    all.extend(remarks.into_iter().filter(|remark| !before.contains(remark)));
    Report { state, job, program, last_savepoint_path, restored_from, remarks: all, problem }
}

struct Run<'a, W> {
    goal: &'a Goal,
    world: &'a W,
    limits: &'a Limits,
    began: Instant,
    seen: Observed,
    pause: Duration,
    silent_since: Instant,
    /// What the client says while nobody answers.
    silence: Option<String>,
    has_answered: bool,
    told: Instant,
}

impl<W: World> Run<'_, W> {
    async fn reach_the_end(&mut self) -> Result<Outcome, Problem> {
        loop {
            self.seen.elapsed = self.began.elapsed();
            self.may_go_on()?;
            match next::next(self.goal, &self.seen) {
                Next::Look(questions) => self.look(questions).await?,
                Next::Do(step, remarks) => self.perform(step, remarks).await?,
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

    /// The time given, and as much more as a rollback needs that was begun.
    fn time_given(&self) -> Duration {
        let begun = self.seen.performed().iter().find(|done| done.step.rolls_back().is_some());
        let granted = begun.map_or(Duration::ZERO, |done| done.at + ROLLBACK);
        granted.max(self.limits.timeout)
    }

    /// Where nobody answered to the end, that is the truth, and not the wait.
    fn timed_out(&self) -> Problem {
        if let Some(reason) = self.silence.clone() {
            return Problem::Unreachable { reason };
        }
        if !self.has_answered {
            let reason = format!("no answer within {:?}", self.limits.timeout);
            return Problem::Unreachable { reason };
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
        let answers = self.in_time(answers, "waiting for an answer").await?;
        self.seen.elapsed = self.began.elapsed();
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
        tracing::info!(step = step.name(), "Performing a step.");
        tracing::debug!(?step, "The step in full.");
        let effect = self.in_time(self.world.perform(&step), step.name()).await?;
        self.seen.elapsed = self.began.elapsed();
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
        if self.told.elapsed() >= TOLD_EVERY {
            self.told = Instant::now();
            tracing::info!(waiting_for = %reason, "Still waiting.");
        }
        if self.seen.waiting() != Some(&reason) {
            self.pause = PAUSES.0;
        }
        let again = self.seen.wait(reason);
        self.rest().await;
        self.seen.elapsed = self.began.elapsed();
        self.may_go_on()?;
        self.look(again).await
    }

    async fn rest(&mut self) {
        let left = self.time_given().saturating_sub(self.began.elapsed());
        tokio::select! {
            () = time::sleep(self.pause.min(left)) => {}
            () = self.limits.stop.cancelled() => {}
        }
        let longest = if self.began.elapsed() < EAGER.0 { EAGER.1 } else { PAUSES.1 };
        self.pause = (self.pause * 3 / 2).min(longest);
    }

    /// Bears silence for a while; anything else ends the operation.
    async fn endure(&mut self, error: WorldError) -> Result<(), Problem> {
        let bearable = if self.has_answered { SILENCE.1 } else { SILENCE.0 };
        match error {
            WorldError::Unreachable { ref reason } if self.silent_since.elapsed() < bearable => {
                tracing::debug!(%error, "The JobManager does not answer.");
                self.silence = Some(reason.clone());
                self.seen.forget();
                self.rest().await;
                Ok(())
            }
            WorldError::Unreachable { .. }
            | WorldError::AccessDenied { .. }
            | WorldError::Unexpected { .. } => Err(error.into()),
        }
    }

    /// Ends with the time given, and tells every now and then what goes on.
    async fn in_time<T>(
        &self,
        work: impl Future<Output = T>,
        what: &'static str,
    ) -> Result<T, Problem> {
        let end = self.began + self.time_given();
        tokio::pin!(work);
        loop {
            let tick = (Instant::now() + TOLD_EVERY).min(end);
            if let Ok(done) = time::timeout_at(tick, &mut work).await {
                return Ok(done);
            }
            if Instant::now() >= end {
                return Err(self.timed_out());
            }
            tracing::info!(what, "Still at it.");
        }
    }
}
