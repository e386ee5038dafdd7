//! Create, update and delete of a job: makes the goal, has it reached, answers the truth.

use std::{path::PathBuf, sync::Arc};

use lifecycle::{
    flink::download::{Fetched, Source},
    job::{Goal, Owner, Report, drive::Limits, goal::Jar, report::Left},
};
use terraform::{
    diagnostics::{Diagnostic, Diagnostics},
    model::Attr,
    resource::{Context, CreateInput, Outcome, Private, UpdateInput},
};

use super::{
    action::{Action, Change},
    application::{self, settled::goes_elsewhere},
    goal::{self, Operation},
    jar::{JarError, JarFiles},
    model::JobModel,
    moving,
    plan::{Facts, decide, recorded_at},
    planning, read, state,
};
use crate::{
    diagnostic::{self, Subject},
    job_manager::JobManager,
    location::Location,
    session::Session,
};

/// Starts a job, or finds the one that an earlier attempt started.
pub(super) async fn create(
    jars: &JarFiles,
    context: &Context<Session>,
    input: CreateInput<JobModel>,
) -> Outcome<JobModel> {
    let CreateInput { planned, config: _, private } = input;
    let attempt = Attempt { jars, context, prior: None, operation: Operation::Create };
    attempt.run(planned, private).await
}

/// Changes a job, going on from wherever an earlier attempt stopped.
pub(super) async fn update(
    jars: &JarFiles,
    context: &Context<Session>,
    input: UpdateInput<JobModel>,
) -> Outcome<JobModel> {
    let UpdateInput { prior, planned, config: _, private } = input;
    let attempt = Attempt { jars, context, prior: Some(&prior), operation: Operation::Update };
    attempt.run(planned, private).await
}

/// Stops a job as `on_destroy` says; works from its attributes alone.
pub(super) async fn delete(
    context: &Context<Session>,
    prior: JobModel,
    private: Private,
) -> Outcome<JobModel> {
    let Some(session) = &context.session else {
        return Outcome::of(prior, private).with([diagnostic::not_configured()]);
    };
    if !prior.application.is_null() {
        return Box::pin(application::apply::removed(context, session, (prior, private))).await;
    }
    let at = match session.job_manager(&recorded_at(&prior)) {
        Ok(at) => at,
        Err(error) => {
            return Outcome::of(prior, private).with([diagnostic::no_job_manager(&error)]);
        }
    };
    let goal = goal::remove(owner(&prior, &at.origin), &prior);
    let timeout = goal::timeout(&prior, Operation::Delete);
    let limits = Limits { timeout, stop: context.stop.clone() };
    let report = session.reach(&at, goal, &limits).await;
    let messages = messages(&prior, &at, &report);
    if report.problem.is_none() {
        let last = diagnostic::final_savepoint(name(&prior), report.last_savepoint_path.as_ref());
        return Outcome::gone().with(messages.into_iter().chain(last));
    }
    let left = state::left_behind(prior, &report);
    Outcome::of(left, private).with(messages)
}

/// One create or update.
pub(super) struct Attempt<'a> {
    jars: &'a JarFiles,
    pub(super) context: &'a Context<Session>,
    prior: Option<&'a JobModel>,
    operation: Operation,
}

