//! From the attributes of a job with a cluster of its own to the goal that is reached for.

use lifecycle::{
    application::{self, Goal, Version},
    cluster::goal::Known,
    job::{self, Recorded, goal::Verify},
};
use terraform::resource::Private;

use super::{describe, differing};
use crate::{
    cluster::{goal::NoGoal, place::Place},
    job::{
        action::{Action, Change},
        goal,
        model::JobModel,
    },
};

/// The key of what tells the recorded version from others in the private data. A change that is
/// made in place does not make it another, whatever the description says then.
pub(in crate::job) const VERSION: &str = "version";

/// What is to become of a job with a cluster of its own, which `prior` had already.
///
/// # Errors
/// Something is unknown, or what is described cannot be.
pub(in crate::job) fn goal(
    prior: Option<&JobModel>,
    planned: &JobModel,
    change: &Change,
    (place, private): (&Place<'_>, &Private),
) -> Result<Goal, NoGoal> {
    let known = if prior.is_some() { Known::Yes } else { Known::No };
    let previous = prior.map(|prior| recorded_version(prior, place, private)).transpose()?;
    let mut desired = describe::version(planned, &place.settings)?;
    let is_in_place = prior
        .and_then(|prior| differing::between(prior, planned))
        .is_some_and(|found| found.upgrades.is_empty());
    let is_in_place = is_in_place && prior.map(|it| &it.jar_sha256) == Some(&planned.jar_sha256);
    if let (true, Some(previous)) = (is_in_place, &previous) {
        desired.program = previous.program.clone();
    }
    let recorded = prior.zip(previous.as_ref()).map(|(prior, now)| recorded(prior, now));
    let owner = application::goal::owner(&place.name);
    Ok(match change.action {
        Action::CreateSuspended | Action::Suspend(_) | Action::SuspendEnded { .. } => {
            let job = job::Goal::Suspend(goal::suspend(owner, planned, recorded));
            whole((job, previous.unwrap_or(desired)), None, known, place)
        }
        Action::Nothing
        | Action::Record
        | Action::InPlace
        | Action::Adopt
        | Action::Create(_)
        | Action::Restart(..)
        | Action::CarryOver { .. }
        | Action::Rescale { .. }
        | Action::Resume(_)
        | Action::Repair { .. }
        | Action::Restore(_) => {
            let jar = desired.program.jar.clone();
            let mut run = goal::run(owner, planned, jar, recorded, change);
            run.upgrade.verify = Verify::None;
            whole((job::Goal::Run(Box::new(run)), desired), previous, known, place)
        }
    })
}

/// What was described when the recorded version was started.
fn recorded_version(
    prior: &JobModel,
    place: &Place<'_>,
    private: &Private,
) -> Result<Version, NoGoal> {
    let mut version = describe::version(prior, &place.settings)?;
    if let Some(started) = private.get(VERSION) {
        version.program.jar.sha256 = started;
    }
    Ok(version)
}

/// The goal of a job that is no longer wanted, which describes what is recorded.
pub(in crate::job) fn recorded_goal(
    prior: &JobModel,
    place: &Place<'_>,
    private: &Private,
) -> Result<(Goal, Recorded), NoGoal> {
    let version = recorded_version(prior, place, private)?;
    let recorded = recorded(prior, &version);
    let mut job = goal::remove(application::goal::owner(&place.name), prior);
    if let job::Goal::Remove(remove) = &mut job {
        remove.recorded = Some(recorded.clone());
    }
    Ok((whole((job, version), None, Known::Yes, place), recorded))
}

/// The goal of a job that leaves its cluster in the way that is planned for where it goes.
///
/// # Errors
/// What is recorded cannot be.
pub(in crate::job) fn departure(
    (prior, planned): (&JobModel, &JobModel),
    place: &Place<'_>,
    private: &Private,
) -> Result<Goal, NoGoal> {
    let version = recorded_version(prior, place, private)?;
    let owner = application::goal::owner(&place.name);
    let suspend = goal::suspend(owner, planned, Some(recorded(prior, &version)));
    Ok(whole((job::Goal::Suspend(suspend), version), None, Known::Yes, place))
}

fn whole(
    (job, desired): (job::Goal, Version),
    previous: Option<Version>,
    known: Known,
    place: &Place<'_>,
) -> Goal {
    Goal {
        name: place.name.clone(),
        job,
        desired,
        previous,
        known,
        conflicts: place.settings.conflicts,
        manager: place.settings.manager.clone(),
    }
}

fn recorded(prior: &JobModel, version: &Version) -> Recorded {
    Recorded { program: Some(version.program.clone()), ..goal::recorded(prior, None) }
}
