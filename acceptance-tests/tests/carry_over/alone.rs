//! The cluster is applied by itself, or a job's own apply fails.

use crate::{FOLLOWS, Player};
use acceptance_tests::counting::Counting;
use acceptance_tests::jars::Jar;
use acceptance_tests::stage::Stage;
use acceptance_tests::terraform::Workspace;
use acceptance_tests::{Outcome, fetch};

const TARGETED: [&str; 5] =
    ["apply", "-auto-approve", "-no-color", "-input=false", "-target=flink_cluster.it"];
const ADAPTIVE: &str = "scheduler = \"adaptive\"";
const DRAIN_ALL: &str = "on_update = \"drain_all\"";

/// A cluster with a job in its own configuration, and one in each of two others: by a literal, and
/// by the state of the first.
struct Scene {
    stage: Stage,
    workspaces: [Workspace; 3],
    countings: [Counting; 3],
}

impl Scene {
    async fn start() -> Outcome<Self> {
        let stage = Stage::new("alone", fetch::FLINK_1_20).await?;
        let workspaces = [stage.workspace()?, stage.workspace()?, stage.workspace()?];
        let countings =
            [stage.counting("here")?, stage.counting("literal")?, stage.counting("remote")?];
        let scene = Self { stage, workspaces, countings };
        scene.configure("", "")?;
        scene.configure_others()?;
        for player in scene.players() {
            player.workspace.apply().await?.expect(0)?;
            player.counting.wait_for_lines(20).await?;
        }
        Ok(scene)
    }

    /// The cluster's own configuration, with lines of attributes and the job's main class.
    fn configure(&self, more: &str, class: &str) -> Outcome {
        let cluster = self.stage.cluster("it", "orders", more)?;
        let mut job = self.stage.job(&self.countings[0], "it", Jar::V1, FOLLOWS)?;
        if !class.is_empty() {
            job = job.replacen(" }", &format!(", entry_class = {class:?} }}"), 1);
        }
        let output = "output \"ref\" {\n  value = flink_cluster.it.ref\n}\n";
        self.workspaces[0].configure(&format!("{cluster}\n{job}\n{output}"))
    }

    fn configure_others(&self) -> Outcome {
        let [home, by_name, by_state] = &self.workspaces;
        let [_, literal, remote] = &self.countings;
        let name = format!("cluster = \"{}/orders#1\"", self.stage.namespace.name());
        by_name.configure(&self.stage.job(literal, "it", Jar::V1, &name)?)?;
        let state = home.path().join("terraform.tfstate").display().to_string();
        let data = format!(
            "data \"terraform_remote_state\" \"home\" {{\n  backend = \"local\"\n  \
             config  = {{ path = {state:?} }}\n}}\n"
        );
        let read = "cluster = data.terraform_remote_state.home.outputs.ref";
        by_state.configure(&(data + &self.stage.job(remote, "it", Jar::V1, read)?))
    }

    fn players(&self) -> Vec<Player<'_>> {
        let pairs = self.workspaces.iter().zip(&self.countings);
        pairs.map(|(workspace, counting)| Player { workspace, counting }).collect()
    }

    /// Each job's next plan is not empty, and its next apply starts it from its drained path.
    async fn go_on(&self, players: &[Player<'_>]) -> Outcome {
        for player in players {
            let path = self.stage.drained("orders", &player.counting.name).await?;
            player.workspace.plan().await?.expect(2)?;
            player.workspace.apply().await?.expect(0)?;
            player.goes_on_from(&path).await?;
        }
        Ok(())
    }

    async fn restarts_alone(&self) -> Outcome {
        self.configure(ADAPTIVE, "")?;
        let mut run = self.workspaces[0].run(&TARGETED).await?.expect(0)?;
        let namespace = self.stage.namespace.name();
        for counting in &self.countings {
            run = run.said(&format!("job {namespace}/orders/{} was stopped", counting.name))?;
        }
        assert_eq!(self.stage.names("orders").await?, Vec::<String>::new());
        self.go_on(&self.players()).await
    }

    /// A job that follows nobody runs: nothing is stopped, and it is named. Gives its id.
    async fn is_refused_for(&self, stranger: &Counting) -> Outcome<String> {
        let id = self.stage.submit("orders", stranger, "").await?;
        self.stage.until_run("orders", &["here", "literal", "remote", "stranger"]).await?;
        let before = self.stage.jobs("orders").await?;
        self.configure("", "")?;
        let run = self.workspaces[0].apply().await?.expect(1)?;
        run.said(&format!("do not follow it: \"stranger\" ({id})"))?;
        assert_eq!(self.stage.jobs("orders").await?, before);
        self.workspaces[0].plan().await?.expect(2)?;
        Ok(id)
    }

    /// All may be stopped; a program that does not start leaves the old one on the new cluster.
    async fn stops_all(&self, (stranger, id): (&Counting, &str)) -> Outcome {
        let home = &self.workspaces[0];
        stranger.wait_for_lines(10).await?;
        self.configure(DRAIN_ALL, "jobs.Missing")?;
        let run = home.apply().await?.expect(1)?;
        let here = format!("{}/orders/here", self.stage.namespace.name());
        let (theirs, ours) = (run.told_path(id)?, run.told_path(&here)?);
        self.stage.until_run("orders", &["here"]).await?;
        home.plan().await?.expect(2)?;
        self.configure(DRAIN_ALL, "")?;
        home.apply().await?.expect(0)?;
        let players = self.players();
        players[0].goes_on_from(&ours).await?;
        self.go_on(&players[1..]).await?;
        self.stage.submit("orders", stranger, &theirs).await?;
        stranger.wait_for_lines(10).await?;
        stranger.prove().await
    }
}

#[tokio::test]
async fn a_job_that_its_clusters_apply_does_not_start_goes_on_with_its_own() -> Outcome {
    let scene = Scene::start().await?;
    scene.restarts_alone().await?;
    let stranger = scene.stage.counting("stranger")?;
    let id = scene.is_refused_for(&stranger).await?;
    scene.stops_all((&stranger, &id)).await
}
