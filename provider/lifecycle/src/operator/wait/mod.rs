//! Whether a goal is reached, may be, or will not be.
//!
//! A status is believed only for the generation that it was written for, a failure only when it cannot
//! be the last version's, a race or a single sample; how long each has to stand is said beside it.

mod carried_out;
mod removal;
mod snapshot;
mod taken_up;
mod trouble;

use std::time::Duration;

use super::{
    Cause, Resource, Seen, Status, Verdict, Waiting,
    seen::{Notice, Sample},
};

/// An operator that runs writes its finalizer, a status or an event at once; 10 s were seen on a busy
/// machine, and another replica takes 15 s to become the leader.
const SILENCE: Duration = Duration::from_secs(30);

/// What a resource should come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// Its job runs.
    Running,
    /// Its job is suspended.
    Suspended,
    /// Its session cluster answers.
    Ready,
    /// Its snapshot is there.
    Snapshot,
    /// It is gone.
    Gone,
}

/// Whether Flink itself can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// A job counts as running when Flink says that all its tasks do.
    Flink,
    /// The operator's word is all there is.
    Nobody,
}

/// A write, and what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goal {
    /// What the resource should come to.
    pub want: Want,
    /// The generation that the API server gave the write.
    pub generation: i64,
    /// When that was.
    pub since: Duration,
    /// Whose word counts for a job that runs.
    pub asks: Asks,
}

/// What can be said at `now` of a goal, by all that was seen of its resource.
pub fn wait(goal: &Goal, seen: &Seen, now: Duration) -> Verdict {
    let scene = Scene { goal, seen, now };
    match goal.want {
        Want::Gone => removal::verdict(&scene),
        Want::Running | Want::Suspended | Want::Ready | Want::Snapshot => verdict(&scene),
    }
}

fn verdict(scene: &Scene<'_>) -> Verdict {
    let Some(resource) = scene.seen.now() else {
        let was_there = scene.seen.samples.iter().any(|sample| sample.at >= scene.goal.since);
        return if was_there {
            Verdict::Failed(Cause::Deleted)
        } else {
            Verdict::Wait(Waiting::TakenUp)
        };
    };
    if resource.is_being_deleted || scene.is_another(resource) {
        return Verdict::Failed(Cause::Deleted);
    }
    if resource.generation > scene.goal.generation {
        return Verdict::Failed(Cause::Superseded);
    }
    if scene.goal.want == Want::Snapshot {
        return snapshot::verdict(scene, resource);
    }
    match &resource.status {
        None => taken_up::without_status(scene, resource),
        Some(status) if !resource.is_observed() => taken_up::verdict(scene, (resource, status)),
        Some(status) => carried_out::verdict(scene, (resource, status)),
    }
}

/// Everything that a decision looks at.
struct Scene<'a> {
    goal: &'a Goal,
    seen: &'a Seen,
    now: Duration,
}

impl<'a> Scene<'a> {
    /// The resource as it was before the write.
    fn before(&self) -> Option<&'a Resource> {
        let earlier = self.seen.samples.iter().rev().find(|sample| sample.at < self.goal.since);
        earlier.and_then(|sample| sample.resource.as_ref())
    }

    /// The resource since the write, the oldest first.
    fn samples(&self) -> impl DoubleEndedIterator<Item = &'a Sample> + use<'a> {
        let since = self.goal.since;
        self.seen.samples.iter().filter(move |sample| sample.at >= since)
    }

    fn statuses(&self) -> impl DoubleEndedIterator<Item = (Duration, &'a Status)> + use<'a> {
        self.samples().filter_map(|sample| {
            let status = sample.resource.as_ref()?.status.as_ref()?;
            Some((sample.at, status))
        })
    }

    /// Since when the operator has the write's spec in hand.
    fn taken_up(&self) -> Option<Duration> {
        let of = Some(self.goal.generation);
        self.statuses().find(|(_, status)| status.observed == of).map(|(at, _)| at)
    }

    /// What was told of the resource itself since the write.
    fn notices(&self) -> impl Iterator<Item = &'a Notice> + use<'a> {
        let since = self.goal.since;
        self.seen.notices.iter().filter(move |notice| notice.pod.is_none() && notice.at >= since)
    }

    fn told(&self, reason: &'static str) -> impl Iterator<Item = &'a Notice> + use<'a> {
        self.notices().filter(move |notice| notice.reason == reason)
    }

    /// Whether it has been like this without a break for so long.
    fn has_stood(&self, long: Duration, is: impl Fn(&Status) -> bool) -> bool {
        let standing = self.statuses().rev().take_while(|(_, status)| is(status)).last();
        standing.is_some_and(|(at, _)| self.now.saturating_sub(at) >= long)
    }

    fn has_lasted(&self, long: Duration) -> bool {
        self.now.saturating_sub(self.goal.since) >= long
    }

    /// Whether the operator has done nothing at all since the write.
    fn is_silent(&self) -> bool {
        let before = self.before().map(|resource| (resource.has_finalizer, &resource.status));
        let mut all = self.samples().filter_map(|sample| sample.resource.as_ref());
        let first = all.next().map(|resource| (resource.has_finalizer, &resource.status));
        let unlike =
            |resource: &Resource| Some((resource.has_finalizer, &resource.status)) != first;
        let is_new = before.is_none() && first.is_some_and(|(finalizer, _)| finalizer);
        !is_new && !all.any(unlike) && self.notices().next().is_none()
    }

    fn is_another(&self, resource: &Resource) -> bool {
        let mut all = self.samples().filter_map(|sample| sample.resource.as_ref());
        all.next().is_some_and(|first| first.uid != resource.uid)
    }
}

#[cfg(test)]
mod tests;
