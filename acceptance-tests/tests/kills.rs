//! The provider, or Terraform with it, is killed right before and right after every request that
//! changes something; one more apply reaches the same end, and no record is lost or doubled.
//!
//! `KILLS` says how many (a handful when it is not set), `SEED` in which order.

use acceptance_tests::counting::Counting;
use acceptance_tests::dice::Dice;
use acceptance_tests::flink::{Cluster, Setup};
use acceptance_tests::gate::{Effect, Gate, Moment};
use acceptance_tests::jars::Jar;
use acceptance_tests::terraform::{Running, Workspace};
use acceptance_tests::{Failure, Outcome};
use std::collections::BTreeMap;
use std::env;
use std::fmt::Write;
use tokio::select;

const JOB: &str = "flink_job.it";
const A_HANDFUL: usize = 6;
const STATE: [&str; 4] = ["--payload", "65536", "--keys", "64"];

/// What Terraform is about when it is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Operation {
    Create,
    Upgrade,
    LastState,
    Suspend,
    Resume,
    Savepoint,
    Dispose,
    /// On a scheduler that does not adapt: by a stop and a start.
    Rescale,
    /// On one that does.
    RescaleInPlace,
    Destroy,
}

/// Who is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Victim {
    Provider,
    Both,
}

/// Each operation with the requests that it makes.
const EFFECTS: [(Operation, &[Effect]); 10] = [
    (Operation::Create, &[Effect::Upload, Effect::Run]),
    (
        Operation::Upgrade,
        &[Effect::Upload, Effect::Plan, Effect::Stop, Effect::Run, Effect::DeleteJar],
    ),
    (Operation::LastState, &[Effect::Cancel, Effect::Run]),
    (Operation::Suspend, &[Effect::Stop]),
    (Operation::Resume, &[Effect::Run]),
    (Operation::Savepoint, &[Effect::Savepoint]),
    (Operation::Dispose, &[Effect::Dispose]),
    (Operation::Rescale, &[Effect::Stop, Effect::Run]),
    (Operation::RescaleInPlace, &[Effect::Rescale]),
    (Operation::Destroy, &[Effect::Stop]),
];

type Cell = (Operation, Effect, Moment, Victim);

fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for (operation, effects) in EFFECTS {
        for effect in effects {
            for moment in [Moment::Before, Moment::After] {
                for victim in [Victim::Provider, Victim::Both] {
                    cells.push((operation, *effect, moment, victim));
                }
            }
        }
    }
    cells
}

