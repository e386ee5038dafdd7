//! What all decisions have in common.

use std::time::Duration;

use serde_json::Value as Json;

use super::{Apply, Need, Next, Question, Step};
use crate::operator::application::{
    body,
    goal::{Goal, Served},
    guard::{Guard, Guards},
    journal::{Entry, Origin, Phase},
    observed::{Observed, Own, OwnState, Verdict},
    report::{Failure, Problem},
};
use crate::operator::{self, Cause, Done, Resource, Want};

/// What a decision is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene<'a> {
    pub(super) goal: &'a Goal,
    pub(super) seen: &'a Observed,
    pub(super) guards: Guards,
}

/// The resource.
#[derive(Clone, Debug)]
pub(super) struct Live<'a> {
    pub(super) json: &'a Json,
    pub(super) resource: Resource,
}

impl Live<'_> {
    /// Whether its spec says that the job should not run.
    pub(super) fn is_suspended(&self) -> bool {
        self.resource.job.is_some_and(|job| job.suspended)
    }

    /// What the operator remembers to start from.
    pub(super) fn remembered(&self) -> Option<&str> {
        self.resource.status.as_ref()?.upgrade_path.as_deref()
    }
}

impl<'a> Scene<'a> {
    pub(super) fn live(self) -> Option<Live<'a>> {
        let json = self.seen.live.as_ref()?;
        Some(Live { json, resource: Resource::read(json) })
    }

    pub(super) fn phase(self) -> Option<&'a Phase> {
        self.seen.phase()
    }

    fn generation(self) -> Option<i64> {
        self.live().map(|live| live.resource.generation)
    }

    /// What would be there after an apply.
    pub(super) fn tried(self, body: &Json) -> Need<&'a Json> {
        let over = self.generation();
        let of = |trial: &&super::super::Trial| trial.body == *body && trial.over == over;
        match self.seen.trials.iter().find(of).map(|trial| &trial.verdict) {
            None => Err(Box::new(Next::Look(Question::Try(body.clone())))),
            Some(Verdict::Accepted(would)) => Ok(would),
            Some(Verdict::Refused(why)) => failed(Problem::Refused(why.clone())),
        }
    }

    /// Applies what was tried.
    pub(super) fn write(self, body: Json) -> Need<Next> {
        self.tried(&body)?;
        let uid = self.live().map(|live| live.resource.uid);
        Ok(Next::Do(Step::Apply(Apply { body, uid })))
    }

    /// Whether an apply would change nothing.
    pub(super) fn is_written(self, live: &Live<'_>, body: &Json) -> Need<bool> {
        let would = self.tried(body)?;
        let is_marked = ["labels", "annotations"]
            .iter()
            .all(|field| live.json["metadata"].get(field) == would["metadata"].get(field));
        Ok(is_marked && body::change(live.json, would).causes.is_empty())
    }

    pub(super) fn note(self, phase: Phase) -> Next {
        let over = self.seen.journal.as_ref().map(|noted| noted.version.clone());
        Next::Do(Step::Note { entry: Entry { phase }, over })
    }

    /// The wait's word for what was written last, or for what is there; `Err` while it waits.
    pub(super) fn judged(self, want: Want) -> Need<Result<Done, Failure>> {
        let written = self.seen.written;
        let since = written.map(|written| written.at).unwrap_or_default();
        let generation = written.map(|written| written.generation);
        let generation = generation.or_else(|| self.generation()).unwrap_or_default();
        let goal = operator::Goal { want, generation, since, asks: self.goal.asks };
        let limit = match want {
            Want::Running | Want::Ready => self.goal.limits.start,
            Want::Suspended | Want::Snapshot | Want::Gone => self.goal.limits.stop,
        };
        match operator::wait(&goal, &self.seen.seen, self.seen.now) {
            operator::Verdict::Done(done) => Ok(Ok(done)),
            operator::Verdict::Failed(cause) => Ok(Err(Failure::Cause(cause))),
            operator::Verdict::Wait(waiting) if self.has_lasted(limit) => {
                Ok(Err(Failure::TimedOut(waiting)))
            }
            operator::Verdict::Wait(waiting) => Err(Box::new(Next::Wait(waiting))),
        }
    }

    /// Whether it is so long since the last write.
    pub(super) fn has_lasted(self, long: Duration) -> bool {
        let since = self.seen.written.map(|written| written.at).unwrap_or_default();
        self.seen.now.saturating_sub(since) >= long
    }

    /// What the job itself has left so far.
    pub(super) fn own(self) -> Need<&'a OwnState> {
        let at = self.generation();
        let is_of_now = |own: &&Own| own.at == at || !self.guards.stands(Guard::OwnIsOfNow);
        match self.seen.own.as_ref().filter(is_of_now) {
            Some(own) => Ok(&own.state),
            None => Err(Box::new(Next::Look(Question::Own))),
        }
    }

    /// The newest state of the job: its own, or what it was started from.
    pub(super) fn newest(self) -> Need<(Origin, Option<u64>)> {
        let from = self.started_from();
        match self.own()? {
            OwnState::Newest { path, age } => Ok((Origin::Path(path.clone()), *age)),
            OwnState::None if from != Origin::HighAvailability => Ok((from, None)),
            OwnState::Unknown if !self.guards.stands(Guard::UnknownIsStuck) => Ok((from, None)),
            OwnState::None | OwnState::Unknown => failed(Problem::StateUnknown { known: from }),
        }
    }

    /// What the job was started from.
    pub(super) fn started_from(self) -> Origin {
        let back = |to: &Option<Origin>| to.clone().unwrap_or(Origin::Nothing);
        match self.phase() {
            Some(Phase::Running { from, .. } | Phase::Stopping { from, by: _ }) => from.clone(),
            Some(Phase::Starting(starting)) => starting.from.clone(),
            Some(Phase::Stopped { left, age: _, given_up: _ }) => left.clone(),
            Some(Phase::GoingBack(going)) => back(&going.to),
            None => {
                let live = self.live();
                let path = live.and_then(|live| {
                    let path = live.json["spec"]["job"]["initialSavepointPath"].as_str();
                    path.map(str::to_owned)
                });
                path.map_or(Origin::Nothing, Origin::Path)
            }
        }
    }

    /// The nonce of the next start: no earlier one is as high.
    pub(super) fn nonce(self, from: &Origin) -> Option<i64> {
        let is_by_path = from.path().is_some() && self.goal.served == Served::Redeploy;
        self.generation().filter(|_| is_by_path).map(|generation| generation + 1)
    }
}

/// Whether something else than the resource's own start is the matter: nobody is to write then.
pub(super) fn is_others(failure: &Failure) -> bool {
    let Failure::Cause(cause) = failure else { return false };
    matches!(cause, Cause::Deleted | Cause::Superseded | Cause::NoOperator | Cause::Held)
}

pub(super) fn failed<T>(problem: Problem) -> Need<T> {
    Err(Box::new(Next::Failed(Box::new(problem))))
}
