//! The cluster is applied by itself, or a job's own apply fails.

use crate::{FOLLOWS, Player};
use acceptance_tests::jars::Jar;
use acceptance_tests::stage::Stage;
use acceptance_tests::terraform::{Run, Workspace};
use acceptance_tests::{Outcome, fetch};

const CLUSTER: &str = "flink_cluster.it";
const ADAPTIVE: &str = "scheduler = \"adaptive\"";

/// Applies the cluster alone.
async fn apply_the_cluster(workspace: &Workspace) -> Outcome<Run> {
    let target = format!("-target={CLUSTER}");
    let arguments = ["apply", "-auto-approve", "-no-color", "-input=false", &target];
    workspace.run(&arguments).await
}

#[tokio::test]
async fn a_job_that_its_clusters_apply_does_not_start_goes_on_with_its_own() -> Outcome {
    let stage = Stage::new("alone", fetch::FLINK_1_20).await?;
    let [here, literal, remote] =
        [stage.counting("here")?, stage.counting("literal")?, stage.counting("remote")?];
    let [home, by_name, by_state] = [stage.workspace()?, stage.workspace()?, stage.workspace()?];
    let configure = |more: &str, entry: &str| {
        let cluster = stage.cluster("it", "orders", more)?;
        let mut job = stage.job(&here, "it", Jar::V1, FOLLOWS)?;
        if !entry.is_empty() {
            job = job.replacen(" }", &format!(", entry_class = {entry:?} }}"), 1);
        }
        home.configure(&format!(
            "{cluster}\n{job}\noutput \"ref\" {{\n  value = flink_cluster.it.ref\n}}\n"
        ))
    };
    configure("", "")?;
    home.apply().await?.expect(0)?;
    let name = format!("cluster = \"{}/orders#1\"", stage.namespace.name());
    by_name.configure(&stage.job(&literal, "it", Jar::V1, &name)?)?;
    let state = home.path().join("terraform.tfstate").display().to_string();
    let data = format!(
        "data \"terraform_remote_state\" \"home\" {{\n  backend = \"local\"\n  config  = {{ path = {state:?} }}\n}}\n"
    );
    let read = "cluster = data.terraform_remote_state.home.outputs.ref";
    by_state.configure(&(data + &stage.job(&remote, "it", Jar::V1, read)?))?;
    by_name.apply().await?.expect(0)?;
    by_state.apply().await?.expect(0)?;
    let all = [(&home, &here), (&by_name, &literal), (&by_state, &remote)];
    let players = all.map(|(workspace, counting)| Player { workspace, counting });
    for player in &players {
        player.counting.wait_for_lines(20).await?;
    }

    // The cluster alone: all three stop, and each one's own next apply starts it again.
    configure(ADAPTIVE, "")?;
    let mut run = apply_the_cluster(&home).await?.expect(0)?;
    for player in &players {
        run = run.said(&format!(
            "job {}/orders/{} was stopped",
            stage.namespace.name(),
            player.counting.name
        ))?;
    }
    assert_eq!(stage.names("orders").await?, Vec::<String>::new());
    for player in &players {
        let path = stage.drained("orders", &player.counting.name).await?;
        player.workspace.plan().await?.expect(2)?;
        player.workspace.apply().await?.expect(0)?;
        player.goes_on_from(&path).await?;
    }

    // A job that follows nobody: nothing is stopped, and it is named.
    let stranger = stage.counting("stranger")?;
    let id = stage.submit("orders", &stranger, "").await?;
    stage.until_run("orders", &["here", "literal", "remote", "stranger"]).await?;
    let before = stage.jobs("orders").await?;
    configure("", "")?;
    home.apply().await?.expect(1)?.said(&format!("do not follow it: \"stranger\" ({id})"))?;
    assert_eq!(stage.jobs("orders").await?, before);
    home.plan().await?.expect(2)?;

    // Unless all may be stopped. A program that does not start leaves the old one on the new cluster.
    stranger.wait_for_lines(10).await?;
    configure("on_update = \"drain_all\"", "jobs.Missing")?;
    let run = home.apply().await?.expect(1)?;
    let name = stage.namespace.name();
    let (theirs, ours) = (run.told_path(&id)?, run.told_path(&format!("{name}/orders/here"))?);
    stage.until_run("orders", &["here"]).await?;
    home.plan().await?.expect(2)?;
    configure("on_update = \"drain_all\"", "")?;
    home.apply().await?.expect(0)?;
    players[0].goes_on_from(&ours).await?;
    for player in &players[1..] {
        let path = stage.drained("orders", &player.counting.name).await?;
        player.workspace.plan().await?.expect(2)?;
        player.workspace.apply().await?.expect(0)?;
        player.goes_on_from(&path).await?;
    }
    stage.submit("orders", &stranger, &theirs).await?;
    stranger.wait_for_lines(10).await?;
    stranger.prove().await
}