impl Attempt<'_> {
    async fn run(&self, planned: JobModel, mut private: Private) -> Outcome<JobModel> {
        if let Some(prior) = self.prior.filter(|prior| goes_elsewhere(prior, &planned)) {
            return Box::pin(moving::moved(self, (prior, planned), private)).await;
        }
        if !planned.application.is_null() {
            let Self { jars: _, context, prior, operation } = *self;
            let attempt = application::apply::Attempt { context, prior, operation };
            return Box::pin(attempt.run(planned, private)).await;
        }
        match self.applied(planned).await {
            Ok((state, messages)) => {
                self.remember(state.as_ref(), &mut private).await;
                Outcome { state, private, diagnostics: messages }
            }
            Err(found) => Outcome { state: self.prior.cloned(), private, diagnostics: found },
        }
    }

    /// What is left, with what to say of it; `Err`: nothing was done at all.
    async fn applied(
        &self,
        planned: JobModel,
    ) -> Result<(Option<JobModel>, Diagnostics), Diagnostics> {
        let session = self.context.session.as_ref().ok_or_else(diagnostic::not_configured)?;
        let at = session
            .job_manager(&Location::of(&planned.cluster, &planned.rest_url))
            .map_err(|error| diagnostic::no_job_manager(&error))?;
        let (origin, _) = planning::origin(self.context, &planned);
        let facts = Facts { origin, jar_sha256: planned.jar_sha256.clone() };
        let change = decide(self.prior, &planned, &facts).ok_or_else(diagnostic::undecided)?;
        match change.action {
            Action::Record if self.follows_otherwise(&planned) => {
                Box::pin(self.started(session, planned, &at, &change)).await
            }
            Action::Nothing | Action::Record | Action::Adopt => {
                let sha256 = planned.jar_sha256.known().cloned().unwrap_or_default();
                let report = nothing_done(self.prior);
                Ok((state::applied(self.prior, planned, &sha256, &report), Diagnostics::new()))
            }
            // Only a job with a cluster of its own has one that changes with it.
            Action::InPlace => Err(diagnostic::undecided().into()),
            Action::CreateSuspended | Action::Suspend(_) | Action::SuspendEnded { .. } => {
                Box::pin(self.suspended(session, planned, at)).await
            }
            Action::Create(_)
            | Action::Restart(..)
            | Action::CarryOver { .. }
            | Action::Rescale { .. }
            | Action::Resume(_)
            | Action::Repair { .. }
            | Action::Restore(_) => Box::pin(self.started(session, planned, &at, &change)).await,
        }
    }

    /// Keeps how many tasks the job was left with.
    async fn remember(&self, left: Option<&JobModel>, private: &mut Private) {
        let Some((session, job)) = self.context.session.as_ref().zip(left) else { return };
        if let Ok(at) = session.job_manager(&recorded_at(job)) {
            read::remember(&at, job, private).await;
        }
    }

    /// Whether a job that runs is to follow its cluster from now on, or no longer: its journal is
    /// to know, and nothing is restarted for it.
    fn follows_otherwise(&self, planned: &JobModel) -> bool {
        let runs = |prior: &JobModel| prior.state.known().is_some_and(|state| state == "running");
        self.prior
            .is_some_and(|prior| runs(prior) && goal::follows(prior) != goal::follows(planned))
    }

    /// Stops the job where it is recorded, whatever else changes.
    async fn suspended(
        &self,
        session: &Session,
        planned: JobModel,
        at: Arc<JobManager>,
    ) -> Result<(Option<JobModel>, Diagnostics), Diagnostics> {
        let (goal, at) = match self.prior {
            Some(prior) => {
                let old = job_manager_of(session, prior)?;
                (goal::departure(owner(prior, &old.origin), prior, &planned), old)
            }
            None => (goal::suspend(owner(&planned, &at.origin), &planned, None), at),
        };
        let report = session.reach(&at, Goal::Suspend(goal), &self.limits(&planned)).await;
        let messages = messages(&planned, &at, &report);
        let sha256 = planned.jar_sha256.known().cloned().unwrap_or_default();
        Ok((state::applied(self.prior, planned, &sha256, &report), messages))
    }

    async fn started(
        &self,
        session: &Session,
        planned: JobModel,
        at: &JobManager,
        change: &Change,
    ) -> Result<(Option<JobModel>, Diagnostics), Diagnostics> {
        let program = self.program(&planned).await?;
        let owner = owner(&planned, &at.origin);
        let limits = self.limits(&planned);
        let run =
            |recorded| goal::run(owner.clone(), &planned, program.jar.clone(), recorded, change);
        let report = match self.prior {
            Some(prior) if has_moved(prior, &owner) => {
                let old = job_manager_of(session, prior)?;
                let departure = goal::departure(self::owner(prior, &old.origin), prior, &planned);
                session.relocate((&departure, &old), (&run(None), at), &limits).await
            }
            Some(prior) => {
                let recorded = goal::recorded(prior, self.recorded_file(prior));
                session.reach(at, Goal::Run(Box::new(run(Some(recorded)))), &limits).await
            }
            None => session.reach(at, Goal::Run(Box::new(run(None))), &limits).await,
        };
        let said = messages(&planned, at, &report);
        Ok((state::applied(self.prior, planned, &program.jar.sha256, &report), said))
    }

    pub(super) fn limits(&self, job: &JobModel) -> Limits {
        Limits { timeout: goal::timeout(job, self.operation), stop: self.context.stop.clone() }
    }

    /// The program to start, its jar at hand where that is possible.
    pub(super) async fn program(&self, planned: &JobModel) -> Result<ProgramJar, Diagnostics> {
        let jar = planned.jar.known().ok_or_else(diagnostic::undecided)?;
        let planned_hash = planned.jar_sha256.known();
        match (&jar.path, &jar.uri) {
            (Attr::Known(path), _) => local(self.jars, path, planned_hash),
            (_, Attr::Known(uri)) => fetched(uri, planned_hash).await,
            (Attr::Null | Attr::Unknown, _) => Err(diagnostic::undecided().into()),
        }
    }

    /// Where the jar of the recorded version can still be read.
    fn recorded_file(&self, prior: &JobModel) -> Option<PathBuf> {
        let path = prior.jar.known()?.path.known()?;
        let hash = self.jars.hash(path).ok()?;
        (Some(&hash) == prior.jar_sha256.known()).then(|| PathBuf::from(path))
    }
}

