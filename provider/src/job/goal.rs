//! From attributes to a goal: every default resolved, nothing unknown. Pure.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use lifecycle::job::{
    Owner, Recorded,
    goal::{
        self, Bounded, Claim, Drain, Fallback, Format, Goal, Intent, NonRestoredState, OnDestroy,
        Program, Proof, Remove, Rollback, Run, StartFrom, StateLoss, Stop, Suspend, Verify,
    },
    journal::{By, Follows},
    recorded::RecordedState,
};
use terraform::{meaning, model::Attr};

use super::{
    action::{Action, Carry, Change, Start},
    model::{JobModel, Restore, Upgrade},
    record,
};
use crate::cluster::reference::Reference;

/// What is recorded of a job, as the lifecycle needs it. `file`: where the recorded jar can still be read.
pub fn recorded(prior: &JobModel, file: Option<PathBuf>) -> Recorded {
    let state = match prior.state.known().map(String::as_str) {
        Some("suspended") => RecordedState::Suspended,
        Some("failed" | "canceled" | "finished" | "missing") => RecordedState::Ended,
        Some(_) | None => RecordedState::Running,
    };
    let jar = prior.jar_sha256.known().map(|sha256| goal::Jar { sha256: sha256.clone(), file });
    Recorded {
        job: prior.job_id.known().and_then(|id| id.parse().ok()),
        state,
        program: jar.map(|jar| program(prior, jar)),
        last_savepoint_path: prior.last_savepoint_path.known().cloned(),
        restored_from: prior.restored_from.known().cloned(),
    }
}

/// The program that a job's attributes describe.
pub fn program(job: &JobModel, jar: goal::Jar) -> Program {
    Program {
        jar,
        entry_class: job.jar.known().and_then(|jar| jar.entry_class.known().cloned()),
        args: job.args.known().cloned().unwrap_or_default(),
        parallelism: parallelism(job),
        configuration: configuration(job),
        start_key: start_key(job),
    }
}

/// The goal of a job that should run.
pub fn run(
    owner: Owner,
    planned: &JobModel,
    jar: goal::Jar,
    recorded: Option<Recorded>,
    change: &Change,
) -> Run {
    let restore = planned.restore.known();
    let allowed =
        restore.is_some_and(|restore| restore.allow_non_restored_state == Attr::Known(true));
    Run {
        owner,
        program: program(planned, jar),
        recorded,
        intent: intent(change),
        start: start(&change.action),
        non_restored_state: if allowed {
            NonRestoredState::Allow
        } else {
            NonRestoredState::Refuse
        },
        claim: claim(restore),
        bounded: if planned.bounded == Attr::Known(true) { Bounded::Yes } else { Bounded::No },
        upgrade: upgrade(planned),
        state_loss: state_loss(planned, &change.action),
        follows: follows(planned),
    }
}

/// The goal of a job that should be stopped with its state kept.
pub fn suspend(owner: Owner, planned: &JobModel, recorded: Option<Recorded>) -> Suspend {
    let goal::Upgrade { mode, savepoint_dir, format, drain, .. } = upgrade(planned);
    let state_loss = prevented(planned);
    let stop = Stop { mode, savepoint_dir, format, drain, state_loss };
    Suspend { owner, recorded, stop, by: By::Job }
}

/// The goal of a recorded job that stops where it is, in the way that is planned.
pub fn departure(owner: Owner, prior: &JobModel, planned: &JobModel) -> Suspend {
    suspend(owner, planned, Some(recorded(prior, None)))
}

/// The goal of a job that is no longer wanted, from its attributes alone.
pub fn remove(owner: Owner, prior: &JobModel) -> Goal {
    let how = match prior.on_destroy.known().map(String::as_str) {
        Some("cancel") => OnDestroy::Cancel,
        Some("keep_running") => OnDestroy::KeepRunning,
        Some(_) | None => {
            let goal::Upgrade { savepoint_dir, format, drain, .. } = upgrade(prior);
            OnDestroy::Savepoint { savepoint_dir, format, drain }
        }
    };
    Goal::Remove(Remove { owner, recorded: Some(recorded(prior, None)), how })
}

/// Whether the job goes with its cluster when that restarts: only a reference with a revision says so.
pub fn follows(job: &JobModel) -> Follows {
    let reference = job.cluster.known().and_then(|text| text.parse::<Reference>().ok());
    match reference.and_then(|reference| reference.revision) {
        Some(_) => Follows::Yes,
        None => Follows::No,
    }
}

fn intent(change: &Change) -> Intent {
    match &change.action {
        Action::Rescale { .. } => Intent::Rescale,
        Action::Repair { .. } if change.attributes.is_empty() => Intent::Keep,
        Action::Nothing
        | Action::Record
        | Action::InPlace
        | Action::Adopt
        | Action::Create(_)
        | Action::CreateSuspended
        | Action::CarryOver { .. } => Intent::Keep,
        Action::Restart(..)
        | Action::Suspend(_)
        | Action::SuspendEnded { .. }
        | Action::Resume(_)
        | Action::Repair { .. }
        | Action::Restore(_) => Intent::Replace,
    }
}

