//! Looks at the live job and its cluster for a plan, which can do without: whatever is not
//! answered soon is left out.

use std::{sync::Arc, time::Duration};

use lifecycle::{
    JobId,
    flink::request::{cluster, jobs},
    job::{
        Live, World,
        observed::{Answer, History, Question},
        read::LiveState,
    },
};
use tokio::time;

use super::{
    model::JobModel,
    outlook::{Concerns, Seen, Slots, Supply},
    plan::{origin_of, recorded_at},
    read,
};
use crate::{job_manager::JobManager, location::Location, session::Session};

/// How long a plan looks at what it can do without.
const ENOUGH: Duration = Duration::from_secs(5);

/// Looks at what a change hangs on.
pub(super) async fn look(
    session: &Session,
    prior: Option<&JobModel>,
    planned: &JobModel,
    concerns: Concerns,
) -> Seen {
    let looking = Looking { session, prior, planned, concerns };
    time::timeout(ENOUGH, looking.seen()).await.unwrap_or_default()
}

struct Looking<'a> {
    session: &'a Session,
    prior: Option<&'a JobModel>,
    planned: &'a JobModel,
    concerns: Concerns,
}

impl Looking<'_> {
    async fn seen(&self) -> Seen {
        let slots = self.concerns.slots.is_some();
        let mut seen = Seen::default();
        if let Some((prior, at)) = self.prior.and_then(|prior| self.recorded(prior)) {
            if self.concerns.are_of_the_job() || slots {
                seen.job = live(&at, prior).await;
            }
            if self.concerns.checkpoint {
                self.look_at_checkpoints(&at, &mut seen).await;
            }
        }
        if let Some(wanted) = self.concerns.slots {
            seen.slots = self.slots(wanted, seen.job.as_ref()).await;
        }
        seen
    }

    /// Where the recorded job is.
    fn recorded<'p>(&self, prior: &'p JobModel) -> Option<(&'p JobModel, Arc<JobManager>)> {
        Some((prior, self.session.job_manager(&recorded_at(prior)).ok()?))
    }

    async fn look_at_checkpoints(&self, at: &JobManager, seen: &mut Seen) {
        let Some(job) = seen.job.as_ref().and_then(|live| live.job.clone()) else { return };
        let details = jobs::details(&job);
        let (history, details) = tokio::join!(history(at, &job), at.read_opt(&details));
        seen.history = history;
        seen.now = details.ok().flatten().and_then(|details| details.now);
    }

    /// The slots where the job is to run; more than a look at all is taken only if they seem too few.
    async fn slots(&self, wanted: u32, live: Option<&Live>) -> Option<Slots> {
        let location = Location::of(&self.planned.cluster, &self.planned.rest_url);
        let at = self.session.job_manager(&location).ok()?;
        let mut slots = Slots::of(&at.glance().await?.overview);
        if slots.suffice(wanted) {
            return Some(slots);
        }
        if let Some(job) = live.and_then(running).filter(|_| self.stays(&at)) {
            slots.held = held(&at, job).await?;
        }
        if !slots.suffice(wanted) {
            slots.supply = Supply::of(&at.read(&cluster::configuration()).await.ok()?);
        }
        Some(slots)
    }

    /// Whether the job runs where it is to run.
    fn stays(&self, at: &JobManager) -> bool {
        self.prior.and_then(origin_of) == Some(&at.origin)
    }
}

/// What the recorded job is now, if that is soon known.
async fn live(at: &JobManager, prior: &JobModel) -> Option<Live> {
    at.glance().await?;
    read::look(at, prior, None).await.ok()
}

fn running(live: &Live) -> Option<&JobId> {
    live.job.as_ref().filter(|_| live.state == LiveState::Running)
}

/// How many slots a job holds: with the usual sharing, as many as its widest vertex has subtasks.
async fn held(at: &JobManager, job: &JobId) -> Option<u32> {
    let details = at.read_opt(&jobs::details(job)).await.ok()??;
    let widest = details.vertices.iter().map(|vertex| vertex.parallelism).max();
    u32::try_from(widest.unwrap_or_default()).ok()
}

async fn history(at: &JobManager, job: &JobId) -> Option<History> {
    match at.reading().ask(&Question::History(job.clone())).await {
        Ok(Answer::History(history)) => history,
        Ok(_) | Err(_) => None,
    }
}
