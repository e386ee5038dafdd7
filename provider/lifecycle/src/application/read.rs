//! What an application is now, for a refresh.

use serde_json::Value;

use crate::{
    application::{
        goal::{Goal, owner},
        problem::Problem,
        start::{self, Start},
    },
    cluster::{
        self, World,
        compare::{self, Difference},
        goal::Desired,
        health,
        observed::{Answer, Objects, Overview, Question},
    },
    job::{
        self, Recorded,
        journal::{Journal, Phase},
        observed::JournalQuery,
        read::{Live, LiveState, Snapshot},
    },
};

/// What an application is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its job.
    pub job: Live,
    /// What of its cluster differs from what was rendered for the start that its JobManager does, by
    /// meaning. Nothing where none stands.
    pub differences: Vec<Difference>,
}

/// The objects that an application should have, whatever its JobManager starts.
///
/// # Errors
/// What is recorded cannot be rendered.
pub fn rendered(goal: &Goal) -> Result<Desired, Problem> {
    render(goal, &Start::of_nothing(goal.key()))
}

/// Tells what an application is, of which `goal` describes what is recorded and of which these
/// objects exist. `tasks` is what [`Live::tasks`] was when it was last changed by us.
///
/// # Errors
/// Nobody answers, or does not let us in.
pub async fn read<W: World>(
    world: &W,
    (goal, recorded): (&Goal, &Recorded),
    (objects, tasks): (&Objects, Option<u32>),
) -> Result<Found, Problem> {
    let live = objects.values().find(|live| start::is_job_manager(live));
    let Some(live) = live.filter(|live| health::replicas(live) > 0) else {
        let job = without_job_manager(world, (goal, recorded)).await?;
        return Ok(Found { job, differences: Vec::new() });
    };
    let differences = match start::read(live) {
        Some(start) => compare::differences(&goal.name, &render(goal, &start)?, objects),
        None => Vec::new(),
    };
    let job = with_job_manager(world, (goal, recorded), (live, tasks)).await?;
    Ok(Found { job, differences })
}

async fn with_job_manager<W: World>(
    world: &W,
    (goal, recorded): (&Goal, &Recorded),
    (live, tasks): (&Value, Option<u32>),
) -> Result<Live, Problem> {
    let answer = ask(world, &Question::Overview).await?;
    if !matches!(answer, Answer::Overview(Overview::Told { .. })) {
        return Ok(silent(live, recorded, &answer));
    }
    let jobs = Jobs(world);
    let snapshot = Snapshot::take(&jobs).await.map_err(Problem::Job)?;
    let owner = owner(&goal.name);
    snapshot.live(&jobs, &owner, recorded, tasks).await.map_err(Problem::Job)
}

async fn ask<W: World>(world: &W, question: &Question) -> Result<Answer, Problem> {
    world.ask(question).await.map_err(|error| Problem::Cluster(error.into()))
}

fn render(goal: &Goal, start: &Start) -> Result<Desired, Problem> {
    let unexpected = |reason| Problem::Cluster(cluster::Problem::Unexpected { reason });
    goal.desired.rendering.render(start).map_err(unexpected)
}

/// A JobManager that does not answer is coming up, recovers, or never will.
fn silent(live: &Value, recorded: &Recorded, answer: &Answer) -> Live {
    let reason = if let Answer::Overview(Overview::Silent { reason }) = answer {
        reason.clone()
    } else {
        format!("{answer:?}")
    };
    let progress = health::progress(std::iter::once(live), &[]);
    let state = LiveState::Transient { state: format!("without an answer ({progress})") };
    of(recorded, state, Some(reason))
}

async fn without_job_manager<W: World>(
    world: &W,
    (goal, recorded): (&Goal, &Recorded),
) -> Result<Live, Problem> {
    let query = JournalQuery { owner: owner(&goal.name), job: recorded.job.clone() };
    let question = Question::Job(job::observed::Question::Journal(query));
    let answer = ask(world, &question).await?;
    let mut stopped = None;
    if let Answer::Job(job::observed::Answer::Journal(Journal::Says(noted))) = answer
        && let Phase::Stopped { by: _, path } = noted.entry.phase
    {
        stopped = Some(path);
    }
    Ok(match stopped {
        Some(newest) => {
            let live = of(recorded, LiveState::Suspended, None);
            Live { newest, ..live }
        }
        None => of(recorded, LiveState::Missing, None),
    })
}

fn of(recorded: &Recorded, state: LiveState, cause: Option<String>) -> Live {
    let job = recorded.job.clone();
    Live { job, state, parallelism: None, tasks: None, cause, newest: None }
}

/// The JobManager, as operations on jobs see it.
struct Jobs<'a, W>(&'a W);

impl<W: World> job::World for Jobs<'_, W> {
    async fn ask(
        &self,
        question: &job::observed::Question,
    ) -> Result<job::observed::Answer, job::WorldError> {
        let unexpected = |reason| job::WorldError::Unexpected { reason };
        match self.0.ask(&Question::Job(question.clone())).await {
            Ok(Answer::Job(answer)) => Ok(answer),
            Ok(other) => Err(unexpected(format!("{other:?}"))),
            Err(
                cluster::world::WorldError::Unreachable { reason }
                | cluster::world::WorldError::Silent { reason },
            ) => Err(job::WorldError::Unreachable { reason }),
            Err(
                cluster::world::WorldError::AccessDenied { reason }
                | cluster::world::WorldError::Forbidden { reason, .. },
            ) => Err(job::WorldError::AccessDenied { reason }),
            Err(cluster::world::WorldError::Unexpected { reason }) => Err(unexpected(reason)),
        }
    }

    async fn perform(&self, step: &job::step::Step) -> Result<job::step::Effect, job::WorldError> {
        Err(job::WorldError::Unexpected { reason: format!("a refresh does nothing: {step:?}") })
    }
}
