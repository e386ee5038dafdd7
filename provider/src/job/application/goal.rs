//! From the attributes of a job with a cluster of its own to the goal that is reached for.

use data_encoding::HEXLOWER;
use lifecycle::{
    application::{self, Goal, Version},
    cluster::goal::Known,
    job::{self, Recorded, goal::Verify},
};
use sha2::{Digest, Sha256};
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
    if let (true, Some(previous)) = (is_same_version(prior, planned), &previous) {
        desired.program = previous.program.clone();
    }
    if let (Action::Restart(..), Some(previous)) = (&change.action, &previous) {
        set_apart(&mut desired, previous, prior);
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
            run.upgrade.verify = verify(planned);
            whole((job::Goal::Run(Box::new(run)), desired), previous, known, place)
        }
    })
}

/// Another JobManager beside the one that runs is asked for.
fn verify(planned: &JobModel) -> Verify {
    let wanted = planned.upgrade.known().and_then(|upgrade| upgrade.verify.known());
    match wanted.map(String::as_str) {
        Some("dry_run") => Verify::DryRun,
        Some(_) | None => Verify::None,
    }
}

/// Whether nothing differs but what is changed in place.
fn is_same_version(prior: Option<&JobModel>, planned: &JobModel) -> bool {
    prior.is_some_and(|prior| {
        let differing = differing::between(prior, planned);
        let is_in_place = differing.is_some_and(|found| found.upgrades.is_empty());
        is_in_place && prior.jar_sha256 == planned.jar_sha256
    })
}

/// Makes the wanted version another one than that which runs, where both are described alike: new
/// pods are wanted all the same, because somebody has changed those that there are.
fn set_apart(desired: &mut Version, previous: &Version, prior: Option<&JobModel>) {
    if desired.program == previous.program {
        let job = prior.and_then(|prior| prior.job_id.known()).map_or("", String::as_str);
        let version = &mut desired.program.jar.sha256;
        *version = HEXLOWER.encode(&Sha256::digest(format!("{version} after {job}")));
    }
}

/// Notes which version is recorded now. `started` is the one that runs; without it, what another
/// version was started with says nothing of the description that is recorded.
pub(in crate::job) fn note(
    private: &mut Private,
    (prior, planned): (Option<&JobModel>, &JobModel),
    started: Option<&Version>,
) {
    match started {
        Some(version) => private.set(VERSION, &version.program.jar.sha256),
        None if is_same_version(prior, planned) => {}
        None => {
            private.0.remove(VERSION);
        }
    }
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use lifecycle::cluster::goal::Conflicts;
    use terraform::model::Attr;

    use super::*;
    use crate::{cluster::goal::Settings, job::application::example};

    fn known(text: &str) -> Attr<String> {
        Attr::Known(text.to_owned())
    }

    fn job(image: &str, team: &str) -> JobModel {
        let mut job = example::job();
        let spec = example::spec(&mut job);
        spec.image = known(image);
        spec.labels = Attr::Known(BTreeMap::from([("team".to_owned(), team.to_owned())]));
        job
    }

    /// Else a later change back to the image that it was last started with would be taken for none,
    /// and the pods be made anew under the job that runs.
    #[test]
    fn a_version_that_was_recorded_while_the_job_was_suspended_is_not_the_one_before() {
        let prior = job("orders:1", "a");
        for (planned, kept) in [
            (prior.clone(), Some("one")),
            (job("orders:1", "b"), Some("one")),
            (job("orders:2", "a"), None),
            (JobModel { jar_sha256: known("x"), ..prior.clone() }, None),
        ] {
            let mut private = Private::default();
            private.set(VERSION, &"one");
            note(&mut private, (Some(&prior), &planned), None);
            assert_eq!(private.get::<String>(VERSION).as_deref(), kept);
        }
    }

    /// Somebody has changed its pods: the next version is described as the one that runs.
    #[test]
    fn a_version_that_is_described_like_the_one_that_runs_is_another_one_all_the_same() {
        let settings = Settings {
            labels: BTreeMap::new(),
            conflicts: Conflicts::Refuse,
            manager: String::new(),
        };
        let version = || describe::version(&job("orders:1", "a"), &settings).expect("it is known");
        let prior = JobModel { job_id: known("one"), ..job("orders:1", "a") };
        let (running, mut desired, mut again) = (version(), version(), version());
        set_apart(&mut desired, &running, Some(&prior));
        set_apart(&mut again, &running, Some(&prior));
        assert_ne!(desired.program, running.program);
        assert_eq!(desired.program, again.program, "it is taken up after a crash");
        let mut other = version();
        other.program.jar.sha256 = "other".to_owned();
        set_apart(&mut other, &running, Some(&prior));
        assert_eq!(other.program.jar.sha256, "other");
    }
}
