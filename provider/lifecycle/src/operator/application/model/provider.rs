//! What the provider sees and does, until an operation ends or it dies.

use std::time::Duration;

use serde_json::{Value as Json, json};

use super::{End, World};
use crate::operator::application::{
    Entry, Goal, Next, Noted, Observed, Own, OwnState, Question, Step, Trial, Verdict, Written,
    guard::Guards, next::next_with,
};
use crate::operator::{Change, Kind, Seen};

impl World {
    fn apply(&mut self, body: &Json) {
        let Some(live) = &mut self.live else {
            let mut live = body.clone();
            self.counter += 1;
            live["metadata"]["uid"] = json!(format!("u{}", self.counter));
            live["metadata"]["generation"] = json!(1);
            self.live = Some(live);
            return;
        };
        if live["spec"] != body["spec"] {
            let generation = live["metadata"]["generation"].as_i64().unwrap_or_default();
            live["metadata"]["generation"] = json!(generation + 1);
            live["spec"] = body["spec"].clone();
        }
    }

    fn perform(&mut self, step: &Step) {
        match step {
            Step::Note { entry, over } => {
                let is = self.journal.as_ref().map(|noted| noted.version.clone());
                if is == *over {
                    self.counter += 1;
                    let entry: Entry = entry.clone();
                    self.journal = Some(Noted { entry, version: self.counter.to_string() });
                }
            }
            Step::Erase(_) => self.journal = None,
            Step::Apply(apply) => self.apply(&apply.body),
            Step::Delete(_) => {
                if let Some(live) = &mut self.live {
                    live["metadata"]["deletionTimestamp"] = json!("now");
                }
            }
        }
    }

    fn answer(&self, question: Question, seen: &mut Observed) {
        match question {
            Question::Try(body) => {
                let stops = body["spec"]["job"]["state"] == "suspended";
                let verdict = if self.refuses || self.refuses_stop && stops {
                    Verdict::Refused("conflict with kubectl".to_owned())
                } else {
                    let mut would = self.live.clone().unwrap_or_else(|| body.clone());
                    would["spec"] = body["spec"].clone();
                    Verdict::Accepted(would)
                };
                seen.trials.push(Trial { body, over: self.generation(), verdict });
            }
            Question::Own => {
                let newest = self.newest().or_else(|| self.left_behind());
                let state = match newest {
                    _ if self.cannot_tell => OwnState::Unknown,
                    None => OwnState::None,
                    Some((path, _)) => OwnState::Newest { path, age: Some(1) },
                };
                seen.own = Some(Own { at: self.generation(), state });
            }
        }
    }

    /// What is in the directory of a job whose resource is gone.
    fn left_behind(&self) -> Option<(String, u64)> {
        let all = self.stored.iter().filter(|_| self.job.is_none());
        all.max_by_key(|(_, (_, progress))| *progress).map(|(path, (_, far))| (path.clone(), *far))
    }

    /// One operation, until it ends or the provider dies.
    pub(in crate::operator::application) fn run(&mut self, goal: &Goal) -> End {
        let mut seen = Observed {
            seen: Seen::nothing_of(Kind::Deployment, "it"),
            now: Duration::ZERO,
            live: None,
            journal: None,
            trials: Vec::new(),
            own: None,
            written: None,
            has_noted: false,
        };
        let (began, mut was) = (self.clock, None);
        for _ in 0..2000 {
            seen.now = Duration::from_secs(self.clock - began);
            let told = std::mem::take(&mut self.told);
            for (at, event) in told.into_iter().filter(|(at, _)| *at >= began) {
                seen.seen.learn(Duration::from_secs(at - began), Change::Is, &event);
            }
            if was != self.live {
                self.show(&mut seen, was.take());
                was.clone_from(&self.live);
            }
            (seen.live, seen.journal) = (self.live.clone(), self.journal.clone());
            match next_with(Guards::without(self.off), goal, &seen) {
                Next::Look(question) => self.answer(question, &mut seen),
                Next::Do(step) => {
                    if self.effect(&step) {
                        return End::Died;
                    }
                    self.after(&step, (&mut seen, began));
                    was.clone_from(&self.live);
                }
                Next::Wait(_) => self.tick(),
                Next::Done(record) => return End::Done(*record),
                Next::Failed(problem) => return End::Failed(*problem),
            }
        }
        panic!("it does not end: {:?}, {:?}", self.journal, self.live);
    }

    fn show(&self, seen: &mut Observed, was: Option<Json>) {
        match (&self.live, was) {
            (Some(live), _) => seen.seen.learn(seen.now, Change::Is, live),
            (None, Some(was)) => seen.seen.learn(seen.now, Change::Gone, &was),
            (None, None) => {}
        }
    }

    /// Performs, and says whether the provider dies of it.
    fn effect(&mut self, step: &Step) -> bool {
        let is_last = |after| self.death == Some((self.effects, after));
        let (before, after) = (is_last(false), is_last(true));
        self.effects += 1;
        if before {
            return true;
        }
        self.perform(step);
        if self.twice {
            self.perform(step);
        }
        after
    }

    fn after(&self, step: &Step, (seen, began): (&mut Observed, u64)) {
        match step {
            Step::Note { .. } | Step::Erase(_) => seen.has_noted = true,
            Step::Delete(_) | Step::Apply(_) => {
                let at = Duration::from_secs(self.clock - began);
                if let Some(generation) = self.generation() {
                    seen.written = Some(Written { generation, at });
                }
                self.show(seen, None);
            }
        }
    }
}
