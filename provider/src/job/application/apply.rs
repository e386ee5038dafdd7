//! Create, update and delete of a job with a cluster of its own.

use lifecycle::{
    application::{self, Goal, Report},
    cluster::Name,
    job::{self, Limits, report::Which},
};
use terraform::{
    diagnostics::Diagnostics,
    model::Attr,
    resource::{Context, Outcome, Private},
};

use super::{
    goal::{note, recorded_goal},
    settled::settled,
};
use crate::{
    cluster::{apply::no_goal, place::Place},
    diagnostic::{self, Subject},
    job::{
        action::{Action, Change},
        apply::nothing_done,
        goal::{self, Operation},
        model::JobModel,
        plan::{Facts, decide, fill},
        state,
    },
    session::Session,
};

/// One create or update.
pub(in crate::job) struct Attempt<'a> {
    pub(in crate::job) context: &'a Context<Session>,
    pub(in crate::job) prior: Option<&'a JobModel>,
    pub(in crate::job) operation: Operation,
}

/// The object that is left, and what to say of it.
type Left = (Option<JobModel>, Diagnostics);

impl Attempt<'_> {
    /// Reaches for what is planned, and answers what is left.
    pub(in crate::job) async fn run(
        &self,
        planned: JobModel,
        mut private: Private,
    ) -> Outcome<JobModel> {
        match self.applied(planned, &mut private).await {
            Ok((state, diagnostics)) => Outcome { state, private, diagnostics },
            Err(found) => Outcome { state: self.prior.cloned(), private, diagnostics: found },
        }
    }

    /// `Err`: nothing was done at all.
    async fn applied(&self, planned: JobModel, private: &mut Private) -> Result<Left, Diagnostics> {
        let session = self.context.session.as_ref().ok_or_else(diagnostic::not_configured)?;
        let planned = settled(planned, None, Some(&session.namespace().to_owned()));
        let name = name(&planned).ok_or_else(diagnostic::undecided)?;
        let facts = Facts {
            origin: Attr::Known(name.origin()),
            jar_sha256: planned.jar.known().map_or(Attr::Null, |jar| jar.sha256.clone()),
        };
        let change = decide(self.prior, &planned, &facts).ok_or_else(diagnostic::undecided)?;
        let planned = completed(self.prior, planned, (&facts, &change));
        let sha256 = planned.jar_sha256.known().cloned().unwrap_or_default();
        if matches!(change.action, Action::Nothing | Action::Record | Action::Adopt) {
            note(private, (self.prior, &planned), None);
            let report = nothing_done(self.prior);
            return Ok((state::applied(self.prior, planned, &sha256, &report), Diagnostics::new()));
        }
        let place = Place::of(session, name);
        let goal =
            super::goal::goal(self.prior, &planned, &change, (&place, private)).map_err(no_goal)?;
        let timeout = goal::timeout(&planned, self.operation);
        let limits = Limits { timeout, stop: self.context.stop.clone() };
        let report = driven(session, &goal, &place, &limits).await;
        if report.problem.is_none() || report.job.program == Some(Which::Desired) {
            let starts = matches!(goal.job, job::Goal::Run(_));
            note(private, (self.prior, &planned), starts.then_some(&goal.desired));
        }
        let said = messages(&planned, &place, &report);
        let left = match &report.problem {
            None => state::applied(self.prior, planned, &sha256, &report.job),
            Some(_) => state::attempted(self.prior, planned, &sha256, &report.job),
        };
        Ok((left, said))
    }
}

/// Ends a job as `on_destroy` says, and its cluster with it; works from its attributes alone.
pub(in crate::job) async fn removed(
    context: &Context<Session>,
    session: &Session,
    (prior, private): (JobModel, Private),
) -> Outcome<JobModel> {
    let Some(name) = name(&prior) else {
        return Outcome::of(prior, private).with([diagnostic::undecided()]);
    };
    let place = Place::of(session, name);
    let (goal, _) = match recorded_goal(&prior, &place, &private) {
        Ok(found) => found,
        Err(reason) => return Outcome::of(prior, private).with(no_goal(reason)),
    };
    let timeout = goal::timeout(&prior, Operation::Delete);
    let limits = Limits { timeout, stop: context.stop.clone() };
    let report = driven(session, &goal, &place, &limits).await;
    let said = messages(&prior, &place, &report);
    if report.problem.is_none() {
        let path = report.job.last_savepoint_path.as_ref();
        let text = prior.name.known().map_or("", String::as_str);
        let last = diagnostic::final_savepoint(text, path);
        return Outcome::gone().with(said.into_iter().chain(last));
    }
    Outcome::of(state::left_behind(prior, &report.job), private).with(said)
}

/// Brings it to its goal, when it is this operation's turn.
async fn driven(session: &Session, goal: &Goal, place: &Place<'_>, limits: &Limits) -> Report {
    let _turn = session.turn(&limits.stop).await;
    let report = Box::pin(application::drive(goal, &place.world, limits)).await;
    place.forget().await;
    report
}

/// The cluster that a job's attributes describe.
pub(in crate::job) fn name(job: &JobModel) -> Option<Name> {
    let spec = job.application.known()?;
    Some(Name::new(spec.namespace.known()?.clone(), spec.name.known()?.clone()))
}

/// The planned object with what the plan could not know; known planned values are never touched.
pub(in crate::job) fn completed(
    prior: Option<&JobModel>,
    planned: JobModel,
    (facts, change): (&Facts, &Change),
) -> JobModel {
    let found = fill(prior, planned.clone(), facts, Some(change));
    let open = |planned: &Attr<String>, found: Attr<String>| {
        if planned.is_unknown() { found } else { planned.clone() }
    };
    JobModel {
        id: open(&planned.id, found.id),
        planned_action: open(&planned.planned_action, found.planned_action),
        jar_sha256: open(&planned.jar_sha256, found.jar_sha256),
        cluster_status: open(&planned.cluster_status, found.cluster_status),
        ..planned
    }
}

fn messages(job: &JobModel, place: &Place<'_>, report: &Report) -> Diagnostics {
    let origin = place.name.origin();
    let name = job.name.known().map_or("", String::as_str);
    let said = diagnostic::application_messages(Subject { name, origin: &origin }, report);
    said.into_iter().map(diagnostic::in_application).collect()
}
