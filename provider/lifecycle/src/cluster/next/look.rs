//! Typed access to what was asked; what was not asks itself.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Need, Next};
use crate::{
    cluster::{
        goal::{Desired, Id},
        observed::{Answer, Event, Objects, Observed, Overview, Question, Refusal},
        step::Apply,
    },
    job::{self, journal::Noted, observed::Row},
};

macro_rules! look {
    ($name:ident, $variant:ident, $answer:ty $(, $argument:ident: $kind:ty)*; $question:expr) => {
        pub(crate) fn $name(&self $(, $argument: $kind)*) -> Need<&$answer> {
            let question = $question;
            if let Some(Answer::$variant(answer)) = self.answer(&question) {
                return Ok(answer);
            }
            Err(Box::new(Next::Look(vec![question])))
        }
    };
}

/// The question for a cluster's objects.
pub(crate) fn objects_of(desired: &Desired) -> Question {
    Question::Objects(desired.objects.iter().map(Id::of).collect())
}

impl Observed {
    look!(objects, Objects, Objects, desired: &Desired; objects_of(desired));
    look!(workloads, Objects, Objects, desired: &Desired; Question::Workloads(
        desired.workloads().map(Id::of).collect()
    ));
    look!(pods, Pods, Vec<Value>; Question::Pods);
    look!(overview, Overview, Overview; Question::Overview);
    look!(events, Events, Vec<Event>, pod: &str; Question::Events { pod: pod.to_owned() });
    look!(log, Log, Vec<String>, pod: &str, container: &str; Question::Log {
        pod: pod.to_owned(),
        container: container.to_owned(),
        previous: true,
    });
    look!(journals, Journals, Vec<Noted>; Question::Journals);
    look!(high_availability_data, HighAvailabilityData, Vec<Value>; Question::HighAvailabilityData);

    /// What the API server would not take of all this.
    pub(crate) fn dry_run(&self, all: &[Apply]) -> Need<&Vec<(Id, Refusal)>> {
        match self.dry_run_of(all) {
            Some(Answer::DryRun(refused)) => Ok(refused),
            Some(_) | None => Err(Box::new(Next::Look(vec![Question::DryRun(all.to_vec())]))),
        }
    }

    /// Those of these objects that exist.
    pub(crate) fn only(&self, ids: &BTreeSet<Id>) -> Need<&Objects> {
        let question = Question::Workloads(ids.clone());
        match self.answer(&question) {
            Some(Answer::Objects(objects)) => Ok(objects),
            Some(_) | None => Err(Box::new(Next::Look(vec![question]))),
        }
    }

    /// All jobs that the JobManager remembers.
    pub(crate) fn rows(&self) -> Need<&Vec<Row>> {
        let question = job::observed::Question::Jobs;
        match self.jobs().answer(&question) {
            Some(job::observed::Answer::Jobs(rows)) => Ok(rows),
            Some(_) | None => Err(Box::new(Next::Look(vec![Question::Job(question)]))),
        }
    }

    /// Asks all of these at once, where any was not asked yet.
    pub(crate) fn together(&self, questions: &[Question]) -> Need<()> {
        let is_known = |question: &Question| match question {
            Question::Job(question) => self.jobs().answer(question).is_some(),
            Question::Objects(_)
            | Question::Workloads(_)
            | Question::DryRun(_)
            | Question::Pods
            | Question::Overview
            | Question::Events { .. }
            | Question::Log { .. }
            | Question::Journals
            | Question::Scout(_)
            | Question::HighAvailabilityData => self.answer(question).is_some(),
        };
        let missing: Vec<Question> =
            questions.iter().filter(|question| !is_known(question)).cloned().collect();
        if missing.is_empty() { Ok(()) } else { Err(Box::new(Next::Look(missing))) }
    }
}
