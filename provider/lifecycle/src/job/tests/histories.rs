//! Generated histories: goals, deaths, faults and strangers in any order.
//!
//! Held at every moment: never two running jobs of one owner, never a start
//! from anything but the newest durable state, never two stops at once. Held
//! at the end: a client that applies once more gets its job, with that state.

use std::time::Duration;

use proptest::prelude::*;

use super::{
    apply, apply_until_death, create, pass, record, remove, run, savepoint, suspend, to_run,
};
use crate::{
    drawn,
    job::{
        goal::{Goal, Intent},
        model::{Death, Fault, Model, SAVEPOINTS, StopFault},
        observed::JobState,
        problem::Problem,
        recorded::{Recorded, RecordedState},
        report::{Report, Which},
    },
};

/// Something that happens.
#[derive(Clone, Debug)]
enum Event {
    Apply(Version),
    Suspend,
    Remove,
    Savepoint(u8),
    /// The next apply's process dies at this effect.
    Dies(u8, usize),
    /// This happens in the middle of the next apply, after so many ms.
    Meanwhile(u64, Stranger),
    Now(Stranger),
    Pass(u64),
    NextStop(StopFault),
    /// Flink forgets all operations that are done.
    Expires,
}

/// What others do.
#[derive(Clone, Copy, Debug)]
enum Stranger {
    Cancels,
    Stops,
    KillsJobManager,
}

/// `v1` and `v2` work; the others do not.
#[derive(Clone, Copy, Debug)]
enum Version {
    One,
    Two,
    Throws,
    Fails,
    FailsLater,
    Restarts,
    DoesNotFit,
}

impl Version {
    fn name(self) -> &'static str {
        match self {
            Self::One => "v1",
            Self::Two => "v2",
            Self::Throws => "throws",
            Self::Fails => "fails",
            Self::FailsLater => "fails later",
            Self::Restarts => "restarts",
            Self::DoesNotFit => "does not fit",
        }
    }
}

fn version() -> impl Strategy<Value = Version> {
    prop_oneof![
        4 => Just(Version::One),
        4 => Just(Version::Two),
        1 => Just(Version::Throws),
        1 => Just(Version::Fails),
        1 => Just(Version::FailsLater),
        1 => Just(Version::Restarts),
        1 => Just(Version::DoesNotFit),
    ]
}

fn stranger() -> impl Strategy<Value = Stranger> {
    prop_oneof![Just(Stranger::Cancels), Just(Stranger::Stops), Just(Stranger::KillsJobManager)]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => version().prop_map(Event::Apply),
        1 => Just(Event::Suspend),
        1 => Just(Event::Remove),
        1 => (0..3_u8).prop_map(Event::Savepoint),
        4 => (0..3_u8, 1..6_usize).prop_map(|(kind, at)| Event::Dies(kind, at)),
        2 => (0..2_000_u64, stranger()).prop_map(|(at, who)| Event::Meanwhile(at, who)),
        2 => stranger().prop_map(Event::Now),
        3 => (0..6_000_u64).prop_map(Event::Pass),
        1 => Just(Event::Expires),
        1 => prop_oneof![Just(StopFault::SavepointFails), Just(StopFault::JobFailsStopping)]
            .prop_map(Event::NextStop),
    ]
}

/// A client, with what it has recorded.
struct Client {
    model: Model,
    recorded: Option<Recorded>,
    /// Whether it keeps what a failed apply answers.
    keeps: bool,
    dies: Option<(u8, usize)>,
    meanwhile: Option<(u64, Stranger)>,
}

impl Client {
    fn new(high_availability: bool, keeps: bool) -> Self {
        let model = Model::new();
        model.with(|flink| {
            flink.high_availability = high_availability;
            for (version, fault) in [
                (Version::Throws, Fault::MainThrows),
                (Version::Fails, Fault::FailsAtOnce),
                (Version::FailsLater, Fault::FailsLater),
                (Version::Restarts, Fault::Restarts),
                (Version::DoesNotFit, Fault::DoesNotFit),
            ] {
                flink.faults.insert(version.name().to_owned(), fault);
            }
        });
        Self { model, recorded: None, keeps, dies: None, meanwhile: None }
    }

    async fn happens(&mut self, event: Event) {
        match event {
            Event::Apply(version) => self.run(version.name()).await,
            Event::Suspend => {
                if let Some(recorded) = self.recorded.clone() {
                    let version = self.version();
                    let report = self.reach(&suspend(&recorded)).await;
                    self.keep(report, &version);
                }
            }
            Event::Remove => {
                if let Some(recorded) = self.recorded.clone() {
                    let report = self.reach(&remove(&recorded)).await;
                    if report.is_some_and(|report| report.problem.is_none()) {
                        self.recorded = None;
                        self.model.with(|flink| flink.forget_elsewhere(None));
                    }
                }
            }
            Event::Savepoint(key) => {
                self.reach(&savepoint(&key.to_string())).await;
            }
            Event::Dies(kind, at) => self.dies = Some((kind, at)),
            Event::Meanwhile(at, who) => self.meanwhile = Some((at, who)),
            Event::Now(who) => act(&self.model, who, self.known().as_deref()),
            Event::Pass(millis) => pass(Duration::from_millis(millis)).await,
            Event::Expires => self.model.with(crate::job::model::Flink::expire),
            Event::NextStop(fault) => self.model.with(|flink| flink.next_stop = vec![fault]),
        }
    }

    /// The path that it would find again in its record.
    fn known(&self) -> Option<String> {
        self.recorded.as_ref().and_then(|recorded| recorded.last_savepoint_path.clone())
    }

