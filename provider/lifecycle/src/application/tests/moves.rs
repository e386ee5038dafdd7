//! A job moves between a cluster that others use and one of its own: whenever
//! the process dies on the way, it runs at its new place in the end, once, from
//! the state that it was stopped with.

use std::{path::PathBuf, time::Duration};

use super::{Kept, remove, running, runs, suspend, to_run, with_savepoint};
use crate::{
    application::{
        Goal, Problem, Report,
        model::{Apps, program},
        relocate::{Arrival, Departure, relocate},
    },
    cluster,
    job::{
        self, Limits, Owner, Recorded,
        goal::{Program, Run, Suspend, UpgradeMode},
        journal::By,
        model::{Death, Model},
        recorded::RecordedState,
    },
};

/// A world whose storage is the other's, too.
struct Near<'a, W> {
    world: &'a W,
    own: &'a Model,
    other: &'a Model,
}

impl<W> Near<'_, W> {
    fn share(&self) {
        let (disk, lineages, runs) = self
            .other
            .with(|flink| (flink.disk.clone(), flink.lineages.clone(), !flink.alive().is_empty()));
        self.own.with(|flink| {
            flink.disk.extend(disk);
            flink.lineages.extend(lineages);
            if runs && !flink.alive().is_empty() {
                flink.violations.push("it runs at both places".to_owned());
            }
        });
    }
}

impl job::World for Near<'_, Model> {
    async fn ask(
        &self,
        question: &job::observed::Question,
    ) -> Result<job::observed::Answer, job::WorldError> {
        self.share();
        self.world.ask(question).await
    }

    async fn perform(&self, step: &job::step::Step) -> Result<job::step::Effect, job::WorldError> {
        self.share();
        self.world.perform(step).await
    }
}

impl cluster::World for Near<'_, Apps> {
    async fn ask(
        &self,
        question: &cluster::observed::Question,
    ) -> Result<cluster::observed::Answer, cluster::world::WorldError> {
        self.share();
        self.world.ask(question).await
    }

    async fn perform(
        &self,
        step: &cluster::step::Step,
    ) -> Result<cluster::step::Effect, cluster::world::WorldError> {
        self.share();
        self.world.perform(step).await
    }
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    ToItsOwn,
    ToOthers,
}

/// On which side the process dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Job,
    Application,
}

/// Both places.
struct Places {
    model: Model,
    apps: Apps,
}

/// What is left at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
struct End {
    reached: bool,
    on_others: Vec<String>,
    on_its_own: Vec<String>,
    objects: usize,
    violations: Vec<String>,
}

fn shared(version: &str) -> Run {
    let mut run = to_run("a:v1", None);
    run.owner = Owner::new("http://flink:8081", "orders");
    run.program = with_jar(version);
    run
}

fn with_jar(version: &str) -> Program {
    let mut program = program(version);
    program.jar.file = Some(PathBuf::from("/job.jar"));
    program
}

impl Places {
    fn new() -> Self {
        Self { model: Model::new(), apps: Apps::new() }
    }

    fn flink(&self, side: Side) -> &Model {
        match side {
            Side::Job => &self.model,
            Side::Application => &self.apps.universe.flink,
        }
    }

    /// The job runs where it is to leave.
    async fn set_up(&self, way: Way) -> Recorded {
        let Way::ToItsOwn = way else { return running(&self.apps).await.recorded };
        let limits = Limits::within(Duration::from_mins(5));
        let run = job::Goal::Run(Box::new(shared("a:v1")));
        let report = job::drive(&run, &self.model, &limits).await;
        assert_eq!(report.problem, None);
        tokio::time::sleep(Duration::from_millis(4_500)).await;
        Recorded {
            job: report.job,
            state: RecordedState::Running,
            program: Some(with_jar("a:v1")),
            last_savepoint_path: None,
            restored_from: None,
        }
    }

    async fn moved(&self, way: Way, recorded: &Recorded) -> Report {
        let Self { model, apps } = self;
        let (flink, limits) = (&apps.universe.flink, Limits::within(Duration::from_mins(5)));
        let others = Near { world: model, own: model, other: flink };
        let own = Near { world: apps, own: flink, other: model };
        match way {
            Way::ToItsOwn => {
                let suspend = departure(recorded);
                let arrival = runs(to_run("a:v2", None), "a:v2", None);
                let old = Departure::Job(&suspend, &others);
                relocate(&old, &Arrival::Application(&arrival, &own), &limits).await
            }
            Way::ToOthers => {
                let kept = Kept { recorded: recorded.clone(), version: "a:v1" };
                let suspend = suspend(&kept, UpgradeMode::Savepoint);
                let remove = remove(&kept, with_savepoint());
                let old =
                    Departure::Application { suspend: &suspend, remove: &remove, world: &own };
                relocate(&old, &Arrival::Job(&shared("a:v2"), &others), &limits).await
            }
        }
    }

