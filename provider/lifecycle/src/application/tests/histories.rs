//! Histories that are drawn: goals, deaths, JobManagers that die, strangers
//! who cancel and delete, with high availability and without. Whatever the history, no job runs twice, and none starts from
//! anything but its newest state.

use std::{collections::BTreeMap, time::Duration};

use proptest::prelude::*;

use super::{
    Kept, apply, apply_until_death, create, keep, looked_into, remove, scouts, standing, suspend,
    to, with_savepoint,
};
use crate::{
    application::{
        Goal, Problem,
        model::{Apps, CRASHES},
    },
    cluster, drawn,
    job::{
        self,
        goal::{UpgradeMode, Verify},
        journal::Phase,
        model::{Death, Fault},
        report::Left,
    },
};

/// What is applied.
#[derive(Clone, Copy, Debug)]
enum Wanted {
    One,
    Other,
    /// Its job fails at once.
    Fails,
    /// Its JobManager never comes up.
    Crashes,
}

impl Wanted {
    fn version(self, keeps_jobs: bool) -> &'static str {
        match (self, keeps_jobs) {
            (Self::One, false) => "a:v1",
            (Self::One, true) => "h:v1",
            (Self::Other, false) => "a:v2",
            (Self::Other, true) => "h:v2",
            (Self::Fails, false) => "a:fails",
            (Self::Fails, true) => "h:fails",
            (Self::Crashes, false) => CRASHES,
            (Self::Crashes, true) => "h:crash",
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Event {
    /// Whether the version is looked into before the one that runs stops.
    Apply(Wanted, Verify),
    Suspend,
    Remove,
    Pass(u8),
    /// The JobManager dies, now or in the middle of the next apply.
    Kill(Option<u8>),
    /// Somebody cancels the job.
    Cancel,
    /// Somebody deletes the Deployments.
    Delete,
}

fn event() -> impl Strategy<Value = (Event, Option<u8>)> {
    let events = prop_oneof![
        4 => verify().prop_map(|verify| Event::Apply(Wanted::One, verify)),
        4 => verify().prop_map(|verify| Event::Apply(Wanted::Other, verify)),
        1 => verify().prop_map(|verify| Event::Apply(Wanted::Fails, verify)),
        1 => verify().prop_map(|verify| Event::Apply(Wanted::Crashes, verify)),
        1 => Just(Event::Suspend),
        1 => Just(Event::Remove),
        3 => (1..50_u8).prop_map(Event::Pass),
        1 => Just(Event::Kill(None)),
        1 => (0..60_u8).prop_map(|at| Event::Kill(Some(at))),
        1 => Just(Event::Cancel),
        1 => Just(Event::Delete),
    ];
    (events, proptest::option::of(0..14_u8))
}

fn verify() -> impl Strategy<Value = Verify> {
    prop_oneof![Just(Verify::None), Just(Verify::DryRun)]
}

/// A client, with what it has recorded.
struct Client {
    apps: Apps,
    kept: Option<Kept>,
    /// Whether its jobs outlive their JobManager.
    keeps_jobs: bool,
    /// When the JobManager dies in the next apply.
    kill: Option<u8>,
    /// Whether it died where nobody can tell any more what its job has left.
    may_be_forgotten: bool,
}

impl Client {
    fn die(&self, death: Option<Death>) {
        *self.apps.universe.flink.death.lock().expect("not poisoned") = death;
    }

    async fn live(&mut self, event: Event, death: Option<u8>) {
        match event {
            Event::Apply(wanted, verify) => {
                let version = wanted.version(self.keeps_jobs);
                let goal = match (&self.kept, verify) {
                    (Some(kept), Verify::None) => to(version, kept),
                    (Some(kept), Verify::DryRun) => looked_into(version, kept),
                    (None, _) => create(version),
                };
                self.apply(&goal, version, death).await;
            }
            Event::Suspend => {
                let Some(kept) = self.kept.clone() else { return };
                let goal = suspend(&kept, UpgradeMode::Savepoint);
                self.apply(&goal, kept.version, death).await;
            }
            Event::Remove => {
                let Some(kept) = self.kept.clone() else { return };
                self.apply(&remove(&kept, with_savepoint()), kept.version, death).await;
            }
            Event::Pass(tenths) => {
                self.apps.pass(Duration::from_millis(u64::from(tenths) * 100)).await;
            }
            Event::Kill(None) => {
                self.may_be_forgotten = true;
                self.apps.kill_job_manager();
            }
            Event::Kill(at) => self.kill = at,
            Event::Delete => {
                self.may_be_forgotten |= !self.keeps_jobs || !self.is_settled();
                self.apps.delete_deployments();
            }
            Event::Cancel => self.apps.universe.kube(|kube, flink| {
                // The next JobManager does not know what the end left.
                self.may_be_forgotten |= !kube.objects.keys().any(|id| id.kind == "Deployment");
                let alive = flink.alive().first().map(|job| job.id.clone());
                if let Some(job) = alive
                    && flink.operations.is_empty()
                {
                    flink.end(&job, job::observed::JobState::Canceled);
                }
            }),
        }
    }

    /// Whether the job that the journal tells of is recorded, and runs. Whether a noted start has
    /// happened, of which version, and what one has left that has ended, nobody can tell without its
    /// JobManager.
    fn is_settled(&self) -> bool {
        let recorded = self.kept.as_ref().and_then(|kept| kept.recorded.job.clone());
        self.apps.universe.flink.with(|flink| {
            let mut noted = flink.journals.iter().flat_map(BTreeMap::values);
            noted.all(|noted| {
                let is_starting = matches!(noted.entry.phase, Phase::Starting { .. });
                let runs = flink.alive().iter().any(|job| job.id == noted.entry.job);
                recorded.as_ref() == Some(&noted.entry.job) && runs && !is_starting
            })
        })
    }

    async fn apply(&mut self, goal: &Goal, version: &'static str, death: Option<u8>) {
        let effects = self.apps.universe.flink.with(|flink| flink.effects);
        self.die(death.map(|at| Death::After(effects + usize::from(at))));
        let kill = self.kill.take();
        self.may_be_forgotten |= kill.is_some();
        let report = {
            let stranger = async {
                if let Some(tenths) = kill {
                    self.apps.pass(Duration::from_millis(u64::from(tenths) * 100)).await;
                    self.apps.kill_job_manager();
                }
                std::future::pending::<()>().await;
            };
            tokio::select! {
                report = apply_until_death(None, goal, &self.apps) => report,
                () = stranger => None,
            }
        };
        self.die(None);
        let Some(report) = report else { return };
        // What is another's is not recorded as ours.
        if report.problem.as_ref().is_some_and(is_anothers) {
            return;
        }
        if report.job.state == Left::Missing && report.problem.is_none() {
            self.kept = None;
        } else if report.job.state != Left::Unknown && report.job.job.is_some() {
            self.kept = Some(keep(&report, version, self.kept.as_ref()));
        }
    }
}

/// Whether a problem is that the job is of somebody who applies something else.
fn is_anothers(problem: &Problem) -> bool {
    matches!(problem, Problem::Job(job::Problem::Exists { .. } | job::Problem::AnotherApply { .. }))
}

/// Whether a problem is that nobody can tell what a job has left.
fn is_forgotten(problem: &Problem) -> bool {
    matches!(
        problem,
        Problem::Job(job::Problem::Forgotten { .. } | job::Problem::NothingToStartFrom { .. })
            | Problem::Cluster(cluster::Problem::Ailing(_))
    )
}

/// Lives through a history, then applies until nothing is left to do.
async fn live(history: &[(Event, Option<u8>)], keeps_jobs: bool) -> Result<(), String> {
    let apps = Apps::new();
    let fails = Wanted::Fails.version(keeps_jobs);
    apps.universe.flink.with(|flink| {
        flink.high_availability = keeps_jobs;
        flink.faults.insert(fails.to_owned(), Fault::FailsAtOnce);
    });
    let mut client = Client { apps, kept: None, keeps_jobs, kill: None, may_be_forgotten: false };
    for (event, death) in history {
        client.live(*event, *death).await;
    }
    let last = Wanted::Other.version(keeps_jobs);
    let goal = match &client.kept {
        Some(kept) => to(last, kept),
        None => create(last),
    };
    let report = apply(&goal, &client.apps).await;
    client.apps.pass(Duration::from_secs(3)).await;
    let end = standing(&client.apps);
    let is_told = match &report.problem {
        None => end.jobs == [last] && scouts::left(&client.apps).is_empty(),
        Some(problem) if is_anothers(problem) => true,
        Some(problem) => {
            let is_nothing = client.apps.universe.flink.with(|flink| flink.disk.is_empty());
            (client.may_be_forgotten || is_nothing) && is_forgotten(problem)
        }
    };
    if !is_told || !end.violations.is_empty() {
        return Err(format!("{:?}\n{end:?}", report.problem));
    }
    Ok(())
}

proptest! {
    #![proptest_config(drawn::config(400))]

    #[test]
    fn no_history_loses_or_doubles_a_job(
        history in prop::collection::vec(event(), 1..8),
        keeps_jobs in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime");
        if let Err(end) = runtime.block_on(live(&history, keeps_jobs)) {
            return Err(TestCaseError::fail(end));
        }
    }
}