fn start(action: &Action) -> StartFrom {
    match action {
        Action::Create(Start::From(path)) | Action::Restore(Start::From(path)) => {
            StartFrom::Path(path.clone())
        }
        Action::Create(Start::Empty)
        | Action::Restore(Start::Empty)
        | Action::Restart(_, Carry::Discard)
        | Action::Resume(Carry::Discard)
        | Action::Repair { carry: Carry::Discard, .. } => StartFrom::Nothing,
        Action::Nothing
        | Action::Record
        | Action::InPlace
        | Action::Adopt
        | Action::Create(Start::Latest)
        | Action::CreateSuspended
        | Action::Restart(..)
        | Action::CarryOver { .. }
        | Action::Rescale { .. }
        | Action::Suspend(_)
        | Action::SuspendEnded { .. }
        | Action::Resume(_)
        | Action::Repair { .. }
        | Action::Restore(Start::Latest) => StartFrom::Newest,
    }
}

/// A first start that is said to be empty gives up nothing.
fn state_loss(planned: &JobModel, action: &Action) -> StateLoss {
    let empty = *action == Action::Create(Start::Empty);
    if empty { StateLoss::Accept } else { prevented(planned) }
}

fn prevented(job: &JobModel) -> StateLoss {
    if job.prevent_state_loss == Attr::Known(true) { StateLoss::Prevent } else { StateLoss::Accept }
}

fn claim(restore: Option<&Restore>) -> Claim {
    match restore.and_then(|restore| restore.claim_mode.known()).map(String::as_str) {
        Some("claim") => Claim::Claim,
        Some("legacy") => Claim::Legacy,
        Some(_) | None => Claim::NoClaim,
    }
}

fn upgrade(job: &JobModel) -> goal::Upgrade {
    let unset = Upgrade::default();
    let wanted = job.upgrade.known().unwrap_or(&unset);
    let text = |attribute: &Attr<String>| attribute.known().map_or("", String::as_str).to_owned();
    let is = |attribute: &Attr<bool>| *attribute == Attr::Known(true);
    goal::Upgrade {
        mode: mode(job),
        savepoint_dir: wanted.savepoint_dir.known().cloned(),
        format: format(&wanted.format),
        drain: if is(&wanted.drain) { Drain::Yes } else { Drain::No },
        verify: if text(&wanted.verify) == "none" { Verify::None } else { Verify::DryRun },
        rollback: match text(&wanted.rollback).as_str() {
            "required" => Rollback::Required,
            "never" => Rollback::Never,
            _ => Rollback::Auto,
        },
        fallback: match text(&wanted.fallback).as_str() {
            "last_checkpoint" => Fallback::LastCheckpoint,
            _ => Fallback::None,
        },
        stable_for: duration(&wanted.stable_for).unwrap_or_default(),
        proof: if is(&wanted.require_checkpoint) { Proof::Checkpoint } else { Proof::TasksRunning },
        ..goal::Upgrade::default()
    }
}

fn mode(job: &JobModel) -> goal::UpgradeMode {
    match job.upgrade_mode.known().map(String::as_str) {
        Some("last_state") => goal::UpgradeMode::LastState,
        Some("stateless") => goal::UpgradeMode::Stateless,
        Some(_) | None => goal::UpgradeMode::Savepoint,
    }
}

/// The format of a savepoint that an attribute asks for.
pub fn format(attribute: &Attr<String>) -> Format {
    match attribute.known().map(String::as_str) {
        Some("native") => Format::Native,
        Some(_) | None => Format::Canonical,
    }
}

fn parallelism(job: &JobModel) -> Option<u32> {
    job.parallelism.known().and_then(|number| u32::try_from(*number).ok())
}

/// The name that Flink shows is the resource's, unless the program names itself.
fn configuration(job: &JobModel) -> BTreeMap<String, String> {
    let name = job.name.known().map(|name| ("pipeline.name".to_owned(), name.clone()));
    let options = job.flink_configuration.known().cloned().unwrap_or_default();
    let all = name.into_iter().chain(options).collect();
    // The record of a job with a cluster of its own stands on that cluster: here it would make a
    // change of a label another program.
    if job.application.is_null() { record::attach(job, all) } else { all }
}

/// What makes a start with an equal program another start, in one canonical text.
fn start_key(job: &JobModel) -> String {
    let restore = job.restore.known();
    let from = restore.and_then(|restore| restore.from.known()).filter(|from| *from != "latest");
    let path = restore.and_then(|restore| restore.path.known());
    let trigger = job.restart_trigger.known().filter(|trigger| !trigger.is_empty());
    if from.is_none() && trigger.is_none() {
        return String::new();
    }
    format!("{from:?} {path:?} {trigger:?}")
}

/// How long an operation may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A first start.
    Create,
    /// A change.
    Update,
    /// A destroy.
    Delete,
}

/// The time that an operation has, from `timeouts` or the default.
pub fn timeout(job: &JobModel, operation: Operation) -> Duration {
    let wanted = job.timeouts.known();
    let (attribute, default) = match operation {
        Operation::Create => (wanted.map(|timeouts| &timeouts.create), Duration::from_mins(15)),
        Operation::Update => (wanted.map(|timeouts| &timeouts.update), Duration::from_mins(30)),
        Operation::Delete => (wanted.map(|timeouts| &timeouts.delete), Duration::from_mins(15)),
    };
    attribute.and_then(duration).unwrap_or(default)
}

/// The duration that an attribute says, if it says one.
pub fn duration(attribute: &Attr<String>) -> Option<Duration> {
    attribute.known().and_then(|text| meaning::parse_duration(text))
}

#[cfg(test)]
mod tests;