    fn end(&self, reached: bool) -> End {
        let versions = |model: &Model| {
            model.with(|flink| {
                flink.alive().iter().map(|job| job.program.jar.sha256.clone()).collect::<Vec<_>>()
            })
        };
        let flink = &self.apps.universe.flink;
        let mut violations = self.model.with(|flink| flink.violations.clone());
        violations.extend(flink.with(|flink| flink.violations.clone()));
        let objects = self.apps.universe.kube(|kube, _| {
            violations.extend(kube.violations.clone());
            kube.objects.len()
        });
        let (on_others, on_its_own) = (versions(&self.model), versions(flink));
        End { reached, on_others, on_its_own, objects, violations }
    }
}

/// The job's end where others run, too.
fn departure(recorded: &Recorded) -> Suspend {
    let kept = Kept { recorded: recorded.clone(), version: "a:v1" };
    let Goal { job: job::Goal::Suspend(suspend), .. } = suspend(&kept, UpgradeMode::Savepoint)
    else {
        panic!("a suspension")
    };
    Suspend { owner: Owner::new("http://flink:8081", "orders"), by: By::Job, ..suspend }
}

/// Where and at which effect the process dies.
type Dies = (Side, fn(usize) -> Death, usize);

/// A move through one death, then again until an end; with how many effects on either side.
async fn play(way: Way, death: Option<Dies>) -> (End, [usize; 2]) {
    let places = Places::new();
    let recorded = places.set_up(way).await;
    let effects = |side| places.flink(side).with(|flink| flink.effects);
    let before = [effects(Side::Job), effects(Side::Application)];
    if let Some((side, death, at)) = death {
        let death = death(effects(side) + at);
        *places.flink(side).death.lock().expect("not poisoned") = Some(death);
    }
    let mut report = tokio::select! {
        report = places.moved(way, &recorded) => Some(report),
        () = places.model.died.notified() => None,
        () = places.apps.universe.flink.died.notified() => None,
    };
    if report.is_none() {
        for side in [Side::Job, Side::Application] {
            *places.flink(side).death.lock().expect("not poisoned") = None;
        }
        report = Some(places.moved(way, &recorded).await);
    }
    let reached = report.is_some_and(|report| report.problem.is_none());
    places.apps.pass(Duration::from_secs(5)).await;
    let after = [effects(Side::Job), effects(Side::Application)];
    (places.end(reached), [after[0] - before[0], after[1] - before[1]])
}

async fn ends_the_same(way: Way) {
    let (expected, effects) = play(way, None).await;
    assert!(expected.reached && expected.violations.is_empty(), "{expected:?}");
    let runs = ["a:v2".to_owned()];
    match way {
        Way::ToItsOwn => assert!(expected.on_its_own == runs && expected.on_others.is_empty()),
        Way::ToOthers => assert!(expected.on_others == runs && expected.objects == 0),
    }
    for (side, effects) in [(Side::Job, effects[0]), (Side::Application, effects[1])] {
        assert!(effects > 0, "{side:?}");
        for at in 0..=effects {
            for death in [Death::Before as fn(usize) -> Death, Death::After] {
                let (end, _) = play(way, Some((side, death, at))).await;
                assert_eq!(end, expected, "{way:?} {side:?} {:?}", death(at));
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_comes_to_a_cluster_of_its_own_whenever_the_process_dies() {
    ends_the_same(Way::ToItsOwn).await;
}

/// Check first, stop second.
#[tokio::test(start_paused = true)]
async fn a_job_does_not_leave_for_a_cluster_that_would_be_refused() {
    let places = Places::new();
    let recorded = places.set_up(Way::ToItsOwn).await;
    places.apps.universe.kube(|kube, _| kube.refused = Some("session-taskmanager".to_owned()));
    let report = places.moved(Way::ToItsOwn, &recorded).await;
    assert!(matches!(report.problem, Some(Problem::Cluster(_))), "{:?}", report.problem);
    let end = places.end(false);
    assert_eq!((end.on_others, end.objects), (vec!["a:v1".to_owned()], 0));
}

#[tokio::test(start_paused = true)]
async fn a_job_leaves_a_cluster_of_its_own_whenever_the_process_dies() {
    ends_the_same(Way::ToOthers).await;
}