/// A jar, and the temporary file that it may lie in, which goes when this does.
pub(super) struct ProgramJar {
    pub(super) jar: Jar,
    _fetched: Option<Fetched>,
}

fn local(jars: &JarFiles, path: &str, planned: Option<&String>) -> Result<ProgramJar, Diagnostics> {
    let jar = match (jars.hash(path), planned) {
        (Ok(found), Some(planned)) if found != *planned => {
            return Err(diagnostic::changed_since_plan(path, planned, &found).into());
        }
        (Ok(sha256), _) => Jar { sha256, file: Some(PathBuf::from(path)) },
        // The cluster may still have it; where it has not, that is a problem of its own.
        (Err(JarError::Missing { .. }), Some(planned)) => {
            Jar { sha256: planned.clone(), file: None }
        }
        (Err(error), _) => return Err(diagnostic::jar_error(&error).into()),
    };
    Ok(ProgramJar { jar, _fetched: None })
}

async fn fetched(uri: &str, planned: Option<&String>) -> Result<ProgramJar, Diagnostics> {
    let source = Source::new(uri).map_err(|error| diagnostic::not_fetched(&error))?;
    let fetched = source.fetch().await.map_err(|error| diagnostic::not_fetched(&error))?;
    if let Some(planned) = planned.filter(|planned| **planned != fetched.sha256) {
        return Err(diagnostic::hash_differs(planned, &fetched.sha256).into());
    }
    let jar = Jar { sha256: fetched.sha256.clone(), file: Some(fetched.file.path().to_owned()) };
    Ok(ProgramJar { jar, _fetched: Some(fetched) })
}

fn job_manager_of(session: &Session, prior: &JobModel) -> Result<Arc<JobManager>, Diagnostic> {
    session.job_manager(&recorded_at(prior)).map_err(|error| diagnostic::no_job_manager(&error))
}

fn has_moved(prior: &JobModel, owner: &Owner) -> bool {
    prior.id.known().is_some_and(|id| *id != owner.to_string())
}

/// The owner of a job: its name on its JobManager.
pub(super) fn owner(job: &JobModel, origin: &str) -> Owner {
    Owner::new(origin, name(job))
}

fn name(job: &JobModel) -> &str {
    job.name.known().map_or("", String::as_str)
}

fn messages(job: &JobModel, at: &JobManager, report: &Report) -> Diagnostics {
    diagnostic::messages(Subject { name: name(job), origin: &at.origin }, report)
}

/// The report of a change that touches nothing in Flink.
pub(super) fn nothing_done(prior: Option<&JobModel>) -> Report {
    Report {
        state: Left::Unknown,
        job: prior.and_then(|prior| prior.job_id.known()).and_then(|id| id.parse().ok()),
        program: None,
        last_savepoint_path: None,
        restored_from: None,
        remarks: vec![],
        problem: None,
    }
}
