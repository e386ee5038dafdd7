//! `make kubernetes`: a node with every Flink image and a shell into it, until the shell ends.
//! With `prepare`, only makes what the images are made of, so that no test has to wait for it.

use acceptance_tests::kubernetes::{self, Cluster, ImageSpec, VERSIONS};
use acceptance_tests::{Failure, Outcome};
use std::env;
use std::io::{IsTerminal, Write, stdin, stdout};
use std::time::Instant;

#[tokio::main]
async fn main() -> Outcome {
    match env::args().nth(1).as_deref() {
        None => stay().await,
        Some("prepare") => VERSIONS.into_iter().try_for_each(kubernetes::prepare),
        Some(other) => Err(Failure::new(format!("{other}? usage: kubernetes [prepare]"))),
    }
}

async fn stay() -> Outcome {
    let start = Instant::now();
    let tell = |what: &str| writeln!(stdout(), "{:>6.1} s  {what}", start.elapsed().as_secs_f64());
    tell("starting a node (the first time, Kubernetes is built: minutes)")?;
    let cluster = Cluster::start().await?;
    let kubectl = cluster.kubectl();
    tell(&format!("it takes pods; KUBECONFIG={}", kubectl.kubeconfig().display()))?;
    for version in VERSIONS {
        let image = cluster.image(&ImageSpec::flink(version)).await?;
        tell(&format!("it has the image {image}"))?;
    }
    if let Some(entrance) = kubectl.entrance() {
        tell(&format!("a command in it, from anywhere: {} COMMAND", entrance.display()))?;
    }
    let door = cluster.door()?;
    if let (Some(door), Ok(node)) = (&door, cluster.node()) {
        let outside = node.home().join("outside.kubeconfig");
        door.kubeconfig().write(&outside)?;
        tell(&format!("the API server alone, from outside: KUBECONFIG={}", outside.display()))?;
        tell(&format!("a folder for hostPath volumes: {}", node.shared().display()))?;
    }
    tell("a shell; its end is the node's")?;
    let mut shell = cluster.command("bash");
    if stdin().is_terminal() {
        shell.arg("-i");
    }
    shell.status()?;
    drop((door, cluster));
    Ok(tell("gone")?)
}
