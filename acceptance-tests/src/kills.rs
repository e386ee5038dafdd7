//! Kills at exact places, again and again: somebody dies while one request to the API server is held,
//! and what does not live through it is put right by one more apply.
//!
//! `KILLS` says how many, `SEED` in which order.

use crate::counting::Counting;
use crate::dice::Dice;
use crate::failure::{Failure, Outcome};
use crate::gate::{Cut, Moment};
use crate::kubernetes::Server;
use crate::poll;
use crate::stage::{Stage, Way};
use crate::terraform::Workspace;
use std::fmt::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fs};
use tokio::select;

/// The cluster that the job is on.
const CLUSTER: &str = "orders";
/// What is said of a job that only its user can tell the state of.
const UNKNOWN: &str = "its newest state is not known";
/// How long a request may not come.
const LIMIT: Duration = Duration::from_mins(4);
/// How long a server of Kubernetes is away: more than the 15 s after which a JobManager that has not
/// renewed its lease is no leader any more.
const AWAY: Duration = Duration::from_secs(20);

/// Who is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Victim {
    /// The provider.
    Provider,
    /// Terraform, and the provider with it.
    Both,
    /// The pods of the JobManager, while the apply goes on.
    JobManager,
    /// The API server falls silent for so long that a JobManager with high availability is no leader
    /// any more, while the apply goes on.
    ApiServer,
    /// What the API server keeps its objects in, for a while, as the apply goes on.
    Etcd,
}

impl Victim {
    /// Whether whoever applies dies.
    fn applies(self) -> bool {
        matches!(self, Self::Provider | Self::Both)
    }
}

/// Who is killed when.
pub type Cell = (Cut, Moment, Victim);

/// What lives through the kills: a configuration with one job, on the cluster `orders`.
pub struct Patient {
    /// Where it stands.
    pub stage: Stage,
    /// Its configuration.
    pub workspace: Workspace,
    /// Its job.
    pub counting: Counting,
    way: Way<Cut>,
    describe: Box<Describe>,
    round: u32,
}

/// The configuration of a round, which is another one than that of the round before; with more lines
/// of its job.
pub type Describe = dyn Fn(&Stage, &Counting, (u32, &str)) -> Outcome<String>;

impl fmt::Debug for Patient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patient").field("round", &self.round).finish_non_exhaustive()
    }
}

impl Patient {
    /// Makes it as it is described for round 0.
    pub async fn new(stage: Stage, counting: Counting, describe: Box<Describe>) -> Outcome<Self> {
        let way = stage.gate(Cut::of).await?;
        let workspace = way.workspace()?;
        let patient = Self { stage, workspace, counting, way, describe, round: 0 };
        patient.configure("")?;
        patient.workspace.apply().await?.expect(0)?;
        patient.counting.wait_for_lines(20).await?;
        Ok(patient)
    }