    fn version(&self) -> String {
        let program = self.recorded.as_ref().and_then(|known| known.program.as_ref());
        program.map_or_else(|| "v1".to_owned(), |program| program.jar.sha256.clone())
    }

    /// Refreshes, plans and applies.
    async fn run(&mut self, version: &str) {
        self.refresh();
        let goal = match self.recorded.clone() {
            None => create(version),
            Some(recorded) => {
                let same = self.version() == version;
                let intent = if same { Intent::Keep } else { Intent::Replace };
                run(crate::job::goal::Run { intent, ..to_run(version, Some(recorded)) })
            }
        };
        let report = self.reach(&goal).await;
        self.keep(report, version);
    }

    /// The job that runs becomes the recorded one.
    fn refresh(&mut self) {
        let alive = self
            .model
            .with(|flink| flink.alive().first().map(|job| (job.id.clone(), job.program.clone())));
        if let (Some(recorded), Some((id, _))) = (&mut self.recorded, alive) {
            recorded.state = RecordedState::Running;
            recorded.job = Some(id);
        }
    }

    fn keep(&mut self, report: Option<Report>, version: &str) {
        let Some(report) = report else { return };
        if report.problem.is_some() && !self.keeps {
            return;
        }
        let is_previous = report.problem.is_some() && report.program != Some(Which::Desired);
        let version = if is_previous { self.version() } else { version.to_owned() };
        if report.problem.is_some() && report.job.is_none() {
            return;
        }
        self.recorded = Some(record(&report, &version));
    }

    async fn reach(&mut self, goal: &Goal) -> Option<Report> {
        let effects = self.model.with(|flink| flink.effects);
        let death = self.dies.take().map(|(kind, at)| match kind {
            0 => Death::Before(effects + at),
            1 => Death::Amid(effects + at),
            _ => Death::After(effects + at),
        });
        *self.model.death.lock().expect("not poisoned") = death;
        let meanwhile = self.meanwhile.take();
        let known = self.known();
        let model = &self.model;
        let others = async {
            if let Some((at, who)) = meanwhile {
                pass(Duration::from_millis(at)).await;
                act(model, who, known.as_deref());
            }
            std::future::pending::<()>().await;
        };
        let report = tokio::select! {
            report = apply_until_death(None, goal, model) => report,
            () = others => None,
        };
        *self.model.death.lock().expect("not poisoned") = None;
        report
    }
}

/// What strangers do, to whatever runs. `known` is a path that is recorded.
fn act(model: &Model, who: Stranger, known: Option<&str>) {
    model.with(|flink| {
        let alive = flink.alive().first().map(|job| job.id.clone());
        match (who, alive) {
            (Stranger::KillsJobManager, _) => {
                // A savepoint elsewhere is known to the JobManager alone.
                flink.forget_elsewhere(known);
                flink.restart_job_manager();
            }
            (Stranger::Cancels, Some(job)) => flink.end(&job, JobState::Canceled),
            (Stranger::Stops, Some(job)) => flink.stop_elsewhere(&job),
            (Stranger::Cancels | Stranger::Stops, None) => {}
        }
    });
}

/// Lets a history happen; gives what went wrong.
async fn play(events: Vec<Event>, high_availability: bool, keeps: bool) -> Vec<String> {
    let mut client = Client::new(high_availability, keeps);
    for event in events {
        client.happens(event).await;
    }
    client.dies = None;
    client.meanwhile = None;
    client.model.with(|flink| flink.next_stop.clear());
    pass(Duration::from_secs(10)).await;
    client.refresh();
    let goal = match client.recorded.clone() {
        None => create("v1"),
        Some(recorded) => {
            run(crate::job::goal::Run { intent: Intent::Replace, ..to_run("v1", Some(recorded)) })
        }
    };
    let report = apply(&goal, &client.model).await;
    client.model.with(|flink| {
        let mut wrong = flink.violations.clone();
        let nothing_left = flink.disk.keys().all(|path| flink.unknown.contains(path));
        match &report.problem {
            None => {}
            // A create with a job of an apply that was never recorded.
            Some(Problem::Exists { .. }) if goal_is_create(&goal) => {}
            Some(Problem::NothingToStartFrom { .. }) if nothing_left => {}
            Some(Problem::Forgotten { reason, .. }) if reason.contains("the same time") => {}
            Some(problem) => wrong.push(format!("the end: {problem:?}")),
        }
        let alive = flink.alive().len();
        if alive != 1 && report.problem.is_none() {
            wrong.push(format!("{alive} jobs run at the end"));
        }
        wrong.extend(flink.lost_paths(SAVEPOINTS));
        wrong
    })
}

fn goal_is_create(goal: &Goal) -> bool {
    matches!(goal, Goal::Run(run) if run.recorded.is_none())
}

#[tokio::test(start_paused = true)]
async fn a_new_job_that_somebody_stops_with_a_savepoint_is_not_rolled_back() {
    let events = vec![
        Event::Pass(174),
        Event::Apply(Version::Two),
        Event::Meanwhile(838, Stranger::Stops),
        Event::Apply(Version::One),
    ];
    assert_eq!(play(events, false, false).await, Vec::<String>::new());
}

proptest! {
    #![proptest_config(drawn::config(9_500))]

    #[test]
    fn no_history_loses_or_doubles_anything(
        events in prop::collection::vec(event(), 1..14),
        high_availability: bool,
        keeps: bool,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime");
        let wrong = runtime.block_on(play(events, high_availability, keeps));
        prop_assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
