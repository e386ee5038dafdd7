//! What a job is now, for a refresh: one look at all jobs serves every job of
//! a JobManager, and more is asked only where something is not as expected.

use flink::JobId;

use crate::job::{
    ids::Owner,
    next::{Kin, Next, live},
    observed::{Answer, Observed, Question, Row},
    problem::Problem,
    recorded::Recorded,
    world::World,
};

/// What a job is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    /// The job: the recorded one, or the one that has come after it.
    pub job: Option<JobId>,
    /// How it is.
    pub state: LiveState,
    /// Its parallelism, where it is known to differ from the recorded one.
    pub parallelism: Option<u32>,
    /// How many tasks it has, while all of them run. To be kept: another
    /// number later tells that somebody has rescaled it.
    pub tasks: Option<u32>,
    /// Flink's root cause of a failure or of the last restart.
    pub cause: Option<String>,
    /// Its newest state, where the job has ended.
    pub newest: Option<String>,
}

/// How a job is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LiveState {
    /// It runs.
    Running,
    /// It is in between: reads as what is recorded.
    Transient {
        /// Its state in Flink.
        state: String,
    },
    /// It was stopped with a savepoint.
    Suspended,
    /// It failed for good.
    Failed,
    /// It was cancelled.
    Canceled,
    /// It has come to its end.
    Finished,
    /// Flink does not know it.
    Missing,
}

impl Live {
    /// A job whose JobManager is certain not to run.
    pub fn missing() -> Self {
        Self {
            job: None,
            state: LiveState::Missing,
            parallelism: None,
            tasks: None,
            cause: None,
            newest: None,
        }
    }
}

/// All jobs of a JobManager at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    rows: Vec<Row>,
}

impl Snapshot {
    /// Looks at all jobs, with one call.
    ///
    /// # Errors
    /// Nobody answers, or does not let us in.
    pub async fn take<W: World>(world: &W) -> Result<Self, Problem> {
        let rows = world.ask(&Question::Jobs).await?.into_jobs();
        let rows = rows.ok_or_else(|| Problem::Unexpected { reason: "no jobs".to_owned() })?;
        Ok(Self { rows })
    }

    /// What an owner's job is now. `tasks` is what [`Live::tasks`] was when the
    /// job was last changed by us.
    ///
    /// # Guarantees
    /// No call for a job that runs as recorded, or is suspended as recorded.
    ///
    /// # Errors
    /// More had to be asked, and nobody answers.
    pub async fn live<W: World>(
        &self,
        world: &W,
        owner: &Owner,
        recorded: &Recorded,
        tasks: Option<u32>,
    ) -> Result<Live, Problem> {
        let kin = Kin { owner, recorded: Some(recorded) };
        let mut seen = Observed::new();
        let is_ours = kin.rule();
        let ours = self.rows.iter().filter(|row| is_ours(row)).cloned().collect();
        seen.learn(Question::Jobs, Answer::Jobs(ours));
        loop {
            let questions = match live(kin, tasks, &seen).map_err(|next| *next) {
                Ok(live) => return Ok(live),
                Err(Next::Look(questions)) => questions,
                Err(Next::Stuck(problem)) => return Err(problem),
                Err(other @ (Next::Do(..) | Next::Wait(_) | Next::Done(_))) => {
                    return Err(Problem::Unexpected { reason: format!("{other:?}") });
                }
            };
            for question in questions {
                let answer = world.ask(&question).await?;
                seen.learn(question, answer);
            }
        }
    }
}