    /// Kills `handful` times, or as often as `KILLS` says: each of these victims at each of these
    /// effects once before any is hit again.
    #[expect(clippy::print_stdout, reason = "who runs it wants to see where it is")]
    pub async fn survives(
        &mut self,
        (effects, victims): (&[Cut], &[Victim]),
        handful: usize,
    ) -> Outcome {
        let mut dice = Dice::new();
        println!("SEED={}", dice.seed());
        let wanted = env::var("KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(handful);
        let all = cells(effects, victims);
        let mut order: Vec<Cell> = Vec::new();
        while order.len() < wanted {
            order.extend(dice.shuffled(all.clone()));
        }
        order.truncate(wanted);
        let begin = Instant::now();
        for (number, cell) in order.iter().enumerate() {
            let elapsed = begin.elapsed().as_secs();
            println!("kill {} of {wanted}, after {elapsed} s: {cell:?}", number + 1);
            if let Err(failure) = self.killed_at(*cell).await {
                println!("{}", table(&all, victims, &order[..number]));
                return Err(Failure::new(format!("{cell:?}: {failure:?}")));
            }
            self.is_well(victims).await?;
        }
        println!("{}", table(&all, victims, &order));
        Ok(())
    }

    fn configure(&self, job: &str) -> Outcome {
        let described = (self.describe)(&self.stage, &self.counting, (self.round, job))?;
        self.workspace.configure(&described)
    }

    /// One more apply puts it right. Of a job that has ended in the instant in which its JobManager
    /// died nobody knows the savepoint: whoever looks for it says which.
    async fn mend(&self, victim: Victim) -> Outcome {
        let run = self.workspace.apply().await?;
        let asks = !victim.applies() && run.text().contains(UNKNOWN);
        if !asks {
            return run.expect(0).map(|_| ());
        }
        let newest = newest(&self.stage.namespace.shared_folder().join("savepoints"))?;
        let restore = format!("restore = {{ from = \"savepoint\", path = \"file://{newest}\" }}");
        self.configure(&restore)?;
        self.workspace.apply().await?.expect(0)?;
        self.configure("")?;
        self.workspace.apply().await?.expect(0).map(|_| ())
    }

    async fn killed_at(&mut self, (effect, moment, victim): Cell) -> Outcome {
        self.round += 1;
        self.configure("")?;
        let (way, workspace) = (&self.way, &self.workspace);
        way.gate.arm(effect, moment);
        let running = workspace.start_apply()?;
        select! {
            () = way.gate.sprung() => {}
            () = tokio::time::sleep(LIMIT) => {
                running.kill_all();
                let run = running.end().await?;
                return Err(Failure::new(format!("the request never came: {}", run.text())));
            }
        }
        if victim.applies() {
            if victim == Victim::Both {
                running.kill_all();
            } else {
                assert!(running.kill_providers() > 0);
            }
            running.end().await?;
            way.gate.release();
            workspace.unlock();
            // What was cut short is in the plan.
            workspace.plan().await?.expect(2)?;
        } else {
            self.loses(victim).await?;
            running.end().await?;
        }
        self.mend(victim).await?;
        workspace.plan().await?.expect(0).map(|_| ())
    }

    /// Somebody dies, and comes back, under an apply whose request goes on meanwhile.
    async fn loses(&self, victim: Victim) -> Outcome {
        let (gate, kubernetes) = (&self.way.gate, self.stage.kubernetes());
        if victim == Victim::JobManager {
            self.stage.end_job_manager(CLUSTER).await?;
            gate.release();
            return Ok(());
        }
        let node = kubernetes.node()?;
        if victim == Victim::Etcd {
            node.kill_server(Server::Etcd);
        } else {
            node.stop_server(Server::ApiServer).await?;
        }
        gate.release();
        tokio::time::sleep(AWAY).await;
        if victim == Victim::Etcd {
            node.start_server(Server::Etcd)?;
        } else {
            node.continue_server(Server::ApiServer).await?;
        }
        let ready = async || kubernetes.kubectl().raw("/readyz").await.ok();
        poll::until("the API server", LIMIT, ready).await.map(|_| ())
    }

    /// One job runs, the one that is recorded, and nothing was written twice or left out. Lines that
    /// are not of a transaction are written again when a JobManager dies, or leads no more.
    async fn is_well(&self, victims: &[Victim]) -> Outcome {
        self.stage.until_run(CLUSTER, &[&self.counting.name]).await?;
        let jobs = self.stage.jobs(CLUSTER).await?;
        assert_eq!(jobs.len(), 1, "{jobs:?}");
        assert_eq!(self.workspace.attribute("flink_job.it", "job_id").await?, jobs[0].id);
        self.counting.wait_for_lines(10).await?;
        if victims.iter().all(|victim| victim.applies()) {
            self.counting.prove().await?;
        }
        self.counting.prove_transactions().await
    }
}

/// The savepoint below this folder that was completed last.
fn newest(folder: &Path) -> Outcome<String> {
    let (mut found, mut open) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if let Ok(metadata) = fs::metadata(path.join("_metadata")) {
                found.push((metadata.modified()?, path));
            } else if path.is_dir() {
                open.push(path);
            }
        }
    }
    let newest = found.into_iter().max().ok_or_else(|| Failure::new("no savepoint"))?;
    Ok(newest.1.display().to_string())
}

fn cells(effects: &[Cut], victims: &[Victim]) -> Vec<Cell> {
    let mut all = Vec::new();
    for effect in effects {
        for moment in [Moment::Before, Moment::After] {
            all.extend(victims.iter().map(|victim| (*effect, moment, *victim)));
        }
    }
    all
}

/// How often each effect was hit, before it and after it, by the death of whom.
fn table(all: &[Cell], victims: &[Victim], hit: &[Cell]) -> String {
    let count = |cell: &Cell| hit.iter().filter(|other| *other == cell).count();
    let reached = all.iter().filter(|cell| count(cell) > 0).count();
    let mut table = format!("{reached} of {} cells\n{:18}", all.len(), "effect");
    let columns = 2 * victims.len();
    for (_, moment, victim) in &all[..columns] {
        let _ = write!(table, "{:>18}", format!("{moment:?}/{victim:?}"));
    }
    for row in all.chunks(columns) {
        let _ = write!(table, "\n{:18}", format!("{:?}", row[0].0));
        for cell in row {
            let _ = write!(table, "{:>18}", count(cell));
        }
    }
    table
}
