//! Refreshes a job with a cluster of its own.

use lifecycle::{
    application::{self, Found, Goal, Problem},
    cluster,
    job::{self, Recorded},
};
use terraform::{
    model::Attr,
    resource::{Outcome, Private},
};

use super::{apply, goal::recorded_goal};
use crate::{
    cluster::{drift::changed, place::Place, plan::READY, state::one_line},
    diagnostic::{self, Subject},
    job::{
        model::JobModel,
        read::{TASKS, never_started},
        state::refreshed,
    },
    session::{OnUnreachable, Session},
};

/// What the job is now.
pub(in crate::job) async fn read(
    session: &Session,
    prior: JobModel,
    private: Private,
) -> Outcome<JobModel> {
    if never_started(&prior) {
        return Outcome::of(prior, private);
    }
    let Some(name) = apply::name(&prior) else { return Outcome::of(prior, private) };
    let place = Place::of(session, name);
    let (goal, recorded) = match recorded_goal(&prior, &place, &private) {
        Ok(found) => found,
        Err(reason) => return Outcome::of(prior, private).with(cluster_said(reason)),
    };
    let origin = place.name.origin();
    let text = prior.name.known().cloned().unwrap_or_default();
    let subject = Subject { name: &text, origin: &origin };
    match look(&place, session, (&goal, &recorded), private.get(TASKS)).await {
        Ok(found) => {
            let remark = diagnostic::live_remarks(subject, &prior, &found.job);
            let now = with_differences(refreshed(prior, &found.job), &found);
            Outcome::of(now, private).with(remark)
        }
        Err(problem) => {
            let said = diagnostic::in_application(not_seen(session, subject, &problem));
            Outcome::of(prior, private).with([said])
        }
    }
}

/// One look at its namespace serves every cluster there.
async fn look(
    place: &Place<'_>,
    session: &Session,
    what: (&Goal, &Recorded),
    tasks: Option<u32>,
) -> Result<Found, Problem> {
    let listing = place.looks.at(session.kubernetes(), &place.name.namespace);
    let objects = listing.objects(&place.name, &application::rendered(what.0)?).await;
    let objects = objects.map_err(Problem::Cluster)?;
    application::read(&place.world, what, (&objects, tasks)).await
}

/// What somebody has changed in the objects of a cluster whose job runs: of one that does not, a
/// start makes them anew.
fn with_differences(mut job: JobModel, found: &Found) -> JobModel {
    let runs = job.state.known().is_some_and(|state| state == "running");
    let (Attr::Known(spec), true) = (&mut job.application, runs) else {
        return JobModel { cluster_status: Attr::Null, ..job };
    };
    let changed = changed(spec, &found.differences);
    let status = changed.map_or_else(|| READY.to_owned(), |changed| one_line(&changed));
    JobModel { cluster_status: Attr::Known(status), ..job }
}

fn cluster_said(reason: crate::cluster::goal::NoGoal) -> terraform::diagnostics::Diagnostics {
    crate::cluster::apply::no_goal(reason)
}

/// What is said of a job that nobody could be asked about.
fn not_seen(
    session: &Session,
    subject: Subject<'_>,
    problem: &Problem,
) -> terraform::diagnostics::Diagnostic {
    let warns = session.on_unreachable == OnUnreachable::Warn;
    match problem {
        Problem::Job(found @ job::Problem::Unreachable { .. }) if warns => {
            diagnostic::unreachable_on_refresh(subject, found)
        }
        Problem::Job(found) => diagnostic::problem(subject, found),
        Problem::Cluster(found @ cluster::Problem::Unreachable { .. }) if warns => {
            diagnostic::cluster_unreachable_on_refresh(subject.origin, found)
        }
        Problem::Cluster(found) => diagnostic::cluster_problem(subject.origin, found),
        // Nothing is looked into by a read.
        Problem::Scout(ailment) => {
            let found = cluster::Problem::Ailing(ailment.clone());
            diagnostic::cluster_problem(subject.origin, &found)
        }
    }
}

#[cfg(test)]
mod tests {
    use lifecycle::{
        cluster::{
            compare::{Difference, What},
            goal::Id,
        },
        job::read::{Live, LiveState},
    };
    use serde_json::json;

    use super::*;
    use crate::{cluster::model::ClusterSpec, job::application::model::OwnCluster};

    fn job(state: &str) -> JobModel {
        JobModel {
            state: Attr::Known(state.to_owned()),
            application: Attr::Known(OwnCluster::from(ClusterSpec {
                name: Attr::Known("orders".to_owned()),
                ..ClusterSpec::default()
            })),
            ..JobModel::default()
        }
    }

    fn found(differences: Vec<Difference>) -> Found {
        let (state, job) = (LiveState::Running, None);
        let job = Live { job, state, parallelism: None, tasks: None, cause: None, newest: None };
        Found { job, differences }
    }

    fn of(kind: &str, name: &str, what: What) -> Found {
        found(vec![Difference { object: Id::new("v1", kind, name), what }])
    }

    #[test]
    fn what_somebody_has_changed_in_the_cluster_is_in_its_attributes_or_in_words() {
        let status = |job: &JobModel| job.cluster_status.known().cloned();
        let ready = with_differences(job("running"), &found(vec![]));
        assert_eq!(
            (status(&ready).as_deref(), &ready.application),
            (Some("ready"), &job("").application)
        );
        let deleted =
            with_differences(job("running"), &of("Service", "orders-rest", What::Missing));
        let told = status(&deleted).expect("it is told");
        assert!(
            told.starts_with("changed: ") && told.ends_with("orders-rest was deleted"),
            "{told}"
        );
        let path = ["spec", "replicas"].map(str::to_owned).to_vec();
        let scaled = What::Value { path, is: Some(json!(3)), should: json!(1) };
        let scaled =
            with_differences(job("running"), &of("Deployment", "orders-taskmanager", scaled));
        let spec = scaled.application.known().expect("it has one");
        let replicas = spec.task_manager.known().map(|manager| manager.own.replicas);
        assert_eq!((status(&scaled).as_deref(), replicas), (Some("ready"), Some(Attr::Known(3))));
        let ended = with_differences(job("failed"), &of("Service", "orders-rest", What::Missing));
        assert_eq!(status(&ended), None);
    }
}
