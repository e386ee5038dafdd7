//! The provider, or Terraform with it, is killed right before and right after every effect of a
//! carry-over: no job is lost, none runs twice, and the plan is not empty until all is well.
//!
//! `KILLS` says how many (a handful when it is not set), `SEED` in which order.

use crate::{FOLLOWS, JOB};
use acceptance_tests::counting::Counting;
use acceptance_tests::dice::Dice;
use acceptance_tests::gate::{Cut, Moment};
use acceptance_tests::jars::Jar;
use acceptance_tests::stage::{PROVIDER, Stage, Way};
use acceptance_tests::terraform::Workspace;
use acceptance_tests::{Failure, Outcome, fetch};
use std::env;
use std::fmt::Write;
use std::time::{Duration, Instant};
use tokio::select;

const A_HANDFUL: usize = 3;
const LIMIT: Duration = Duration::from_mins(4);

/// Who is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Victim {
    Provider,
    Both,
}

type Cell = (Cut, Moment, Victim);

fn cells() -> Vec<Cell> {
    let moments = [Moment::Before, Moment::After];
    let victims = [Victim::Provider, Victim::Both];
    let of = |cut| moments.map(|moment| victims.map(|victim| (cut, moment, victim))).concat();
    Cut::ALL.into_iter().flat_map(of).collect()
}

#[tokio::test]
async fn a_kill_at_any_effect_of_a_carry_over_changes_nothing_about_the_end() -> Outcome {
    let mut dice = Dice::new();
    println!("SEED={}", dice.seed());
    let wanted = env::var("KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(A_HANDFUL);
    // Each cell once before any is hit again: 48 kills hit all.
    let mut order = Vec::new();
    while order.len() < wanted {
        order.extend(dice.shuffled(cells()));
    }
    order.truncate(wanted);
    let mut scene = Scene::start().await?;
    let begin = Instant::now();
    for (number, cell) in order.iter().enumerate() {
        println!(
            "kill {} of {wanted}, after {} s: {cell:?}",
            number + 1,
            begin.elapsed().as_secs()
        );
        if let Err(failure) = scene.kill_at(*cell).await {
            println!("{}", table(&order[..number]));
            return Err(Failure::new(format!("{cell:?}: {failure:?}")));
        }
    }
    println!("{}", table(&order));
    scene.workspace.destroy().await?.expect(0)?;
    scene.counting.prove().await
}

/// How often each effect was hit: before it and after it, with the provider alone or with Terraform.
fn table(hit: &[Cell]) -> String {
    let all = cells();
    let count = |cell: &Cell| hit.iter().filter(|other| *other == cell).count();
    let reached = all.iter().filter(|cell| count(cell) > 0).count();
    let mut table = format!("{reached} of {} cells\n{:18}", all.len(), "effect");
    let columns = all.len() / Cut::ALL.len();
    for (_, moment, victim) in &all[..columns] {
        let _ = write!(table, "{:>17}", format!("{moment:?}/{victim:?}"));
    }
    for row in all.chunks(columns) {
        let _ = write!(table, "\n{:18}", format!("{:?}", row[0].0));
        for cell in row {
            let _ = write!(table, "{:>17}", count(cell));
        }
    }
    table
}

/// One cluster and its job, which live through all kills.
struct Scene {
    stage: Stage,
    way: Way<Cut>,
    workspace: Workspace,
    counting: Counting,
    restarts: u32,
}

impl Scene {
    async fn start() -> Outcome<Self> {
        let stage = Stage::new("kills", fetch::FLINK_1_20).await?;
        let counting = stage.counting("kills")?;
        let way = stage.gate(Cut::of).await?;
        let workspace = Workspace::new("http://unused")?;
        workspace.write("provider.tf", PROVIDER)?;
        let path = workspace.path().join("kubeconfig");
        way.kubeconfig.write(&path)?;
        let workspace = workspace.variable("KUBECONFIG", path);
        let scene = Self { stage, way, workspace, counting, restarts: 0 };
        scene.configure()?;
        scene.workspace.apply().await?.expect(0)?;
        scene.counting.wait_for_lines(20).await?;
        Ok(scene)
    }

    fn configure(&self) -> Outcome {
        let more = if self.restarts.is_multiple_of(2) { "" } else { "scheduler = \"adaptive\"" };
        let cluster = self.stage.cluster("it", "orders", more)?;
        let job = self.stage.job(&self.counting, "it", Jar::V1, FOLLOWS)?;
        self.workspace.configure(&format!("{cluster}\n{job}"))
    }

    async fn kill_at(&mut self, (cut, moment, victim): Cell) -> Outcome {
        self.restarts += 1;
        self.configure()?;
        self.way.gate.arm(cut, moment);
        let running = self.workspace.start_apply()?;
        select! {
            () = self.way.gate.sprung() => {}
            () = tokio::time::sleep(LIMIT) => {
                running.kill_all();
                let run = running.end().await?;
                return Err(Failure::new(format!("the request never came: {}", run.text())));
            }
        }
        match victim {
            Victim::Provider => assert!(running.kill_providers() > 0),
            Victim::Both => running.kill_all(),
        }
        running.end().await?;
        self.way.gate.release();
        self.workspace.unlock();
        self.mend().await
    }

    /// The plan is not empty; one more apply, and it is.
    async fn mend(&self) -> Outcome {
        self.workspace.plan().await?.expect(2)?;
        self.workspace.apply().await?.expect(0)?;
        self.workspace.plan().await?.expect(0)?;
        let jobs = self.stage.jobs("orders").await?;
        assert_eq!(jobs.len(), 1, "{jobs:?}");
        assert_eq!(self.workspace.attribute(JOB, "job_id").await?, jobs[0].id);
        self.counting.wait_for_lines(10).await?;
        self.counting.prove().await
    }
}
