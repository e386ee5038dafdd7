//! Before the old version stops, the new one is looked into: by a scout, which is a JobManager of it
//! that runs no job ([`manifests::scout`]).
//!
//! ```text
//! question ─▶ objects, one by one ─▶ pod ready ─▶ asked ─▶ … ─▶ the old job stops ─▶ the scout goes
//! ```
//!
//! What keeps it from coming up would keep the new version from it, too, and is told while the old
//! one runs; unless there is only no room for both. It goes with its first
//! object, which owns the others, and at the latest when its pod's time is over.

mod up;

use std::{collections::BTreeSet, time::Duration};

use data_encoding::HEXLOWER;
use manifests::Object;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Need, Next, Scene, perform, view::View, wait};
use crate::{
    cluster::{
        goal::Id,
        next::{is_ours, parts},
        observed::{Answer, Objects, Question, Reason},
    },
    job::{
        self,
        goal::Verify,
        observed::{
            Answer as JobAnswer, Contents, Disk, Operators, Question as JobQuestion, Writability,
        },
    },
    json::at,
};

/// How long it may be ready and not answer.
const SILENCE: Duration = Duration::from_secs(30);

/// A scout as it is to be made.
#[derive(Clone, Debug)]
pub(super) struct Scout {
    objects: Vec<Object>,
    /// The first of them, which owns the others.
    first: Id,
    ids: BTreeSet<Id>,
    made_from: String,
}

impl Scout {
    pub(super) fn of(objects: Vec<Object>) -> Self {
        let ids = objects.iter().map(Id::of).collect();
        let bodies: String = objects.iter().map(|object| object.body.to_string()).collect();
        let first = objects.first().map_or_else(|| Id::new("v1", "ConfigMap", ""), Id::of);
        Self { first, ids, made_from: HEXLOWER.encode(&Sha256::digest(bodies)), objects }
    }
}

/// Whether this is asked of a scout: no JobManager that runs can say it.
pub(super) fn is_asked(scene: Scene<'_>, question: &JobQuestion) -> bool {
    if !verifies(scene) {
        return false;
    }
    match question {
        JobQuestion::Operators(_, program) => **program == scene.goal.desired.program,
        JobQuestion::Contents(_) | JobQuestion::Writable(_) => true,
        JobQuestion::Disk(_) => scene.seen.has_heard_a_scout(),
        JobQuestion::Cluster
        | JobQuestion::Jobs
        | JobQuestion::Jars
        | JobQuestion::Marks(_)
        | JobQuestion::History(_)
        | JobQuestion::Trouble(_)
        | JobQuestion::Trigger(..)
        | JobQuestion::Vertices(..)
        | JobQuestion::Requirements(_)
        | JobQuestion::Disposal(_)
        | JobQuestion::Journal(_) => false,
    }
}

/// Whether the new version is to be looked into.
fn verifies(scene: Scene<'_>) -> bool {
    matches!(&scene.goal.job, job::Goal::Run(run) if run.upgrade.verify == Verify::DryRun)
}

/// What a scout says to these; what is missing until it does comes next.
pub(super) fn answers(
    scene: Scene<'_>,
    view: &View<'_>,
    questions: Vec<JobQuestion>,
) -> Need<Vec<(JobQuestion, JobAnswer)>> {
    let heard = |question: &JobQuestion| {
        let question = Question::Scout(question.clone());
        match scene.seen.answer(&question) {
            Some(Answer::Scout(Ok(answer))) => Some(answer.clone()),
            Some(_) | None => None,
        }
    };
    let mut told = Vec::new();
    let mut open = Vec::new();
    for question in questions {
        match heard(&question) {
            Some(answer) => told.push((question, answer)),
            None => open.push(question),
        }
    }
    if open.is_empty() {
        return Ok(told);
    }
    let reason = match scene.fixed.scout(scene.goal) {
        Ok(scout) => match up::comes_up(scene, view, scout)? {
            Some(reason) => reason,
            None => asked(scene, &open)?,
        },
        Err(reason) => reason.clone(),
    };
    told.extend(open.into_iter().map(|question| {
        let answer = unknown(&question, &reason);
        (question, answer)
    }));
    Ok(told)
}

/// Asks a scout that is ready; why it does not answer.
fn asked(scene: Scene<'_>, questions: &[JobQuestion]) -> Need<String> {
    let questions: Vec<Question> = questions.iter().cloned().map(Question::Scout).collect();
    let silent = questions.iter().find_map(|question| match scene.seen.answer(question) {
        Some(Answer::Scout(Err(reason))) => Some(reason.clone()),
        Some(_) | None => None,
    });
    let Some(reason) = silent else { return Err(Box::new(Next::Look(questions))) };
    let silence = Reason::Scout { progress: "it does not answer yet".to_owned() };
    if scene.seen.held(&silence) < SILENCE { wait(silence) } else { Ok(reason) }
}

/// What is so as far as anybody can tell.
fn unknown(question: &JobQuestion, reason: &str) -> JobAnswer {
    let reason = reason.to_owned();
    match question {
        JobQuestion::Contents(_) => JobAnswer::Contents(Contents::CannotTell { reason }),
        JobQuestion::Writable(_) => JobAnswer::Writable(Writability::CannotTell),
        JobQuestion::Disk(_) => JobAnswer::Disk(Disk::CannotTell { reason }),
        JobQuestion::Operators(..)
        | JobQuestion::Cluster
        | JobQuestion::Jobs
        | JobQuestion::Jars
        | JobQuestion::Marks(_)
        | JobQuestion::History(_)
        | JobQuestion::Trouble(_)
        | JobQuestion::Trigger(..)
        | JobQuestion::Vertices(..)
        | JobQuestion::Requirements(_)
        | JobQuestion::Disposal(_)
        | JobQuestion::Journal(_) => {
            JobAnswer::Operators(Operators::CannotTell { reason, plan: None })
        }
    }
}

/// Before the new version starts, what looked into it makes room: in this operation, or in one that was
/// cut off.
pub(super) fn makes_room(scene: Scene<'_>, view: &View<'_>) -> Need<()> {
    match scene.fixed.scout(scene.goal) {
        Ok(scout) if verifies(scene) => goes(scene, scout, view.objects),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Takes a scout away, if there is one.
fn goes(scene: Scene<'_>, scout: &Scout, objects: &Objects) -> Need<()> {
    let is_there = |live: &&Value| {
        let stays = at(live, "/metadata/deletionTimestamp").is_none();
        stays && is_ours(&scene.goal.name, live)
    };
    match objects.get(&scout.first).filter(is_there) {
        Some(live) => perform(parts::delete(&scout.first, live)),
        None => Ok(()),
    }
}

/// When an operation ends, what it has looked into the new version with goes.
pub(super) fn is_over(scene: Scene<'_>) -> Need<()> {
    match scene.fixed.scout.get() {
        Some(Ok(scout)) if verifies(scene) => {
            goes(scene, scout, scene.seen.only(&BTreeSet::from([scout.first.clone()]))?)
        }
        Some(_) | None => Ok(()),
    }
}
