//! Moves a job, with its state, to a cluster of its own, out of it, or from
//! one such cluster to another.
//!
//! As [`crate::job::relocate`]: what has arrived is left alone, so that a
//! repetition after a crash finds what the first attempt has started. The old
//! cluster is removed last, when the job runs elsewhere.

use crate::{
    application::{
        drive::drive,
        goal::{Goal, owner},
        next,
        problem::Problem,
        report::Report,
    },
    cluster::{
        self,
        observed::{Answer, Observed, Overview, Question},
    },
    job::{
        self, Limits,
        drive::drive as drive_job,
        goal::{Run, StartFrom, Suspend},
        next::{Family, Kin},
        relocate::{carried, forget, has_arrived, joined, unknown},
    },
};

/// Where a job leaves.
#[derive(Debug)]
pub enum Departure<'a, J, C> {
    /// A cluster that others use, too.
    Job(&'a Suspend, &'a J),
    /// A cluster of its own.
    Application {
        /// Stops it and keeps its state.
        suspend: &'a Goal,
        /// Removes what is left of its cluster.
        remove: &'a Goal,
        /// That cluster.
        world: &'a C,
    },
}

/// Where a job comes to. Nothing is recorded there.
#[derive(Debug)]
pub enum Arrival<'a, J, C> {
    /// A cluster that others use, too.
    Job(&'a Run, &'a J),
    /// A cluster of its own; its job is to run.
    Application(&'a Goal, &'a C),
}

/// Stops the job at its old place and starts it at the new one from the state
/// that it was stopped with.
pub async fn relocate<J: job::World, C: cluster::World>(
    old: &Departure<'_, J, C>,
    new: &Arrival<'_, J, C>,
    limits: &Limits,
) -> Report {
    match new.has_arrived().await {
        Ok(true) => {
            let arrived = new.arrive(None, limits).await;
            return old.forgotten(arrived, limits).await;
        }
        Ok(false) => {}
        Err(problem) => {
            return Report {
                remarks: Vec::new(),
                job: old.unknown(&problem),
                problem: Some(problem),
            };
        }
    }
    if let Err(problem) = new.would_be_taken().await {
        return Report { remarks: Vec::new(), job: old.unknown(&problem), problem: Some(problem) };
    }
    let left = old.leave(limits).await;
    if left.problem.is_some() {
        return left;
    }
    let Some(start) = new.start().and_then(|wanted| carried(wanted, &left.job)) else {
        let job = left.job.job.clone();
        let problem = job::Problem::NothingToStartFrom { job, directory: None };
        let job = job::Report { problem: Some(problem.clone()), ..left.job };
        return Report { job, problem: Some(Problem::Job(problem)), ..left };
    };
    let arrived = new.arrive(Some(start), limits).await;
    let remarks = [left.remarks, arrived.remarks].concat();
    let failed = arrived.problem.is_some();
    let both = Report { job: joined(left.job, arrived.job, failed), remarks, ..arrived };
    old.forgotten(both, limits).await
}

impl<J: job::World, C: cluster::World> Departure<'_, J, C> {
    async fn leave(&self, limits: &Limits) -> Report {
        match self {
            Self::Job(suspend, world) => {
                of_job(drive_job(&job::Goal::Suspend((*suspend).clone()), *world, limits).await)
            }
            Self::Application { suspend, remove: _, world } => drive(suspend, *world, limits).await,
        }
    }

    /// What is left at the old place is used up once the job runs elsewhere.
    async fn forgotten(&self, arrived: Report, limits: &Limits) -> Report {
        if arrived.problem.is_some() {
            return arrived;
        }
        match self {
            Self::Job(suspend, world) => {
                forget(suspend, *world).await;
                arrived
            }
            Self::Application { suspend: _, remove, world } => {
                let removed = drive(remove, *world, limits).await;
                let remarks = [arrived.remarks, removed.remarks].concat();
                Report { remarks, problem: removed.problem, ..arrived }
            }
        }
    }

    fn unknown(&self, problem: &Problem) -> job::Report {
        let recorded = match self {
            Self::Job(suspend, _) => suspend.recorded.as_ref(),
            Self::Application { suspend, .. } => suspend.recorded(),
        };
        let of_job = match problem {
            Problem::Job(problem) => Some(problem.clone()),
            Problem::Cluster(_) | Problem::Scout(_) => None,
        };
        unknown(recorded, of_job)
    }
}

impl<J: job::World, C: cluster::World> Arrival<'_, J, C> {
    /// A JobManager that does not answer tells nothing: then the old place is
    /// asked, which has stopped the job only once.
    async fn has_arrived(&self) -> Result<bool, Problem> {
        let (goal, world) = match self {
            Self::Job(run, world) => return has_arrived(run, *world).await.map_err(Problem::Job),
            Self::Application(goal, world) => (goal, world),
        };
        let failed = |error: cluster::world::WorldError| Problem::Cluster(error.into());
        let overview = world.ask(&Question::Overview).await.map_err(failed)?;
        if !matches!(overview, Answer::Overview(Overview::Told { .. })) {
            return Ok(false);
        }
        let question = Question::Job(job::observed::Question::Jobs);
        let Answer::Job(job::observed::Answer::Jobs(rows)) =
            world.ask(&question).await.map_err(failed)?
        else {
            return Ok(false);
        };
        let owner = owner(&goal.name);
        let kin = Kin { owner: &owner, recorded: None };
        Ok(!Family::of(kin, &rows).alive.is_empty())
    }

    /// Whether the API server would take the new cluster: asked while the job still runs.
    async fn would_be_taken(&self) -> Result<(), Problem> {
        let Self::Application(goal, world) = self else { return Ok(()) };
        let mut seen = Observed::new();
        while let Some(questions) = next::before_it_comes(goal, &seen)? {
            for question in questions {
                let answer = world.ask(&question).await;
                seen.learn(question, answer.map_err(|error| Problem::Cluster(error.into()))?);
            }
        }
        Ok(())
    }

    fn start(&self) -> Option<&StartFrom> {
        match self {
            Self::Job(run, _) => Some(&run.start),
            Self::Application(goal, _) => match &goal.job {
                job::Goal::Run(run) => Some(&run.start),
                job::Goal::Suspend(_)
                | job::Goal::Remove(_)
                | job::Goal::TakeSavepoint(_)
                | job::Goal::DisposeSavepoint(_) => None,
            },
        }
    }

    async fn arrive(&self, start: Option<StartFrom>, limits: &Limits) -> Report {
        let with = |run: &Run| {
            let start = start.clone().unwrap_or_else(|| run.start.clone());
            job::Goal::Run(Box::new(Run { start, ..run.clone() }))
        };
        match self {
            Self::Job(run, world) => of_job(drive_job(&with(run), *world, limits).await),
            Self::Application(goal, world) => {
                let job = match &goal.job {
                    job::Goal::Run(run) => with(run),
                    other @ (job::Goal::Suspend(_)
                    | job::Goal::Remove(_)
                    | job::Goal::TakeSavepoint(_)
                    | job::Goal::DisposeSavepoint(_)) => other.clone(),
                };
                drive(&Goal { job, ..(*goal).clone() }, *world, limits).await
            }
        }
    }
}

fn of_job(report: job::Report) -> Report {
    let problem = report.problem.clone().map(Problem::Job);
    Report { job: report, remarks: Vec::new(), problem }
}