#[tokio::test]
async fn a_kill_at_any_request_changes_nothing_about_the_end() -> Outcome {
    let mut dice = Dice::new();
    println!("SEED={}", dice.seed());
    let wanted = env::var("KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(A_HANDFUL);
    let mut scenes = Scenes::default();
    let mut hits: BTreeMap<Cell, usize> = cells().into_iter().map(|cell| (cell, 0)).collect();
    let mut order = Vec::new();
    while order.len() < wanted {
        order.extend(dice.shuffled(cells()));
    }
    for (number, cell) in order.into_iter().take(wanted).enumerate() {
        println!("kill {} of {wanted}: {cell:?}", number + 1);
        let scene = scenes.of(cell.0).await?;
        scene
            .kill_at(cell)
            .await
            .map_err(|failure| Failure::new(format!("{cell:?}: {failure:?}")))?;
        *hits.entry(cell).or_default() += 1;
    }
    println!("{}", table(&hits));
    if wanted >= hits.len() {
        assert_eq!(hits.iter().find(|(_, count)| **count == 0), None);
    }
    scenes.end().await
}

/// Step by before and after, each with how often the provider and both were killed there.
fn table(hits: &BTreeMap<Cell, usize>) -> String {
    let mut table = format!(
        "{:<14} {:<10} {:<8} {:>8} {:>8}\n",
        "operation", "request", "moment", "provider", "both"
    );
    for ((operation, effect, moment, victim), alone) in hits {
        if *victim == Victim::Provider {
            let both =
                hits.get(&(*operation, *effect, *moment, Victim::Both)).copied().unwrap_or(0);
            let names = [format!("{operation:?}"), format!("{effect:?}"), format!("{moment:?}")];
            let [operation, effect, moment] = names;
            let _ =
                writeln!(table, "{operation:<14} {effect:<10} {moment:<8} {alone:>8} {both:>8}");
        }
    }
    table
}

/// One job on each kind of scheduler, each started when it is first needed.
#[derive(Default)]
struct Scenes {
    usual: Option<Scene>,
    adaptive: Option<Scene>,
}

impl Scenes {
    async fn of(&mut self, operation: Operation) -> Outcome<&mut Scene> {
        let (scene, setup) = if operation == Operation::RescaleInPlace {
            let setup = Setup::default().option("jobmanager.scheduler", "adaptive");
            (&mut self.adaptive, setup)
        } else {
            (&mut self.usual, Setup::default())
        };
        let started = match scene.take() {
            Some(started) => started,
            None => Scene::start(setup).await?,
        };
        Ok(scene.insert(started))
    }

    async fn end(self) -> Outcome {
        for scene in [self.usual, self.adaptive].into_iter().flatten() {
            scene.workspace.destroy().await?.expect(0)?;
        }
        Ok(())
    }
}

/// One job that lives through all kills.
struct Scene {
    cluster: Cluster,
    gate: Gate,
    workspace: Workspace,
    counting: Counting,
    builds: u32,
    savepoints: u32,
    parallelism: u32,
}

impl Scene {
    async fn start(setup: Setup) -> Outcome<Self> {
        let cluster = Cluster::start(setup).await?;
        let gate = Gate::open(cluster.url()).await?;
        let workspace = Workspace::new(&gate.url())?;
        let counting = Counting::on(&cluster, "kills")?;
        let mut scene =
            Self { cluster, gate, workspace, counting, builds: 0, savepoints: 0, parallelism: 2 };
        scene.configure(Operation::Create)?;
        scene.workspace.apply().await?.expect(0)?;
        scene.counting.wait_for_lines(30).await?;
        Ok(scene)
    }

    /// The configuration that `operation` leads to.
    fn configure(&mut self, operation: Operation) -> Outcome {
        let more = match operation {
            Operation::Suspend => "state = \"suspended\"",
            Operation::LastState => "upgrade_mode = \"last_state\"",
            Operation::Create
            | Operation::Upgrade
            | Operation::Resume
            | Operation::Savepoint
            | Operation::Dispose
            | Operation::Rescale
            | Operation::RescaleInPlace
            | Operation::Destroy => "",
        };
        let new_program =
            matches!(operation, Operation::Create | Operation::Upgrade | Operation::LastState);
        self.builds += u32::from(new_program);
        if matches!(operation, Operation::Rescale | Operation::RescaleInPlace) {
            self.parallelism = 5 - self.parallelism;
        }
        let build = format!("build {}", self.builds);
        let jar = Jar::V1.rebuilt(&build, self.workspace.path())?.display().to_string();
        let more = format!("parallelism = {}\n{more}", self.parallelism);
        let hcl = self.counting.resource(Jar::V1, &STATE, &more)?;
        let mut hcl = hcl.replace(&Jar::V1.path()?.display().to_string(), &jar);
        if operation == Operation::Savepoint {
            self.savepoints += 1;
            write!(
                hcl,
                "resource \"flink_savepoint\" \"it\" {{\n  job = flink_job.it.id\n  \
                 triggers = {{ number = \"{}\" }}\n  dispose_on_destroy = true\n}}\n",
                self.savepoints
            )?;
        }
        self.workspace.configure(&hcl)
    }

    /// Brings the job to where `operation` can begin.
    async fn prepare(&mut self, operation: Operation, effect: Effect) -> Outcome {
        let before = match operation {
            Operation::Create => {
                self.workspace.destroy().await?.expect(0)?;
                return Ok(());
            }
            Operation::Resume => Operation::Suspend,
            Operation::Dispose => Operation::Savepoint,
            // The jar before the last is deleted.
            Operation::Upgrade if effect == Effect::DeleteJar => Operation::Upgrade,
            Operation::Upgrade
            | Operation::LastState
            | Operation::Suspend
            | Operation::Savepoint
            | Operation::Rescale
            | Operation::RescaleInPlace
            | Operation::Destroy => return Ok(()),
        };
        self.configure(before)?;
        self.workspace.apply().await?.expect(0)?;
        Ok(())
    }

    fn begin(&self, operation: Operation) -> Outcome<Running> {
        let command = if operation == Operation::Destroy { "destroy" } else { "apply" };
        self.workspace.start(&[command, "-auto-approve", "-no-color", "-input=false"])
    }

    async fn kill_at(&mut self, (operation, effect, moment, victim): Cell) -> Outcome {
        self.prepare(operation, effect).await?;
        self.configure(operation)?;
        self.gate.arm(effect, moment);
        let running = self.begin(operation)?;
        select! {
            () = self.gate.sprung() => {}
            () = tokio::time::sleep(std::time::Duration::from_mins(1)) => {
                let run = { running.kill_all(); running.end().await? };
                return Err(Failure::new(format!("the request never came: {}", run.text())));
            }
        }
        match victim {
            Victim::Provider => assert!(running.kill_providers() > 0),
            Victim::Both => running.kill_all(),
        }
        running.end().await?;
        self.gate.release();
        self.mend(operation).await
    }

    /// One more run of the same reaches the end; then on with the job.
    async fn mend(&mut self, operation: Operation) -> Outcome {
        self.begin(operation)?.end().await?.expect(0)?;
        if matches!(operation, Operation::Destroy | Operation::Suspend) {
            assert!(self.cluster.rest()?.live(&self.counting.name).await?.is_empty());
            self.configure(Operation::Resume)?;
            self.workspace.apply().await?.expect(0)?;
        }
        self.workspace.plan().await?.expect(0)?;
        let live = self.cluster.rest()?.live(&self.counting.name).await?;
        assert_eq!(live.len(), 1, "{live:?}");
        assert_eq!(self.workspace.attribute(JOB, "job_id").await?, live[0].id);
        // Restored transactions are lines, too: only a checkpoint of its own is a state to go on from.
        self.cluster.rest()?.wait_for_checkpoints(&live[0].id, 1).await?;
        self.counting.wait_for_lines(30).await?;
        self.counting.prove_transactions().await
    }
}
