//! An update that gives a job a cluster of its own, another one, or takes it out of one: its state
//! goes with it.

use std::sync::Arc;

use lifecycle::{
    application::{
        Goal as Own, Report,
        relocate::{Arrival, Departure, relocate},
    },
    job::{
        Limits,
        goal::{Run, Suspend},
        report::Which,
    },
};
use terraform::{
    diagnostics::Diagnostics,
    model::Attr,
    resource::{Outcome, Private},
};

use super::{
    action::Change,
    application::{
        apply as own,
        goal::{VERSION, departure, goal as goal_of_own, recorded_goal},
        settled,
    },
    apply::{Attempt, ProgramJar, owner},
    goal,
    model::JobModel,
    plan::{Facts, decide, recorded_at},
    read::TASKS,
    state,
};
use crate::{
    cluster::{apply::no_goal, place::Place},
    diagnostic::{self, Subject},
    job_manager::JobManager,
    location::Location,
    session::Session,
};

/// Brings the job from where `prior` has it to where it is planned.
pub(super) async fn moved(
    attempt: &Attempt<'_>,
    (prior, planned): (&JobModel, JobModel),
    mut private: Private,
) -> Outcome<JobModel> {
    match tried(attempt, (prior, planned), &mut private).await {
        Ok((state, diagnostics)) => Outcome { state, private, diagnostics },
        Err(found) => Outcome::of(prior.clone(), private).with(found),
    }
}

/// Where a job comes to.
enum New<'a> {
    Job(Box<Run>, Arc<JobManager>),
    Own(Box<Own>, Box<Place<'a>>),
}

/// Where a job leaves.
enum Old<'a> {
    Job(Box<Suspend>, Arc<JobManager>),
    Own { suspend: Box<Own>, remove: Box<Own>, place: Box<Place<'a>> },
}

/// `Err`: nothing was done at all.
async fn tried(
    attempt: &Attempt<'_>,
    (prior, planned): (&JobModel, JobModel),
    private: &mut Private,
) -> Result<(Option<JobModel>, Diagnostics), Diagnostics> {
    let session = attempt.context.session.as_ref().ok_or_else(diagnostic::not_configured)?;
    let planned = settled::settled(planned, None, Some(&session.namespace().to_owned()));
    if let Some(found) = settled::stops_elsewhere(prior, &planned) {
        return Err(found.into());
    }
    let program = match planned.application {
        Attr::Null => Some(attempt.program(&planned).await?),
        Attr::Known(_) | Attr::Unknown => None,
    };
    let origin = origin(session, &planned)?;
    let facts =
        Facts { origin: Attr::Known(origin.clone()), jar_sha256: planned.jar_sha256.clone() };
    let change = decide(Some(prior), &planned, &facts).ok_or_else(diagnostic::undecided)?;
    let planned = own::completed(Some(prior), planned, (&facts, &change));
    let new = match &program {
        Some(program) => comes_to_others(session, &planned, program, &change)?,
        None => comes_to_its_own(session, &planned, &change)?,
    };
    let old = leaves(session, (prior, &planned), private)?;
    let limits = attempt.limits(&planned);
    let report = Box::pin(relocated(session, &old, &new, &limits)).await;
    if report.problem.is_none() || report.job.program == Some(Which::Desired) {
        new.remembered(private);
    }
    let sha256 = program.as_ref().map_or_else(
        || planned.jar_sha256.known().cloned().unwrap_or_default(),
        |program| program.jar.sha256.clone(),
    );
    let name = planned.name.known().cloned().unwrap_or_default();
    let subject = Subject { name: &name, origin: &origin };
    let said = diagnostic::application_messages(subject, &report);
    let left = match &report.problem {
        None => state::applied(Some(prior), planned, &sha256, &report.job),
        Some(_) => state::attempted(Some(prior), planned, &sha256, &report.job),
    };
    Ok((left, said))
}

fn origin(session: &Session, planned: &JobModel) -> Result<String, Diagnostics> {
    if let Some(name) = own::name(planned) {
        return Ok(name.origin());
    }
    let location = Location::of(&planned.cluster, &planned.rest_url);
    Ok(session.origin(&location).map_err(|error| diagnostic::no_job_manager(&error))?)
}

fn comes_to_others<'a>(
    session: &Session,
    planned: &JobModel,
    program: &ProgramJar,
    change: &Change,
) -> Result<New<'a>, Diagnostics> {
    let location = Location::of(&planned.cluster, &planned.rest_url);
    let at = session.job_manager(&location).map_err(|error| diagnostic::no_job_manager(&error))?;
    let owner = owner(planned, &at.origin);
    let run = goal::run(owner, planned, program.jar.clone(), None, change);
    Ok(New::Job(Box::new(run), at))
}

fn comes_to_its_own<'a>(
    session: &'a Session,
    planned: &JobModel,
    change: &Change,
) -> Result<New<'a>, Diagnostics> {
    let name = own::name(planned).ok_or_else(diagnostic::undecided)?;
    let place = Place::of(session, name);
    let goal = goal_of_own(None, planned, change, (&place, &Private::default()));
    Ok(New::Own(Box::new(goal.map_err(no_goal)?), Box::new(place)))
}

fn leaves<'a>(
    session: &'a Session,
    (prior, planned): (&JobModel, &JobModel),
    private: &Private,
) -> Result<Old<'a>, Diagnostics> {
    let Some(name) = own::name(prior) else {
        let at = session
            .job_manager(&recorded_at(prior))
            .map_err(|error| diagnostic::no_job_manager(&error))?;
        let suspend = goal::departure(owner(prior, &at.origin), prior, planned);
        return Ok(Old::Job(Box::new(suspend), at));
    };
    let place = Place::of(session, name);
    let suspend = departure((prior, planned), &place, private).map_err(no_goal)?;
    let (remove, _) = recorded_goal(prior, &place, private).map_err(no_goal)?;
    Ok(Old::Own { suspend: Box::new(suspend), remove: Box::new(remove), place: Box::new(place) })
}

async fn relocated(session: &Session, old: &Old<'_>, new: &New<'_>, limits: &Limits) -> Report {
    let _turn = session.turn(&limits.stop).await;
    let leaving = match old {
        Old::Job(suspend, at) => Departure::Job(suspend, at.world()),
        Old::Own { suspend, remove, place } => {
            Departure::Application { suspend, remove, world: &place.world }
        }
    };
    let coming = match new {
        New::Job(run, at) => Arrival::Job(run, at.world()),
        New::Own(goal, place) => Arrival::Application(goal, &place.world),
    };
    let report = relocate(&leaving, &coming, limits).await;
    match old {
        Old::Job(_, at) => at.forget_jobs().await,
        Old::Own { place, .. } => place.forget().await,
    }
    match new {
        New::Job(_, at) => at.forget_jobs().await,
        New::Own(_, place) => place.forget().await,
    }
    report
}

impl New<'_> {
    /// Notes what runs there in the private data.
    fn remembered(&self, private: &mut Private) {
        match self {
            Self::Job(..) => {
                private.0.remove(VERSION);
            }
            Self::Own(goal, _) => {
                private.0.remove(TASKS);
                private.set(VERSION, &goal.desired.program.jar.sha256);
            }
        }
    }
}
